package conversation

import (
	"regexp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Label is a thing with an id and a name in several languages: a stakeholder category, a regional
// group, a subject area, a country of the conversation's own.
type Label struct {
	ID    string      `json:"id"` // at most 40 bytes, each once in its list
	Name  locale.Text `json:"name"`
	Group string      `json:"group,omitempty"` // of a country
	Body  bool        `json:"body,omitempty"`  // a category of bodies, not of persons
	State bool        `json:"state,omitempty"` // the category of member states
	// Both is a category of bodies and of persons.
	Both bool `json:"both,omitempty"`
	// Unsaid is the category of whoever says none: one of persons, at most one in a conversation. Without it
	// everybody is asked.
	Unsaid bool `json:"unsaid,omitempty"`
}

// Persons reports whether a category is one that a person may be in by themselves.
func (l Label) Persons() bool { return (!l.Body || l.Both) && !l.State }

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

// StageStates lists the states of a stage.
var StageStates = []string{Planned, Open, Closed, Held, Issued, NotHeld, Superseded}

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
	Outcome  locale.Text `json:"outcome,omitzero"`  // what happened, with reported figures
	Promised locale.Text `json:"promised,omitzero"` // what had been promised and was not kept
	Source   string      `json:"source,omitempty"`  // address of the source of these facts
	Target   cite.Ref    `json:"target,omitempty"`  // the paper or call it is about
}

// Document is a document kept elsewhere that the conversation cites.
type Document struct {
	Symbol string      `json:"symbol"`
	Title  locale.Text `json:"title"`
	Date   string      `json:"date,omitempty"` // 2019-12-13
	Source string      `json:"source"`         // address on the web
}

// Settings are what was settled when the conversation was convened and since: its calendar, its labels, its
// documents, its maps.
type Settings struct {
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
	KeyHash       string // SHA-256 of the key that signs the checkpoints
	Convened      time.Time

	Stages    []Stage
	Documents []Document
	Maps      Maps
}

// Convene makes a conversation. It is decided before there is a state.
type Convene struct {
	Slug          string      // its address: Latin letters, digits and hyphens, at most 40
	Title         locale.Text // at most input.MaxTitle characters in each language
	Lead          locale.Text // what it is about, at most input.MaxOutcome characters
	Languages     []locale.Lang
	Zone          string // IANA name; "" for UTC
	Categories    []Label
	Groups        []Label
	Subjects      []Label
	Crosscutting  []Label
	Countries     []Label
	Contact       string
	Demonstration bool
	Key           string                 // SHA-256 of the checkpoint key
	Officer       delegation.Participant // the first officer
	Stages        []Stage                // numbered by their place
}

// Limits of a conversation.
const (
	maxStages  = 60
	maxSlug    = 40
	maxLabels  = 300
	maxLabelID = 40
)

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ReservedSlugs may not name a conversation: they are addresses of the house.
var ReservedSlugs = []string{"new", "static", "check", "sign-in", "mailbox", "api"}

// Check cleans all texts and holds everything to its bounds.
func (c Convene) Check() (Convene, error) {
	var in input.Check
	in.If(len(c.Slug) > maxSlug || !slugForm.MatchString(c.Slug), "slug", "conversation.slug")
	in.If(slices.Contains(ReservedSlugs, c.Slug), "slug", "conversation.slug_taken")
	in.If(len(c.Languages) == 0 || slices.ContainsFunc(c.Languages, func(l locale.Lang) bool { return !l.Valid() }), "languages", "conversation.languages")
	in.Lines("title", &c.Title, input.MaxTitle)
	in.If(c.Title.In[c.Title.Original] == "", "title", "conversation.title")
	in.Texts("lead", &c.Lead, input.MaxOutcome)
	in.Line("contact", &c.Contact, input.MaxName)
	in.Zone("zone", c.Zone)
	in.If(c.Officer == 0, "officer", "conversation.officer")
	in.If(len(c.Categories) == 0, "categories", "conversation.categories")
	for field, labels := range c.labels() {
		checkLabels(&in, field, labels)
	}
	in.If(len(c.Stages) > maxStages, "stages", "stage.number")
	if in.Err() == nil {
		c.Stages = slices.Clone(c.Stages)
		for i := range c.Stages {
			c.Stages[i].Number = i + 1
			c.Stages[i].check(&in)
		}
	}
	return c, in.Err()
}

// labels are the lists of labels by the field that they stand in.
func (c *Convene) labels() func(func(string, *[]Label) bool) {
	return func(yield func(string, *[]Label) bool) {
		_ = yield("categories", &c.Categories) && yield("groups", &c.Groups) && yield("subjects", &c.Subjects) &&
			yield("crosscutting", &c.Crosscutting) && yield("countries", &c.Countries)
	}
}

func checkLabels(in *input.Check, field string, labels *[]Label) {
	in.If(len(*labels) > maxLabels, field, "conversation.labels", "id", "…")
	seen := map[string]bool{}
	*labels = slices.Clone(*labels)
	for i := range *labels {
		l := &(*labels)[i]
		in.Line(field, &l.ID, maxLabelID)
		in.Lines(field, &l.Name, input.MaxName)
		if l.ID == "" || len(l.ID) > maxLabelID || l.Name.Empty() || seen[l.ID] {
			in.Refuse(field, "conversation.labels", "id", l.ID)
		}
		seen[l.ID] = true
	}
	if field == "categories" {
		checkUnsaid(in, *labels)
	}
}

// checkUnsaid holds the category of whoever says none to what it must be: nobody is made a body by saying nothing.
func checkUnsaid(in *input.Check, categories []Label) {
	unsaid := 0
	for _, c := range categories {
		if c.Unsaid {
			unsaid++
			in.If(!c.Persons(), "categories", "category.unsaid", "category", c.ID)
		}
	}
	in.If(unsaid > 1, "categories", "category.unsaid_twice")
}

// check cleans a stage and holds it to its bounds.
func (st *Stage) check(in *input.Check) {
	in.OneOf("kind", st.Kind, StageKinds, "desk.stage_kind")
	in.Lines("title", &st.Title, input.MaxTitle)
	in.If(st.Title.Empty(), "title", "stage.incomplete")
	in.OneOf("state", st.State, StageStates, "stage.incomplete")
	in.Texts("outcome", &st.Outcome, input.MaxOutcome)
	in.Texts("promised", &st.Promised, input.MaxOutcome)
	in.Address("source", &st.Source)
	bad := false
	for _, d := range []string{st.From, st.To} {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			bad = true
		}
	}
	in.If(bad || st.From != "" && st.To != "" && st.To < st.From, "from", "stage.date")
}

func (s *State) convene(a Ask, c Convene) ([]Fact, error) {
	if s.Head != 0 {
		return nil, refusal.New(refusal.Conflict, "conversation.exists")
	}
	now := a.Now()
	facts := []Fact{{Body: Convened{Slug: c.Slug, Title: c.Title, Lead: c.Lead, Languages: c.Languages, Zone: c.Zone, Categories: c.Categories, Groups: c.Groups,
		Subjects: c.Subjects, Crosscutting: c.Crosscutting, Countries: c.Countries, Contact: c.Contact, Demonstration: c.Demonstration, Key: c.Key, Officer: c.Officer, At: now}}}
	for _, st := range c.Stages {
		facts = append(facts, Fact{Body: Staged{Stage: st, By: string(c.Officer.Ref()), At: now}})
	}
	return facts, nil
}

// Apply makes the conversation; its first officer moderates too.
func (f *Convened) Apply(s *State, at cite.Entry) error {
	s.Settings = Settings{Slug: f.Slug, Title: f.Title, Lead: f.Lead, Languages: f.Languages, Zone: f.Zone, Categories: f.Categories, Groups: f.Groups, Subjects: f.Subjects,
		Crosscutting: f.Crosscutting, Countries: f.Countries, Contact: f.Contact, Demonstration: f.Demonstration, KeyHash: f.Key, Convened: f.At}
	if f.Officer == 0 {
		return nil // nobody's office: no role may come to hang on being nobody
	}
	for _, role := range []delegation.Role{delegation.Officer, delegation.Moderator} {
		if err := (&delegation.Granted{Participant: f.Officer, Role: role.String()}).Apply(ownRoll(s), at); err != nil {
			return err
		}
	}
	return nil
}

// PlanStage adds a stage to the calendar (Number 0) or changes one.
type PlanStage struct{ Stage Stage }

// Check cleans the stage and holds it to its bounds.
func (c PlanStage) Check() (PlanStage, error) {
	var in input.Check
	c.Stage.check(&in)
	return c, in.Err()
}

func (s *State) planStage(act cite.Act, c PlanStage) (cite.Proposal, error) {
	if c.Stage.Number == 0 {
		c.Stage.Number = len(s.Stages) + 1
	}
	if c.Stage.Number < 1 || c.Stage.Number > len(s.Stages)+1 || c.Stage.Number > maxStages {
		return cite.Proposal{}, refusal.In("number", "stage.number")
	}
	if t := c.Stage.Target; t != cite.None {
		_, paper := s.Papers.Edition(t)
		if _, call := s.Consultation.Call(t); !paper && !call {
			return cite.Proposal{}, refusal.In("target", "desk.target")
		}
	}
	return cite.Proposal{Body: Staged{Stage: c.Stage, By: act.By, At: act.At}}, nil
}

// Apply puts the stage in its place.
func (f *Staged) Apply(s *State, _ cite.Entry) error {
	if n := f.Stage.Number; n >= 1 && n <= len(s.Stages) {
		s.Stages = slices.Clone(s.Stages) // snapshots hold the one before
		s.Stages[n-1] = f.Stage
	} else {
		s.Stages = append(s.Stages, f.Stage)
	}
	return nil
}

// CiteDocument cites a document kept elsewhere.
type CiteDocument struct{ Document Document }

// Check cleans the texts and holds them to their bounds.
func (c CiteDocument) Check() (CiteDocument, error) {
	var in input.Check
	d := &c.Document
	in.Line("symbol", &d.Symbol, input.MaxName)
	in.Lines("title", &d.Title, input.MaxTitle)
	in.Line("date", &d.Date, input.MaxName)
	in.Address("source", &d.Source)
	in.If(d.Title.Empty() || d.Source == "", "title", "document.incomplete")
	return c, in.Err()
}

func (s *State) citeDocument(act cite.Act, c CiteDocument) (cite.Proposal, error) {
	return cite.Proposal{Body: Documented{Document: c.Document, By: act.By, At: act.At}}, nil
}

// Apply adds the document.
func (f *Documented) Apply(s *State, _ cite.Entry) error {
	s.Documents = append(s.Documents, f.Document)
	return nil
}
