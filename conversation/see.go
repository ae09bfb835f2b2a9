package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
)

// Audience is who reads: the roles they hold in this conversation, and who they are. The zero Audience
// is the public.
type Audience struct {
	Roles delegation.RoleSet
	// As are the participants the reader is: of their account, and of what they sent without one.
	As []delegation.Participant
}

// Public is the audience of everybody.
var Public = Audience{}

// Is reports whether the reader is the participant with a reference.
//
//mutants:guard nobody passes for somebody else
func (a Audience) Is(participant string) bool {
	for _, p := range a.As {
		if string(p.Ref()) == participant {
			return true
		}
	}
	return false
}

// Sight is how much of a thing an audience may see.
type Visibility uint8

// The degrees of sight.
const (
	Nothing   Visibility = iota // answers as if it did not exist
	Tombstone                   // that it was there, and what became of it
	Redacted                    // its words, redacted passages blacked out
	Full                        // every word
)

// MaySee is the only rule of reading. Published papers, calls and answers are everybody's. A contribution is
// everybody's once it is published, with redacted passages blacked out; while it waits it is its
// author's and the moderators'; withheld, withdrawn or erased, everybody sees that it was there and
// what became of it.
//
//mutants:guard nobody sees more than the rule of reading says
func (s *State) MaySee(a Audience, r cite.Ref) Visibility {
	switch r.Kind() {
	case 'p':
		e, ok := s.Papers.Edition(r)
		if !ok {
			return Nothing
		}
		if x := r.Element(); x != cite.None {
			if _, ok := e.Element(x); !ok {
				return Nothing
			}
		}
		return Full
	case 'k':
		if _, ok := s.Consultation.Call(r); ok {
			return Full
		}
	case 'd':
		if _, ok := s.Consultation.Disposition(r); ok {
			return Full
		}
	case 'c':
		return s.maySeeContribution(a, r)
	}
	return Nothing
}

// maySeeContribution is the rule for contributions, their parts and their files.
//
//mutants:guard nobody sees more of a contribution than its status lets them
func (s *State) maySeeContribution(a Audience, r cite.Ref) Visibility {
	c, ok := s.Consultation.Row(r)
	if !ok {
		return Nothing
	}
	return maySeeRow(a, &c, r)
}

// maySeeRow is maySeeContribution where the contribution is at hand.
//
//mutants:guard nobody sees more of a contribution than its status lets them
func maySeeRow(a Audience, c *consultation.Contribution, r cite.Ref) Visibility {
	if r.PartNumber() > c.Parts || r.FileNumber() > int(c.Files) {
		return Nothing
	}
	staff := a.Roles.Has(delegation.Moderator, delegation.Officer)
	own := a.Is(c.By)
	switch c.Status {
	case consultation.Erased:
		return Tombstone
	case consultation.Published:
		if staff || own {
			return Full
		}
		return Redacted
	case consultation.Pending:
		if staff || own {
			return Full
		}
		return Nothing
	case consultation.Withheld, consultation.Withdrawn:
		if staff || own {
			return Full
		}
		return Tombstone
	}
	return Nothing
}

// MaySeeFact reports whether an audience may read the data of a fact: what it says that it is about is read by
// the rule for that. A fact that says nothing is read by those who moderate.
//
//mutants:guard the data of a fact are read only by those who may read what it is about
func (s *State) MaySeeFact(a Audience, f cite.Fact) bool {
	switch about := f.Describe().About; about {
	case cite.Public:
		return true
	case cite.None:
		return a.Roles.Has(delegation.Moderator, delegation.Officer)
	default:
		return s.MaySee(a, about.Root()) >= Redacted
	}
}
