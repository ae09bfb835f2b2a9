package formulation

import (
	"cmp"
	"maps"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// GiveSupport says that a party supports a proposal.
type GiveSupport struct {
	Proposal cite.Ref // a part of a published contribution, c23.1
	Category string   // id of a category of the conversation; of a party on the roll its own counts
	// Known: the party is on the roll; category and country are taken from there.
	Known bool `api:"-"`
	// Country is that of the party on the roll.
	Country string `api:"-"`
}

// Check cleans the category.
func (c GiveSupport) Check() (GiveSupport, error) {
	var in input.Check
	in.Line("category", &c.Category, input.MaxName)
	return c, in.Err()
}

// TakeBackSupport says that a party does not support a proposal any more.
type TakeBackSupport struct {
	Proposal cite.Ref // that the party supports now
	// Known: the party is on the roll.
	Known bool `api:"-"`
}

// Check has nothing to hold it to.
func (c TakeBackSupport) Check() (TakeBackSupport, error) { return c, nil }

// Proposal is what the conversation knows of a proposal.
type Proposal struct {
	Call      cite.Ref // to which it was sent
	Published bool
	For       string // the party that proposes
	Decided   bool   // it has an answer, and the call is closed
}

// Speaker says who supports, and for whom.
type Speaker struct{ By, For string }

// Support decides. A party supports a proposal once, and never its own.
func (s *State) Support(act cite.Act, who Speaker, of Proposal, c GiveSupport) (cite.Proposal, error) {
	//mutants:guard what is not published is not supported
	if _, gathers := s.Gathering(of.Call); !gathers || !of.Published {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "proposal.unknown")
	}
	switch {
	case of.Decided:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "proposal.decided")
	//mutants:guard nobody supports what they propose themselves
	case of.For == who.For:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "proposal.own")
	}
	//mutants:guard a party supports a proposal once
	if s.SupportedBy(c.Proposal, who.For) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "proposal.supported")
	}
	return cite.Proposal{Body: Supported{Proposal: c.Proposal, By: who.By, For: who.For, Category: c.Category, Country: c.Country, Known: c.Known, At: act.At}}, nil
}

// SupportedBy reports whether a party, by its reference, supports a proposal.
func (s *State) SupportedBy(proposal cite.Ref, party string) bool {
	return slices.ContainsFunc(s.supports.Get(proposal), func(x Support) bool { return x.For == party })
}

// Apply adds the support.
func (f *Supported) Apply(s *State, _ cite.Entry) error {
	x := Support{By: f.By, For: f.For, Category: f.Category, Country: f.Country, Known: f.Known, At: f.At}
	s.supports.Set(f.Proposal, append(slices.Clip(s.supports.Get(f.Proposal)), x))
	return nil
}

// TakeBack decides. Whether who asks may speak for the party is looked up by the conversation.
func (s *State) TakeBack(act cite.Act, who Speaker, of Proposal, c TakeBackSupport) (cite.Proposal, error) {
	//mutants:guard nobody takes back another's support
	if !s.SupportedBy(c.Proposal, who.For) {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "proposal.unsupported")
	}
	if of.Decided {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "proposal.decided")
	}
	return cite.Proposal{Body: Unsupported{Proposal: c.Proposal, By: who.By, For: who.For, At: act.At}}, nil
}

// Apply takes the support away.
func (f *Unsupported) Apply(s *State, _ cite.Entry) error {
	s.supports.Set(f.Proposal, slices.DeleteFunc(slices.Clone(s.supports.Get(f.Proposal)), func(x Support) bool { return x.For == f.For }))
	return nil
}

// Share is how many parties of one category support something, and how many of them take part.
type Share struct {
	Category string `json:"category"` // its identifier
	Support  int    `json:"support"`  // parties of it that support
	Of       int    `json:"of"`       // parties of the category that proposed or supported anything at this call, or stand on the roll
}

// Categories are those in which parties are counted.
type Categories struct {
	Order     []string
	Canonical func(string) string // the category that took the place of one that was merged
}

// Constituencies counts who supports some proposals by category, each party once however many of the proposals it supports
// or makes: who proposes one of them supports it. proposers are these, each with its category; taking is how many parties of
// each category take part. Categories in which nobody supports are there with 0. A number over all of them is not made.
func (s *State) Constituencies(proposals []cite.Ref, proposers map[string]string, taking map[string]int, in Categories) []Share {
	party := maps.Clone(proposers) // party -> category
	for _, r := range proposals {
		for _, x := range s.supports.Get(r) {
			if _, ok := party[x.For]; !ok {
				party[x.For] = x.Category
			}
		}
	}
	n := map[string]int{}
	for _, category := range party {
		n[in.Canonical(category)]++
	}
	out := make([]Share, 0, len(in.Order))
	for _, category := range in.Order {
		if of := taking[category]; of > 0 || n[category] > 0 {
			out = append(out, Share{Category: category, Support: n[category], Of: max(of, n[category])})
		}
	}
	return out
}

// TakingPart counts the parties of each category that take part: party, each with its category, and whoever supports one of some
// proposals, in the category in which it did so last. canonical is as in Categories.
func (s *State) TakingPart(of map[cite.Ref]bool, party map[string]string, canonical func(string) string) map[string]int {
	type said struct {
		Support
		on cite.Ref
	}
	last := map[string]said{}
	for proposal, all := range s.supports.All() { // in no order
		for _, x := range all {
			if y, ok := last[x.For]; of[proposal] && (!ok || cmp.Or(x.At.Compare(y.At), cmp.Compare(proposal, y.on)) > 0) {
				last[x.For] = said{x, proposal}
			}
		}
	}
	for who, x := range last {
		party[who] = x.Category
	}
	out := map[string]int{}
	for _, category := range party {
		out[canonical(category)]++
	}
	return out
}
