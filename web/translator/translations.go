package translator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the room, with what they need beside the server.
type Handlers struct {
	// Drafts keeps translations that are not released yet.
	Drafts *draft.Store
}

// request is one request for these handlers.
type request struct {
	*serve.Request
	*Handlers
}

// on makes a handler of one of this room.
func (h *Handlers) on(handle func(*request) error) func(*serve.Request) error {
	return func(q *serve.Request) error { return handle(&request{q, h}) }
}

// done are the acts that a page may say were just done.
var done = []string{"saved", "translated"}

// query are the parameters of the translators' desk. What their tags mean is said in web/serve.
type query struct {
	// To is the language to translate into.
	To locale.Lang `query:"to"`
	// Of chooses among what texts are of.
	Of string `query:"of"`
	// Pile chooses among the piles.
	Pile string `query:"pile"`
	// From is the text at which the page begins, counted from 0.
	From int `query:"from"`
}

// Routes lists the routes of the room.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/translations", Who: serve.Translators, Query: query{}, Handle: h.on((*request).translations)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/translations", Who: serve.Translators, Body: 512 * serve.KiB, Handle: h.on((*request).postTranslations)},
	}
}

// translations shows what is to be translated into a language.
func (q *request) translations() error {
	p := serve.Params[query](q.Request)
	return q.Desk(http.StatusOK, done, func(st *conversation.Reading) (frame.View, error) {
		if !slices.Contains(st.Languages, p.To) {
			p.To = q.into(st, p.To)
		}
		return q.view(st, view.TranslationsView{To: p.To, Of: p.Of, Pile: p.Pile, From: p.From})
	})
}

// into is the language of the page, if something can be translated into it; else the first that something can be.
func (q *request) into(st *conversation.Reading, asked locale.Lang) locale.Lang {
	original := st.Title.Original
	if papers := st.Papers.All(); len(papers) > 0 {
		original = papers[len(papers)-1].Latest().Title.Original
	}
	if slices.Contains(st.Languages, q.Lang) && (q.Lang != original || asked != "") {
		return q.Lang
	}
	for _, l := range st.Languages {
		if l != original {
			return l
		}
	}
	return st.Languages[0]
}

// view builds the page, with the drafts that were kept.
func (q *request) view(st *conversation.Reading, what view.TranslationsView) (*view.Translations, error) {
	v := view.NewTranslations(st, what)
	for _, u := range v.Shown {
		u.Token = serve.Nonce()
		kept, ok, err := q.Drafts.Get(q.Context(), q.Slug, draft.Translation, u.Key())
		if err != nil {
			return nil, err
		}
		var body keptTranslation
		if ok && !kept.Sent && json.Unmarshal(kept.Body, &body) == nil {
			u.Keeps(body.Text, body.Line, kept.Version, kept.Changed, body.Over != u.Over || body.Seen != "" && body.Seen != u.Seen)
		}
	}
	return v, nil
}

// keptTranslation is a translation that is not released yet.
type keptTranslation struct {
	Text string        `json:"text"`
	Line string        `json:"line,omitempty"` // that heads an answer
	Over cite.Position `json:"over,omitempty"` // the release that it was begun from
	Seen string        `json:"seen,omitempty"` // what it was begun from, for texts whose releases have no position
}

// form is one text of the desk, as it was sent.
type form struct {
	*request
	v       url.Values
	at      string
	ref     cite.Ref // of what it is a text of; none for the settings
	passage string
	lang    locale.Lang
	text    string
	line    string // that heads an answer
	over    cite.Position
	version int
}

func (p *form) key() string { return part.UnitKey(p.at, p.passage, p.lang) }

// postTranslations keeps or releases a translation.
func (q *request) postTranslations() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	p := form{request: q, v: v, at: v.Get("at"), passage: v.Get("passage"), lang: locale.Lang(v.Get("language"))}
	if p.at != view.AtSettings {
		p.ref, err = cite.ParseRef(p.at)
	}
	if err != nil || !p.lang.Valid() || len(p.passage) > maxPassage {
		return serve.NotFound()
	}
	over, _ := strconv.ParseInt(v.Get("over"), 10, 64)
	p.over = cite.Position(max(0, over))
	p.version, _ = strconv.Atoi(v.Get("version"))
	var no refusal.Several
	p.line = serve.CleanLine("line", v.Get("line"), input.MaxTitle, &no)
	p.text = serve.Clean("text", v.Get("text"), &no)
	if err := p.Look(func(st *conversation.Reading) error {
		if !slices.Contains(st.Languages, p.lang) {
			no = append(no, refusal.New(refusal.Conflict, "translation.language", "language", p.lang))
		}
		return nil
	}); err != nil {
		return err
	}
	if len(no) > 0 {
		return p.again(no)
	}
	switch do := v.Get("do"); do {
	case "keep":
		return p.keep()
	case paper.Official, paper.Unofficial, "same":
		return p.release(do)
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// maxPassage is how long the name of a text may be, in bytes.
const maxPassage = 120

// keep keeps the translation for later. Nobody overwrites what they have not seen.
func (p *form) keep() error {
	body, err := json.Marshal(keptTranslation{p.text, p.line, p.over, p.v.Get("seen")})
	if err != nil {
		return err
	}
	_, err = p.Drafts.Save(p.Context(), draft.Draft{Slug: p.Slug, Kind: draft.Translation, Key: p.key(), Body: body}, p.version, p.Received)
	if rs := refusal.Of(err); len(rs) > 0 {
		return p.again(rs)
	}
	if err != nil {
		return err
	}
	return p.back(0, "saved")
}

// release puts the translation on the record. "same" releases the text that stands there once more: the change of the
// original does not touch it.
func (p *form) release(do string) error {
	if do == "same" {
		if err := p.Look(p.asItStands(&do)); err != nil {
			return err
		}
	}
	no, err := p.unseen(p.command(do))
	if err != nil {
		return err
	}
	answer, rs, err := p.DeskDo(p.v, p.command(do), no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return p.again(rs)
	}
	if !answer.Again { // what was kept since is of somebody who goes on
		// A draft in another version than the one that was seen stays.
		if _, err := p.Drafts.DeleteVersion(p.Context(), draft.Draft{Slug: p.Slug, Kind: draft.Translation, Key: p.key(), Version: p.version}); err != nil {
			p.Server.Logger.Error("cannot take away a draft that was released", "err", err)
		}
	}
	return p.back(answer.Last, "translated")
}

// unseen tells whoever releases once that somebody else kept a draft which they have not seen, if the release would be taken.
// One that would not is refused for its own reasons, or was taken before.
func (p *form) unseen(command any) (no refusal.Several, err error) {
	kept, ok, err := p.Drafts.Get(p.Context(), p.Slug, draft.Translation, p.key())
	if err != nil || !ok || kept.Version == p.version {
		return nil, err
	}
	a, err := p.Ask(command, "")
	if err != nil {
		return nil, err
	}
	return no, p.Look(func(st *conversation.Reading) error {
		if st.Refused(a) == nil {
			no = refusal.Several{refusal.New(refusal.Conflict, "draft.moved", "version", kept.Version)}
		}
		return nil
	})
}

// asItStands takes the text of the translation as it stands, and what was said of it into status.
func (p *form) asItStands(status *string) func(*conversation.Reading) error {
	return func(st *conversation.Reading) error {
		v := view.NewTranslations(st, view.TranslationsView{To: p.lang, Hold: p.key()})
		for _, u := range v.Shown {
			if u.Key() == p.key() {
				p.text, *status = u.Text, u.Status
				if *status == "" {
					*status = locale.IsUnofficial
				}
				return nil
			}
		}
		return serve.NotFound()
	}
}

// command is what releases the translation with a status.
func (p *form) command(status string) any {
	switch {
	case p.at == view.AtSettings:
		return settings.Translate{Text: p.passage, Language: p.lang, Status: status, Words: p.text, Seen: p.v.Get("seen")}
	case p.ref.Kind() == 'd':
		return consultation.TranslateReason{Disposition: p.ref, Language: p.lang, Status: status, Reason: p.text, Heading: p.line, Over: p.over}
	case p.ref.Kind() == 'k' && asked(p.passage):
		return questionnaire.Translate{Call: p.ref, Text: p.passage, Language: p.lang, Status: status, Words: p.text, Seen: p.v.Get("seen")}
	case p.ref.Kind() == 'k':
		return life.Translate{Call: p.ref, Text: p.passage, Language: p.lang, Status: status, Words: p.text, Seen: p.v.Get("seen")}
	}
	return paper.TranslatePassage{Edition: p.ref, Passage: paper.Passage(p.passage), Language: p.lang, Status: status, Text: p.text, Over: p.over}
}

// asked reports whether a text of a call is one of its questions: "q2", "s1 text".
func asked(name string) bool {
	what, _, _ := strings.Cut(name, " ")
	return len(what) > 1 && (what[0] == 'q' || what[0] == 's') && strings.Trim(what[1:], "0123456789") == ""
}

// of is the choice among what texts are of that the form came from.
func (p *form) of() string { return strings.TrimPrefix(p.v.Get("query"), "&of=") }

// back leads to the next text of the pile.
func (p *form) back(at cite.Position, done string) error {
	v := url.Values{"to": {string(p.lang)}, "pile": {p.v.Get("pile")}, "from": {strconv.Itoa(p.from())}}
	if of := p.of(); slices.Contains(view.TextsOf, of) {
		v.Set("of", of)
	}
	return p.DeskSee("/translations?"+v.Encode(), at, done, "pile")
}

func (p *form) from() int {
	n, _ := strconv.Atoi(p.v.Get("from"))
	return max(0, n)
}

// again shows the desk with what was typed, and what somebody else released or kept meanwhile beside it.
func (p *form) again(rs []*refusal.Refusal) error {
	return p.DeskAgain(rs, p.v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
		v, err := p.view(st, view.TranslationsView{To: p.lang, Of: p.of(), Pile: p.v.Get("pile"), From: p.from(), Hold: p.key()})
		if err != nil {
			return nil, err
		}
		for _, u := range v.Shown {
			if u.Open = u.Key() == p.key(); u.Open {
				token := p.v.Get("token")
				if !serve.ValidNonce(token) || rs[0].Key == "token.other" {
					token = ""
				}
				u.Again(rs[0].Key, p.text, p.line, token)
			}
		}
		return v, nil
	})
}
