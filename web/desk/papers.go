package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) deskPapers() error {
	drafts, err := q.deskDrafts()
	if err != nil {
		return err
	}
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		return view.NewPapers(st, drafts, q.Lang), nil
	})
}

// postDeskPapers begins a draft: an empty one, or the next edition of a paper.
func (q *request) postDeskPapers() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	d := paper.Draft{Kind: paper.IssuesPaper, Original: q.Lang}
	if v.Get("do") != "edition" {
		if err := q.Look(func(st *conversation.Reading) error {
			if len(st.Languages) > 0 && !slices.Contains(st.Languages, q.Lang) {
				d.Original = st.Languages[0]
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if v.Get("do") == "edition" {
		ref, err := cite.ParseRef(v.Get("paper"))
		if err != nil {
			return serve.NotFound()
		}
		if err := q.Look(func(st *conversation.Reading) error {
			p, ok := st.Papers.Paper(ref)
			if !ok {
				return serve.NotFound()
			}
			d = p.Latest().Draft()
			for _, r := range p.Reserved { // at the end; whoever drafts puts them where they belong
				e, _ := brought(p.Latest(), map[cite.Ref]paper.Reserved{r.Ref: r}, r.Ref, d.Original)
				d.Elements = append(d.Elements, e)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	key, err := q.beginPaper(d, v.Get("token"))
	if err != nil {
		return err
	}
	return q.deskSee("/papers/"+key, 0, "", "")
}

// beginPaper keeps a new draft under the form's token, so that a second press finds the first draft.
func (q *request) beginPaper(d paper.Draft, token string) (key string, err error) {
	body, err := d.Encode()
	if err != nil {
		return "", err
	}
	if !serve.ValidNonce(token) {
		token = serve.Nonce()
	}
	save := func(key string) error {
		_, err := q.Drafts.Save(q.Context(), draft.Draft{Slug: q.Slug, Kind: draft.Paper, Key: key, Body: body}, 0, q.Received)
		return err
	}
	err = save(token)
	if rs := refusal.Of(err); len(rs) > 0 && (rs[0].Kind == refusal.Conflict || rs[0].Kind == refusal.NotNow) {
		token = serve.Nonce() // the same form, sent again with another paper
		err = save(token)
	}
	return token, err
}

func (q *request) paperImport() error {
	return q.deskShow(http.StatusOK, func(*conversation.Reading) (frame.View, error) { return &view.PaperImport{}, nil })
}

func (q *request) postPaperImport() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	src, field := v.Get("paper"), "paper"
	if src == "" {
		src, field = v.Get("text"), "text"
	}
	again := func(rs []*refusal.Refusal) error {
		rs = serve.Renamed(rs, func(string) string { return field })
		return q.deskAgain(rs, v.Get("token"), func(*conversation.Reading) (frame.View, error) {
			return &view.PaperImport{Text: v.Get("text")}, nil
		})
	}
	var only locale.Lang // of a file that names no language
	if err := q.Look(func(st *conversation.Reading) error {
		if ls := st.Languages; len(ls) > 0 && !slices.Contains(ls, locale.English) {
			only = ls[0]
		}
		return nil
	}); err != nil {
		return err
	}
	d, err := paper.Import([]byte(src), only)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	if err := q.Look(func(st *conversation.Reading) error {
		if _, ok := st.Papers.Paper(d.Paper); !ok {
			d.Paper = cite.None // of another conversation
		}
		return nil
	}); err != nil {
		return err
	}
	key, err := q.beginPaper(d, v.Get("token"))
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	return q.deskSee("/papers/"+key, 0, "imported", "")
}

// draftAt reads a version of a draft of a paper, the last for 0.
func (q *request) draftAt(ctx context.Context, key string, version int) (paper.Draft, draft.Draft, error) {
	var d paper.Draft
	if !serve.ValidNonce(key) {
		return d, draft.Draft{}, serve.NotFound()
	}
	var stored draft.Draft
	var ok bool
	var err error
	if version == 0 {
		stored, ok, err = q.Drafts.Get(ctx, q.Slug, draft.Paper, key)
	} else {
		stored, ok, err = q.Drafts.Version(ctx, q.Slug, draft.Paper, key, version)
	}
	if err != nil {
		return d, stored, err
	}
	if !ok {
		return d, stored, serve.NotFound()
	}
	return d, stored, json.Unmarshal(stored.Body, &d)
}

func (q *request) paperDraft() error {
	key := q.PathValue("key")
	d, stored, err := q.draftAt(q.Context(), key, 0)
	if err != nil {
		return err
	}
	if stored.Sent {
		return q.deskSee("/papers", 0, "", "")
	}
	p := serve.Params[draftQuery](q.Request)
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v := view.NewPaperDraft(st, d, p.Text, p.From, q.Lang)
		v.Key, v.Version, v.Changed = key, stored.Version, stored.Changed
		return v, nil
	})
}

// paperForm is the page of a draft of a paper, as it was sent.
type paperForm struct {
	*request
	v       url.Values
	key     string
	op, arg string // what the button says
	n       int    // arg as a number
	base    int    // the version that the page was made from
	from    int    // the element from which it shows
	shown   locale.Lang
	draft   paper.Draft // that version, with what was typed
	changed time.Time   // when that version was saved

	latest   []*paper.Edition // of each paper; editions do not change
	reserved map[cite.Ref]paper.Reserved
}

// postPaperDraft keeps what was typed as the next version of the draft and then does what the button says.
// Nobody overwrites what they have not seen: if somebody else saved meanwhile, nothing is kept, and the
// page shows both.
func (q *request) postPaperDraft() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	p := paperForm{request: q, v: v, key: q.PathValue("key"), reserved: map[cite.Ref]paper.Reserved{}}
	p.op, p.arg, _ = strings.Cut(v.Get("do"), ":")
	p.n, _ = strconv.Atoi(p.arg)
	p.base, _ = strconv.Atoi(v.Get("version"))
	p.from, _ = strconv.Atoi(v.Get("from"))
	p.shown, _ = locale.Parse(v.Get("shown"))
	if p.op == "discard" {
		return p.discard()
	}
	if err := p.load(); err != nil {
		return err
	}
	if no := q.correct(&p.draft, v, p.from, p.shown, p.latest); len(no) > 0 {
		return p.again(no, p.draft, p.base)
	}
	if no, err := p.unknownLabels(); err != nil || len(no) > 0 {
		if err != nil {
			return err
		}
		no, p.from = elementFields(no, p.from)
		return p.again(no, p.draft, p.base)
	}
	typed := p.draft
	anchor := p.rework()
	version, err := p.save()
	if rs := refusal.Of(err); len(rs) > 0 {
		return p.again(rs, typed, p.base)
	}
	if err != nil {
		return err
	}
	switch p.op {
	case "publish":
		return p.publish(version)
	case "text":
		if l, ok := locale.Parse(p.arg); ok {
			p.shown = l
		}
	case "go":
		p.from = p.n
	}
	return q.deskSee("/papers/"+p.key+"?text="+string(p.shown)+"&from="+strconv.Itoa(max(0, p.from)), 0, "saved", anchor)
}

func (p *paperForm) discard() error {
	if !serve.ValidNonce(p.key) {
		return serve.NotFound()
	}
	if err := p.Drafts.Delete(p.Context(), p.Slug, draft.Paper, p.key); err != nil {
		return err
	}
	return p.deskSee("/papers", 0, "discarded", "")
}

// load reads the version that the page was made from, and the papers that a draft may be an edition of.
func (p *paperForm) load() error {
	d, kept, err := p.draftAt(p.Context(), p.key, max(p.base, 1))
	if err != nil {
		return err
	}
	p.draft, p.changed = d, kept.Changed
	return p.Look(func(st *conversation.Reading) error {
		for _, x := range st.Papers.All() {
			p.latest = append(p.latest, x.Latest())
			for _, r := range x.Reserved {
				p.reserved[r.Ref] = r
			}
		}
		return nil
	})
}

// again shows the page with a draft, over the version it was made from.
func (p *paperForm) again(rs []*refusal.Refusal, d paper.Draft, version int) error {
	moved := 0
	var theirs *paper.Draft
	if rs[0].Key == "draft.moved" {
		t, now, err := p.draftAt(p.Context(), p.key, 0)
		if err != nil {
			return err
		}
		moved, theirs = now.Version, &t
	}
	return p.deskAgain(rs, p.v.Get("token"), func(st *conversation.Reading) (frame.View, error) {
		w := view.NewPaperDraft(st, d, p.shown, p.from, p.Lang)
		w.Key, w.Version, w.Changed, w.Moved, w.Theirs = p.key, version, p.changed, moved, theirs
		w.List = p.v.Get("list") != ""
		return w, nil
	})
}

// rework does with the draft what the button says, and returns the anchor of the element to look at afterwards.
func (p *paperForm) rework() (anchor string) {
	if i, ok := rearrange(&p.draft, p.op, p.n); ok {
		anchor, p.from = "e"+strconv.Itoa(i), i
	}
	if p.op == "noted" {
		p.draft.Notes = nil
	}
	i := slices.IndexFunc(p.latest, func(e *paper.Edition) bool { return e.Ref.Root() == p.draft.Paper })
	if i < 0 {
		return anchor
	}
	latest := p.latest[i]
	switch p.op {
	case "rebase": // whoever drafts has compared the draft with the newer edition
		p.draft.Base = latest.Ref.EditionNumber()
	case "match":
		latest.Continue(&p.draft)
	case "bring":
		if e, ok := brought(latest, p.reserved, cite.Ref(p.arg), p.draft.Original); ok {
			p.draft.Elements = append(slices.Clone(p.draft.Elements), e)
			p.from = len(p.draft.Elements) - 1
			anchor = "e" + strconv.Itoa(p.from)
		}
	}
	return anchor
}

// unknownLabels looks whether the labels of the elements that the page shows are the conversation's.
func (p *paperForm) unknownLabels() (no refusal.Several, err error) {
	elements := p.draft.Publish().Elements
	from := max(0, p.from) / view.DraftSize * view.DraftSize
	for i := range elements {
		if i < from || i >= from+view.DraftSize {
			elements[i].Subjects, elements[i].Crosscutting = nil, nil
		}
	}
	err = p.Look(func(st *conversation.Reading) error {
		no = paper.UnknownLabels(elements, conversation.IDs(st.Subjects), conversation.IDs(st.Crosscutting))
		return nil
	})
	return no, err
}

// save keeps the draft as the next version.
func (p *paperForm) save() (version int, err error) {
	body, err := p.draft.Encode()
	if err != nil {
		return 0, err
	}
	over := p.base
	if p.op == "over" { // somebody else's version, which was shown
		over = p.n
	}
	return p.Drafts.Save(p.Context(), draft.Draft{Slug: p.Slug, Kind: draft.Paper, Key: p.key, Body: body}, over, p.Received)
}

// publish puts the draft on the record.
func (p *paperForm) publish(version int) error {
	c := p.draft.Publish()
	c.List = p.v.Get("list") != ""
	answer, rs, err := p.deskDo(p.v, c, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		rs, p.from = elementFields(rs, p.from)
		return p.again(rs, p.draft, version)
	}
	if err := p.Drafts.MarkSent(p.Context(), p.Slug, draft.Paper, p.key, p.Received); err != nil {
		p.Server.Logger.Error("cannot mark a draft as sent", "err", err)
	}
	return p.See(p.In("/"+string(answer.Refs[0].Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
}

// brought is an element that a draft had left out: one of the edition before, or one that was reserved.
func brought(latest *paper.Edition, reserved map[cite.Ref]paper.Reserved, x cite.Ref, original locale.Lang) (paper.DraftElement, bool) {
	if r, ok := reserved[x]; ok {
		text := map[locale.Lang]string{}
		for l, s := range r.Name.In {
			text[l] = s
		}
		if text[original] == "" {
			text[original] = r.Name.String()
		}
		return paper.DraftElement{Ref: x, Kind: r.ElementKind, Text: text}, true
	}
	for _, e := range latest.Draft().Elements {
		if e.Ref == x {
			return e, true
		}
	}
	return paper.DraftElement{}, false
}

// elementFields leads refusals about elements to their fields, and to the page that shows the first.
func elementFields(rs []*refusal.Refusal, from int) ([]*refusal.Refusal, int) {
	first := -1
	out := serve.Renamed(rs, func(f string) string { return f })
	for _, r := range out {
		if r.Field != "elements" {
			continue
		}
		r.Field = ""
		for i := 0; i+1 < len(r.Args); i += 2 {
			n, ok := r.Args[i+1].(int)
			if !ok || r.Args[i] != "n" {
				continue
			}
			if first < 0 {
				first = n - 1
			}
			if (n-1)/view.DraftSize == first/view.DraftSize {
				r.Field = "text-" + strconv.Itoa(n-1)
				if of, ok := strings.CutSuffix(r.Key, ".unknown"); ok { // the labels of an element
					r.Field = strings.ReplaceAll(of, "subject", "subjects") + "-" + strconv.Itoa(n-1)
				}
			}
		}
	}
	if first >= 0 {
		from = first
	}
	return out, from
}

// rearrange does what a button beside an element says. It returns the element to look at afterwards.
func rearrange(d *paper.Draft, op string, i int) (int, bool) {
	e := d.Elements
	last := len(e) - 1
	switch {
	case op == "add" && i >= -1 && i <= last:
		d.Elements = slices.Insert(slices.Clone(e), i+1, paper.DraftElement{Kind: paper.Paragraph, Text: map[locale.Lang]string{}})
		return i + 1, true
	case i < 0 || i > last:
		return 0, false
	case op == "delete":
		d.Elements = slices.Delete(slices.Clone(e), i, i+1)
		return max(0, i-1), true
	case op == "up" && i > 0, op == "down" && i < last:
		j := i - 1
		if op == "down" {
			j = i + 1
		}
		d.Elements = slices.Clone(e)
		d.Elements[i], d.Elements[j] = e[j], e[i]
		return j, true
	}
	return 0, false
}

// Limits of the fields of a draft, in code points.
const (
	maxTitle  = 300
	maxSymbol = 80
	maxNumber = 20
)

// correct puts what was typed into a draft: the masthead, and the elements that the page showed.
func (q *request) correct(d *paper.Draft, v url.Values, from int, shown locale.Lang, latest []*paper.Edition) refusal.Several {
	var no refusal.Several
	original := d.Original
	put := func(m *map[locale.Lang]string, l locale.Lang, s string) {
		if *m == nil {
			*m = map[locale.Lang]string{}
		}
		if s == "" {
			delete(*m, l)
		} else {
			(*m)[l] = s
		}
	}
	d.Kind = v.Get("kind")
	d.Symbol = serve.CleanLine("symbol", v.Get("symbol"), maxSymbol, &no)
	d.Date = serve.CleanLine("date", v.Get("date"), maxNumber, &no)
	d.Source = address("source", v.Get("source"), &no)
	put(&d.Title, original, serve.CleanLine("title", v.Get("title"), maxTitle, &no))
	put(&d.Note, original, serve.Clean("note", v.Get("note"), &no))
	if shown.Valid() && shown != original && v.Has("title-other") {
		put(&d.Title, shown, serve.CleanLine("title-other", v.Get("title-other"), maxTitle, &no))
		put(&d.Note, shown, serve.Clean("note-other", v.Get("note-other"), &no))
		status := v.Get("status-other")
		if status != "official" && status != "unofficial" {
			status = ""
		}
		put(&d.Status, shown, status)
	}
	of := cite.None
	base := 0
	if i := slices.IndexFunc(latest, func(e *paper.Edition) bool { return string(e.Ref.Root()) == v.Get("edition-of") }); i >= 0 {
		of, base = latest[i].Ref.Root(), latest[i].Ref.EditionNumber()
	}
	if of != d.Paper || d.Base == 0 {
		d.Paper, d.Base = of, base // what it is drafted from is the edition that was newest when that was chosen
	}
	from = max(0, from) / view.DraftSize * view.DraftSize
	for i := from; i < min(from+view.DraftSize, len(d.Elements)); i++ {
		e, n := &d.Elements[i], "-"+strconv.Itoa(i)
		if !v.Has("text" + n) {
			continue
		}
		stance, subjects := view.HasStance(*e), view.HasSubjects(*e)
		if k := v.Get("kind" + n); slices.Contains([]string{paper.Theme, paper.Issue, paper.Paragraph, paper.Question}, k) {
			e.Kind = k
		}
		e.Number = serve.CleanLine("number"+n, v.Get("number"+n), maxNumber, &no)
		put(&e.Text, original, serve.Clean("text"+n, v.Get("text"+n), &no))
		if shown.Valid() && shown != original && v.Has("other"+n) {
			put(&e.Text, shown, serve.Clean("other"+n, v.Get("other"+n), &no))
		}
		if stance {
			e.Stance = v.Get("stance"+n) != ""
		}
		if k := "crosscutting" + n; v.Has(k) {
			e.Crosscutting = q.ids(k, v, &no)
		}
		if k := "from" + n; v.Has(k) {
			e.From = q.refs(k, v, &no)
		}
		if k := "cites" + n; v.Has(k) {
			e.Cites = q.refs(k, v, &no)
		}
		if subjects {
			e.Subjects = q.ids("subjects"+n, v, &no)
		}
	}
	if l := locale.Lang(v.Get("original")); l.Valid() {
		d.Original = l
	}
	return no
}

// ids reads the ids of labels from a field: parted by commas of any script, semicolons or spaces.
func (q *request) ids(field string, v url.Values, no *refusal.Several) []string {
	return strings.FieldsFunc(serve.CleanLine(field, v.Get(field), 1000, no), func(r rune) bool { return strings.ContainsRune(", ;،、，", r) })
}

// refs reads references from a field.
func (q *request) refs(field string, v url.Values, no *refusal.Several) []cite.Ref {
	var out []cite.Ref
	for _, w := range q.ids(field, v, no) {
		r, err := cite.ParseRef(w)
		if err != nil {
			*no = append(*no, refusal.In(field, "desk.reference", "ref", shown(w)))
			continue
		}
		out = append(out, r)
	}
	return out
}
