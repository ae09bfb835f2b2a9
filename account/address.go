package account

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/openplenary/plenary/refusal"
)

// maxAddress and maxLocal are the limits of RFC 5321 in bytes.
const (
	maxAddress = 254
	maxLocal   = 64
)

// ParseAddress reads an e-mail address as a person typed it and returns it as it is kept: without
// spaces around it, the domain in lower case and in its ASCII form. It takes one plain address:
// letters, digits and the marks RFC 5322 allows without quotes before the @ (letters of any script, as
// RFC 6531 has it), a domain name with at least one dot after it, at most 254 bytes in all. Names,
// comments, quotes, addresses of machines and anything that could end a line of a letter's head are
// refused with "address.invalid", field "email". What it returns, it accepts unchanged.
func ParseAddress(s string) (string, error) {
	address, ok := parseAddress(strings.Trim(s, " \t\r\n"))
	if !ok {
		return "", refusal.In("email", "address.invalid")
	}
	return address, nil
}

func parseAddress(s string) (string, bool) {
	if s == "" || len(s) > maxAddress || !utf8.ValidString(s) || strings.ContainsFunc(s, notInAddress) {
		return "", false
	}
	s = norm.NFC.String(s)
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return "", false
	}
	local, domain, _ := strings.Cut(s, "@")
	if !isLocal(local) {
		return "", false
	}
	domain, ok := asciiDomain(domain)
	if !ok || len(local)+1+len(domain) > maxAddress {
		return "", false
	}
	return local + "@" + domain, true
}

// notInAddress says that r has no place in an address, wherever it stands.
func notInAddress(r rune) bool {
	return r <= ' ' || r == 0x7f || r >= 0x80 && !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && r != '。'
}

// isLocal says that s is a dot-atom of RFC 5322 with the letters of RFC 6531.
func isLocal(s string) bool {
	if s == "" || len(s) > maxLocal {
		return false
	}
	for _, word := range strings.Split(s, ".") {
		if word == "" {
			return false
		}
		for i, r := range word {
			switch {
			case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			case r < 0x80:
				if !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) {
					return false
				}
			case i == 0 && unicode.Is(unicode.M, r), !unicode.In(r, unicode.L, unicode.M, unicode.Nd):
				return false
			}
		}
	}
	return true
}

var toASCII = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true), idna.StrictDomainName(true))

// asciiDomain gives the one form of a domain name that servers are asked for.
func asciiDomain(s string) (string, bool) {
	a, err := toASCII.ToASCII(s)
	if err != nil {
		return "", false
	}
	// Stable: what is kept is accepted as it is.
	if again, err := toASCII.ToASCII(a); err != nil || again != a {
		return "", false
	}
	i := strings.LastIndexByte(a, '.')
	if i <= 0 {
		return "", false
	}
	for _, r := range a[i+1:] { // the last part of a machine's number is digits only
		if r < '0' || r > '9' {
			return a, true
		}
	}
	return "", false
}

// identity folds an address that ParseAddress returned to what makes two addresses one person: mail
// servers take no notice of the case of ASCII letters. Other letters are not folded, because folding
// them can turn one person's address into another's.
func identity(address string) string {
	b := []byte(address)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
