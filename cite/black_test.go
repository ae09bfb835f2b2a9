package cite_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
)

// TestBlack: one bar for each passage, whatever its length; a character is black if a span touches it, were it by one
// byte.
func TestBlack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s     string
		spans []cite.Span
		want  string
	}{
		{"abcdef", nil, "abcdef"},
		{"abcdef", []cite.Span{{From: 1, To: 3}}, "a█████def"},
		{"abcdef", []cite.Span{{From: 0, To: 1}, {From: 5, To: 6}}, "█████bcde█████"},
		{"aéb", []cite.Span{{From: 1, To: 2}}, "a█████b"}, // the first byte of two
		{"aéb", []cite.Span{{From: 2, To: 3}}, "a█████b"}, // the second
		{"aéb", []cite.Span{{From: 0, To: 1}}, "█████éb"},
		{"aéb", []cite.Span{{From: 3, To: 4}}, "aé█████"},
		{"ab\ncd", []cite.Span{{From: 1, To: 4}}, "a█████d"},
		{"الف", []cite.Span{{From: 3, To: 4}}, "ا█████ف"},
		{"abcdef", []cite.Span{{From: 3, To: 5}, {From: 1, To: 3}}, "a█████f"},
		{"abcdef", []cite.Span{{From: 1, To: 5}, {From: 2, To: 3}}, "a█████f"},
		{"abcdef", []cite.Span{{From: 0, To: 1 << 30}}, "█████"},
		{"", []cite.Span{{From: 0, To: 1 << 30}}, ""},
		{"abc", []cite.Span{{From: 2, To: 99}}, "ab█████"},
	} {
		if got := cite.Blacken(c.s, c.spans); got != c.want {
			t.Errorf("%q of %q, want %q", got, c.s, c.want)
		}
	}
}
