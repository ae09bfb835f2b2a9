package site

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/site"
)

// TestPages: each legal page tells the languages in which it is not written, and what is missing in the reader's where that is
// one of them.
func TestPages(t *testing.T) {
	t.Parallel()
	page := site.PageNames[0]
	made := *site.Blank()
	v := &Operator{Site: &made}
	for _, l := range locale.All {
		for _, r := range v.Pages(l) {
			if want := v.Site.Missing(r.Name, l); len(want) == 0 || !slices.Equal(r.Gaps, want) || !slices.Contains(r.In, l) {
				t.Errorf("%s in %s: %+v, want %q", r.Name, l, r, want)
			}
		}
	}
	made.Languages = []locale.Lang{locale.English}
	if r := v.Pages(locale.French)[0]; r.Name != page || len(r.Gaps) != 0 || !slices.Equal(r.In, made.Languages) {
		t.Errorf("of a language that is not offered: %+v", r)
	}
}
