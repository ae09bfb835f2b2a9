package conversation

import (
	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/formulating"
	"github.com/openplenary/plenary/formulation"
)

// FormulationReading reads what was proposed and formulated together, as far as the audience may.
type FormulationReading struct {
	formulating.Reading
	r *Reading
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
