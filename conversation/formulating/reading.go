package formulating

import (
	"math"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/formulation"
)

// What stands for everything of a kind, as the conversation names it.
const (
	anyContribution cite.Ref = "c"
	anyPaper        cite.Ref = "p"
	anyCall         cite.Ref = "k"
	anyAnswer       cite.Ref = "d"
)

// Reading reads what was proposed and formulated together, as far as one audience may. What it looks at is noted, what may be shown is
// granted, and until when it holds is said by those who lend it.
type Reading struct {
	House    *House
	Now      time.Time
	Note     func(rests ...cite.Ref)   // on what was looked at
	Grant    func(words cite.Position) // to be shown
	Expires  func(at time.Time)
	Readable func(cite.Ref) bool // the audience may read the words of a contribution
}

func (r Reading) questions() *formulation.State {
	r.Note(formulation.AnyQuestion)
	return r.House.Formulation
}

// Gathering finds what is known of a call that gathers questions.
func (r Reading) Gathering(call cite.Ref) (*formulation.Gathering, bool) {
	return r.questions().Gathering(call)
}

// Gatherings lists the calls that gather questions, oldest first.
func (r Reading) Gatherings() []*formulation.Gathering {
	return r.questions().Gatherings()
}

// Question finds a question, dissolved or not. Its words may be shown; where they are those of its only proposal, as far as
// the audience may read that.
func (r Reading) Question(x cite.Ref) (*formulation.Question, bool) {
	q, ok := r.questions().Question(x)
	if ok {
		r.granted(q)
	}
	return q, ok
}

// Questions lists the questions of a call that stand, in their order; their words may be shown.
func (r Reading) Questions(call cite.Ref) []*formulation.Question {
	out := r.questions().Questions(call)
	for _, q := range out {
		r.granted(q)
	}
	return out
}

func (r Reading) granted(q *formulation.Question) {
	for i := range q.Wordings {
		r.Grant(q.Wordings[i].Position)
	}
	r.Grant(q.Dissolved)
}

// Open reports whether the authors of what a question is made of may still object to its words.
func (r Reading) Open(x cite.Ref) bool {
	q, ok := r.Question(x)
	if !ok || q.Dissolved != 0 {
		return false
	}
	r.Expires(q.Now().Until)
	return r.Now.Before(q.Now().Until)
}

// Takers lists the elements of editions that have taken a question up, oldest first.
func (r Reading) Takers(x cite.Ref) []cite.Ref {
	r.Note(formulation.AnyQuestion, anyPaper, anyAnswer)
	return r.House.Takers(x)
}

// In is the question that a proposal stands in; None where there is none, or the audience may not read the proposal.
func (r Reading) In(proposal cite.Ref) cite.Ref {
	r.Note(formulation.AnyQuestion)
	//mutants:guard where a proposal stands is for those who may read it
	if !r.Readable(proposal) {
		return cite.None
	}
	return r.House.Formulation.In(proposal)
}

// Supports lists who supports a proposal; none where the audience may not read it.
func (r Reading) Supports(proposal cite.Ref) []formulation.Support {
	r.Note(formulation.AnyQuestion)
	//mutants:guard who supports a proposal is for those who may read it
	if !r.Readable(proposal) {
		return nil
	}
	return r.House.Formulation.Supports(proposal)
}

// Decided reports whether a proposal takes no more support.
func (r Reading) Decided(proposal cite.Ref) bool {
	r.Note(proposal.Root(), anyCall)
	if row, ok := r.House.Consultation.Row(proposal); ok {
		if k, ok := r.House.Consultation.Call(row.Call); ok {
			r.Expires(k.Closes)
		}
	}
	return r.House.Proposal(cite.Act{At: r.Now}, proposal).Decided
}

// LeftOut reports whether a proposal has an answer, which its author lets stand, that leaves it out or changes a passage.
func (r Reading) LeftOut(proposal cite.Ref) bool {
	r.Note(proposal.Root(), anyAnswer)
	return r.House.LeftOut(proposal)
}

// TakenAway reports whether a question has, or once had, the own words of a proposal which not everybody may read whole any more.
func (r Reading) TakenAway(x cite.Ref) bool {
	r.Note(formulation.AnyQuestion)
	return r.House.TakenAway(x, func(c cite.Ref) { r.Note(c) })
}

// Proposals lists the published proposals of a call, oldest first.
func (r Reading) Proposals(call cite.Ref) []cite.Ref {
	r.Note(call, anyContribution)
	all, _ := r.House.Consultation.Points(consultation.PointQuery{Call: call}, math.MaxInt)
	return all
}

// Floor finds what is known of a proposal that was heard from the floor; none where the audience may not read it.
func (r Reading) Floor(proposal cite.Ref) (x formulation.Floor, ok bool) {
	//mutants:guard of whom something was heard is for those who may read it
	if !r.Readable(proposal) {
		return x, false
	}
	return r.House.Formulation.Floor(proposal) // it was entered with the contribution, which touches it
}
