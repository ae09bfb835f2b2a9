package frame_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openplenary/plenary/page/frame"
	"pgregory.net/rapid"
)

// TestShorten: the first words are those of the whole text on one line, and what is cut off is said to be.
func TestShorten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aé字 \n\t \u00a0\u2003")), 0, 60, -1).Draw(t, "text")
		n := rapid.IntRange(1, 30).Draw(t, "characters")
		line := strings.Join(strings.Fields(s), " ")
		want := line
		if utf8.RuneCountInString(line) > n {
			want = string([]rune(line)[:n])
			if at := strings.LastIndexByte(want, ' '); at > len(want)/2 {
				want = want[:at]
			}
			want += " …"
		}
		if got := frame.Shorten(s, n); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
		if _, more := frame.Excerpt(s, n); more != (want != line) {
			t.Fatalf("%q goes on after %d: %t", s, n, more)
		}
	})
}
