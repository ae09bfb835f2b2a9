package cite

import (
	"errors"
	"strings"
)

// Symbol is a document symbol such as "WIPO/IP/AI/2/GE/20/1 REV.": a label, unique in a
// conversation, that all language versions share and that redirects to a paper.
type Symbol string

// ErrSymbol says that a string cannot be a document symbol.
var ErrSymbol = errors.New("cite: not a document symbol")

// ParseSymbol accepts 1 to 80 characters of upper- and lower-case Latin letters, digits, and
// "/", ".", "-", "*", "(", ")" and single inner spaces.
func ParseSymbol(s string) (Symbol, error) {
	if s == "" || len(s) > 80 || strings.TrimSpace(s) != s || strings.Contains(s, "  ") {
		return "", ErrSymbol
	}
	for i := 0; i < len(s); i++ {
		b := s[i]
		switch {
		case b >= 'A' && b <= 'Z', b >= 'a' && b <= 'z', b >= '0' && b <= '9', strings.IndexByte("/.-*() ", b) >= 0:
		default:
			return "", ErrSymbol
		}
	}
	return Symbol(s), nil
}

// Key folds a symbol for comparison: upper case, no spaces, dots or asterisks at the end, so that
// "Rev" and "REV." are one label.
func (s Symbol) Key() string {
	k := strings.ToUpper(strings.ReplaceAll(string(s), " ", ""))
	return strings.TrimRight(k, ".*")
}
