package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// Convene makes a conversation. It is decided before there is a state.
type Convene struct {
	Slug          string      // its address: Latin letters, digits and hyphens, at most 40
	Title         locale.Text // at most input.MaxTitle characters in each language
	Lead          locale.Text // what it is about, at most input.MaxOutcome characters
	Languages     []locale.Lang
	Zone          string // IANA name; "" for UTC
	Categories    []settings.Label
	Groups        []settings.Label
	Subjects      []settings.Label
	Crosscutting  []settings.Label
	Countries     []settings.Label
	Contact       locale.Text // whom to ask, at most input.MaxOutcome characters in each language
	Demonstration bool
	Key           string                 // SHA-256 of the checkpoint key
	Officer       delegation.Participant // the first officer
	Stages        []settings.Stage       // numbered by their place
	Prepared      bool                   // only those who hold an office in it see it, until it is opened
}

// Check cleans all texts and holds everything to its bounds.
func (c Convene) Check() (Convene, error) {
	var in input.Check
	s := c.settled()
	s.Begin(&in)
	in.If(c.Officer == 0, "officer", "conversation.officer")
	c.settle(s)
	return c, in.Err()
}

// settled is what the conversation begins with, as it is kept.
func (c *Convene) settled() settings.State {
	return settings.State{Slug: c.Slug, Title: c.Title, Lead: c.Lead, Languages: c.Languages, Zone: c.Zone, Categories: c.Categories, Groups: c.Groups, Subjects: c.Subjects,
		Crosscutting: c.Crosscutting, Countries: c.Countries, Contact: c.Contact, Stages: c.Stages}
}

// settle takes what was cleaned.
func (c *Convene) settle(s settings.State) {
	c.Title, c.Lead, c.Contact, c.Categories, c.Groups, c.Subjects, c.Crosscutting, c.Countries, c.Stages =
		s.Title, s.Lead, s.Contact, s.Categories, s.Groups, s.Subjects, s.Crosscutting, s.Countries, s.Stages
}

func (s *State) convene(a Ask, c Convene) ([]Fact, error) {
	if s.Head != 0 {
		return nil, refusal.New(refusal.Conflict, "conversation.exists")
	}
	if err := s.House.Written(c.Languages); err != nil && !c.Prepared {
		return nil, err
	}
	now := a.Now()
	facts := []Fact{{Body: Convened{Slug: c.Slug, Title: c.Title, Lead: c.Lead, Languages: c.Languages, Zone: c.Zone, Categories: c.Categories, Groups: c.Groups,
		Subjects: c.Subjects, Crosscutting: c.Crosscutting, Countries: c.Countries, Whom: c.Contact, Demonstration: c.Demonstration, Key: c.Key, Officer: c.Officer, Prepared: c.Prepared, At: now}}}
	for _, st := range c.Stages {
		facts = append(facts, Fact{Body: settings.Staged{Stage: st, By: string(c.Officer.Ref()), At: now}})
	}
	return facts, nil
}

// Apply makes the conversation; its first officer moderates too.
func (f *Convened) Apply(s *State, at cite.Entry) error {
	s.Settings = settings.Settings{Slug: f.Slug, Title: f.Title, Lead: f.Lead, Languages: f.Languages, Zone: f.Zone, Categories: f.Categories, Groups: f.Groups, Subjects: f.Subjects,
		Crosscutting: f.Crosscutting, Countries: f.Countries, Contact: f.Whom, Demonstration: f.Demonstration, KeyHash: f.Key, Convened: f.At}
	if f.Contact != "" { // as it was written when it had one language
		s.Contact = locale.Plain(f.Title.Original, f.Contact)
	}
	if f.Prepared {
		s.Life = settings.Prepared
	}
	if f.Officer == 0 {
		return nil // nobody's office: no role may come to hang on being nobody
	}
	for _, role := range []delegation.Role{delegation.Officer, delegation.Moderator} {
		if err := (&delegation.Granted{Participant: f.Officer, Role: role.String()}).Apply(ownRoll(s), at); err != nil {
			return err
		}
	}
	return nil
}
