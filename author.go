package plenary

import (
	"crypto/subtle"
	"strings"

	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// codeAlphabet are the signs of codes that people copy by hand: none of them is taken for another.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// authorCode is how many signs the code of an author has: 60 bits.
const authorCode = 12

// SpellCode spells a number as a code of some signs, at most 12, in the groups of four in which it is read out. Each sign
// takes five bits of the number.
func SpellCode(n uint64, signs int) string {
	n >>= 1 // the last bit of what is derived is always set
	var b strings.Builder
	for k := range signs {
		if k > 0 && k%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[n&31])
		n >>= 5
	}
	return b.String()
}

// readAs is how signs of a code that was typed are read: letters that look like digits, and nothing for spaces and dashes.
var readAs = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "", "\u00a0", "", "\u2010", "", "\u2011", "", "\u2013", "")

// ReadCode reads a code of some signs however it was typed: in small letters, with other spaces and dashes, with letters
// that look like its digits. ok is false for what is no such code.
func ReadCode(typed string, signs int) (code string, ok bool) {
	code = readAs.Replace(strings.ToUpper(locale.WesternDigits(strings.TrimSpace(typed))))
	return code, len(code) == signs && strings.Trim(code, codeAlphabet) == ""
}

// AuthorCode is the code by which somebody shows on any device that they sent something without an account: what the
// participant of that number sent. It derives from the number and the instance's secret, so it is kept nowhere, and the
// record does not tell it.
func (s *Secretariat) AuthorCode(slug string, by delegation.Participant) string {
	return SpellCode(s.Derive("author code", slug, string(by.Ref())), authorCode)
}

// IsAuthor reports whether a code is the author code of a participant, however it was typed. Whoever calls it limits how
// often somebody may try. Nobody is author of what has none.
func (s *Secretariat) IsAuthor(slug string, by delegation.Participant, typed string) bool {
	code, ok := ReadCode(typed, authorCode)
	want, _ := ReadCode(s.AuthorCode(slug, by), authorCode)
	return subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 && ok && by != 0
}
