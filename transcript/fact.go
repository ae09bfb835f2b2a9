package transcript

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
)

// The facts of this room. A field is never renamed, and never changes its meaning.

// described is the description of a fact about a transcript: that it is there, and when something was said, is everybody's. Words are
// granted by the reading of them.
func described(kind string, session cite.Ref) cite.Description {
	return cite.Description{Kind: kind, Touches: []cite.Ref{session, AnyTranscript}, About: cite.Public}
}

// Entered: a transcript was entered, or more of one.
type Entered struct {
	Of
	Zero     time.Time `json:"zero"` // of its time codes
	Made     string    `json:"made"` // people or machine
	Passages int       `json:"passages"`
	Instead  bool      `json:"instead,omitempty"` // it takes the place of all that was there
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Describe: that there is a transcript is everybody's.
func (f Entered) Describe() cite.Description { return described("transcript.entered/1", f.Session) }

// Apply begins the transcript, or goes on with it. What a program made in part is not called made by people.
func (f *Entered) Apply(s *State, at cite.Entry) error {
	if _, there := s.Find(f.Of); !there {
		s.all = append(slices.Clip(s.all), &Transcript{Of: f.Of, Zero: f.Zero, Made: f.Made, At: f.At, Position: at.Position})
		return nil
	}
	return s.change(f.Of, func(t *Transcript) bool {
		if t.At, t.Position = f.At, at.Position; f.Made == Machine || f.Instead {
			t.Made = f.Made
		}
		if f.Instead {
			t.Passages = slices.Clone(t.Passages)
			for i := range t.Passages {
				t.Passages[i].Replaced = true
			}
		}
		return true
	})
}

// Written: a passage of a transcript. Words: "1", "2", one for each span.
type Written struct {
	Of
	Number int       `json:"n"` // in the transcript, from 1
	Spans  []Span    `json:"spans"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: when something was said is everybody's.
func (f Written) Describe() cite.Description { return described("transcript.written/1", f.Session) }

// Apply adds the passage. It is appended where it stands, which only the one line of states that grows does.
func (f *Written) Apply(s *State, at cite.Entry) error {
	return s.change(f.Of, func(t *Transcript) bool {
		t.Passages = append(t.Passages, Passage{Spans: f.Spans, Entry: at.Position})
		return f.Number == len(t.Passages) && len(f.Spans) > 0
	})
}

// Corrected: the words of a passage were put right. Words: as of Written.
type Corrected struct {
	Of
	Number int       `json:"n"` // of the passage
	Office string    `json:"office"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at"`
}

// Describe: that something was put right is everybody's.
func (f Corrected) Describe() cite.Description {
	return described("transcript.corrected/1", f.Session)
}

// Apply puts the words over those that stood.
func (f *Corrected) Apply(s *State, at cite.Entry) error {
	return s.changePassage(f.Of, f.Number, func(p *Passage) {
		p.Changes = append(slices.Clip(p.Changes), Change{Office: f.Office, At: f.At, Position: at.Position})
	})
}

// Erased: the words of a passage were erased.
type Erased struct {
	Of
	Number       int       `json:"n"`                      // of the passage
	Contribution cite.Ref  `json:"contribution,omitempty"` // the intervention with which it went
	Ground       string    `json:"ground"`
	By           string    `json:"by,omitempty"`
	At           time.Time `json:"at"`
}

// Describe: that words were erased, and on which ground, is everybody's.
func (f Erased) Describe() cite.Description { return described("transcript.erased/1", f.Session) }

// Apply notes that the words are gone.
func (f *Erased) Apply(s *State, _ cite.Entry) error {
	return s.changePassage(f.Of, f.Number, func(p *Passage) { p.Gone = true })
}

// Stood reports whether the passage is there, as it is read after what was done to it is lost.
func (f *Erased) Stood(s *State) bool {
	t, ok := s.Find(f.Of)
	return ok && f.Number >= 1 && f.Number <= len(t.Passages)
}

// changePassage changes passage n of a transcript.
func (s *State) changePassage(of Of, n int, change func(*Passage)) error {
	return s.change(of, func(t *Transcript) bool {
		if n < 1 || n > len(t.Passages) {
			return false
		}
		t.Passages = slices.Clone(t.Passages)
		change(&t.Passages[n-1])
		return true
	})
}
