package locale

import (
	"slices"
	"testing"
)

// TestWritten: people may write in any language that has a name for itself; the six come first.
func TestWritten(t *testing.T) {
	t.Parallel()
	all := Written()
	if len(all) < 150 || len(all) >= 256 || !slices.Equal(all[:languages], All) {
		t.Fatal(len(all), all[:languages])
	}
	for i, l := range all {
		if at, ok := WrittenAt(l); !ok || at != i || l.Name() == "" || l.Name() == string(l) && l != "und" {
			t.Errorf("%s is called %q and stands at %d", l, l.Name(), at)
		}
	}
	for l, want := range map[Lang][4]string{"de": {"Deutsch", "ltr", "German", "немецкий"}, "he": {"עברית", "rtl", "Hebrew", "иврит"}, "fa": {"فارسی", "rtl", "Persian", "персидский"},
		"sw": {"Kiswahili", "ltr", "Swahili", "суахили"}, "fr": {"Français", "ltr", "French", "французский"}} {
		if got := [4]string{l.Name(), l.Dir(), l.NameIn(English), l.NameIn(Russian)}; got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
	for s, want := range map[string]Lang{"de": "de", "de-CH": "de", "fr-CA": "fr", "pt-BR": "pt", "zh-Hant": "zh", "": "", "xx": "", "und": "", "FR!": "", "x-private": ""} {
		if got, ok := ParseWritten(s); got != want && ok || ok != (want != "") {
			t.Errorf("%q is %q, %v", s, got, ok)
		}
	}
}
