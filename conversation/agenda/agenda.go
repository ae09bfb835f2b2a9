// Package agenda has the rules of sessions that span nouns: what an item of an agenda may name, which call takes the interventions of a
// session, and under which item an intervention stands.
package agenda

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
)

// House is what these rules look up.
type House struct {
	Sessions     *session.State
	Consultation *consultation.State
	Papers       *paper.State
	// Read reports whether everybody can read what a reference names.
	Read func(cite.Ref) bool
}

// PlanItem looks up what the item names: elements of editions, each spelt with its edition, and what everybody can read of what was said
// before.
func (h *House) PlanItem(act cite.Act, c session.PlanItem) (cite.Proposal, error) {
	for _, x := range c.Item.About {
		if x.Element() == cite.None || cite.Element(x.Edition(), x.ElementNumber()) != x || !h.Read(x) {
			return cite.Proposal{}, refusal.In("about", "session.about", "ref", string(x))
		}
	}
	if no := h.takes("takes_up", c.Item.TakesUp); no != nil {
		return cite.Proposal{}, no
	}
	for _, x := range c.Item.TakesUp {
		if x.Root() == c.Session {
			return cite.Proposal{}, refusal.In("takes_up", "session.itself")
		}
	}
	return h.Sessions.PlanItem(act, c)
}

// takes looks up what was said before, that is taken up: points, answers, questions, themes of an order, items of an agenda.
func (h *House) takes(field string, all []cite.Ref) error {
	for _, x := range all {
		ok := false
		switch x.Kind() {
		case 'c':
			ok = x.PartNumber() > 0 && cite.Part(x.Root(), x.PartNumber()) == x
		case 'd', 'q':
			ok = true
		case 'o':
			ok = x.ThemeNumber() > 0
		case 's':
			ok = x.ItemNumber() > 0
		}
		//mutants:guard what not everybody can read is not taken up in public: that it is there would be told
		if !ok || !h.Read(x) {
			return refusal.In(field, "session.takes_up", "ref", string(x))
		}
	}
	return nil
}

// Invite decides on the call that takes the interventions of a session, and gives it, to be announced in the same act.
func (h *House) Invite(act cite.Act, c session.Invite) (invited cite.Proposal, call consultation.AnnounceCall, err error) {
	f, x, until, err := h.Sessions.Invite(act, cite.Call(len(h.Consultation.Calls)+1), c)
	if err != nil {
		return f, call, err
	}
	call, err = consultation.AnnounceCall{Title: x.Plan.Title, Text: c.Text, Paper: c.Paper, Opens: act.At, Closes: until, Zone: x.Plan.Zone, Late: c.Late,
		Moderation: c.Moderation, Who: c.Who, Terms: c.Terms}.Check()
	return f, call, err
}

// Submitted is the contribution that an intervention becomes which was spoken.
func (h *House) Submitted(act cite.Act, c session.Deliver) (submit consultation.Submit, err error) {
	x, err := h.Sessions.ToDeliver(act, c)
	if err != nil {
		return submit, err
	}
	submit = consultation.Submit{Call: x.Call, Category: c.Category, Name: c.Speaker, Known: c.Party != cite.None}
	for _, p := range c.Paragraphs {
		if no := h.takes("takes", p.Takes); no != nil {
			return submit, no
		}
		submit.Parts = append(submit.Parts, consultation.SubmitPart{On: p.On, Language: c.Language, Text: p.Text, Likeness: p.Likeness})
	}
	return submit, nil
}

// Place looks up the call to which the intervention was sent.
func (h *House) Place(act cite.Act, c session.PlaceIntervention) (cite.Proposal, error) {
	row, ok := h.Consultation.Row(c.Contribution)
	//mutants:guard of what waits or is gone nobody learns that it is there
	if !ok || row.Ref != c.Contribution || row.Status != consultation.Published {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	return h.Sessions.Place(act, row.Call, c)
}

// ItemOf is the item under which an intervention stands: that under which it was spoken or placed, else the first that is about the
// passage of one of its paragraphs or about what holds that. None where it stands under the session as a whole, or is no intervention.
func (h *House) ItemOf(contribution cite.Ref) cite.Ref {
	row, ok := h.Consultation.Row(contribution)
	if !ok {
		return cite.None
	}
	if spoken, ok := h.Sessions.Spoken(row.Ref); ok {
		return spoken.Item
	}
	if placed := h.Sessions.Placed(row.Ref); placed != cite.None {
		return placed
	}
	x, ok := h.Sessions.ByCall(row.Call)
	if !ok {
		return cite.None
	}
	for n := 1; n <= row.Parts; n++ {
		on := h.Consultation.Part(row.Ref, n).On
		e, ok := h.Papers.Edition(on)
		for el := on.Element(); ok && el != cite.None; el = e.Holder(el) {
			i := slices.IndexFunc(x.Items, func(it session.Item) bool {
				return !it.Off && slices.ContainsFunc(it.About, func(about cite.Ref) bool { return about.Element() == el })
			})
			if i >= 0 {
				return cite.Item(x.Ref, i+1)
			}
		}
	}
	return cite.None
}

// statuses are those of what is listed: what waits is for those who may read it.
var statuses = []consultation.Status{consultation.Pending, consultation.Published, consultation.Withheld, consultation.Withdrawn, consultation.Erased}

// Of lists the interventions of a session, in the order of the record.
func (h *House) Of(x *session.Session) (out []consultation.Contribution) {
	if x.Call == cite.None {
		return nil
	}
	all, _ := h.Consultation.List(consultation.Filter{Call: x.Call, Status: statuses}, h.Consultation.Len())
	slices.Reverse(all)
	return all
}

// Under lists the parts of the published interventions under an item, oldest first.
func (h *House) Under(item cite.Ref) (out []cite.Ref) {
	x, ok := h.Sessions.Session(item)
	if !ok || item.ItemNumber() == 0 {
		return nil
	}
	for _, row := range h.Of(x) {
		if row.Status == consultation.Published && h.ItemOf(row.Ref) == item {
			for n := range row.Parts {
				out = append(out, cite.Part(row.Ref, n+1))
			}
		}
	}
	return out
}
