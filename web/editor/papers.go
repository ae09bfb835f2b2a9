package editor

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/manuscript"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) deskPapers() error {
	drafts, err := q.List(q.Request)
	if err != nil {
		return err
	}
	return q.show(func(st *conversation.Reading) (frame.View, error) {
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
	if v.Get("do") == paper.Considerations {
		d.Kind = paper.Considerations
	}
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
	return q.DeskSee("/papers/"+key, 0, "", "")
}

// signed says of every passage of a draft that the reader wrote it, whatever the draft says of that.
func (q *request) signed(d paper.Draft) paper.Draft {
	d.Elements = slices.Clone(d.Elements)
	for i := range d.Elements {
		d.Elements[i].Wrote = nil
		if q.Me != 0 {
			d.Elements[i].Wrote = []string{string(q.Me.Ref())}
		}
	}
	return d
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
	return q.show(func(st *conversation.Reading) (frame.View, error) { return view.NewPaperImport(st), nil })
}

// postPaperImport shows what a text would become, line by line, and saves it as a draft once somebody has seen that.
func (q *request) postPaperImport() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	src, field := v.Get("paper"), "paper"
	if src == "" {
		src, field = v.Get("text"), "text"
	}
	o := manuscript.Options{Original: locale.Lang(v.Get("original")), Letters: v.Get("letters")}
	if !slices.Contains(manuscript.LetterChoices, o.Letters) {
		o.Letters = manuscript.LettersAsk
	}
	page := func(st *conversation.Reading) *view.PaperImport {
		w := view.NewPaperImport(st)
		if w.Text, w.Letters = v.Get("text"), o.Letters; o.Original.Valid() {
			w.Original = o.Original
		}
		return w
	}
	again := func(rs []*refusal.Refusal) error {
		rs = serve.Renamed(rs, func(string) string { return field })
		return q.DeskAgain(rs, v.Get("token"), func(st *conversation.Reading) (frame.View, error) { return page(st), nil })
	}
	if !o.Original.Valid() {
		if err := q.Look(func(st *conversation.Reading) error {
			o.Original = page(st).Original
			return nil
		}); err != nil {
			return err
		}
	}
	read, err := manuscript.Read([]byte(src), o)
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	if v.Get("do") != "save" {
		if serve.ValidNonce(v.Get("token")) {
			q.Frame.Token = v.Get("token")
		}
		return q.show(func(st *conversation.Reading) (frame.View, error) {
			w := page(st)
			w.Text = src
			w.Show(read)
			return w, nil
		})
	}
	d := read.Draft
	if err := q.Look(func(st *conversation.Reading) error {
		if _, ok := st.Papers.Paper(d.Paper); !ok {
			d.Paper = cite.None // of another conversation
		}
		return nil
	}); err != nil {
		return err
	}
	key, err := q.beginPaper(q.signed(d), v.Get("token"))
	if rs := refusal.Of(err); len(rs) > 0 {
		return again(rs)
	}
	if err != nil {
		return err
	}
	return q.DeskSee("/papers/"+key, 0, "imported", "")
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

// maxDrafts is how many drafts of papers are listed, those changed last.
const maxDrafts = 50

// List lists the papers of the conversation that are being written, those changed last first.
func (h *Handlers) List(q *serve.Request) ([]view.DraftRow, error) {
	list, err := h.Drafts.List(q.Context(), q.Slug, draft.Paper, 0)
	if err != nil {
		return nil, err
	}
	var out []view.DraftRow
	for _, d := range list {
		if d.Sent || len(out) == maxDrafts {
			continue
		}
		full, ok, err := h.Drafts.Get(q.Context(), q.Slug, draft.Paper, d.Key)
		if err != nil {
			return nil, err
		}
		var p paper.Draft
		if ok && json.Unmarshal(full.Body, &p) == nil {
			out = append(out, view.NewDraftRow(full.Key, p, full.Version, full.Changed, q.Lang))
		}
	}
	return out, nil
}

// ids reads the ids of labels from a field: parted by commas of any script, semicolons or spaces.
func ids(field string, v url.Values, no *refusal.Several) []string {
	return strings.FieldsFunc(serve.CleanLine(field, v.Get(field), 1000, no), func(r rune) bool { return strings.ContainsRune(", ;،、，", r) })
}

// refs reads references from a field.
func refs(field string, v url.Values, no *refusal.Several) []cite.Ref {
	var out []cite.Ref
	for _, w := range ids(field, v, no) {
		r, err := cite.ParseRef(w)
		if err != nil {
			*no = append(*no, refusal.In(field, "desk.reference", "ref", serve.Shown(w)))
			continue
		}
		out = append(out, r)
	}
	return out
}
