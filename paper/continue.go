package paper

import (
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
)

// Bounds of the likeness at which an imported element is taken for one of the edition before. A likeness
// is that of locale.Bag, from 0 to 1.
const (
	alikeEnough = 0.6  // below it the element is new
	alikeMargin = 0.15 // nothing else may come this close, or nobody can say which it is
)

// Continue gives the elements of a draft that carry no reference those of the edition before that they go
// on from, as far as the words leave no doubt: an element of the same kind with the same words, or with
// words more alike than any other's by a clear margin, both ways. The rest stays new, and what is left of
// the edition before shows as deleted: whoever drafts sees both and can join them by hand. The draft is
// made the next edition of e's paper.
func (e *Edition) Continue(d *Draft) {
	d.Paper, d.Base = e.Ref.Root(), e.Ref.EditionNumber()
	taken := map[cite.Ref]bool{}
	for i := range d.Elements {
		if x := d.Elements[i].Ref; x != cite.None {
			taken[x] = true
		}
	}
	var old, fresh []int
	for i := range e.Elements {
		if !taken[e.Elements[i].Ref] {
			old = append(old, i)
		}
	}
	for j := range d.Elements {
		if d.Elements[j].Ref == cite.None {
			fresh = append(fresh, j)
		}
	}
	lang := d.Original
	oldBags, newBags := make([]locale.Bag, len(old)), make([]locale.Bag, len(fresh))
	oldHeld, newHeld := make([]locale.Bag, len(old)), make([]locale.Bag, len(fresh))
	for a, i := range old {
		oldBags[a] = locale.BagOf(markup.Plain(e.Elements[i].Text.In[lang]))
		oldHeld[a] = locale.BagOf(held(len(e.Elements), i, func(k int) (string, string) { return e.Elements[k].Kind, markup.Plain(e.Elements[k].Text.In[lang]) }))
	}
	for b, j := range fresh {
		newBags[b] = locale.BagOf(markup.Plain(d.Elements[j].Text[lang]))
		newHeld[b] = locale.BagOf(held(len(d.Elements), j, func(k int) (string, string) { return d.Elements[k].Kind, markup.Plain(d.Elements[k].Text[lang]) }))
	}
	// The best and the next best likeness of each, both ways.
	type best struct {
		with         int
		first, again float64
		words        float64 // the best by its own words alone, without what it holds
	}
	forOld, forNew := make([]best, len(old)), make([]best, len(fresh))
	note := func(x *best, with int, v float64) {
		switch {
		case v > x.first:
			x.with, x.first, x.again = with, v, x.first
		case v > x.again:
			x.again = v
		}
	}
	for a, i := range old {
		for b, j := range fresh {
			if e.Elements[i].Kind != d.Elements[j].Kind {
				continue
			}
			words := oldBags[a].Likeness(newBags[b])
			v := (words + oldHeld[a].Likeness(newHeld[b])) / 2
			note(&forOld[a], b, v)
			note(&forNew[b], a, v)
			forOld[a].words, forNew[b].words = max(forOld[a].words, words), max(forNew[b].words, words)
		}
	}
	for a, i := range old {
		x := forOld[a]
		y := best{}
		if x.first > 0 {
			y = forNew[x.with]
		}
		if x.first < alikeEnough || y.with != a || x.first-x.again < alikeMargin || y.first-y.again < alikeMargin {
			continue
		}
		if w := oldBags[a].Likeness(newBags[x.with]); w < alikeEnough || w < x.words || w < y.words {
			continue // what it holds speaks for it, its own words for another
		}
		e.goOn(d, i, fresh[x.with])
	}
	e.continueHeld(d)
}

// goOn makes element j of a draft the next edition's form of element i.
func (e *Edition) goOn(d *Draft, i, j int) {
	was, el := &e.Elements[i], &d.Elements[j]
	el.Ref = was.Ref
	if len(el.Subjects) == 0 {
		el.Subjects = was.Subjects
	}
	if len(el.Crosscutting) == 0 {
		el.Crosscutting = was.Crosscutting
	}
	el.Stance = el.Stance || was.Stance // Markdown cannot say it
	for l, s := range was.Text.In {     // translations of words that did not change
		if l != d.Original && el.Text[l] == "" && strings.TrimSpace(el.Text[d.Original]) == strings.TrimSpace(was.Text.In[d.Original]) {
			el.Text[l] = s
		}
	}
}

// continueHeld looks again at what is left, holder by holder, from the widest kind to the narrowest: under what
// goes on, equal words go on (where they stand several times, as often before as now, the first is the first), and
// then a single element that is left on both sides, if its words are alike.
func (e *Edition) continueHeld(d *Draft) {
	words := func(in map[locale.Lang]string) string { return strings.TrimSpace(in[d.Original]) }
	for lv := range levels {
		for _, equal := range []bool{true, false} {
			key := func(holder cite.Ref, in map[locale.Lang]string) place {
				if equal {
					return place{holder, words(in)}
				}
				return place{holder: holder}
			}
			was, is := e.left(d, lv, key), d.left(lv, key)
			for p, js := range is {
				alike := equal && p.words != "" || !equal && len(js) == 1 && len(was[p]) == 1 &&
					locale.BagOf(words(e.Elements[was[p][0]].Text.In)).Likeness(locale.BagOf(words(d.Elements[js[0]].Text))) >= alikeEnough
				if !alike || len(js) != len(was[p]) {
					continue
				}
				for n, j := range js {
					e.goOn(d, was[p][n], j)
				}
			}
		}
	}
}

// place is where an element stands: what holds it, and its words where they count.
type place struct {
	holder cite.Ref
	words  string
}

// left lists the elements of a kind that no element of a draft goes on from, by place.
func (e *Edition) left(d *Draft, lv int, key func(cite.Ref, map[locale.Lang]string) place) map[place][]int {
	taken := map[cite.Ref]bool{}
	for j := range d.Elements {
		taken[d.Elements[j].Ref] = true
	}
	out := map[place][]int{}
	for i := range e.Elements {
		if el := &e.Elements[i]; level(el.Kind) == lv && !taken[el.Ref] {
			p := key(e.Holder(el.Ref), el.Text.In)
			out[p] = append(out[p], i)
		}
	}
	return out
}

// left lists the elements of a kind that are new and are held by what goes on, by place.
func (d *Draft) left(lv int, key func(cite.Ref, map[locale.Lang]string) place) map[place][]int {
	out := map[place][]int{}
	var last [levels]int // the newest element of each kind, from 1
	for j := range d.Elements {
		el := &d.Elements[j]
		k := level(el.Kind)
		if k < 0 {
			continue
		}
		if k == lv && el.Ref == cite.None {
			holder, known := cite.None, true
			for up := k - 1; up >= 0; up-- {
				if last[up] > 0 {
					holder = d.Elements[last[up]-1].Ref
					known = holder != cite.None
					break
				}
			}
			if known {
				p := key(holder, el.Text)
				out[p] = append(out[p], j)
			}
		}
		last[k] = j + 1
		clear(last[k+1:])
	}
	return out
}

// held is the text of element i and, of a theme or an issue, of all it holds: two issues may have one
// heading.
func held(n, i int, element func(int) (kind, text string)) string {
	kind, text := element(i)
	if kind != Theme && kind != Issue {
		return text
	}
	var b strings.Builder
	b.WriteString(text)
	for k := i + 1; k < n; k++ {
		inner, text := element(k)
		if level(inner) <= level(kind) {
			break
		}
		b.WriteByte(' ')
		b.WriteString(text)
	}
	return b.String()
}
