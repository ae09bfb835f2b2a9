package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/preparation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/settings"
)

// Settings is the page where officers put right what was said when the conversation was convened, and where they open
// and archive it.
type Settings struct {
	frame.NoWords
	Life      settings.Life
	Name      frame.LocalizedText
	Offices   int // how many hold an office: they see what is prepared
	Texts     []frame.Tongues
	Nouns     []NounRow
	Lists     []LabelList
	Languages []string // that are ticked
	WasLangs  string   // as they were when the page was made
	Zone      string
	WasZone   string
	Reason    string
	Needs     []preparation.Need
	Lacks     Lacks         // its texts that lack a language, those of the calendar apart
	Last      frame.Tongues // the last page
	Why       string        // why it is opened again
	Slug      string        // what was typed to discard it
	Review    settings.Review
	Proposer  bool          // the reader proposed that one officer be enough
	Open      string        // the label that is being changed: "categories-ngo", "categories-" for a new one
	NewToken  func() string // for each form its own
}

// NounRow is the conversation's own word for one noun, or one form of it.
type NounRow struct {
	Noun  string
	Words frame.Tongues
	Of    string // the noun whose form it is, "" where it is the noun itself
}

// nounForms are the forms that nouns take with numbers, each in the languages that have it.
func nounForms(st *conversation.Reading) (out []NounRow) {
	for _, noun := range settings.Counted {
		in := map[string][]locale.Lang{}
		for _, l := range st.Languages {
			for _, p := range l.Plurals() {
				in[p.Category] = append(in[p.Category], l)
			}
		}
		for _, category := range slices.Sorted(maps.Keys(in)) {
			name := settings.Form(noun, category)
			out = append(out, NounRow{name, frame.NewTongues("noun-"+name, locale.Text{In: st.Nouns[name]}, in[category], nil), noun})
		}
	}
	return out
}

// FormField is the field of one form in one language.
type FormField struct {
	frame.Tongue
	Name string
	Like string // the numbers that take the form: "2, 3, 4"
}

// forms are the fields of a noun's forms in a language, in the order of the numbers.
func (v *Settings) forms(noun string, l locale.Lang) (out []FormField) {
	for _, p := range l.Plurals() {
		for _, n := range v.Nouns {
			for _, r := range n.Words.Rows {
				if n.Noun == settings.Form(noun, p.Category) && r.Lang == l {
					out = append(out, FormField{r, n.Words.Field(r), strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Like), " ", ", "), "[]")})
				}
			}
		}
	}
	return out
}

// alone are the nouns themselves.
func (v *Settings) alone() []NounRow {
	return slices.DeleteFunc(slices.Clone(v.Nouns), func(n NounRow) bool { return n.Of != "" })
}

// LabelList is one list of labels.
type LabelList struct {
	List   string
	Labels []LabelRow
	New    LabelRow // the form of a new one
	Merge  []frame.Choice
	Nine   bool // the nine questions are offered
}

// LabelRow is one label with the form that changes it.
type LabelRow struct {
	settings.Label
	List    string
	Words   frame.Tongues
	Shown   frame.LocalizedText
	Others  []frame.LocalizedText // its names in the other languages
	Missing []locale.Lang
	Under   int    // what stands under it
	Chooser string // of a category
	Target  string // what was chosen to merge it into
	Reason  string // why it is changed
	Merged  string // the name of the category that it was merged into
}

// Key names the label on the page.
func (r LabelRow) Key() string { return r.List + "-" + r.ID }

// Left is how many things are missing before the conversation can be opened, and Ready how many of all are there.
func (v *Settings) Left() (n int) {
	for _, x := range v.Needs {
		if !x.Ready && !x.Optional {
			n++
		}
	}
	return n
}

// ready counts the things that are there.
func (v *Settings) ready() (n int) {
	for _, x := range v.Needs {
		if x.Ready {
			n++
		}
	}
	return n
}

// first is where the first thing that is missing is put right.
func (v *Settings) first() string {
	for _, x := range v.Needs {
		if !x.Ready && !x.Optional {
			return whereNeed[x.What]
		}
	}
	return ""
}

// renamed reports whether the conversation has words of its own, or some of them are wrong.
func (v *Settings) renamed(f *frame.Frame) bool {
	return slices.ContainsFunc(v.Nouns, func(n NounRow) bool { return n.said(f) })
}

// counts reports whether the conversation has forms of its own for a noun, or some of them are wrong.
func (v *Settings) counts(f *frame.Frame, noun string) bool {
	return slices.ContainsFunc(v.Nouns, func(n NounRow) bool { return n.Of == noun && n.said(f) })
}

// said reports whether there is a word in some language, or one that is wrong.
func (n NounRow) said(f *frame.Frame) bool {
	return slices.ContainsFunc(n.Words.Rows, func(t frame.Tongue) bool { return t.Value != "" || f.Wrong(n.Words.Field(t)) != nil })
}

// whereNeed is where each thing is put right: a part of this page, or another page of the desk.
var whereNeed = map[string]string{
	preparation.NeedTitle: "#title", preparation.NeedLead: "#lead", preparation.NeedContact: "#contact", preparation.NeedCategories: "#categories",
	preparation.NeedPages: "site", preparation.NeedCallTexts: "/desk/translations?of=" + OfCalls,
	preparation.NeedModerator: "/desk/people", preparation.NeedStages: "/desk/stages", preparation.NeedPaper: "/desk/papers/import", preparation.NeedCall: "/desk/calls/new",
}

// NewSettings builds the page.
func NewSettings(st *conversation.Reading, l locale.Lang) *Settings {
	v := &Settings{Lacks: settledLacks(st, false), Life: st.Life, Name: frame.Localize(st.Title, l), Zone: st.Zone, WasZone: st.Zone, Needs: st.Needs(), Review: st.Review,
		Proposer: st.Audience.Is(st.Review.Proposed.By)}
	if v.Zone == "" {
		v.Zone, v.WasZone = "UTC", "UTC"
	}
	held := map[delegation.Participant]bool{}
	for _, role := range delegation.Roles() {
		for _, p := range st.Roll.Holders(role) {
			held[p] = true
		}
	}
	v.Offices = len(held)
	for _, x := range st.Languages {
		v.Languages = append(v.Languages, string(x))
	}
	v.WasLangs = strings.Join(v.Languages, " ")
	for name, t := range map[string]locale.Text{settings.TitleText: st.Title, settings.LeadText: st.Lead, settings.ContactText: st.Contact} {
		if t.Original == "" {
			t.Original = st.Title.Original
		}
		v.Texts = append(v.Texts, frame.NewTongues(name, t, st.Languages, func(l locale.Lang) bool { return st.Older(name, l) }))
	}
	order := []string{settings.TitleText, settings.LeadText, settings.ContactText}
	slices.SortFunc(v.Texts, func(a, b frame.Tongues) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	for _, noun := range settings.Nouns {
		t := frame.NewTongues("noun-"+noun, locale.Text{In: st.Nouns[noun]}, st.Languages, nil)
		for i := range t.Rows {
			if t.Rows[i].State = "own"; t.Rows[i].Value == "" {
				t.Rows[i].State = "common"
			}
		}
		v.Nouns = append(v.Nouns, NounRow{Noun: noun, Words: t})
	}
	v.Nouns = append(v.Nouns, nounForms(st)...)
	for _, list := range settings.Lists {
		v.Lists = append(v.Lists, newLabelList(st, list, l))
	}
	last := st.Last
	if last.Original == "" {
		last.Original = st.Title.Original
	}
	v.Last = frame.NewTongues("last", last, st.Languages, nil)
	return v
}

func newLabelList(st *conversation.Reading, list string, l locale.Lang) LabelList {
	labels := map[string][]settings.Label{settings.Categories: st.Categories, settings.Groups: st.Groups, settings.Subjects: st.Subjects, settings.Crosscutting: st.Crosscutting}[list]
	out := LabelList{List: list, New: LabelRow{List: list, Chooser: settings.Bodies, Words: frame.NewTongues("name", locale.Text{Original: st.Title.Original}, st.Languages, nil)}}
	for _, x := range labels {
		name := list + " " + x.ID
		r := LabelRow{Label: x, List: list, Shown: frame.Localize(x.Name, l), Under: st.Under(list, x.ID), Chooser: x.Chooser(),
			Words: frame.NewTongues("name", x.Name, st.Languages, func(l locale.Lang) bool { return st.Older(name, l) })}
		for _, other := range st.Languages {
			if s := x.Name.In[other]; s == "" {
				r.Missing = append(r.Missing, other)
			} else if other != r.Shown.Lang {
				r.Others = append(r.Others, frame.LocalizedText{Text: s, Lang: other})
			}
		}
		if into, ok := st.Category(x.Into); ok && x.Into != "" {
			r.Merged = frame.Localize(into.Name, l).Text
		} else if list == settings.Categories && x.Offered() {
			out.Merge = append(out.Merge, frame.Choice{ID: x.ID, Name: r.Shown.Text})
		}
		out.Labels = append(out.Labels, r)
	}
	if list == settings.Crosscutting {
		out.Nine = !slices.ContainsFunc(template.StartingCrosscutting(st.Title.Original), func(x settings.Label) bool { _, ok := st.Cross(x.ID); return ok })
	}
	return out
}

// others are the categories that a row may be merged into.
func (x LabelList) others(r LabelRow) []frame.Choice {
	return slices.DeleteFunc(slices.Clone(x.Merge), func(c frame.Choice) bool { return c.ID == r.ID })
}

// Title is the page's title.
func (v *Settings) Title(f *frame.Frame) string { return f.T("desk.settings.page") }

// Row finds the row that is being changed, nil where none is.
func (v *Settings) Row() *LabelRow {
	for i := range v.Lists {
		x := &v.Lists[i]
		if v.Open == x.New.Key() {
			return &x.New
		}
		for j := range x.Labels {
			if v.Open == x.Labels[j].Key() && x.Labels[j].Into == "" {
				return &x.Labels[j]
			}
		}
	}
	return nil
}

// Preview is the page where an officer chooses as whom to look at the conversation.
type Preview struct {
	frame.NoWords
	Audiences []string
}

// Title is the page's title.
func (v *Preview) Title(f *frame.Frame) string { return f.T("preview.title") }
