package settings

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

// LastText is what stands on top of an archived conversation.
const LastText = "last"

// The texts of a stage are named "stage 3", "stage 3 outcome", "stage 3 promised".
const (
	stageText    = "stage "
	outcomeText  = " outcome"
	promisedText = " promised"
)

// TextNames names the texts of the conversation that say something, in the order in which an officer writes them: what it
// says of itself, the labels that are offered, the calendar.
func (s *Settings) TextNames() (names []string) {
	all := []string{TitleText, LeadText, ContactText, LastText}
	for _, list := range Lists {
		for _, l := range *(*State)(s).list(list) {
			if l.Offered() {
				all = append(all, list+" "+l.ID)
			}
		}
	}
	for i := range s.Stages {
		name := stageText + strconv.Itoa(i+1)
		all = append(all, name, name+outcomeText, name+promisedText)
	}
	for _, name := range all {
		if t, ok := s.Text(name); ok && !t.Empty() {
			names = append(names, name)
		}
	}
	return names
}

// Text finds a text of the conversation by its name: title, lead, contact, last, the list and id of a label
// ("categories ngo"), or a text of the calendar ("stage 3", "stage 3 outcome", "stage 3 promised").
func (s *Settings) Text(name string) (locale.Text, bool) {
	t, _, ok := (*State)(s).text(name)
	if !ok {
		return locale.Text{}, false
	}
	return *t, true
}

// text is a text by its name, and how many characters it may have; of one line where most is not input.MaxOutcome.
func (s *State) text(name string) (t *locale.Text, most int, ok bool) {
	switch name {
	case TitleText:
		return &s.Title, input.MaxTitle, true
	case LeadText:
		return &s.Lead, input.MaxOutcome, true
	case ContactText:
		return &s.Contact, input.MaxOutcome, true
	case LastText:
		return &s.Last, input.MaxOutcome, true
	}
	if rest, ok := strings.CutPrefix(name, stageText); ok {
		number, what, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > len(s.Stages) || strconv.Itoa(n) != number { // each text has one name
			return nil, 0, false
		}
		switch stage := &s.Stages[n-1]; what {
		case "":
			return &stage.Title, input.MaxTitle, true
		case strings.TrimSpace(outcomeText):
			return &stage.Outcome, input.MaxOutcome, true
		case strings.TrimSpace(promisedText):
			return &stage.Promised, input.MaxOutcome, true
		}
		return nil, 0, false
	}
	list, id, _ := strings.Cut(name, " ")
	if labels := s.list(list); labels != nil {
		if i := Place(*labels, id); i >= 0 {
			return &(*labels)[i].Name, input.MaxName, true
		}
	}
	return nil, 0, false
}

// Translate releases the translation of one text of the conversation.
type Translate struct {
	Text     string      // title, lead, contact, last, "categories ngo", "stage 3", "stage 3 outcome", "stage 3 promised"
	Language locale.Lang // not that of the original
	Status   string      // official, unofficial or machine
	Words    string      // at most as many characters as the original may have
	Seen     string      // the first 16 hexadecimal digits of the SHA-256 of the original, a zero byte and the translation as they stand
}

// Check cleans the words and holds them to the widest bound; the rule holds them to that of the text.
func (c Translate) Check() (Translate, error) {
	var in input.Check
	t := c.translated()
	in.Release(&t, input.MaxOutcome, false)
	c.Words = t.Words
	return c, in.Err()
}

func (c Translate) translated() input.Translated {
	return input.Translated{Language: c.Language, Status: c.Status, Words: c.Words, Seen: c.Seen}
}

// Translate decides. No two labels of a list have one name in a language.
func (s *State) Translate(act cite.Act, c Translate) (cite.Proposal, error) {
	text, most, ok := s.text(c.Text)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "translation.unknown")
	}
	t := c.translated()
	if err := t.Of(*text); err != nil {
		return cite.Proposal{}, err
	}
	var in input.Check
	in.Release(&t, most, most != input.MaxOutcome)
	list, id, _ := strings.Cut(c.Text, " ")
	if labels := s.list(list); labels != nil {
		in.If(slices.ContainsFunc(*labels, func(x Label) bool {
			return x.ID != id && x.Into == "" && locale.SameLine(x.Name.In[c.Language], t.Words)
		}), "text", "settings.twice")
	}
	return cite.Proposal{Body: Translated{Text: c.Text, Language: c.Language, Status: c.Status, Words: t.Words, By: act.By, At: act.At}}, in.Err()
}

// Translated: a text of the conversation can be read in a language, or says something else in it.
type Translated struct {
	Text     string      `json:"text"`
	Language locale.Lang `json:"language"`
	Status   string      `json:"status"`
	Words    string      `json:"words"`
	By       string      `json:"by,omitempty"`
	At       time.Time   `json:"at"`
}

// Describe: what is settled is everybody's to read, and every page shows some of it.
func (Translated) Describe() cite.Description {
	return cite.Description{Kind: "settings.translated/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply puts the words in their place.
func (f *Translated) Apply(s *State, _ cite.Entry) error {
	if list, _, ok := strings.Cut(f.Text, " "); ok { // snapshots hold the one before
		if labels := s.list(list); labels != nil {
			*labels = slices.Clone(*labels)
		}
		s.Stages = slices.Clone(s.Stages)
	}
	if text, _, ok := s.text(f.Text); ok {
		s.write(f.Text, text, Words{f.Language: f.Words}, f.Status)
	}
	return nil
}
