package conversation_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// TestBlacken: each character that a span touches becomes one square, also where the span begins or ends
// inside it; what it does not touch stays.
func TestBlacken(t *testing.T) {
	t.Parallel()
	const text = "aé祕b\nc" // a at 0, é at 1, 祕 at 3, b at 6, the line's end at 7, c at 8
	for _, c := range []struct {
		spans []cite.Span
		want  string
	}{
		{nil, text},
		{[]cite.Span{{From: 0, To: 1}}, "█é祕b\nc"},
		{[]cite.Span{{From: 1, To: 3}}, "a█祕b\nc"},
		{[]cite.Span{{From: 2, To: 3}}, "a█祕b\nc"},
		{[]cite.Span{{From: 1, To: 2}}, "a█祕b\nc"},
		{[]cite.Span{{From: 2, To: 4}}, "a██b\nc"},
		{[]cite.Span{{From: 4, To: 5}}, "aé█b\nc"},
		{[]cite.Span{{From: 3, To: 6}}, "aé█b\nc"},
		{[]cite.Span{{From: 6, To: 9}}, "aé祕█\n█"},
		{[]cite.Span{{From: 0, To: 1}, {From: 8, To: 9}}, "█é祕b\n█"},
		{[]cite.Span{{From: 0, To: 9}}, "████\n█"},
		{[]cite.Span{{From: 3, To: 3}}, text},
	} {
		if got := conversation.Blacken(text, c.spans); got != c.want {
			t.Errorf("%v: %q, want %q", c.spans, got, c.want)
		}
	}
}
