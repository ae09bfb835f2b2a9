package input

import (
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Translated is a translation of one text that is to be released, as commands of several nouns bring it.
type Translated struct {
	Language locale.Lang // not that of the original
	Status   string      // official, unofficial or machine
	Words    string      // the same as before where the change of the original does not touch the language
	Seen     string      // what whoever translates has seen, as locale.Text.Seen names it: nobody overwrites what they have not seen
}

// Release cleans a translation and holds it to its bounds, by the fields of a form: of one line where line says so, and of
// at most most characters.
func (c *Check) Release(t *Translated, most int, line bool) {
	c.Language("language", t.Language)
	c.OneOf("status", t.Status, []string{locale.IsOfficial, locale.IsUnofficial, locale.IsMachine}, "answer.status")
	if line {
		c.Line("text", &t.Words, most)
	} else {
		c.Short("text", &t.Words, most)
	}
	t.Words = strings.TrimSpace(t.Words)
	c.If(t.Words == "", "text", "translation.empty")
}

// Of decides whether a translation may be released of a text as it stands.
func (t Translated) Of(text locale.Text) error {
	switch {
	case text.In[text.Original] == "":
		return refusal.New(refusal.Hidden, "translation.unknown")
	case t.Language == text.Original:
		return refusal.In("language", "translation.original")
	case t.Seen != text.Seen(t.Language):
		return refusal.New(refusal.Conflict, "translation.moved")
	}
	return nil
}
