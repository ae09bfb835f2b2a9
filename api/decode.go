package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Decode reads a JSON object into the structs that into points to. A field belongs to the first of them that has
// it. What no struct has, what is there twice, and what is of another type is refused with the name of the field,
// "parts[1].stance"; a field that is missing stays as it is.
func Decode(b []byte, into ...any) error {
	var no refusal.Several
	members, err := membersOf(b)
	if err != nil {
		return refusal.New(refusal.Malformed, "body.unreadable")
	}
	targets := make([]reflect.Value, len(into))
	for i, v := range into {
		targets[i] = reflect.ValueOf(v).Elem()
	}
	decodeMembers("", members, &no, targets...)
	return no.Or()
}

// maxMalformed is how many fields are named in one answer.
const maxMalformed = 20

func wrong(no *refusal.Several, path, key string) {
	if len(*no) < maxMalformed {
		path, _ = locale.CleanLine(path[:min(len(path), 80)], 80)
		*no = append(*no, &refusal.Refusal{Kind: refusal.Malformed, Key: key, Field: path, Args: []any{"name", path}})
	}
}

// maxItems is how many things a list may hold. Rules allow fewer.
const maxItems = 10_000

// member is a field of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// membersOf takes a JSON object apart, keeping what is there twice.
func membersOf(b []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errNotObject
	}
	var out []member
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: name.(string)} // the name of a member is a string, or Token had refused it
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if dec.More() || len(bytes.TrimSpace(b[dec.InputOffset():])) > 0 {
		return nil, errNotObject
	}
	return out, nil
}

var errNotObject = refusal.New(refusal.Malformed, "body.unreadable")

func decodeMembers(path string, members []member, no *refusal.Several, into ...reflect.Value) {
	seen := map[string]bool{}
	for _, m := range members {
		at := strings.TrimPrefix(path+"."+m.name, ".")
		f, ok := find(m.name, into)
		switch {
		case !ok:
			wrong(no, at, "body.unknown")
		case seen[m.name]:
			wrong(no, at, "body.twice")
		default:
			decodeValue(at, m.value, f, no)
		}
		seen[m.name] = true
	}
}

func find(name string, into []reflect.Value) (reflect.Value, bool) {
	for _, v := range into {
		for _, f := range askedOf(v.Type()) {
			if f.name == name {
				return v.FieldByIndex(f.index), true
			}
		}
	}
	return reflect.Value{}, false
}

// decodeValue reads one value.
func decodeValue(path string, raw json.RawMessage, v reflect.Value, no *refusal.Several) {
	parse := parsers[v.Type()]
	if unmarshaler, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok && parse == nil {
		parse = func(s string, _ reflect.Value) bool { return unmarshaler.UnmarshalText([]byte(s)) == nil }
	}
	if parse == nil {
		decodeKind(path, raw, v, no)
		return
	}
	var s string
	if !text(raw, &s) || !parse(s, v) {
		wrong(no, path, "body.type")
	}
}

// parsers read what JSON has a string for and Go a type of its own.
var parsers = map[reflect.Type]func(string, reflect.Value) bool{
	reflect.TypeFor[time.Time](): func(s string, v reflect.Value) bool {
		t, err := time.Parse(time.RFC3339, s)
		v.Set(reflect.ValueOf(t.UTC()))
		return err == nil
	},
	reflect.TypeFor[cite.Ref](): func(s string, v reflect.Value) bool {
		r, err := cite.ParseRef(s)
		v.SetString(string(r))
		return err == nil || s == ""
	},
	reflect.TypeFor[locale.Lang](): func(s string, v reflect.Value) bool {
		_, ok := locale.WrittenAt(locale.Lang(s))
		v.SetString(s)
		return ok || s == ""
	},
	reflect.TypeFor[consultation.Stance](): func(s string, v reflect.Value) bool {
		stance, ok := consultation.ParseStance(s)
		v.SetUint(uint64(stance))
		return ok
	},
	reflect.TypeFor[delegation.Role](): func(s string, v reflect.Value) bool {
		role, ok := delegation.ParseRole(s)
		v.SetUint(uint64(role))
		return ok
	},
}

// text reads a string; null is none.
func text(raw json.RawMessage, s *string) bool {
	return len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, s) == nil
}

func decodeKind(path string, raw json.RawMessage, v reflect.Value, no *refusal.Several) {
	ok := false
	switch v.Kind() {
	case reflect.Struct:
		members, err := membersOf(raw)
		if ok = err == nil; ok {
			decodeMembers(path, members, no, v)
		}
	case reflect.Slice:
		var items []json.RawMessage
		if ok = raw[0] == '[' && json.Unmarshal(raw, &items) == nil && len(items) <= maxItems; ok {
			v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
			for i, item := range items {
				decodeValue(path+"["+strconv.Itoa(i)+"]", item, v.Index(i), no)
			}
		}
	case reflect.Map: // of texts by language, as all maps of commands are
		members, err := membersOf(raw)
		if ok = err == nil; ok {
			decodeMap(path, members, v, no)
		}
	case reflect.String:
		var s string
		if ok = text(raw, &s); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		var b bool
		if ok = raw[0] != 'n' && json.Unmarshal(raw, &b) == nil; ok {
			v.SetBool(b)
		}
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if ok = err == nil && !v.OverflowInt(n); ok {
			v.SetInt(n)
		}
	}
	if !ok {
		wrong(no, path, "body.type")
	}
}

func decodeMap(path string, members []member, v reflect.Value, no *refusal.Several) {
	v.Set(reflect.MakeMap(v.Type()))
	for _, m := range members {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		name, _ := json.Marshal(m.name) // a string can always be written
		before := len(*no)
		decodeValue(path+"."+m.name, name, key, no)
		if len(*no) == before && v.MapIndex(key).IsValid() {
			wrong(no, path+"."+m.name, "body.twice")
		}
		decodeValue(path+"."+m.name, m.value, value, no)
		v.SetMapIndex(key, value)
	}
}
