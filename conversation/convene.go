package conversation

import (
	"strings"
	"unicode"

	"github.com/openplenary/plenary/locale"
	"golang.org/x/text/unicode/norm"
)

// StartingCategories are the categories of parties that a conversation begins with where nobody names others,
// in all six languages.
func StartingCategories(original locale.Lang) []Label {
	var out []Label
	for _, id := range []string{"member_state", "igo", "ngo", "industry", "academia", "individual"} {
		name := locale.Text{Original: original, In: map[locale.Lang]string{}}
		for _, l := range locale.All {
			name.In[l] = l.T("category." + id)
		}
		out = append(out, Label{ID: id, Name: name, Body: id != "individual", State: id == "member_state"})
	}
	return out
}

// maxSlug is how long an address is made, at most; who gives one may give a longer one.
const maxSlug = 30

// SlugOf makes the address of a conversation out of its title: Latin letters and digits, with a hyphen where
// anything else stands. A title without any is "conversation".
func SlugOf(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKD.String(title)) {
		switch {
		case unicode.Is(unicode.Mn, r): // é is e
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String(), "-")
	if len(s) > maxSlug {
		s = strings.Trim(s[:maxSlug], "-")
	}
	if s == "" {
		s = "conversation"
	}
	return s
}
