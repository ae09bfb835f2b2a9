package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web/serve"
)

// settingsQuery says which label is being changed.
type settingsQuery struct {
	Edit string `query:"edit"` // the list and id of a label, "categories-ngo"; "categories-" for a new one
}

// settingsRoutes are what a conversation has settled, and looking at it as others do.
func (h *Handlers) settingsRoutes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/settings", Who: serve.Officers, Query: settingsQuery{}, Handle: h.on((*request).settings)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/settings", Who: serve.Officers, Body: 256 * serve.KiB, Handle: h.on((*request).postSettings)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/preview", Who: serve.Officers, Handle: h.on((*request).previews)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/preview", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postPreview)},
	}
}

func (q *request) previews() error {
	return q.deskShow(http.StatusOK, func(*conversation.Reading) (frame.View, error) {
		return &view.Preview{Audiences: serve.Previews}, nil
	})
}

// postPreview has the officer look as somebody else, or as themselves again.
func (q *request) postPreview() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	q.PreviewAs(v.Get("who"))
	if v.Get("who") == "" {
		return q.See(q.In("/desk/settings"))
	}
	return q.See(q.In(""))
}

func (q *request) settings() error {
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v := view.NewSettings(st, q.Lang)
		v.NewToken, v.Open = serve.Nonce, serve.Params[settingsQuery](q.Request).Edit
		return v, nil
	})
}

// postSettings takes one of the forms of the page; "what" says which.
func (q *request) postSettings() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	switch v.Get("what") {
	case "words", "nouns", "languages":
		return q.changeSettings(v)
	case "label":
		return q.changeLabel(v)
	case "nine":
		return q.addNine(v)
	case "review":
		return q.reviewAnswers(v)
	case "open":
		return q.openUp(v)
	case "archive":
		return q.archive(v)
	case "reopen":
		return q.reopen(v)
	case "discard":
		return q.discard(v)
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// meanwhile are fields that somebody else changed since the page was made, with what they say now.
type meanwhile struct{ no refusal.Several }

// field says what a person changed: nothing where they left a field as it was; where somebody else changed it too, and to
// something else, they are shown that first.
func (m *meanwhile) field(field, typed, was, now string) (changed bool) {
	typed, was, now = serve.OneEnding(typed), serve.OneEnding(was), serve.OneEnding(now)
	switch {
	case typed == was || typed == now:
		return false
	case now != was:
		shown := now
		if shown == "" {
			shown = "–"
		}
		m.no = append(m.no, refusal.In(field, "settings.meanwhile", "text", shown))
	}
	return true
}

// words are what a person changed of a text: nil for nothing. A translation that was older than the original and is said
// to be right is written anew as it is.
func (m *meanwhile) words(v url.Values, t frame.Tongues) settings.Words {
	var out settings.Words
	for _, r := range t.Rows {
		field := t.Field(r)
		if !v.Has(field) {
			continue
		}
		if m.field(field, v.Get(field), v.Get("was-"+field), r.Value) || v.Get("right-"+field) != "" && r.State == "older" {
			if out == nil {
				out = settings.Words{}
			}
			out[r.Lang] = v.Get(field)
		}
	}
	return out
}

// settled is the page as it stands.
func (q *request) settled() (v *view.Settings, err error) {
	err = q.Look(func(st *conversation.Reading) error {
		v = view.NewSettings(st, q.Lang)
		return nil
	})
	return v, err
}

// settingsAgain shows the page again with what was typed, changed by put.
func (q *request) settingsAgain(rs []*refusal.Refusal, put func(*view.Settings)) error {
	return q.deskAgain(rs, "", func(st *conversation.Reading) (frame.View, error) {
		w := view.NewSettings(st, q.Lang)
		w.NewToken = serve.Nonce
		put(w)
		return w, nil
	})
}

// changeSettings takes what the conversation says of itself, its words, its languages.
func (q *request) changeSettings(v url.Values) error {
	now, err := q.settled()
	if err != nil {
		return err
	}
	var m meanwhile
	c := settings.Change{Reason: v.Get("reason")}
	for _, t := range now.Texts {
		w := m.words(v, t)
		switch t.Name {
		case settings.TitleText:
			c.Title = w
		case settings.LeadText:
			c.Lead = w
		case settings.ContactText:
			c.Contact = w
		}
	}
	for _, n := range now.Nouns {
		if w := m.words(v, n.Words); w != nil {
			if c.Nouns == nil {
				c.Nouns = map[string]settings.Words{}
			}
			c.Nouns[n.Noun] = w
		}
	}
	if v.Get("what") == "languages" {
		var chosen []string
		for _, l := range locale.All { // each once, in their order
			if slices.Contains(v["languages"], string(l)) {
				chosen = append(chosen, string(l))
			}
		}
		if m.field("languages", strings.Join(chosen, " "), v.Get("was-languages"), now.WasLangs) {
			c.Languages = []locale.Lang{}
			for _, l := range chosen {
				c.Languages = append(c.Languages, locale.Lang(l))
			}
		}
		if m.field("zone", v.Get("zone"), v.Get("was-zone"), now.Zone) {
			c.Zone = v.Get("zone")
		}
	}
	if c.Languages != nil && len(c.Languages) == 0 {
		m.no = append(m.no, refusal.In("languages", "conversation.languages"))
	}
	for i := range now.Texts {
		now.Texts[i] = now.Texts[i].Typed(serve.Typed(v))
	}
	lacks := view.FormLacks("", now.Texts...)
	if len(m.no) == 0 {
		if m.no, err = q.untoldOf(v, c, lacks); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, c, m.no)
	if err != nil {
		return err
	}
	if unchanged(rs) {
		return q.deskSee("/settings", 0, "saved", v.Get("what"))
	}
	if len(rs) > 0 {
		return q.settingsAgain(rs, func(w *view.Settings) {
			for i := range w.Texts {
				w.Texts[i] = w.Texts[i].Typed(serve.Typed(v))
			}
			w.Lacks = lacks.Before(w.Lacks)
			for i := range w.Nouns {
				w.Nouns[i].Words = w.Nouns[i].Words.Typed(serve.Typed(v))
			}
			if w.Reason = v.Get("reason"); v.Get("what") == "languages" {
				w.Languages = v["languages"]
				if zone, changed := serve.Typed(v)("zone"); changed {
					w.Zone = zone
				}
			}
		})
	}
	return q.deskSee("/settings", answer.Last, "saved", v.Get("what"))
}

// unchanged reports whether all that was refused is that nothing is new: whoever saves twice is told that it is saved.
func unchanged(rs []*refusal.Refusal) bool { return len(rs) == 1 && rs[0].Key == "settings.unchanged" }

// changeLabel takes what is done with one label.
func (q *request) changeLabel(v url.Values) error {
	list, id := v.Get("list"), v.Get("id")
	now, err := q.settled()
	if err != nil {
		return err
	}
	now.Open = view.LabelRow{List: list, Label: settings.Label{ID: id}}.Key()
	row := now.Row()
	// One that was merged or taken away is not there any more: whoever had no answer to that is given it.
	gone := row == nil && (v.Get("do") == "merge" || v.Get("do") == "remove")
	if row == nil && !gone {
		return refusal.New(refusal.Hidden, "settings.unknown")
	}
	var m meanwhile
	reason := v.Get("label-reason")
	var command any
	switch v.Get("do") {
	case "merge":
		command = settings.Merge{ID: id, Into: v.Get("into"), Reason: reason}
	case "close", "again":
		command = settings.Close{List: list, ID: id, Offer: v.Get("do") == "again", Reason: reason}
	case "remove":
		command = settings.Remove{List: list, ID: id}
	default:
		command = m.name(v, row, reason)
	}
	var lacks view.Lacks
	if _, names := command.(settings.Name); names && len(m.no) == 0 {
		lacks = view.FormLacks(row.List, row.Words.Typed(serve.Typed(v)))
		if m.no, err = q.untoldOf(v, command, lacks); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, command, m.no)
	if err != nil {
		return err
	}
	if len(rs) > 0 && gone {
		return refusal.New(refusal.Hidden, "settings.unknown")
	}
	if len(rs) > 0 && !unchanged(rs) {
		return q.settingsAgain(rs, func(w *view.Settings) {
			w.Open, w.Lacks = now.Open, lacks.Before(w.Lacks)
			if r := w.Row(); r != nil {
				r.Words, r.Target, r.Reason = r.Words.Typed(serve.Typed(v)), v.Get("into"), reason
				if r.Unsaid = v.Get("unsaid") == "yes"; v.Has("chooser") {
					r.Chooser = v.Get("chooser")
				}
			}
		})
	}
	anchor := now.Open
	if id == "" || v.Get("do") == "remove" {
		anchor = list
	}
	return q.deskSee("/settings", answer.Last, "saved", anchor)
}

// name is the command that puts a label right in what the person changed.
func (m *meanwhile) name(v url.Values, row *view.LabelRow, reason string) settings.Name {
	c := settings.Name{List: row.List, ID: row.ID, Name: m.words(v, row.Words), Reason: reason}
	if row.List != settings.Categories || row.State {
		return c
	}
	unsaid := v.Get("unsaid") == "yes"
	if row.ID == "" {
		c.Chooser, c.Unsaid = v.Get("chooser"), unsaid
		return c
	}
	if m.field("chooser", v.Get("chooser"), v.Get("was-chooser"), row.Label.Chooser()) {
		c.Chooser = v.Get("chooser")
	}
	if was := v.Get("was-unsaid") == "yes"; unsaid != was {
		c.Unsaid, c.Asked = unsaid, !unsaid
	}
	return c
}

// addNine adds the set of nine questions that run through all subject areas.
func (q *request) addNine(v url.Values) error {
	var answer plenary.Answer
	for i, x := range template.StartingCrosscutting(q.Lang) {
		once := url.Values{}
		if token := v.Get("token"); serve.ValidNonce(token) && i == 0 { // the others follow from it
			once.Set("token", token)
		}
		a, rs, err := q.deskDo(once, settings.Name{List: settings.Crosscutting, Fresh: x.ID, Name: x.Name.In}, nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 && !unchanged(rs) {
			return q.settingsAgain(rs, func(*view.Settings) {})
		}
		answer.Last = max(answer.Last, a.Last)
	}
	return q.deskSee("/settings", answer.Last, "saved", settings.Crosscutting)
}

// confirmed asks for the box that says that somebody is sure.
func confirmed(v url.Values) refusal.Several {
	if v.Get("sure") != "yes" {
		return refusal.Several{refusal.In("sure", "life.sure")}
	}
	return nil
}

// reviewAnswers settles whether answers need a second pair of eyes.
func (q *request) reviewAnswers(v url.Values) error {
	answer, rs, err := q.deskDo(v, settings.ReviewAnswers{Required: v.Get("review") == "on"}, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.settingsAgain(rs, func(*view.Settings) {})
	}
	return q.deskSee("/settings", answer.Last, "settled", "answers")
}

func (q *request) openUp(v url.Values) error {
	answer, rs, err := q.deskDo(v, settings.OpenUp{}, confirmed(v))
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.settingsAgain(rs, func(*view.Settings) {})
	}
	return q.deskSee("", answer.Last, "opened", "")
}

func (q *request) archive(v url.Values) error {
	now, err := q.settled()
	if err != nil {
		return err
	}
	answer, rs, err := q.deskDo(v, settings.Archive{Last: q.Tongues(v, now.Last, locale.Text{})}, confirmed(v))
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.settingsAgain(rs, func(w *view.Settings) { w.Last = w.Last.Typed(serve.Typed(v)) })
	}
	return q.See(q.In("") + "?after=" + position(answer))
}

func (q *request) reopen(v url.Values) error {
	answer, rs, err := q.deskDo(v, settings.Reopen{Reason: v.Get("why")}, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			if field == "reason" {
				return "why"
			}
			return field
		})
		return q.settingsAgain(rs, func(w *view.Settings) { w.Why = v.Get("why") })
	}
	return q.deskSee("/settings", answer.Last, "saved", "life")
}

// discard gives the conversation up, and has it deleted with everything beside it.
func (q *request) discard(v url.Values) error {
	_, rs, err := q.deskDo(v, settings.Discard{Slug: strings.TrimSpace(v.Get("slug"))}, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.settingsAgain(rs, func(w *view.Settings) { w.Slug = v.Get("slug") })
	}
	if q.Delete != nil { // else it is deleted at the next start
		if err := q.Delete(q.Context(), q.Slug); err != nil {
			return err
		}
	}
	return q.See("/" + string(q.Lang) + "/")
}

func position(a plenary.Answer) string { return strconv.FormatInt(int64(a.Last), 10) }
