package conversation

import (
	"math"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/formulation"
)

// FormulationReading reads what was proposed and formulated together, as far as the audience may.
type FormulationReading struct{ r *Reading }

// Gathering finds what is known of a call that gathers questions.
func (f FormulationReading) Gathering(call cite.Ref) (*formulation.Gathering, bool) {
	return f.r.noted(AnyQuestion).Formulation.Gathering(call)
}

// Gatherings lists the calls that gather questions, oldest first.
func (f FormulationReading) Gatherings() []*formulation.Gathering {
	return f.r.noted(AnyQuestion).Formulation.Gatherings()
}

// Question finds a question, dissolved or not. Its words may be shown; where they are those of its only proposal, as far as
// the audience may read that.
func (f FormulationReading) Question(x cite.Ref) (*formulation.Question, bool) {
	q, ok := f.r.noted(AnyQuestion).Formulation.Question(x)
	if ok {
		f.grant(q)
	}
	return q, ok
}

// Questions lists the questions of a call that stand, in their order; their words may be shown.
func (f FormulationReading) Questions(call cite.Ref) []*formulation.Question {
	out := f.r.noted(AnyQuestion).Formulation.Questions(call)
	for _, q := range out {
		f.grant(q)
	}
	return out
}

func (f FormulationReading) grant(q *formulation.Question) {
	for i := range q.Wordings {
		f.r.grant(q.Wordings[i].Position)
	}
	f.r.grant(q.Dissolved)
}

// Open reports whether the authors of what a question is made of may still object to its words.
func (f FormulationReading) Open(x cite.Ref) bool {
	q, ok := f.Question(x)
	if !ok || q.Dissolved != 0 {
		return false
	}
	f.r.expires(q.Now().Until)
	return f.r.Now.Before(q.Now().Until)
}

// Takers lists the elements of editions that have taken a question up, oldest first.
func (f FormulationReading) Takers(x cite.Ref) []cite.Ref {
	f.r.note(AnyQuestion, AnyPaper, AnyAnswer)
	return formulator(f.r.state).Takers(x)
}

// In is the question that a proposal stands in; None where there is none, or the audience may not read the proposal.
func (f FormulationReading) In(proposal cite.Ref) cite.Ref {
	f.r.note(AnyQuestion)
	//mutants:guard where a proposal stands is for those who may read it
	if !f.r.Consultation.readable(proposal) {
		return cite.None
	}
	return f.r.state.Formulation.In(proposal)
}

// Supports lists who supports a proposal; none where the audience may not read it.
func (f FormulationReading) Supports(proposal cite.Ref) []formulation.Support {
	f.r.note(AnyQuestion)
	//mutants:guard who supports a proposal is for those who may read it
	if !f.r.Consultation.readable(proposal) {
		return nil
	}
	return f.r.state.Formulation.Supports(proposal)
}

// Decided reports whether a proposal takes no more support.
func (f FormulationReading) Decided(proposal cite.Ref) bool {
	f.r.note(proposal.Root(), AnyCall)
	if row, ok := f.r.row(proposal); ok {
		if k, ok := f.r.Consultation.Call(row.Call); ok {
			f.r.expires(k.Closes)
		}
	}
	return formulator(f.r.state).Proposal(cite.Act{At: f.r.Now}, proposal).Decided
}

// LeftOut reports whether a proposal has an answer, which its author lets stand, that leaves it out or changes a passage.
func (f FormulationReading) LeftOut(proposal cite.Ref) bool {
	f.r.note(proposal.Root(), AnyAnswer)
	return formulator(f.r.state).LeftOut(proposal)
}

// TakenAway reports whether a question has, or once had, the own words of a proposal which not everybody may read whole any more.
func (f FormulationReading) TakenAway(x cite.Ref) bool {
	f.r.note(AnyQuestion)
	return formulator(f.r.state).TakenAway(x, func(c cite.Ref) { f.r.note(c) })
}

// Proposals lists the published proposals of a call, oldest first.
func (f FormulationReading) Proposals(call cite.Ref) []cite.Ref {
	all, _ := f.r.noted(call, AnyContribution).Consultation.Points(consultation.PointQuery{Call: call}, math.MaxInt)
	return all
}

// takingPart asks how many parties of each category take part in what a call gathers.
type takingPart struct{ call cite.Ref }

// TakingPart counts the parties of each category that proposed or supported something at a call. Parties on the roll take part
// whether they said something or not; those that observe are not counted.
func (f FormulationReading) TakingPart(call cite.Ref) map[string]int {
	f.r.note(AnyQuestion, AnyContribution, AnyParty, accreditation.Any)
	s := f.r.state
	return keep(s, takingPart{call}, func() map[string]int {
		return formulator(s).TakingPart(call, s.Roll, s.Accredited.Counts, accreditor(f.r.state).Canonical)
	})
}

// Constituencies counts who supports some proposals, by category, in the order of the conversation's categories.
func (f FormulationReading) Constituencies(call cite.Ref, proposals ...cite.Ref) []formulation.Share {
	taking := f.TakingPart(call)
	proposers := map[string]string{}
	var read []cite.Ref
	for _, p := range proposals {
		f.r.note(p.Root())
		if row, ok := f.r.row(p); ok && row.Status == consultation.Published {
			accreditor(f.r.state).Proposers(*row, proposers)
			read = append(read, p)
		}
	}
	return f.r.state.Formulation.Constituencies(read, proposers, taking, formulation.Categories{Order: accreditor(f.r.state).Order(), Canonical: accreditor(f.r.state).Canonical})
}

// Floor finds what is known of a proposal that was heard from the floor; none where the audience may not read it.
func (f FormulationReading) Floor(proposal cite.Ref) (x formulation.Floor, ok bool) {
	//mutants:guard of whom something was heard is for those who may read it
	if !f.r.Consultation.readable(proposal) {
		return x, false
	}
	return f.r.state.Formulation.Floor(proposal) // it was entered with the contribution, which touches it
}
