package script

import (
	"context"
	"errors"
	"strings"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
)

// offer says who may request accreditation: "categories: state ngo", "capacities: party observer".
func (r *Runner) offer(ctx context.Context, b *block) error {
	return r.ask(ctx, b, accreditation.SetOffer{Categories: strings.Fields(b.get("categories")), As: strings.Fields(b.get("capacities"))})
}

// partyRef is the reference of a party, "%fenland".
func (r *Runner) partyRef(word string) (cite.Ref, error) {
	if !isAlias(word, '%') {
		return cite.None, errors.New("want a party (%alias)")
	}
	p, err := r.party(word)
	return p.Ref(), err
}

// request requests accreditation for a body, "request %boats", for somebody who is known by a proven address.
func (r *Runner) request(ctx context.Context, b *block) error {
	party, err := r.partyRef(b.words[0])
	if err != nil {
		return err
	}
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	a.Assurance = consultation.EmailProven
	if v := b.get("assurance"); v != "" {
		a.Assurance = v
	}
	c := accreditation.Ask{Party: party, Name: b.get("name"), Category: b.get("category"), Country: b.get("country"), As: b.get("capacity"), Interests: b.get("interests")}
	if c.As == "" {
		c.As = accreditation.AsParty
	}
	c.Alike = r.Sec.Likeness(r.Slug, accreditation.Folded(c.Name))
	a.Command = c
	_, err = r.send(ctx, b, a)
	return err
}

// accredit grants a request, "accredit %boats"; "into: %other" says that the body stands on the roll already, "apart: yes" that it is
// another.
func (r *Runner) accredit(ctx context.Context, b *block) error {
	c := accreditation.Accredit{Name: b.get("name"), As: b.get("capacity"), Apart: b.get("apart") == "yes", Reason: b.get("reason")}
	var err error
	if c.Party, err = r.partyRef(b.words[0]); err != nil {
		return err
	}
	if into := b.get("into"); into != "" {
		if c.Into, err = r.partyRef(into); err != nil {
			return err
		}
	}
	if until := b.get("until"); until != "" {
		if c.Until, err = r.instant(until); err != nil {
			return err
		}
	}
	return r.ask(ctx, b, c)
}

// accreditationIs compares how the accreditation of a party stands: "assert accreditation %boats stands", "over", "ended" or "none".
func (r *Runner) accreditationIs(st *conversation.State, args []string) error {
	party, err := r.partyRef(args[0])
	if err != nil {
		return err
	}
	got := "none"
	if x, ok := st.Accredited.Standing(party); ok {
		switch {
		case !x.Ended.IsZero():
			got = "ended"
		case x.At(r.clock()):
			got = "stands"
		default:
			got = "over"
		}
	}
	return same("accreditation", got, args[1])
}
