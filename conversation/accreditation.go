package conversation

import (
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/accrediting"
	"github.com/openplenary/plenary/delegation"
)

// accreditor is what the rules of accreditation look up.
func accreditor(s *State) *accrediting.House {
	return &accrediting.House{Settings: &s.Settings, Roll: s.Roll, Accreditation: s.Accredited, Floor: func(c cite.Ref) (cite.Ref, bool) {
		floor, heard := s.Formulation.Floor(c)
		return floor.Party, heard
	}}
}

// speaks gives why whoever asks does not speak for a party on the roll, be it a group through one of its members; nil where they do.
func (s *State) speaks(a Ask, party delegation.Party) error {
	return accreditor(s).Speaks(a.By, party, a.Through, a.Now())
}

// Ending is what ends soon at an instant and only the secretariat renews.
func (s *State) Ending(now time.Time) accrediting.Ending { return accreditor(s).Ending(now) }

// authorised is speaks for an ask that names a party on the roll; whoever asks for themselves is authorised.
//
//mutants:guard nobody submits, supports or takes support back for a party that has not authorised them
func (s *State) authorised(a Ask, known bool) error {
	if !known {
		return nil
	}
	return s.speaks(a, a.For)
}

func (s *State) request(a Ask, c accreditation.Ask) ([]Fact, error) {
	if a.Assurance == consultation.Anonymous {
		a.Assurance = ""
	}
	f, err := accreditor(s).Request(a.act(), a.Assurance, c)
	return []Fact{f}, err
}

func (s *State) accredit(a Ask, c accreditation.Accredit) ([]Fact, error) {
	return accreditor(s).Accredit(a.act(), c)
}

// retract erases what was written in the request, and in the answer to it.
func (s *State) retract(a Ask, c accreditation.Retract) ([]Fact, error) {
	f, err := s.Accredited.Retract(a.act(), c)
	r, _ := s.Accredited.Find(c.Party)
	return s.letGo([]Fact{f}, Erased{Ground: "at_request", Own: true, At: a.act().At}, r.Position, r.Decided), err
}

// Accreditation reads who asked to speak for a body, and what was decided.
func (l RollReading) Accreditation() accrediting.Reading {
	r := l.r
	r.note(AnyParty)
	return accrediting.Reading{House: *accreditor(r.state), Now: r.Now, Officer: r.Audience.Roles.Has(delegation.Officer), Is: r.Audience.Is, Note: r.note, Grant: r.grant, Expires: r.expires}
}

// SpeaksNow lists the parties that a participant may speak for at the reader's instant: those whose accreditation stands.
func (l RollReading) SpeaksNow(p delegation.Participant) []delegation.Party {
	return l.Accreditation().Stand(l.SpeaksFor(p))
}

// WritesNow lists the parties in whose delegations a participant is at the reader's instant, those they only prepare for among them.
func (l RollReading) WritesNow(p delegation.Participant) []delegation.Party {
	for _, a := range l.r.noted(AnyParty).Roll.Held(p) {
		l.r.expires(a.Until)
	}
	return l.Accreditation().Stand(l.r.state.Roll.Seats(p, l.r.Now))
}

// Heads reports whether of those who speak for a party a participant is its head; where it has none, each of them is as good.
func (l RollReading) Heads(p delegation.Participant, of delegation.Party) bool {
	for _, a := range l.r.noted(AnyParty).Roll.Delegation(of) {
		l.r.expires(a.Until)
	}
	return l.r.state.Roll.Heads(p, of, l.r.Now)
}
