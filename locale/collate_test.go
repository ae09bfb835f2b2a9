package locale

import (
	"slices"
	"testing"
)

// TestSortBy: lists are in the alphabet of their reader, not in the order of bytes.
func TestSortBy(t *testing.T) {
	t.Parallel()
	for l, want := range map[Lang][]string{
		French:  {"Égypte", "États-Unis", "Fidji", "Îles Åland", "Zimbabwe"},
		English: {"Åland Islands", "egypt", "Fiji", "São Paulo", "Sydney", "Zimbabwe"},
		Spanish: {"Nicaragua", "Níger", "Noruega", "Ñuble", "Omán"},
		Chinese: {"阿富汗", "巴西", "法国", "中国"},
		Russian: {"Ёлка", "Жук"},
		Arabic:  {"إثيوبيا", "تونس", "مصر"},
	} {
		list := slices.Clone(want)
		slices.Reverse(list)
		SortBy(l, list, func(s string) string { return s })
		if !slices.Equal(list, want) {
			t.Errorf("%s: %q, want %q", l, list, want)
		}
	}
	for _, l := range All {
		list, other := UNCountries().All(l), UNCountries().All(l)
		slices.Reverse(other)
		SortBy(l, other, func(c Country) string { return c.Name(l) })
		if !slices.Equal(list, other) {
			t.Errorf("%s: countries are in another order", l)
		}
	}
	equal := []struct{ name, id string }{{"b", "1"}, {"a", "2"}, {"a", "1"}}
	SortBy(English, equal, func(x struct{ name, id string }) string { return x.name })
	if equal[0].id != "2" || equal[1].id != "1" || equal[2].name != "b" {
		t.Error(equal)
	}
}
