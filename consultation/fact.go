package consultation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The facts of this room: everything that it ever writes on a record. A field is never renamed, and never
// changes its meaning; what must look otherwise is a new version of its kind.

// CallAnnounced: a call will be open between two instants.
type CallAnnounced struct {
	Ref        cite.Ref    `json:"ref"`
	Title      locale.Text `json:"title"`
	Text       locale.Text `json:"text,omitzero"`
	Paper      cite.Ref    `json:"paper"`
	Edition    cite.Ref    `json:"edition"`
	Opens      time.Time   `json:"opens"`
	Closes     time.Time   `json:"closes"`
	Zone       string      `json:"zone"`
	Late       string      `json:"late"`
	Moderation string      `json:"moderation"`
	Who        string      `json:"who,omitempty"`  // may answer; everybody where it says nothing
	Terms      locale.Text `json:"terms,omitzero"` // of publication
	By         string      `json:"by,omitempty"`
	At         time.Time   `json:"at"`
}

// Describe: pages that show calls show one more.
func (f CallAnnounced) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_announced/1", Minted: []cite.Ref{f.Ref}, Touches: []cite.Ref{f.Ref}, About: cite.Public}
}

// Received: a contribution came. Words: name, body, affiliation, N.text, N.wording, fN.name, fN.sha256;
// where there are no others, none.
type Received struct {
	Ref       cite.Ref       `json:"ref"`
	Call      cite.Ref       `json:"call"`
	By        string         `json:"by"`
	For       string         `json:"for"`
	Category  string         `json:"category"`
	Country   string         `json:"country,omitempty"`
	Known     bool           `json:"known,omitempty"` // the party is on the roll
	Assurance string         `json:"assurance"`
	Parts     []ReceivedPart `json:"parts"`
	Chosen    []cite.Choice  `json:"chosen,omitempty"` // at the call's own questions
	Files     []ReceivedFile `json:"files,omitempty"`
	Received  time.Time      `json:"received"`
	Told      time.Time      `json:"told,omitzero"` // the script's clock, in demonstrations only
	Rule      string         `json:"rule"`
	Deadline  time.Time      `json:"deadline"`
	Published bool           `json:"published,omitempty"` // at once: the call moderates afterwards
}

// Describe: its data are read by whoever may read the contribution.
func (f Received) Describe() cite.Description {
	return cite.Description{Kind: "consultation.received/1", Minted: []cite.Ref{f.Ref}, Touches: []cite.Ref{f.Ref}, About: f.Ref}
}

// ReceivedPart is the data of a part.
type ReceivedPart struct {
	On       cite.Ref `json:"on"`
	Language string   `json:"language"`
	Stance   string   `json:"stance,omitempty"`
	Bytes    int      `json:"bytes"`
	Wording  int      `json:"wording,omitempty"`
	Likeness uint64   `json:"likeness,omitempty"`
	Earlier  bool     `json:"earlier,omitempty"`  // a newer edition was out when it came
	Question int      `json:"question,omitempty"` // of the call's own questions, where it answers one
	To       cite.Ref `json:"to,omitempty"`       // the point that it replies to
}

// ReceivedFile is the data of an attached file.
type ReceivedFile struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// ContributionPublished: everybody may read it.
type ContributionPublished struct {
	Contribution cite.Ref  `json:"contribution"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: the contribution joins what is read and counted.
func (f ContributionPublished) Describe() cite.Description {
	return cite.Description{Kind: "consultation.published/1", Touches: []cite.Ref{f.Contribution}, About: cite.Public}
}

// ContributionWithheld: it is kept from the public. Words: reason.
type ContributionWithheld struct {
	Contribution cite.Ref  `json:"contribution"`
	Ground       string    `json:"ground"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: that it was withheld, and on which ground, is public.
func (f ContributionWithheld) Describe() cite.Description {
	return cite.Description{Kind: "consultation.withheld/1", Touches: []cite.Ref{f.Contribution}, About: cite.Public}
}

// ContributionWithdrawn: its author took it back.
type ContributionWithdrawn struct {
	Contribution cite.Ref  `json:"contribution"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: that it was there is public.
func (f ContributionWithdrawn) Describe() cite.Description {
	return cite.Description{Kind: "consultation.withdrawn/1", Touches: []cite.Ref{f.Contribution}, About: cite.Public}
}

// PassageRedacted: words or files of a contribution are taken from what the public reads. Part is a passage of a text, or
// the contribution where Masks say what.
type PassageRedacted struct {
	Part     cite.Ref      `json:"part"`
	Masks    []Mask        `json:"masks,omitempty"`
	Ground   string        `json:"ground"`
	Proposed cite.Position `json:"proposed,omitempty"` // by another person, where two are needed
	By       string        `json:"by,omitempty"`
	At       time.Time     `json:"at"`
}

// Describe: where exactly the passage stands is for those who moderate.
func (f PassageRedacted) Describe() cite.Description {
	return cite.Description{Kind: "consultation.redacted/1", Touches: []cite.Ref{f.Part.Root()}}
}

// RemovalProposed: somebody wants published words redacted or erased, and another has to confirm it.
type RemovalProposed struct {
	Contribution cite.Ref  `json:"contribution"`
	Erase        bool      `json:"erase,omitempty"` // all of its words; else the masks
	Masks        []Mask    `json:"masks,omitempty"`
	Ground       string    `json:"ground"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: what is to be removed is for those who moderate.
func (f RemovalProposed) Describe() cite.Description {
	return cite.Description{Kind: "consultation.removal_proposed/1", Touches: []cite.Ref{f.Contribution}}
}

// Answered: some points have an answer. Words: reason.en, reason.fr, ...
type Answered struct {
	Ref       cite.Ref      `json:"ref"`
	Parts     []cite.Ref    `json:"parts"`
	Outcome   string        `json:"outcome"`
	Of        cite.Ref      `json:"of,omitempty"`
	Changes   []cite.Ref    `json:"changes,omitempty"`
	Original  locale.Lang   `json:"original"`
	Languages []locale.Lang `json:"languages"`
	Headed    []locale.Lang `json:"headed,omitempty"`   // the languages of its heading
	Official  []locale.Lang `json:"official,omitempty"` // in which a translation was named official
	Revises   cite.Ref      `json:"revises,omitempty"`
	Drafted   string        `json:"drafted,omitempty"` // who wrote it, where By released it
	By        string        `json:"by,omitempty"`
	At        time.Time     `json:"at"`
}

// Describe: each point shows its answer, and the answer before one point less.
func (f Answered) Describe() cite.Description {
	return cite.Description{Kind: "consultation.answered/1", Minted: []cite.Ref{f.Ref}, Touches: append([]cite.Ref{f.Ref}, f.Parts...), About: cite.Public}
}

// PassageLinked: a disposition changes more passages than it said.
type PassageLinked struct {
	Disposition cite.Ref   `json:"disposition"`
	Changes     []cite.Ref `json:"changes"`
	By          string     `json:"by,omitempty"`
	At          time.Time  `json:"at"`
}

// Describe: the answer and the passages show one another.
func (f PassageLinked) Describe() cite.Description {
	return cite.Description{Kind: "consultation.passage_linked/1", Touches: []cite.Ref{f.Disposition}, About: cite.Public}
}

// ReasonTranslated: a reason exists in another language. Words: reason, and heading where Headed says so.
type ReasonTranslated struct {
	Disposition cite.Ref    `json:"disposition"`
	Language    locale.Lang `json:"language"`
	Status      string      `json:"status"`
	Headed      bool        `json:"headed,omitempty"`
	By          string      `json:"by,omitempty"`
	At          time.Time   `json:"at"`
}

// Describe: the answer can be read in one language more.
func (f ReasonTranslated) Describe() cite.Description {
	return cite.Description{Kind: "consultation.reason_translated/1", Touches: []cite.Ref{f.Disposition}, About: cite.Public}
}
