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
	return &formulating.House{Consultation: s.Consultation, Formulation: s.Formulation, Papers: s.Papers}
}

// gather looks up the call: it is there, and nothing was sent to it yet.
func (s *State) gather(act cite.Act, c formulation.Gather) (cite.Proposal, error) {
	k, ok := s.Consultation.Call(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	if _, replies := s.Replies.Round(c.Call); replies {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "reply.asks")
	}
	//mutants:guard what is sent as comments on an order of themes stays that
	if _, orders := s.Priorities.ByCall(c.Call); orders {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.gathers")
	}
	if _, asks := s.Questions.Form(c.Call); asks || s.Consultation.Tally(c.Call).Received > 0 || k.Withdrawn != 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "formulation.begun")
	}
	return s.Formulation.Gather(act, c)
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
	cat, country, err := s.constituency(a, c.Known, c.Category)
	if err != nil {
		return nil, err
	}
	c.Category, c.Country = cat.ID, country
	f, err := s.Formulation.Support(a.act(), speaker(a), formulator(s).ProposalFor(a.act(), c.Proposal, speaker(a).For), c)
	return []Fact{f}, err
}

// takeBack looks up the proposal, and whether who asks still speaks for the party.
func (s *State) takeBack(a Ask, c formulation.TakeBackSupport) ([]Fact, error) {
	//mutants:guard nobody takes back the support of a party that has not authorised them
	if c.Known {
		if err := s.speaks(a, a.For); err != nil {
			return nil, err
		}
	}
	f, err := s.Formulation.TakeBack(a.act(), speaker(a), formulator(s).Proposal(a.act(), c.Proposal).Proposal, c)
	return []Fact{f}, err
}

func speaker(a Ask) formulation.Speaker {
	return formulation.Speaker{By: string(a.By.Ref()), For: string(a.For.Ref())}
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
	of, err := formulator(s).Proposals(a.act(), c.Of, c.Read)
	if err == nil {
		err = s.Formulation.LeaveOut(of)
	}
	if err != nil {
		return nil, err
	}
	answer, err := consultation.Answer{Parts: c.Of, Outcome: c.Outcome, Of: c.Like, Reason: c.Reason}.Check()
	if err != nil {
		return nil, err
	}
	return s.answer(a, answer)
}

// dissolve looks up whether an edition has taken the question up.
func (s *State) dissolve(act cite.Act, c formulation.Dissolve) (cite.Proposal, error) {
	return s.Formulation.Dissolve(act, formulator(s).TakenBy(c.Question), c)
}
