package editor

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Sentences are the sentences of a draft as they stood, by the numbers of their passages.
type Sentences map[int]sentence

type sentence struct {
	text  string
	cites []cite.Ref
}

// Sentences notes how the sentences stand, for Sign.
func (w *Sheet) Sentences() Sentences {
	out := make(Sentences, len(w.Elements))
	for i := range w.Elements {
		out[w.Elements[i].ID] = w.sentence(i)
	}
	return out
}

// Seals are the seals that the sentences had, in an original.
func (s Sentences) Seals(original locale.Lang) (out []paper.Seal) {
	for _, x := range s {
		out = append(out, paper.SealOf(original, x.text, x.cites))
	}
	return out
}

func (w *Sheet) sentence(i int) sentence {
	e := &w.Elements[i]
	return sentence{strings.TrimSpace(e.Text[w.Original]), e.Cites}
}

// Sign notes of every sentence that says something else than it did, or rests on something else, who wrote that: a participant, by their
// reference. Nobody is the second reader of what they wrote. Where marked says that a second reader had said something of the sentence as it
// was, its seal is kept: that was said of other words or sources than it has now.
func (w *Sheet) Sign(before Sentences, by string, marked func(paper.Seal) bool) {
	for i := range w.Elements {
		e := &w.Elements[i]
		was, is := before[e.ID], w.sentence(i)
		if e.Kind != paper.Paragraph && e.Kind != paper.Question || is.text == was.text && slices.Equal(is.cites, was.cites) {
			continue
		}
		if seal := paper.SealOf(w.Original, was.text, was.cites); marked(seal) {
			e.Sealed = seal
		}
		//mutants:guard whoever changes what a sentence says or rests on has written it
		if by != "" && !slices.Contains(e.Wrote, by) {
			e.Wrote = append(slices.Clip(e.Wrote), by)
		}
	}
}
