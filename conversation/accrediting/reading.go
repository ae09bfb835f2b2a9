package accrediting

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
)

// Reading reads accreditation as one audience may see it. What it looks at is noted, what may be shown is granted, and until when it
// holds is said by those who lend it.
type Reading struct {
	House
	Now     time.Time
	Officer bool                      // the reader decides on requests
	Is      func(by string) bool      // the reader is the participant with a reference
	Note    func(rests ...cite.Ref)   // on what was looked at
	Grant   func(words cite.Position) // to be shown
	Expires func(at time.Time)
}

// Offer is who may request accreditation.
func (r Reading) Offer() accreditation.Offer {
	r.Note(accreditation.Any)
	return r.Accreditation.Offer()
}

// Accredited is the accreditation of a party; not ok for one that an officer entered by hand. Why it is what it is, and what
// interests were disclosed, may be shown.
func (r Reading) Accredited(p delegation.Party) (accreditation.Standing, bool) {
	r.Note(accreditation.Any)
	x, ok := r.Accreditation.Standing(p.Ref())
	r.Expires(x.Until)
	for _, at := range append(slices.Clip(x.Requests), x.Reason) {
		r.Grant(at)
	}
	return x, ok
}

// Stand leaves of some parties those whose accreditation stands at the reader's instant.
func (r Reading) Stand(all []delegation.Party) []delegation.Party {
	return slices.DeleteFunc(all, func(y delegation.Party) bool {
		x, ok := r.Accredited(y)
		return ok && !x.At(r.Now)
	})
}

// Requests lists the requests for accreditation that the reader may see, oldest first: their own, and for officers all. Their words
// may be shown.
func (r Reading) Requests() (out []accreditation.Request) {
	r.Note(accreditation.Any)
	for _, x := range r.Accreditation.Requests("") {
		//mutants:guard what was requested is read by whoever requested, and by those who decide
		if r.Officer || r.Is(x.By) {
			r.Grant(x.Position)
			r.Grant(x.Decided)
			out = append(out, x)
		}
	}
	return out
}

// Waiting is how many requests nobody has decided on; 0 for those who do not decide.
func (r Reading) Waiting() (n int) {
	for _, x := range r.Requests() {
		if r.Officer && x.Became() == accreditation.Waiting {
			n++
		}
	}
	return n
}

// Alike finds for a request what seems to be the same body: a party on the roll, and whether another request waits.
func (r Reading) Alike(x accreditation.Request) (party cite.Ref, waits bool) {
	r.Note(accreditation.Any)
	return r.Twin(x, r.Now), r.Accreditation.Alike(x)
}
