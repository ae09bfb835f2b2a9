package registration

import (
	"strconv"
	"strings"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
)

// Options are what may be chosen, in a language: a line for each. What is blank is none.
func Options(t locale.Text, l locale.Lang) (out []string) {
	text, _ := t.For(l)
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// FieldName is what the forms call a field.
func FieldName(n int) string { return "field-" + strconv.Itoa(n) }

// Answer holds what was written in a field to its bounds: of a choice, the number of what was chosen; of a line, itself. Files come
// another way. With must, what is required has to be there.
func (f Field) Answer(in *input.Check, n int, s string, must bool) string {
	name, before := FieldName(n), in.Found()
	switch f.Kind {
	case Line:
		in.Line(name, &s, MaxAnswer)
	case Choice:
		k, err := strconv.Atoi(s)
		in.If(s != "" && (err != nil || k < 1 || k > len(Options(f.Options, f.Options.Original)) || s != strconv.Itoa(k)), name, "registration.choose")
	default:
		return ""
	}
	in.If(must && f.Required && s == "" && in.Found() == before, name, "registration.required")
	return s
}

// Said is what was answered, as it is read in a language.
func (f Field) Said(s string, l locale.Lang) string {
	if f.Kind != Choice {
		return s
	}
	all := Options(f.Options, l)
	if k, err := strconv.Atoi(s); err == nil && k >= 1 && k <= len(all) {
		return all[k-1]
	}
	return ""
}
