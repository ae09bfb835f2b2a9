package sources

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Query says for which sentence sources are looked for, and where.
type Query struct {
	// For is the number of the sentence in the draft, 0 for none.
	For int `query:"for"`
	// Words are those that what is found has; "" for whatever it says.
	Words string `query:"words"`
	// Where is an issue, or "all"; "" for what the sentence is about.
	Where string `query:"where"`
}

// Everywhere looks through everything that was said.
const Everywhere = "all"

// Bounds of what is looked through and shown.
const (
	searched = 1000 // points, and answers, and passages
	shown    = 10   // of each group
)

// Search is what may be put to a sentence as a source, as everybody reads it: what those said who are for it and against it side by side, then
// answers, passages and priorities.
type Search struct {
	Query
	Places []Place
	// About is what the sentence is about by what it cites, or those beside it; none where nothing says that.
	About  []Place
	Groups []*Group
	// Most is how much was looked through, where there is more; 0 where all was.
	Most int

	cited []cite.Ref
	at    map[cite.Ref]bool // elements in which is looked, through time; nil for everywhere
}

// Place is an issue in which is looked.
type Place struct {
	Ref  cite.Ref
	Text frame.LocalizedText
	Name string // its number
}

// Group is what was found of one kind: a stance, "none" for points without one, "answers", "passages" or "priorities".
type Group struct {
	Kind  string
	N     int // in all
	Found []*Source
}

// Cited reports whether the sentence cites a source already.
func (v *Search) Cited(r cite.Ref) bool { return slices.Contains(v.cited, r) }

// NewSearch looks for sources of sentence i of a draft. st reads as everybody does.
func NewSearch(st *conversation.Reading, d Drafted, i int, q Query, l locale.Lang) *Search {
	v := &Search{Query: q, cited: d.Publish.Elements[i].Cites}
	issues := about(st, d.Publish.Elements, i)
	for _, p := range st.Papers.All() {
		e := p.Latest()
		for k := range e.Elements {
			el := &e.Elements[k]
			if el.Kind != paper.Issue || paper.Compiled(e.Kind) {
				continue
			}
			at := Place{Ref: el.Ref, Text: part.ElementText(st, e, el.Ref, l), Name: el.Number}
			v.Places = append(v.Places, at)
			if slices.Contains(issues, el.Ref) {
				v.About = append(v.About, at)
			}
		}
	}
	switch {
	case slices.ContainsFunc(v.Places, func(p Place) bool { return string(p.Ref) == q.Where }):
		v.within(st, []cite.Ref{cite.Ref(q.Where)})
	case q.Where != Everywhere && len(issues) > 0:
		v.Where = ""
		v.within(st, issues)
	default:
		v.Where = Everywhere
	}
	v.points(st, l)
	v.others(st, d.Publish.Paper, l)
	return v
}

// about lists the issues that a sentence is about: those of what it cites; where it cites nothing that is under one, those of the sentences
// under the same heading.
func about(st *conversation.Reading, elements []paper.Element, i int) []cite.Ref {
	out := issuesOf(st, elements[i].Cites)
	heading := func(k int) bool { return elements[k].Kind == paper.Theme || elements[k].Kind == paper.Issue }
	for k := i - 1; len(out) == 0 && k >= 0 && !heading(k); k-- {
		out = issuesOf(st, elements[k].Cites)
	}
	for k := i + 1; len(out) == 0 && k < len(elements) && !heading(k); k++ {
		out = issuesOf(st, elements[k].Cites)
	}
	return out
}

// issuesOf lists the issues that sources stand under.
func issuesOf(st *conversation.Reading, cites []cite.Ref) (out []cite.Ref) {
	add := func(on cite.Ref) {
		e, ok := st.Papers.Edition(on)
		if !ok || paper.Compiled(e.Kind) {
			return
		}
		if x := e.IssueOf(on.Element()); x != cite.None && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	for _, r := range cites {
		switch r.Kind() {
		case 'p':
			add(r)
		case 'c':
			if st.MaySee(r) >= conversation.Redacted {
				add(st.Consultation.Part(r.Root(), r.PartNumber()).On)
			}
		case 'd':
			if d, ok := st.Consultation.Disposition(r); ok {
				for _, c := range st.PublishedParts(d) {
					add(st.Consultation.Part(c.Root(), c.PartNumber()).On)
				}
			}
		case 'o':
			if o, ok := st.Priorities.Order(r); ok {
				t, _ := o.Theme(r.ThemeNumber())
				for _, x := range t.Names {
					add(x)
				}
			}
		}
	}
	return out
}

// within looks only under some issues, whatever stood under them in any edition.
func (v *Search) within(st *conversation.Reading, issues []cite.Ref) {
	v.at = map[cite.Ref]bool{}
	for _, x := range issues {
		p, ok := st.Papers.Paper(x)
		if !ok {
			continue
		}
		for _, e := range p.Editions {
			for k := range e.Elements {
				if e.Within(e.Elements[k].Ref, x) {
					v.at[e.Elements[k].Ref] = true
				}
			}
		}
	}
}

// in reports whether an element is where is looked.
func (v *Search) in(x cite.Ref) bool { return v.at == nil || v.at[x.Element()] }

// group is the group of a kind.
func (v *Search) group(kind string) *Group {
	for _, g := range v.Groups {
		if g.Kind == kind {
			return g
		}
	}
	g := &Group{Kind: kind}
	v.Groups = append(v.Groups, g)
	return g
}

// add puts something into the group of a kind. Where words are looked for, it is taken out again once it is seen that it has not got them.
func (v *Search) add(st *conversation.Reading, kind string, r cite.Ref, l locale.Lang) {
	g := v.group(kind)
	if g.N++; v.Words != "" || len(g.Found) < shown {
		g.Found = append(g.Found, newSource(st, r, l))
	}
}

// points looks through the points, by the stance that they take.
func (v *Search) points(st *conversation.Reading, l locale.Lang) {
	for _, kind := range Stances {
		v.group(kind)
	}
	var q consultation.PointQuery
	for x := range v.at {
		q.Element = append(q.Element, x)
	}
	refs, total := st.Consultation.Points(q, searched)
	if total > len(refs) {
		v.Most = len(refs)
	}
	// Those with words first: a stance alone says less.
	slices.SortStableFunc(refs, func(a, b cite.Ref) int { return cmp.Compare(mute(st, a), mute(st, b)) })
	for _, r := range refs {
		kind := "none"
		if s := st.Consultation.Part(r.Root(), r.PartNumber()).Stance; s != consultation.NoStance {
			kind = s.String()
		}
		v.add(st, kind, r, l)
	}
}

// mute is 1 for a point that has a stance and no words, else 0.
func mute(st *conversation.Reading, r cite.Ref) int {
	if p := st.Consultation.Part(r.Root(), r.PartNumber()); p.Bytes+p.Wording > 0 {
		return 0
	}
	return 1
}

// Stances are the groups of points, those who are for it and those who are against it first.
var Stances = []string{consultation.Yes.String(), consultation.InPart.String(), consultation.No.String(), consultation.WrongQuestion.String(), "none"}

// others looks through answers, passages and priorities. What is of the paper itself is left out: nothing rests on itself.
func (v *Search) others(st *conversation.Reading, itself cite.Ref, l locale.Lang) {
	n := st.Consultation.Dispositions()
	for k := n; k > max(0, n-searched); k-- {
		d, ok := st.Consultation.Disposition(cite.Disposition(k))
		if ok && d.Current > 0 && (v.at == nil || slices.ContainsFunc(st.PublishedParts(d), func(c cite.Ref) bool { return v.in(st.Consultation.Part(c.Root(), c.PartNumber()).On) })) {
			v.add(st, "answers", d.Ref, l)
		}
	}
	looked := 0
	for _, p := range st.Papers.All() {
		e := p.Latest()
		for k := range e.Elements {
			el := &e.Elements[k]
			passage := el.Kind == paper.Paragraph || el.Kind == paper.Question
			if p.Ref == itself || !passage || !v.in(el.Ref) || looked == searched {
				continue
			}
			looked++
			v.add(st, "passages", cite.Element(e.Ref, el.Ref.ElementNumber()), l)
		}
	}
	for _, o := range st.Priorities.Orders() {
		for t := range o.Themes {
			if v.at == nil || slices.ContainsFunc(o.Themes[t].Names, v.in) {
				v.add(st, "priorities", cite.Theme(o.Ref, t+1), l)
			}
		}
	}
}

// Need lists the words that are wanted.
func (v *Search) Need() (out []cite.Position) {
	for _, g := range v.Groups {
		for _, x := range g.Found {
			out = append(out, x.need()...)
		}
	}
	return out
}

// Fill gives them, and leaves what has the words that were looked for.
func (v *Search) Fill(words map[cite.Position]cite.Words) {
	search := locale.BagOf(v.Words)
	for _, g := range v.Groups {
		for _, x := range g.Found {
			x.fill(words)
		}
		if v.Words != "" {
			g.Found = slices.DeleteFunc(g.Found, func(x *Source) bool { return !locale.BagOf(x.says()).Finds(search) })
			g.N = len(g.Found)
			g.Found = g.Found[:min(len(g.Found), shown)]
		}
	}
	v.Groups = slices.DeleteFunc(v.Groups, func(g *Group) bool { return g.N == 0 })
}

// says is all that is read of a source, for whoever looks for words in it.
func (v *Source) says() string {
	out := v.Theme.Text
	for _, t := range v.Texts {
		out += " " + t.Text
	}
	if v.Point != nil {
		out += " " + v.Point.Heading.Text + " " + v.Point.Signed()
	}
	return out
}
