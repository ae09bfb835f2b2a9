package editor

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// maxCites is how many sources are put to one sentence at most.
const maxCites = 200

// Cite puts a source to a sentence, behind those that it has, whoever has put another to it meanwhile. seen is the mark of the sentence's
// words (TextMark) as whoever cites had read them: sources are chosen for words, so words that were changed since get none.
func (w *Sheet) Cite(id int, r cite.Ref, seen string) error {
	return w.sourced(id, seen, func(e *paper.DraftElement) error {
		switch {
		case slices.Contains(e.Cites, r):
			return nil
		case len(e.Cites) >= maxCites:
			return refusal.New(refusal.TooLarge, "draft.cites", "max", maxCites)
		}
		e.Cites = append(slices.Clip(e.Cites), r)
		return nil
	})
}

// Uncite takes a source off a sentence. Those that somebody else has put to it meanwhile stay.
func (w *Sheet) Uncite(id int, r cite.Ref, seen string) error {
	return w.sourced(id, seen, func(e *paper.DraftElement) error {
		e.Cites = slices.DeleteFunc(slices.Clone(e.Cites), func(x cite.Ref) bool { return x == r })
		return nil
	})
}

// Quote puts words of a source at the end of a sentence, between the quotation marks of its language, and has it cite the range of the source
// in which they stand, in the place of the source as a whole where it cited that.
func (w *Sheet) Quote(id int, r cite.Ref, words, seen string) error {
	return w.sourced(id, seen, func(e *paper.DraftElement) error {
		head, _, _ := strings.Cut(string(r), "[")
		whole := slices.IndexFunc(e.Cites, func(x cite.Ref) bool {
			return string(x) == head || x.Kind() == 'p' && string(x)+"."+lastOf(head) == head
		})
		switch {
		case slices.Contains(e.Cites, r):
		case whole >= 0:
			e.Cites = slices.Clone(e.Cites)
			e.Cites[whole] = r
		case len(e.Cites) >= maxCites:
			return refusal.New(refusal.TooLarge, "draft.cites", "max", maxCites)
		default:
			e.Cites = append(slices.Clip(e.Cites), r)
		}
		e.Text = texts(e.Text)
		e.Text[w.Original] = quoted(e.Text[w.Original], words, w.Original)
		return nil
	})
}

// lastOf is the last piece of a reference: "en" of "p1.e2.x3.en".
func lastOf(r string) string { return r[strings.LastIndexByte(r, '.')+1:] }

// quoted is a text with words between quotation marks at its end, before the full stop that ends it.
func quoted(text, words string, l locale.Lang) string {
	text = strings.TrimSpace(text)
	end := ""
	for _, stop := range []string{".", "。"} {
		if rest, ok := strings.CutSuffix(text, stop); ok {
			text, end = strings.TrimSpace(rest), stop
			break
		}
	}
	if text != "" && l != "zh" {
		text += " "
	}
	pairs := append([][2]string{marks[l]}, marks["en"], marks["es"], [2]string{"\"", "\""})
	m := pairs[max(0, slices.IndexFunc(pairs, func(m [2]string) bool {
		return m[0] != "" && !strings.Contains(words, strings.TrimSpace(m[0])) && !strings.Contains(words, strings.TrimSpace(m[1]))
	}))]
	return text + m[0] + words + m[1] + end
}

// marks are the quotation marks of each language, with the space that stands inside of them.
var marks = map[locale.Lang][2]string{"ar": {"«", "»"}, "en": {"“", "”"}, "es": {"«", "»"}, "fr": {"«\u00a0", "\u00a0»"}, "ru": {"«", "»"}, "zh": {"“", "”"}}

// sourced changes the sources of a sentence whose words are those that were seen.
func (w *Sheet) sourced(id int, seen string, do func(*paper.DraftElement) error) error {
	return w.rework(func() error {
		i := w.Place(id)
		if i < 0 {
			return gone()
		}
		e := &w.Elements[i]
		//mutants:guard nobody puts a source to words that they have not read
		if TextMark(e.Text[w.Original]) != seen {
			return &refusal.Refusal{Kind: refusal.Conflict, Key: "draft.sentence_moved", Field: "text"}
		}
		return do(e)
	})
}
