// Package editor is how several people write one draft of a paper, passage by passage: put in, move, split, join, delete,
// and take that back. Nobody overwrites what they have not seen; every passage keeps what it is called through all of it;
// and numbers that stand in their order are counted anew, so that none stands twice.
//
// Nothing of a draft is on the record. What it becomes there is decided when it is published.
package editor

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// Sheet is a draft as several people edit it: each passage has a number of its own (ID), which no other passage ever
// gets, and the newest steps can be taken back. Its JSON form is that of the draft, and more.
type Sheet struct {
	paper.Draft
	Newest int    `json:"newest_id,omitempty"`  // of all numbers of passages that were given
	Steps  []Step `json:"steps,omitempty"`      // that can be taken back, the oldest first
	Done   int    `json:"steps_done,omitempty"` // the number of the newest step there was
	// Asked is when second readers were last asked to read its sentences, zero for never.
	Asked time.Time `json:"asked,omitzero"`
	// Before is the edition that the draft goes on from, nil for none. It is not kept.
	Before *paper.Edition `json:"-"`

	written bool // somebody wrote a number by hand: nothing is counted anew
}

// Step is something that was done to the build of a draft, with what is needed to take it back.
type Step struct {
	Number int                  `json:"n"`
	What   string               `json:"what"` // one of the steps below
	ID     int                  `json:"id"`   // the passage it was done to
	Kind   string               `json:"kind"` // of that passage, and
	Label  string               `json:"label,omitempty"`
	Was    []paper.DraftElement `json:"was,omitempty"`   // the passages that it took away or changed, as they were
	After  []int                `json:"after,omitempty"` // the passage that each of them stood behind, 0 at the top
	Is     map[int]string       `json:"is,omitempty"`    // the passages that it made or changed, with their marks: see Mark
	By     string               `json:"by,omitempty"`    // the name of who did it
	At     time.Time            `json:"at"`
}

// The steps that can be taken back.
const (
	Deleted = "deleted"
	Joined  = "joined"
	Parted  = "parted"
	Moved   = "moved"
)

// maxSteps is how many steps can be taken back.
const maxSteps = 30

// Hand is who does something, and when.
type Hand struct {
	By string // their name
	At time.Time
}

// Open reads a draft as it is kept. Drafts that were kept before passages had numbers get them in their order.
func Open(body []byte) (*Sheet, error) {
	var w Sheet
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, err
	}
	w.identify()
	return &w, nil
}

// New begins to edit a draft.
func New(d paper.Draft) *Sheet {
	w := &Sheet{Draft: d}
	w.Elements = slices.Clone(d.Elements)
	w.identify()
	return w
}

// Encode writes the draft as Open reads it.
func (w *Sheet) Encode() ([]byte, error) {
	x := *w
	x.Draft = w.Whole()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(x)
	return b.Bytes(), err
}

// Forget takes texts out of the draft, and out of what its steps would bring back, that were taken from a contribution and that
// nobody changed since; it reports whether there was anything of that contribution.
func (w *Sheet) Forget(contribution cite.Ref, mark func(text string) uint64) (forgot bool) {
	for i := range w.Elements {
		forgot = w.Elements[i].Forget(contribution, mark) || forgot
	}
	for _, s := range w.Steps {
		for i := range s.Was {
			forgot = s.Was[i].Forget(contribution, mark) || forgot
		}
	}
	return forgot
}

// identify gives a number to each passage that has none, or that of another.
func (w *Sheet) identify() {
	seen := map[int]bool{}
	for _, e := range w.Elements {
		w.Newest = max(w.Newest, e.ID)
	}
	for _, s := range w.Steps {
		for _, e := range s.Was {
			w.Newest = max(w.Newest, e.ID)
		}
	}
	for i := range w.Elements {
		e := &w.Elements[i]
		if e.ID < 1 || seen[e.ID] {
			e.ID = w.id()
		}
		seen[e.ID] = true
	}
}

func (w *Sheet) id() int {
	w.Newest++
	return w.Newest
}

// Place is where a passage stands in the draft, from 0; -1 where it is not in it.
func (w *Sheet) Place(id int) int {
	return slices.IndexFunc(w.Elements, func(e paper.DraftElement) bool { return e.ID == id })
}

// Deletions lists the passages that were deleted and can be brought back, by the passage that they would stand behind, 0
// for the top.
func (w *Sheet) Deletions() map[int][]Step {
	out := map[int][]Step{}
	for _, s := range w.Steps {
		if s.What == Deleted {
			at := 0
			if i := w.behind(s.After[0]); i > 0 {
				at = w.Elements[i-1].ID
			}
			out[at] = append(out[at], s)
		}
	}
	return out
}

// gone refuses to do something with a passage that is not in the draft.
func gone() error { return refusal.New(refusal.Conflict, "draft.passage_gone") }

// rework does something to the build of the draft: it counts numbers anew where they stood in their order, and takes
// everything back where it refuses, or leaves a question that no paragraph holds.
func (w *Sheet) rework(do func() error) error {
	elements, newest, steps := w.Elements, w.Newest, w.Steps
	w.Elements, w.Steps = slices.Clone(elements), slices.Clone(steps)
	before, alone, twice := w.counts(), w.alone(), w.twice()
	err := do()
	if err == nil && w.alone() > alone {
		err = refusal.New(refusal.Invalid, "draft.question_alone")
	}
	if err == nil && len(w.Elements) > paper.MaxElements {
		err = refusal.New(refusal.TooLarge, "paper.elements", "max", paper.MaxElements)
	}
	if err != nil {
		w.Elements, w.Newest, w.Steps, w.written = elements, newest, steps, false
		return err
	}
	if !w.written {
		w.number(before)
	}
	w.written = false
	for id := range w.twice() {
		if !twice[id] {
			w.Elements[w.Place(id)].Number = ""
		}
	}
	return nil
}

// alone counts the questions that no paragraph holds.
func (w *Sheet) alone() int {
	n, held := 0, false
	for _, e := range w.Elements {
		if e.Kind == paper.Question && !held {
			n++
		}
		held = e.Kind == paper.Paragraph || e.Kind == paper.Question && held
	}
	return n
}

// twice are the passages whose number another of their kind has before them.
func (w *Sheet) twice() map[int]bool {
	out := map[int]bool{}
	w.Twice(func(i, _ int) { out[w.Elements[i].ID] = true })
	return out
}

// step notes what was done, so that it can be taken back.
func (w *Sheet) step(h Hand, s Step) {
	w.Done++
	s.Number, s.By, s.At = w.Done, h.By, h.At
	w.Steps = append(w.Steps, s)
	if n := len(w.Steps); n > maxSteps {
		w.Steps = slices.Clone(w.Steps[n-maxSteps:])
	}
}

// before is the passage that stands before a place, 0 for none.
func (w *Sheet) before(i int) int {
	if i <= 0 {
		return 0
	}
	return w.Elements[i-1].ID
}

// behind is the place behind a passage. Where that was deleted, it is the place where it stood.
func (w *Sheet) behind(id int) int {
	for range maxSteps + 1 {
		if id == 0 {
			return 0
		}
		if i := w.Place(id); i >= 0 {
			return i + 1
		}
		next := -1
		for _, s := range w.Steps {
			for k, e := range s.Was {
				if e.ID == id && k < len(s.After) {
					next = s.After[k]
				}
			}
		}
		if next < 0 {
			break
		}
		id = next
	}
	return len(w.Elements)
}

// end is the place behind a passage and all that it holds.
func (w *Sheet) end(i int) int {
	end := i + 1
	for end < len(w.Elements) && rank(w.Elements[end].Kind) > rank(w.Elements[i].Kind) {
		end++
	}
	return end
}

// rank orders the kinds: the widest first.
func rank(kind string) int { return slices.Index(paper.ElementKinds, kind) }

// named begins a step that is done to the passage at a place.
func (w *Sheet) named(what string, i int) Step {
	e := w.Elements[i]
	return Step{What: what, ID: e.ID, Kind: e.Kind, Label: e.Number}
}

// continues reports whether a reference is of the edition before.
func (w *Sheet) continues(x cite.Ref) bool {
	if w.Before == nil || x == cite.None {
		return false
	}
	_, ok := w.Before.Element(x)
	return ok
}

// texts is a copy of a text in its languages.
func texts(in map[locale.Lang]string) map[locale.Lang]string {
	out := make(map[locale.Lang]string, len(in))
	for l, s := range in {
		if s != "" {
			out[l] = s
		}
	}
	return out
}
