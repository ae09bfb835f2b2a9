// Package asked has the rules of what people are asked, and of what they are answered, that span nouns: the passages that may be commented on
// and those that an answer changes, the stances that are taken on the paper at a question of the call's own, and the questions that a call may have.
package asked

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/reply"
	"github.com/openplenary/plenary/settings"
)

// House is what these rules look up.
type House struct {
	Papers       *paper.State
	Consultation *consultation.State
	Questions    *questionnaire.State
	Replies      *reply.State
	Formulation  *formulation.State
	Settings     *settings.State
}

// Stances adds a part for each stance on the paper that is chosen at a question of the call's own and not taken there already:
// so it counts wherever stances do.
func (s *House) Stances(c consultation.Submit, targets []consultation.Target) ([]consultation.SubmitPart, []consultation.Target) {
	for _, x := range s.Questions.Stances(c.Call, c.Chosen) {
		e, ok := s.Papers.Edition(x.On.Root())
		if !ok || len(c.Parts) == consultation.MaxParts {
			continue
		}
		p := consultation.SubmitPart{On: cite.Element(e.Ref, x.On.ElementNumber()), Language: s.Settings.Languages[0]}
		p.Stance, _ = consultation.ParseStance(x.Stance)
		taken := func(o consultation.SubmitPart) bool {
			return o.On.Element() == x.On && o.Stance != consultation.NoStance
		}
		if t := s.Target(p.On); t.Stance && !slices.ContainsFunc(c.Parts, taken) {
			c.Parts, targets = append(slices.Clip(c.Parts), p), append(targets, t)
		}
	}
	return c.Parts, targets
}

// Target looks up a place to comment on: an element in an edition, or the whole edition.
func (s *House) Target(r cite.Ref) consultation.Target {
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

// Ask looks up the call, and the passages on which a question takes a stance.
func (s *House) Ask(act cite.Act, c questionnaire.Ask) (cite.Proposal, error) {
	k, ok := s.Consultation.Call(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	if _, replies := s.Replies.Round(c.Call); replies {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "reply.asks")
	}
	//mutants:guard who proposes a question answers none: each part that is sent would be held to both
	if _, gathers := s.Formulation.Gathering(c.Call); gathers && len(c.Sections) > 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "formulation.asks")
	}
	for n, on := range c.On() {
		if e, ok := s.Papers.Edition(k.Paper); !ok || on.Root() != k.Paper || !s.Target(cite.Element(e.Ref, on.ElementNumber())).Stance {
			return cite.Proposal{}, refusal.In(questionnaire.QuestionField(n), "questionnaire.on")
		}
	}
	return s.Questions.Ask(act, c)
}

// Changes looks up the passages that an answer changes.
func (s *House) Changes(refs []cite.Ref) error {
	for _, r := range refs {
		if !s.Papers.Changeable(r) {
			return refusal.In("changes", "answer.passage", "ref", string(r))
		}
	}
	return nil
}

// Answer looks up the passages that the answer changes, and reserves the new one.
func (s *House) Answer(act cite.Act, c consultation.Answer) (facts []cite.Proposal, err error) {
	if err := s.Changes(c.Changes); err != nil {
		return nil, err
	}
	if c.New.Paper != cite.None {
		reserve, err := paper.Reserve{Paper: c.New.Paper, Kind: paper.Paragraph, Name: c.New.Name}.Check()
		if err != nil {
			return nil, err
		}
		f, err := s.Papers.Reserve(act, reserve)
		if err != nil {
			return nil, err
		}
		facts = append(facts, cite.Proposal{Body: f})
		c.Changes = append(slices.Clone(c.Changes), f.Ref)
	}
	f, err := s.Consultation.WriteAnswer(act, c)
	return append(facts, f), err
}

// LinkPassage looks up the passages.
func (s *House) LinkPassage(act cite.Act, c consultation.LinkPassage) (cite.Proposal, error) {
	if err := s.Changes(c.Changes); err != nil {
		return cite.Proposal{}, err
	}
	return s.Consultation.LinkPassage(act, c)
}

// AskFirst looks up the call and the passage at which people are asked first.
func (s *House) AskFirst(act cite.Act, c settings.AskFirst) (cite.Proposal, error) {
	k, ok := s.Consultation.Call(c.Call)
	if c.Call != cite.None && (!ok || k.Withdrawn != 0) {
		return cite.Proposal{}, refusal.In("call", "call.unknown")
	}
	if on := c.On; on != cite.None && (!ok || on.Root() != k.Paper || on.Element() == cite.None || !s.Target(on).Exists) {
		return cite.Proposal{}, refusal.In("on", "contribution.anchor")
	}
	return s.Settings.AskFirst(act, c)
}
