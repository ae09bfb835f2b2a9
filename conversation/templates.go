package conversation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/locale"
)

// The templates of a process: each is a calendar that a conversation may begin with.
const (
	TemplateConversation = "conversation" // a session, a draft paper and its call, a revised paper, a second session
	TemplateConsultation = "consultation" // one paper and one call
	TemplateMeeting      = "meeting"      // the documents of a meeting, and its report
)

// Templates lists the templates; their names stand in the catalogues under "desk.template.".
var Templates = []string{TemplateConversation, TemplateConsultation, TemplateMeeting}

// calendars are the stages of each template. A stage's title stands in the catalogues under "desk.stage.".
var calendars = map[string][]struct {
	kind, key string
	from, to  bool // the start is its first day, the deadline its last
}{
	TemplateConversation: {{"session", "first_session", true, false}, {"paper", "draft_paper", false, false}, {"call", "call", false, true}, {"paper", "revised_paper", false, false},
		{"session", "second_session", false, false}, {"considerations", "considerations", false, false}},
	TemplateConsultation: {{"paper", "paper", false, false}, {"call", "call", true, true}, {"considerations", "summary", false, false}},
	TemplateMeeting:      {{"paper", "documents", false, false}, {"session", "meeting", true, true}, {"review", "report", false, false}},
}

// TemplateStages are the stages of a template, all planned. Two days are known when a conversation begins, its
// start and its deadline (2026-03-02); they stand at the stages that bear them. ok is false where there is no
// such template.
func TemplateStages(template, start, deadline string, original locale.Lang) (stages []Stage, ok bool) {
	calendar, ok := calendars[template]
	for _, p := range calendar {
		st := Stage{Kind: p.kind, Title: everywhere("desk.stage."+p.key, original), State: Planned}
		if p.from {
			st.From = start
		}
		if p.to {
			st.To = deadline
		}
		stages = append(stages, st)
	}
	return stages, ok
}

// Preset is a label that a conversation may begin with. Its name stands in the catalogues.
type Preset struct {
	ID, Key string
	State   bool // the category of member states
	Person  bool // a category of persons, not of bodies
}

// The labels that a form offers. Whoever convenes may take them, leave them, and add others.
var (
	PresetCategories = presets("category", "member_state", "igo", "ngo", "industry", "academia", "individual")
	PresetGroups     = presets("group", "african_group", "asia_pacific_group", "cebs", "caceec", "grulac", "group_b", "china")
	PresetSubjects   = presets("subject", "patents", "copyright", "related_rights", "designs", "trademarks", "trade_secrets", "data", "geographical_indications", "plant_varieties", "layout_designs")

	// The questions that run through all subject areas are no field of the form: every conversation from a
	// template begins with these rows of the overview.
	presetCrosscutting = presets("crosscutting", "author", "subject", "use", "disclosure", "liability", "new_rights", "dignity", "capacity", "administration")
)

func presets(kind string, ids ...string) []Preset {
	out := make([]Preset, len(ids))
	for i, id := range ids {
		out[i] = Preset{ID: id, Key: "desk." + kind + "." + id, State: id == "member_state", Person: id == "individual"}
	}
	return out
}

// Name is the preset's name in all six languages.
func (p Preset) Name(original locale.Lang) locale.Text { return everywhere(p.Key, original) }

// FindPreset finds the preset that has a name in any language, in capitals or not.
func FindPreset(ps []Preset, name string) (Preset, bool) {
	i := slices.IndexFunc(ps, func(p Preset) bool {
		return slices.ContainsFunc(locale.All, func(l locale.Lang) bool { return strings.EqualFold(name, l.T(p.Key)) })
	})
	if i < 0 {
		return Preset{}, false
	}
	return ps[i], true
}

// StartingCategories are the categories of parties that a conversation begins with where nobody names others,
// in all six languages.
func StartingCategories(original locale.Lang) []Label {
	out := make([]Label, len(PresetCategories))
	for i, p := range PresetCategories {
		out[i] = Label{ID: p.ID, Name: p.Name(original), Body: !p.Person, State: p.State}
	}
	return out
}

// StartingCrosscutting are the questions that run through all subject areas, in all six languages.
func StartingCrosscutting(original locale.Lang) []Label {
	out := make([]Label, len(presetCrosscutting))
	for i, p := range presetCrosscutting {
		out[i] = Label{ID: p.ID, Name: p.Name(original)}
	}
	return out
}

// everywhere is a sentence of the catalogue in all six languages.
func everywhere(key string, original locale.Lang) locale.Text {
	t := locale.Text{Original: original, In: map[locale.Lang]string{}}
	for _, l := range locale.All {
		t.In[l] = l.T(key)
	}
	return t
}

// NewLabelID makes an id for the n-th label of a list ("categories"), from its name or, where that has no Latin
// letters, from the name of the list ("categorie_3").
func NewLabelID(name, list string, n int) string {
	if id := LabelIDOf(name); id != "" {
		return id
	}
	return strings.TrimSuffix(list, "s") + "_" + strconv.Itoa(n)
}
