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
	// Refused says that nothing was looked for, because the words cannot be looked for.
	Refused bool

	cited []cite.Ref
	at    map[cite.Ref]bool // elements in which is looked, through time; nil for everywhere
	order map[cite.Ref]int  // where each element stands in its paper now
}

// Place is an issue in which is looked.
type Place struct {
	Ref  cite.Ref
	Text frame.LocalizedText
	Name string // its number
}

// Group is what was found of one kind: a stance at a question, "none" for points without one, "answers", "passages" or "priorities". Answers to different
// questions are no one count: "yes" to one is not "yes" to another.
type Group struct {
	Kind  string
	On    *Place // the question at which the stance was taken, as it stands now; nil for what is no stance
	N     int    // in all
	Found []*Source
}

// Cited reports whether the sentence cites a source already.
func (v *Search) Cited(r cite.Ref) bool { return slices.Contains(v.cited, r) }

// NewSearch looks for sources of sentence i of a draft. st reads as everybody does. It is nil where it is to be looked in something that is no reference.
func NewSearch(st *conversation.Reading, d Drafted, i int, q Query, l locale.Lang) *Search {
	v := &Search{Query: q, cited: d.Publish.Elements[i].Cites, order: map[cite.Ref]int{}}
	issues := about(st, d.Publish.Elements, i)
	for _, p := range st.Papers.All() {
		e := p.Latest()
		for k := range e.Elements {
			el := &e.Elements[k]
			v.order[el.Ref] = k
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
	case !written(q.Where):
		return nil
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

// written reports whether a place in which is to be looked is written as one: an issue may be gone by now.
func written(where string) bool {
	_, err := cite.ParseRef(where)
	return where == "" || where == Everywhere || err == nil
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

// issuesOf lists the issues that sources stand under. An answer to points under several says less of what a sentence is about than a point or a passage
// does: answers count only where nothing else is cited, and then with the issue under which most of these points stand.
func issuesOf(st *conversation.Reading, cites []cite.Ref) (out []cite.Ref) {
	var answered []cite.Ref
	add := func(on cite.Ref) {
		if x := issueOf(st, on); x != cite.None && !slices.Contains(out, x) {
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
				answered = append(answered, mostly(st, d))
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
	if len(out) == 0 {
		for _, x := range answered {
			if x != cite.None && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

// issueOf is the issue that an element stands under, in a paper whose sentences do not rest on anything themselves; None elsewhere.
func issueOf(st *conversation.Reading, on cite.Ref) cite.Ref {
	e, ok := st.Papers.Edition(on)
	if !ok || paper.Compiled(e.Kind) {
		return cite.None
	}
	return e.IssueOf(on.Element())
}

// mostly is the issue under which most points stand that an answer answers; the first of those that have as many.
func mostly(st *conversation.Reading, d *consultation.Disposition) (most cite.Ref) {
	n := map[cite.Ref]int{}
	for _, c := range st.PublishedParts(d) {
		if x := issueOf(st, st.Consultation.Part(c.Root(), c.PartNumber()).On); x != cite.None {
			if n[x]++; n[x] > n[most] {
				most = x
			}
		}
	}
	return most
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

// group is the group of a kind, which is of no question.
func (v *Search) group(kind string) *Group {
	for _, g := range v.Groups {
		if g.Kind == kind && g.On == nil {
			return g
		}
	}
	g := &Group{Kind: kind}
	v.Groups = append(v.Groups, g)
	return g
}

// question are the groups of a question, one for each stance, in the order of the stances.
func (v *Search) question(st *conversation.Reading, on cite.Ref, l locale.Lang) map[string]*Group {
	out := map[string]*Group{}
	for _, g := range v.Groups {
		if g.On != nil && g.On.Ref.Element() == on {
			out[g.Kind] = g
		}
	}
	if len(out) > 0 {
		return out
	}
	e, ok := st.Papers.Edition(on)
	place := &Place{Ref: on}
	if ok {
		place.Ref, place.Text, place.Name = cite.Element(e.Ref, on.ElementNumber()), part.ElementText(st, e, on, l), e.Label(on)
	}
	for _, kind := range Stances {
		if kind != without {
			out[kind] = &Group{Kind: kind, On: place}
			v.Groups = append(v.Groups, out[kind])
		}
	}
	return out
}

// add puts something into a group. Where words are looked for, it is taken out again once it is seen that it has not got them.
func (v *Search) add(st *conversation.Reading, g *Group, r cite.Ref, l locale.Lang) {
	if g.N++; v.Words != "" || len(g.Found) < shown {
		g.Found = append(g.Found, newSource(st, r, l))
	}
}

// points looks through the points, by the stance that they take.
func (v *Search) points(st *conversation.Reading, l locale.Lang) {
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
	var mute []cite.Ref
	for _, r := range refs {
		p := st.Consultation.Part(r.Root(), r.PartNumber())
		if p.Stance == consultation.NoStance {
			mute = append(mute, r)
			continue
		}
		v.add(st, v.question(st, p.On.Element(), l)[p.Stance.String()], r, l)
	}
	// Question by question as the papers ask them, and behind them what takes no stance.
	slices.SortStableFunc(v.Groups, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(a.On.Ref.Number(), b.On.Ref.Number()), cmp.Compare(v.order[a.On.Ref.Element()], v.order[b.On.Ref.Element()]))
	})
	for _, r := range mute {
		v.add(st, v.group(without), r, l)
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
var Stances = []string{consultation.Yes.String(), consultation.InPart.String(), consultation.No.String(), consultation.WrongQuestion.String(), without}

// without is the group of points that take no stance.
const without = "none"

// others looks through answers, passages and priorities. What is of the paper itself is left out: nothing rests on itself.
func (v *Search) others(st *conversation.Reading, itself cite.Ref, l locale.Lang) {
	n := st.Consultation.Dispositions()
	for k := n; k > max(0, n-searched); k-- {
		d, ok := st.Consultation.Disposition(cite.Disposition(k))
		if ok && d.Current > 0 && (v.at == nil || slices.ContainsFunc(st.PublishedParts(d), func(c cite.Ref) bool { return v.in(st.Consultation.Part(c.Root(), c.PartNumber()).On) })) {
			v.add(st, v.group("answers"), d.Ref, l)
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
			v.add(st, v.group("passages"), cite.Element(e.Ref, el.Ref.ElementNumber()), l)
		}
	}
	for _, o := range st.Priorities.Orders() {
		for t := range o.Themes {
			if v.at == nil || slices.ContainsFunc(o.Themes[t].Names, v.in) {
				v.add(st, v.group("priorities"), cite.Theme(o.Ref, t+1), l)
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
