package locale

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// The names are the short names of the United Nations (the M49 list); the file says where they are from. TW, which
// that list does not have, has its name from Unicode, under the licence in LICENSE-unicode.txt.
//
//go:embed countries.json
var countriesJSON []byte

// Country is a country or territory that has a code in ISO 3166-1. That it is listed says nothing about
// its status. Groups are where a conversation starts from: it may put a country elsewhere.
type Country struct {
	// Code is the ISO 3166-1 alpha-2 code, in capitals.
	Code string
	// Group is the group in which the country meets at WIPO ("african_group", "asia_pacific_group",
	// "caceec", "cebs", "china", "group_b", "grulac"), or "". It is a best effort, not an official list.
	Group string
	// UNGroup is the regional group at the United Nations ("african", "asia_pacific",
	// "eastern_european", "grulac", "weog"), or "".
	UNGroup string
	// Region and Subregion are those of the UN's M49 list, in English ("Africa", "Northern Africa"), or "".
	Region, Subregion string
	// Unlisted: the United Nations' list has no name for it. It is known where a record has it, and offered to nobody;
	// a conversation that wants it brings it, with a name, in a list of its own.
	Unlisted bool
	// Own is the group into which the operator of an instance put it, or "".
	Own string

	names *[languages]string
	rank  int  // its place before all others, from 1; 0 for the alphabet
	off   bool // offered to nobody
}

// Name is the country's short name at the United Nations in l. Lists of participants may need the formal
// name, which a conversation brings itself.
func (c Country) Name(l Lang) string {
	if c.names == nil {
		return ""
	}
	return c.names[l.slot()]
}

// CountryList is a list of countries: which there are, what they are called, which are offered, and in which order.
// Nobody changes one: With makes another.
type CountryList struct {
	all    []Country // in the order of their codes
	byCode map[string]int
	sorted [languages]func() []Country
	groups []CountryGroup
}

// CountryGroup is a group of countries that the operator of an instance made.
type CountryGroup struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}

// CountryChange is what somebody says of one country in place of what the United Nations' list says, or of one that is
// not on it.
type CountryChange struct {
	// Code is two capital letters.
	Code string `json:"code"`
	// Name has the names that are other than in the list.
	Name map[Lang]string `json:"name,omitempty"`
	// Group is the id of a CountryGroup, or "".
	Group string `json:"group,omitempty"`
	// Off: it is offered to nobody. Where a record has it, it keeps its name.
	Off bool `json:"off,omitempty"`
	// Place is where it stands before all that have none, from 1; 0 for the alphabet.
	Place int `json:"place,omitempty"`
}

// UNCountries is the list that everything begins with: the United Nations' names.
func UNCountries() *CountryList { return countries() }

var countries = sync.OnceValue(func() *CountryList {
	var file struct {
		Countries []struct {
			Code                        string
			Name                        map[Lang]string
			WIPO, UN, Region, Subregion string
			Unlisted                    bool
		}
	}
	if err := json.Unmarshal(countriesJSON, &file); err != nil {
		panic(fmt.Sprintf("locale: countries.json: %v", err)) // part of the program, and tested
	}
	all := make([]Country, len(file.Countries))
	for i, c := range file.Countries {
		names := new([languages]string)
		for j, l := range All {
			names[j] = c.Name[l]
		}
		all[i] = Country{Code: c.Code, Group: c.WIPO, UNGroup: c.UN, Region: c.Region, Subregion: c.Subregion, Unlisted: c.Unlisted, names: names}
	}
	return newCountryList(all, nil)
})

func newCountryList(all []Country, groups []CountryGroup) *CountryList {
	list := &CountryList{all: all, byCode: make(map[string]int, len(all)), groups: groups}
	for i, c := range all {
		list.byCode[c.Code] = i
	}
	for i, l := range All {
		list.sorted[i] = sync.OnceValue(func() []Country {
			sorted := slices.Clone(all)
			// A collator is not safe for use by several at once, so it does not outlive this.
			c := collate.New(language.Make(string(l)))
			slices.SortFunc(sorted, func(a, b Country) int {
				if a.rank != b.rank && a.rank > 0 && (b.rank == 0 || a.rank < b.rank) {
					return -1
				} else if a.rank != b.rank && b.rank > 0 {
					return 1
				}
				if n := c.CompareString(a.names[i], b.names[i]); n != 0 {
					return n
				}
				return strings.Compare(a.Code, b.Code)
			})
			return sorted
		})
	}
	return list
}

// With is the list with what somebody says otherwise. A country that is new, or that the United Nations do not name, is
// offered if it has a name; in a language in which it has none it has that of the first of All that has one.
func (list *CountryList) With(changes []CountryChange, groups []CountryGroup) *CountryList {
	all := slices.Clone(list.all)
	for _, x := range changes {
		i := slices.IndexFunc(all, func(c Country) bool { return c.Code == x.Code })
		if i < 0 {
			i = len(all)
			all = append(all, Country{Code: x.Code, Unlisted: true, names: new([languages]string)})
		}
		c := &all[i]
		names, any := *c.names, ""
		for j, l := range All {
			if x.Name[l] != "" {
				names[j] = x.Name[l]
			}
			if any == "" {
				any = names[j]
			}
		}
		for j := range names {
			if names[j] == "" {
				names[j] = any
			}
		}
		c.names, c.Own, c.off, c.rank = &names, x.Group, x.Off, x.Place
		c.Unlisted = c.Unlisted && len(x.Name) == 0
	}
	slices.SortFunc(all, func(a, b Country) int { return strings.Compare(a.Code, b.Code) })
	return newCountryList(all, groups)
}

// All lists all countries in the alphabetical order of l (Chinese by pinyin), those that were given a place before all
// others. The list is the caller's own.
func (list *CountryList) All(l Lang) []Country { return slices.Clone(list.sorted[l.slot()]()) }

// Offered lists the countries that somebody may choose, in the order of All: those that have a name at the United
// Nations or were added with one, and are not switched off. The list is the caller's own.
func (list *CountryList) Offered(l Lang) []Country {
	return slices.DeleteFunc(list.All(l), func(c Country) bool { return c.Unlisted || c.off })
}

// Groups are the groups that the operator made; none where the regions of the United Nations will do.
func (list *CountryList) Groups() []CountryGroup { return list.groups }

// Find is the country with a code of two capital letters; false if there is none.
func (list *CountryList) Find(code string) (Country, bool) {
	if i, ok := list.byCode[code]; ok {
		return list.all[i], true
	}
	return Country{}, false
}

// May reports whether somebody may give a code as their country.
func (list *CountryList) May(code string) bool {
	c, known := list.Find(code)
	return known && !c.Unlisted && !c.off
}

// Name is the short name in l of the country with a code of two capital letters, or "" if there is none.
func (list *CountryList) Name(code string, l Lang) string {
	c, _ := list.Find(code)
	return c.Name(l)
}
