package accrediting

import (
	"slices"
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
	//mutants:guard whether it was said so is said by the party of which it is said, and nobody else
	if of, heard := h.Floor(c.Contribution); heard && of == party.Ref() {
		return h.Roll.AlignHeard(act, party, c)
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

// Order lists the categories in which parties are counted, but for those that were merged into others.
func (h *House) Order() (out []string) {
	for i := range h.Categories {
		if h.Categories[i].Into == "" {
			out = append(out, h.Categories[i].ID)
		}
	}
	return out
}

// Canonical is the category that took the place of one that was merged.
func (h *House) Canonical(category string) string {
	if cat, ok := h.Category(category); ok {
		return cat.ID
	}
	return category
}

// Proposers adds the parties that proposed something, each with its category: the one that leads, unless it was heard from the floor and
// says that it did not say so, and those that proposed it with that one, where they are counted.
func (h *House) Proposers(c consultation.Contribution, to map[string]string) {
	//mutants:guard a party that says that it did not say so proposes nothing
	if slices.IndexFunc(h.Roll.Stands(c.Ref), func(s delegation.Stand) bool {
		return s.Group == 0 && string(s.Party.Ref()) == c.For && s.Stand == delegation.Dissociated
	}) < 0 {
		to[c.For] = c.Category
	}
	for _, j := range h.Roll.JointlyBy(c.Ref) {
		if !j.Dissociated && h.Accreditation.Counts(j.Party.Ref()) {
			to[string(j.Party.Ref())] = j.Category
		}
	}
}
