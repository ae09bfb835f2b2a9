package accrediting

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// Reads reports whether at an instant one of some people, who are one reader, may authorise for a party that submitted a contribution with
// the one that leads and has not dissociated itself: they read it while it waits for a moderator.
func (h *House) Reads(as []delegation.Participant, c cite.Ref, now time.Time) bool {
	for _, j := range h.Roll.JointlyBy(c) {
		//mutants:guard who dissociated itself, and at no instant, reads nothing
		if j.Dissociated || now.IsZero() {
			continue
		}
		for _, who := range as {
			for _, through := range append([]delegation.Party{0}, h.Roll.Members(j.Party)...) {
				if h.Speaks(who, j.Party, through, now) == nil {
					return true
				}
			}
		}
	}
	return false
}

// Join writes which parties submit a contribution with the one that leads: parties on the roll, of which those who authorised it
// speak at the instant at which it is sent. Replies are not submitted together: to a point each party replies once, for itself.
func (h *House) Join(act cite.Act, f consultation.Received, lead delegation.Party, with []delegation.Joining, reply bool) ([]cite.Proposal, error) {
	if len(with) == 0 {
		return nil, nil
	}
	//mutants:guard with somebody who speaks for themselves no party submits
	if !f.Known {
		return nil, refusal.In("with", "joint.lead")
	}
	if reply {
		return nil, refusal.In("with", "joint.reply")
	}
	for _, j := range with {
		if err := h.Speaks(j.By, j.Party, j.Through, act.At); err != nil {
			return nil, err
		}
	}
	return h.Roll.Join(act, f.Ref, lead, with)
}

// Count has each of the parties that submitted a contribution together counted where parties are, but for those that dissociated
// themselves.
func (h *House) Count(b *consultation.State, c cite.Ref) error {
	all := h.Roll.JointlyBy(c)
	if len(all) == 0 {
		return nil
	}
	var with []consultation.Joining
	for _, j := range all {
		if !j.Dissociated {
			with = append(with, consultation.Joining{Party: string(j.Party.Ref()), Category: j.Category, Country: j.Country})
		}
	}
	return b.SetJoint(c, with)
}

// Proposers adds the parties that proposed something with the one that leads, each with its category, where they are counted.
func (h *House) Proposers(c cite.Ref, to map[string]string) {
	for _, j := range h.Roll.JointlyBy(c) {
		if !j.Dissociated && h.Accreditation.Counts(j.Party.Ref()) {
			to[string(j.Party.Ref())] = j.Category
		}
	}
}
