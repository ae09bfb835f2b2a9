package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/formulating"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/refusal"
)

// formulator is what the rules of formulating together look up.
func formulator(s *State) *formulating.House {
	return &formulating.House{Consultation: s.Consultation, Formulation: s.Formulation, Papers: s.Papers, Questions: s.Questions, Priorities: s.Priorities, Replies: s.Replies}
}

// hear looks up who spoke, and takes the question in as a contribution of theirs, which somebody who signed in enters.
func (s *State) hear(a Ask, c formulation.Hear) (facts []Fact, err error) {
	if facts, err = s.aloud(a, c.Party, a.Now(), formulating.Submitted(c)); err != nil {
		return nil, err
	}
	f, err := s.Formulation.Hear(a.act(), s.Convened, cite.Part(facts[0].Body.(consultation.Received).Ref, 1), c)
	return append(facts, f), err
}

// support looks up the proposal, and who supports it.
func (s *State) support(a Ask, c formulation.GiveSupport) ([]Fact, error) {
	//mutants:guard support is given by those who are known
	if a.Assurance == consultation.Anonymous && !c.Known {
		return nil, refusal.New(refusal.Forbidden, "proposal.sign_in")
	}
	//mutants:guard groups do not support: their members would be counted twice
	if c.Known && s.Roll.IsGroup(a.For) {
		return nil, refusal.In("for", "group.support")
	}
	//mutants:guard who observes is not counted among those who support
	if c.Known && s.Accredited.Observes(a.For.Ref()) {
		return nil, refusal.In("for", "accreditation.observer")
	}
	if err := s.authorised(a, c.Known); err != nil {
		return nil, err
	}
	cat, country, err := s.constituency(a, c.Known, c.Category)
	if err != nil {
		return nil, err
	}
	c.Category, c.Country = cat.ID, country
	f, err := s.Formulation.Support(a.act(), formulating.Speaker(a.By, a.For), formulator(s).ProposalFor(a.act(), c.Proposal, formulating.Speaker(a.By, a.For).For), c)
	return []Fact{f}, err
}

// takeBack looks up the proposal, and whether who asks still speaks for the party.
func (s *State) takeBack(a Ask, c formulation.TakeBackSupport) ([]Fact, error) {
	if err := s.authorised(a, c.Known); err != nil {
		return nil, err
	}
	f, err := s.Formulation.TakeBack(a.act(), formulating.Speaker(a.By, a.For), formulator(s).Proposal(a.act(), c.Proposal).Proposal, c)
	return []Fact{f}, err
}

// word looks up the proposals, and writes to their authors where there is a reason to tell them.
func (s *State) word(a Ask, c formulation.Word) ([]Fact, error) {
	if q, ok := s.Formulation.Question(c.Question); ok && len(c.Of) == 0 {
		c.Of = q.Now().Of
	}
	of, err := formulator(s).Proposals(a.act(), c.Of, c.Read)
	if err != nil {
		return nil, err
	}
	var facts []Fact
	var answer cite.Ref
	if !c.Reason.Empty() {
		worded, err := formulator(s).Answer(c)
		if err != nil {
			return nil, err
		}
		written, err := s.answer(a, worded)
		if err != nil {
			return nil, err
		}
		facts, answer = written, written[len(written)-1].Body.(consultation.Answered).Ref
	}
	f, err := s.Formulation.Word(a.act(), of, formulator(s).TakenBy(c.Question), answer, c)
	return append(facts, f), err
}

// leaveOut answers proposals that are not taken up.
func (s *State) leaveOut(a Ask, c formulation.LeaveOut) ([]Fact, error) {
	answer, err := formulator(s).LeaveOut(a.act(), c)
	if err != nil {
		return nil, err
	}
	return s.answer(a, answer)
}
