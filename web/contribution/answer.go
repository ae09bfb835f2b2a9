package contribution

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// disposition shows an answer.
func (q *request) disposition(ref, after cite.Ref) error {
	q.Frame.Section = "contributions"
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v, ok := consult.NewDisposition(st, ref, after, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		v.TokenB = serve.NonceUnless(!v.Officer)
		return v, nil // it shows the words of all that it answers
	})
}

// postReact takes an author's word on an answer, or that of the party for which it was sent. The author is signed in, or holds the cookie that
// sending without an account left.
func (q *request) postReact() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	if ref.PartNumber() == 0 {
		return serve.NotFound()
	}
	var by conversation.Ask
	if err := q.Look(func(st *conversation.Reading) error {
		if by.By, _ = st.Acts(ref); by.By == 0 || st.MaySee(ref) == conversation.Nothing {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitActs)); err != nil {
		return err
	}
	verdict, text := v.Get("verdict-"+ref.ID()), v.Get("text-"+ref.ID())
	by.Assurance, by.Received = consultation.Anonymous, q.Received
	if q.SignedIn {
		by.Assurance = consultation.EmailProven
	}
	if serve.ValidNonce(v.Get("token")) {
		by.Token, by.Scope = v.Get("token"), string(by.By.Ref())
	}
	by.Command = reaction.React{Part: ref, Verdict: verdict, Language: q.Lang, Text: text}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, by)
	if err == nil {
		return q.See(q.In("/"+string(ref.Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=reacted")
	}
	rs := refusal.Of(err)
	if len(rs) == 0 {
		return err
	}
	rs = serve.Renamed(rs, func(field string) string {
		if field == "verdict" || field == "text" {
			return field + "-" + ref.ID()
		}
		return field
	})
	return q.contributionRefused(ref.Root(), rs, func(c *consult.ContributionPage) {
		c.Typed = consult.ReactForm{Part: ref, Verdict: verdict, Text: text}
	})
}
