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
	As    delegation.Participant
}

// Sight is how much of a thing an audience may see.
type Sight uint8

// The degrees of sight.
const (
	Nothing   Sight = iota // answers as if it did not exist
	Tombstone              // that it was there, and what became of it
	Blackened              // its words, redacted passages blacked out
	Whole                  // every word
)

// MaySee is the only rule of reading. Published papers and calls are everybody's. A contribution is
// everybody's once it is published, with redacted passages blacked out; while it waits it is its
// author's and the moderators'; withheld, withdrawn or erased, everybody sees that it was there and
// what became of it.
func (s *State) MaySee(a Audience, r cite.Ref) Sight {
	switch r.Kind() {
	case 'p':
		e, ok := s.Shelf.Edition(r)
		if !ok {
			return Nothing
		}
		if x := r.Element(); x != cite.None {
			if _, ok := e.Element(x); !ok {
				return Nothing
			}
		}
		return Whole
	case 'k':
		if _, ok := s.Book.Call(r); ok {
			return Whole
		}
	case 'c':
		return s.maySeeContribution(a, r)
	}
	return Nothing
}

func (s *State) maySeeContribution(a Audience, r cite.Ref) Sight {
	c, ok := s.Book.Row(r)
	if !ok || r.PartNumber() > c.Parts || r.FileNumber() > int(c.Files) {
		return Nothing
	}
	staff := a.Roles.Has(delegation.Moderator, delegation.Officer)
	own := a.As != 0 && string(a.As.Ref()) == c.By
	switch c.Status {
	case consultation.Erased:
		return Tombstone
	case consultation.Published:
		if staff || own {
			return Whole
		}
		return Blackened
	case consultation.Pending:
		if staff || own {
			return Whole
		}
		return Nothing
	case consultation.Withheld, consultation.Withdrawn:
		if staff || own {
			return Whole
		}
		return Tombstone
	}
	return Nothing
}
