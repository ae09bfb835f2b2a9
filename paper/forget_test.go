package paper

import (
	"testing"

	"github.com/openplenary/plenary/locale"
)

// TestForget: a text that was taken from a contribution as it was goes with it; one that somebody changed stays, and so does what was
// taken from another.
func TestForget(t *testing.T) {
	mark := func(s string) uint64 { return uint64(len(s)) }
	e := DraftElement{Text: map[locale.Lang]string{"en": " What? ", "fr": "Quoi donc ?", "es": "¿Qué?"},
		Taken: map[locale.Lang]Taken{"en": {Of: "c1.2", Mark: 5}, "fr": {Of: "c1.1", Mark: 6}, "es": {Of: "c11.1", Mark: 7}}}
	if !e.Forget("c1", mark) || e.Text["en"] != "" || e.Text["fr"] != "Quoi donc ?" || e.Text["es"] != "¿Qué?" || len(e.Taken) != 1 {
		t.Errorf("%+v", e)
	}
	if e.Forget("c1", mark) || e.Forget("c2", mark) {
		t.Error("forgets what is not there")
	}
}
