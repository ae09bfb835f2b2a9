package site

import (
	"maps"
	"slices"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The texts of an instance beside its legal pages, as a translation names them.
const (
	NameText    = "name"
	ContactText = "contact"
	BordersText = "borders"
)

// TextNames names the texts of an instance that can be translated: what stands on every page, and the legal pages.
var TextNames = append([]string{NameText, ContactText, BordersText}, PageNames...)

// Text finds a text of the instance by its name. A legal page is written first in the language of the body's name, else in
// the default one; it has words in the languages in which no gap is left.
func (s *Site) Text(name string) (locale.Text, bool) {
	switch name {
	case NameText:
		return s.Name, true
	case ContactText:
		return s.Contact, true
	case BordersText:
		return s.Borders, true
	}
	if !slices.Contains(PageNames, name) {
		return locale.Text{}, false
	}
	out := locale.Text{Original: s.Name.Original, In: map[locale.Lang]string{}}
	if !slices.Contains(s.Offered(), out.Original) {
		out.Original = s.Default()
	}
	for _, l := range locale.All {
		if _, ok := s.Page(name, l); ok {
			out.In[l] = s.Draft(name, l)
		}
	}
	return out, true
}

// Begun is what the translation of a text begins with where there is none: of a legal page what the program brings, with
// its gaps, "" for all else.
func (s *Site) Begun(name string, l locale.Lang) string {
	if !slices.Contains(PageNames, name) {
		return ""
	}
	return s.Draft(name, l)
}

// bounds are how many characters a text may have, and whether it is of one line.
func bounds(name string) (most int, line bool) {
	switch name {
	case NameText:
		return MaxName, true
	case ContactText:
		return MaxContact, false
	case BordersText:
		return MaxBorders, false
	}
	return MaxPage, false
}

// Translate saves the translation of one text of the instance, with what is said of it.
func (s *Store) Translate(name string, t input.Translated) error {
	var in input.Check
	most, line := bounds(name)
	in.Release(&t, most, line)
	if err := in.Err(); err != nil {
		return err
	}
	return s.Save(func(now Said) (Said, error) {
		text, ok := s.Now().Text(name)
		switch {
		case !ok:
			return now, refusal.New(refusal.Hidden, "translation.unknown")
		case !slices.Contains(s.Now().Offered(), t.Language):
			return now, refusal.New(refusal.Conflict, "translation.language", "language", t.Language)
		}
		if err := t.Of(text); err != nil {
			return now, err
		}
		if gaps := Gaps(t.Words); len(gaps) > 0 {
			return now, refusal.In("text", "site.gap_left", "gap", gaps[0])
		}
		now.told = map[string]string{name + " " + string(t.Language): t.Status}
		switch name {
		case NameText:
			now.Name = now.Name.With(map[locale.Lang]string{t.Language: t.Words}, "")
		case ContactText:
			now.Contact = now.Contact.With(map[locale.Lang]string{t.Language: t.Words}, "")
		case BordersText:
			now.Borders = now.Borders.With(map[locale.Lang]string{t.Language: t.Words}, "")
		default:
			if now.Pages == nil {
				now.Pages = map[string]map[locale.Lang]string{}
			}
			if now.Pages[name] == nil {
				now.Pages[name] = map[locale.Lang]string{}
			}
			now.Pages[name][t.Language] = t.Words
		}
		return now, nil
	})
}

// marked notes what is known of the translations after a version: was is the one before, next the one that is saved.
func marked(was, next *Site, told map[string]string) locale.Marks {
	marks := was.Marks
	for _, name := range TextNames {
		before, _ := was.Text(name)
		now, _ := next.Text(name)
		marks = marks.After(name, before, now, locale.Changed(before, now), "")
		for _, l := range locale.All {
			if status, ok := told[name+" "+string(l)]; ok {
				marks = marks.After(name, before, now, map[locale.Lang]string{l: now.In[l]}, status)
			}
		}
	}
	return maps.Clone(marks)
}
