package compiler

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/quote"
	"github.com/openplenary/plenary/refusal"
)

// House is what considerations rest on.
type House struct {
	Papers       *paper.State
	Consultation *consultation.State
	// Readable reports whether everybody can read the words of a reference.
	Readable func(cite.Ref) bool
	// Other reports whether a call takes something else than comments on its paper; nil where none does.
	Other func(call cite.Ref) bool
}

// Paper is what is checked.
type Paper struct {
	Itself   cite.Ref // the paper that gets another edition; None for a new one
	Original locale.Lang
	Title    locale.Text
	Note     locale.Text // that stands under its title
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
	title := func(key string, args ...any) {
		out = append(out, Finding{Whole, refusal.In("elements", "compiler.title_"+key, args...)})
	}
	heading(p.Title, title)
	claimless(p.Note, title)
	for i := range p.Elements {
		el := &p.Elements[i]
		say := func(key string, args ...any) {
			out = append(out, Finding{i, found(i, el, key, args)})
		}
		if !sentence(el) {
			heading(el.Text, func(key string, args ...any) { say("heading_"+key, args...) })
			continue
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

// sources looks up what a sentence cites: something that is one point, passage, answer, question or priority, that can be read, and that does not lead back to this paper.
func (h *House) sources(p Paper, el *paper.Element, say func(string, ...any)) {
	if len(el.Cites) == 0 {
		say("unsourced")
	}
	for _, r := range el.Cites {
		switch {
		//mutants:guard a whole paper, call or session is no source: nobody can read it against one sentence
		case !paper.Citable(paper.Cited(r)):
			say("source", "ref", string(r))
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
		if !ok || !paper.Compiled(e.Kind) {
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
	marks := h.Marks(el, append(none, el.Wrote...))
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

// sentence reports whether an element is a sentence, and no heading.
func sentence(el *paper.Element) bool { return el.Kind == paper.Paragraph || el.Kind == paper.Question }

// heading refuses a heading that is a sentence, or claims or quotes something: it has no sources of its own, and no second reader.
func heading(t locale.Text, say func(string, ...any)) {
	if !claimless(t, say) {
		return
	}
	for _, l := range locale.All {
		text := strings.TrimRight(t.In[l], closing)
		//mutants:guard what is a sentence has sources and a second reader, wherever it stands
		if sentences(text) > 1 || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "。") || clause(l, text) {
			say("sentence", "lang", string(l))
			return
		}
	}
}

// claimless reports whether a text that cites nothing claims nothing of those who spoke, and refuses it otherwise. The note under a title holds whole
// sentences, on how the paper was made.
func claimless(t locale.Text, say func(string, ...any)) bool {
	for _, l := range locale.All {
		all := claims(l, t.In[l])
		//mutants:guard nothing is claimed where nobody looks for its sources
		if len(all) > 0 {
			say("quantity", "lang", string(l), "term", all[0].term)
			return false
		}
		//mutants:guard nobody is quoted where nobody looks for the words
		if q := quote.All(t.In[l]); len(q) > 0 {
			say("quotation", "lang", string(l), "quotation", q[0])
			return false
		}
		//mutants:guard nobody is said to have said something where nobody looks whether they did
		if verb := tells(l, t.In[l]); verb != "" {
			say("speech", "lang", string(l), "term", verb)
			return false
		}
	}
	return true
}

// quotes reports whether a sentence has words of its sources: it quotes something, or cites a range of bytes.
func quotes(el *paper.Element, l locale.Lang) bool {
	return sentence(el) && (len(quote.All(el.Text.In[l])) > 0 || slices.ContainsFunc(el.Cites, ranged))
}

// ranged reports whether a reference is of a range of bytes.
func ranged(r cite.Ref) bool {
	_, ok := r.Span()
	return ok
}

// Quotes reports whether any sentence of considerations quotes something.
func Quotes(c paper.Publish) bool {
	return paper.Compiled(c.Kind) && slices.ContainsFunc(c.Elements, func(el paper.Element) bool { return quotes(&el, c.Title.Original) })
}

// Quoting lists what is cited by the sentences that quote something: nothing else is looked up for them.
func Quoting(c paper.Publish) []cite.Ref {
	return Sources(slices.DeleteFunc(slices.Clone(c.Elements), func(el paper.Element) bool { return !quotes(&el, c.Title.Original) }))
}

// Quoted is what is wrong with the quotations of considerations, by the texts of what they cite as everybody can read them.
func Quoted(c paper.Publish, words map[cite.Ref][]string) (no refusal.Several) {
	p := Paper{Original: c.Title.Original, Words: words}
	for i := range c.Elements {
		if !sentence(&c.Elements[i]) {
			continue // a heading quotes nothing, whatever it is
		}
		quotations(p, &c.Elements[i], func(key string, args ...any) {
			no = append(no, found(i, &c.Elements[i], key, args))
		})
	}
	return no
}

// Translated is what is wrong with the translation of a passage of considerations that comes after its edition: as in the edition itself, it says
// and quotes no more than the original.
func Translated(e *paper.Edition, p paper.Passage, l locale.Lang, text string) error {
	original, ok := e.Passage(p)
	if !ok || !paper.Compiled(e.Kind) {
		return nil
	}
	var no refusal.Several
	i := slices.IndexFunc(e.Elements, func(el paper.Element) bool { return paper.PassageOf(el.Ref) == p })
	el := &paper.Element{Kind: paper.Theme}
	if i >= 0 {
		el = &e.Elements[i]
	}
	say := func(key string, args ...any) {
		r := found(i, el, key, args)
		r.Field = "text"
		no = append(no, r)
	}
	of := "heading_"
	if i < 0 {
		of = "title_"
	}
	if sentence(el) {
		is := original.In[original.Original]
		translated(claims(original.Original, is), quote.All(is), l, text, say)
	} else if one := (locale.Text{In: map[locale.Lang]string{l: text}}); p == paper.NotePassage {
		claimless(one, func(key string, args ...any) { say(of+key, args...) })
	} else {
		heading(one, func(key string, args ...any) { say(of+key, args...) })
	}
	return no.Or()
}

// Publish is what stands in the way of publishing, for a rule of the record: nothing is said about quotations, because the record's state
// has no words. Whoever asks looks these up first.
func (h *House) Publish(act cite.Act, c paper.Publish) error {
	no := h.final(act, c)
	if !paper.Compiled(c.Kind) {
		return no.Or()
	}
	for _, f := range h.Compile(Paper{Itself: c.Paper, Original: c.Title.Original, Title: c.Title, Note: c.Note, Elements: c.Elements, Publisher: act.By}) {
		no = append(no, f.Refusal)
	}
	return no.Or()
}

// TranslatePassage looks up whether the translation of a passage of considerations says more than the original.
func (h *House) TranslatePassage(act cite.Act, c paper.TranslatePassage) (cite.Proposal, error) {
	f, err := h.Papers.TranslatePassage(act, c)
	if e, ok := h.Papers.Edition(c.Edition); ok && err == nil {
		err = Translated(e, c.Passage, c.Language, c.Text)
	}
	return f, err
}
