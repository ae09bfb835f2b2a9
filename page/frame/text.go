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
	short, more := Excerpt(s, n)
	if more {
		return short + GoesOn
	}
	return short
}

// GoesOn marks a text that goes on.
const GoesOn = " …"

// Excerpt is what Shorten gives, without the mark, and whether the text goes on. Most texts are one line already: then
// they are only looked through, and what is given is a piece of them.
func Excerpt(s string, n int) (short string, more bool) {
	count, space := 0, true // as if a space had just come: one at the beginning is left out
	for i := 0; i < len(s); {
		size := 1
		switch letter := s[i]; {
		case plainLetter[letter]:
			space = false
		case letter == ' ' && !space:
			space = true
		default:
			var white bool
			if white, size = spaceAt(s, i); white {
				return excerptSlowly(s, n)
			}
			space = false
		}
		if count == n {
			if space && strings.TrimSpace(s[i:]) == "" {
				return s[:i], false
			}
			return cut(s[:i]), true
		}
		count++
		i += size
	}
	return strings.TrimSuffix(s, " "), false
}

// plainLetter are the characters of one byte that are no white space.
var plainLetter = func() (t [256]bool) {
	for c := range utf8.RuneSelf {
		t[c] = !unicode.IsSpace(rune(c))
	}
	return t
}()

// spaceAt reports whether the character at a place is white space, and how many bytes it has.
func spaceAt(s string, i int) (white bool, size int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	return unicode.IsSpace(r), size
}

// excerptSlowly is Excerpt for a text with white space to be taken out. It copies word by word.
func excerptSlowly(s string, n int) (short string, more bool) {
	var b strings.Builder
	b.Grow(min(len(s), n+n/4))
	count, word := 0, 0 // word is where the word began that is not yet copied
	for i := 0; i < len(s); {
		white, size := false, 1
		if !plainLetter[s[i]] {
			white, size = spaceAt(s, i)
		}
		switch {
		case white:
			b.WriteString(s[word:i])
			word = i + size
		case word == i && count > 0: // after white space
			if count == n {
				return cut(b.String()), true
			}
			b.WriteByte(' ')
			count++
			fallthrough
		default:
			if count == n {
				b.WriteString(s[word:i])
				return cut(b.String()), true
			}
			count++
		}
		i += size
	}
	b.WriteString(s[word:])
	return b.String(), false
}

// cut ends a text that goes on after its last whole word, if that is not far back.
func cut(s string) string {
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return s
}

// Localize is a text in a language, or in its original where it is not in that one.
func Localize(t locale.Text, l locale.Lang) LocalizedText {
	s, in := t.For(l)
	return LocalizedText{Text: s, Lang: in}
}
