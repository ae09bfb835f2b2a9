package contribution

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// correct shows the form on which an author puts right what they sent.
func (q *request) correct() error {
	return q.showCorrect(http.StatusOK, nil, func(*consult.Correct) error { return nil })
}

// showCorrect shows the form. Where a correction cannot be sent now, the page says why.
func (q *request) showCorrect(status int, rs []*refusal.Refusal, change func(*consult.Correct) error) error {
	v, why, err := q.correctPage(q.Ref())
	if err != nil {
		return err
	}
	if why != nil {
		return why
	}
	if err := change(v); err != nil {
		return err
	}
	q.Frame.Token, q.Frame.Errors, q.Frame.Section, q.Frame.Writes = serve.Nonce(), rs, "mine", true
	q.Writer.Header().Set("Cache-Control", "no-store")
	return q.Show(status, v)
}

// correctPage is the form with the words as they stand; why says why nothing can be corrected now.
func (q *request) correctPage(ref cite.Ref) (v *consult.Correct, why, err error) {
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = consult.NewCorrect(st, ref, q.Lang); !ok {
			return serve.NotFound()
		}
		row, _ := st.Consultation.Row(ref)
		why = v.Correctable(st, row).MayCorrect
		return nil
	}); err != nil {
		return nil, nil, err
	}
	return v, why, q.Fill(v)
}

// postCorrect shows what a correction changes, or sends it.
func (q *request) postCorrect() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	page, why, err := q.correctPage(q.Ref())
	if err != nil {
		return err
	}
	sends := v.Get("do") == "send" // what cannot be corrected any more may have been corrected by this very form: the rules know
	if why != nil && !sends {
		return why
	}
	form, parts := consult.CorrectForm{Title: v.Get("title"), Reason: v.Get("reason")}, []correction.Part(nil)
	for i := range page.Parts {
		n := strconv.Itoa(i + 1)
		p := consult.CorrectPart{Text: v.Get("text-" + n), Wording: v.Get("wording-" + n)}
		form.Parts, parts = append(form.Parts, p), append(parts, correction.Part{Part: i + 1, Text: p.Text, Wording: p.Wording})
	}
	if v.Get("do") == "edit" {
		return q.showCorrect(http.StatusOK, nil, func(c *consult.Correct) error { c.Type(form); return nil })
	}
	seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
	c, rs := Changed(q.Request, page, correction.Correct{Contribution: page.Ref, Parts: parts, Retitle: true, Title: form.Title, Reason: form.Reason, Seen: cite.Position(seen)})
	// Where there is a correction already, it was done at once, and the answer was lost.
	if sends && why == nil && !page.Corrected.IsZero() && len(rs) == 1 && rs[0].Key == "correction.same" && serve.ValidNonce(v.Get("token")) {
		return q.See(q.In("/"+string(page.Ref)) + "?done=corrected")
	}
	if len(rs) == 0 && !sends {
		return q.showCorrect(http.StatusOK, nil, func(p *consult.Correct) error {
			p.Type(clean(form, c))
			p.Compare()
			p.Look, p.Seen = true, cite.Position(seen)
			return nil
		})
	}
	if len(rs) == 0 {
		rs, err = q.sendCorrection(v, page, c)
	}
	if err != nil || len(rs) == 0 {
		return err
	}
	status, _ := frame.StatusOf(rs[0].Kind)
	return q.showCorrect(status, named(rs), func(p *consult.Correct) error { p.Type(form); return nil })
}

// named are refusals at the fields of the form: what is wrong with a text is said at the first.
func named(rs []*refusal.Refusal) []*refusal.Refusal {
	return serve.Renamed(rs, func(field string) string {
		if field == "text" || field == "wording" {
			return field + "-1"
		}
		return field
	})
}

// clean is what was typed as it would be stored.
func clean(form consult.CorrectForm, c correction.Correct) consult.CorrectForm {
	if c.Retitle {
		form.Title = c.Title
	}
	form.Reason = c.Reason
	for _, p := range c.Parts {
		form.Parts[p.Part-1] = consult.CorrectPart{Text: p.Text, Wording: p.Wording}
	}
	return form
}

// Changed cleans a correction and leaves out of it what changes nothing, as the page of its author has the words. The
// refusals name the fields of correction.Correct.
func Changed(q *serve.Request, page *consult.Correct, c correction.Correct) (correction.Correct, []*refusal.Refusal) {
	c, err := c.Check()
	if err != nil {
		return c, refusal.Of(err)
	}
	c.Retitle = c.Retitle && c.Title != page.Heading.Text
	var parts []correction.Part
	for _, p := range c.Parts {
		if n := p.Part; n >= 1 && n <= len(page.Parts) && page.Parts[n-1].Text == p.Text && page.Parts[n-1].Wording == p.Wording {
			continue
		}
		p.Likeness = q.Server.Sec.Likeness(q.Slug, p.Text+"\x00"+p.Wording)
		parts = append(parts, p)
	}
	if c.Parts = parts; len(parts) == 0 && !c.Retitle {
		return c, []*refusal.Refusal{refusal.In("text", "correction.same")}
	}
	return c, nil
}

// sendCorrection has a correction decided, and goes to the page of the contribution.
func (q *request) sendCorrection(v url.Values, page *consult.Correct, c correction.Correct) ([]*refusal.Refusal, error) {
	if err := (senderLimits{q.Request}).Send(); err != nil {
		return refusal.Of(err), err
	}
	author, err := q.author(page.Ref)
	if err != nil {
		return nil, err
	}
	a := conversation.Ask{By: author, Received: q.Received, Command: c}
	if t := v.Get("token"); serve.ValidNonce(t) {
		a.Token, a.Scope = t, string(author.Ref())
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err != nil {
		if rs := refusal.Of(err); len(rs) > 0 && (rs[0].Kind == refusal.Invalid || rs[0].Kind == refusal.TooLarge) {
			return rs, nil
		}
		return nil, err
	}
	done := "corrected"
	if err := q.Look(func(st *conversation.Reading) error {
		row, ok := st.Consultation.Row(page.Ref)
		if all := st.Consultation.Corrections(page.Ref); ok && row.Status == consultation.Published && len(all) > 0 && all[len(all)-1].Waits() {
			done = "correction_sent"
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return nil, q.See(q.In("/"+string(page.Ref)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=" + done)
}

// author is as whom the reader acts for a contribution, because they sent it or speak for the party that it was sent for; to anybody else it is as if it
// were not there.
func (q *request) author(ref cite.Ref) (author delegation.Participant, err error) {
	if err := q.Look(func(st *conversation.Reading) error {
		// The rules refuse it as well: here it is said before a form is shown.
		if author, _ = st.Acts(ref); author == 0 {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return 0, err
	}
	return author, nil
}

// postCorrection publishes or withholds the correction that waits.
func (q *request) postCorrection() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
	var c any = correction.Publish{Contribution: q.Ref(), Seen: cite.Position(seen)}
	done := "correction_published"
	if v.Get("do") == "withhold" {
		c = correction.Withhold{Contribution: q.Ref(), Ground: v.Get("correction-ground"), Reason: v.Get("correction-reason"), Seen: cite.Position(seen)}
		done = "correction_withheld"
	}
	a, err := q.Ask(c, v.Get("token"))
	if err != nil {
		return err
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err == nil {
		return q.See(q.In("/"+string(q.Ref())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=" + done)
	}
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind == refusal.Invalid {
		return q.contributionAgain(v, c, q.Ref(), serve.Renamed(rs, func(field string) string { return "correction-" + field }))
	}
	return err
}
