package session

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// Planned: a session is planned, or what was planned of it is put right.
type Planned struct {
	Ref    cite.Ref    `json:"ref"`
	New    bool        `json:"new,omitempty"`
	Plan   Plan        `json:"plan"`
	Reason locale.Text `json:"reason,omitzero"` // why it is put right
	By     string      `json:"by,omitempty"`
	At     time.Time   `json:"at"`
}

// Describe: a session is everybody's from the moment at which it is planned.
func (f Planned) Describe() cite.Description {
	d := cite.Description{Kind: "session.planned/1", Touches: []cite.Ref{f.Ref, AnySession}, About: cite.Public}
	if f.New {
		d.Minted = []cite.Ref{f.Ref}
	}
	return d
}

// SittingPlanned: a sitting of a session is planned, put right or called off.
type SittingPlanned struct {
	Session cite.Ref    `json:"session"`
	Number  int         `json:"n"` // from 1, in the order in which they were planned
	Begins  time.Time   `json:"begins"`
	Ends    time.Time   `json:"ends"`
	Off     bool        `json:"off,omitempty"` // it is called off
	Reason  locale.Text `json:"reason,omitzero"`
	By      string      `json:"by,omitempty"`
	At      time.Time   `json:"at"`
}

// Describe: when people meet is everybody's.
func (f SittingPlanned) Describe() cite.Description {
	return cite.Description{Kind: "session.sitting-planned/1", Touches: []cite.Ref{f.Session, AnySession}, About: cite.Public}
}

// ItemPlanned: an item stands on the agenda, is put right or taken off it.
type ItemPlanned struct {
	Session cite.Ref    `json:"session"`
	Number  int         `json:"n"` // from 1, in the order in which they were planned
	New     bool        `json:"new,omitempty"`
	Item    Content     `json:"item"`
	Off     bool        `json:"off,omitempty"` // it is taken off the agenda
	Was     []cite.Ref  `json:"was,omitempty"` // what it named before and does not name any more
	Reason  locale.Text `json:"reason,omitzero"`
	By      string      `json:"by,omitempty"`
	At      time.Time   `json:"at"`
}

// Describe: what an item names shows the item.
func (f ItemPlanned) Describe() cite.Description {
	d := cite.Description{Kind: "session.item-planned/1", Touches: []cite.Ref{f.Session, AnySession}, About: cite.Public}
	if f.New {
		d.Minted = []cite.Ref{cite.Item(f.Session, f.Number)}
	}
	for _, list := range [][]cite.Ref{f.Item.About, f.Item.TakesUp, f.Was} {
		for _, x := range list {
			if x.Kind() == 'p' {
				d.Touches = append(d.Touches, x.Element())
			} else {
				d.Touches = append(d.Touches, x.Root())
			}
		}
	}
	return d
}

// Invited: a call takes the interventions of a session: what is entered as spoken, and what is filed in writing.
type Invited struct {
	Session cite.Ref  `json:"session"`
	Call    cite.Ref  `json:"call"`
	Days    int       `json:"days"` // after the end of the session until which they are filed
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
}

// Describe: session and call show one another.
func (f Invited) Describe() cite.Description {
	return cite.Description{Kind: "session.invited/1", Touches: []cite.Ref{f.Session, f.Call, AnySession}, About: cite.Public}
}

// SittingOpened: a sitting was opened.
type SittingOpened struct {
	Session cite.Ref  `json:"session"`
	Number  int       `json:"n"`
	Opened  time.Time `json:"opened"` // when it was
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"` // when that was entered
}

// Describe: when a sitting was opened is everybody's.
func (f SittingOpened) Describe() cite.Description {
	return cite.Description{Kind: "session.sitting-opened/1", Touches: []cite.Ref{f.Session, AnySession}, About: cite.Public}
}

// SittingClosed: a sitting was closed.
type SittingClosed struct {
	Session cite.Ref  `json:"session"`
	Number  int       `json:"n"`
	Closed  time.Time `json:"closed"` // when it was
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"` // when that was entered
}

// Over is when whatever went on in the sitting ended: when it was closed, or when that was said, where the server's own clock had been put back and this was earlier.
func (f SittingClosed) Over() time.Time {
	if f.At.Before(f.Closed) {
		return f.At
	}
	return f.Closed
}

// Describe: when a sitting was closed is everybody's.
func (f SittingClosed) Describe() cite.Description {
	return cite.Description{Kind: "session.sitting-closed/1", Touches: []cite.Ref{f.Session, AnySession}, About: cite.Public}
}

// AgendaAdopted: the agenda as it stood was adopted: no objection was seen.
type AgendaAdopted struct {
	Session cite.Ref  `json:"session"`
	Sitting int       `json:"sitting"`
	Adopted time.Time `json:"adopted"` // when it was
	Items   []int     `json:"items"`   // that stood on it, by number
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"` // when that was entered
}

// Describe: that an agenda was adopted is everybody's.
func (f AgendaAdopted) Describe() cite.Description {
	return cite.Description{Kind: "session.agenda-adopted/1", Touches: []cite.Ref{f.Session, AnySession}, About: cite.Public}
}

// Delivered: an intervention was spoken in a sitting, and somebody entered it.
type Delivered struct {
	Contribution cite.Ref  `json:"contribution"`
	Item         cite.Ref  `json:"item"` // s2.i4
	Sitting      int       `json:"sitting"`
	Party        cite.Ref  `json:"party,omitempty"` // on the roll, whose representative spoke
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	Cut          bool      `json:"cut,omitempty"` // time ran out before the speaker had finished
	Floor        string    `json:"floor"`         // the language that was spoken
	Takes        []Taking  `json:"takes,omitempty"`
	By           string    `json:"by"` // who entered it
	At           time.Time `json:"at"` // when
}

// Taking says what a paragraph of an intervention takes up, beside the passage that it is about.
type Taking struct {
	Part int        `json:"part"` // of the contribution, from 1
	Refs []cite.Ref `json:"refs"` // points, answers, themes
}

// Describe: its data are read by whoever may read the intervention.
func (f Delivered) Describe() cite.Description {
	d := cite.Description{Kind: "session.delivered/1", Touches: []cite.Ref{f.Contribution, f.Item.Root(), AnySession}, About: f.Contribution}
	for _, t := range f.Takes {
		for _, x := range t.Refs {
			d.Touches = append(d.Touches, x.Root())
		}
	}
	return d
}

// Placed: an intervention belongs under an item of the agenda.
type Placed struct {
	Contribution cite.Ref  `json:"contribution"`
	Item         cite.Ref  `json:"item"` // s2.i4
	By           string    `json:"by"`
	At           time.Time `json:"at"`
}

// Describe: its data are read by whoever may read the intervention.
func (f Placed) Describe() cite.Description {
	return cite.Description{Kind: "session.placed/1", Touches: []cite.Ref{f.Contribution, f.Item.Root(), AnySession}, About: f.Contribution}
}
