package correction

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
)

// Corrected: the author put right what a contribution says. Words: title, N.text, N.wording as they are from now on, and
// reason, where one was given; where there are no others, none.
type Corrected struct {
	Contribution cite.Ref                     `json:"contribution"`
	Number       int                          `json:"number"` // of the correction: 1, 2, ...
	Call         cite.Ref                     `json:"call"`
	Title        bool                         `json:"title,omitempty"`  // the line that says what it is about is another, or gone
	Reason       bool                         `json:"reason,omitempty"` // one was given
	Parts        []consultation.CorrectedPart `json:"parts,omitempty"`  // whose text or wording are others
	Held         bool                         `json:"held,omitempty"`   // until a moderator publishes it
	Assurance    string                       `json:"assurance"`
	Received     time.Time                    `json:"received"`
	Told         time.Time                    `json:"told,omitzero"` // the script's clock, in demonstrations only
	Rule         string                       `json:"rule"`
	Deadline     time.Time                    `json:"deadline"`
	By           string                       `json:"by"`
}

// Describe: its data are read by whoever may read the contribution, once it stands.
func (f Corrected) Describe() cite.Description {
	return cite.Description{Kind: "consultation.corrected/1", Touches: []cite.Ref{f.Contribution}, About: f.Contribution}
}

// At is the instant that rules use: the script's clock in a demonstration, else when it arrived.
func (f *Corrected) At() time.Time {
	if !f.Told.IsZero() {
		return f.Told
	}
	return f.Received
}

// Published: everybody who reads the contribution reads a correction of it.
type Published struct {
	Contribution cite.Ref  `json:"contribution"`
	Number       int       `json:"number"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: what the contribution says is otherwise.
func (f Published) Describe() cite.Description {
	return cite.Description{Kind: "consultation.correction_published/1", Touches: []cite.Ref{f.Contribution}, About: cite.Public}
}

// Withheld: a correction is kept from the public, and the contribution says what it said. Words: reason.
type Withheld struct {
	Contribution cite.Ref  `json:"contribution"`
	Number       int       `json:"number"`
	Ground       string    `json:"ground"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: that it was withheld, and on which ground, is public.
func (f Withheld) Describe() cite.Description {
	return cite.Description{Kind: "consultation.correction_withheld/1", Touches: []cite.Ref{f.Contribution}, About: cite.Public}
}
