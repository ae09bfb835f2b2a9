package formulation

import (
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// AnyQuestion stands for all proposals and questions of all calls, for pages that list or count them.
const AnyQuestion cite.Ref = "q"

// Bounds.
const (
	MaxProposed = 600   // characters of a proposed question
	MaxWhy      = 2_000 // characters of why it matters
	MaxDays     = 60    // that authors have to object to a wording
	MaxOf       = 500   // proposals that one question is made of
	MaxThemes   = 60    // under which questions stand
)

// Gathering is what is known of a call that gathers questions.
type Gathering struct {
	Call     cite.Ref
	Days     int // that authors have to object to a wording
	Position cite.Position
	Themes   []Theme       // in which the questions stand, in order
	Arranged cite.Position // where they were put in this order last, 0 for never
}

// Theme is a heading and the questions under it, in order.
type Theme struct {
	Title     locale.Text `json:"title"` // at most input.MaxTitle characters in each language
	Questions []cite.Ref  `json:"questions"`
}

// Question is a question formulated from proposals.
type Question struct {
	Ref       cite.Ref
	Call      cite.Ref
	Wordings  []Wording     // oldest first; the last is the question's
	Dissolved cite.Position // where it was dissolved, 0 for one that stands
}

// Wording is one wording of a question. Its words stand at its position, as "wording.en", "wording.fr", ...
type Wording struct {
	Position  cite.Position
	Of        []cite.Ref // the proposals that it is made of: parts of contributions
	Original  locale.Lang
	Languages []locale.Lang // none where the words are those of the only proposal
	Until     time.Time     // until when authors may object
	Answer    cite.Ref      // which says this to the authors
	At        time.Time
}

// AsProposed reports whether the words are those of its only proposal.
func (w *Wording) AsProposed() bool { return len(w.Languages) == 0 }

// Now is the wording that the question has now.
func (q *Question) Now() *Wording { return &q.Wordings[len(q.Wordings)-1] }

// Support is that of one party.
type Support struct {
	By, For  string // references of the participant and of the party
	Category string
	Country  string
	Known    bool // the party is on the roll
	At       time.Time
}

// State is the state of this room.
type State struct {
	gatherings []*Gathering // one that changes is replaced by another
	questions  []*Question  // the same
	supports   cow.Map[cite.Ref, []Support]
	in         cow.Map[cite.Ref, cite.Ref] // proposal -> the question that it stands in
	heard      cow.Map[cite.Ref, Floor]    // proposals that were heard from the floor
}

// NewState is the state before anything was gathered.
func NewState() *State {
	return &State{supports: cow.NewMap[cite.Ref, []Support](cow.HashString), in: cow.NewMap[cite.Ref, cite.Ref](cow.HashString),
		heard: cow.NewMap[cite.Ref, Floor](cow.HashString)}
}

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State {
	return &State{gatherings: s.gatherings[:len(s.gatherings):len(s.gatherings)], questions: s.questions[:len(s.questions):len(s.questions)],
		supports: s.supports.Snapshot(), in: s.in.Snapshot(), heard: s.heard.Snapshot()}
}

// Gathering finds what is known of a call that gathers questions.
func (s *State) Gathering(call cite.Ref) (*Gathering, bool) {
	i := slices.IndexFunc(s.gatherings, func(g *Gathering) bool { return g.Call == call })
	if i < 0 {
		return nil, false
	}
	return s.gatherings[i], true
}

// Gatherings lists the calls that gather questions, oldest first.
func (s *State) Gatherings() []*Gathering { return s.gatherings }

// Question finds a question, dissolved or not.
func (s *State) Question(r cite.Ref) (*Question, bool) {
	n := r.Number()
	if r.Kind() != 'q' || n < 1 || n > len(s.questions) {
		return nil, false
	}
	return s.questions[n-1], true
}

// Questions lists the questions of a call that stand: in the order of its themes, then those that stand under none, in the
// order in which they came.
func (s *State) Questions(call cite.Ref) (out []*Question) {
	g, ok := s.Gathering(call)
	if !ok {
		return nil
	}
	placed := map[cite.Ref]bool{}
	for _, t := range g.Themes {
		for _, r := range t.Questions {
			if q, ok := s.Question(r); ok && q.Dissolved == 0 {
				out, placed[r] = append(out, q), true
			}
		}
	}
	for _, q := range s.questions {
		if q.Call == call && q.Dissolved == 0 && !placed[q.Ref] {
			out = append(out, q)
		}
	}
	return out
}

// In is the question that a proposal stands in, None for none.
func (s *State) In(proposal cite.Ref) cite.Ref { return s.in.Get(proposal) }

// Supports lists who supports a proposal, in the order in which they came.
func (s *State) Supports(proposal cite.Ref) []Support { return s.supports.Get(proposal) }

// Gather makes a call gather questions: whoever answers it proposes them.
type Gather struct {
	Call cite.Ref
	Days int // that authors have to object to a wording, 0 to MaxDays
}

// Check holds the days to their bounds.
func (c Gather) Check() (Gather, error) {
	var in input.Check
	in.If(c.Days < 0 || c.Days > MaxDays, "days", "formulation.days", "max", MaxDays)
	return c, in.Err()
}

// Gather decides. Whether the call is there and nothing was sent to it yet is looked up by the conversation.
func (s *State) Gather(act cite.Act, c Gather) (cite.Proposal, error) {
	if _, ok := s.Gathering(c.Call); ok {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "formulation.gathers")
	}
	return cite.Proposal{Body: Gathered{Call: c.Call, Days: c.Days, By: act.By, At: act.At}}, nil
}

// Apply notes that the call gathers questions.
func (f *Gathered) Apply(s *State, at cite.Entry) error {
	s.gatherings = append(s.gatherings, &Gathering{Call: f.Call, Days: f.Days, Position: at.Position})
	return nil
}

// Arrange puts the questions of a call in order, under themes.
type Arrange struct {
	Call   cite.Ref
	Themes []Theme // at most MaxThemes; a question that is not named stands behind all themes
	// Seen is where they were put in order last when they were read, 0 for never: refused where they were since.
	Seen cite.Position
}

// Check cleans the titles and holds everything to its bounds.
func (c Arrange) Check() (Arrange, error) {
	var in input.Check
	in.If(len(c.Themes) > MaxThemes, "themes", "formulation.themes", "max", MaxThemes)
	c.Themes = slices.Clone(c.Themes)
	for i := range c.Themes {
		in.Lines("themes", &c.Themes[i].Title, input.MaxTitle)
		in.If(c.Themes[i].Title.Empty(), "themes", "formulation.theme", "n", i+1)
	}
	return c, in.Err()
}

// Arrange decides: each question that is named stands, belongs to the call, and is named once.
func (s *State) Arrange(act cite.Act, c Arrange) (cite.Proposal, error) {
	g, ok := s.Gathering(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	//mutants:guard nobody overwrites an order that they have not seen
	if g.Arranged != c.Seen {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "formulation.rearranged")
	}
	seen := map[cite.Ref]bool{}
	for i, t := range c.Themes {
		for _, r := range t.Questions {
			q, ok := s.Question(r)
			if !ok || q.Call != c.Call || q.Dissolved != 0 || seen[r] {
				return cite.Proposal{}, refusal.In("themes", "formulation.placed", "n", i+1, "ref", string(r))
			}
			seen[r] = true
		}
	}
	return cite.Proposal{Body: Arranged{Call: c.Call, Themes: c.Themes, By: act.By, At: act.At}}, nil
}

// Apply puts the questions in order.
func (f *Arranged) Apply(s *State, at cite.Entry) error {
	return s.change(f.Call, func(g *Gathering) { g.Themes, g.Arranged = f.Themes, at.Position })
}

// change folds a fact about a call.
func (s *State) change(call cite.Ref, fold func(*Gathering)) error {
	g, ok := s.Gathering(call)
	if !ok {
		return ErrGap
	}
	changed := *g // snapshots hold the one before
	fold(&changed)
	s.gatherings = slices.Clone(s.gatherings)
	s.gatherings[slices.Index(s.gatherings, g)] = &changed
	return nil
}

// texts are the words of a text as they stand on the record, and their languages in the order of all languages.
func texts(name string, t locale.Text) (words cite.Words, languages []locale.Lang) {
	words = cite.Words{}
	for _, l := range locale.All {
		if s := strings.TrimSpace(t.In[l]); s != "" {
			words[name+"."+string(l)] = s
			languages = append(languages, l)
		}
	}
	return words, languages
}

// Draft is a proposal as it is sent: the question, and why it matters.
type Draft struct{ Question, Why string }

// Proposed holds what is sent to a call to what it gathers: each part proposes one question. A call that gathers none takes
// anything.
func (s *State) Proposed(call cite.Ref, sent []Draft) error {
	if _, ok := s.Gathering(call); !ok {
		return nil
	}
	var in input.Check
	in.If(len(sent) == 0, "wording", "proposal.question")
	for _, d := range sent {
		in.If(strings.TrimSpace(d.Question) == "", "wording", "proposal.question")
		in.Short("wording", &d.Question, MaxProposed)
		in.Short("text", &d.Why, MaxWhy)
	}
	return in.Err()
}
