package together

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/together"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/together"
	"github.com/openplenary/plenary/web/contribution"
	"github.com/openplenary/plenary/web/serve"
)

// look builds the page of the draft from a reading.
func (o *opened) look(with func(*conversation.Reading, *view.Draft) error) error {
	return o.Look(func(st *conversation.Reading) error {
		v, ok := view.NewDraft(st, &o.Kept, o.Lang)
		if !ok {
			return serve.NotFound()
		}
		return with(st, v)
	})
}

// show shows a page of the draft.
func (o *opened) show(status int, build func(*view.Draft) (frame.View, error)) error {
	var v frame.View
	if err := o.look(func(_ *conversation.Reading, d *view.Draft) (err error) {
		v, err = build(d)
		return err
	}); err != nil {
		return err
	}
	o.Frame.Section, o.Frame.Together, o.Frame.Token = "mine", true, o.NewToken()
	if err := o.Fill(v); err != nil {
		return err
	}
	return o.Show(status, v)
}

// over leads to the contribution that the draft became; it reports false where it is none yet.
func (o *opened) over() (bool, error) {
	if o.Became == cite.None {
		return false, nil
	}
	return true, o.See(o.In("/" + string(o.Became)))
}

// draft shows how far the draft is, its sections, and who writes it.
func (q *request) draft() error {
	o, err := q.open()
	if err != nil {
		return err
	}
	if over, err := o.over(); over {
		return err
	}
	return o.show(http.StatusOK, func(d *view.Draft) (frame.View, error) {
		d.Inviting()
		return d, nil
	})
}

// mark is what the reader does with the text that the form says they have read.
func (o *opened) mark(v url.Values) together.Mark {
	text, err := strconv.Atoi(v.Get("text"))
	if err != nil {
		text = -1
	}
	return together.Mark{By: o.Me, At: o.Received, Text: text, QuestionsAt: o.QuestionsAt}
}

// postDraft does with the draft what the button says.
func (q *request) postDraft() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	o, err := q.open()
	if err != nil {
		return err
	}
	if over, err := o.over(); over {
		return err
	}
	to := q.at(o.Key, "draft")
	switch v.Get("do") {
	case "ask":
		m := o.mark(v)
		var d together.Draft
		if d, err = q.Store.Update(q.Context(), q.Slug, o.Key, q.Received, func(d *together.Draft) error { return d.Ask(o.roll, m, o.Text()) }); err == nil {
			o.tellWaits(d)
		}
	case "settle":
		clearance, bad := strconv.Atoi(v.Get("clearance"))
		if bad != nil {
			clearance = -1
		}
		_, err = q.Store.Update(q.Context(), q.Slug, o.Key, q.Received, func(d *together.Draft) error { return d.Settle(o.roll, q.Me, clearance) })
	case "name", "dismiss", "drop", "invite", "uninvite":
		//mutants:guard only the head names, dismisses, invites and forgets
		if !o.Rights.Head {
			err = refusal.New(refusal.Forbidden, "together.not_yours")
			break
		}
		if err = o.people(v); v.Get("do") == "drop" {
			to = q.In("/" + string(q.Ref()) + "/together")
		}
	default:
		err = refusal.New(refusal.Invalid, "form.unreadable")
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return o.again(serve.DeskStatus(rs), func(d *view.Draft) (frame.View, error) {
			d.Email, d.Invite = strings.ToValidUTF8(v.Get("email"), "\uFFFD"), v.Get("party")
			d.Inviting()
			return d, nil
		})
	}
	if err != nil {
		return err
	}
	return q.See(to)
}

// again shows a page again as the draft stands now.
func (o *opened) again(status int, build func(*view.Draft) (frame.View, error)) error {
	now, err := o.open()
	if err != nil {
		return err
	}
	return now.show(status, build)
}

// people names somebody by their address, dismisses somebody, or forgets the draft.
func (o *opened) people(v url.Values) error {
	switch v.Get("do") {
	case "drop":
		return o.Store.Delete(o.Context(), o.Slug, o.Key)
	case "dismiss":
		for _, d := range o.Drafters {
			if d.Address == v.Get("who") {
				return o.Store.Dismiss(o.Context(), o.Slug, o.Key, d.Who)
			}
		}
		return nil
	case "invite", "uninvite":
		return o.invite(v)
	}
	address, err := account.ParseAddress(strings.TrimSpace(v.Get("email")))
	if err != nil {
		return named(err, "email")
	}
	if err := o.MayAs("address "+strings.ToLower(address), serve.Once(serve.LimitInvite)); err != nil {
		return &refusal.Refusal{Kind: refusal.TooMany, Key: "email.many", Field: "email"}
	}
	n, err := o.Server.Sec.Number()
	if err != nil {
		return err
	}
	if n, err = o.Server.Accounts.Invite(o.Context(), address, o.Slug, n, o.Received); err != nil {
		return named(err, "email")
	}
	if err := o.Store.Name(o.Context(), o.Slug, o.Key, together.Drafter{Who: delegation.Participant(n), Address: address, By: o.Me}, o.Received); err != nil {
		return err
	}
	o.tell(together.Letter{Draft: o.Draft, Kind: together.LetterNamed, Page: "draft"}, delegation.Participant(n))
	return nil
}

// named puts refusals to a field.
func named(err error, field string) error {
	var no refusal.Several
	for _, r := range refusal.Of(err) {
		at := *r
		at.Field = field
		no = append(no, &at)
	}
	if len(no) == 0 {
		return err
	}
	return no
}

// whole shows the whole text.
func (q *request) whole() error {
	o, err := q.open()
	if err != nil {
		return err
	}
	if over, err := o.over(); over {
		return err
	}
	return o.show(http.StatusOK, func(d *view.Draft) (frame.View, error) { return &view.Whole{Draft: d}, nil })
}

// postWhole clears the draft, returns it with notes, or sends it.
func (q *request) postWhole() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	o, err := q.open()
	if err != nil {
		return err
	}
	if over, err := o.over(); over {
		return err
	}
	m := o.mark(v)
	switch v.Get("do") {
	case "clear":
		var d together.Draft
		if d, err = q.Store.Update(q.Context(), q.Slug, o.Key, q.Received, func(d *together.Draft) error { return d.Clear(o.roll, m, o.Text()) }); err == nil {
			o.tellWaits(d)
		}
	case "return":
		err = o.giveBack(m, v)
	case "send":
		var became cite.Ref
		if became, err = o.send(together.Sending{Mark: m, With: withOf(v.Get("with")), Sure: v.Get("sure") == "yes"}); err == nil {
			o.tellSent(became)
			return q.See(q.In("/"+string(became)+"/receipt") + "?after=" + strconv.FormatInt(int64(o.last), 10))
		}
	default:
		err = refusal.New(refusal.Invalid, "form.unreadable")
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return o.again(serve.DeskStatus(rs), func(d *view.Draft) (frame.View, error) {
			return &view.Whole{Draft: d, Notes: o.notes(v)}, nil
		})
	}
	if err != nil {
		return err
	}
	return q.See(q.at(o.Key, "draft"))
}

// notes are the notes on sections that were typed.
func (o *opened) notes(v url.Values) map[string]string {
	out := map[string]string{}
	for field := range v {
		if id, ok := strings.CutPrefix(field, view.NoteField("")); ok && strings.TrimSpace(v.Get(field)) != "" {
			out[id] = strings.ToValidUTF8(v.Get(field), "\uFFFD")
		}
	}
	return out
}

// giveBack returns the draft with notes on its sections: one at least, or nobody knows why.
func (o *opened) giveBack(m together.Mark, v url.Values) error {
	notes := o.notes(v)
	var no refusal.Several
	if len(notes) == 0 {
		no = append(no, refusal.New(refusal.Invalid, "together.notes"))
	}
	for id, text := range notes {
		if _, err := together.CheckRemark(view.NoteField(id), text); err != nil {
			no = append(no, refusal.Of(err)...)
		}
	}
	if err := o.look(func(_ *conversation.Reading, d *view.Draft) error {
		for id := range notes {
			if _, ok := d.Form.Section(id); !ok {
				return serve.NotFound()
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(no) > 0 {
		return no
	}
	var asked delegation.Participant
	if _, err := o.Store.Update(o.Context(), o.Slug, o.Key, o.Received, func(d *together.Draft) error {
		if d.Asked != nil {
			asked = d.Asked.By
		}
		return d.Return(o.roll, m, o.Text())
	}); err != nil {
		return err
	}
	for id, text := range notes {
		if err := o.Store.Say(o.Context(), o.Slug, o.Key, id, together.Remark{By: o.Me, At: o.Received, Text: text, Returned: true}); err != nil {
			return err
		}
	}
	o.tell(together.Letter{Draft: o.Draft, Kind: together.LetterReturned, Page: "draft"}, asked)
	return nil
}

// send sends the draft as one contribution of the party, by the way of every contribution.
func (o *opened) send(m together.Sending) (became cite.Ref, err error) {
	if o.Sending != nil { // whoever began to send it, the reader perhaps, may have done so, and the house stopped, or they left
		if became = o.sentBy(); became != cite.None {
			return became, o.done(became)
		}
	}
	m.Words = o.words()
	sent, err := o.Store.Send(o.Context(), o.Slug, o.Key, o.roll, m)
	if err != nil {
		return cite.None, err
	}
	c, err := o.outgoing(sent.Sections)
	if c.With = sent.With; err == nil {
		var answer plenary.Answer
		if answer, err = o.Intake.Send(o.Context(), c); err == nil {
			became, o.last = answer.Refs[0], answer.Last
			return became, o.done(became)
		}
	}
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind != refusal.TryAgain && rs[0].Key != "token.other" { // it is not on the record, and is written on
		err = errors.Join(err, o.Store.Keep(o.Context(), o.Slug, sent.Was, o.Received))
	}
	return cite.None, err
}

// done notes what the draft became, whether or not anybody waits for the answer.
func (o *opened) done(became cite.Ref) error {
	return o.Store.Done(context.WithoutCancel(o.Context()), o.Slug, o.Key, became, o.Received)
}

// outgoing makes of the sections of the draft what is sent. What it gives beside an error is to be used for nothing.
func (o *opened) outgoing(sections []together.Section) (c intake.Contribution, err error) {
	w := intake.Written{Whole: true, Language: string(o.Draft.Language), For: string(o.Draft.Party.Ref())}
	for _, a := range together.Answers(sections) {
		w.Answers = append(w.Answers, intake.Answer(a))
	}
	w, no, err := o.settled(w)
	if err == nil {
		err = no.Or()
	}
	if err != nil {
		return c, err
	}
	return o.contribution(w, &o.Draft)
}

// words tells what the draft says from what else its party may have said; "" where it cannot be sent as it is.
func (o *opened) words() string {
	c, err := o.outgoing(o.Sections)
	if err == nil {
		var says string
		if says, err = o.Intake.Says(c); err == nil {
			return says
		}
	}
	return ""
}

// settled is the draft as it is sent. Whoever sends it has read the text that was looked at: else it was refused before.
func (o *opened) settled(was intake.Written) (w intake.Written, no refusal.Several, err error) {
	err = o.look(func(st *conversation.Reading, d *view.Draft) error {
		w, no = contribution.Settled(st, d.Form, was)
		return nil
	})
	return w, no, err
}

// contribution makes of the draft what is sent.
func (o *opened) contribution(w intake.Written, d *together.Draft) (c intake.Contribution, err error) {
	if len(w.Answers) == 0 {
		return c, refusal.New(refusal.Invalid, "form.empty")
	}
	if no := contribution.TooMuch(w.Answers); no != nil {
		return c, no
	}
	if c, err = w.Contribution(contribution.Sender(o.Request), d.Call, d.On); err == nil {
		c.Token = d.Key
	}
	return c, err
}

// sentBy finds the contribution that whoever began to send the draft made of it, None for none: it says what they sent, for they may
// have sent another one for the party meanwhile.
func (o *opened) sentBy() (found cite.Ref) {
	says := cmp.Or(o.Draft.Words, o.words())
	_, _ = o.Server.Sec.Read(o.Context(), o.Slug, func(st *conversation.State) error {
		for _, r := range st.Consultation.By(string(o.Sending.By.Ref())) {
			c, ok := st.Consultation.Row(r)
			if ok && c.Call == o.Draft.Call && c.For == string(o.Draft.Party.Ref()) && !c.Received.Before(o.Sending.At) && intake.Said(st, r) == says {
				found = r
			}
		}
		return nil
	})
	return found
}
