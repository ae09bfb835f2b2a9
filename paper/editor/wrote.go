package editor

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
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

func (w *Sheet) sentence(i int) sentence {
	e := &w.Elements[i]
	return sentence{strings.TrimSpace(e.Text[w.Original]), e.Cites}
}

// Sign notes of every sentence that says something else than it did, or rests on something else, who wrote that: a participant, by their
// reference. Nobody is the second reader of what they wrote.
func (w *Sheet) Sign(before Sentences, by string) {
	if by == "" {
		return
	}
	for i := range w.Elements {
		e := &w.Elements[i]
		was, is := before[e.ID], w.sentence(i)
		if e.Kind != paper.Paragraph && e.Kind != paper.Question || is.text == was.text && slices.Equal(is.cites, was.cites) || slices.Contains(e.Wrote, by) {
			continue
		}
		e.Wrote = append(slices.Clip(e.Wrote), by)
	}
}
