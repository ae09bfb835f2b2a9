package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	view "github.com/openplenary/plenary/page/site"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/site"
	"github.com/openplenary/plenary/web/serve"
)

// translationsQuery are those of the translators' desk of the instance.
type translationsQuery struct {
	// To is the language to translate into.
	To locale.Lang `query:"to"`
	// Pile chooses among the piles.
	Pile string `query:"pile"`
	// From is the text at which the page begins, counted from 0.
	From int `query:"from"`
}

// translations shows what the operator says beside what it is in another language.
func (q *request) translations() error {
	if to, err := q.keeper(); err != nil {
		return err
	} else if to != "" {
		return q.See(to)
	}
	p := serve.Params[translationsQuery](q.Request)
	now := q.Server.Site.Now()
	if !slices.Contains(now.Offered(), p.To) {
		p.To = into(now, q.Lang)
	}
	if slices.Contains([]string{"translated"}, q.Common.Done) {
		q.Frame.Notice = "desk.done." + q.Common.Done
	}
	return q.Show(http.StatusOK, tokened(view.NewTranslations(now, p.To, p.Pile, p.From, "")))
}

// into is the language of the page, if the legal pages are not written in it first; else the first that is offered.
func into(s *site.Site, page locale.Lang) locale.Lang {
	first, _ := s.Text(site.About)
	for _, l := range append([]locale.Lang{page}, s.Offered()...) {
		if l != first.Original && slices.Contains(s.Offered(), l) {
			return l
		}
	}
	return page
}

func tokened(v *view.Translations) *view.Translations {
	for _, u := range v.Shown {
		u.Token = serve.Nonce()
	}
	return v
}

// postTranslations saves a translation with what it is. "same" says that the change of the original does not touch it.
func (q *request) postTranslations() error {
	if to, err := q.keeper(); err != nil {
		return err
	} else if to != "" {
		return serve.NotFound()
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	now := q.Server.Site.Now()
	name := v.Get("passage")
	text, ok := now.Text(name)
	t := input.Translated{Language: locale.Lang(v.Get("language")), Status: v.Get("do"), Words: v.Get("text"), Seen: v.Get("seen")}
	if !ok || !t.Language.Valid() {
		return serve.NotFound()
	}
	if t.Status == "same" {
		t.Words = text.In[t.Language]
		if t.Status = now.Marks.Of(name, t.Language).Status; t.Status == "" {
			t.Status = locale.IsUnofficial
		}
	}
	if q.Server.Demonstration {
		err = refusal.New(refusal.Forbidden, "site.demonstration")
	} else {
		err = q.Server.Site.Translate(name, t)
	}
	from, _ := strconv.Atoi(v.Get("from"))
	if rs := refusal.Of(err); len(rs) > 0 {
		w := tokened(view.NewTranslations(q.Server.Site.Now(), t.Language, v.Get("pile"), from, part.UnitKey("site", name, t.Language)))
		for _, u := range w.Shown {
			if u.Open = u.Passage == name; u.Open {
				u.Again(rs[0].Key, serve.OneEnding(v.Get("text")), "", "")
			}
		}
		q.Frame.Errors = rs
		status, _ := frame.StatusOf(rs[0].Kind)
		return q.Show(status, w)
	}
	if err != nil {
		return err
	}
	next := url.Values{"to": {string(t.Language)}, "pile": {v.Get("pile")}, "from": {strconv.Itoa(max(0, from))}, "done": {"translated"}}
	return q.See("/" + string(q.Lang) + "/site/translations?" + next.Encode() + "#pile")
}
