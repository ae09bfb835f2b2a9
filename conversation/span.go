package conversation

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// The rules that span nouns: a noun's own rule is in its room; here is looked up what it needs of the others.

// submit looks up what spans nouns: who is spoken for, and what each part is anchored to.
func (s *State) submit(a Ask, c consultation.Submit) ([]Fact, error) {
	if c.Known {
		//mutants:guard nobody speaks for who has not authorised them
		if !s.Roll.MaySpeak(a.By, a.For) {
			return nil, refusal.In("for", "party.not_authorised")
		}
		st, _ := s.Roll.Party(a.For)
		c.Category, c.Country, c.Name, c.Body = st.Category, st.Country, "", ""
		a.Assurance = consultation.Vouched
	}
	if a.For == 0 {
		return nil, refusal.In("for", "party.unknown")
	}
	if c.Category == "" {
		c.Category = s.Unsaid()
	}
	cat, ok := s.Category(c.Category)
	switch {
	case c.Category == "":
		return nil, refusal.In("category", "category.missing")
	case !ok:
		return nil, refusal.In("category", "category.unknown")
	}
	//mutants:guard nobody speaks for a state on their own word
	if cat.State && !c.Known {
		return nil, refusal.In("category", "category.state")
	}
	if c.Country != "" && !s.KnownCountry(c.Country) {
		return nil, refusal.In("country", "country.unknown")
	}
	targets := make([]consultation.Target, len(c.Parts))
	for i, p := range c.Parts {
		targets[i] = s.target(p.On)
	}
	f, err := s.Consultation.Submit(consultation.Sender{By: string(a.By.Ref()), For: string(a.For.Ref()), Assurance: a.Assurance, Received: a.Received, Told: a.Told}, targets, c)
	return []Fact{f}, err
}

// anchor looks up a place to comment on: an element in an edition, or the whole edition.
func (s *State) target(r cite.Ref) consultation.Target {
	p, ok := s.Papers.Paper(r)
	if !ok || r.EditionNumber() == 0 {
		return consultation.Target{}
	}
	e, ok := p.Edition(r.EditionNumber())
	if !ok {
		return consultation.Target{}
	}
	out := consultation.Target{Exists: true, Earlier: e != p.Latest()}
	if x := r.Element(); x != cite.None {
		el, ok := e.Element(x)
		if !ok {
			return consultation.Target{}
		}
		out.Stance = el.Stance
	}
	return out
}

// publish looks up what spans nouns: the labels that elements carry, what they cite, and the points on the
// paper that still wait for an answer. Nothing is forgotten: an edition that revises a paper answers
// every point, or lists those that it does not.
func (s *State) publish(a Ask, c paper.Publish) ([]Fact, error) {
	if err := s.labelled(c.Elements); err != nil {
		return nil, err
	}
	f, err := s.Papers.Publish(a.act(), c)
	if err != nil {
		return nil, err
	}
	if c.Paper != cite.None {
		switch open := s.Consultation.AnswerCounts(c.Paper); {
		case open.Pending > 0:
			return nil, refusal.New(refusal.NotNow, "paper.pending", "n", open.Pending)
		case open.Unanswered > 0 && !c.List:
			return nil, refusal.New(refusal.NotNow, "paper.unanswered", "n", open.Unanswered)
		case open.Unanswered > 0:
			f.Listed = s.Consultation.OpenParts(c.Paper)
		}
	}
	return []Fact{{Body: f}}, nil
}

// labelled looks up what elements are labelled with and what they cite.
func (s *State) labelled(elements []paper.Element) error {
	if no := paper.UnknownLabels(elements, IDs(s.Subjects), IDs(s.Crosscutting)); len(no) > 0 {
		return no
	}
	for i, el := range elements {
		for _, r := range el.Cites {
			if !s.exists(r) {
				return refusal.In("elements", "paper.cites", "n", i+1, "ref", string(r))
			}
		}
	}
	return nil
}

// answer looks up the passages that the answer changes, and reserves the new one.
func (s *State) answer(a Ask, c consultation.Answer) ([]Fact, error) {
	if err := s.changes(c.Changes); err != nil {
		return nil, err
	}
	var facts []Fact
	if c.New.Paper != cite.None {
		reserve, err := paper.Reserve{Paper: c.New.Paper, Kind: paper.Paragraph, Name: c.New.Name}.Check()
		if err != nil {
			return nil, err
		}
		f, err := s.Papers.Reserve(a.act(), reserve)
		if err != nil {
			return nil, err
		}
		facts = append(facts, Fact{Body: f})
		c.Changes = append(slices.Clone(c.Changes), f.Ref)
	}
	f, err := s.Consultation.WriteAnswer(a.act(), c)
	return append(facts, f), err
}

// exists reports whether a reference names something that everybody may read that it was there.
func (s *State) exists(r cite.Ref) bool { return s.MaySee(Public, r) >= Tombstone }

// changes looks up the passages that an answer changes: elements of an edition that is out, elements that
// the next edition may change, or elements reserved for it.
func (s *State) changes(refs []cite.Ref) error {
	for _, r := range refs {
		x := r.Element()
		p, ok := s.Papers.Paper(r)
		if !ok || x == cite.None {
			return refusal.In("changes", "answer.passage", "ref", string(r))
		}
		if n := r.EditionNumber(); n > 0 {
			e, ok := p.Edition(n)
			if !ok || r != cite.Element(e.Ref, x.ElementNumber()) {
				return refusal.In("changes", "answer.passage", "ref", string(r))
			}
			if _, ok := e.Element(x); !ok {
				return refusal.In("changes", "answer.passage", "ref", string(r))
			}
			continue
		}
		if _, ok := p.Latest().Element(x); r != x || !ok && !p.Promised(x) {
			return refusal.In("changes", "answer.passage", "ref", string(r))
		}
	}
	return nil
}

// reserve gives a reference to an element of the next edition.
func (s *State) reserve(act cite.Act, c paper.Reserve) (cite.Proposal, error) {
	f, err := s.Papers.Reserve(act, c)
	return cite.Proposal{Body: f}, err
}

// linkPassage looks up the passages.
func (s *State) linkPassage(act cite.Act, c consultation.LinkPassage) (cite.Proposal, error) {
	if err := s.changes(c.Changes); err != nil {
		return cite.Proposal{}, err
	}
	return s.Consultation.LinkPassage(act, c)
}

// announceCall looks up the edition that is current.
func (s *State) announceCall(act cite.Act, c consultation.AnnounceCall) (cite.Proposal, error) {
	edition := cite.None
	if e, ok := s.Papers.Edition(c.Paper); ok {
		edition = e.Ref
	}
	return s.Consultation.AnnounceCall(act, edition, c)
}

// enterParty looks up category and country.
func (s *State) enterParty(act cite.Act, c delegation.EnterParty) (cite.Proposal, error) {
	if _, ok := s.Category(c.Category); !ok {
		return cite.Proposal{}, refusal.In("category", "category.unknown")
	}
	if c.Country != "" && !s.KnownCountry(c.Country) {
		return cite.Proposal{}, refusal.In("country", "country.unknown")
	}
	return s.Roll.EnterParty(act, c)
}
