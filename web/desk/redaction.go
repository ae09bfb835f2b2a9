package desk

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/consult"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// redactionRoutes are what is taken from the public: words, names, files, by one person or by two.
func (h *Handlers) redactionRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/redact", Who: serve.Staff, Handle: h.on((*request).redaction)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/redact", Who: serve.Staff, Body: 512 * serve.KiB, Handle: h.on((*request).postRedaction)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/unredacted", Who: serve.Staff, Body: 16 * serve.KiB, Handle: h.on((*request).postUnredacted)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/removal", Who: serve.Staff, Body: 16 * serve.KiB, Handle: h.on((*request).postRemoval)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/two", Who: serve.Staff, Body: 16 * serve.KiB, Handle: h.on((*request).postTwo)},
	}
}

// maxLooks is how many of those who read what is black a page names.
const maxLooks = 50

// showRedaction shows the page on which words are redacted. The page searches what is black, and does not show it.
func (q *request) showRedaction(rs []*refusal.Refusal, passage string, change func(*view.Redaction)) error {
	ref := q.Ref()
	looks, err := q.Server.Accounts.Looks(q.Context(), q.Slug, string(ref), maxLooks)
	if err != nil {
		return err
	}
	named := make([]view.Look, len(looks))
	for i, l := range looks {
		named[i].At = l.At
		if named[i].Name, _, _, err = q.Server.Accounts.AddressOf(q.Context(), q.Slug, l.Participant); err != nil {
			return err
		}
		if named[i].Name == "" {
			named[i].Name = string(delegation.Participant(l.Participant).Ref())
		}
	}
	q.Request.Unredacted()
	build := func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewRedaction(st, ref, passage, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		v.Looks, v.Me = named, string(q.Me.Ref())
		change(v)
		return v, nil
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, "", build)
	}
	return q.deskShow(http.StatusOK, build)
}

// redaction shows what of a contribution can be redacted, and what can still be read that looks like what is black.
func (q *request) redaction() error {
	return q.showRedaction(nil, "", func(*view.Redaction) {})
}

// postRedaction finds a passage in all words of a contribution, or redacts what is ticked.
func (q *request) postRedaction() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var no refusal.Several
	passage := serve.Clean("passage", v.Get("passage"), &no)
	if v.Get("do") != "take" {
		return q.showRedaction(no, passage, func(*view.Redaction) {})
	}
	seen, _ := strconv.ParseInt(v.Get("seen"), 10, 64)
	c := consultation.Redact{Part: q.Ref(), Ground: v.Get("redact-ground"), Seen: cite.Position(seen)}
	ticked := map[string]bool{}
	for _, s := range v["mask"] {
		ticked[s] = true
		m, ok := consultation.ParseMask(s)
		if !ok {
			return refusal.New(refusal.Invalid, "form.unreadable")
		}
		c.Masks = append(c.Masks, m)
	}
	if len(c.Masks) == 0 {
		no = append(no, refusal.In("mask", "redact.none"))
	}
	answer, rs, err := q.removing(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			return map[string]string{"ground": "redact-ground", "part": "mask"}[field]
		})
		return q.showRedaction(rs, passage, func(p *view.Redaction) { p.Chosen, p.Ground = ticked, c.Ground })
	}
	return q.seeRedaction(answer)
}

// removing has a command decided, and says what to show: what is done, or waits for another person.
func (q *request) removing(v url.Values, c any, no refusal.Several) (cite.Position, []*refusal.Refusal, error) {
	answer, rs, err := q.deskDo(v, c, no)
	return answer.Last, rs, err
}

// seeRedaction goes back to the page, which says what was done and what can still be read.
func (q *request) seeRedaction(at cite.Position) error {
	ref := q.Ref()
	done := "redacted"
	q.Server.Sec.WaitFor(q.Context(), q.Slug, at)
	if err := q.Look(func(st *conversation.Reading) error {
		for _, r := range st.Consultation.Removing(ref).Waiting {
			if r.At == at {
				done = "proposed"
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return q.See(q.In("/"+string(ref)+"/redact") + "?after=" + strconv.FormatInt(int64(at), 10) + "&done=" + done)
}

// postUnredacted shows a contribution with what is black for everybody else, after it is noted who looks.
func (q *request) postUnredacted() error {
	if _, err := q.ReadForm(); err != nil {
		return err
	}
	ref := q.Ref()
	build := func(v **consult.ContributionPage) error {
		return q.Look(func(st *conversation.Reading) error {
			var ok bool
			if *v, ok = consult.NewContributionPage(st, ref, q.Lang); !ok || ref != ref.Root() {
				return serve.NotFound()
			}
			return nil
		})
	}
	var v *consult.ContributionPage
	if err := build(&v); err != nil {
		return err
	}
	// Whoever reads what is black is noted before.
	if err := q.Server.Accounts.NoteLook(q.Context(), q.Slug, uint64(q.Me), string(ref), q.Received); err != nil {
		return err
	}
	q.Request.Unredacted()
	if err := build(&v); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	q.Frame.Section, q.Frame.Token = "desk", serve.Nonce()
	return q.Show(http.StatusOK, v)
}

// postRemoval confirms or declines what another proposed to remove.
func (q *request) postRemoval() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ref := q.Ref()
	n, err := strconv.ParseInt(v.Get("proposal"), 10, 64)
	if err != nil {
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	var c any
	done := ""
	switch v.Get("do") {
	case "confirm":
		c, done = consultation.ConfirmRemoval{Contribution: ref, Proposal: cite.Position(n)}, "confirmed"
	case "decline":
		c, done = removal.Decline{Contribution: ref, Proposal: cite.Position(n)}, "declined"
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	at, rs, err := q.removing(v, c, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showRedaction(rs, "", func(*view.Redaction) {})
	}
	return q.See(q.In("/"+string(ref)) + "?after=" + strconv.FormatInt(int64(at), 10) + "&done=" + done)
}

// postTwo settles whether two people are needed to redact or erase what is published.
func (q *request) postTwo() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	at, rs, err := q.removing(v, removal.RequireTwo{Required: v.Get("two") == "on"}, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return rs[0]
	}
	q.Server.Sec.WaitFor(q.Context(), q.Slug, at)
	done := "settled"
	if err := q.Look(func(st *conversation.Reading) error {
		if st.Consultation.Removing(cite.None).One.At == at {
			done = "proposed"
		}
		return nil
	}); err != nil {
		return err
	}
	return q.deskSee("/queue", at, done, "")
}
