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

	names *[languages]string
}

// Name is the country's short name at the United Nations in l. Lists of participants may need the formal
// name, which a conversation brings itself.
func (c Country) Name(l Lang) string {
	if c.names == nil {
		return ""
	}
	return c.names[l.slot()]
}

// countryList holds the countries in the order of their codes, and the way to find them.
type countryList struct {
	all    []Country
	byCode map[string]int
}

var countries = sync.OnceValue(func() *countryList {
	var file struct {
		Countries []struct {
			Code                        string
			Name                        map[Lang]string
			WIPO, UN, Region, Subregion string
		}
	}
	if err := json.Unmarshal(countriesJSON, &file); err != nil {
		panic(fmt.Sprintf("locale: countries.json: %v", err)) // part of the program, and tested
	}
	list := &countryList{byCode: make(map[string]int, len(file.Countries))}
	for i, c := range file.Countries {
		names := new([languages]string)
		for j, l := range All {
			names[j] = c.Name[l]
		}
		list.byCode[c.Code] = i
		list.all = append(list.all, Country{c.Code, c.WIPO, c.UN, c.Region, c.Subregion, names})
	}
	return list
})

// sortedCountries holds the countries in the alphabetical order of each language.
var sortedCountries = func() (s [languages]func() []Country) {
	for i, l := range All {
		s[i] = sync.OnceValue(func() []Country {
			sorted := slices.Clone(countries().all)
			// A collator is not safe for use by several at once, so it does not outlive this.
			c := collate.New(language.Make(string(l)))
			slices.SortFunc(sorted, func(a, b Country) int {
				if n := c.CompareString(a.names[i], b.names[i]); n != 0 {
					return n
				}
				return strings.Compare(a.Code, b.Code)
			})
			return sorted
		})
	}
	return s
}()

// Countries lists all countries in the alphabetical order of l (Chinese by pinyin). The list is the
// caller's own.
func Countries(l Lang) []Country { return slices.Clone(sortedCountries[l.slot()]()) }

// FindCountry is the country with an ISO 3166-1 alpha-2 code in capitals; false if there is none.
func FindCountry(code string) (Country, bool) {
	list := countries()
	if i, ok := list.byCode[code]; ok {
		return list.all[i], true
	}
	return Country{}, false
}

// CountryName is the short name in l of the country with an ISO 3166-1 alpha-2 code in capitals, or "" if
// there is none. The codes XA to XZ are left to users by the standard: a conversation may define them,
// this function does not know them.
func CountryName(code string, l Lang) string {
	c, _ := FindCountry(code)
	return c.Name(l)
}

// KnownCountry says whether code is the ISO 3166-1 alpha-2 code of a country, in capitals.
func KnownCountry(code string) bool {
	_, ok := FindCountry(code)
	return ok
}
