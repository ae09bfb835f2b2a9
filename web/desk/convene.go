package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) convene() error {
	v := &view.Convene{Form: view.ConveneForm{Template: template.Conversation, Zone: "UTC", From: q.Received.UTC().Format(time.DateOnly), Languages: []string{string(q.Lang)}}}
	q.Frame.Token = serve.Nonce()
	return q.Show(http.StatusOK, v)
}

func (q *request) postConvene() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	form := view.ConveneForm{Template: v.Get("template"), Slug: strings.TrimSpace(v.Get("slug")), Name: v.Get("title"), Languages: v["languages"], Zone: v.Get("zone"),
		From: v.Get("from"), Until: v.Get("until"), Nine: v.Get("nine") == "yes"}
	token := v.Get("token")
	again := func(rs []*refusal.Refusal) error {
		q.Frame.Errors, q.Frame.Token = rs, token
		if !serve.ValidNonce(token) {
			q.Frame.Token = serve.Nonce()
		}
		status, _ := frame.StatusOf(rs[0].Kind)
		return q.Show(status, &view.Convene{Form: form})
	}
	c, no := q.conveneCommand(form)
	// What the rule would say is said together with what the form says, before anything is kept.
	c.Officer = 1
	ask := conversation.Ask{Received: q.Received, Assurance: consultation.EmailProven, Command: c}
	if _, err := conversation.NewState().Decide(ask); err != nil {
		rs := refusal.Of(err)
		if len(rs) == 0 {
			return err
		}
		for _, r := range rs {
			if !slices.ContainsFunc(no, func(mine *refusal.Refusal) bool { return mine.Field == r.Field }) {
				no = append(no, r)
			}
		}
	}
	if len(no) > 0 {
		slices.SortStableFunc(no, func(a, b *refusal.Refusal) int { // as the form asks
			return slices.Index(conveneFields, a.Field) - slices.Index(conveneFields, b.Field)
		})
		return again(no)
	}
	if slices.Contains(q.Server.Sec.Conversations(), c.Slug) {
		if q.convened(c) {
			return q.See("/" + string(q.Lang) + "/c/" + c.Slug + "/desk/settings")
		}
		return again([]*refusal.Refusal{refusal.In("slug", "conversation.slug_taken")})
	}
	if err := q.May(serve.Once(serve.LimitConvene)); err != nil {
		return again(refusal.Of(err))
	}
	// The account's row first, then the fact: an officer whom nobody can be would be worse than a row
	// that leads nowhere.
	n, err := q.Server.Accounts.Participant(q.Context(), q.Account, c.Slug, q.Server.Sec.Number)
	if err != nil {
		return err
	}
	c.Officer = delegation.Participant(n)
	ask.By, ask.Command = c.Officer, c
	// A browser that goes away does not stop half of it.
	answer, err := q.Server.Sec.Convene(context.WithoutCancel(q.Context()), ask)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	return q.See("/" + string(q.Lang) + "/c/" + c.Slug + "/desk/settings?done=convened&after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// convened reports whether the reader made this very conversation: the button was pressed twice.
func (q *request) convened(c conversation.Convene) bool {
	n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), q.Account, c.Slug)
	if err != nil || !ok {
		return false
	}
	same := false
	_, err = q.Server.Sec.Read(q.Context(), c.Slug, func(st *conversation.State) error {
		same = st.Roll.Roles(delegation.Participant(n)).Has(delegation.Officer) && st.Title.String() == c.Title.String() && len(st.Stages) == len(c.Stages)
		return nil
	})
	return err == nil && same
}

// conveneFields are the fields of the form in their order.
var conveneFields = []string{"template", "title", "slug", "languages", "zone", "from", "until"}

// conveneCommand makes of the form what is asked. The title is in the language of the page, which is the original;
// everything else that a conversation says of itself is written while it is prepared.
func (q *request) conveneCommand(f view.ConveneForm) (conversation.Convene, refusal.Several) {
	var no refusal.Several
	lists := template.Labels(f.Template, q.Lang)
	c := conversation.Convene{Slug: f.Slug, Zone: f.Zone, Title: locale.Plain(q.Lang, serve.CleanLine("title", f.Name, 200, &no)), Categories: lists[settings.Categories],
		Groups: lists[settings.Groups], Subjects: lists[settings.Subjects], Crosscutting: lists[settings.Crosscutting], Prepared: true}
	if f.Nine {
		c.Crosscutting = template.StartingCrosscutting(q.Lang)
	}
	for _, l := range locale.All { // each once, in their order
		if slices.Contains(f.Languages, string(l)) {
			c.Languages = append(c.Languages, l)
		}
	}
	c.Contact = q.Server.Site.Now().ContactIn(c.Languages, q.Lang)
	if len(c.Languages) > 0 && !slices.Contains(c.Languages, q.Lang) {
		no = append(no, refusal.In("languages", "settings.original_language", "language", q.Lang))
	}
	if !slices.Contains(locale.Zones(), f.Zone) {
		no = append(no, refusal.In("zone", "desk.zone"))
	}
	stages, ok := template.Stages(f.Template, f.From, f.Until, q.Lang)
	if !ok {
		no = append(no, refusal.In("template", "desk.template"))
	}
	from, err1 := time.Parse(time.DateOnly, f.From)
	until, err2 := time.Parse(time.DateOnly, f.Until)
	if err1 != nil {
		no = append(no, refusal.In("from", "desk.date"))
	}
	if err2 != nil {
		no = append(no, refusal.In("until", "desk.date"))
	}
	if err1 == nil && err2 == nil && until.Before(from) {
		no = append(no, refusal.In("until", "desk.dates"))
	}
	if err1 == nil && err2 == nil && !until.Before(from) {
		c.Stages = stages
	}
	return c, no
}
