package site

import (
	"slices"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/site"
)

// Translations is the translators' desk for what the operator says: the legal pages, and what stands on every page.
type Translations struct {
	frame.NoWords
	part.Units
	Languages []locale.Lang // that pages are offered in
}

// NewTranslations builds the page for one language. hold is the key of a text that is shown in any case, "" for none.
func NewTranslations(s *site.Site, to locale.Lang, pile string, from int, hold string) *Translations {
	v := &Translations{Languages: s.Offered()}
	v.To, v.Action, v.Released = to, "/site/translations", true
	var all []*part.Unit
	for _, name := range site.TextNames {
		t, _ := s.Text(name)
		u, ok := part.NewUnit(part.Unit{Says: called(name), At: "site", Passage: name}, t, to, s.Marks.Of(name, to))
		if !ok {
			continue
		}
		if u.Text == "" { // what it begins with
			u.Typed = s.Begun(name, to)
		}
		all = append(all, u)
	}
	v.Arrange(all, pile, from, hold)
	return v
}

// called is how a text of the instance is called, a sentence of the catalogue.
func called(name string) string {
	if slices.Contains(site.PageNames, name) {
		return "site.page." + name
	}
	return "site." + name
}

// Title is the page's title.
func (v *Translations) Title(f *frame.Frame) string { return f.T("site.translations") }
