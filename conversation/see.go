package conversation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/delegation"
)

// Audience is who reads: the roles they hold in this conversation, and who they are. The zero Audience
// is the public.
type Audience struct {
	Roles delegation.RoleSet
	// As are the participants the reader is: of their account, and of what they sent without one.
	As []delegation.Participant
	// Unredacted: the reader asked to read what is blacked out. It means something only for those who moderate.
	Unredacted bool
	// Preview: an officer looks at a conversation that is prepared, as this audience will once it is opened.
	Preview bool
	// now is the reader's instant, at which it is looked for whom they speak; zero for nobody.
	now time.Time
}

// At is the audience at an instant: at it those who speak for a party read what was said for that party as their own.
func (a Audience) At(now time.Time) Audience {
	a.now = now
	return a
}

// Public is the audience of everybody.
var Public = Audience{}

// Readers is everybody who was let in: what is the same for all of them is read as they do.
var Readers = Audience{Preview: true}

// Is reports whether the reader is the participant with a reference.
//
//mutants:guard nobody passes for somebody else
func (a Audience) Is(participant string) bool {
	for _, p := range a.As {
		if p.Is(participant) {
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
// everybody's once it is published, with redacted passages blacked out; while it waits it is its author's, the moderators', of one for a
// party theirs who speak for that party, and of one of several parties theirs who may authorise for one of them; withheld, withdrawn or erased, everybody sees that it was there and
// what became of it. Those who moderate read it whole, except what is redacted: that is black for them as well, until
// they ask for it.
//
//mutants:guard nobody sees more than the rule of reading says
func (s *State) MaySee(a Audience, r cite.Ref) Visibility {
	//mutants:guard of a conversation that is not there for somebody they see nothing
	if !s.MayEnter(a) {
		return Nothing
	}
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
	case 'q':
		if _, ok := s.Formulation.Question(r); ok {
			return Full
		}
	case 'o':
		if _, ok := s.Priorities.Order(r); ok {
			return Full
		}
	case 's':
		if _, ok := s.Sessions.Session(r); ok {
			return Full
		}
	case 'b':
		if _, ok := s.Polls.Poll(r); ok {
			return Full
		}
	case 'u': // what is about somebody is theirs alone
		//mutants:guard that somebody voted is told to nobody else
		if a.Is(string(r)) {
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
	return s.maySeeRow(a, &c, r)
}

// acts is as which of the reader's participants they act for a contribution that was made for a party; 0 for none.
func (s *State) acts(a Audience, c *consultation.Contribution) delegation.Participant {
	if !c.Known {
		return 0 // who sent it is looked at elsewhere
	}
	//mutants:guard nobody acts for a party but at an instant that is known
	if a.now.IsZero() {
		return 0
	}
	for _, p := range a.As {
		if len(s.Roll.Held(p)) > 0 && accreditor(s).Acts(p, *c, a.now) == nil {
			return p
		}
	}
	return 0
}

// maySeeRow is maySeeContribution where the contribution is at hand.
//
//mutants:guard nobody sees more of a contribution than its status lets them
func (s *State) maySeeRow(a Audience, c *consultation.Contribution, r cite.Ref) Visibility {
	if !s.MayEnter(a) || r.PartNumber() > c.Parts || r.FileNumber() > int(c.Files) {
		return Nothing
	}
	staff := a.Roles.Has(delegation.Moderator, delegation.Officer)
	switch {
	case c.Status == consultation.Erased:
		return Tombstone
	case a.Is(c.By):
		return Full
	//mutants:guard what a party said is read whole by those who act for it, until it is taken back
	case c.Status != consultation.Withdrawn && s.acts(a, c) != 0:
		return Full
	//mutants:guard what is redacted is black for those who moderate, until they ask for it
	case staff && c.Redacted && !a.Unredacted && !s.Consultation.FileWithheld(r):
		return Redacted
	case staff:
		return Full
	//mutants:guard while it waits, of those who did not send it only those read it who may authorise for a party that is named with it
	case c.Status == consultation.Pending && accreditor(s).Reads(a.As, c.Ref, a.now):
		return Full
	case c.Status == consultation.Pending:
		return Nothing
	//mutants:guard a file that is withheld by itself is nobody else's
	case c.Status == consultation.Published && !s.Consultation.FileWithheld(r):
		return Redacted
	}
	return Tombstone
}

// MaySeeFact reports whether an audience may read the data of a fact: what it says that it is about is read by
// the rule for that. A fact that says nothing is read by those who moderate.
//
//mutants:guard the data of a fact are read only by those who may read what it is about
func (s *State) MaySeeFact(a Audience, f cite.Fact) bool {
	//mutants:guard of a conversation that is not there for somebody they read no fact
	if !s.MayEnter(a) {
		return false
	}
	switch about := f.Describe().About; about {
	case cite.Public:
		return true
	case cite.None:
		return a.Roles.Has(delegation.Moderator, delegation.Officer)
	default:
		sight := s.MaySee(a, about.Root())
		_, is := f.(*consultation.Received)
		k, corrects := f.(*correction.Corrected)
		//mutants:guard a correction that does not stand is known to those whose contribution it is and those who moderate
		if corrects && !a.Is(k.By) && sight != Full && !k.Stands(s.Consultation) {
			return a.Roles.Has(delegation.Moderator, delegation.Officer)
		}
		//mutants:guard how long the words of a redacted contribution are is not told: what is black could be measured
		if (is || corrects) && sight == Redacted && len(s.Consultation.Masks(about)) > 0 {
			return a.Roles.Has(delegation.Moderator, delegation.Officer)
		}
		return sight >= Redacted
	}
}
