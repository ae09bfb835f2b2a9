// Package template holds what a conversation may begin with: the calendars of processes, and the labels that a form
// offers for the kinds of parties, their groups and the subject areas. They are proposals. Whoever convenes may take
// them, change them or leave them, and afterwards the conversation knows only what was taken.
package template

import (
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
)

// The templates of a process: each is a calendar that a conversation may begin with.
const (
	Conversation = "conversation" // a session, a draft paper and its call, a revised paper, a second session
	Consultation = "consultation" // one paper and one call
	Meeting      = "meeting"      // the documents of a meeting, and its report
	WIPO         = "wipo"         // a conversation with everything that WIPO's on intellectual property and AI had
)

// Names lists the templates; their names stand in the catalogues under "desk.template.".
var Names = []string{Conversation, Consultation, Meeting, WIPO}

// calendars are the stages of each template. A stage's title stands in the catalogues under "desk.stage.".
var calendars = map[string][]struct {
	kind, key string
	from, to  bool // the start is its first day, the deadline its last
}{
	Conversation: {{"session", "first_session", true, false}, {"paper", "draft_paper", false, false}, {"call", "call", false, true}, {"paper", "revised_paper", false, false},
		{"session", "second_session", false, false}, {"considerations", "considerations", false, false}},
	Consultation: {{"paper", "paper", false, false}, {"call", "call", true, true}, {"considerations", "summary", false, false}},
	Meeting:      {{"paper", "documents", false, false}, {"session", "meeting", true, true}, {"review", "report", false, false}},
}

func init() { calendars[WIPO] = calendars[Conversation] }

// Stages are the stages of a template, all planned. Two days are known when a conversation begins, its
// start and its deadline (2026-03-02); they stand at the stages that bear them. ok is false where there is no
// such template.
func Stages(template, start, deadline string, original locale.Lang) (stages []settings.Stage, ok bool) {
	calendar, ok := calendars[template]
	for _, p := range calendar {
		st := settings.Stage{Kind: p.kind, Title: everywhere("desk.stage."+p.key, original), State: settings.Planned}
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

// Label is one that a conversation may begin with. Its name stands in the catalogues.
type Label struct {
	ID, Key string
	State   bool // the category of member states
	Person  bool // a category of persons, not of bodies
	Both    bool // a category of both
}

// The labels that a conversation may begin with: five categories that fit any, and those of WIPO's conversation, with
// its groups, its subject areas and the questions that run through them all.
var (
	categories   = labels("category", "public_authority", "organisation", "company", "researcher", "individual")
	wipo         = labels("category", "member_state", "igo", "ngo", "industry", "academia", "individual")
	groups       = labels("group", "african_group", "asia_pacific_group", "cebs", "caceec", "grulac", "group_b", "china")
	subjects     = labels("subject", "patents", "copyright", "related_rights", "designs", "trademarks", "trade_secrets", "data", "geographical_indications", "plant_varieties", "layout_designs")
	crosscutting = labels("crosscutting", "author", "subject", "use", "disclosure", "liability", "new_rights", "dignity", "capacity", "administration")
)

func labels(kind string, ids ...string) []Label {
	out := make([]Label, len(ids))
	for i, id := range ids {
		out[i] = Label{ID: id, Key: "desk." + kind + "." + id, State: id == "member_state", Person: id == "individual", Both: id == "researcher"}
	}
	return out
}

// Name is the label's name in all six languages.
func (p Label) Name(original locale.Lang) locale.Text { return everywhere(p.Key, original) }

// Labels are what a conversation begins with in its lists, from a template: in all six languages, whatever languages it
// will have.
func Labels(template string, original locale.Lang) (lists map[string][]settings.Label) {
	if template != WIPO {
		return map[string][]settings.Label{settings.Categories: named(categories, original)}
	}
	return map[string][]settings.Label{settings.Categories: named(wipo, original), settings.Groups: named(groups, original),
		settings.Subjects: named(subjects, original), settings.Crosscutting: StartingCrosscutting(original)}
}

// StartingCategories are the categories of parties that a conversation begins with where nobody names others.
func StartingCategories(original locale.Lang) []settings.Label { return named(categories, original) }

// StartingCrosscutting are the nine questions that run through all subject areas of WIPO's conversation.
func StartingCrosscutting(original locale.Lang) []settings.Label {
	return named(crosscutting, original)
}

// named are labels as a conversation keeps them. Whoever says no category is an individual.
func named(labels []Label, original locale.Lang) []settings.Label {
	out := make([]settings.Label, len(labels))
	for i, p := range labels {
		out[i] = settings.Label{ID: p.ID, Name: p.Name(original)}
		if strings.HasPrefix(p.Key, "desk.category.") {
			out[i].Body, out[i].State, out[i].Both, out[i].Unsaid = !p.Person, p.State, p.Both, p.ID == "individual"
		}
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
