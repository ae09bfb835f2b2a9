package frame

import "strings"

// Choice is one option of a form.
type Choice struct {
	ID    string
	Name  string
	Count int
}

// Parts names the part of a form that an error is about, before its sentence, by what the names of its fields begin with: "begins-date" and "begins-time" are of "begins".
// A form that asks for two moments says of both the same.
func Parts(f *Frame, keys map[string]string) func(field string) string {
	return func(field string) string {
		part, _, _ := strings.Cut(field, "-")
		if key := keys[part]; key != "" {
			return f.T(key) + Colon(f)
		}
		return ""
	}
}
