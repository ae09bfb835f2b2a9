package registration

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// Offered: people may register for a session under these terms, or they were put right.
type Offered struct {
	Session cite.Ref    `json:"session"`
	Terms   Terms       `json:"terms"`
	Reason  locale.Text `json:"reason,omitzero"` // why they are put right
	By      string      `json:"by,omitempty"`
	At      time.Time   `json:"at"`
}

// Describe: what a session offers is everybody's.
func (f Offered) Describe() cite.Description {
	return cite.Description{Kind: "registration.offered/1", Touches: []cite.Ref{f.Session, Any}, About: cite.Public}
}

// Apply replaces the terms.
func (f *Offered) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, at.Position, func(o *Offer) bool {
		if o.Terms = f.Terms; o.Position != at.Position {
			o.Changes = append(slices.Clip(o.Changes), Change{Position: at.Position, At: f.At, Reason: f.Reason})
		}
		return true
	})
}

// FieldAsked: something is asked of those who register, is put right, or is asked no more.
type FieldAsked struct {
	Session cite.Ref    `json:"session"`
	Number  int         `json:"n"` // from 1, in the order in which they were first asked
	Field   Field       `json:"field"`
	Off     bool        `json:"off,omitempty"` // it is asked no more
	Reason  locale.Text `json:"reason,omitzero"`
	By      string      `json:"by,omitempty"`
	At      time.Time   `json:"at"`
}

// Describe: what is asked is everybody's; what is answered is on no record.
func (f FieldAsked) Describe() cite.Description {
	return cite.Description{Kind: "registration.field-asked/1", Touches: []cite.Ref{f.Session, Any}, About: cite.Public}
}

// Apply adds the field, or puts it right.
func (f *FieldAsked) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, at.Position, func(o *Offer) bool {
		x := Asked{Field: f.Field, Off: f.Off, Position: at.Position}
		switch n := f.Number; {
		case n == len(o.Fields)+1:
			o.Fields = append(slices.Clip(o.Fields), x)
		case n >= 1 && n <= len(o.Fields):
			o.Fields = slices.Clone(o.Fields)
			o.Fields[n-1] = x
			o.Changes = append(slices.Clip(o.Changes), Change{Position: at.Position, Field: n, At: f.At, Reason: f.Reason})
		default:
			return false
		}
		return true
	})
}
