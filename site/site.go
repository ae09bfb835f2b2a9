package site

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Said is what the operator says.
type Said struct {
	// Name is the name of the body whose instance it is.
	Name locale.Text `json:"name,omitzero"`
	// Contact is whom to ask, as they are reached.
	Contact locale.Text `json:"contact,omitzero"`
	// Logo is the picture of the body; nil for none.
	Logo *Logo `json:"logo,omitempty"`
	// Languages are those that pages are offered in; none for all.
	Languages []locale.Lang `json:"languages,omitempty"`
	// Borders is what stands under every map; where it is empty, the sentence of the catalogue.
	Borders locale.Text `json:"borders,omitzero"`
	// Pages are the legal pages by their names, as far as they were written here.
	Pages map[string]map[locale.Lang]string `json:"pages,omitempty"`
	// Countries are what is other than in the United Nations' list.
	Countries []locale.CountryChange `json:"countries,omitempty"`
	// Groups are groups of countries of this instance.
	Groups []locale.CountryGroup `json:"groups,omitempty"`
	// Demonstration: all of it is made up.
	Demonstration bool `json:"demonstration,omitempty"`
	// Marks are what is known of the translations of its texts, by the names of TextNames.
	Marks locale.Marks `json:"translations,omitempty"`

	told map[string]string // what is said of translations that are being saved, by the names of marks
}

// Site is what holds: a version of what the operator says. Nobody changes it.
type Site struct {
	Said
	Version int       // from 1; 0 where nothing was said yet
	At      time.Time // since when it holds
	// Address is that of the instance, as it stands in the pages: scheme and host.
	Address string

	countries *locale.CountryList
	words     map[string]map[locale.Lang]string // of the pages, with their gaps
}

// The legal pages, in the order in which they are linked.
const (
	Privacy       = "privacy"       // what becomes of personal data
	Terms         = "terms"         // under which terms something is published
	Accessibility = "accessibility" // who can use the pages, and who cannot
	About         = "about"         // who asks, and what about
	Help          = "help"          // how one takes part
)

// PageNames are the names of the legal pages, in their order.
var PageNames = []string{About, Help, Privacy, Terms, Accessibility}

// Bounds, in characters.
const (
	MaxName    = 120
	MaxContact = 600
	MaxBorders = 1_000
	MaxPage    = 40_000
	MaxGroups  = 40 // of countries
)

// newSite is what was said, made ready to be asked.
func newSite(s Said, version int, at time.Time, address string) *Site {
	out := &Site{Said: s, Version: version, At: at, Address: strings.TrimSuffix(address, "/"), words: map[string]map[locale.Lang]string{}}
	out.countries = locale.UNCountries()
	if len(s.Countries) > 0 || len(s.Groups) > 0 {
		out.countries = out.countries.With(s.Countries, s.Groups)
	}
	for _, page := range PageNames {
		out.words[page] = map[locale.Lang]string{}
		for _, l := range locale.All {
			out.words[page][l] = out.fill(out.Draft(page, l), l)
		}
	}
	return out
}

// Blank is an instance of which nothing was said yet.
func Blank() *Site { return blank() }

var blank = sync.OnceValue(func() *Site { return newSite(Said{}, 0, time.Time{}, "") })

// CountryList is the list of countries of this instance.
func (s *Site) CountryList() *locale.CountryList { return s.countries }

// Offered are the languages that pages are offered in, in the order of locale.All.
func (s *Site) Offered() []locale.Lang {
	if len(s.Languages) == 0 {
		return locale.All
	}
	return s.Languages
}

// Default is the language of whoever asks for none that is offered: English, or the first that is.
func (s *Site) Default() locale.Lang {
	if offered := s.Offered(); !slices.Contains(offered, locale.English) {
		return offered[0]
	}
	return locale.English
}

// Draft is the text of a legal page as it is edited: what was written here, else the first text, which has to be adapted.
func (s *Site) Draft(page string, l locale.Lang) string {
	if own, ok := s.Pages[page][l]; ok {
		return own
	}
	return FirstText(page, l)
}

// Page is the text of a legal page as it is read: ok is false while it is not written in that language.
func (s *Site) Page(page string, l locale.Lang) (text string, ok bool) {
	text = s.words[page][l]
	return text, text != "" && len(Gaps(text)) == 0
}

// Gaps lists what has to be filled in before a text is one: what stands in it in double brackets.
func Gaps(text string) (out []string) {
	for {
		_, rest, ok := strings.Cut(text, "[[")
		if !ok {
			return out
		}
		gap, after, ok := strings.Cut(rest, "]]")
		if !ok {
			return out
		}
		out, text = append(out, strings.TrimSpace(gap)), after
	}
}

// Missing lists the gaps of a page in a language, those for the name and the contact of the body included.
func (s *Site) Missing(page string, l locale.Lang) []string {
	if s.words[page][l] == "" {
		return []string{l.T("site.gap.text")}
	}
	return Gaps(s.words[page][l])
}

// fill puts name, contact and address in their places. What is not known stays a gap.
func (s *Site) fill(text string, l locale.Lang) string {
	in := func(t locale.Text, gap string) string {
		if words, _ := t.For(l); words != "" {
			return words
		}
		return "[[" + l.T("site.gap."+gap) + "]]"
	}
	address := s.Address
	if address == "" {
		address = l.T("site.this_site")
	}
	return strings.NewReplacer("{body}", in(s.Name, "name"), "{contact}", in(s.Contact, "contact"), "{address}", address).Replace(text)
}

// Filled reports whether the operator has said what has to be said: the name, the contact, and every legal page in every
// language that is offered.
func (s *Site) Filled() bool {
	return !s.Name.Empty() && !s.Contact.Empty() && !slices.ContainsFunc(PageNames, func(page string) bool { return len(s.Unwritten(page)) > 0 })
}

// ContactIn is whom to ask, in each of some languages that it was written in. An address that is one word says the same in
// all of them.
func (s *Site) ContactIn(languages []locale.Lang, original locale.Lang) locale.Text {
	out := locale.Text{Original: original, In: map[locale.Lang]string{}}
	for _, l := range languages {
		words := s.Contact.In[l]
		if any, _ := s.Contact.For(l); words == "" && len(strings.Fields(any)) == 1 {
			words = any
		}
		if words != "" {
			out.In[l] = words
		}
	}
	if out.In[original] == "" {
		return locale.Text{}
	}
	return out
}

// Unwritten lists the languages that are offered and in which a page is not written.
func (s *Site) Unwritten(page string) (out []locale.Lang) {
	for _, l := range s.Offered() {
		if _, ok := s.Page(page, l); !ok {
			out = append(out, l)
		}
	}
	return out
}

// Clean holds what is to be saved to its bounds. A refusal names the field of the form, "name-fr".
func (s *Said) Clean() error {
	var no refusal.Several
	line := func(field, text string, most int) string {
		out, err := locale.CleanLine(text, most)
		if err != nil {
			no = append(no, refusal.In(field, "line.long", "max", most))
		}
		return out
	}
	text := func(field, text string, most int) string {
		out, err := locale.Clean(text)
		if err != nil || len([]rune(out)) > most {
			no = append(no, refusal.In(field, "site.long", "max", most))
		}
		return strings.TrimSpace(out)
	}
	each := func(field string, t *locale.Text, clean func(field, text string, most int) string, most int) {
		out := locale.Text{Original: t.Original, In: map[locale.Lang]string{}}
		for _, l := range locale.All {
			if words := clean(field+"-"+string(l), t.In[l], most); words != "" {
				out.In[l] = words
			}
		}
		if *t = out; out.Empty() {
			*t = locale.Text{}
		}
	}
	each("name", &s.Name, line, MaxName)
	each("contact", &s.Contact, text, MaxContact)
	each("borders", &s.Borders, text, MaxBorders)
	for i := range s.Groups {
		each("group", &s.Groups[i].Name, line, MaxName)
	}
	for page, words := range s.Pages {
		for l := range words {
			words[l] = text(page+"-"+string(l), words[l], MaxPage)
		}
	}
	no = append(no, s.cleanCountries()...)
	if len(no) > 0 {
		return no
	}
	return nil
}

// cleanCountries holds the changes of the list of countries to their bounds.
func (s *Said) cleanCountries() (no refusal.Several) {
	seen := map[string]bool{}
	for i := range s.Countries {
		c := &s.Countries[i]
		if len(c.Code) != 2 || strings.Trim(c.Code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			no = append(no, refusal.In("code", "site.code"))
		} else if seen[c.Code] {
			no = append(no, refusal.In("code", "site.code_taken", "code", c.Code))
		}
		seen[c.Code] = true
		names := map[locale.Lang]string{}
		for _, l := range locale.All {
			name, err := locale.CleanLine(c.Name[l], MaxName)
			if err != nil {
				no = append(no, refusal.In("country-"+string(l), "line.long", "max", MaxName))
			}
			if name != "" {
				names[l] = name
			}
		}
		if c.Name = names; len(names) == 0 {
			c.Name = nil
			if _, known := locale.UNCountries().Find(c.Code); !known {
				no = append(no, refusal.In("country", "site.country_name"))
			}
		}
		if c.Place < 0 || c.Place > 999 {
			no = append(no, refusal.In("place", "site.place"))
		}
		if c.Group != "" && !slices.ContainsFunc(s.Groups, func(g locale.CountryGroup) bool { return g.ID == c.Group }) {
			c.Group = ""
		}
	}
	s.Countries = slices.DeleteFunc(s.Countries, func(c locale.CountryChange) bool {
		return len(c.Name) == 0 && c.Group == "" && !c.Off && c.Place == 0
	})
	return no
}
