package serve

import (
	"net/url"
	"slices"
	"strings"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Typed gives what a person wrote into a form that came back. What they left as it was is what it says now, which may be
// what somebody else wrote meanwhile.
func Typed(v url.Values) func(string) (string, bool) {
	return func(field string) (string, bool) {
		left := v.Has("was-"+field) && OneEnding(v.Get(field)) == OneEnding(v.Get("was-"+field))
		return v.Get(field), v.Has(field) && !left
	}
}

// Tongues is a text as a form with a field for each language has it now. Who wrote it first stays the original; where
// there was nothing, the language of the page is.
func (q *Request) Tongues(v url.Values, t frame.Tongues, was locale.Text) locale.Text {
	out := locale.Text{Original: was.Original, In: map[locale.Lang]string{}}
	for l, s := range was.In {
		out.In[l] = s
	}
	for _, r := range t.Rows {
		if s := OneEnding(v.Get(t.Field(r))); s != "" {
			out.In[r.Lang] = s
		} else if v.Has(t.Field(r)) {
			delete(out.In, r.Lang)
		}
	}
	if !slices.ContainsFunc(t.Rows, func(r frame.Tongue) bool { return out.In[r.Lang] != "" }) {
		return locale.Text{} // emptied in every language that was shown
	}
	for _, l := range append([]locale.Lang{q.Lang}, locale.All...) {
		if out.In[out.Original] == "" && out.In[l] != "" {
			out.Original = l
		}
	}
	return out
}

// Named are the languages in which a form with a field for each language names its translations official, as far as they
// have words: never that of the original.
func Named(v url.Values, t frame.Tongues, text locale.Text) (out []locale.Lang) {
	for _, r := range t.Rows {
		if r.Lang != text.Original && text.In[r.Lang] != "" && v.Get("official-"+t.Field(r)) != "" {
			out = append(out, r.Lang)
		}
	}
	return out
}

// OneEnding makes the line endings of a form those of the record.
func OneEnding(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
