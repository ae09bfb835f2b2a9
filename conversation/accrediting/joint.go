package accrediting

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

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

// Align looks up the contribution, and whether whoever asks speaks for the member.
func (h *House) Align(b *consultation.State, act cite.Act, party, through delegation.Party, c delegation.Align) (cite.Proposal, error) {
	row, ok := b.Row(c.Contribution)
	//mutants:guard on what waits or is gone nobody takes a stand
	if !ok || row.Ref != c.Contribution || row.Status != consultation.Published {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if h.Roll.IsGroup(party) {
		return cite.Proposal{}, refusal.In("for", "group.not_member")
	}
	if err := h.Speaks(delegation.ParticipantOf(act.By), party, through, act.At); err != nil {
		return cite.Proposal{}, err
	}
	return h.Roll.Align(act, party, c)
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
