// Package quote finds what a text quotes, and where words stand in another text: as a run of bytes, whole words and whole characters at both
// ends.
package quote

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
)

// marks are the signs between which a quotation stands, the beginning and the end of each kind.
var marks = [][2]string{{"“", "”"}, {"«", "»"}, {"„", "“"}, {"「", "」"}, {"『", "』"}, {"\"", "\""}, {"”", "”"}}

// All are what stands between quotation marks in a text, without the marks and the spaces beside them. One that does not end goes to
// the end of the text.
func All(text string) (out []string) {
	for text != "" {
		at, with := len(text), [2]string{}
		for _, m := range marks {
			if i := strings.Index(text, m[0]); i >= 0 && i < at {
				at, with = i, m
			}
		}
		if at == len(text) {
			break
		}
		text = text[at+len(with[0]):]
		end := strings.Index(text, with[1])
		if end < 0 {
			end = len(text)
		}
		if q := strings.TrimFunc(text[:end], unicode.IsSpace); q != "" {
			out = append(out, q)
		}
		text = text[min(len(text), end+len(with[1])):]
	}
	return out
}

// Other reports whether a translation quotes in other words than the original: what stands between its quotation marks is then a translation
// of what the original quotes.
func Other(original, translation string) bool {
	of := All(original)
	return slices.ContainsFunc(All(translation), func(q string) bool { return !slices.Contains(of, q) })
}

// Stands reports whether a quotation stands in a text, and neither cuts a word in two nor leaves behind an accent, a vowel sign or a joiner:
// in Arabic a cut through a word changes the letters that are seen.
func Stands(text, q string) bool {
	_, ok := Find(text, q)
	return ok
}

// Find is where a quotation stands in a text, as a run of bytes that cuts nothing in two; ok is false where it stands nowhere so.
func Find(text, q string) (at cite.Span, ok bool) {
	for from := 0; from <= len(text); {
		i := strings.Index(text[from:], q)
		if i < 0 {
			return at, false
		}
		i += from
		end := i + len(q)
		if !cuts(text, i) && !cuts(text, end) {
			return cite.Span{From: i, To: end}, true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		from = i + max(1, n)
	}
	return at, false
}

// Cut is what stands in a range of bytes of a text; ok is false where the range goes beyond it, or cuts a word or a character in two.
func Cut(text string, at cite.Span) (words string, ok bool) {
	//mutants:guard nobody is quoted with half a word, or half a character
	if at.To > len(text) || cuts(text, at.From) || cuts(text, at.To) {
		return "", false
	}
	//mutants:guard half of the bytes of a character are nobody's words
	if words = text[at.From:at.To]; !utf8.ValidString(words) {
		return "", false
	}
	return words, true
}

// cuts reports whether a place in a text, in bytes, is inside of a character that people see, or of a word of a script that has spaces.
func cuts(text string, at int) bool {
	if at <= 0 || at >= len(text) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	behind, _ := utf8.DecodeRuneInString(text[at:])
	if unicode.IsMark(behind) || behind == '\u200d' || before == '\u200d' || behind == '\ufe0f' {
		return true
	}
	return letter(before) && letter(behind)
}

// letter reports whether a rune is a letter or a figure of a script that puts spaces between words.
func letter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}
