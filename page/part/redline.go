package part

import (
	"html"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

// What a redline says of a passage beside the fates of the concordance.
const (
	ChangeNew        = "new"        // nothing came before it
	ChangeTranslated = "translated" // the original stayed, its translation was mended
)

// Origin is an element of an earlier edition, and what became of it on the way.
type Origin struct {
	X     cite.Ref
	Place paper.Location
}

// Origins lists for each element of edition to what it goes on from in edition from, and what was deleted.
func Origins(p *paper.Paper, from, to int) (of map[cite.Ref][]Origin, deleted []Origin) {
	of = map[cite.Ref][]Origin{}
	e, ok := p.Edition(from)
	if !ok {
		return of, nil
	}
	for i := range e.Elements {
		o := Origin{X: e.Elements[i].Ref}
		o.Place = p.Follow(o.X, from, to)
		for _, y := range o.Place.Elements {
			of[y] = append(of[y], o)
		}
		if len(o.Place.Elements) == 0 {
			deleted = append(deleted, o)
		}
	}
	return of, deleted
}

// ChangeOf is what happened to an element on the way from where it comes from: the strongest of it.
func ChangeOf(from []Origin) (fate string, changed bool) {
	if len(from) == 0 {
		return ChangeNew, false
	}
	fate = paper.Unchanged
	for _, o := range from {
		if slices.Index(paper.ChangeNames, o.Place.Change) > slices.Index(paper.ChangeNames, fate) {
			fate = o.Place.Change
		}
		changed = changed || o.Place.Changed
	}
	if fate == paper.Unchanged && changed {
		fate = paper.TextChanged
	}
	return fate, changed && fate != paper.TextChanged
}

// Redline is how a text came from another, as both are read: the marks of emphasis and links are no words, and
// are shown for what they mean.
type Redline struct {
	Ops      []paper.Op
	old, now []frame.Run
	was      []string // the texts as they are written
	is       string
}

// NewRedline compares texts with markup; several before stand one after the other. A picture counts as what it shows, in
// brackets: what became of the pictures themselves is said by Pictures.
func NewRedline(before []string, after string) Redline {
	r := Redline{was: before, is: after}
	for i, s := range before {
		if i > 0 {
			r.old = append(r.old, frame.Run{Text: " "})
		}
		r.old = append(r.old, bracketed(s)...)
	}
	r.now = bracketed(after)
	r.Ops = paper.Redline(read(r.old), read(r.now))
	return r
}

// bracketed is a text on one level, its pictures in brackets.
func bracketed(s string) []frame.Run {
	runs := frame.Runs(s)
	for i := range runs {
		if runs[i].Picture != "" {
			runs[i].Text = "[" + runs[i].Text + "]"
		}
	}
	return runs
}

func read(runs []frame.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// Compare says how a text came from others, in a language or, where one of them is not in it or the translation did
// not change with its original, in the originals.
func Compare(before []*paper.Element, after *paper.Element, l locale.Lang) (r Redline, in locale.Lang, instead bool) {
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
	if len(texts) > 1 && after != nil { // a translation that stayed as it was, while its original did not, shows no change
		words := func(in func(locale.Text) string) (was []string, is string) {
			for _, b := range before {
				was = append(was, strings.TrimSpace(in(b.Text)))
			}
			return was, strings.TrimSpace(in(after.Text))
		}
		same := func(was []string, is string) bool { return strings.Join(was, " ") == is }
		instead = instead || same(words(func(t locale.Text) string { return t.In[l] })) && !same(words(func(t locale.Text) string { return t.In[t.Original] }))
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
	return NewRedline(old, now), in, instead
}

// ChangeWords says what happened to a passage; another says that its words are others, too.
func ChangeWords(f *frame.Frame, fate string, another bool) string {
	s := f.T("fate." + fate)
	if another {
		s += f.T("list.comma") + " " + f.T("fate.and_text")
	}
	return s
}

// Marked writes a redline out. What was put in and struck out is told by marks and, to those who hear
// the page, in words. It is written by hand because a template would put spaces between the runs.
func Marked(f *frame.Frame, r Redline, l locale.Lang) templ.Component {
	var b strings.Builder
	words := func(key string) {
		b.WriteString(`<span class="vh"`)
		if l != f.Lang {
			b.WriteString(` lang="` + string(f.Lang) + `"`)
		}
		b.WriteString("> " + html.EscapeString(f.T(key)) + " </span>")
	}
	i, j := 0, 0 // bytes of each text that are written
	for k, o := range r.Ops {
		n := len(o.Text)
		if k > 0 && o.Do != paper.Keep && r.Ops[k-1].Do != paper.Keep {
			b.WriteByte(' ') // what was struck out and what was put in do not touch; in Arabic their letters would join
		}
		switch o.Do {
		case paper.Insert:
			b.WriteString("<ins>")
			words("redline.added")
			b.WriteString(frame.RunsHTML(frame.CutRuns(r.now, j, j+n)) + "</ins>")
			j += n
		case paper.Delete:
			b.WriteString("<del>")
			words("redline.struck")
			b.WriteString(frame.RunsHTML(frame.CutRuns(r.old, i, i+n)) + "</del>")
			i += n
		default:
			b.WriteString(frame.RunsHTML(frame.CutRuns(r.now, j, j+n)))
			i, j = i+n, j+n
			continue
		}
		words("redline.end")
	}
	return templ.Raw(b.String())
}
