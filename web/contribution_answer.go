package web

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
)

// disposition shows an answer.
func (q *request) disposition(ref, after cite.Ref) error {
	q.frame.Section = "contributions"
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := consult.NewDisposition(st, ref, after, q.lang)
		if !ok {
			return nil, notFound()
		}
		v.TokenA, v.TokenB = nonceUnless(!v.Officer), nonceUnless(!v.Officer)
		return v, nil // it shows the words of all that it answers
	})
}

// postReact takes an author's word on an answer. The author is signed in, or holds the cookie that
// sending without an account left.
func (q *request) postReact() error {
	v, err := q.form()
	if err != nil {
		return err
	}
	ref := q.ref()
	if ref.PartNumber() == 0 {
		return notFound()
	}
	a := q.audience()
	var by conversation.Ask
	if err := q.look(func(st *conversation.Reading) error {
		row, ok := st.Consultation.Row(ref)
		if !ok || !a.Is(row.By) || st.MaySee(ref) == conversation.Nothing {
			return notFound()
		}
		for _, p := range a.As {
			if string(p.Ref()) == row.By {
				by.By = p
			}
		}
		return nil
	}); err != nil {
		return err
	}
	verdict, text := v.Get("verdict-"+ref.ID()), v.Get("text-"+ref.ID())
	by.Assurance, by.Received = consultation.Anonymous, q.received
	if q.signedIn {
		by.Assurance = consultation.EmailProven
	}
	if validNonce(v.Get("token")) {
		by.Token, by.Scope = v.Get("token"), string(by.By.Ref())
	}
	by.Command = consultation.React{Part: ref, Verdict: verdict, Language: q.lang, Text: text}
	answer, err := q.s.Sec.Do(q.Context(), q.slug, by)
	if err == nil {
		return q.see(q.in("/"+string(ref.Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=reacted")
	}
	rs := refusal.Of(err)
	if len(rs) == 0 {
		return err
	}
	rs = renamed(rs, func(field string) string {
		if field == "verdict" || field == "text" {
			return field + "-" + ref.ID()
		}
		return field
	})
	return q.contributionRefused(ref.Root(), rs, func(c *consult.ContributionPage) {
		c.Typed = consult.ReactForm{Part: ref, Verdict: verdict, Text: text}
	})
}
