package settings

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The states of a stage.
const (
	Planned    = "planned"
	Open       = "open"
	Closed     = "closed"
	Held       = "held"
	Issued     = "published"
	NotHeld    = "not_held"
	Superseded = "superseded"
	Dropped    = "dropped" // promised, and given up: why is in the outcome, and where that is empty no reason was given
)

// StageStates lists the states of a stage.
var StageStates = []string{Planned, Open, Closed, Held, Issued, NotHeld, Superseded, Dropped}

// StageKinds lists the kinds of stage.
var StageKinds = []string{"session", "paper", "call", "priorities", "considerations", "review"}

// Stage is one step of the calendar. An unkept promise stays visible: it moves to Promised.
type Stage struct {
	Number   int         `json:"number"` // 1, 2, ... in the order of the calendar
	Kind     string      `json:"kind"`   // one of StageKinds
	Title    locale.Text `json:"title"`
	From     string      `json:"from,omitempty"` // 2019-09-27
	To       string      `json:"to,omitempty"`
	State    string      `json:"state"`             // one of StageStates
	Outcome  locale.Text `json:"outcome,omitzero"`  // what happened, with reported figures; why it was dropped
	Promised locale.Text `json:"promised,omitzero"` // what had been promised and was not kept
	Source   string      `json:"source,omitempty"`  // address of the source of these facts
	Target   cite.Ref    `json:"target,omitempty"`  // the paper or call it is about
}

// check cleans a stage and holds it to its bounds.
func (s *Stage) check(in *input.Check) {
	in.OneOf("kind", s.Kind, StageKinds, "desk.stage_kind")
	in.Lines("title", &s.Title, input.MaxTitle)
	in.If(s.Title.Empty(), "title", "stage.incomplete")
	in.OneOf("state", s.State, StageStates, "stage.incomplete")
	in.Texts("outcome", &s.Outcome, input.MaxOutcome)
	in.Texts("promised", &s.Promised, input.MaxOutcome)
	in.Address("source", &s.Source)
	bad := false
	for _, d := range []string{s.From, s.To} {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			bad = true
		}
	}
	in.If(bad || s.From != "" && s.To != "" && s.To < s.From, "from", "stage.date")
}

// PlanStage adds a stage to the calendar (Number 0) or changes one.
type PlanStage struct{ Stage Stage }

// Check cleans the stage and holds it to its bounds.
func (c PlanStage) Check() (PlanStage, error) {
	var in input.Check
	c.Stage.check(&in)
	return c, in.Err()
}

// PlanStage decides. What the stage is about was looked up before.
func (s *State) PlanStage(act cite.Act, c PlanStage) (cite.Proposal, error) {
	if c.Stage.Number == 0 {
		c.Stage.Number = len(s.Stages) + 1
	}
	if c.Stage.Number < 1 || c.Stage.Number > len(s.Stages)+1 || c.Stage.Number > maxStages {
		return cite.Proposal{}, refusal.In("number", "stage.number")
	}
	return cite.Proposal{Body: Staged{Stage: c.Stage, By: act.By, At: act.At}}, nil
}

// Apply puts the stage in its place.
func (f *Staged) Apply(s *State, at cite.Entry) error {
	if n := f.Stage.Number; n >= 1 && n <= len(s.Stages) {
		was := s.Stages[n-1]
		for name, texts := range map[string][2]locale.Text{"": {was.Title, f.Stage.Title}, outcomeText: {was.Outcome, f.Stage.Outcome}, promisedText: {was.Promised, f.Stage.Promised}} {
			s.Marks = s.Marks.After(stageText+strconv.Itoa(n)+name, texts[0], texts[1], locale.Changed(texts[0], texts[1]), "")
		}
		s.Stages = slices.Clone(s.Stages) // snapshots hold the one before
		s.Stages[n-1] = f.Stage
	} else {
		s.Stages = append(s.Stages, f.Stage)
	}
	s.promise(at.Position)
	return nil
}

// Told is a stage as the public could read it from an entry on.
type Told struct {
	Stage
	Position cite.Position
}

// GivenUp reports whether it was said then that the stage does not come about.
func (s Stage) GivenUp() bool {
	return s.State == Dropped || s.State == NotHeld || s.State == Superseded
}

// promise notes how the public could read each stage, and the last day for which it was promised when they first could. Neither goes: no later
// title, date or state takes the place of what was promised.
func (s *State) promise(at cite.Position) {
	//mutants:guard what nobody could read yet was promised to nobody
	if s.Life == Prepared {
		return
	}
	told := slices.Clone(s.Told) // snapshots hold the one before
	for i, st := range s.Stages {
		if i == len(told) {
			told = append(told, nil)
		}
		if n := len(told[i]); n == 0 || !told[i][n-1].alike(st) {
			told[i] = append(slices.Clip(told[i]), Told{st, at})
		}
		day := cmp.Or(st.To, st.From)
		if i < len(s.Due) && s.Due[i] != "" || st.State != Planned || day == "" {
			continue
		}
		due := make([]string, max(len(s.Due), i+1)) // snapshots hold the one before
		copy(due, s.Due)
		due[i] = day
		s.Due = due
	}
	s.Told = told
}

// alike reports whether a stage reads as it did, but for what came of it.
func (s Stage) alike(now Stage) bool {
	return s.Kind == now.Kind && s.From == now.From && s.To == now.To && s.State == now.State && s.Source == now.Source && same(s.Title, now.Title) &&
		(!now.GivenUp() || maps.Equal(s.Outcome.In, now.Outcome.In))
}

// Renamed reports whether a stage is another by its name or its kind than it was: a translation that is added makes it no other.
func (s Stage) Renamed(was Stage) bool { return s.Kind != was.Kind || !same(s.Title, was.Title) }

// same reports whether two texts say the same in the languages that both have, of which there is one at least.
func same(a, b locale.Text) bool {
	common := false
	for l, said := range a.In {
		if now, ok := b.In[l]; ok {
			if said != now {
				return false
			}
			common = true
		}
	}
	return common
}

// ToldOf lists how the public could read a stage, the first first.
func (s *Settings) ToldOf(number int) []Told {
	if number < 1 || number > len(s.Told) {
		return nil
	}
	return s.Told[number-1]
}

// DueOf is the day for which a stage was first promised, "" for none.
func (s *Settings) DueOf(number int) string {
	if number < 1 || number > len(s.Due) {
		return ""
	}
	return s.Due[number-1]
}

// Staged: a stage of the calendar is as described from now on.
type Staged struct {
	Stage Stage     `json:"stage"`
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Describe: the calendar is public.
func (Staged) Describe() cite.Description {
	return cite.Description{Kind: "conversation.staged/1", Touches: []cite.Ref{Any}, About: cite.Public}
}
