package papers

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Passage is one passage of a redline.
type Passage struct {
	part.Location                     // in the newer edition; in the older one where it was deleted
	Was           []part.Location     `json:"was,omitempty"`
	Under         frame.LocalizedText `json:"-"` // the issue it stands in, where the passage before stands in another
	UnderNumber   string              `json:"-"`
	Fate          string              `json:"fate"` // of the concordance, new, or translated
	TextChanged   bool                `json:"text_changed,omitempty"`
	Ops           []paper.Op          `json:"redline"`
	Lang          locale.Lang         `json:"lang"`
	Instead       bool                `json:"original_instead,omitempty"` // the language asked for is missing in one of the editions
	Number        string              `json:"number,omitempty"`
	Why           *part.Why           `json:"why,omitempty"`
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
	v := &Redline{Paper: part.NewPaperRow(e, l), TextLang: text, Counts: map[string]int{}, All: all, from: from}
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
	sources := p.SourcesIn(to)
	w := part.NewCauses(st, l)
	gone := after(before, e, deleted)
	for _, o := range gone[-1] {
		v.add(w, p, before, nil, o.X, []part.Origin{o}, []cite.Ref{o.X}, to, text)
	}
	for i := range e.Elements {
		x := e.Elements[i].Ref
		xs := sources[x]
		if xs == nil {
			xs = []cite.Ref{x}
		}
		v.add(w, p, before, e, x, of[x], xs, to, text)
		for _, o := range gone[i] {
			v.add(w, p, before, nil, o.X, []part.Origin{o}, []cite.Ref{o.X}, to, text)
		}
	}
	return v, true
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

// add adds a passage; e is nil for one that was deleted.
func (v *Redline) add(w *part.Causes, p *paper.Paper, before, e *paper.Edition, x cite.Ref, from []part.Origin, xs []cite.Ref, to int, text locale.Lang) {
	r := &Passage{}
	var now *paper.Element
	in := before
	if e != nil {
		in = e
		now, _ = e.Element(x)
		r.Fate, r.TextChanged = part.ChangeOf(from)
	} else {
		r.Fate = paper.Deleted
	}
	r.Location = part.LocationOf(in, x)
	el, _ := in.Element(x)
	r.Number = el.Number
	var was []*paper.Element
	for _, o := range from {
		old, _ := before.Element(o.X)
		was = append(was, old)
		r.Was = append(r.Was, part.LocationOf(before, o.X))
	}
	if r.Fate == paper.Unchanged && len(was) == 1 {
		a, b := was[0].Text, now.Text
		if text != b.Original && a.In[text] != "" && b.In[text] != "" && a.In[text] != b.In[text] {
			r.Fate = part.ChangeTranslated
		}
	}
	v.Counts[r.Fate]++
	if r.Fate == paper.Unchanged && !v.All {
		return
	}
	r.Ops, r.Lang, r.Instead = part.Compare(was, now, text)
	if issue := in.IssueOf(x); issue != cite.None && issue != x {
		is, _ := in.Element(issue)
		if newer, ok := p.Editions[to-1].Element(issue); ok { // what was deleted stands under its issue as it is now
			is = newer
		}
		r.Under, r.UnderNumber = frame.Localize(is.Text, text), is.Number
	}
	if r.Fate != paper.Unchanged && r.Fate != part.ChangeTranslated {
		why := w.Why(w.Behind(p, xs, v.from, to), 3)
		if now != nil && now.Kind == paper.Theme {
			why.Own = false // a heading has the reasons of what stands under it
		}
		if why.Own {
			v.Own++
		}
		if n := len(v.Passages); n > 0 && v.Passages[n-1].Why != nil {
			why.Again = slices.EqualFunc(why.Answers, v.Passages[n-1].Why.Answers, func(a, b *part.WhyAnswer) bool { return a.Ref == b.Ref })
		}
		r.Why = &why
	}
	v.Passages = append(v.Passages, r)
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
				out = a.Need(out)
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
	of, _ := part.Origins(p, n-1, n)
	sources := p.SourcesIn(n)
	w := part.NewCauses(st, l)
	for i := range v.Elements {
		el := &v.Elements[i]
		x := e.Elements[i].Ref
		xs := sources[x]
		if xs == nil {
			xs = []cite.Ref{x}
		} else {
			el.Contributions, el.Countries = st.Consultation.CountsOn(xs...)
		}
		fate, changed := part.ChangeOf(of[x])
		if fate == paper.Unchanged {
			continue
		}
		as := w.Behind(p, xs, n-1, n)
		sum := part.CountCauses(as...)
		c := &part.Change{Fate: fate, TextChanged: changed, Points: sum.Points, Gone: sum.Gone, Own: sum.Own && e.Elements[i].Kind != paper.Theme}
		for _, a := range as {
			c.Answers = append(c.Answers, part.ChangeAnswer{Ref: a.Disposition.Ref, Outcome: a.Disposition.Outcome.String(), Points: len(a.Parts)})
		}
		el.Change = c
	}
}
