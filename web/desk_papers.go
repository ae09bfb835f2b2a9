package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

func (s *Server) deskPapers(q *request) error {
	drafts, err := q.deskDrafts()
	if err != nil {
		return err
	}
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		return page.NewDeskPapers(st, drafts, q.lang), nil
	})
}

// postDeskPapers begins a draft: an empty one, or the next edition of a paper.
func (s *Server) postDeskPapers(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	d := paper.Draft{Kind: paper.IssuesPaper, Original: q.lang}
	if v.Get("do") == "edition" {
		ref, err := cite.ParseRef(v.Get("paper"))
		if err != nil {
			return notFound()
		}
		if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
			p, ok := st.Shelf.Paper(ref)
			if !ok {
				return notFound()
			}
			d = p.Latest().Draft()
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
	if !validNonce(token) {
		token = nonce()
	}
	save := func(key string) error {
		_, err := q.s.Drafts.Save(q.Context(), draft.Draft{Slug: q.slug, Kind: draft.Paper, Key: key, Body: body}, 0, q.received)
		return err
	}
	err = save(token)
	if rs := refusal.Of(err); len(rs) > 0 && (rs[0].Kind == refusal.Conflict || rs[0].Kind == refusal.NotNow) {
		token = nonce() // the same form, sent again with another paper
		err = save(token)
	}
	return token, err
}

func (s *Server) paperImport(q *request) error {
	return q.deskShow(http.StatusOK, func(*conversation.State) (page.View, error) { return &page.PaperImport{}, nil })
}

func (s *Server) postPaperImport(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	src, field := v.Get("paper"), "paper"
	if src == "" {
		src, field = v.Get("text"), "text"
	}
	again := func(rs []*refusal.Refusal) error {
		rs = renamed(rs, func(string) string { return field })
		return q.deskAgain(rs, v.Get("token"), func(*conversation.State) (page.View, error) {
			return &page.PaperImport{Text: v.Get("text")}, nil
		})
	}
	d, err := paper.Import([]byte(src))
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		if _, ok := st.Shelf.Paper(d.Paper); !ok {
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
	if !validNonce(key) {
		return d, draft.Draft{}, notFound()
	}
	var stored draft.Draft
	var ok bool
	var err error
	if version == 0 {
		stored, ok, err = q.s.Drafts.Get(ctx, q.slug, draft.Paper, key)
	} else {
		stored, ok, err = q.s.Drafts.Version(ctx, q.slug, draft.Paper, key, version)
	}
	if err != nil {
		return d, stored, err
	}
	if !ok {
		return d, stored, notFound()
	}
	return d, stored, json.Unmarshal(stored.Body, &d)
}

func (s *Server) paperDraft(q *request) error {
	key := q.PathValue("key")
	d, stored, err := q.draftAt(q.Context(), key, 0)
	if err != nil {
		return err
	}
	if stored.Sent {
		return q.deskSee("/papers", 0, "", "")
	}
	shown, _ := locale.Parse(q.URL.Query().Get("text"))
	from, _ := strconv.Atoi(q.URL.Query().Get("from"))
	return q.deskShow(http.StatusOK, func(st *conversation.State) (page.View, error) {
		v := page.NewPaperDraft(st, d, shown, from, q.lang)
		v.Key, v.Version, v.Changed = key, stored.Version, stored.Changed
		return v, nil
	})
}

// postPaperDraft keeps what was typed as the next version of the draft and then does what the button says.
// Nobody overwrites what they have not seen: if somebody else saved meanwhile, nothing is kept, and the
// page shows both.
func (s *Server) postPaperDraft(q *request) error {
	v, _, err := q.form()
	if err != nil {
		return err
	}
	key := q.PathValue("key")
	op, arg, _ := strings.Cut(v.Get("do"), ":")
	n, _ := strconv.Atoi(arg)
	base, _ := strconv.Atoi(v.Get("version"))
	from, _ := strconv.Atoi(v.Get("from"))
	shown, _ := locale.Parse(v.Get("shown"))
	if op == "discard" {
		if !validNonce(key) {
			return notFound()
		}
		if err := s.Drafts.Delete(q.Context(), q.slug, draft.Paper, key); err != nil {
			return err
		}
		return q.deskSee("/papers", 0, "discarded", "")
	}
	d, stored, err := q.draftAt(q.Context(), key, max(base, 1))
	if err != nil {
		return err
	}
	var papers []cite.Ref
	if _, err := s.Sec.Read(q.Context(), q.slug, func(st *conversation.State) error {
		for _, p := range st.Shelf.Papers {
			papers = append(papers, p.Ref)
		}
		return nil
	}); err != nil {
		return err
	}
	no := q.correct(&d, v, from, shown, papers)
	// again shows the page as it was typed, over the version it was made from.
	again := func(rs []*refusal.Refusal, d paper.Draft, version int) error {
		moved := 0
		var theirs *paper.Draft
		if rs[0].Key == "draft.moved" {
			t, now, err := q.draftAt(q.Context(), key, 0)
			if err != nil {
				return err
			}
			moved, theirs = now.Version, &t
		}
		return q.deskAgain(rs, v.Get("token"), func(st *conversation.State) (page.View, error) {
			w := page.NewPaperDraft(st, d, shown, from, q.lang)
			w.Key, w.Version, w.Changed, w.Moved, w.Theirs = key, version, stored.Changed, moved, theirs
			return w, nil
		})
	}
	if len(no) > 0 {
		return again(no, d, base)
	}
	typed := d
	anchor := ""
	if i, ok := rearrange(&d, op, n); ok {
		anchor, from = "e"+strconv.Itoa(i), i
	}
	body, err := d.Encode()
	if err != nil {
		return err
	}
	over := base
	if op == "over" {
		over = n
	}
	version, err := s.Drafts.Save(q.Context(), draft.Draft{Slug: q.slug, Kind: draft.Paper, Key: key, Body: body}, over, q.received)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs, typed, base)
	}
	if err != nil {
		return err
	}
	switch op {
	case "publish":
		answer, rs, err := q.deskDo(v, d.Publish(), nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			rs, from = elementFields(rs, from)
			return again(rs, d, version)
		}
		if err := s.Drafts.MarkSent(q.Context(), q.slug, draft.Paper, key, q.received); err != nil {
			s.Logger.Error("cannot mark a draft as sent", "err", err)
		}
		return q.see(q.in("/"+string(answer.Refs[0].Root())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
	case "text":
		if l, ok := locale.Parse(arg); ok {
			shown = l
		}
	case "go":
		from = n
	}
	return q.deskSee("/papers/"+key+"?text="+string(shown)+"&from="+strconv.Itoa(max(0, from)), 0, "saved", anchor)
}

// elementFields leads refusals about elements to their fields, and to the page that shows the first.
func elementFields(rs []*refusal.Refusal, from int) ([]*refusal.Refusal, int) {
	first := -1
	out := renamed(rs, func(f string) string { return f })
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
			if (n-1)/page.DraftSize == first/page.DraftSize {
				r.Field = "text-" + strconv.Itoa(n-1)
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
func (q *request) correct(d *paper.Draft, v url.Values, from int, shown locale.Lang, papers []cite.Ref) refusal.Several {
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
	d.Symbol = cleanLine("symbol", v.Get("symbol"), maxSymbol, &no)
	d.Date = cleanLine("date", v.Get("date"), maxNumber, &no)
	d.Source = address("source", v.Get("source"), &no)
	put(&d.Title, original, cleanLine("title", v.Get("title"), maxTitle, &no))
	put(&d.Note, original, clean("note", v.Get("note"), &no))
	if shown.Valid() && shown != original && v.Has("title-other") {
		put(&d.Title, shown, cleanLine("title-other", v.Get("title-other"), maxTitle, &no))
		put(&d.Note, shown, clean("note-other", v.Get("note-other"), &no))
		status := v.Get("status-other")
		if status != "official" && status != "unofficial" {
			status = ""
		}
		put(&d.Status, shown, status)
	}
	d.Paper = cite.None
	if i := slices.Index(papers, cite.Ref(v.Get("edition-of"))); i >= 0 {
		d.Paper = papers[i]
	}
	from = max(0, from) / page.DraftSize * page.DraftSize
	for i := from; i < min(from+page.DraftSize, len(d.Elements)); i++ {
		e, n := &d.Elements[i], "-"+strconv.Itoa(i)
		if !v.Has("text" + n) {
			continue
		}
		stance, subjects := page.HasStance(*e), page.HasSubjects(*e)
		if k := v.Get("kind" + n); slices.Contains([]string{paper.Theme, paper.Issue, paper.Paragraph, paper.Question}, k) {
			e.Kind = k
		}
		e.Number = cleanLine("number"+n, v.Get("number"+n), maxNumber, &no)
		put(&e.Text, original, clean("text"+n, v.Get("text"+n), &no))
		if shown.Valid() && shown != original && v.Has("other"+n) {
			put(&e.Text, shown, clean("other"+n, v.Get("other"+n), &no))
		}
		if stance {
			e.Stance = v.Get("stance"+n) != ""
		}
		if subjects {
			e.Subjects = strings.FieldsFunc(cleanLine("subjects"+n, v.Get("subjects"+n), 1000, &no), func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '،' || r == '、' || r == '，' })
		}
	}
	if l := locale.Lang(v.Get("original")); l.Valid() {
		d.Original = l
	}
	return no
}
