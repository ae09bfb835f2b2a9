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
			name.In[l] = l.T("desk.category." + id)
		}
		out = append(out, Label{ID: id, Name: name, Body: id != "individual", State: id == "member_state"})
	}
	return out
}

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

// plainName keeps the Latin letters and digits of a text, in lower case and without their marks.
func plainName(s string, between byte, longest int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKD.String(s)) {
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
