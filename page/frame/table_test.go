package frame_test

import (
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// TestComma: names of a list do not run into one another.
func TestComma(t *testing.T) {
	for l, want := range map[locale.Lang]string{locale.English: ", ", locale.Arabic: "، ", locale.Chinese: "，"} {
		f := &frame.Frame{Lang: l}
		if got := frame.Comma(f, false); got != want {
			t.Errorf("in %s: %q, want %q", l, got, want)
		}
		if got := frame.Comma(f, true); got != "" {
			t.Errorf("in %s, after the last: %q", l, got)
		}
	}
}
