package frame

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/locale"
)

// Choices are the options of a list of identifiers, each named by the sentence prefix + identifier.
func Choices(f *Frame, prefix string, ids []string) []Choice {
	out := make([]Choice, len(ids))
	for i, id := range ids {
		out[i] = Choice{ID: id, Name: f.T(prefix + id)}
	}
	return out
}

// Shorten is the beginning of a text on one line: at most n characters, cut at a word where that keeps more than
// half, and marked as cut. It looks at no more of the text than it gives.
func Shorten(s string, n int) string {
	// Most texts are one line already: then they are only looked through, and what is given is a piece of them.
	count, space := 0, true // as if a space had just come: one at the beginning is left out
	for i, r := range s {
		if r == ' ' && !space {
			space = true
		} else if unicode.IsSpace(r) {
			return shortenSlowly(s, n)
		} else {
			space = false
		}
		if count == n {
			if space && strings.TrimSpace(s[i:]) == "" {
				return s[:i]
			}
			return cut(s[:i])
		}
		count++
	}
	return strings.TrimSuffix(s, " ")
}

// shortenSlowly is Shorten for a text with white space to be taken out.
func shortenSlowly(s string, n int) string {
	var b strings.Builder
	b.Grow(min(len(s), n+n/4) + len(" …"))
	count, space := 0, false
	for i, r := range s {
		if unicode.IsSpace(r) {
			space = count > 0
			continue
		}
		if space {
			space = false
			if count == n {
				return cut(b.String())
			}
			b.WriteByte(' ')
			count++
		}
		if count == n {
			return cut(b.String())
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+size])
		count++
	}
	return b.String()
}

// cut says that a text goes on, after its last whole word if that is not far back.
func cut(s string) string {
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return s + " …"
}

// Localize is a text in a language, or in its original where it is not in that one.
func Localize(t locale.Text, l locale.Lang) LocalizedText {
	s, in := t.For(l)
	return LocalizedText{s, in}
}
