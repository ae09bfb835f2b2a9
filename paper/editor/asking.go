package editor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// askedAgain is how long nobody is asked again for the same draft.
const askedAgain = 24 * time.Hour

// Ask asks those of some people to read who did not write all of what waits for a second reader, and not whoever asks. read says of which
// sentences somebody else has said something.
func (w *Sheet) Ask(by string, people []string, now time.Time, read func(*paper.Element) bool) (paper.Asking, error) {
	x := paper.Asking{At: now, To: map[string]int{}}
	//mutants:guard nobody is flooded with letters
	if now.Sub(w.Asked) < askedAgain {
		return x, refusal.New(refusal.NotNow, "draft.asked")
	}
	waits := 0
	for i := range w.Elements {
		e := &w.Elements[i]
		sentence := e.Kind == paper.Paragraph || e.Kind == paper.Question
		if !sentence || read(&paper.Element{Text: locale.Text{Original: w.Original, In: e.Text}, Cites: e.Cites, Wrote: e.Wrote}) {
			continue
		}
		waits++
		for _, p := range people {
			//mutants:guard nobody is asked to read what they wrote, nor by themselves
			if p != by && !slices.Contains(e.Wrote, p) {
				x.To[p]++
			}
		}
	}
	switch {
	case waits == 0:
		return x, refusal.New(refusal.NotNow, "draft.all_read")
	case len(x.To) == 0:
		return x, refusal.New(refusal.NotNow, "draft.nobody_to_ask")
	}
	w.Asked = now
	return x, nil
}
