package locale

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestCountries(t *testing.T) {
	groups, regions, un := map[string]int{}, map[string]int{}, map[string]int{}
	for _, l := range All {
		list := UNCountries().All(l)
		if len(list) != 249 {
			t.Errorf("%s: %d countries", l, len(list))
		}
		for _, c := range list {
			if n := c.Name(l); n == "" || !norm.NFC.IsNormalString(n) || UNCountries().Name(c.Code, l) != n {
				t.Errorf("%s in %s: %q", c.Code, l, n)
			}
			if l == English {
				groups[c.Group]++
				regions[c.Region]++
				un[c.UNGroup]++
			}
		}
		list[0], list[1] = list[1], list[0] // the caller's own
		if slices.Equal(list, UNCountries().All(l)) {
			t.Error("a caller can change the list")
		}
	}
	for _, want := range []struct {
		counts map[string]int
		id     string
		n      int
	}{{groups, "african_group", 53}, {groups, "group_b", 32}, {groups, "china", 1}, {groups, "cebs", 19}, {groups, "caceec", 9},
		{groups, "asia_pacific_group", 46}, {groups, "grulac", 33}, {un, "african", 54}, {un, "weog", 29}, {regions, "Africa", 60}, {regions, "", 1}} {
		if want.counts[want.id] != want.n {
			t.Errorf("%q has %d, want %d", want.id, want.counts[want.id], want.n)
		}
	}
	order := func(l Lang, codes string) {
		list, last := UNCountries().All(l), -1
		for _, code := range strings.Fields(codes) {
			i := slices.IndexFunc(list, func(c Country) bool { return c.Code == code })
			if i <= last {
				t.Errorf("%s: %s stands at %d, not after %d", l, code, i, last)
			}
			last = i
		}
	}
	order(English, "AF AX AL BR ZW")
	order(French, "AF EG AE EC ES ET FJ ZW") // É among E
	order(Spanish, "AF AL DE NE NG ZW")
	order(Chinese, "AR EG FR US CN") // ā ā fǎ měi zhōng
	order(Russian, "AU RU FR JP")
	if c, ok := UNCountries().Find("KE"); !ok || c.Group != "african_group" || c.UNGroup != "african" || c.Region != "Africa" || c.Subregion != "Sub-Saharan Africa" {
		t.Error(c)
	}
	for _, code := range []string{"XA", "XZ", "XK", "ZZ", "fr", "", "FRA"} {
		if UNCountries().Name(code, French) != "" {
			t.Errorf("%q is known", code)
		}
	}
}

// TestOfferedCountries: what the United Nations' list does not name is known and not offered.
func TestOfferedCountries(t *testing.T) {
	for _, l := range All {
		offered := UNCountries().Offered(l)
		if len(offered) != 248 || slices.ContainsFunc(offered, func(c Country) bool { return c.Code == "TW" || c.Unlisted }) {
			t.Errorf("%s: %d are offered", l, len(offered))
		}
	}
	if UNCountries().Name("TW", English) == "" {
		t.Error("what a record may have is not known")
	}
}

// TestCountryNames looks at names that other lists have otherwise.
func TestCountryNames(t *testing.T) {
	for _, want := range []string{"RU en Russian Federation", "RU ar الاتحاد الروسي", "KR fr République de Corée", "PS es Estado de Palestina",
		"CI en Côte d’Ivoire", "HK zh 中国香港特别行政区", "FK en Falkland Islands (Malvinas)", "AE ru Объединенные Арабские Эмираты", "VA en Holy See"} {
		code, l, name := want[:2], Lang(want[3:5]), want[6:]
		if got := UNCountries().Name(code, l); got != name {
			t.Errorf("%s in %s is %s, want %s", code, l, got, name)
		}
	}
	for _, l := range All {
		for _, c := range UNCountries().All(l) {
			if name := c.Name(l); strings.ContainsAny(name, `'"_`) || strings.TrimSpace(name) != name {
				t.Errorf("%s: %s is named %q", l, c.Code, name)
			}
		}
	}
}

func BenchmarkCountryName(b *testing.B) {
	for b.Loop() {
		sink = UNCountries().Name("KE", French)
	}
}

// TestPlaces: a country that was given a place stands there, in every language, and the others follow as the language sorts.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"ZW", "AF", "FR"} {
		for _, second := range []string{"MC", "YE"} {
			list := UNCountries().With([]CountryChange{{Code: second, Place: 2}, {Code: first, Place: 1}}, nil)
			plain := UNCountries()
			for _, l := range All {
				offered := list.Offered(l)
				if offered[0].Code != first || offered[1].Code != second {
					t.Errorf("in %s: %s, %s", l, offered[0].Code, offered[1].Code)
				}
				i := 2
				for _, c := range plain.Offered(l) {
					if c.Code == first || c.Code == second {
						continue
					}
					if offered[i].Code != c.Code {
						t.Errorf("in %s %s stands where %s was", l, offered[i].Code, c.Code)
						break
					}
					i++
				}
			}
		}
	}
}
