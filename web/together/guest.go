package together

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/together"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web/serve"
)

// guests are the parties that were invited to submit a draft, as its reader may deal with them.
func (h *Handlers) guests(ctx context.Context, slug string, roll speakers, k *view.Kept) (out []view.KeptGuest, err error) {
	all, err := h.Store.Guests(ctx, slug, k.Key)
	for _, g := range all {
		out = append(out, view.KeptGuest{Guest: g, Says: g.Says(roll, k.Text()), Mine: together.Reads(roll, k.Me, g.Party), Voices: together.Voices(roll, k.Me, g.Party)})
	}
	return out, err
}

// invited lists the drafts to which the parties of a participant were invited, and the groups of which these are members.
func (h *Handlers) invited(ctx context.Context, slug string, roll speakers, me delegation.Participant) (out []together.Draft, err error) {
	parties := roll.WritesFor(me)
	for _, p := range slices.Clone(parties) {
		parties = append(parties, roll.r.Roll.Mandates().Groups(p)...)
	}
	for _, p := range parties {
		of, err := h.Store.Invited(ctx, slug, p)
		if err != nil {
			return nil, err
		}
		out = append(out, of...)
	}
	return out, nil
}

// invite invites a party that takes part, or takes an invitation back.
func (o *opened) invite(v url.Values) error {
	var party delegation.Party
	if err := party.UnmarshalText([]byte(v.Get("party"))); err != nil || party == 0 {
		return refusal.In("party", "joint.party")
	}
	if v.Get("do") == "uninvite" {
		return o.Store.Uninvite(o.Context(), o.Slug, o.Key, party)
	}
	takesPart := slices.Contains(o.roll.r.Roll.Accreditation().Stand(o.roll.r.Roll.Entered()), party)
	//mutants:guard only parties that take part are invited
	if !takesPart {
		return refusal.In("party", "joint.party")
	}
	if err := o.Store.Invite(o.Context(), o.Slug, o.Key, party, together.Mark{By: o.Me, At: o.Received, Text: o.Text()}); err != nil {
		return err
	}
	o.tellInvited(party)
	return nil
}

// withOf reads the parties that a form says are named.
func withOf(s string) (out []delegation.Party) {
	for _, word := range strings.Fields(s) {
		var p delegation.Party
		if p.UnmarshalText([]byte(word)) != nil {
			p = 0 // which authorised nothing
		}
		out = append(out, p)
	}
	return out
}

// showJoint shows the parties that submit the draft and its text, and what of it was changed since parties authorised it.
func (o *opened) showJoint(status int) error {
	agreed, err := o.Store.Agreed(o.Context(), o.Slug, o.Key)
	if err != nil {
		return err
	}
	return o.show(status, func(d *view.Draft) (frame.View, error) { return view.NewJoint(d, agreed), nil })
}

// joint shows the draft to those of a party that was invited.
func (q *request) joint() error {
	o, err := q.read()
	if err != nil {
		return err
	}
	if over, err := o.over(); over {
		return err
	}
	return o.showJoint(http.StatusOK)
}

// postJoint joins or declines for a party that was invited.
func (q *request) postJoint() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	o, err := q.read()
	if err != nil {
		return err
	}
	if over, err := o.over(); over {
		return err
	}
	w := together.Word{Mark: o.mark(v), Joins: v.Get("do") == "join"}
	switch {
	case w.Party.UnmarshalText([]byte(v.Get("for"))) != nil || w.Through.UnmarshalText([]byte(v.Get("through"))) != nil:
		err = refusal.In("for", "party.unknown")
	case !w.Joins && v.Get("do") != "decline":
		err = refusal.New(refusal.Invalid, "form.unreadable")
	default:
		if err = q.Store.Answer(q.Context(), q.Slug, o.Key, o.roll, w); err == nil {
			o.tellAnswer(w)
		}
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		now, err := q.read()
		if err != nil {
			return err
		}
		return now.showJoint(serve.DeskStatus(rs))
	}
	if err != nil {
		return err
	}
	return q.See(q.at(o.Key, "joint"))
}
