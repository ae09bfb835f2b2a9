package settings

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// madeSlug is how long an address is made, at most; who gives one may give a longer one.
const madeSlug = 30

// SlugOf makes the address of a conversation out of its title: Latin letters and digits, with a hyphen where
// anything else stands. A title without any is "conversation".
func SlugOf(title string) string {
	if s := plainName(title, '-', madeSlug); s != "" {
		return s
	}
	return "conversation"
}

// LabelIDOf makes the id of a label out of its name: Latin letters and digits, with a low line where anything
// else stands, "" if there are none.
func LabelIDOf(name string) string { return plainName(name, '_', maxLabelID) }

// plainLetters are the Latin letters that are no letter with a mark, as they are written without them.
var plainLetters = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ħ", "h",
	"ı", "i", "ŋ", "ng", "ŧ", "t", "ĳ", "ij", "ſ", "s", "ə", "a", "ɓ", "b",
	"ɗ", "d", "ɛ", "e", "ɔ", "o", "ƙ", "k", "ƴ", "y")

// plainName keeps the Latin letters and digits of a text, in lower case and without their marks.
func plainName(s string, between byte, longest int) string {
	var b strings.Builder
	for _, r := range plainLetters.Replace(strings.ToLower(norm.NFKD.String(s))) {
		switch {
		case unicode.Is(unicode.Mn, r): // é is e
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && b.String()[b.Len()-1] != between:
			b.WriteByte(between)
		}
	}
	name := b.String()
	return strings.Trim(name[:min(len(name), longest)], string(between))
}
