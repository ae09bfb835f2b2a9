package formulation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// Gathered: a call gathers questions.
type Gathered struct {
	Call cite.Ref  `json:"call"`
	Days int       `json:"days"` // that authors have to object to a wording
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"`
}

// Describe: whoever answers the call proposes questions.
func (f Gathered) Describe() cite.Description {
	return cite.Description{Kind: "formulation.gathered/1", Touches: []cite.Ref{f.Call, AnyQuestion}, About: cite.Public}
}

// Supported: a party supports a proposal.
type Supported struct {
	Proposal cite.Ref  `json:"proposal"`
	By       string    `json:"by"`
	For      string    `json:"for"`
	Category string    `json:"category"`
	Country  string    `json:"country,omitempty"`
	Known    bool      `json:"known,omitempty"` // the party is on the roll
	At       time.Time `json:"at"`
}

// Describe: who supports a proposal is public, by number and category.
func (f Supported) Describe() cite.Description {
	return cite.Description{Kind: "formulation.supported/1", Touches: []cite.Ref{f.Proposal.Root(), AnyQuestion}, About: cite.Public}
}

// Unsupported: a party does not support a proposal any more.
type Unsupported struct {
	Proposal cite.Ref  `json:"proposal"`
	By       string    `json:"by"`
	For      string    `json:"for"`
	At       time.Time `json:"at"`
}

// Describe: who does not support a proposal any more is public, by number.
func (f Unsupported) Describe() cite.Description {
	return cite.Description{Kind: "formulation.unsupported/1", Touches: []cite.Ref{f.Proposal.Root(), AnyQuestion}, About: cite.Public}
}

// Worded: a question has these words; or those of its only proposal, where it has no languages. Words: wording.en, wording.fr, ...
type Worded struct {
	Ref       cite.Ref      `json:"ref"`
	Call      cite.Ref      `json:"call"`
	Of        []cite.Ref    `json:"of"` // the proposals that it is made of
	Original  locale.Lang   `json:"original,omitempty"`
	Languages []locale.Lang `json:"languages,omitempty"`
	Until     time.Time     `json:"until"`            // until when authors may object
	New       bool          `json:"new"`              // it is its first wording
	Answer    cite.Ref      `json:"answer,omitempty"` // which says this to the authors; none where they are answered apart
	By        string        `json:"by,omitempty"`
	At        time.Time     `json:"at"`
}

// Describe: the question and each of its proposals show one another.
func (f Worded) Describe() cite.Description {
	d := cite.Description{Kind: "formulation.worded/1", Touches: []cite.Ref{f.Ref, AnyQuestion}, About: cite.Public}
	if f.New {
		d.Minted = []cite.Ref{f.Ref}
	}
	for _, p := range f.Of {
		d.Touches = append(d.Touches, p.Root())
	}
	return d
}

// Dissolved: a question is none any more; its proposals wait again. Words: reason.
type Dissolved struct {
	Ref cite.Ref   `json:"ref"`
	Of  []cite.Ref `json:"of"`
	By  string     `json:"by,omitempty"`
	At  time.Time  `json:"at"`
}

// Describe: the proposals of the question wait again.
func (f Dissolved) Describe() cite.Description {
	d := cite.Description{Kind: "formulation.dissolved/1", Touches: []cite.Ref{f.Ref, AnyQuestion}, About: cite.Public}
	for _, p := range f.Of {
		d.Touches = append(d.Touches, p.Root())
	}
	return d
}

// Arranged: the questions of a call stand in this order, under these themes.
type Arranged struct {
	Call   cite.Ref  `json:"call"`
	Themes []Theme   `json:"themes"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: pages that list the questions list them in this order.
func (f Arranged) Describe() cite.Description {
	return cite.Description{Kind: "formulation.arranged/1", Touches: []cite.Ref{f.Call, AnyQuestion}, About: cite.Public}
}
