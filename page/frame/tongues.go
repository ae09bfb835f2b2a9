package frame

import (
	"slices"

	"github.com/openplenary/plenary/locale"
)

// Tongues is one text with a field for each language, always in the order of locale.All.
type Tongues struct {
	Name string // of the field; that of a language has "-fr" behind it
	Rows []Tongue
	// Naming: whoever writes a translation is asked whether it is official.
	Naming bool
}

// Tongue is the field of one language.
type Tongue struct {
	Lang  locale.Lang
	Value string
	Was   string // what it said when the page was made
	State string // "original", "missing", "older" than the original, "translation"
	// Official: the translation is named official.
	Official bool
}

// Field is the name of the language's field.
func (t Tongues) Field(r Tongue) string { return t.Name + "-" + string(r.Lang) }

// NewTongues makes the fields of a text: one for each of the languages, and one for the language of its original. older
// tells which translations are older than the original; nil where nobody knows.
func NewTongues(name string, t locale.Text, languages []locale.Lang, older func(locale.Lang) bool) Tongues {
	out := Tongues{Name: name}
	for _, l := range locale.All {
		if !slices.Contains(languages, l) && l != t.Original {
			continue
		}
		r := Tongue{Lang: l, Value: t.In[l], Was: t.In[l], State: "translation"}
		switch {
		case l == t.Original:
			r.State = "original"
		case t.In[l] == "":
			r.State = "missing"
		case older != nil && older(l):
			r.State = "older"
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

// Named asks of each translation whether it is official, as it is said of some.
func (t Tongues) Named(official []locale.Lang) Tongues {
	t.Naming, t.Rows = true, slices.Clone(t.Rows)
	for i, r := range t.Rows {
		t.Rows[i].Official = slices.Contains(official, r.Lang)
	}
	return t
}

// Typed puts what came back with a form in place of what the text says: typed gives the value of a field that came.
func (t Tongues) Typed(typed func(field string) (value string, ok bool)) Tongues {
	t.Rows = slices.Clone(t.Rows)
	for i, r := range t.Rows {
		if value, ok := typed(t.Field(r)); ok {
			t.Rows[i].Value = value
		}
	}
	return t
}

// open reports whether the field of a language stands open where others are folded.
func (t Tongues) open(f *Frame, r Tongue) bool {
	here := slices.ContainsFunc(t.Rows, func(r Tongue) bool { return r.Lang == f.Lang })
	return r.Value != "" || r.Lang == f.Lang || r.State == "original" && !here || f.Wrong(t.Field(r)) != nil
}

// folded is how many are folded.
func (t Tongues) folded(f *Frame) (n int) {
	for _, r := range t.Rows {
		if !t.open(f, r) {
			n++
		}
	}
	return n
}
