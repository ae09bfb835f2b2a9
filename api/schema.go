package api

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// object is a JSON object of the description; its keys are written in alphabetical order.
type object = map[string]any

// schemas makes the schemas of types. Structs become components with the name of their type.
type schemas struct {
	comments   Comments
	components object
	missing    []string        // what has no description
	used       map[string]bool // of the lists of words and values
}

func newSchemas(c Comments) *schemas {
	return &schemas{comments: c, components: object{}, used: map[string]bool{}}
}

// nameOf is the name of the component of a type: "part.Contribution".
func nameOf(t reflect.Type) string {
	return t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:] + "." + t.Name()
}

// TypeOf is what the field "type" of a view says: the name of its schema.
func TypeOf(view any) string { return nameOf(pointed(reflect.TypeOf(view))) }

// WithType puts the name of a view's schema before the fields of its JSON, so that whoever reads it knows which it is.
func WithType(view any, b []byte) []byte {
	rest := bytes.TrimPrefix(b, []byte("{"))
	out := fmt.Appendf(make([]byte, 0, len(b)+64), "{\n \"type\": %q", TypeOf(view))
	if !bytes.HasPrefix(rest, []byte("}")) {
		out = append(out, ',')
	}
	return append(out, rest...)
}

// NotPublic says at the beginning of the twin of a page, as WithType made it, that it holds what is not public.
func NotPublic(b []byte) []byte {
	return append([]byte("{\n \"not_public\": true,"), bytes.TrimPrefix(b, []byte("{"))...)
}

func reference(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// view is the schema of a page's value, which says its own type where typed is set.
func (s *schemas) view(t reflect.Type, typed bool) object {
	t = pointed(t)
	ref := s.ofStruct(t)
	if typed {
		c := s.components[nameOf(t)].(object)
		c["properties"].(object)["type"] = object{"type": "string", "const": nameOf(t), "description": "Says which schema this object has, where there are several."}
		c["properties"].(object)["not_public"] = object{"type": "boolean", "const": true, "description": "This holds what is not public: it was asked for by an officer or a moderator."}
		c["required"] = append([]string{"type"}, without(c["required"].([]string), "type")...)
	}
	return ref
}

func without(list []string, s string) []string {
	var out []string
	for _, x := range list {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

// of is the schema of a type as encoding/json writes it.
func (s *schemas) of(t reflect.Type) object {
	t = pointed(t)
	switch {
	case t == reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[cite.Ref]():
		return object{"type": "string", "examples": []string{"c418", "p3.e2.x17", "k2"}}
	case t == reflect.TypeFor[delegation.Participant](), t == reflect.TypeFor[delegation.Party]():
		return object{"type": "string", "pattern": "^[uy][0-9a-z]{13}$"}
	case enumOf[t] != nil:
		return object{"type": "string", "enum": enumOf[t]()}
	case isText(t):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "format": "int64"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": "string", "contentEncoding": "base64"}
		}
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		if keys := enumOf[t.Key()]; keys != nil {
			return object{"type": "object", "propertyNames": object{"enum": keys()}, "additionalProperties": s.of(t.Elem())}
		}
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.ofStruct(t)
	}
	return object{} // any value
}

// ofStruct makes the component of a struct at first need.
func (s *schemas) ofStruct(t reflect.Type) object {
	name := nameOf(t)
	if _, known := s.components[name]; !known {
		c := object{}
		s.components[name] = c // before its fields: types may hold themselves
		s.fill(c, t, name, fieldsOf(t))
	}
	return reference(name)
}

// asked is the component of what a program sends: nothing is required by the form, since a rule says what is
// missing in words; what is not listed is refused.
func (s *schemas) asked(t reflect.Type) object {
	name := nameOf(t) + ".ask"
	if _, known := s.components[name]; !known {
		c := object{}
		s.components[name] = c
		s.fill(c, t, name, askedOf(t))
		c["additionalProperties"] = false
	}
	return reference(name)
}

// fill describes a struct.
func (s *schemas) fill(c object, t reflect.Type, name string, fields []field) {
	properties, required := object{}, []string{}
	ask := strings.HasSuffix(name, ".ask")
	for _, f := range fields {
		var p object
		switch {
		case ask:
			p = s.sent(f.Type)
		default:
			p = s.of(f.Type)
			if !f.optional {
				required = append(required, f.name)
				if f.Tag.Get("api") != "never null" {
					p = nullable(p, f.Type)
				}
			}
		}
		s.used[nameOf(f.owner)+"."+f.name] = true
		if values := valuesOf(f); values != nil {
			p = enumerated(p, values)
		}
		p["description"] = s.meaning(f, name)
		properties[f.name] = p
	}
	c["type"], c["properties"], c["required"] = "object", properties, required
	c["description"] = sentence(t.Name(), s.comments.ofType(t))
	if c["description"] == "" {
		s.missing = append(s.missing, name)
	}
}

// sent is the schema of a field of a command: the structs in it have the fields that may be sent.
func (s *schemas) sent(t reflect.Type) object {
	switch {
	case t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]():
		return s.asked(t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return object{"type": "array", "items": s.sent(t.Elem())}
	}
	return s.of(t)
}

// nullable lets null in where Go writes it: for lists and maps that are nil, and for pointers.
func nullable(p object, t reflect.Type) object {
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		if p["contentEncoding"] == nil {
			p["type"] = []string{p["type"].(string), "null"}
		}
	case reflect.Pointer:
		return object{"oneOf": []object{p, {"type": "null"}}}
	}
	return p
}

// enumerated gives a field, or the things in its list, the values that it has.
func enumerated(p object, values []string) object {
	if items, ok := p["items"].(object); ok {
		p["items"] = enumerated(items, values)
		return p
	}
	p["enum"] = values
	return p
}

// meaning is what a field says: by itself, by its comment, or what every field of its name says.
func (s *schemas) meaning(f field, component string) string {
	own := s.comments.ofField(f.owner, f.StructField.Name)
	common := words[f.name]
	s.used[nameOf(f.owner)+"."+f.name] = true
	if specific, ok := wordsOf[nameOf(f.owner)+"."+f.name]; ok {
		return specific
	}
	s.used[f.name] = s.used[f.name] || own == "" || common != ""
	first, _, _ := strings.Cut(own, " ")
	switch {
	case own == "" && common == "":
		s.missing = append(s.missing, component+"."+f.name)
		return ""
	case own == "":
		return common
	case common != "" && slices.Contains(additions, first):
		return strings.TrimSuffix(common, ".") + ", " + period(own)
	}
	return period(sentence(f.StructField.Name, own))
}

// additions are the words that begin a comment which only adds something to what fields of its name say.
var additions = []string{"of", "that", "in", "for", "at", "numbered"}

func period(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// written are the languages in which people may write.
func written() []string {
	all := locale.Written()
	out := make([]string, len(all))
	for i, l := range all {
		out[i] = string(l)
	}
	return out
}

// languages are the languages of the interface.
func languages() []string {
	out := make([]string, len(locale.All))
	for i, l := range locale.All {
		out[i] = string(l)
	}
	return out
}
