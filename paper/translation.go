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
	Sources      map[Passage]string // of what is older: the original that it translates
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
	e := &Edition{Title: c.Title, Note: c.Note, Elements: c.Elements, index: map[cite.Ref]int{}}
	for i := range c.Elements {
		e.index[c.Elements[i].Ref] = i
	}
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
	out.Sources = map[Passage]string{}
	older := func(x Passage) bool {
		of, older := p.source(n, e, x, l)
		if older {
			out.Sources[x] = of
		}
		return older
	}
	out.TitleOlder, out.NoteOlder = older(TitlePassage), older(NotePassage)
	out.TitleMissing, out.NoteMissing = lacks(e.Title, l), lacks(e.Note, l)
	for i := range e.Elements {
		switch el := &e.Elements[i]; {
		case lacks(el.Text, l):
			out.Missing = append(out.Missing, i)
		case el.Ref != cite.None && older(PassageOf(el.Ref)):
			out.Older = append(out.Older, i)
		}
	}
	return out
}

// source follows the translation of a passage through the first n editions and the one behind them. Where it is older
// than its original, of is the original that it translates.
func (p *Paper) source(n int, e *Edition, x Passage, l locale.Lang) (of string, older bool) {
	var was locale.Text
	had := false
	for k := range n + 1 {
		now := e
		if k < n {
			now = p.Editions[k]
		}
		is, has := now.Passage(x)
		if original := was.In[was.Original]; had && has && overtaken(was, is, l, older) {
			if !older {
				of, older = original, true
			}
		} else {
			older = false
		}
		if older && now.released(x, l) { // it translates the original as it stands there
			older = false
		}
		was, had = is, has
	}
	if !older {
		of = ""
	}
	return of, older
}

// released reports whether a translation of a passage came after the edition.
func (e *Edition) released(x Passage, l locale.Lang) bool {
	if el, ok := e.Element(cite.Ref(x)); ok && el.Status[l] == "" { // each release says what it is
		return false
	}
	_, ok := e.Released(x, l)
	return ok
}

// Standing decides what the text of a passage of edition n, from 1, is to somebody who reads it in l: see
// locale.Standing. Of what the edition does not have it is locale.IsOriginal.
func (p *Paper) Standing(n int, x Passage, l locale.Lang) string {
	e, ok := p.Edition(n)
	if !ok {
		return locale.IsOriginal
	}
	text, _ := e.Passage(x)
	_, older := p.source(n-1, e, x, l)
	return text.Standing(l, e.StatusOf(x, l), older)
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
