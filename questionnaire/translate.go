package questionnaire

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// SectionField is where a form asks for a section, by its number, for refusals.
func SectionField(n int) string { return "s" + strconv.Itoa(n) }

// namedText is a text of a form with its name and its bounds.
type namedText struct {
	name string
	text *locale.Text
	most int  // characters
	line bool // it is of one line
}

// texts are all texts of a form, by their names: "s1" the title of the first section, "s1 text" what stands below it; "q2"
// the second question, "q2 hint", "q2 low", "q2 high", "q2 unit", "q2 option 3", "q2 row 1".
func (f *Form) texts() func(func(namedText) bool) {
	return func(yield func(namedText) bool) {
		n := 0
		for i := range f.Sections {
			s := &f.Sections[i]
			name := SectionField(i + 1)
			if !yield(namedText{name, &s.Title, input.MaxTitle, true}) || !yield(namedText{name + " text", &s.Text, input.MaxText, false}) {
				return
			}
			for j := range s.Questions {
				n++
				q := &s.Questions[j]
				name := QuestionField(n)
				for _, t := range []namedText{{name, &q.Text, input.MaxOutcome, true}, {name + " hint", &q.Hint, input.MaxOutcome, true},
					{name + " low", &q.Low, input.MaxName, true}, {name + " high", &q.High, input.MaxName, true},
					{name + " unit", &q.Unit, input.MaxName, true}} {
					if !yield(t) {
						return
					}
				}
				for _, list := range []struct {
					of    string
					texts []locale.Text
				}{{" option ", q.Options}, {" row ", q.Rows}} {
					for k := range list.texts {
						if !yield(namedText{name + list.of + strconv.Itoa(k+1), &list.texts[k], input.MaxName, true}) {
							return
						}
					}
				}
			}
		}
	}
}

// Text finds a text of the form by its name: "s1", "s1 text", "q2", "q2 hint", "q2 low", "q2 high", "q2 unit",
// "q2 option 3", of a table its columns, and "q2 row 1".
func (f *Form) Text(name string) (locale.Text, bool) {
	t, ok := f.named(name)
	if !ok {
		return locale.Text{}, false
	}
	return *t.text, true
}

func (f *Form) named(name string) (namedText, bool) {
	for t := range f.texts() {
		if t.name == name {
			return t, true
		}
	}
	return namedText{}, false
}

// TextNames names the texts of the form that say something, in their order.
func (f *Form) TextNames() (names []string) {
	for t := range f.texts() {
		if !t.text.Empty() {
			names = append(names, t.name)
		}
	}
	return names
}

// marksAfter are what is known of the translations of the form that takes the place of this one.
func (f *Form) marksAfter(now *Form) locale.Marks {
	var out locale.Marks
	for t := range now.texts() {
		was, _ := f.Text(t.name)
		of := locale.Marks{}
		for _, l := range locale.All {
			if m := f.Marks.Of(t.name, l); m != (locale.Mark{}) {
				of[t.name+" "+string(l)] = m
			}
		}
		for key, m := range of.After(t.name, was, *t.text, locale.Changed(was, *t.text), "") {
			if out == nil {
				out = locale.Marks{}
			}
			out[key] = m
		}
	}
	return out
}

// clone is a copy of the form whose texts may be changed.
func (f *Form) clone() *Form {
	out := *f
	out.Sections = slices.Clone(f.Sections)
	for i := range out.Sections {
		s := &out.Sections[i]
		s.Questions = slices.Clone(s.Questions)
		for j := range s.Questions {
			q := &s.Questions[j]
			q.Options, q.Rows = slices.Clone(q.Options), slices.Clone(q.Rows)
		}
	}
	return &out
}

// Translate releases the translation of one text of the questions of a call. It may come after people have answered: what
// they were asked does not change.
type Translate struct {
	Call     cite.Ref
	Text     string      // "s1" the title of a section, "s1 text" what stands below it, "q2" a question, "q2 hint", "q2 low", "q2 high", "q2 unit", "q2 option 3", "q2 row 1"
	Language locale.Lang // not that of the original
	Status   string      // official, unofficial or machine
	Words    string      // at most as many characters as the original may have
	Seen     string      // the first 16 hexadecimal digits of the SHA-256 of the original, a zero byte and the translation as they stand
}

// Check cleans the words and holds them to their bounds.
func (c Translate) Check() (Translate, error) {
	var in input.Check
	most, line := input.MaxOutcome, true
	switch _, what, _ := strings.Cut(c.Text, " "); {
	case what == "text":
		most, line = input.MaxText, false
	case what == "low", what == "high", what == "unit", strings.HasPrefix(what, "option "), strings.HasPrefix(what, "row "):
		most = input.MaxName
	case what == "" && strings.HasPrefix(c.Text, "s"):
		most = input.MaxTitle
	}
	t := c.translated()
	in.Release(&t, most, line)
	c.Words = t.Words
	return c, in.Err()
}

func (c Translate) translated() input.Translated {
	return input.Translated{Language: c.Language, Status: c.Status, Words: c.Words, Seen: c.Seen}
}

// Translate decides.
func (s *State) Translate(act cite.Act, c Translate) (cite.Proposal, error) {
	f, ok := s.Form(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "translation.unknown")
	}
	text, ok := f.Text(c.Text)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "translation.unknown")
	}
	if err := c.translated().Of(text); err != nil {
		return cite.Proposal{}, err
	}
	return cite.Proposal{Body: Translated{Call: c.Call, Text: c.Text, Language: c.Language, Status: c.Status, Words: c.Words, By: act.By, At: act.At}}, nil
}

// Translated: a text of the questions of a call can be read in a language, or says something else in it.
type Translated struct {
	Call     cite.Ref    `json:"call"`
	Text     string      `json:"text"`
	Language locale.Lang `json:"language"`
	Status   string      `json:"status"`
	Words    string      `json:"words"`
	By       string      `json:"by,omitempty"`
	At       time.Time   `json:"at"`
}

// Describe: pages that show the call ask its questions.
func (f Translated) Describe() cite.Description {
	return cite.Description{Kind: "questionnaire.translated/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Apply puts the words in their place.
func (f *Translated) Apply(s *State, _ cite.Entry) error {
	i := slices.IndexFunc(s.forms, func(o *Form) bool { return o.Call == f.Call })
	if i < 0 {
		return nil // the questions were taken back
	}
	now := s.forms[i].clone() // snapshots hold the one before
	if t, ok := now.named(f.Text); ok {
		words := map[locale.Lang]string{f.Language: f.Words}
		was := *t.text
		*t.text = was.With(words, "")
		now.Marks = now.Marks.After(f.Text, was, *t.text, words, f.Status)
	}
	s.forms = slices.Clone(s.forms)
	s.forms[i] = now
	return nil
}
