package locale

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// Lang is one of the six official languages of the United Nations, as a BCP 47 base tag ("fr").
type Lang string

// The six languages.
const (
	Arabic  Lang = "ar"
	Chinese Lang = "zh"
	English Lang = "en"
	French  Lang = "fr"
	Russian Lang = "ru"
	Spanish Lang = "es"
)

// All lists the six languages in the order in which the United Nations names them, which is the
// alphabetical order of their English names. Treat it as read-only.
var All = []Lang{Arabic, Chinese, English, French, Russian, Spanish}

const languages = 6

// index is the place of l in All, or -1.
func (l Lang) index() int {
	switch l {
	case Arabic:
		return 0
	case Chinese:
		return 1
	case English:
		return 2
	case French:
		return 3
	case Russian:
		return 4
	case Spanish:
		return 5
	}
	return -1
}

// slot is index with English for what is not one of the six: words are always found somewhere.
func (l Lang) slot() int {
	if i := l.index(); i >= 0 {
		return i
	}
	return 2
}

// Parse reads a language tag as it stands in an address or a form. It accepts one of the six base tags
// in lower case, alone or followed by well-formed subtags ("fr-CA" is French, "zh-Hans" Chinese), and
// says false for anything else. Capitals are refused in the base tag so that a page has one address.
func Parse(s string) (Lang, bool) {
	if len(s) < 2 || len(s) > 35 {
		return "", false
	}
	l := Lang(s[:2])
	if l.index() < 0 {
		return "", false
	}
	for rest := s[2:]; rest != ""; {
		n := 1
		for n < len(rest) && isAlphanumeric(rest[n]) {
			n++
		}
		if rest[0] != '-' || n == 1 || n > 9 {
			return "", false
		}
		rest = rest[n:]
	}
	return l, true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// Valid says whether l is one of the six.
func (l Lang) Valid() bool { return l.index() >= 0 }

// Dir is the direction of the script, for the HTML attribute dir: "rtl" for Arabic and other languages
// that are written from the right, else "ltr".
func (l Lang) Dir() string {
	if l == Arabic || !l.Valid() && l != "" && writtens().toLeft[l] {
		return "rtl"
	}
	return "ltr"
}

// Name is the language's name in itself (العربية, Français), for the links and lists from which a reader
// chooses a language, or the tag if l is not in Written. Inside a sentence use NameIn.
func (l Lang) Name() string {
	if i := l.index(); i >= 0 {
		return [languages]string{"العربية", "中文", "English", "Français", "Русский", "Español"}[i]
	}
	if own := writtens().own[l]; own != "" {
		return own
	}
	return string(l)
}

// NameIn is the language's name in the language of a reader, as it stands inside a sentence (French is
// "French" to an English reader, "francés" to a Spanish one), or the tag if l is not in Written.
func (l Lang) NameIn(reader Lang) string {
	if l.Valid() {
		if m := reader.message("language." + string(l)); m != nil { // not T, which calls this
			return m.words
		}
	}
	return nameOf(l, reader)
}

// Letter is the mark that UN documents carry beside the symbol: A, C, E, F, R or S; "" if l is not one
// of the six.
func (l Lang) Letter() string {
	if i := l.index(); i >= 0 {
		return "ACEFRS"[i : i+1]
	}
	return ""
}

// maxAccept bounds the work that a header can ask for. Browsers send less than a hundred bytes.
const maxAccept = 200

// offered is what a reader can have, English first: the matcher answers with the first when nothing fits.
var offered = []Lang{English, Arabic, Chinese, French, Russian, Spanish}

var matcher = sync.OnceValue(func() language.Matcher {
	tags := make([]language.Tag, len(offered))
	for i, l := range offered {
		tags[i] = language.Make(string(l))
	}
	return language.NewMatcher(tags)
})

// Negotiate finds the language for a reader from the Accept-Language header of a request: the best of the
// six, counting close relatives (a reader of Ukrainian is offered Russian if nothing nearer was named),
// or English. Entries that make no sense are passed over; of a header longer than 200 bytes only the
// entries that fit are read.
func Negotiate(acceptLanguage string) Lang {
	s := acceptLanguage
	if len(s) > maxAccept {
		s = s[:maxAccept]
		s = s[:strings.LastIndexByte(s, ',')+1] // the last entry may be cut in two
	}
	type wish struct {
		tag language.Tag
		q   float32
	}
	var wishes []wish
	for entry := range strings.SplitSeq(s, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		// One entry at a time: the parser gives up on the whole header for one bad entry.
		tags, qs, err := language.ParseAcceptLanguage(entry)
		if err != nil {
			continue
		}
		for i := range tags {
			wishes = append(wishes, wish{tags[i], qs[i]})
		}
	}
	if len(wishes) == 0 {
		return English
	}
	slices.SortStableFunc(wishes, func(a, b wish) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	tags := make([]language.Tag, len(wishes))
	for i, w := range wishes {
		tags[i] = w.tag
	}
	// The index, never the tag: the matcher returns tags such as fr-u-rg-cazzzz.
	_, i, _ := matcher().Match(tags...)
	return offered[i]
}
