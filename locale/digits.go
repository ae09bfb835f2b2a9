package locale

import "strings"

// WesternDigits writes the digits of Arabic and Persian keyboards as 0 to 9, for numbers and codes that people type.
func WesternDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		}
		return r
	}, s)
}
