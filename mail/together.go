package mail

import (
	"cmp"
	"context"
	"fmt"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/together"
)

// Together queues a letter about a draft that several people write: not to somebody whom nothing reaches, nor to who wants no
// letters. What is written before it is sent stands on no record, so nothing of the letter is kept once it was sent or given up.
func (w *Letters) Together(ctx context.Context, t together.Letter) error {
	n := account.Number{Slug: t.Slug, Participant: uint64(t.To)}
	notice := "together " + t.Kind
	reach, ok, err := w.Accounts.Reach(ctx, n, fmt.Sprintf("%s %s %s", t.Slug, t.Draft.Key, notice))
	if err != nil || !ok {
		return err
	}
	l := reach.Lang
	if !l.Valid() {
		l = locale.English
	}
	var title, call string
	var named [2]cite.Position
	demo := false
	if _, err := w.Sec.Read(ctx, t.Slug, func(st *conversation.State) error {
		title, _ = st.Title.For(l)
		if k, ok := st.Consultation.Call(t.Draft.Call); ok {
			call, _ = k.Title.For(l)
		}
		for i, p := range []delegation.Party{t.Draft.Party, t.Other} {
			standing, _ := st.Roll.Party(p)
			named[i] = standing.Named
		}
		demo = st.Demonstration
		return nil
	}); err != nil {
		return err
	}
	words, err := w.Sec.Words(ctx, t.Slug, named[:])
	if err != nil {
		return err
	}
	link := w.Address + "/" + string(l) + "/c/" + t.Slug + "/" + string(t.Draft.Call) + "/together/" + t.Draft.Key + "/" + t.Page
	if t.Page == "" { // the draft is deleted soon after it was sent
		link = w.Address + "/" + string(l) + "/c/" + t.Slug + "/" + string(t.Draft.Became)
	}
	args := []any{"title", title, "call", call, "link", link,
		"party", cmp.Or(words[named[0]]["name"], string(t.Draft.Party.Ref())), "other", cmp.Or(words[named[1]]["name"], string(t.Other.Ref()))}
	m := post.Message{To: reach.Email, Lang: l, Notice: notice, Subject: l.T("mail.together."+t.Kind+".subject", args...), Stop: stopAddress(w.Address, l, reach.Token)}
	m.Text = verbatim(l, l.Isolate("mail.together."+t.Kind+".text", args...), link) +
		foot{host: w.Address, body: w.Queue.body(l), why: "together", args: args, stop: m.Stop, unproven: !reach.Proven}.text(l)
	if demo {
		m.Text += "\n\n" + l.T("mail.demo")
	}
	return w.Queue.PutDirect(ctx, m, w.Queue.now().Add(invitationLife))
}
