// Package quoting reads what may be quoted: the words of points, of answers and of papers, as an audience may read them. What is blacked out
// cannot be quoted, and what was taken away cannot either.
package quoting

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
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

// Texts are the texts of references as everybody can read them.
func Texts(ctx context.Context, from Record, slug string, refs []cite.Ref) (map[cite.Ref][]string, error) {
	var sources *Sources
	r, err := Read(ctx, from, slug, func(r *conversation.Reading) { sources = New(r, refs) })
	if err != nil {
		return nil, err
	}
	words, err := from.Words(ctx, slug, r.Needed(sources.Need()))
	if err != nil {
		return nil, err
	}
	return sources.Texts(r.Show(words)), nil
}

// Sources are texts that are cited.
type Sources struct {
	points  map[cite.Ref]cite.Position
	answers map[cite.Ref][]consultation.Reason
	texts   map[cite.Ref][]string // of papers: they are never erased
}

// New finds where the words of references stand.
func New(st *conversation.Reading, refs []cite.Ref) *Sources {
	s := &Sources{points: map[cite.Ref]cite.Position{}, answers: map[cite.Ref][]consultation.Reason{}, texts: map[cite.Ref][]string{}}
	for _, r := range refs {
		switch r.Kind() {
		case 'c':
			if row, ok := st.Consultation.Row(r); ok && row.Status == consultation.Published {
				s.points[r] = row.Position
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
					s.texts[r] = textsOf(el.Text)
				}
			}
		}
	}
	return s
}

// textsOf are a text in all its languages.
func textsOf(t locale.Text) (out []string) {
	for _, l := range locale.All {
		if t.In[l] != "" {
			out = append(out, t.In[l])
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

// Texts are the texts of each reference, from the words as Reading.Show gives them.
func (s *Sources) Texts(words map[cite.Position]cite.Words) map[cite.Ref][]string {
	out := map[cite.Ref][]string{}
	for r, texts := range s.texts {
		out[r] = texts
	}
	for r, at := range s.points {
		n := strconv.Itoa(r.PartNumber())
		for _, field := range []string{n + ".text", n + ".wording"} {
			if text := words[at][field]; text != "" {
				out[r] = append(out[r], text)
			}
		}
	}
	for r, all := range s.answers {
		for _, reason := range all {
			if text := words[reason.At][reason.Key]; text != "" {
				out[r] = append(out[r], text)
			}
		}
	}
	return out
}
