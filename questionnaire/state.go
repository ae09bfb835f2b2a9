package questionnaire

import (
	"cmp"
	"slices"
	"sort"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/cow"
)

// State is the state of this room: the questions of each call, and what each contribution chose.
type State struct {
	forms  []*Form // one that changes is replaced by another
	given  cow.Slice[given]
	picks  cow.Slice[pick]
	typed  cow.Slice[typed]
	values []*values

	counted *counted `digest:"-"`
}

// given is where what one contribution chose stands among all picks, and what it typed among all that was typed. They stand in
// the order of contributions.
type given struct {
	contribution, first, firstTyped uint32
	call, picks, typed              uint16
}

// pick is one thing that was chosen at a question.
type pick struct{ question, pick uint8 }

// inWords is the pick of whoever answered in words.
const inWords = 255

// typed is a value that was typed at a question, by its place among its values.
type typed struct {
	value    uint32
	question uint8
}

// values are the different values that were typed at one question of a call, in the order in which they first came.
type values struct {
	call     uint16
	question uint8
	all      cow.Slice[value]
	known    cow.Map[string, uint32]
}

// value is a value as it is kept, and its size.
type value struct {
	text string
	size float64
}

// Snapshot is the state as it is now, whatever is asked later.
func (s *State) Snapshot() *State {
	out := &State{forms: s.forms, given: s.given.Snapshot(), picks: s.picks.Snapshot(), typed: s.typed.Snapshot(), counted: s.counted}
	for _, v := range s.values {
		out.values = append(out.values, &values{call: v.call, question: v.question, all: v.all.Snapshot(), known: v.known.Snapshot()})
	}
	return out
}

// valuesAt are the values of a question, nil where nobody has typed one.
func (s *State) valuesAt(call uint16, question uint8) *values {
	for _, v := range s.values {
		if v.call == call && v.question == question {
			return v
		}
	}
	return nil
}

// Form finds the questionnaire of a call.
func (s *State) Form(call cite.Ref) (*Form, bool) {
	i := slices.IndexFunc(s.forms, func(f *Form) bool { return f.Call == call })
	if i < 0 {
		return nil, false
	}
	return s.forms[i], true
}

// Begun reports whether somebody has answered the questions of a call.
func (s *State) Begun(call cite.Ref) bool {
	for i := range s.given.Len() {
		if int(s.given.At(i).call) == call.Number() {
			return true
		}
	}
	return false
}

// Given folds what a contribution chose, and which questions it answers in words. It is held to what Check allows
// already.
func (s *State) Given(contribution, call cite.Ref, choices []cite.Choice, words []int) {
	g := given{contribution: uint32(contribution.Number()), call: uint16(call.Number()), first: uint32(s.picks.Len()), firstTyped: uint32(s.typed.Len())}
	for _, c := range choices {
		for _, p := range c.Picks {
			s.picks.Append(pick{uint8(c.Question), uint8(p)})
		}
		if c.Value != "" {
			s.typed.Append(typed{s.known(call, c), uint8(c.Question)})
		}
	}
	for _, n := range words {
		s.picks.Append(pick{uint8(n), inWords})
	}
	g.picks, g.typed = uint16(s.picks.Len()-int(g.first)), uint16(s.typed.Len()-int(g.firstTyped))
	if g.picks+g.typed > 0 {
		s.given.Append(g)
	}
}

// known is the place of a value among those of its question; a new one is put there.
func (s *State) known(call cite.Ref, c cite.Choice) uint32 {
	v := s.valuesAt(uint16(call.Number()), uint8(c.Question))
	if v == nil {
		v = &values{call: uint16(call.Number()), question: uint8(c.Question), known: cow.NewMap[string, uint32](cow.HashString[string])}
		s.values = append(slices.Clip(s.values), v)
	}
	at, ok := v.known.Find(c.Value)
	if !ok {
		at = uint32(v.all.Len())
		q := &Question{Kind: Number}
		if form, ok := s.Form(call); ok {
			if asked, ok := form.Question(c.Question); ok {
				q = asked
			}
		}
		v.all.Append(value{c.Value, q.Size(c.Value)})
		v.known.Set(c.Value, at)
	}
	return at
}

// Chosen is what a contribution chose, question by question.
func (s *State) Chosen(contribution cite.Ref) (out []cite.Choice) {
	n := uint32(contribution.Number())
	i := sort.Search(s.given.Len(), func(i int) bool { return s.given.At(i).contribution >= n })
	if i == s.given.Len() || s.given.At(i).contribution != n {
		return nil
	}
	g := s.given.At(i)
	for j := range int(g.picks) {
		switch p := s.picks.At(int(g.first) + j); {
		case p.pick == inWords:
		case len(out) > 0 && out[len(out)-1].Question == int(p.question):
			out[len(out)-1].Picks = append(out[len(out)-1].Picks, int(p.pick))
		default:
			out = append(out, cite.Choice{Question: int(p.question), Picks: []int{int(p.pick)}})
		}
	}
	for j := range int(g.typed) {
		t := s.typed.At(int(g.firstTyped) + j)
		out = append(out, cite.Choice{Question: int(t.question), Picks: []int{}, Value: s.valuesAt(g.call, t.question).all.At(int(t.value)).text})
	}
	slices.SortStableFunc(out, func(a, b cite.Choice) int { return cmp.Compare(a.Question, b.Question) })
	return out
}
