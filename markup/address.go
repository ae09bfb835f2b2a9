package markup

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Address finds the first address of the web in a text; -1 where there is none.
func Address(s string) (from, to int) {
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return -1, 0
		}
		i += at
		at = i + len("://")
		from = i
		for from > 0 && isASCIILetter(s[from-1]) {
			from--
		}
		if r, _ := utf8.DecodeLastRuneInString(s[:from]); from > 0 && (unicode.IsDigit(r) || r == '+' || r == '.' || r == '-') {
			continue // the end of a longer scheme
		}
		if to = addressFrom(s[from:]); to > 0 {
			return from, from + to
		}
	}
}

// addressFrom is how long the address is that a text begins with, 0 where it begins with none.
func addressFrom(s string) int {
	i := strings.Index(s[:min(len(s), len("https://"))], "://")
	if i < 0 {
		return 0
	}
	if scheme := strings.ToLower(s[:i]); scheme != "http" && scheme != "https" {
		return 0
	}
	i += len("://")
	to := i
	for to < len(s) && to <= MaxAddress {
		r, n := utf8.DecodeRuneInString(s[to:])
		if !inAddress(r) {
			break
		}
		to += n
	}
	if to > MaxAddress {
		return 0
	}
	if to = i + len(ending(s[i:to])); !Safe(s[:to]) {
		return 0
	}
	return to
}

// MaxAddress is how many bytes the longest address has that becomes a link.
const MaxAddress = 2048

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// inAddress reports whether an address may go on with a character. Signs of other scripts that end a sentence, and
// what cannot be seen, end it.
func inAddress(r rune) bool {
	switch {
	case r == utf8.RuneError, r == '█', strings.ContainsRune("<>\"`{}|\\^", r):
		return false
	case r < 0x80:
		return r > ' ' && r != 0x7f
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

// ending takes off the signs at the end that belong to the sentence and not to the address.
func ending(s string) string {
	round, square := strings.Count(s, ")")-strings.Count(s, "("), strings.Count(s, "]")-strings.Count(s, "[")
	for s != "" {
		switch last := s[len(s)-1]; {
		case strings.IndexByte(".,;:!?'*_~", last) >= 0:
		case last == ')' && round > 0:
			round--
		case last == ']' && square > 0:
			square--
		default:
			return s
		}
		s = s[:len(s)-1]
	}
	return s
}

// Safe reports whether a link may lead to an address: of the web, with a host, and without a name before the
// host, by which an address pretends to be another.
func Safe(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}

// addressAt is how long the address of the web is that begins at a place, 0 where none does.
func addressAt(s string, i int) int {
	if s[i]|0x20 != 'h' || i > 0 && (isASCIILetter(s[i-1]) || unicode.IsDigit(lastRune(s[:i])) || strings.IndexByte("+.-", s[i-1]) >= 0) {
		return 0
	}
	return addressFrom(s[i:])
}
