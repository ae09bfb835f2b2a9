// Package translation keeps what contributions say in other languages: renderings, made for readers by an office of the
// secretariat, passage by passage. A rendering is never official. What counts is what the author wrote; a rendering
// stands beside it, says who made it, and is erased with it.
package translation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// MaxText is how much a rendering may say, in bytes; MaxWording how long its proposed wording may be.
const (
	MaxText    = 96 << 10
	MaxWording = 16 << 10
)

// The offices that make renderings.
const (
	Officer    = "officer"
	Translator = "translator"
)

// Rendering is a part of a contribution in another language than its author's. Its words stand at its position, as
// "text" and "wording".
type Rendering struct {
	Part     cite.Ref
	Reaction int // which of the author's words on the answers it renders, counted from 1; 0 for the part itself
	Language locale.Lang
	Office   string // Officer or Translator
	Position cite.Position
	At       time.Time
}

// State is the state of this room: all renderings, by contribution.
type State struct {
	of cow.Map[cite.Ref, []Rendering] // oldest first; of several in one language the last counts
}

// NewState is the state before the first rendering.
func NewState() *State { return &State{of: cow.NewMap[cite.Ref, []Rendering](cow.HashString)} }

// Snapshot is the state as it is now, whatever is rendered later.
func (s *State) Snapshot() *State { return &State{of: s.of.Snapshot()} }

// Find is the last rendering of a part, or of one of the reactions to its answers, in a language.
func (s *State) Find(part cite.Ref, reaction int, l locale.Lang) (r Rendering, ok bool) {
	for _, x := range s.of.Get(part.Root()) {
		if x.Part == part && x.Reaction == reaction && x.Language == l {
			r, ok = x, true
		}
	}
	return r, ok
}

// Positions are where the words of all renderings of a contribution stand, those that count no more included.
func (s *State) Positions(contribution cite.Ref) (out []cite.Position) {
	for _, r := range s.of.Get(contribution.Root()) {
		out = append(out, r.Position)
	}
	return out
}

// Render says what a part of a contribution says, or one of its author's words on the answers, in another language.
type Render struct {
	Part     cite.Ref // of a published contribution, c23.1
	Reaction int      // which of the author's words on the answers, counted from 1; 0 for the part itself
	Language locale.Lang
	Text     string // at most MaxText bytes
	Wording  string // of the wording that the part proposes, at most MaxWording bytes
	// Seen is the last entry that touched the contribution when it was read: refused where another came since; 0 for whichever.
	Seen cite.Position `api:"-"`
}

// Check cleans the words and holds them to their bounds.
func (c Render) Check() (Render, error) {
	var in input.Check
	c.Reaction = max(c.Reaction, 0)
	in.Language("language", c.Language)
	in.Text("text", &c.Text, MaxText)
	in.Text("wording", &c.Wording, MaxWording)
	in.If(c.Text == "" && c.Wording == "", "text", "rendering.text")
	return c, in.Err()
}

// Original is what is rendered, as the conversation finds it.
type Original struct {
	Language  locale.Lang
	Published bool
	Office    string // of whoever renders
}

// Render decides.
func (s *State) Render(act cite.Act, of Original, c Render) (cite.Proposal, error) {
	//mutants:guard what is not published is not rendered
	if !of.Published {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if c.Language == of.Language {
		return cite.Proposal{}, refusal.In("language", "rendering.original")
	}
	words := cite.Words{}
	for k, v := range map[string]string{"text": c.Text, "wording": c.Wording} {
		if v != "" {
			words[k] = v
		}
	}
	return cite.Proposal{Body: Rendered{Part: c.Part, Reaction: c.Reaction, Language: c.Language, Office: of.Office, By: act.By, At: act.At}, Words: words}, nil
}

// Rendered: a part of a contribution can be read in another language. Words: text, wording.
type Rendered struct {
	Part     cite.Ref    `json:"part"`
	Reaction int         `json:"reaction,omitempty"`
	Language locale.Lang `json:"language"`
	Office   string      `json:"office"`
	By       string      `json:"by,omitempty"`
	At       time.Time   `json:"at"`
}

// Describe: its data are read by whoever may read the contribution.
func (f Rendered) Describe() cite.Description {
	return cite.Description{Kind: "translation.rendered/1", Touches: []cite.Ref{f.Part.Root()}, About: f.Part}
}

// Apply adds the rendering.
func (f *Rendered) Apply(s *State, at cite.Entry) error {
	r := Rendering{Part: f.Part, Reaction: f.Reaction, Language: f.Language, Office: f.Office, Position: at.Position, At: f.At}
	s.of.Set(f.Part.Root(), append(slices.Clip(s.of.Get(f.Part.Root())), r))
	return nil
}
