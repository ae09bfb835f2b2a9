package consultation

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
)

// Correction is what an author put right in what they sent. Its words stand at its position, named as those of the contribution are; what stood before stays where it stands.
type Correction struct {
	Position cite.Position
	At       time.Time
	By       string          // who corrected: a participant, u7
	Title    bool            // the line that says what it is about is another, or gone
	Reasoned bool            // a reason is among its words
	Parts    []CorrectedPart // those that say something else now
	Stands   cite.Position   // since when it is what the contribution says; 0 while it waits, and where it was withheld
	Withheld cite.Position   // where a moderator said that it is not published; 0 for nowhere
	Ground   string          // on which it was withheld
}

// CorrectedPart is the data of a part that says something else now.
type CorrectedPart struct {
	Part     int    `json:"part"`
	Bytes    int    `json:"bytes"`
	Wording  int    `json:"wording,omitempty"`
	Likeness uint64 `json:"likeness,omitempty"`
}

// Waits reports whether the correction is still to be decided on by a moderator.
func (k *Correction) Waits() bool { return k.Stands == 0 && k.Withheld == 0 }

// Of reports whether a part says something else by the correction.
func (k *Correction) Of(part int) bool {
	return slices.ContainsFunc(k.Parts, func(p CorrectedPart) bool { return p.Part == part })
}

// Fields lists the words that the correction puts right, as they are named.
func (k *Correction) Fields() (out []string) {
	if k.Title {
		out = append(out, FieldTitle)
	}
	for _, p := range k.Parts {
		out = append(out, TextField(p.Part), WordingField(p.Part))
	}
	return out
}

// Over gives what a contribution says with the correction, of what it said before and the words of the correction.
func (k *Correction) Over(before, said cite.Words) cite.Words {
	out := maps.Clone(before)
	for _, field := range k.Fields() {
		if delete(out, field); said[field] != "" {
			out[field] = said[field]
		}
	}
	return out
}

// Corrections lists what the author put right, oldest first: correction 1, 2, ...
func (b *State) Corrections(c cite.Ref) []Correction { return b.corrections.Get(c.Root()) }

// AllCorrections hands over what was ever put right, by contribution.
func (b *State) AllCorrections() iter.Seq2[cite.Ref, []Correction] { return b.corrections.All() }

// Correct folds what became of the corrections of a contribution; change is handed all of them to be changed. The last one is
// compared and counted by its words where it stands since this entry.
func (b *State) Correct(f cite.Fact, at cite.Entry, c cite.Ref, change func([]Correction) []Correction) error {
	if !b.has(c) {
		return b.gap(f, c)
	}
	all := change(slices.Clone(b.Corrections(c)))
	if len(all) == 0 {
		return b.gap(f, c)
	}
	b.corrections.Set(c, all)
	w := b.rows.Edit(c.Number() - 1)
	w.Changed, w.Corrected = at.Position, uint8(len(all))
	last := all[len(all)-1]
	if last.Stands != at.Position {
		return nil
	}
	if w.Status == Published {
		b.countPublished(w, -1)
	}
	for _, p := range last.Parts {
		if p.Part <= int(w.parts) {
			i := int(w.first) + p.Part - 1
			b.parts.Edit(i).likeness = p.Likeness
			b.recast = append(b.recast, uint32(i))
		}
	}
	w.likeness = 0
	for i := range int(w.parts) {
		w.likeness = w.likeness*LikenessStep + b.parts.At(int(w.first)+i).likeness
	}
	w.likeness = cmp.Or(w.likeness, uint64(w.Number))
	if w.Status == Published {
		b.countPublished(w, 1)
	}
	if w.Redacted {
		b.alone(w)
	}
	return nil
}

// FieldReason names the reason that an author gives for a correction.
const FieldReason = "reason"

// CorrectedField names the words of a correction, 1, 2, ..., where they stand beside those of the contribution.
func CorrectedField(field string, correction int) string {
	return field + "@" + strconv.Itoa(correction)
}

// In is what the mask is on: a field of the words of a correction, 1, 2, ..., or of the contribution as it came, 0.
func (m Mask) In() (field string, correction int) {
	field, n, some := strings.Cut(m.Field, "@")
	if correction, _ = strconv.Atoi(n); some && (correction < 1 || CorrectedField(field, correction) != m.Field) {
		correction = -1
	}
	return field, correction
}

// maskableIn reports whether a mask is on words that a correction has.
func (b *State) maskableIn(row Contribution, m Mask) bool {
	field, n := m.In()
	all := b.Corrections(row.Ref)
	if n < 1 || n > len(all) {
		return false
	}
	k := &all[n-1]
	switch field {
	case FieldTitle:
		return k.Title && m.To <= 4*MaxHeading
	case FieldReason:
		return k.Reasoned && m.To <= MaxReason
	}
	return slices.ContainsFunc(k.Parts, func(p CorrectedPart) bool {
		return field == TextField(p.Part) && m.To <= p.Bytes || field == WordingField(p.Part) && m.To <= p.Wording
	})
}
