package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
)

// Mandates lends who may do what for whom, which is public by number.
func (l RollReading) Mandates() delegation.Mandates { return l.r.noted(AnyParty).Roll.Mandates() }

// Manages reports whether a participant manages the delegation of a party now.
func (l RollReading) Manages(p delegation.Participant, of delegation.Party) bool {
	l.SpeaksFor(p)
	return l.r.state.Roll.Manages(p, of, l.r.Now)
}

// Declared is which member declared a contribution for its group, and how the others stand on it; ok is false where none did, or
// the audience may not read it.
func (l RollReading) Declared(contribution cite.Ref) (d delegation.Declaration, stands []delegation.Stand, ok bool) {
	//mutants:guard who stands how on what was said is for those who may read it
	if !l.r.Consultation.readable(contribution) {
		return d, nil, false
	}
	if d, ok = l.r.state.Roll.DeclaredFor(contribution); ok { // a declaration touches the contribution
		l.r.note(AnyParty)
	}
	return d, l.r.state.Roll.Stands(contribution), ok
}

// JointlyBy lists the parties that submitted a contribution with the one that leads; none where the audience may not read it.
func (l RollReading) JointlyBy(contribution cite.Ref) []delegation.Joint {
	//mutants:guard who submitted what is for those who may read it
	if !l.r.Consultation.readable(contribution) {
		return nil
	}
	all := l.r.state.Roll.JointlyBy(contribution)
	if len(all) > 0 { // while it waits, who reads it changes with the mandates
		for _, p := range l.r.Audience.As {
			l.SpeaksNow(p)
		}
	}
	return all
}
