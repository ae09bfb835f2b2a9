package contribution

import (
	"net/url"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/consult"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// act has the signed-in reader's command decided and shows what became of it; refusals come back on the
// page of the contribution.
func (q *request) act(v url.Values, command any, to cite.Ref, notice string) error {
	a, err := q.Ask(command, v.Get("token"))
	if err != nil {
		return err
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err != nil {
		if rs := refusal.Of(err); len(rs) > 0 && (rs[0].Kind == refusal.Invalid || rs[0].Kind == refusal.TooLarge) && to.Kind() == 'c' {
			return q.contributionAgain(v, command, to, rs)
		}
		return err
	}
	return q.See(q.In("/"+string(to)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=" + notice)
}

func (q *request) contributionAgain(v url.Values, command any, ref cite.Ref, rs []*refusal.Refusal) error {
	if _, erase := command.(conversation.Erase); erase {
		rs = serve.Renamed(rs, func(string) string { return "erase-ground" })
	}
	return q.contributionRefused(ref, rs, func(c *consult.ContributionPage) {
		c.Decided = consult.DecideForm{Ground: v.Get("ground"), Reason: v.Get("reason"), EraseGround: v.Get("erase-ground"),
			CorrectionGround: v.Get("correction-ground"), CorrectionReason: v.Get("correction-reason")}
	})
}

// contributionRefused shows the page of a contribution with what was refused on it, and what was typed.
func (q *request) contributionRefused(ref cite.Ref, rs []*refusal.Refusal, typed func(*consult.ContributionPage)) error {
	var c *consult.ContributionPage
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if c, ok = consult.NewContributionPage(st, ref, q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(c); err != nil {
		return err
	}
	typed(c)
	q.Frame.Errors, q.Frame.Token, q.Frame.Section = rs, serve.Nonce(), "contributions"
	status, _ := frame.StatusOf(rs[0].Kind)
	return q.Show(status, c)
}

func (q *request) postPublish() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	// Its author may have put other words in the place of those that were read.
	seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
	return q.act(v, consultation.PublishContribution{Contribution: q.Ref(), Seen: cite.Position(seen)}, q.Ref(), "published")
}

func (q *request) postWithhold() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	return q.act(v, consultation.Withhold{Contribution: q.Ref(), Ground: v.Get("ground"), Reason: v.Get("reason")}, q.Ref(), "withheld")
}

func (q *request) postErase() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref, done := q.Ref(), "erased"
	if err := q.Look(func(st *conversation.Reading) error {
		if st.Consultation.Removing(ref).NeedsTwo {
			done = "proposed" // another person has to confirm it
		}
		return nil
	}); err != nil {
		return err
	}
	return q.act(v, conversation.Erase{Contribution: ref, Ground: v.Get("erase-ground")}, ref, done)
}

// postWithdraw takes a contribution back, for whoever sent it, with or without an account.
func (q *request) postWithdraw() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	author, err := q.author(ref)
	if len(refusal.Of(err)) > 0 && q.Me != 0 { // whoever took it back for a party, and had no answer, acts for it no more: they are given it, and the rules refuse everybody else
		author, err = q.Me, nil
	}
	if err != nil {
		return err
	}
	a := conversation.Ask{By: author, Received: q.Received, Command: consultation.Withdraw{Contribution: ref}}
	if t := v.Get("token"); serve.ValidNonce(t) {
		a.Token, a.Scope = t, string(author.Ref())
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err != nil {
		return err
	}
	return q.See(q.In("/"+string(ref)) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + "&done=withdrawn")
}
