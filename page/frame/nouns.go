package frame

import (
	"slices"

	"github.com/openplenary/plenary/settings"
)

// nounKeys are the sentences of the catalogue that are nothing but one of the main nouns, in each of the six languages:
// entries of the navigation, headings, labels of forms. A conversation's own word takes their place. A sentence that
// uses a noun among other words is never changed, unless it counts: in most of the languages the noun would have to be
// declined, and other words of the sentence with it.
var nounKeys = map[string]string{
	"nav.home":               "conversation",
	"noun.conversation":      "conversation",
	"noun.secretariat":       "secretariat",
	"desk.people.parties":    "parties",
	"evidence.parties":       "parties",
	"noun.parties":           "parties",
	"desk.people.party":      "party",
	"filter.party":           "party",
	"noun.party":             "party",
	"desk.paper_kind.issues": "issues_paper",
	"noun.issues_paper":      "issues_paper",
	"nav.documents":          "papers",
	"desk.papers.title":      "papers",
	"noun.papers":            "papers",
	"nav.contributions":      "contributions",
	"contributions.title":    "contributions",
	"noun.contributions":     "contributions",
	"call.kind":              "call",
	"noun.call":              "call",
	"nav.record":             "record",
	"noun.record":            "record",
	"nav.overview":           "overview",
	"noun.overview":          "overview",
}

// countKeys are the sentences that count one of the nouns, by the argument n.
var countKeys = map[string]counting{
	"margin.contributions":     {"contributions", ""},
	"overview.said":            {"contributions", ""},
	"overview.parties":         {"parties", ""},
	"why.parties":              {"parties", ""},
	"count.texts_of":           {"contributions", ""},
	"map.country":              {"contributions", "map.country.own"},
	"call.read":                {"contributions", "call.read.own"},
	"element.counted":          {"contributions", "element.counted.own"},
	"list.total":               {"contributions", "list.total.own"},
	"list.print_part":          {"contributions", "list.print_part.own"},
	"desk.calls_row":           {"contributions", "desk.calls_row.own"},
	"desk.pending":             {"contributions", "desk.pending.own"},
	"desk.now.moderate":        {"contributions", "desk.pending.own"},
	"removal.waiting":          {"contributions", "removal.waiting.own"},
	"desk.people.parties_text": {"parties", "desk.people.parties_text.own"},
	"evidence.stating":         {"parties", "evidence.stating.own"},
}

// counting is a sentence that counts a noun, as it is said where a conversation has its own forms of it: another sentence,
// in which number and noun stand by themselves as {counted}, or they alone.
type counting struct{ noun, own string }

// counted is a sentence of countKeys with the conversation's own forms; ok is false where it has none in the language.
func (f *Frame) counted(key string, args []any) (s string, ok bool) {
	c, ok := countKeys[key]
	if !ok {
		return "", false
	}
	for i := 0; i+1 < len(args); i += 2 {
		if n, is := args[i+1].(int); is && args[i] == "n" {
			s = f.Lang.Counted(n, func(category string) string { return f.Nouns[settings.Form(c.noun, category)][f.Lang] })
		}
	}
	if s != "" && c.own != "" {
		s = f.Lang.T(c.own, append(slices.Clone(args), "counted", s)...)
	}
	return s, s != ""
}

// Common is the catalogue's own word for a noun, whatever the conversation calls it.
func (f *Frame) Common(noun string) string { return f.Lang.T("noun." + noun) }
