package editor

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/sources"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// marked are those of some sentences of which a second reader has said something.
func marked(st *conversation.Reading, sentences editor.Sentences, original locale.Lang) map[paper.Seal]bool {
	out := map[paper.Seal]bool{}
	for _, seal := range sentences.Seals(original) {
		out[seal] = len(st.Papers.Marked(seal)) > 0
	}
	return out
}

// compiled reads a draft whose sentences rest on what they cite; ok is false where there is none.
func (q *request) compiled(key string) (sheet *editor.Sheet, kept draft.Draft, ok bool, err error) {
	if !serve.ValidNonce(key) {
		return nil, kept, false, nil
	}
	if kept, ok, err = q.Drafts.Get(q.Context(), q.Slug, draft.Paper, key); err != nil || !ok || kept.Sent {
		return nil, kept, false, err
	}
	sheet, err = editor.Open(kept.Body)
	return sheet, kept, err == nil && paper.Compiled(sheet.Kind), err
}

// drafted is what would be published of a draft; ok is false where there is none.
func (q *request) drafted(key string) (out view.Drafted, ok bool, err error) {
	sheet, _, ok, err := q.compiled(key)
	if !ok {
		return out, false, err
	}
	out = view.Drafted{Key: key, Publish: sheet.Publish(), Asked: sheet.Asked}
	for _, e := range sheet.Elements {
		out.Passages = append(out.Passages, view.Passage{ID: e.ID, Seen: editor.TextMark(e.Text[sheet.Original]), Sealed: e.Sealed})
	}
	checked, err := out.Publish.Check()
	if out.Wrong = refusal.Of(err); err == nil || len(out.Wrong) > 0 {
		out.Publish, err = checked, nil
	}
	return out, err == nil, err
}

// sourcesList lists the considerations that are being drafted, for whoever reads their sentences against what they cite.
func (q *request) sourcesList() error {
	list, err := q.Drafts.List(q.Context(), q.Slug, draft.Paper, 0)
	if err != nil {
		return err
	}
	var all []view.Drafted
	for _, d := range list {
		if d.Sent || len(all) == maxDrafts {
			continue
		}
		x, ok, err := q.drafted(d.Key)
		if err != nil {
			return err
		}
		if ok {
			all = append(all, x)
		}
	}
	return q.show(func(st *conversation.Reading) (frame.View, error) {
		v := view.NewList(st, all, q.Lang)
		v.Officer = st.Audience.Roles.Has(delegation.Officer)
		return v, nil
	})
}

// quantities shows the words by which a sentence says how many, and what each asks for: the rule is everybody's to read.
func (q *request) quantities() error {
	return q.Read(func(*conversation.Reading) (frame.View, error) { return view.NewQuantities(), nil })
}

// Written names those who wrote sentences of an edition, as the drafts of the conversation know it, beside those whom a program names: an edition that is
// not published from its draft has the same writers.
func (h *Handlers) Written(q *serve.Request, c paper.Publish) (paper.Publish, error) {
	if !paper.Compiled(c.Kind) {
		return c, nil
	}
	all, err := h.Drafts.List(q.Context(), q.Slug, draft.Paper, 0)
	if err != nil {
		return c, err
	}
	wrote := map[paper.Seal][]string{}
	for _, d := range all {
		kept, ok, err := h.Drafts.Get(q.Context(), q.Slug, draft.Paper, d.Key)
		if err != nil {
			return c, err
		}
		sheet, err := editor.Open(kept.Body)
		if err != nil || !ok || !paper.Compiled(sheet.Kind) {
			continue
		}
		for i := range sheet.Elements {
			e := &sheet.Elements[i]
			seal := paper.SealOf(sheet.Original, e.Text[sheet.Original], e.Cites)
			wrote[seal] = append(wrote[seal], e.Wrote...)
		}
	}
	c.Elements = slices.Clone(c.Elements)
	for i := range c.Elements {
		el := &c.Elements[i]
		for _, who := range wrote[paper.SealOf(c.Title.Original, el.Text.In[c.Title.Original], el.Cites)] {
			//mutants:guard whoever wrote a sentence in a draft is no second reader of it, wherever it is published
			if !slices.Contains(el.Wrote, who) {
				el.Wrote = append(slices.Clip(el.Wrote), who)
			}
		}
	}
	return c, nil
}

// sourcesPage shows each sentence of a draft beside what it cites, with what stands in the way of publishing.
func (q *request) sourcesPage() error {
	return q.sources(http.StatusOK, serve.Params[view.Query](q.Request), nil)
}

// sources shows the page; typed are words that were not quoted.
func (q *request) sources(status int, find view.Query, typed *view.Typed) error {
	x, ok, err := q.drafted(q.PathValue("key"))
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	var found []compiler.Finding
	if len(x.Wrong) == 0 {
		if found, err = q.Server.Sec.Compile(q.Context(), q.Slug, x.Publish, ""); err != nil {
			return err
		}
	}
	search, err := q.search(x, find)
	if err != nil {
		return err
	}
	if search != nil && search.Refused && status == http.StatusOK {
		status = http.StatusBadRequest
	}
	return q.Desk(status, done, func(st *conversation.Reading) (frame.View, error) {
		who := view.Reader{Officer: st.Audience.Roles.Has(delegation.Officer)}
		if q.Me != 0 {
			who.As = []string{string(q.Me.Ref())}
		}
		v := view.New(st, x, found, who, q.Lang)
		for _, s := range v.Sentences {
			if search != nil && s.Passage.ID == search.For {
				s.Search, s.Typed = search, typed
			}
		}
		return v, nil
	})
}

// search looks for sources of a sentence, as everybody reads them: what only an officer may read is no source. It is nil where no sentence is
// chosen.
func (q *request) search(x view.Drafted, find view.Query) (v *view.Search, err error) {
	i := slices.IndexFunc(x.Passages, func(p view.Passage) bool { return p.ID == find.For && find.For > 0 })
	if i < 0 || i >= len(x.Publish.Elements) {
		return nil, nil
	}
	var no refusal.Several
	typed := find.Words
	if find.Words = serve.CleanLine("words", typed, maxWords, &no); len(no) > 0 {
		find.Words = typed
		q.Frame.Errors = append(q.Frame.Errors, no...)
		return &view.Search{Query: find, Refused: true}, nil
	}
	r, err := quoting.Read(q.Context(), q.Server.Sec, q.Slug, func(r *conversation.Reading) { v = view.NewSearch(r, x, i, find, q.Lang) })
	if err != nil {
		return nil, err
	}
	if v == nil { // it was to be looked where there is nothing
		return nil, &refusal.Refusal{Kind: refusal.Malformed, Key: "address.malformed", Field: "where", Args: []any{"name", "where"}}
	}
	words, err := q.Server.Sec.Words(q.Context(), q.Slug, r.Needed(v.Need()))
	if err != nil {
		return nil, err
	}
	v.Fill(r.Show(words))
	return v, nil
}

// Limits of what is looked for and of what is quoted, in characters.
const (
	maxWords  = 200
	maxQuoted = 2000
)

// anchor is the place of a sentence on its page.
var anchor = regexp.MustCompile(`^s[0-9]{1,4}$`)

// postSources says of a sentence, as it was read, whether what it cites bears it out.
func (q *request) postSources() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	x, ok, err := q.drafted(q.PathValue("key"))
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	var no refusal.Several
	seal, here, read := paper.Seal(v.Get("seal")), false, map[locale.Lang]paper.Seal{}
	for i := range x.Publish.Elements {
		el := &x.Publish.Elements[i]
		if el.Seal() != seal {
			continue
		}
		here, read = true, el.TranslationSeals()
		for _, by := range el.Wrote {
			//mutants:guard who wrote a sentence is told that somebody else reads it
			if q.Me.Is(by) {
				no = append(no, refusal.New(refusal.Forbidden, "paper.own_sentence"))
			}
		}
	}
	if !here {
		no = append(no, refusal.New(refusal.Conflict, "paper.sentence_changed"))
	}
	c := paper.MarkSentence{Seal: seal, Verdict: v.Get("verdict"), Translations: map[locale.Lang]paper.Seal{}}
	for _, t := range v["translation"] {
		name, of, _ := strings.Cut(t, ":")
		l := locale.Lang(name)
		//mutants:guard nobody says that they read a translation which says something else by now
		if here && read[l] != paper.Seal(of) {
			no = append(no, refusal.New(refusal.Conflict, "paper.translation_changed", "lang", serve.Shown(name)))
		}
		c.Translations[l] = paper.Seal(of)
	}
	answer, rs, err := q.DeskDo(v, c, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		q.Frame.Errors = rs
		return q.sources(serve.DeskStatus(rs), view.Query{}, nil)
	}
	at := v.Get("at")
	if !anchor.MatchString(at) {
		at = ""
	}
	return q.DeskSee("/sources/"+x.Key, answer.Last, "marked", at)
}

// citing is a form that changes what a sentence of a draft cites.
type citing struct {
	id    int
	seen  string
	do    string
	ref   cite.Ref
	words string // that are quoted
}

// postCite puts a source to a sentence of the newest version of the draft, takes one off, or quotes words of one. What others have done to the
// draft meanwhile stays.
func (q *request) postCite() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	key, c := q.PathValue("key"), citing{seen: v.Get("seen"), do: v.Get("do")}
	c.id, _ = strconv.Atoi(v.Get("id"))
	find := view.Query{For: c.id, Words: v.Get("words"), Where: v.Get("where")}
	if _, _, ok, err := q.compiled(key); err != nil {
		return err
	} else if !ok {
		return serve.NotFound()
	}
	var no refusal.Several
	if c.ref, err = cite.ParseRef(v.Get("ref")); err != nil {
		no = append(no, refusal.New(refusal.Invalid, "draft.source", "ref", serve.Shown(v.Get("ref"))))
	}
	c.words = strings.TrimSpace(serve.CleanLine("quoted", v.Get("quoted"), maxQuoted, &no))
	if err = no.Or(); err == nil {
		err = q.cite(key, c)
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.sources(serve.DeskStatus(rs), find, &view.Typed{Ref: c.ref, Words: c.words})
	}
	if err != nil {
		return err
	}
	to := url.Values{"for": {strconv.Itoa(c.id)}}
	for name, s := range map[string]string{"words": find.Words, "where": find.Where} {
		if s != "" {
			to.Set(name, s)
		}
	}
	at := v.Get("at")
	if !anchor.MatchString(at) {
		at = ""
	}
	return q.DeskSee("/sources/"+key+"?"+to.Encode(), 0, "saved", at)
}

// cite does it with the newest version of the draft, again where somebody else was quicker.
func (q *request) cite(key string, c citing) error {
	if err := q.citable(&c); err != nil {
		return err
	}
	for range tries {
		sheet, kept, ok, err := q.compiled(key)
		if err != nil {
			return err
		}
		if !ok {
			return serve.NotFound()
		}
		before := sheet.Sentences()
		switch c.do {
		case "add":
			err = sheet.Cite(c.id, c.ref, c.seen)
		case "drop":
			err = sheet.Uncite(c.id, c.ref, c.seen)
		case "quote":
			err = sheet.Quote(c.id, c.ref, c.words, c.seen)
		default:
			err = refusal.New(refusal.Invalid, "form.unreadable")
		}
		if err != nil {
			return err
		}
		var marks map[paper.Seal]bool
		if err := q.Look(func(st *conversation.Reading) error {
			marks = marked(st, before, sheet.Original)
			return nil
		}); err != nil {
			return err
		}
		sheet.Sign(before, string(q.Me.Ref()), func(s paper.Seal) bool { return marks[s] })
		saved, err := q.save(key, sheet, kept)
		if err != nil || saved {
			return err
		}
	}
	return refusal.New(refusal.Conflict, "draft.moved")
}

// save keeps a draft that was changed; saved is false where somebody else was quicker.
func (q *request) save(key string, sheet *editor.Sheet, kept draft.Draft) (saved bool, err error) {
	body, err := sheet.Encode()
	if err != nil || string(body) == string(kept.Body) {
		return err == nil, err
	}
	_, err = q.Drafts.Save(q.Context(), draft.Draft{Slug: q.Slug, Kind: draft.Paper, Key: key, Body: body}, kept.Version, q.Received)
	if rs := refusal.Of(err); len(rs) > 0 && rs[0].Key == "draft.moved" {
		return false, nil
	}
	return err == nil, err
}

// citable refuses a source that not everybody can read, and finds the range of bytes in which words stand that are quoted. What is taken off may
// be anything.
func (q *request) citable(c *citing) error {
	if c.do == "drop" {
		return nil
	}
	head, _, ranged := strings.Cut(string(c.ref), "[")
	whole := cite.Ref(head)
	readable := false
	if _, err := quoting.Read(q.Context(), q.Server.Sec, q.Slug, func(r *conversation.Reading) { readable = r.MaySee(whole) >= conversation.Redacted }); err != nil {
		return err
	}
	//mutants:guard nothing is put to a sentence that the public cannot read
	if !readable || !paper.Citable(whole) || ranged && c.do != "quote" {
		return refusal.New(refusal.Invalid, "draft.source", "ref", string(c.ref))
	}
	if c.do != "quote" {
		return nil
	}
	of, ok, err := quoting.Range(q.Context(), q.Server.Sec, q.Slug, whole, c.words)
	if err == nil && !ok {
		err = refusal.In("quoted", "draft.quoted", "ref", string(whole))
	}
	c.ref = of
	return err
}

// postAsk asks those for a second reading who did not write all that waits for one, by mail and at most once a day for a draft.
func (q *request) postAsk() error {
	if _, err := q.ReadForm(); err != nil {
		return err
	}
	key := q.PathValue("key")
	err := q.ask(key)
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.sources(serve.DeskStatus(rs), view.Query{}, nil)
	}
	if err != nil {
		return err
	}
	return q.DeskSee("/sources/"+key, 0, "asked", "")
}

// ask notes in the draft that it was asked for, and writes to them. Where nobody gets a letter, nobody was asked.
func (q *request) ask(key string) error {
	sheet, kept, ok, err := q.compiled(key)
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	var x paper.Asking
	before := sheet.Asked
	if err := q.Look(func(st *conversation.Reading) (err error) {
		var people []string
		for _, role := range []delegation.Role{delegation.Rapporteur, delegation.Officer} {
			for _, p := range st.Roll.Holders(role) {
				if who := string(p.Ref()); !slices.Contains(people, who) {
					people = append(people, who)
				}
			}
		}
		x, err = sheet.Ask(string(q.Me.Ref()), people, q.Received, func(el *paper.Element) bool { return len(st.Papers.Marks(el)) > 0 })
		return err
	}); err != nil {
		return err
	}
	x.Slug, x.Key = q.Slug, key
	saved, err := q.save(key, sheet, kept)
	if err == nil && !saved {
		err = refusal.New(refusal.Conflict, "draft.moved")
	}
	if err != nil {
		return err
	}
	told := 0
	if q.Mail != nil {
		if told, err = q.Mail(q.Context(), x); err != nil {
			return err
		}
	}
	if told > 0 {
		return nil
	}
	if sheet, kept, ok, err = q.compiled(key); err == nil && ok {
		sheet.Asked = before
		_, err = q.save(key, sheet, kept)
	}
	return errors.Join(err, refusal.New(refusal.NotNow, "draft.nobody_to_ask"))
}
