package page

import (
	"html"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// What a redline says of a passage beside the fates of the concordance.
const (
	fateNew        = "new"        // nothing came before it
	fateTranslated = "translated" // the original stayed, its translation was mended
)

// Spot is an element as an edition has it, named so that people find it.
type Location struct {
	Ref    cite.Ref `json:"ref"` // p1.e2.x3
	Symbol string   `json:"symbol"`
	Kind   string   `json:"kind"`
	Label  string   `json:"label,omitempty"`
}

// spotOf names an element of an edition.
func locationOf(e *paper.Edition, x cite.Ref) Location {
	s := Location{Ref: cite.Element(e.Ref, x.ElementNumber()), Symbol: string(e.Symbol), Label: e.Label(x)}
	if el, ok := e.Element(x); ok {
		s.Kind = el.Kind
	}
	return s
}

// Author is somebody behind a change.
type Author struct {
	Ref     cite.Ref `json:"ref"` // the part
	Name    string   `json:"name,omitempty"`
	Country string   `json:"country,omitempty"`
	c       *Contribution
}

// WhyAnswer is a disposition behind a change.
type WhyAnswer struct {
	Ref      cite.Ref      `json:"ref"`
	Outcome  string        `json:"outcome"`
	At       time.Time     `json:"at"`
	Points   int           `json:"points"`                // that it answers and everybody may read
	Gone     int           `json:"not_shown,omitempty"`   // that were withdrawn, withheld or erased since
	Reason   LocalizedText `json:"reason,omitzero"`       // in the page's language or the original
	Status   string        `json:"translation,omitempty"` // of the reason, where it is none of the original
	Authors  []Author      `json:"authors,omitempty"`     // the first few
	reason   consultation.Reason
	lang     locale.Lang
	parts    []cite.Ref
	position cite.Position
}

// Why is what stands behind a change: answers, and the points that they answer. Without an answer the
// change is the secretariat's own initiative.
type Why struct {
	Points    int          `json:"points"`
	Parties   int          `json:"parties"`
	Countries int          `json:"countries"`
	Gone      int          `json:"not_shown,omitempty"`
	Own       bool         `json:"own_initiative,omitempty"`
	Answers   []*WhyAnswer `json:"answers,omitempty"`
	again     bool         // the passage above has the same answers
}

// weigher counts what is behind changes, for one audience, each answer once.
type weigher struct {
	st      *conversation.Reading
	l       locale.Lang
	answers map[cite.Ref]*weight
}

// weight is an answer with whom it answers.
type weight struct {
	d       *consultation.Disposition
	parts   []cite.Ref // that the audience may read
	who     [][2]string
	alone   Why // the counts of this answer alone
	counted bool
}

func newWeigher(st *conversation.Reading, l locale.Lang) *weigher {
	return &weigher{st: st, l: l, answers: map[cite.Ref]*weight{}}
}

func (w *weigher) answer(d *consultation.Disposition) *weight {
	if a := w.answers[d.Ref]; a != nil {
		return a
	}
	a := &weight{d: d}
	for _, r := range w.st.PublishedParts(d) {
		if w.st.MaySee(r) < conversation.Redacted {
			continue
		}
		row, _ := w.st.Consultation.Row(r)
		a.parts = append(a.parts, r)
		a.who = append(a.who, [2]string{row.For, row.Country})
	}
	a.alone, a.counted = count(a), true
	w.answers[d.Ref] = a
	return a
}

// count counts points, and each party and country once.
func count(as ...*weight) Why {
	if len(as) == 1 && as[0].counted {
		return as[0].alone
	}
	v := Why{Own: len(as) == 0}
	parties, countries := map[string]struct{}{}, map[string]struct{}{}
	for _, a := range as {
		v.Points += len(a.parts)
		v.Gone += a.d.Current - len(a.parts)
		for _, who := range a.who {
			parties[who[0]] = struct{}{}
			if who[1] != "" {
				countries[who[1]] = struct{}{}
			}
		}
	}
	v.Parties, v.Countries = len(parties), len(countries)
	return v
}

// behind lists the answers that any of some elements was changed for in the editions after from, up to to.
func (w *weigher) behind(p *paper.Paper, xs []cite.Ref, from, to int) []*weight {
	var out []*weight
	for n := from + 1; n <= to; n++ {
		e, ok := p.Edition(n)
		if !ok {
			continue
		}
		for _, x := range xs {
			for _, d := range w.st.Behind(e, x) {
				if a := w.answer(d); !slices.Contains(out, a) {
					out = append(out, a)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *weight) int { return a.d.Ref.Number() - b.d.Ref.Number() })
	return out
}

// why tells what stands behind a change, with the first few authors of each answer.
func (w *weigher) why(as []*weight, authors int) Why {
	v := count(as...)
	for _, a := range as {
		d := a.d
		wa := &WhyAnswer{Ref: d.Ref, Outcome: d.Outcome.String(), At: d.At, Points: len(a.parts), Gone: d.Current - len(a.parts), parts: a.parts, position: d.Position}
		wa.lang = d.Original
		if _, ok := d.Reasons[w.l]; ok {
			wa.lang = w.l
		}
		wa.reason = d.Reasons[wa.lang]
		wa.Status = wa.reason.Status
		for _, r := range a.parts[:min(authors, len(a.parts))] {
			c, ok := NewContribution(w.st, r, w.l)
			if ok {
				wa.Authors = append(wa.Authors, Author{Ref: r, Country: c.Country, c: c})
			}
		}
		v.Answers = append(v.Answers, wa)
	}
	return v
}

// need lists where the reason and the names stand.
func (a *WhyAnswer) need(to []cite.Position) []cite.Position {
	if a.reason.At > 0 {
		to = append(to, a.reason.At)
	}
	for _, au := range a.Authors {
		to = append(to, au.c.Need()...)
	}
	return to
}

// fill gives them.
func (a *WhyAnswer) fill(words map[cite.Position]cite.Words) {
	a.Reason = LocalizedText{words[a.reason.At][a.reason.Key], a.lang}
	for i := range a.Authors {
		au := &a.Authors[i]
		au.c.Fill(words)
		if au.Name = au.c.Org; au.Name == "" {
			au.Name = au.c.Name
		}
	}
}

// origin is an element of an earlier edition, and what became of it on the way.
type origin struct {
	x     cite.Ref
	place paper.Location
}

// origins lists for each element of edition to what it goes on from in edition from, and what was deleted.
func origins(p *paper.Paper, from, to int) (of map[cite.Ref][]origin, deleted []origin) {
	of = map[cite.Ref][]origin{}
	e, ok := p.Edition(from)
	if !ok {
		return of, nil
	}
	for i := range e.Elements {
		o := origin{x: e.Elements[i].Ref}
		o.place = p.Follow(o.x, from, to)
		for _, y := range o.place.Elements {
			of[y] = append(of[y], o)
		}
		if len(o.place.Elements) == 0 {
			deleted = append(deleted, o)
		}
	}
	return of, deleted
}

// fateOf is what happened to an element on the way from where it comes from: the strongest of it.
func fateOf(from []origin) (fate string, changed bool) {
	if len(from) == 0 {
		return fateNew, false
	}
	fate = paper.Unchanged
	for _, o := range from {
		if slices.Index(paper.ChangeNames, o.place.Change) > slices.Index(paper.ChangeNames, fate) {
			fate = o.place.Change
		}
		changed = changed || o.place.Changed
	}
	if fate == paper.Unchanged && changed {
		fate = paper.TextChanged
	}
	return fate, changed && fate != paper.TextChanged
}

// compare says how a text came from others, in a language or, where one of them is not in it, in the
// originals.
func compare(before []*paper.Element, after *paper.Element, l locale.Lang) (ops []paper.Op, in locale.Lang, instead bool) {
	texts := make([]locale.Text, 0, len(before)+1)
	for _, b := range before {
		texts = append(texts, b.Text)
	}
	if after != nil {
		texts = append(texts, after.Text)
	}
	for _, t := range texts {
		instead = instead || t.In[l] == ""
	}
	say := func(t locale.Text) string {
		if instead {
			return t.In[t.Original]
		}
		return t.In[l]
	}
	if in = l; instead {
		in = texts[len(texts)-1].Original
	}
	old := make([]string, len(before))
	for i, b := range before {
		old[i] = say(b.Text)
	}
	now := ""
	if after != nil {
		now = say(after.Text)
	}
	return paper.Redline(strings.Join(old, " "), now), in, instead
}

// Passage is one passage of a redline.
type Passage struct {
	Location                  // in the newer edition; in the older one where it was deleted
	Was         []Location    `json:"was,omitempty"`
	Under       LocalizedText `json:"-"` // the issue it stands in, where the passage before stands in another
	UnderNumber string        `json:"-"`
	Fate        string        `json:"fate"` // of the concordance, new, or translated
	TextChanged bool          `json:"text_changed,omitempty"`
	Ops         []paper.Op    `json:"redline"`
	Lang        locale.Lang   `json:"lang"`
	Instead     bool          `json:"original_instead,omitempty"` // the language asked for is missing in one of the editions
	Number      string        `json:"number,omitempty"`
	Why         *Why          `json:"why,omitempty"`
}

// Redline is what an edition changed.
type Redline struct {
	Paper     PaperRow       `json:"paper"`
	Before    *PaperRow      `json:"before,omitempty"`
	Editions  []PaperRow     `json:"-"` // that it can be compared with
	TextLang  locale.Lang    `json:"text_language"`
	Languages []locale.Lang  `json:"-"`
	Passages  []*Passage     `json:"passages"`
	Counts    map[string]int `json:"counts"` // passages by fate
	All       bool           `json:"all,omitempty"`
	Own       int            `json:"own_initiative"` // changed with no point behind it
	from      int
}

// NewRedline builds the page: what an edition changed since edition from, 0 for the one before it.
func NewRedline(st *conversation.Reading, ref cite.Ref, from int, all bool, l, text locale.Lang) (*Redline, bool) {
	e, ok := st.Papers.Edition(ref)
	if !ok || ref.ElementNumber() > 0 {
		return nil, false
	}
	p, _ := st.Papers.Paper(ref)
	to := e.Ref.EditionNumber()
	if from < 1 || from >= to {
		from = to - 1
	}
	v := &Redline{Paper: paperRow(e, l), TextLang: text, Counts: map[string]int{}, All: all, from: from}
	for _, tl := range locale.All {
		if slices.ContainsFunc(e.Elements, func(el paper.Element) bool { return el.Text.In[tl] != "" }) {
			v.Languages = append(v.Languages, tl)
		}
	}
	before, ok := p.Edition(from)
	if !ok {
		return v, true
	}
	row := paperRow(before, l)
	v.Before = &row
	for n := 1; n < to; n++ {
		v.Editions = append(v.Editions, paperRow(p.Editions[n-1], l))
	}
	of, deleted := origins(p, from, to)
	sources := p.SourcesIn(to)
	w := newWeigher(st, l)
	gone := after(before, e, deleted)
	for _, o := range gone[-1] {
		v.add(w, p, before, nil, o.x, []origin{o}, []cite.Ref{o.x}, to, text)
	}
	for i := range e.Elements {
		x := e.Elements[i].Ref
		xs := sources[x]
		if xs == nil {
			xs = []cite.Ref{x}
		}
		v.add(w, p, before, e, x, of[x], xs, to, text)
		for _, o := range gone[i] {
			v.add(w, p, before, nil, o.x, []origin{o}, []cite.Ref{o.x}, to, text)
		}
	}
	return v, true
}

// after finds for what was deleted the element of the newer edition to be shown after: that of what stood
// before it, -1 for the beginning.
func after(before, e *paper.Edition, deleted []origin) map[int][]origin {
	at := make(map[cite.Ref]int, len(e.Elements))
	for i := range e.Elements {
		at[e.Elements[i].Ref] = i
	}
	out := map[int][]origin{}
	last, k := -1, 0
	for i := range before.Elements {
		x := before.Elements[i].Ref
		if k < len(deleted) && deleted[k].x == x {
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

// add adds a passage; e is nil for one that was deleted.
func (v *Redline) add(w *weigher, p *paper.Paper, before, e *paper.Edition, x cite.Ref, from []origin, xs []cite.Ref, to int, text locale.Lang) {
	r := &Passage{}
	var now *paper.Element
	in := before
	if e != nil {
		in = e
		now, _ = e.Element(x)
		r.Fate, r.TextChanged = fateOf(from)
	} else {
		r.Fate = paper.Deleted
	}
	r.Location = locationOf(in, x)
	el, _ := in.Element(x)
	r.Number = el.Number
	var was []*paper.Element
	for _, o := range from {
		old, _ := before.Element(o.x)
		was = append(was, old)
		r.Was = append(r.Was, locationOf(before, o.x))
	}
	if r.Fate == paper.Unchanged && len(was) == 1 {
		a, b := was[0].Text, now.Text
		if text != b.Original && a.In[text] != "" && b.In[text] != "" && a.In[text] != b.In[text] {
			r.Fate = fateTranslated
		}
	}
	v.Counts[r.Fate]++
	if r.Fate == paper.Unchanged && !v.All {
		return
	}
	r.Ops, r.Lang, r.Instead = compare(was, now, text)
	if issue := in.IssueOf(x); issue != cite.None && issue != x {
		is, _ := in.Element(issue)
		if newer, ok := p.Editions[to-1].Element(issue); ok { // what was deleted stands under its issue as it is now
			is = newer
		}
		r.Under, r.UnderNumber = said(is.Text, text), is.Number
	}
	if r.Fate != paper.Unchanged && r.Fate != fateTranslated {
		why := w.why(w.behind(p, xs, v.from, to), 3)
		if now != nil && now.Kind == paper.Theme {
			why.Own = false // a heading has the reasons of what stands under it
		}
		if why.Own {
			v.Own++
		}
		if n := len(v.Passages); n > 0 && v.Passages[n-1].Why != nil {
			why.again = slices.EqualFunc(why.Answers, v.Passages[n-1].Why.Answers, func(a, b *WhyAnswer) bool { return a.Ref == b.Ref })
		}
		r.Why = &why
	}
	v.Passages = append(v.Passages, r)
}

// Changed counts the passages that are not as they were.
func (v *Redline) Changed() int {
	n := 0
	for fate, c := range v.Counts {
		if fate != paper.Unchanged && fate != fateTranslated {
			n += c
		}
	}
	return n
}

// Fates lists what happened to passages, in the order of the concordance.
func (v *Redline) Fates() []string {
	var out []string
	for _, fate := range append([]string{fateNew}, paper.ChangeNames...) {
		if v.Counts[fate] > 0 && fate != paper.Unchanged {
			out = append(out, fate)
		}
	}
	if v.Counts[fateTranslated] > 0 {
		out = append(out, fateTranslated)
	}
	return out
}

// Need lists the words of reasons and names.
func (v *Redline) Need() []cite.Position {
	var out []cite.Position
	for _, r := range v.Passages {
		if r.Why != nil {
			for _, a := range r.Why.Answers {
				out = a.need(out)
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
				a.fill(words)
			}
		}
	}
}

// Title is the page's title.
func (v *Redline) Title(f *Frame) string { return f.T("redline.title_of", "symbol", v.Paper.Symbol) }

// fateWords says what happened to a passage; another says that its words are others, too.
func fateWords(f *Frame, fate string, another bool) string {
	s := f.T("fate." + fate)
	if another {
		s += f.T("list.comma") + " " + f.T("fate.and_text")
	}
	return s
}

// from says how many parties and countries the points come from.
func (v Why) from(f *Frame) string {
	s := f.T("why.parties", "n", v.Parties)
	if v.Countries > 0 {
		s += f.T("list.comma") + " " + f.T("why.countries", "n", v.Countries)
	}
	return s
}

// marked writes a redline out. What was put in and struck out is told by marks and, to those who hear
// the page, in words. It is written by hand because a template would put spaces between the runs.
func marked(f *Frame, ops []paper.Op, l locale.Lang) templ.Component {
	var b strings.Builder
	words := func(key string) {
		b.WriteString(`<span class="vh"`)
		if l != f.Lang {
			b.WriteString(` lang="` + string(f.Lang) + `"`)
		}
		b.WriteString("> " + html.EscapeString(f.T(key)) + " </span>")
	}
	for _, o := range ops {
		s := html.EscapeString(o.Text)
		switch o.Do {
		case paper.Insert:
			b.WriteString("<ins>")
			words("redline.added")
			b.WriteString(s + "</ins>")
		case paper.Delete:
			b.WriteString("<del>")
			words("redline.struck")
			b.WriteString(s + "</del>")
		default:
			b.WriteString(s)
			continue
		}
		words("redline.end")
	}
	return templ.Raw(b.String())
}

// Change is what an edition made of an element, for the margin of its paper.
type Change struct {
	Fate        string         `json:"fate"`
	TextChanged bool           `json:"text_changed,omitempty"`
	Points      int            `json:"points"`
	Gone        int            `json:"not_shown,omitempty"`
	Own         bool           `json:"own_initiative,omitempty"`
	Answers     []ChangeAnswer `json:"answers,omitempty"`
}

// ChangeAnswer is an answer behind a change, in brief.
type ChangeAnswer struct {
	Ref     cite.Ref `json:"ref"`
	Outcome string   `json:"outcome"`
	Points  int      `json:"points"`
}

// explain tells of each element of a later edition what the edition made of it and why, and counts what
// was said on all that it goes on from.
func (v *Paper) explain(st *conversation.Reading, p *paper.Paper, e *paper.Edition, l locale.Lang) {
	n := e.Ref.EditionNumber()
	if n < 2 {
		return
	}
	of, _ := origins(p, n-1, n)
	sources := p.SourcesIn(n)
	w := newWeigher(st, l)
	for i := range v.Elements {
		el := &v.Elements[i]
		x := e.Elements[i].Ref
		xs := sources[x]
		if xs == nil {
			xs = []cite.Ref{x}
		} else {
			el.Contributions, el.Countries = st.Consultation.CountsOn(xs...)
		}
		fate, changed := fateOf(of[x])
		if fate == paper.Unchanged {
			continue
		}
		as := w.behind(p, xs, n-1, n)
		sum := count(as...)
		c := &Change{Fate: fate, TextChanged: changed, Points: sum.Points, Gone: sum.Gone, Own: sum.Own && e.Elements[i].Kind != paper.Theme}
		for _, a := range as {
			c.Answers = append(c.Answers, ChangeAnswer{a.d.Ref, a.d.Outcome.String(), len(a.parts)})
		}
		el.Change = c
	}
}
