package api

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// field is a field of a struct as JSON has it.
type field struct {
	reflect.StructField
	owner    reflect.Type // the struct that declares it, which may be embedded
	name     string       // in JSON
	optional bool         // left out where it is empty
	depth    int
	index    []int
}

// fieldsOf lists the fields that encoding/json writes of a struct, in the order of the source; a field hides
// those of its name that are embedded deeper.
func fieldsOf(t reflect.Type) []field {
	all := collect(t, 0, nil)
	var out []field
	for _, f := range all {
		hidden := slices.ContainsFunc(all, func(g field) bool {
			return g.name == f.name && (g.depth < f.depth || g.depth == f.depth && !slices.Equal(g.index, f.index))
		})
		if !hidden {
			out = append(out, f)
		}
	}
	return out
}

func collect(t reflect.Type, depth int, index []int) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := append(slices.Clone(index), i)
		if f.Anonymous && tag == "" {
			if e := pointed(f.Type); e.Kind() == reflect.Struct {
				out = append(out, collect(e, depth+1, at)...)
				continue
			}
		}
		if !f.IsExported() || tag == "-" {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		out = append(out, field{f, t, tag, strings.Contains(options, "omit"), depth, at})
	}
	return out
}

// askedOf lists the fields of a command that a program may send: by the name in JSON that the field has, else its
// name in lower-case words joined by underscores. What is tagged api:"-" is the house's own.
func askedOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Tag.Get("api") == "-" {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			name = snake(f.Name)
		}
		out = append(out, field{StructField: f, owner: t, name: name, optional: true, index: []int{i}})
	}
	return out
}

// snake is a Go name in lower-case words: KeyHash is key_hash, SHA is sha.
func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func pointed(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// isText reports whether JSON has a string for a type.
func isText(t reflect.Type) bool {
	text := reflect.TypeFor[encoding.TextMarshaler]()
	return t.Kind() == reflect.String || t != reflect.TypeFor[time.Time]() && reflect.PointerTo(t).Implements(text)
}
