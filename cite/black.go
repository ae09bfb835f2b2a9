package cite

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Bar stands for each passage that is redacted, always the same, so that it does not tell how long that was.
const Bar = "█████"

// Blacken puts a bar for the characters that spans touch, one for those that stand together.
func Blacken(s string, spans []Span) string {
	if len(spans) == 0 || s == "" {
		return s
	}
	spans = slices.SortedFunc(slices.Values(spans), func(x, y Span) int { return x.From - y.From })
	var b strings.Builder
	black := false
	end := -1 // of the spans that have begun
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		for len(spans) > 0 && spans[0].From < i+n {
			end = max(end, spans[0].To)
			spans = spans[1:]
		}
		was := black
		//mutants:guard a character that a redacted passage touches is black
		if black = i < end; !black {
			b.WriteString(s[i : i+n])
		} else if !was {
			b.WriteString(Bar)
		}
		i += n
	}
	return b.String()
}
