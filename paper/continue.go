package paper

import (
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
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
		oldBags[a] = locale.BagOf(e.Elements[i].Text.In[lang])
		oldHeld[a] = locale.BagOf(held(len(e.Elements), i, func(k int) (string, string) { return e.Elements[k].Kind, e.Elements[k].Text.In[lang] }))
	}
	for b, j := range fresh {
		newBags[b] = locale.BagOf(d.Elements[j].Text[lang])
		newHeld[b] = locale.BagOf(held(len(d.Elements), j, func(k int) (string, string) { return d.Elements[k].Kind, d.Elements[k].Text[lang] }))
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
		el := &d.Elements[fresh[x.with]]
		el.Ref = e.Elements[i].Ref
		if len(el.Subjects) == 0 {
			el.Subjects = e.Elements[i].Subjects
		}
		if len(el.Crosscutting) == 0 {
			el.Crosscutting = e.Elements[i].Crosscutting
		}
		el.Stance = el.Stance || e.Elements[i].Stance // Markdown cannot say it
		for l, s := range e.Elements[i].Text.In {     // translations of words that did not change
			if l != lang && el.Text[l] == "" && strings.TrimSpace(el.Text[lang]) == strings.TrimSpace(e.Elements[i].Text.In[lang]) {
				el.Text[l] = s
			}
		}
	}
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
