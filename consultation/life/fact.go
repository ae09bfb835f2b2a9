package life

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Extended: the deadline of a call is later. Words: reason.
type Extended struct {
	Call   cite.Ref  `json:"call"`
	Closes time.Time `json:"closes"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: pages that show the deadline show the later one.
func (f Extended) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_extended/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Opened: the instant of opening has come.
type Opened struct {
	Call cite.Ref  `json:"call"`
	At   time.Time `json:"at"`
}

// Describe: contributions can be sent now.
func (f Opened) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_opened/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Closed: the deadline has passed.
type Closed struct {
	Call cite.Ref  `json:"call"`
	At   time.Time `json:"at"`
}

// Describe: what comes from now on is late.
func (f Closed) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_closed/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Corrected: what a call says is otherwise. It holds only what was changed. Words: reason, where one was given.
type Corrected struct {
	Call       cite.Ref               `json:"call"`
	Title      map[locale.Lang]string `json:"title,omitempty"`
	Text       map[locale.Lang]string `json:"text,omitempty"`
	Terms      map[locale.Lang]string `json:"terms,omitempty"`
	Late       string                 `json:"late,omitempty"`
	Moderation string                 `json:"moderation,omitempty"`
	Who        string                 `json:"who,omitempty"`
	Opens      time.Time              `json:"opens,omitzero"`
	Closes     time.Time              `json:"closes,omitzero"`
	By         string                 `json:"by,omitempty"`
	At         time.Time              `json:"at"`
}

// What lists the parts that were changed, as the catalogue names them.
func (f Corrected) What() (parts []string) {
	for _, x := range []struct {
		name    string
		changed bool
	}{{"title", f.Title != nil}, {"text", f.Text != nil}, {"terms", f.Terms != nil}, {"late", f.Late != ""}, {"moderation", f.Moderation != ""}, {"who", f.Who != ""},
		{"opens", !f.Opens.IsZero()}, {"closes", !f.Closes.IsZero()}} {
		if x.changed {
			parts = append(parts, "call.part."+x.name)
		}
	}
	return parts
}

// Describe: pages that show the call show it as it is now.
func (f Corrected) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_corrected/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Stopped: a call is closed before its deadline. Words: reason.
type Stopped struct {
	Call cite.Ref  `json:"call"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Describe: what comes from now on is late.
func (f Stopped) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_stopped/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Withdrawn: a call is not asked any more. Words: reason.
type Withdrawn struct {
	Call cite.Ref  `json:"call"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Describe: nothing more is taken.
func (f Withdrawn) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_withdrawn/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// DocumentAdded: a document belongs to a call.
type DocumentAdded struct {
	Call   cite.Ref      `json:"call"`
	Number int           `json:"number"`
	Title  locale.Text   `json:"title"`
	Source string        `json:"source,omitempty"`
	File   *DocumentFile `json:"file,omitempty"`
	By     string        `json:"by,omitempty"`
	At     time.Time     `json:"at"`
}

// DocumentFile is a file of the secretariat. It is public, so its hash stands on the record.
type DocumentFile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	SHA  string `json:"sha256"`
}

// Describe: the page of the call shows it.
func (f DocumentAdded) Describe() cite.Description {
	return cite.Description{Kind: "consultation.document_added/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// DocumentRemoved: a document does not belong to a call any more. Words: reason.
type DocumentRemoved struct {
	Call   cite.Ref  `json:"call"`
	Number int       `json:"number"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: the page of the call shows it no more.
func (f DocumentRemoved) Describe() cite.Description {
	return cite.Description{Kind: "consultation.document_removed/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}
