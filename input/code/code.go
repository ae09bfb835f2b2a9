// Package code spells numbers as codes that people copy by hand, and reads them however they were typed.
package code

import (
	"strings"

	"github.com/openplenary/plenary/locale"
)

// alphabet are the signs of codes that people copy by hand: none of them is taken for another.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Spell spells a number as a code of some signs, at most 12, in the groups of four in which it is read out. Each sign
// takes five bits of the number.
func Spell(n uint64, signs int) string {
	n >>= 1 // the last bit of what is derived is always set
	var b strings.Builder
	for k := range signs {
		if k > 0 && k%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[n&31])
		n >>= 5
	}
	return b.String()
}

// readAs is how signs of a code that was typed are read: letters that look like digits, and nothing for spaces and dashes.
var readAs = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "", "\u00a0", "", "\u2010", "", "\u2011", "", "\u2013", "")

// Read reads a code of some signs however it was typed: in small letters, with other spaces and dashes, with letters
// that look like its digits. ok is false for what is no such code.
func Read(typed string, signs int) (code string, ok bool) {
	code = readAs.Replace(strings.ToUpper(locale.WesternDigits(strings.TrimSpace(typed))))
	return code, len(code) == signs && strings.Trim(code, alphabet) == ""
}
