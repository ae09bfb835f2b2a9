package home

import (
	"reflect"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/settings"
)

// FactLine is one sentence about a fact: a key of the catalogue, its arguments, and where it leads.
type FactLine struct {
	Key  string    `json:"key"`
	Args []any     `json:"args,omitempty"`
	To   cite.Ref  `json:"to,omitempty"`
	Told time.Time `json:"told,omitzero"`
}

// Line says what a fact is, as everybody may read it: what waits for a moderator is named by its number only.
//
// The sentence is that of the catalogue for the kind of the fact ("fact.consultation.received"), or, where a field
// that is true or says something has one of its own, that one ("fact.conversation.map_set.off"). Each of its arguments is the field
// that is so called in the fact's JSON, or inside one of its fields; {about} is what the line leads to.
func Line(fact any, l locale.Lang) FactLine {
	described, ok := fact.(cite.Fact)
	if !ok {
		return FactLine{Key: "fact.unknown"}
	}
	d := described.Describe()
	v := reflect.Indirect(reflect.ValueOf(fact))
	kind, _, _ := strings.Cut(d.Kind, "/")
	key := "fact." + kind
	for name, f := range fields(v) {
		if (f.Kind() == reflect.Bool && f.Bool() || f.Kind() == reflect.String && f.String() != "") && locale.Has(key+"."+name) {
			key += "." + name
			break
		}
	}
	if !locale.Has(key) {
		return FactLine{Key: "fact.unknown"}
	}
	line := FactLine{Key: key, To: leadsTo(d), Told: told(fact, v)}
	for _, name := range locale.Arguments(key) {
		value := any(line.To)
		if f, ok := fact.(interface{ What() []string }); ok && name == "what" {
			value = named(f.What(), l)
		} else if name != "about" {
			value = argument(v, name, l)
		}
		line.Args = append(line.Args, name, value)
	}
	return line
}

// named lists what a fact changed of a whole, by the keys of the catalogue.
func named(keys []string, l locale.Lang) string {
	words := make([]string, len(keys))
	for i, key := range keys {
		words[i] = l.T(key)
	}
	return l.List(words)
}

// leadsTo is the page that shows what a fact is about: a call, a contribution, an answer, an edition; the paper
// where no edition has the place yet; none for settings and for people.
func leadsTo(d cite.Description) cite.Ref {
	of := d.About
	switch {
	case of != cite.Public && of != cite.None:
	case len(d.Minted) > 0:
		of = d.Minted[0]
	case len(d.Touches) > 0:
		of = d.Touches[0]
	}
	switch of.Kind() {
	case 'c':
		return of.Root()
	case 'k', 'd':
		return of
	case 'p':
		if of.EditionNumber() == 0 {
			return of.Root()
		}
		return of
	}
	return cite.None
}

// told is the instant that a fact itself tells, zero where it tells none.
func told(fact any, v reflect.Value) time.Time {
	if f, ok := fact.(interface{ At() time.Time }); ok {
		return f.At()
	}
	if f := v.FieldByName("At"); f.IsValid() {
		at, _ := f.Interface().(time.Time)
		return at
	}
	return time.Time{}
}

// fields goes through the fields of a struct by their names in JSON.
func fields(v reflect.Value) func(yield func(string, reflect.Value) bool) {
	return func(yield func(string, reflect.Value) bool) {
		if v.Kind() != reflect.Struct {
			return
		}
		for _, f := range reflect.VisibleFields(v.Type()) { // those of a part without a name are the fact's, as they are on the record
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && name != "-" && !yield(name, v.FieldByIndex(f.Index)) {
				return
			}
		}
	}
}

// argument is the field called name, as a sentence in l says it; nil where there is none. What stands nearer to the
// fact comes before what stands inside one of its fields.
func argument(v reflect.Value, name string, l locale.Lang) any {
	for n, f := range fields(v) {
		if n == name {
			if s := spoken(f, name, l); s != nil {
				return s
			}
		}
	}
	for _, f := range fields(v) {
		if s := argument(f, name, l); s != nil {
			return s
		}
	}
	return nil
}

// spoken is a value as a sentence says it: a text in the language, a person or party by its reference, a word of a
// list by its name in the catalogue ("role.officer"), a number as it is; nil for what no sentence says.
func spoken(f reflect.Value, name string, l locale.Lang) any {
	switch v := f.Interface().(type) {
	case locale.Text:
		s, _ := v.For(l)
		return s
	case interface{ Ref() cite.Ref }:
		return v.Ref()
	case settings.Words:
		return v.For(l)
	case locale.Lang, cite.Ref:
		return v
	case cite.Position:
		return itoa(int(v))
	case int:
		return itoa(v)
	}
	if f.Kind() != reflect.String {
		return nil
	}
	if label := "desk.settings." + f.String(); name == "list" && locale.Has(label) { // of labels
		return l.T(label)
	}
	if word := "status_of_translation." + f.String(); name == "status" && locale.Has(word) {
		return l.T(word)
	}
	if word := name + "." + f.String(); locale.Has(word) {
		return l.T(word)
	}
	return f.String()
}
