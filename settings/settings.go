package settings

import (
	"regexp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Settings are what was settled when the conversation was convened and since: its calendar, its labels, its
// documents, its maps.
type Settings struct {
	Slug          string
	Title         locale.Text
	Lead          locale.Text
	Languages     []locale.Lang
	House         *House `digest:"-" json:"-"` // what the operator says about the instance
	Zone          string
	Categories    []Label
	Groups        []Label
	Subjects      []Label
	Crosscutting  []Label     // questions that run through all subjects
	Countries     []Label     // of the conversation's own, beside the list of ISO codes
	Contact       locale.Text // whom to ask
	Demonstration bool
	KeyHash       string // SHA-256 of the key that signs the checkpoints
	Convened      time.Time
	Life          Life
	Turned        time.Time        // when it came to that; zero where it was never otherwise
	Last          locale.Text      // of an archived conversation: what stands on top
	Nouns         map[string]Words // the conversation's own words for the main things, by noun
	Marks         locale.Marks     // what is known of the translations of its texts, by their names

	Review Review // whether an answer needs a second pair of eyes

	Stages    []Stage
	Due       []string // the day for which each stage was first promised to the public, by its place; "" for none
	Told      [][]Told // how the public could read each stage, by its place, the first first
	Documents []Document
	Maps      Maps
	First     First
}

// State is Settings as the rules see them, and the facts that are folded into them. Whoever is lent Settings to read
// cannot reach the rules.
type State Settings

// Any stands for all that is settled: calendar, documents, maps, labels.
const Any cite.Ref = "settings"

const (
	maxStages  = 60
	maxSlug    = 40
	maxLabels  = 300
	maxLabelID = 40
)

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ReservedSlugs may not name a conversation: they are addresses of the house.
var ReservedSlugs = []string{"new", "static", "check", "sign-in", "mailbox", "api"}

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
	// Closed: nobody may choose it any more; what stands under it stays there.
	Closed bool `json:"closed,omitempty"`
	// Into is the category that it was merged into, "" for none.
	Into string `json:"into,omitempty"`
}

// Persons reports whether a category is one that a person may be in by themselves.
func (l Label) Persons() bool { return (!l.Body || l.Both) && !l.State }

// labels are the lists of labels by the field that they stand in.
func (s *State) labels() func(func(string, *[]Label) bool) {
	return func(yield func(string, *[]Label) bool) {
		_ = yield("categories", &s.Categories) && yield("groups", &s.Groups) && yield("subjects", &s.Subjects) &&
			yield("crosscutting", &s.Crosscutting) && yield("countries", &s.Countries)
	}
}

// Begin cleans what a conversation begins with and holds everything to its bounds.
func (s *State) Begin(in *input.Check) {
	in.If(len(s.Slug) > maxSlug || !slugForm.MatchString(s.Slug), "slug", "conversation.slug")
	in.If(slices.Contains(ReservedSlugs, s.Slug), "slug", "conversation.slug_taken")
	in.If(len(s.Languages) == 0 || slices.ContainsFunc(s.Languages, func(l locale.Lang) bool { return !l.Valid() }), "languages", "conversation.languages")
	in.Lines("title", &s.Title, input.MaxTitle)
	in.If(s.Title.In[s.Title.Original] == "", "title", "conversation.title")
	in.Texts("lead", &s.Lead, input.MaxOutcome)
	in.Texts("contact", &s.Contact, input.MaxOutcome)
	in.Zone("zone", s.Zone)
	in.If(len(s.Categories) == 0, "categories", "conversation.categories")
	for field, labels := range s.labels() {
		checkLabels(in, field, labels)
	}
	in.If(len(s.Stages) > maxStages, "stages", "stage.number")
	if in.Err() == nil {
		s.Stages = slices.Clone(s.Stages)
		for i := range s.Stages {
			s.Stages[i].Number = i + 1
			s.Stages[i].check(in)
		}
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
		l.Closed, l.Into = false, ""
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

// Cross finds a cross-cutting question.
func (s *Settings) Cross(id string) (Label, bool) { return find(s.Crosscutting, id) }

// Country finds a country of the conversation's own.
func (s *Settings) Country(code string) (Label, bool) { return find(s.Countries, code) }

// Category finds a stakeholder category; of one that was merged into another, that other.
func (s *Settings) Category(id string) (Label, bool) {
	l, ok := find(s.Categories, id)
	if ok && l.Into != "" {
		return find(s.Categories, l.Into)
	}
	return l, ok
}

// Unsaid is the id of the category of whoever says none; "" where everybody has to say one.
func (s *Settings) Unsaid() string {
	for _, c := range s.Categories {
		if c.Unsaid {
			return c.ID
		}
	}
	return ""
}

// Counted is the category in which somebody is counted who chose one, of one that was merged the one that took its place; "" stands for
// that of whoever says none. Known says that nobody chooses: it is that of a party on the roll.
func (s *Settings) Counted(category string, known bool) (Label, error) {
	if category == "" {
		category = s.Unsaid()
	}
	cat, ok := s.Category(category)
	switch {
	case category == "":
		return cat, refusal.In("category", "category.missing")
	case !ok:
		return cat, refusal.In("category", "category.unknown")
	//mutants:guard nobody chooses a category that is closed
	case cat.Closed && !known:
		return cat, refusal.In("category", "category.closed", "category", cat.Name.String())
	//mutants:guard nobody speaks for a state on their own word
	case cat.State && !known:
		return cat, refusal.In("category", "category.state")
	}
	return cat, nil
}

// Subject finds a subject area.
func (s *Settings) Subject(id string) (Label, bool) { return find(s.Subjects, id) }

// IDs are the ids of labels.
func IDs(ls []Label) (out []string) {
	for _, l := range ls {
		out = append(out, l.ID)
	}
	return out
}

func find(ls []Label, id string) (Label, bool) {
	i := Place(ls, id)
	if i < 0 {
		return Label{}, false
	}
	return ls[i], true
}

// Place is where the label with an id stands in a list, -1 where it does not.
func Place(ls []Label, id string) int {
	return slices.IndexFunc(ls, func(l Label) bool { return l.ID == id })
}
