package paper

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Translation is how far an edition, or a draft of one, is translated into a language. It is computed from the
// editions alone: what nobody wrote is missing, and what kept its words while the original got others is older
// than its original.
type Translation struct {
	Missing      []int // elements without words in the language, by their place in the edition from 0
	Older        []int // elements whose words are older than their original
	TitleMissing bool
	TitleOlder   bool
	NoteMissing  bool
	NoteOlder    bool
}

// LacksTexts counts the texts that are missing: elements, the title, the note.
func (t Translation) LacksTexts() int { return len(t.Missing) + trues(t.TitleMissing, t.NoteMissing) }

// OlderTexts counts the texts that are older than their original.
func (t Translation) OlderTexts() int { return len(t.Older) + trues(t.TitleOlder, t.NoteOlder) }

// Whole reports whether everything is translated as the original now stands. Only then can a translation be called
// official.
func (t Translation) Whole() bool { return t.LacksTexts()+t.OlderTexts() == 0 }

// Lacks reports whether element i is missing.
func (t Translation) Lacks(i int) bool { return in(t.Missing, i) }

// IsOlder reports whether element i is older than its original.
func (t Translation) IsOlder(i int) bool { return in(t.Older, i) }

func in(rising []int, i int) bool {
	_, ok := slices.BinarySearch(rising, i)
	return ok
}

func trues(all ...bool) (n int) {
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}

// Translation is that of edition n, from 1. The original is whole.
func (p *Paper) Translation(n int, l locale.Lang) Translation {
	e, ok := p.Edition(n)
	if !ok {
		return Translation{}
	}
	return p.translation(n-1, e, l)
}

// Translation is that of a draft, as it would be if it were published as the next edition of a paper (nil for a new
// one).
func (d Draft) Translation(p *Paper, l locale.Lang) Translation {
	c := d.Publish()
	e := &Edition{Title: c.Title, Note: c.Note, Elements: c.Elements}
	if p == nil {
		return (&Paper{}).translation(0, e, l)
	}
	return p.translation(len(p.Editions), e, l)
}

// translation is that of an edition behind the first n.
func (p *Paper) translation(n int, e *Edition, l locale.Lang) (out Translation) {
	if l == e.Title.Original {
		return out
	}
	var before *Edition
	old := map[cite.Ref]bool{} // what is older than its original, in the edition before
	title, note := false, false
	for k := range n + 1 {
		now := e
		if k < n {
			now = p.Editions[k]
		}
		next := map[cite.Ref]bool{}
		if before != nil {
			title, note = overtaken(before.Title, now.Title, l, title), overtaken(before.Note, now.Note, l, note)
		}
		for i := range now.Elements {
			el := &now.Elements[i]
			if was, ok := before.element(el.Ref); ok && overtaken(was.Text, el.Text, l, old[el.Ref]) {
				next[el.Ref] = true
			}
		}
		before, old = now, next
	}
	out.TitleMissing, out.TitleOlder = lacks(e.Title, l), title
	out.NoteMissing, out.NoteOlder = lacks(e.Note, l), note
	for i := range e.Elements {
		switch el := &e.Elements[i]; {
		case lacks(el.Text, l):
			out.Missing = append(out.Missing, i)
		case el.Ref != cite.None && old[el.Ref]:
			out.Older = append(out.Older, i)
		}
	}
	return out
}

// element is Element, for no edition as well.
func (e *Edition) element(x cite.Ref) (*Element, bool) {
	if e == nil || x == cite.None {
		return nil, false
	}
	return e.Element(x)
}

// lacks reports whether a text says something, and not in a language.
func lacks(t locale.Text, l locale.Lang) bool {
	return strings.TrimSpace(t.In[l]) == "" && strings.TrimSpace(t.In[t.Original]) != ""
}

// overtaken reports whether a translation kept its words while its original got others, now or already before.
func overtaken(was, is locale.Text, l locale.Lang, already bool) bool {
	if l == is.Original || lacks(is, l) || strings.TrimSpace(was.In[l]) != strings.TrimSpace(is.In[l]) {
		return false
	}
	return already || was.Original == is.Original && !sameText(was, is)
}
