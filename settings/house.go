package settings

import (
	"slices"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// House is what the operator says about the instance, as far as the rules of a conversation ask. It is on no record: it
// decides what may be done from now on, and nothing that is done.
type House struct {
	Countries *locale.CountryList
	// Borders stands under every map of a conversation that has no such notice of its own; empty for that of the catalogue.
	Borders locale.Text
	// Unwritten tells for each legal page in which languages it is not written, in the order of the pages.
	Unwritten []Unwritten
}

// Unwritten is a legal page that is not written in some languages.
type Unwritten struct {
	Page string // as refusal keys name it: "privacy", "terms"
	In   []locale.Lang
}

// CountryList is the one list of countries that forms, filters and maps ask; a conversation has its own beside it, which
// come first.
func (s *Settings) CountryList() *locale.CountryList {
	if s.House == nil || s.House.Countries == nil {
		return locale.UNCountries()
	}
	return s.House.Countries
}

// CountryName is the name of a country, of the conversation's own or of the common list; the code where
// neither knows it.
func (s *Settings) CountryName(code string, l locale.Lang) string {
	if c, ok := s.Country(code); ok {
		n, _ := c.Name.For(l)
		return n
	}
	if n := s.CountryList().Name(code, l); n != "" {
		return n
	}
	return code
}

// KnownCountry reports whether a code may stand for a country in this conversation.
func (s *Settings) KnownCountry(code string) bool {
	_, own := s.Country(code)
	return own || s.CountryList().May(code)
}

// Unwritten lists the legal pages that are not written in all of some languages.
func (h *House) unwritten(languages []locale.Lang) (out []Unwritten) {
	if h == nil {
		return nil
	}
	for _, u := range h.Unwritten {
		in := slices.DeleteFunc(slices.Clone(u.In), func(l locale.Lang) bool { return !slices.Contains(languages, l) })
		if len(in) > 0 {
			out = append(out, Unwritten{Page: u.Page, In: in})
		}
	}
	return out
}

// UnwrittenIn lists the languages of the conversation in which a legal page is not written, in the order of the
// conversation.
func (s *Settings) UnwrittenIn() (out []locale.Lang) {
	for _, l := range s.Languages {
		if slices.ContainsFunc(s.House.unwritten(s.Languages), func(u Unwritten) bool { return slices.Contains(u.In, l) }) {
			out = append(out, l)
		}
	}
	return out
}

// Written refuses to open a conversation in these languages while legal pages are not written, and says which.
func (h *House) Written(languages []locale.Lang) error {
	var no refusal.Several
	for _, u := range h.unwritten(languages) {
		names := ""
		for i, l := range u.In {
			if i > 0 {
				names += ", "
			}
			names += l.Name()
		}
		no = append(no, refusal.New(refusal.NotNow, "life.page."+u.Page, "languages", names))
	}
	if len(no) == 0 {
		return nil
	}
	return no
}
