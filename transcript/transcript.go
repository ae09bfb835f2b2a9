package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/transcript/cue"
)

// AnyTranscript stands for all transcripts, for pages that show one.
const AnyTranscript cite.Ref = "transcripts"

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("transcript: a fact about what is not there")

// How a transcript was made.
const (
	People  = "people"  // by people who listened
	Machine = "machine" // by a program, and nobody has read it over
)

// Makers lists how a transcript is made.
var Makers = []string{People, Machine}

// Of names a transcript: one for each language of a sitting.
type Of struct {
	Session  cite.Ref    `json:"session"`
	Sitting  int         `json:"sitting"`
	Language locale.Lang `json:"language"`
}

// Span is from when until when something was said, in milliseconds after the beginning of the transcript.
type Span struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// Change is that a passage was put right.
type Change struct {
	Office   string // of whoever did it: rapporteur or officer
	At       time.Time
	Position cite.Position
}

// Passage is what was said in one go, in some sentences. Its words stand at its entry and at those that put it right, by the number of the
// span: "1", "2".
type Passage struct {
	Spans   []Span
	Entry   cite.Position // where it came in; its words as they came
	Changes []Change      // oldest first; the last one's words stand
	Gone    bool          // its words were erased
	// Replaced says that people entered another transcript in its place. Its number and its words stay, so that they are found and can be erased.
	Replaced bool
}

// Entries are where its words stand, those that stand no more among them.
func (p Passage) Entries() []cite.Position {
	out := []cite.Position{p.Entry}
	for _, c := range p.Changes {
		out = append(out, c.Position)
	}
	return out
}

// Standing is the entry whose words stand.
func (p Passage) Standing() cite.Position {
	all := p.Entries()
	return all[len(all)-1]
}

// Transcript is what was said in a sitting, in one language.
type Transcript struct {
	Of
	Zero     time.Time // of its time codes
	Made     string    // People or Machine
	Passages []Passage // passage n is the nth
	At       time.Time // when it was entered last
	Position cite.Position
}

// Standing is how many passages stand: those in whose place others do left out.
func (t *Transcript) Standing() (n int) {
	for _, p := range t.Passages {
		if !p.Replaced {
			n++
		}
	}
	return n
}

// Span is from when until when passage n was said.
func (t *Transcript) Span(n int) (from, to time.Time) {
	all := t.Passages[n-1].Spans
	return t.Instant(all[0].From), t.Instant(all[len(all)-1].To)
}

// Instant is when a time of the transcript was.
func (t *Transcript) Instant(ms int64) time.Time {
	return t.Zero.Add(time.Duration(ms) * time.Millisecond)
}

// Said reports whether something of passage n was said between two instants. What was said across the boundary belongs where most of it was.
func (t *Transcript) Said(n int, from, to time.Time) bool {
	return slices.ContainsFunc(t.Passages[n-1].Spans, func(s Span) bool {
		at := t.Instant((s.From + s.To) / 2)
		return !at.Before(from) && at.Before(to)
	})
}

// State is the state of this room.
type State struct {
	all   []*Transcript // in the order in which they came; one that changes is replaced by another
	feeds []Feed        // that may be written to; the slice is replaced when one changes
}

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State { return &State{all: s.all[:len(s.all):len(s.all)], feeds: s.feeds} }

// Find finds a transcript.
func (s *State) Find(of Of) (*Transcript, bool) {
	i := slices.IndexFunc(s.all, func(t *Transcript) bool { return t.Of == of })
	if i < 0 {
		return nil, false
	}
	return s.all[i], true
}

// Session lists the transcripts of a session, by sitting, in the order in which they came.
func (s *State) Session(session cite.Ref) (out []*Transcript) {
	for _, t := range s.all {
		if t.Session == session {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *Transcript) int { return a.Sitting - b.Sitting })
	return out
}

// change replaces a transcript by another, which a fold makes of it.
func (s *State) change(of Of, fold func(*Transcript) bool) error {
	i := slices.IndexFunc(s.all, func(t *Transcript) bool { return t.Of == of })
	if i < 0 {
		return fmt.Errorf("%w: %v", ErrGap, of)
	}
	is := *s.all[i]
	if !fold(&is) {
		return fmt.Errorf("%w: %v", ErrGap, of)
	}
	s.all = slices.Clone(s.all)
	s.all[i] = &is
	return nil
}

// Lengths by which what was said is cut into passages, so that what is erased or put right is little.
const (
	longest = time.Minute
	most    = 1_200 // characters
)

// Cut cuts cues into passages: where the floor changed hands, and where one would be too long. Bounds are instants, oldest first.
func Cut(cues []cue.Cue, zero time.Time, bounds []time.Time) (out [][]cue.Cue) {
	turn := func(c cue.Cue) int {
		at := zero.Add((c.From + c.To) / 2)
		n, _ := slices.BinarySearchFunc(bounds, at, func(b, at time.Time) int {
			if b.After(at) {
				return 1
			}
			return -1
		})
		return n
	}
	size := 0
	for i, c := range cues {
		n := len(out) - 1
		if i == 0 || turn(c) != turn(cues[i-1]) || c.To-out[n][0].From > longest || size+len(c.Text) > most {
			out, size, n = append(out, nil), 0, n+1
		}
		out[n] = append(out[n], c)
		size += len(c.Text)
	}
	return out
}

// words are those of cues, by their number.
func words(texts []string) cite.Words {
	w := cite.Words{}
	for i, s := range texts {
		if s != "" {
			w[strconv.Itoa(i+1)] = s
		}
	}
	return w
}
