package life

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The texts of a call, as a translation names them; its documents are named by DocumentName.
const (
	TitleText = "title"
	BodyText  = "text"
	TermsText = "terms"
)

const documentText = "document "

// DocumentName names the title of a document of a call: "document 2".
func DocumentName(number int) string { return documentText + strconv.Itoa(number) }

// Text finds a text of a call by its name.
func Text(k *consultation.Call, name string) (locale.Text, bool) {
	switch name {
	case TitleText:
		return k.Title, true
	case BodyText:
		return k.Text, true
	case TermsText:
		return k.Terms, true
	}
	for _, d := range k.Documents {
		if DocumentName(d.Number) == name && !d.Removed {
			return d.Title, true
		}
	}
	return locale.Text{}, false
}

// TextNames names the texts of a call that say something, in the order in which its page shows them.
func TextNames(k *consultation.Call) (names []string) {
	for _, name := range []string{TitleText, BodyText, TermsText} {
		if t, _ := Text(k, name); !t.Empty() {
			names = append(names, name)
		}
	}
	for _, d := range k.StandingDocuments() {
		names = append(names, DocumentName(d.Number))
	}
	return names
}

// Translate releases the translation of one text of a call.
type Translate struct {
	Call     cite.Ref
	Text     string      // title, text, terms, or "document 2"
	Language locale.Lang // not that of the original
	Status   string      // official, unofficial or machine
	Words    string      // at most as many characters as the original may have
	Seen     string      // the first 16 hexadecimal digits of the SHA-256 of the original, a zero byte and the translation as they stand
}

// Check cleans the words and holds them to their bounds.
func (c Translate) Check() (Translate, error) {
	var in input.Check
	most, line := input.MaxTitle, true
	switch c.Text {
	case BodyText:
		most, line = input.MaxText, false
	case TermsText:
		most, line = input.MaxOutcome, false
	}
	t := c.translated()
	in.Release(&t, most, line)
	c.Words = t.Words
	return c, in.Err()
}

func (c Translate) translated() input.Translated {
	return input.Translated{Language: c.Language, Status: c.Status, Words: c.Words, Seen: c.Seen}
}

// DecideTranslate decides.
func DecideTranslate(b *consultation.State, act cite.Act, c Translate) (cite.Proposal, error) {
	k, err := standing(b, c.Call)
	if err != nil {
		return cite.Proposal{}, err
	}
	text, ok := Text(k, c.Text)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "translation.unknown")
	}
	if err := c.translated().Of(text); err != nil {
		return cite.Proposal{}, err
	}
	return cite.Proposal{Body: Translated{Call: c.Call, Text: c.Text, Language: c.Language, Status: c.Status, Words: c.Words, By: act.By, At: act.At}}, nil
}

// Translated: a text of a call can be read in a language, or says something else in it.
type Translated struct {
	Call     cite.Ref    `json:"call"`
	Text     string      `json:"text"`
	Language locale.Lang `json:"language"`
	Status   string      `json:"status"`
	Words    string      `json:"words"`
	By       string      `json:"by,omitempty"`
	At       time.Time   `json:"at"`
}

// Describe: pages that show the call show it.
func (f Translated) Describe() cite.Description {
	return cite.Description{Kind: "consultation.call_translated/1", Touches: []cite.Ref{f.Call}, About: cite.Public}
}

// Apply puts the words in their place. Where others stood there, the call keeps them with its corrections.
func (f *Translated) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) {
		was, ok := Text(k, f.Text)
		if !ok {
			return // a text that a newer Plenary knows
		}
		words := map[locale.Lang]string{f.Language: f.Words}
		now := was.With(words, "")
		k.Marks = k.Marks.After(f.Text, was, now, words, f.Status)
		t := consultation.Turn{Kind: consultation.TurnCorrected, At: f.At}
		switch f.Text {
		case TitleText:
			k.Title, t.Title = now, was
		case BodyText:
			k.Text, t.Text = now, was
		case TermsText:
			k.Terms, t.Terms = now, was
		default:
			n, _ := strconv.Atoi(strings.TrimPrefix(f.Text, documentText))
			k.Documents = slices.Clone(k.Documents)
			k.Documents[n-1].Title = now
			return
		}
		if old := was.In[f.Language]; old != "" && old != f.Words {
			k.Turn(at, t)
		}
	})
}
