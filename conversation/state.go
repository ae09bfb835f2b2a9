package conversation

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Label is a thing with an id and a name in several languages: a stakeholder category, a regional
// group, a subject area, a country of the conversation's own.
type Label struct {
	ID    string      `json:"id"`
	Name  locale.Text `json:"name"`
	Group string      `json:"group,omitempty"` // of a country
	Body  bool        `json:"body,omitempty"`  // a category of bodies, not of persons
	State bool        `json:"state,omitempty"` // the category of member states
}

// The states of a stage.
const (
	Planned    = "planned"
	Open       = "open"
	Closed     = "closed"
	Held       = "held"
	Issued     = "published"
	NotHeld    = "not_held"
	Superseded = "superseded"
)

// Stage is one step of the calendar. An unkept promise stays visible: it moves to Promised.
type Stage struct {
	Number   int         `json:"number"` // 1, 2, ... in the order of the calendar
	Kind     string      `json:"kind"`   // session, paper, call, priorities, considerations, review
	Title    locale.Text `json:"title"`
	From     string      `json:"from,omitempty"` // 2019-09-27
	To       string      `json:"to,omitempty"`
	State    string      `json:"state"`
	Outcome  locale.Text `json:"outcome,omitzero"`  // what happened, with reported figures
	Promised locale.Text `json:"promised,omitzero"` // what had been promised and was not kept
	Source   string      `json:"source,omitempty"`  // address of the source of these facts
	Target   cite.Ref    `json:"target,omitempty"`  // the paper or call it is about
}

// Document is a document kept elsewhere that the conversation cites.
type Document struct {
	Symbol string      `json:"symbol"`
	Title  locale.Text `json:"title"`
	Date   string      `json:"date,omitempty"`
	Source string      `json:"source"`
}

// Recent is one of the last things that happened, for the home page and the record page.
type Recent struct {
	Position cite.Position
	At       time.Time
}

// State is a conversation as it stands at a position. It is read under the Secretariat's lock and never
// changed but by Apply.
type State struct {
	Head cite.Position
	Time time.Time // envelope time of the last entry

	Slug          string
	Title         locale.Text
	Lead          locale.Text
	Languages     []locale.Lang
	Zone          string
	Categories    []Label
	Groups        []Label
	Subjects      []Label
	Crosscutting  []Label // questions that run through all subjects
	Countries     []Label // of the conversation's own, beside the list of ISO codes
	Contact       string
	Demonstration bool
	KeyHash       string
	Convened      time.Time

	Stages       []Stage
	Documents    []Document
	Maps         Maps
	Roll         *delegation.Roll
	Papers       *paper.State
	Consultation *consultation.State

	erased  map[cite.Position]cite.Position // entry -> the entry that says so
	changed map[cite.Ref]cite.Position
	touched []cite.Ref // since Touched was last called
}

// NewState is the state before the first entry.
func NewState() *State {
	return &State{Roll: delegation.NewRoll(), Papers: paper.NewState(), Consultation: consultation.NewState(),
		erased: map[cite.Position]cite.Position{}, changed: map[cite.Ref]cite.Position{}}
}

// Erased reports whether the text at a position was erased, and where that was written.
func (s *State) Erased(p cite.Position) (cite.Position, bool) { at, ok := s.erased[p]; return at, ok }

// Cross finds a cross-cutting question.
func (s *State) Cross(id string) (Label, bool) { return find(s.Crosscutting, id) }

// References that stand for kinds of things in Changed.
const (
	AnyContribution cite.Ref = "c"
	AnyPaper        cite.Ref = "p"
	Anything        cite.Ref = "*"
)

// Changed is the last position that touched any of the references: papers, elements through time,
// calls, AnyContribution, AnyPaper, Anything.
func (s *State) Changed(refs ...cite.Ref) cite.Position {
	var last cite.Position
	for _, r := range refs {
		switch {
		case r == Anything:
			return s.Head
		case r.Kind() == 'c' && len(r) > 1:
			if c, ok := s.Consultation.Row(r); ok {
				last = max(last, c.Changed)
			}
		default:
			last = max(last, s.changed[r])
		}
	}
	return last
}

func (s *State) touch(at cite.Position, refs ...cite.Ref) {
	for _, r := range refs {
		s.changed[r] = at
	}
	s.touched = append(s.touched, refs...)
}

// Touched hands over the references that were touched since the last call: whoever watches one of
// them is woken when that is durable.
func (s *State) Touched() []cite.Ref {
	t := s.touched
	s.touched = nil
	return t
}

// Category finds a stakeholder category.
func (s *State) Category(id string) (Label, bool) { return find(s.Categories, id) }

// Subject finds a subject area.
func (s *State) Subject(id string) (Label, bool) { return find(s.Subjects, id) }

func find(ls []Label, id string) (Label, bool) {
	i := slices.IndexFunc(ls, func(l Label) bool { return l.ID == id })
	if i < 0 {
		return Label{}, false
	}
	return ls[i], true
}

// CountryName is the name of a country, of the conversation's own or of the common list; the code where
// neither knows it.
func (s *State) CountryName(code string, l locale.Lang) string {
	if c, ok := find(s.Countries, code); ok {
		n, _ := c.Name.For(l)
		return n
	}
	if n := locale.CountryName(code, l); n != "" {
		return n
	}
	return code
}

// KnownCountry reports whether a code may stand for a country in this conversation.
func (s *State) KnownCountry(code string) bool {
	_, own := find(s.Countries, code)
	return own || locale.KnownCountry(code)
}

// OpenCalls lists the calls that are open at an instant, those that close first first.
func (s *State) OpenCalls(now time.Time) []*consultation.Call {
	var out []*consultation.Call
	for _, k := range s.Consultation.Calls {
		if k.OpenAt(now) {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b *consultation.Call) int { return a.Closes.Compare(b.Closes) })
	return out
}

// Digest is a hash over everything the state holds, for comparing a replay with what was live.
func (s *State) Digest() string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	add := func(v any) {
		if err := enc.Encode(v); err != nil {
			fmt.Fprintf(h, "%v", err)
		}
	}
	add(struct {
		Head                                  cite.Position
		Slug                                  string
		Title, Lead                           locale.Text
		Stages                                []Stage
		Documents                             []Document
		Categories, Groups, Subjects, Country []Label
		Crosscutting                          []Label
		Languages                             []locale.Lang
		Zone, Contact, Key                    string
		Demonstration                         bool
		Convened                              time.Time
	}{s.Head, s.Slug, s.Title, s.Lead, s.Stages, s.Documents, s.Categories, s.Groups, s.Subjects, s.Countries, s.Crosscutting, s.Languages, s.Zone, s.Contact, s.KeyHash, s.Demonstration, s.Convened})
	add(s.Maps)
	for _, p := range slices.Sorted(maps.Keys(s.erased)) {
		add([2]cite.Position{p, s.erased[p]})
	}
	for _, r := range slices.Sorted(maps.Keys(s.changed)) {
		add(r)
		add(s.changed[r])
	}
	for _, p := range s.Papers.All {
		for _, e := range p.Editions {
			add(e)
		}
		add(p.Counter())
		add(p.Reserved)
	}
	s.Consultation.Digest(add)
	s.Roll.Digest(add)
	return fmt.Sprintf("%x", h.Sum(nil))
}
