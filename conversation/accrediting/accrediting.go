// Package accrediting has the rules of accreditation that span nouns: which categories bodies may be accredited in, which country they
// name, who stands on the roll already, and what is written on the roll when a body is accredited.
package accrediting

import (
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// House is what these rules look up.
type House struct {
	*settings.Settings
	Roll          *delegation.Roll
	Accreditation *accreditation.State
	// Floor finds the party of which a contribution was heard from the floor of a session, None where it is nobody's; heard is false
	// of one that was not.
	Floor func(contribution cite.Ref) (party cite.Ref, heard bool)
}

// Speaks is the one rule of who speaks for a party on the roll: who was authorised, while their mandate runs and the accreditation of
// the party stands; for a group, through a member for which all of this holds. It gives why not.
func (h *House) Speaks(who delegation.Participant, party, through delegation.Party, now time.Time) error {
	if err := h.Roll.Refused(who, party, through, now); err != nil {
		return err
	}
	//mutants:guard nobody speaks for who is accredited no more, nor for a group through such a member
	if !h.Accreditation.Stands(party.Ref(), now) || !h.Accreditation.Stands(through.Ref(), now) {
		return refusal.In("for", "accreditation.over")
	}
	return nil
}

// Present finds a party on the roll whose representative can have spoken in a session; for a group a member of it does.
func (h *House) Present(party cite.Ref, now time.Time) (delegation.Party, error) {
	p := partyOf(party)
	//mutants:guard nothing is entered for a party that is not on the roll, nor for a group, for which no member declared
	if x, _ := h.Roll.Party(p); x.Entered == 0 || h.Roll.IsGroup(p) {
		return 0, refusal.In("party", "heard.party")
	}
	//mutants:guard nothing is entered for who is accredited no more
	if !h.Accreditation.Stands(party, now) {
		return 0, refusal.In("party", "accreditation.over")
	}
	return p, nil
}

// Appoint looks up whether the accreditation of the party stands: else letters would go out in its name. Mandates are ended and handed over
// all the same, so that whoever wants to leave can.
func (h *House) Appoint(act cite.Act, c delegation.Appoint) (cite.Proposal, error) {
	//mutants:guard nobody is brought into the delegation of who is accredited no more
	if !h.Accreditation.Stands(c.Party.Ref(), act.At) {
		return cite.Proposal{}, refusal.In("party", "accreditation.over")
	}
	return h.Roll.Appoint(act, c)
}

// Enter looks up category and country of a party that an officer enters on the roll.
func (h *House) Enter(act cite.Act, c delegation.EnterParty) (cite.Proposal, error) {
	cat, ok := h.Category(c.Category)
	if !ok {
		return cite.Proposal{}, refusal.In("category", "category.unknown")
	}
	if c.Category = cat.ID; cat.Closed {
		return cite.Proposal{}, refusal.In("category", "category.closed", "category", cat.Name.String())
	}
	if c.Country != "" && !h.KnownCountry(c.Country) {
		return cite.Proposal{}, refusal.In("country", "country.unknown")
	}
	return h.Roll.EnterParty(act, c)
}

// body finds a category in which bodies, or states, may be accredited; the zero Label where there is none.
func (h *House) body(id string) settings.Label {
	if l, ok := h.Category(id); ok && l.Offered() && l.Chooser() != settings.Persons {
		return l
	}
	return settings.Label{}
}

// Offer looks up the categories.
func (h *House) Offer(act cite.Act, c accreditation.SetOffer) (cite.Proposal, error) {
	for _, id := range c.Categories {
		if id == "" || h.body(id).ID != id {
			return cite.Proposal{}, refusal.In("categories", "accreditation.category")
		}
	}
	return h.Accreditation.SetOffer(act, c)
}

// Request looks up category and country. Assurance is how sure the house is of who requests, "" where it does not know them.
func (h *House) Request(act cite.Act, assurance string, c accreditation.Ask) (cite.Proposal, error) {
	//mutants:guard accreditation is requested by those who are known
	if assurance == "" {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "accreditation.sign_in")
	}
	if c.Country != "" && !h.KnownCountry(c.Country) {
		return cite.Proposal{}, refusal.In("country", "country.unknown")
	}
	if _, entered := h.Roll.Party(partyOf(c.Party)); entered {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "party.entered")
	}
	l := h.body(c.Category)
	return h.Accreditation.Ask(act, accreditation.Body{Category: l.ID, State: l.State, Assurance: assurance}, c)
}

func partyOf(r cite.Ref) (p delegation.Party) {
	if p.UnmarshalText([]byte(r)) != nil {
		return 0
	}
	return p
}

// Accredit enters the party on the roll, and authorises whoever requested; where the body stands on the roll already, it only
// authorises them.
func (h *House) Accredit(act cite.Act, c accreditation.Accredit) (facts []cite.Proposal, err error) {
	r, _ := h.Accreditation.Find(c.Party)
	party, who, by := partyOf(c.Party), delegation.ParticipantOf(r.By), delegation.ParticipantOf(act.By)
	if c.Into != cite.None {
		party = partyOf(c.Into)
		if x, ok := h.Roll.Party(party); !ok || x.Entered == 0 || h.Roll.IsGroup(party) {
			return nil, refusal.In("into", "party.unknown")
		}
	}
	f, err := h.Accreditation.Accredit(act, h.Twin(r, act.At), c)
	if err != nil {
		return nil, err
	}
	if c.Into == cite.None {
		l := h.body(r.Category)
		if l.ID == "" { // closed, or of persons, since it was requested
			return nil, refusal.New(refusal.NotNow, "accreditation.category")
		}
		entered, err := h.Roll.EnterParty(act, delegation.EnterParty{Party: party, Category: l.ID, Country: r.Country, Name: c.Name})
		if err != nil {
			return nil, err
		}
		facts = append(facts, entered)
	}
	if !h.Roll.MaySpeak(who, party, act.At) {
		mandate := delegation.Authorised{Participant: who, Party: party, By: by}
		if c.Into == cite.None { // nobody else could bring in others
			mandate.Capacity = delegation.FocalPoint
		}
		facts = append(facts, cite.Proposal{Body: mandate})
	}
	return append(facts, f), nil
}

// Twin finds the party on the roll that seems to be the body of a request: that of the same state, or of the same name. None where there
// is none.
func (h *House) Twin(r accreditation.Request, now time.Time) cite.Ref {
	if l, _ := h.Category(r.Category); l.State {
		for _, p := range h.Roll.Entered() {
			x, _ := h.Roll.Party(p)
			if of, _ := h.Category(x.Category); of.State && x.Country == r.Country && h.Accreditation.Stands(p.Ref(), now) {
				return p.Ref()
			}
		}
	}
	return h.Accreditation.Twin(r, now)
}
