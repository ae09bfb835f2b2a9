package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Erase deletes the words of a contribution for good, on a ground.
type Erase struct {
	Contribution cite.Ref
	Ground       string // one of consultation.Grounds
}

// Check looks whether the ground is one.
func (c Erase) Check() (Erase, error) {
	var in input.Check
	in.OneOf("ground", c.Ground, consultation.Grounds, "ground.missing")
	return c, in.Err()
}

// erase lets go the words of the contribution itself, of what was written about it, and of what its author
// said of the answers.
func (s *State) erase(a Ask, c Erase) ([]Fact, error) {
	row, ok := s.Consultation.Row(c.Contribution)
	if !ok || row.Ref != c.Contribution {
		return nil, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if row.Status == consultation.Erased {
		return nil, refusal.New(refusal.Conflict, "contribution.decided", "status", row.Status.String())
	}
	//mutants:guard published text is erased by two people where the conversation asks for two
	if s.Consultation.NeedsTwo(row.Ref) {
		f, err := s.Consultation.ProposeErasure(a.act(), row.Ref, c.Ground)
		return []Fact{f}, err
	}
	return s.erasing(a, c, 0)
}

// erasing gives the facts of an erasure, and where it was proposed.
func (s *State) erasing(a Ask, c Erase, proposed cite.Position) ([]Fact, error) {
	row, _ := s.Consultation.Row(c.Contribution)
	at := []cite.Position{row.Position}
	at = append(at, s.Consultation.WithheldAt(row.Ref)...) // a reason for withholding may repeat what has to go
	for n := 1; n <= row.Parts; n++ {
		for _, r := range s.Consultation.Reactions(cite.Part(row.Ref, n)) {
			if r.Worded {
				at = append(at, r.Position)
			}
		}
	}
	act, facts := a.act(), make([]Fact, len(at))
	for i, p := range at {
		facts[i] = Fact{Body: Erased{Position: p, Contribution: row.Ref, Ground: c.Ground, Proposed: proposed, By: act.By, At: act.At}, Erase: []cite.Position{p}}
	}
	return facts, nil
}

// Apply notes that the words at a position are gone.
func (f *Erased) Apply(s *State, at cite.Entry) error {
	if f.Contribution != cite.None {
		if err := s.Consultation.Erase(at, f.Contribution); err != nil {
			return err
		}
	}
	s.erased.Set(f.Position, at.Position)
	return nil
}
