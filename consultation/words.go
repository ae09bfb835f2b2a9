package consultation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// WordsOf lists where the words of a contribution stand: its own, as they came and corrected, the reasons for withholding
// them, which may repeat them, and what its author said of the answers.
func (b *State) WordsOf(contribution cite.Ref) []cite.Position {
	row, ok := b.Row(contribution)
	if !ok {
		return nil
	}
	at := append([]cite.Position{row.Position}, b.WithheldAt(row.Ref)...)
	for _, k := range b.Corrections(row.Ref) {
		at = append(at, k.Position)
		//mutants:guard what was said of a correction goes with it
		if k.Withheld != 0 {
			at = append(at, k.Withheld)
		}
	}
	for n := 1; n <= row.Parts; n++ {
		for _, r := range b.Reactions(cite.Part(row.Ref, n)) {
			if r.Worded {
				at = append(at, r.Position)
			}
		}
	}
	return at
}

// Written is the language of a published part, or of one of its author's words on the answers, counted from 1; ok is
// false where there is no such thing, or it is not published.
func (b *State) Written(part cite.Ref, reaction int) (l locale.Lang, ok bool) {
	row, ok := b.Row(part)
	n := part.PartNumber()
	if !ok || row.Status != Published || n < 1 || n > row.Parts {
		return "", false
	}
	if reaction <= 0 {
		return b.Part(row.Ref, n).Language, true
	}
	rs := b.Reactions(part)
	if reaction > len(rs) || !rs[reaction-1].Worded {
		return "", false
	}
	return rs[reaction-1].Language, true
}

// PublishedParts lists the published parts that a disposition answers now, in the order of the answer.
func (b *State) PublishedParts(d *Disposition) []cite.Ref {
	out := make([]cite.Ref, 0, d.Current)
	for _, r := range d.Parts {
		now, _ := b.Answer(r)
		if row, ok := b.Row(r); ok && now == d.Ref && row.Status == Published {
			out = append(out, r)
		}
	}
	return out
}

// Stances counts parties by their own explicit answer to one question. Of several answers of one party to
// the same question the last one counts.
type Stances struct {
	Yes           int `json:"yes"`
	InPart        int `json:"in_part"`
	No            int `json:"no"`
	WrongQuestion int `json:"wrong_question"`
}

// Parties is how many parties answered.
func (s Stances) Parties() int { return s.Yes + s.InPart + s.No + s.WrongQuestion }

// Add counts one party's answer; NoStance is none.
func (s *Stances) Add(v Stance) {
	switch v {
	case Yes:
		s.Yes++
	case InPart:
		s.InPart++
	case No:
		s.No++
	case WrongQuestion:
		s.WrongQuestion++
	}
}
