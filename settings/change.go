package settings

import (
	"maps"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Words are what changes of a text: by language what it says from now on, "" where a translation is taken away. A
// language that says what it said before was looked at again, and is right as it is.
type Words map[locale.Lang]string

// For is what they say to a reader of l: in that language, else in the first that has words.
func (w Words) For(l locale.Lang) string {
	s, _ := locale.Text{Original: l, In: w}.For(l)
	return s
}

// The texts that a conversation has of its own, as Older and Changed name them.
const (
	TitleText   = "title"
	LeadText    = "lead"
	ContactText = "contact"
)

// Nouns are the main things that a conversation may have its own words for: each is the name of what the catalogue
// calls by the noun alone, in headings, navigation and labels of forms.
var Nouns = []string{"conversation", "secretariat", "parties", "party", "issues_paper", "papers", "contributions", "call", "record", "overview"}

// Counted are those nouns that sentences count. A word for them has a form for each category of numbers of its language:
// "contributions_few" is a noun too, in the languages that have the category.
var Counted = []string{"contributions", "parties"}

// Form is the name of the form that a noun takes with a category of numbers.
func Form(noun, category string) string { return noun + "_" + category }

// isForm reports whether a name is that of a form that some noun takes in a language.
func isForm(name string, l locale.Lang) bool {
	return slices.ContainsFunc(Counted, func(noun string) bool {
		return slices.ContainsFunc(l.Plurals(), func(p locale.Plural) bool { return name == Form(noun, p.Category) })
	})
}

// maxNoun is the longest word for a noun, in characters.
const maxNoun = 60

// Change puts right what a conversation says of itself. What is nil or empty stays as it is.
type Change struct {
	Title     Words            // at most input.MaxTitle characters in each language
	Lead      Words            // what it is about, at most input.MaxOutcome characters
	Contact   Words            // whom to ask, at most input.MaxOutcome characters
	Nouns     map[string]Words // by noun, one of Nouns, or by a form of one of Counted; "" has the common word back
	Languages []locale.Lang    // all of them, in the order in which they are offered
	Zone      string           // IANA name
	Reason    string           // why, for everybody to read; "" for none
}

// Check cleans the texts and holds everything to its bounds.
func (c Change) Check() (Change, error) {
	var in input.Check
	c.Title = clean(&in, TitleText, c.Title, input.MaxTitle, true)
	c.Lead = clean(&in, LeadText, c.Lead, input.MaxOutcome, false)
	c.Contact = clean(&in, ContactText, c.Contact, input.MaxOutcome, false)
	nouns := map[string]Words{}
	for noun, words := range c.Nouns {
		if !slices.Contains(Nouns, noun) {
			for l := range words {
				in.If(l.Valid() && !isForm(noun, l), "noun-"+noun, "settings.noun")
			}
		}
		nouns[noun] = clean(&in, "noun-"+noun, words, maxNoun, true)
	}
	if c.Nouns != nil {
		c.Nouns = nouns
	}
	for _, l := range c.Languages {
		in.Language("languages", l)
	}
	if c.Zone != "" {
		in.Zone("zone", c.Zone)
	}
	in.Text("reason", &c.Reason, input.MaxOutcome)
	return c, in.Err()
}

// clean cleans the words of a field; each language is a field of its own in forms: "title-fr".
func clean(in *input.Check, field string, words Words, most int, line bool) Words {
	if words == nil {
		return nil
	}
	out := Words{}
	for _, l := range slices.Sorted(maps.Keys(words)) {
		in.Language(field+"-"+string(l), l)
		s := words[l]
		if line {
			in.Line(field+"-"+string(l), &s, most)
		} else {
			in.Text(field+"-"+string(l), &s, most)
		}
		out[l] = s
	}
	return out
}

// Change decides: what says nothing new is left out, and an original stays as long as there are translations of it.
func (s *State) Change(act cite.Act, c Change) (cite.Proposal, error) {
	var in input.Check
	f := Changed{Reason: c.Reason, By: act.By, At: act.At}
	f.Title = s.news(&in, TitleText, s.Title, c.Title)
	f.Lead = s.news(&in, LeadText, s.Lead, c.Lead)
	f.Contact = s.news(&in, ContactText, s.Contact, c.Contact)
	title := s.Title.With(f.Title, s.Title.Original)
	in.If(title.In[title.Original] == "", "title-"+string(title.Original), "conversation.title")
	for noun, words := range c.Nouns {
		for l, word := range words {
			if s.Nouns[noun][l] != word {
				if f.Nouns == nil {
					f.Nouns = map[string]Words{}
				}
				if f.Nouns[noun] == nil {
					f.Nouns[noun] = Words{}
				}
				f.Nouns[noun][l] = word
			}
		}
	}
	s.checkForms(&in, f.Nouns)
	if c.Languages != nil && !slices.Equal(c.Languages, s.Languages) {
		in.If(!slices.Contains(c.Languages, s.Title.Original), "languages", "settings.original_language", "language", s.Title.Original)
		f.Languages = c.Languages
	}
	if c.Zone != s.Zone {
		f.Zone = c.Zone
	}
	if err := in.Err(); err != nil {
		return cite.Proposal{}, err
	}
	if f.Title == nil && f.Lead == nil && f.Contact == nil && f.Nouns == nil && f.Languages == nil && f.Zone == "" {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unchanged")
	}
	return cite.Proposal{Body: f}, nil
}

// checkForms sees that a counted noun has all its forms in a language, or none: a sentence would else use another word
// for one number than for the next.
func (s *State) checkForms(in *input.Check, news map[string]Words) {
	for _, noun := range Counted {
		for _, l := range locale.All {
			has, changed, lacks := 0, false, ""
			for _, p := range l.Plurals() {
				name := Form(noun, p.Category)
				word, is := news[name][l]
				if changed = changed || is; !is {
					word = s.Nouns[name][l]
				}
				if word != "" {
					has++
				} else if lacks == "" {
					lacks = name
				}
			}
			in.If(changed && has > 0 && lacks != "", "noun-"+lacks+"-"+string(l), "settings.forms", "language", l)
		}
	}
}

// news are those of some words that say something new of a text, and those of languages that were looked at again
// because they were older than the original; nil for none.
func (s *State) news(in *input.Check, field string, was locale.Text, words Words) Words {
	var out Words
	for l, word := range words {
		if was.In[l] == word && !(word != "" && (*Settings)(s).Older(field, l)) {
			continue
		}
		if out == nil {
			out = Words{}
		}
		out[l] = word
	}
	now := was.With(out, s.Title.Original)
	in.If(!now.Empty() && now.In[now.Original] == "", field+"-"+string(now.Original), "settings.original", "language", now.Original)
	return out
}

// Changed: what the conversation says of itself is otherwise from now on. It holds only what was changed.
type Changed struct {
	Title     Words            `json:"title,omitempty"`
	Lead      Words            `json:"lead,omitempty"`
	Contact   Words            `json:"contact,omitempty"`
	Nouns     map[string]Words `json:"nouns,omitempty"`
	Languages []locale.Lang    `json:"languages,omitempty"`
	Zone      string           `json:"zone,omitempty"`
	Reason    string           `json:"reason,omitempty"`
	By        string           `json:"by,omitempty"`
	At        time.Time        `json:"at"`
}

// What lists the parts that were changed, as the catalogue names them.
func (f Changed) What() (parts []string) {
	for _, x := range []struct {
		name    string
		changed bool
	}{{TitleText, f.Title != nil}, {LeadText, f.Lead != nil}, {ContactText, f.Contact != nil}, {"nouns", f.Nouns != nil}, {"languages", f.Languages != nil}, {"zone", f.Zone != ""}} {
		if x.changed {
			parts = append(parts, "desk.settings."+x.name)
		}
	}
	return parts
}

// Describe: what is settled is everybody's to read, and every page shows some of it.
func (Changed) Describe() cite.Description {
	return cite.Description{Kind: "settings.changed/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply takes it over.
func (f *Changed) Apply(s *State, _ cite.Entry) error {
	s.write(TitleText, &s.Title, f.Title, "")
	s.write(LeadText, &s.Lead, f.Lead, "")
	s.write(ContactText, &s.Contact, f.Contact, "")
	if len(f.Nouns) > 0 {
		s.Nouns = maps.Clone(s.Nouns)
		if s.Nouns == nil {
			s.Nouns = map[string]Words{}
		}
		for noun, words := range f.Nouns {
			s.Nouns[noun] = locale.Text{In: s.Nouns[noun]}.With(words, "").In
		}
	}
	if len(f.Languages) > 0 {
		s.Languages = f.Languages
	}
	if f.Zone != "" {
		s.Zone = f.Zone
	}
	return nil
}

// write puts words into a text, and notes what is known of its translations since.
func (s *State) write(name string, text *locale.Text, words Words, status string) {
	if len(words) == 0 {
		return
	}
	was := *text
	*text = was.With(words, s.Title.Original)
	s.Marks = s.Marks.After(name, was, *text, words, status)
}

// Older reports whether what a text says in a language is older than its original. name is one of the texts that
// Changed names, or the list and id of a label.
func (s *Settings) Older(name string, l locale.Lang) bool {
	t, ok := s.Text(name)
	return ok && s.Marks.Standing(name, t, l) == locale.IsOlder
}

// Noun is the conversation's own word for a noun in a language, "" where it has none.
func (s *Settings) Noun(noun string, l locale.Lang) string { return s.Nouns[noun][l] }
