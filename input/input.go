// Package input holds what an ask brings to its bounds: lengths, languages, time zones, addresses, choices from
// a list. Each command of a noun says here what it takes, beside its rule, so that a form, a file
// filled in offline, a mailbox, an import and a program are all held to the same. What can be put right
// without changing what was meant (line ends, invisible characters, spaces at the ends) is; what cannot is
// refused, by the field it stands in.
package input

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Longest lengths that several commands share, in characters.
const (
	MaxTitle   = 300    // a title, a working title, a line of the calendar
	MaxName    = 200    // of a person, a body, a category
	MaxText    = 10_000 // a text of the secretariat in one language
	MaxOutcome = 2_000  // what is said in a few sentences: an outcome, a reason
	maxAddress = 2_000
)

// Check collects what is wrong with a command. Its methods clean what they are given in place; the zero
// Check has found nothing.
type Check struct{ refusals refusal.Several }

// Err is what was found, nil for nothing.
func (c *Check) Err() error { return c.refusals.Or() }

// Refuse notes something that is wrong with a field.
func (c *Check) Refuse(field, key string, args ...any) {
	c.refusals = append(c.refusals, refusal.In(field, key, args...))
}

// tooLong notes that a text has more than max bytes.
func (c *Check) tooLong(field string, max int) {
	c.refusals = append(c.refusals, &refusal.Refusal{Kind: refusal.TooLarge, Key: "contribution.long", Field: field, Args: []any{"max", max}})
}

// If notes something that is wrong with a field where bad says so.
func (c *Check) If(bad bool, field, key string, args ...any) {
	if bad {
		c.Refuse(field, key, args...)
	}
}

// Line cleans one line of at most max characters.
func (c *Check) Line(field string, s *string, max int) {
	out, err := locale.CleanLine(*s, max)
	c.unclean(field, err, max)
	*s = out
}

// Text cleans a text of any number of lines, of at most max bytes.
func (c *Check) Text(field string, s *string, max int) {
	out, err := locale.Clean(*s)
	if err == nil && len(out) > max {
		c.tooLong(field, max)
	} else {
		c.unclean(field, err, max)
	}
	*s = out
}

func (c *Check) unclean(field string, err error, max int) {
	switch {
	case errors.Is(err, locale.ErrLong):
		c.Refuse(field, "line.long", "max", max)
	case err != nil:
		c.Refuse(field, "text.utf8")
	}
}

// Lines cleans a line in several languages, each of at most max characters.
func (c *Check) Lines(field string, t *locale.Text, max int) { c.each(field, t, max, true) }

// Texts cleans a text in several languages, each of at most max characters.
func (c *Check) Texts(field string, t *locale.Text, max int) { c.each(field, t, max, false) }

func (c *Check) each(field string, t *locale.Text, max int, line bool) {
	if len(t.In) == 0 {
		return
	}
	clean := make(map[locale.Lang]string, len(t.In))
	for _, l := range sorted(t.In) {
		s := t.In[l]
		if !l.Valid() {
			c.Refuse(field, "contribution.language")
			continue
		}
		if line {
			c.Line(field, &s, max)
		} else {
			c.Short(field, &s, max)
		}
		if s != "" {
			clean[l] = s
		}
	}
	c.If(len(clean) > 0 && !t.Original.Valid(), field, "contribution.language")
	t.In = clean
}

func sorted(in map[locale.Lang]string) []locale.Lang {
	out := make([]locale.Lang, 0, len(in))
	for l := range in {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}

// OneOf refuses with key what is not in the list.
func (c *Check) OneOf(field, s string, list []string, key string) {
	c.If(!slices.Contains(list, s), field, key)
}

// Language refuses what is not one of the six languages.
func (c *Check) Language(field string, l locale.Lang) {
	c.If(!l.Valid(), field, "contribution.language")
}

// Zone refuses what is not the name of a time zone; "" is taken for UTC.
func (c *Check) Zone(field, zone string) {
	c.If(zone != "" && !locale.KnownZone(zone), field, "zone.unknown")
}

// Address cleans the address of a source on the web, "" for none.
func (c *Check) Address(field string, s *string) {
	c.Line(field, s, maxAddress)
	whole := strings.HasPrefix(*s, "https://") || strings.HasPrefix(*s, "http://")
	c.If(*s != "" && (!whole || strings.ContainsFunc(*s, unicode.IsSpace)), field, "desk.address")
}

// Short cleans a text of any number of lines, of at most max characters.
func (c *Check) Short(field string, s *string, max int) {
	out, err := locale.Clean(*s)
	c.unclean(field, err, max)
	c.If(utf8.RuneCountInString(out) > max, field, "line.long", "max", max)
	*s = out
}

// Written refuses a language in which nobody can say that they write.
func (c *Check) Written(field string, l locale.Lang) {
	_, ok := locale.WrittenAt(l)
	c.If(!ok, field, "contribution.language")
}

// Whole cleans a text in several languages that may be as long as a stored text can be.
func (c *Check) Whole(field string, t *locale.Text) { c.Texts(field, t, locale.MaxText) }

// Found is how much was found wrong so far.
func (c *Check) Found() int { return len(c.refusals) }
