package compiler

import (
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// House is what considerations rest on.
type House struct {
	Papers       *paper.State
	Consultation *consultation.State
	// Readable reports whether everybody can read the words of a reference.
	Readable func(cite.Ref) bool
}

// Paper is what is checked.
type Paper struct {
	Itself   cite.Ref // the paper that gets another edition; None for a new one
	Original locale.Lang
	Elements []paper.Element
	// Publisher is the participant who publishes it; "" while nobody does. They are no second reader of any of it.
	Publisher string
	// Words are the texts of each source as everybody can read them; nil where nothing shall be said of quotations.
	Words map[cite.Ref][]string
}

// Finding is one thing that stands in the way of publishing.
type Finding struct {
	Element int // where it stands among the elements, from 0; -1 where it is of the paper as a whole
	*refusal.Refusal
}

// Whole is the place of what is of the paper as a whole.
const Whole = -1

// Compile lists what stands in the way of publishing considerations, in the order of the sentences; what is of the whole paper comes last.
// It takes one walk over everything that was said, however many sentences there are.
func (h *House) Compile(p Paper) (out []Finding) {
	k := h.count(p)
	for i := range p.Elements {
		el := &p.Elements[i]
		if el.Kind != paper.Paragraph && el.Kind != paper.Question {
			continue
		}
		say := func(key string, args ...any) {
			out = append(out, Finding{i, found(i, el, key, args)})
		}
		if n := sentences(el.Text.In[p.Original]); n > 1 {
			say("sentences", "count", n)
		}
		h.sources(p, el, say)
		quotations(p, el, say)
		k.quantifiers(el, i, say)
		h.secondReader(p, el, say)
	}
	for _, m := range k.leftOut(h) {
		out = append(out, Finding{Whole, m})
	}
	return out
}

// found is a finding about an element, called by its number, or by its place where it has none.
func found(i int, el *paper.Element, key string, args []any) *refusal.Refusal {
	n := el.Number
	if n == "" {
		n = strconv.Itoa(i + 1)
	}
	return refusal.In("elements", "compiler."+key, append([]any{"n", n}, args...)...)
}

// sources looks up what a sentence cites: something, that can be read, and that does not lead back to this paper.
func (h *House) sources(p Paper, el *paper.Element, say func(string, ...any)) {
	if len(el.Cites) == 0 {
		say("unsourced")
	}
	for _, r := range el.Cites {
		switch {
		case !h.Readable(r):
			say("gone", "ref", string(r))
		case h.Circular(p.Itself, r):
			say("circle", "ref", string(r))
		}
	}
}

// Circular reports whether a source rests on a paper itself, perhaps through other considerations: then each would bear out the other,
// and nobody either.
func (h *House) Circular(itself, source cite.Ref) bool {
	seen := map[cite.Ref]bool{}
	var leads func(r cite.Ref) bool
	leads = func(r cite.Ref) bool {
		if r.Kind() != 'p' || seen[r] {
			return false
		}
		seen[r] = true
		if itself != cite.None && r.Root() == itself {
			return true
		}
		e, ok := h.Papers.Edition(r)
		if !ok || e.Kind != paper.Considerations {
			return false
		}
		el, ok := e.Element(r.Element())
		return ok && slices.ContainsFunc(el.Cites, leads)
	}
	return leads(source)
}

// secondReader looks up what was said of a sentence by somebody who did not write it and does not publish it.
func (h *House) secondReader(p Paper, el *paper.Element, say func(string, ...any)) {
	none := []string{p.Publisher}
	marks := h.Papers.Marks(el.Seal(), append(none, el.Wrote...))
	//mutants:guard a sentence that nobody but its writer has read against its sources is not published
	if len(marks) == 0 {
		say("unread")
		return
	}
	//mutants:guard a sentence that a second reader found unsupported is not published
	if slices.ContainsFunc(marks, func(m paper.Mark) bool { return m.Verdict == paper.NotSupported }) {
		say("unsupported")
	}
}

// Quotes reports whether any sentence of considerations quotes something.
func Quotes(c paper.Publish) bool {
	return c.Kind == paper.Considerations && slices.ContainsFunc(c.Elements, func(el paper.Element) bool {
		return len(Quotations(el.Text.In[c.Title.Original])) > 0
	})
}

// Quoted is what is wrong with the quotations of considerations, by the texts of what they cite as everybody can read them.
func Quoted(c paper.Publish, words map[cite.Ref][]string) (no refusal.Several) {
	p := Paper{Original: c.Title.Original, Words: words}
	for i := range c.Elements {
		quotations(p, &c.Elements[i], func(key string, args ...any) {
			no = append(no, found(i, &c.Elements[i], key, args))
		})
	}
	return no
}

// Publish is what stands in the way of publishing, for a rule of the record: nothing is said about quotations, because the record's state
// has no words. Whoever asks looks these up first.
func (h *House) Publish(act cite.Act, c paper.Publish) error {
	no := h.final(act, c)
	if c.Kind != paper.Considerations {
		return no.Or()
	}
	for _, f := range h.Compile(Paper{Itself: c.Paper, Original: c.Title.Original, Elements: c.Elements, Publisher: act.By}) {
		no = append(no, f.Refusal)
	}
	return no.Or()
}
