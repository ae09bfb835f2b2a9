package accrediting

import (
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/delegation"
)

// Ending is what ends soon and only the secretariat renews: accreditations, and mandates that nobody else in the delegation can renew.
type Ending struct {
	Bodies   []accreditation.Standing
	Mandates []delegation.Authority
}

// Ending finds what was told of at an instant and is neither renewed nor over. Of a party whose accreditation is over no mandate counts.
func (h *House) Ending(now time.Time) (e Ending) {
	e.Bodies = h.Accreditation.Ending(now)
	for _, a := range h.Roll.Ending(now) {
		if len(h.Roll.Renewers(a, now)) == 0 && h.Accreditation.Stands(a.Party.Ref(), now) {
			e.Mandates = append(e.Mandates, a)
		}
	}
	return e
}

// Ending counts what ends soon and waits for the secretariat; nothing for those who do not decide.
func (r Reading) Ending() (e Ending) {
	r.Note(accreditation.Any)
	if r.Officer {
		e = r.House.Ending(r.Now)
	}
	for _, x := range e.Bodies {
		r.Expires(x.Until)
	}
	for _, a := range e.Mandates {
		r.Expires(a.Until)
	}
	return e
}
