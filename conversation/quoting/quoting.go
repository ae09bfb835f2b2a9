// Package quoting reads what may be quoted: the words of points, of answers and of papers, as an audience may read them. What is blacked out
// cannot be quoted, and what was taken away cannot either.
package quoting

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/quote"
)

// Record is where the state and the words are read.
type Record interface {
	// Read lends the state of a conversation, and returns when what was seen is durable.
	Read(ctx context.Context, slug string, f func(*conversation.State) error) (cite.Position, error)
	// Words reads the words of entries.
	Words(ctx context.Context, slug string, at []cite.Position) (map[cite.Position]cite.Words, error)
	// Now is the instant at which it is read.
	Now() time.Time
}

// Read lends what everybody may read.
func Read(ctx context.Context, from Record, slug string, f func(*conversation.Reading)) (r *conversation.Reading, err error) {
	_, err = from.Read(ctx, slug, func(st *conversation.State) error {
		r = conversation.NewReading(st, conversation.Readers, from.Now())
		defer r.Close()
		f(r)
		return nil
	})
	return r, err
}

// Texts are the texts of references as everybody can read them. Of a range of bytes it is what stands in it; nothing where that cuts a word or a
// character in two, or touches what is blacked out.
func Texts(ctx context.Context, from Record, slug string, refs []cite.Ref) (map[cite.Ref][]string, error) {
	out := map[cite.Ref][]string{}
	all, err := Stored(ctx, from, slug, refs)
	for r, texts := range all {
		at, ranged := r.Span()
		for _, t := range texts {
			if !ranged {
				out[r] = append(out[r], t.Words)
			} else if words, ok := t.cut(at); ok && t.of(r) {
				out[r] = append(out[r], words)
			}
		}
	}
	return out, err
}

// Range is the reference of the range of bytes of a source in which words stand as everybody can read them, whole words at both ends; ok is false
// where they stand nowhere in it so, or nowhere that can be cited by range.
func Range(ctx context.Context, from Record, slug string, r cite.Ref, words string) (of cite.Ref, ok bool, err error) {
	all, err := Stored(ctx, from, slug, []cite.Ref{r})
	for _, t := range all[r] {
		//mutants:guard a range behind what is blacked out would tell how long that is
		if t.Ref == cite.None || len(t.black) > 0 || words == "" {
			continue
		}
		if at, found := quote.Find(t.raw, words); found {
			return t.Ref + cite.Ref(at.String()), true, err
		}
	}
	return cite.None, false, err
}

// Stored reads the texts of references.
func Stored(ctx context.Context, from Record, slug string, refs []cite.Ref) (map[cite.Ref][]Text, error) {
	var sources *Sources
	r, err := Read(ctx, from, slug, func(r *conversation.Reading) { sources = New(r, refs) })
	if err != nil {
		return nil, err
	}
	words, err := from.Words(ctx, slug, r.Needed(sources.Need()))
	if err != nil {
		return nil, err
	}
	return sources.Texts(words, r.Show(words)), nil
}

// Text is a text of a source.
type Text struct {
	Words string   // as everybody can read them
	Ref   cite.Ref // by which a range of its bytes is cited; None where it cannot be
	raw   string   // the stored text whose bytes are counted, "" where that is not what is read
	black []cite.Span
}

// of reports whether a reference with a range is of this text.
func (t Text) of(r cite.Ref) bool {
	head, _, _ := strings.Cut(string(r), "[")
	return t.Ref == cite.Ref(head)
}

// cut is what stands in a range of the stored text.
func (t Text) cut(at cite.Span) (string, bool) {
	//mutants:guard what is blacked out cannot be quoted by where it stands
	if slices.ContainsFunc(t.black, func(s cite.Span) bool { return s.From < at.To && at.From < s.To }) {
		return "", false
	}
	return quote.Cut(t.raw, at)
}

// Sources are texts that are cited.
type Sources struct {
	points  map[cite.Ref]cite.Position
	masks   map[cite.Ref][]consultation.Mask
	answers map[cite.Ref][]consultation.Reason
	texts   map[cite.Ref][]Text // of papers: they are never erased
}

// New finds where the words of references stand.
func New(st *conversation.Reading, refs []cite.Ref) *Sources {
	s := &Sources{points: map[cite.Ref]cite.Position{}, masks: map[cite.Ref][]consultation.Mask{}, answers: map[cite.Ref][]consultation.Reason{}, texts: map[cite.Ref][]Text{}}
	for _, r := range refs {
		switch r.Kind() {
		case 'c':
			if row, ok := st.Consultation.Row(r); ok && row.Status == consultation.Published {
				s.points[r], s.masks[r] = row.Position, st.Consultation.Masks(r)
			}
		case 'd':
			if d, ok := st.Consultation.Disposition(r); ok {
				for _, l := range locale.All {
					if reason, ok := d.Reasons[l]; ok {
						s.answers[r] = append(s.answers[r], reason)
					}
				}
			}
		case 'p':
			if e, ok := st.Papers.Edition(r); ok {
				if el, ok := e.Element(r.Element()); ok {
					s.texts[r] = textsOf(cite.Element(e.Ref, r.ElementNumber()), el.Text)
				}
			}
		}
	}
	return s
}

// textsOf are the text of an element in all its languages.
func textsOf(x cite.Ref, t locale.Text) (out []Text) {
	for _, l := range locale.All {
		if text := t.In[l]; text != "" {
			out = append(out, Text{Words: text, Ref: x + cite.Ref("."+string(l)), raw: text})
		}
	}
	return out
}

// Need lists the entries whose words are wanted.
func (s *Sources) Need() (out []cite.Position) {
	for _, at := range s.points {
		out = append(out, at)
	}
	for _, all := range s.answers {
		for _, r := range all {
			out = append(out, r.At)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Texts are the texts of each reference, from the words as they are stored and as Reading.Show gives them.
func (s *Sources) Texts(stored, shown map[cite.Position]cite.Words) map[cite.Ref][]Text {
	out := map[cite.Ref][]Text{}
	for r, texts := range s.texts {
		out[r] = texts
	}
	for r, at := range s.points {
		n := strconv.Itoa(r.PartNumber())
		if t := (Text{Words: shown[at][n+".text"], Ref: cite.Part(r.Root(), r.PartNumber())}); t.Words != "" {
			t.masked(s.masks[r], n+".text", stored[at][n+".text"])
			out[r] = append(out[r], t)
		}
		if text := shown[at][n+".wording"]; text != "" {
			out[r] = append(out[r], Text{Words: text})
		}
	}
	for r, all := range s.answers {
		for _, reason := range all {
			if text := shown[reason.At][reason.Key]; text != "" {
				out[r] = append(out[r], Text{Words: text})
			}
		}
	}
	return out
}

// masked says whose bytes are counted: those of the stored text, with what is blacked out in it; where its author put other words in its
// place, of those, unless some of them are black.
func (t *Text) masked(masks []consultation.Mask, field, stored string) {
	for _, m := range masks {
		if m.Field == field {
			t.black = append(t.black, m.Span())
		}
	}
	switch {
	case cite.Blacken(stored, t.black) == t.Words:
		t.raw = stored
	case !strings.Contains(t.Words, cite.Bar):
		t.raw = t.Words
	}
}
