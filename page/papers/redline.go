package papers

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Passage is one passage of a redline.
type Passage struct {
	part.Location                      // in the newer edition; in the older one where it was deleted
	Was           []part.Location      `json:"was,omitempty"`
	Under         frame.LocalizedText  `json:"-"` // the issue it stands in, where the passage before stands in another
	UnderNumber   string               `json:"-"`
	UnderRef      cite.Ref             `json:"-"`
	Fate          string               `json:"fate"` // of the concordance, new, or translated
	TextChanged   bool                 `json:"text_changed,omitempty"`
	Ops           []paper.Op           `json:"redline"`
	Pictures      []part.PictureChange `json:"pictures,omitempty"` // what became of its pictures, none where they are as they were
	Lang          locale.Lang          `json:"lang"`
	Instead       bool                 `json:"original_instead,omitempty"` // the language asked for is missing in one of the editions
	Number        string               `json:"number,omitempty"`
	Why           *part.Why            `json:"why,omitempty"`
	redline       part.Redline
}

// Redline is what an edition changed.
type Redline struct {
	Paper     part.PaperRow   `json:"paper"`
	Before    *part.PaperRow  `json:"before,omitempty"`
	Editions  []part.PaperRow `json:"-"` // that it can be compared with
	TextLang  locale.Lang     `json:"text_language"`
	Languages []locale.Lang   `json:"-"`
	Passages  []*Passage      `json:"passages"`
	Counts    map[string]int  `json:"counts"` // passages by fate
	All       bool            `json:"all,omitempty"`
	Own       int             `json:"own_initiative"` // changed with no point behind it
	from      int
}

// RedlineQuery is what a reader asks of a redline.
type RedlineQuery struct {
	From int         // the number of the edition that it compares with, 0 for the one before
	All  bool        // what is unchanged, too
	Text locale.Lang // of the paper's text
}

// NewRedline builds the page: what an edition changed since another. ok is false where there is no such edition.
func NewRedline(st *conversation.Reading, ref cite.Ref, q RedlineQuery, l locale.Lang) (*Redline, bool) {
	e, ok := st.Papers.Edition(ref)
	if !ok || ref.ElementNumber() > 0 {
		return nil, false
	}
	p, _ := st.Papers.Paper(ref)
	to := e.Ref.EditionNumber()
	from := q.From
	if from < 1 || from >= to {
		from = to - 1
	}
	v := &Redline{Paper: part.NewPaperRow(e, l), TextLang: q.Text, Counts: map[string]int{}, All: q.All, from: from}
	for _, tl := range locale.All {
		if slices.ContainsFunc(e.Elements, func(el paper.Element) bool { return el.Text.In[tl] != "" }) {
			v.Languages = append(v.Languages, tl)
		}
	}
	before, ok := p.Edition(from)
	if !ok {
		return v, true
	}
	row := part.NewPaperRow(before, l)
	v.Before = &row
	for n := 1; n < to; n++ {
		v.Editions = append(v.Editions, part.NewPaperRow(p.Editions[n-1], l))
	}
	of, deleted := part.Origins(p, from, to)
	c := &comparison{v: v, paper: p, before: before, after: e, of: of, sources: p.SourcesIn(to), causes: part.NewCauses(st, l)}
	gone := after(before, e, deleted)
	for _, o := range gone[-1] {
		c.deleted(o)
	}
	for i := range e.Elements {
		c.element(&e.Elements[i])
		for _, o := range gone[i] {
			c.deleted(o)
		}
	}
	return v, true
}

// comparison is two editions of a paper on their way to a redline.
type comparison struct {
	v             *Redline
	paper         *paper.Paper
	before, after *paper.Edition
	of            map[cite.Ref][]part.Origin // of each element of the later edition
	sources       map[cite.Ref][]cite.Ref    // all that an element goes on from, where that is not itself alone
	causes        *part.Causes
}

// element adds an element of the later edition.
func (c *comparison) element(now *paper.Element) {
	r := &Passage{Location: part.LocationOf(c.after, now.Ref), Number: now.Number}
	from := c.of[now.Ref]
	r.Fate, r.TextChanged = part.ChangeOf(from)
	was := c.was(r, from)
	if r.Fate == paper.Unchanged && len(was) == 1 {
		a, b, text := was[0].Text, now.Text, c.v.TextLang
		if text != b.Original && a.In[text] != "" && b.In[text] != "" && a.In[text] != b.In[text] {
			r.Fate = part.ChangeTranslated
		}
	}
	xs := c.sources[now.Ref]
	if xs == nil {
		xs = []cite.Ref{now.Ref}
	}
	c.add(r, was, now, xs)
}

// deleted adds an element that the later edition does not have.
func (c *comparison) deleted(o part.Origin) {
	r := &Passage{Location: part.LocationOf(c.before, o.X), Fate: paper.Deleted}
	was := c.was(r, []part.Origin{o})
	r.Number = was[0].Number
	c.add(r, was, nil, []cite.Ref{o.X})
}

// was names the elements that a passage comes from.
func (c *comparison) was(r *Passage, from []part.Origin) []*paper.Element {
	var out []*paper.Element
	for _, o := range from {
		old, _ := c.before.Element(o.X)
		out = append(out, old)
		r.Was = append(r.Was, part.LocationOf(c.before, o.X))
	}
	return out
}

// add adds a passage with its words, where it stands and what is behind it; now is nil for one that was deleted.
func (c *comparison) add(r *Passage, was []*paper.Element, now *paper.Element, xs []cite.Ref) {
	v := c.v
	v.Counts[r.Fate]++
	if r.Fate == paper.Unchanged && !v.All {
		return
	}
	r.redline, r.Lang, r.Instead = part.Compare(was, now, v.TextLang)
	r.Ops, r.Pictures = r.redline.Ops, r.redline.Pictures(c.before, c.after)
	in, x := c.after, r.Ref.Element()
	if now == nil {
		in = c.before
	}
	if issue := in.IssueOf(x); issue != cite.None && issue != x {
		is, _ := in.Element(issue)
		if newer, ok := c.after.Element(issue); ok { // what was deleted stands under its issue as it is now
			is = newer
		}
		r.Under, r.UnderNumber, r.UnderRef = frame.Localize(is.Text, v.TextLang), is.Number, issue
	}
	if r.Fate != paper.Unchanged && r.Fate != part.ChangeTranslated {
		why := c.causes.Why(c.causes.Behind(c.paper, xs, v.from, c.after.Ref.EditionNumber()), 3)
		known := true
		if why.Own && now != nil && now.Kind == paper.Theme {
			why, known = c.causes.Held(c.paper, c.after, now.Ref, v.from)
		}
		if why.Own {
			v.Own++
		}
		if n := len(v.Passages); n > 0 && v.Passages[n-1].Why != nil {
			why.Again = slices.EqualFunc(why.Answers, v.Passages[n-1].Why.Answers, func(a, b *part.WhyAnswer) bool { return a.Ref == b.Ref })
		}
		if known {
			r.Why = &why
		}
	}
	v.Passages = append(v.Passages, r)
}

// after finds for what was deleted the element of the newer edition to be shown after: that of what stood
// before it, -1 for the beginning.
func after(before, e *paper.Edition, deleted []part.Origin) map[int][]part.Origin {
	at := make(map[cite.Ref]int, len(e.Elements))
	for i := range e.Elements {
		at[e.Elements[i].Ref] = i
	}
	out := map[int][]part.Origin{}
	last, k := -1, 0
	for i := range before.Elements {
		x := before.Elements[i].Ref
		if k < len(deleted) && deleted[k].X == x {
			out[last] = append(out[last], deleted[k])
			k++
			continue
		}
		if j, ok := at[x]; ok {
			last = j
		}
	}
	return out
}

// stretch is some passages of a redline that stand under one heading. A narrow page shows those beyond the first folded.
type stretch struct {
	passages []*Passage
	size     int  // in characters
	open     bool // it stands open on a narrow page too
	heads    bool // it begins with a heading that is no passage of the redline
}

// How much of a redline stands open on a narrow page, and how much one stretch has.
const (
	maxOpen    = 5_500 // characters of redlined text, and
	around     = 300   // for what stands beside each passage and below it
	maxStretch = 6     // passages
)

// stretches divides the redline where its headings stand, and where there is much under one.
func (v *Redline) stretches() []stretch {
	var out []stretch
	shown := 0
	for i, r := range v.Passages {
		begins := i == 0 || r.Kind == paper.Theme || v.Passages[i-1].under() != r.under()
		if begins || len(out[len(out)-1].passages) == maxStretch {
			out = append(out, stretch{heads: begins && r.Under.Text != ""})
		}
		s := &out[len(out)-1]
		s.passages, s.size = append(s.passages, r), s.size+around
		for _, o := range r.Ops {
			s.size += utf8.RuneCountInString(o.Text)
		}
	}
	for i := range out {
		shown += out[i].size
		out[i].open = i == 0 || shown <= maxOpen
	}
	return out
}

// name is what a stretch is called where it is folded: its heading, else from where to where it goes. lang is "" where that is
// in the language of the page.
func (s stretch) name(f *frame.Frame) (name string, lang locale.Lang) {
	first, last := s.passages[0], s.passages[len(s.passages)-1]
	switch {
	case s.heads:
		return part.IssueHeading(first.Under.Lang, first.UnderNumber, first.Under.Text), first.Under.Lang
	case first.Kind == paper.Issue:
		return part.IssueHeading(first.Lang, first.Number, frame.Shorten(first.says(), maxHeading)), first.Lang
	case first.Kind == paper.Theme:
		return frame.Shorten(first.says(), maxHeading), first.Lang
	}
	name = placed(f, first)
	if to := placed(f, last); to != name {
		name = f.T("redline.stretch", "from", name, "to", to)
	}
	return name, ""
}

// maxHeading is how many characters of a heading name a stretch.
const maxHeading = 120

func placed(f *frame.Frame, r *Passage) string {
	return strings.TrimSpace(f.T("kind."+r.Kind) + " " + r.Location.Label)
}

// says is what a passage says in the newer edition; in the older one where it was deleted.
func (r *Passage) says() string {
	var b, was strings.Builder
	for _, o := range r.Ops {
		if o.Do == paper.Delete {
			was.WriteString(o.Text)
		} else {
			b.WriteString(o.Text)
		}
	}
	if b.Len() == 0 {
		return frame.Plain(was.String())
	}
	return frame.Plain(b.String())
}

// Changed counts the passages that are not as they were.
func (v *Redline) Changed() int {
	n := 0
	for fate, c := range v.Counts {
		if fate != paper.Unchanged && fate != part.ChangeTranslated {
			n += c
		}
	}
	return n
}

// Fates lists what happened to passages, in the order of the concordance.
func (v *Redline) Fates() []string {
	var out []string
	for _, fate := range append([]string{part.ChangeNew}, paper.ChangeNames...) {
		if v.Counts[fate] > 0 && fate != paper.Unchanged {
			out = append(out, fate)
		}
	}
	if v.Counts[part.ChangeTranslated] > 0 {
		out = append(out, part.ChangeTranslated)
	}
	return out
}

// Need lists the words of reasons and names.
func (v *Redline) Need() []cite.Position {
	var out []cite.Position
	for _, r := range v.Passages {
		if r.Why != nil {
			for _, a := range r.Why.Answers {
				out = append(out, a.Need()...)
			}
		}
	}
	return out
}

// Fill gives them.
func (v *Redline) Fill(words map[cite.Position]cite.Words) {
	for _, r := range v.Passages {
		if r.Why != nil {
			for _, a := range r.Why.Answers {
				a.Fill(words)
			}
		}
	}
}

// Title is the page's title.
func (v *Redline) Title(f *frame.Frame) string {
	return f.T("redline.title_of", "symbol", v.Paper.Symbol)
}

// explain tells of each element of a later edition what the edition made of it and why, and counts what
// was said on all that it goes on from.
func (v *Paper) explain(st *conversation.Reading, p *paper.Paper, e *paper.Edition, l locale.Lang) {
	n := e.Ref.EditionNumber()
	if n < 2 {
		return
	}
	w := newMaking(st, p, e, l)
	for i := range v.Elements {
		el := &v.Elements[i]
		x := e.Elements[i].Ref
		if xs := w.sources[x]; xs != nil {
			el.Contributions, el.Countries = st.Consultation.CountsOn(xs...)
		}
		el.Change = w.of(x)
	}
}

// Need lists the words of what heads the answers behind the changes.
func (v *Paper) Need() []cite.Position {
	out := v.losses.Need()
	v.answers(func(a *part.AnswerBrief) { out = append(out, a.Need()...) })
	for _, n := range v.Notes {
		out = append(out, n.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Paper) Fill(words map[cite.Position]cite.Words) {
	v.Lost = v.losses.Fill(words)
	v.answers(func(a *part.AnswerBrief) { a.Fill(words) })
	for _, n := range v.Notes {
		n.Fill(words)
	}
}

// answers hands over the answers behind the changes.
func (v *Paper) answers(each func(*part.AnswerBrief)) {
	for i := range v.Elements {
		v.Elements[i].Change.Each(each)
	}
}
