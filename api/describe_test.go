package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

type inside struct {
	Depth  int    `json:"depth"`
	Shared string `json:"shared"`
}

type everyKind struct {
	inside
	Shared   bool                   `json:"shared"`
	Ref      cite.Ref               `json:"ref"`
	Who      delegation.Participant `json:"who"`
	At       time.Time              `json:"at,omitzero"`
	In       locale.Lang            `json:"in"`
	Share    float64                `json:"share"`
	Raw      []byte                 `json:"raw"`
	List     []string               `json:"list"`
	Sure     []string               `json:"sure" api:"never null"`
	By       map[locale.Lang]int    `json:"by"`
	Under    map[string]*inside     `json:"under"`
	Perhaps  *inside                `json:"perhaps"`
	Any      any                    `json:"any"`
	hidden   int
	Left     int `json:"-"`
	Untagged int64
}

// TestSchema: each kind of field is described as it is written.
func TestSchema(t *testing.T) {
	t.Parallel()
	_ = everyKind{}.hidden
	s := newSchemas(Comments{"api.everyKind": "everyKind has one of each.", "api.inside": "inside is deep.", "api.everyKind.At": "of the tide", "api.everyKind.Raw": "Raw is as it came"})
	if got := s.view(reflect.TypeFor[*everyKind](), true)["$ref"]; got != "#/components/schemas/api.everyKind" {
		t.Error(got)
	}
	c := s.components["api.everyKind"].(object)
	if got := fmt.Sprint(c["required"]); got != "[type depth shared ref who in share raw list sure by under perhaps any Untagged]" || c["description"] != "Has one of each." {
		t.Errorf("%s, %s", got, c["description"])
	}
	properties := c["properties"].(object)
	all, err := json.Marshal(written())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"type": `{"const":"api.everyKind","type":"string"}`, "not_public": `{"const":true,"type":"boolean"}`, "depth": `{"format":"int64","type":"integer"}`, "shared": `{"type":"boolean"}`,
		"ref": `{"examples":["c418","p3.e2.x17","k2"],"type":"string"}`, "who": `{"pattern":"^[uy][0-9a-z]{13}$","type":"string"}`, "at": `{"format":"date-time","type":"string"}`,
		"in": `{"enum":` + string(all) + `,"type":"string"}`, "share": `{"type":"number"}`, "raw": `{"contentEncoding":"base64","type":"string"}`,
		"list": `{"items":{"type":"string"},"type":["array","null"]}`, "sure": `{"items":{"type":"string"},"type":"array"}`,
		"by":    `{"additionalProperties":{"format":"int64","type":"integer"},"propertyNames":{"enum":` + string(all) + `},"type":["object","null"]}`,
		"under": `{"additionalProperties":{"$ref":"#/components/schemas/api.inside"},"type":["object","null"]}`, "perhaps": `{"oneOf":[{"$ref":"#/components/schemas/api.inside"},{"type":"null"}]}`,
		"any": `{}`, "Untagged": `{"format":"int64","type":"integer"}`,
	} {
		p, ok := properties[name].(object)
		if !ok {
			t.Errorf("there is no field %s", name)
			continue
		}
		p = object(mapsWithout(p, "description"))
		if b, err := json.Marshal(p); err != nil || string(b) != want {
			t.Errorf("%s: %s, want %s", name, b, want)
		}
		delete(properties, name)
	}
	if len(properties) != 0 {
		t.Errorf("there is more than is written: %v", properties)
	}
	if !slices.Contains(s.missing, "api.everyKind.Untagged") || !slices.Contains(s.missing, "api.inside.depth") || slices.Contains(s.missing, "api.everyKind.raw") || slices.Contains(s.missing, "api.everyKind") {
		t.Errorf("without a word: %q", s.missing)
	}
}

func mapsWithout(m map[string]any, key string) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}

// TestFieldsHide: a field hides those of its name that are embedded deeper, and of two as deep neither is written.
func TestFieldsHide(t *testing.T) {
	t.Parallel()
	type one struct {
		Depth  int
		Shared string
	}
	type other struct{ Depth int }
	type both struct {
		one
		other
		Own int `json:"own,omitempty"`
	}
	var names []string
	for _, f := range fieldsOf(reflect.TypeFor[both]()) {
		names = append(names, fmt.Sprint(f.name, f.optional))
	}
	if got := strings.Join(names, " "); got != "Sharedfalse owntrue" {
		t.Error(got)
	}
	b, err := json.Marshal(both{})
	if err != nil || string(b) != `{"Shared":""}` {
		t.Errorf("encoding/json writes %s", b)
	}
}

// TestStatuses: what an operation is answered with is what its kind can be answered with.
func TestStatuses(t *testing.T) {
	t.Parallel()
	command := func(name string) *conversation.Command {
		all := conversation.Commands()
		return &all[slices.IndexFunc(all, func(c conversation.Command) bool { return c.Name == name })]
	}
	for _, c := range []struct {
		o       Operation
		path    string
		id      string
		want    []int
		anybody bool
	}{
		{Operation{Name: "page", Method: "GET", Path: "/{lang}/c"}, "/{lang}/c.json", "get_page", []int{304, 400, 503}, true},
		{Operation{Name: "index", Method: "GET", Path: "/{lang}/"}, "/{lang}/", "get_index", []int{304, 400, 503}, true},
		{Operation{Name: "page", Method: "GET", Path: "/x", SignedIn: true, Hides: true}, "/x.json", "get_page", []int{304, 400, 401, 404, 503}, false},
		{Operation{Name: "table", Method: "GET", Path: "/x.csv", Media: "text/csv", Hides: true}, "/x.csv", "get_table", []int{400, 404, 503}, true},
		{Operation{Name: "submit", Method: "POST", Path: "/x", Hides: true}, "/x", "post_submit", []int{303, 403, 404, 409, 413, 422, 429, 503}, true},
		{Operation{Name: "check", Method: "POST", Path: "/x"}, "/x", "post_check", []int{403, 413, 422, 429, 503}, true},
		{Operation{Name: "consultation.submit", Method: "POST", Path: "/x", Command: command("consultation.submit")}, "/x", "consultation.submit", []int{400, 403, 404, 409, 413, 422, 429, 503}, true},
		{Operation{Name: "consultation.answer", Method: "POST", Path: "/x", Command: command("consultation.answer"), Hides: true}, "/x", "consultation.answer", []int{400, 401, 403, 404, 409, 413, 422, 503}, false},
	} {
		if !slices.Equal(c.o.statuses(), c.want) || c.o.path() != c.path || c.o.id() != c.id || (len(c.o.security()) == 3) != c.anybody {
			t.Errorf("%s %s: %v, want %v; %s; %v", c.o.id(), c.o.path(), c.o.statuses(), c.want, c.path, c.o.security())
		}
		for _, s := range c.o.statuses() {
			r := response(s)
			_, says := r["content"]
			headers, _ := r["headers"].(object)
			if r["description"] == "" || says != (s >= 400) || (headers["Location"] != nil) != (s == 303) || (headers["Retry-After"] != nil) != (s == 429 || s == 503) {
				t.Errorf("%d is described as %v", s, r)
			}
		}
	}
	for name, want := range map[string]int64{"consultation.submit": 5 << 20, "paper.publish": 5 << 20, "consultation.correct": 5 << 20, "consultation.answer": 512 << 10, "consultation.withhold": 128 << 10} {
		if got := MaxBody(*command(name)); got != want {
			t.Errorf("%s takes %d bytes", name, got)
		}
	}
}

// TestParameter: the parameters of an address have the values that they may have.
func TestParameter(t *testing.T) {
	t.Parallel()
	type Date string
	d := describer{schemas: newSchemas(nil)}
	for _, c := range []struct {
		of   reflect.Type
		rule string
		want string
	}{
		{reflect.TypeFor[bool](), "", `{"enum":["1","yes"],"type":"string"}`}, {reflect.TypeFor[int](), "", `{"maximum":1073741824,"minimum":0,"type":"integer"}`},
		{reflect.TypeFor[cite.Position](), "", `{"maximum":1099511627775,"minimum":0,"type":"integer"}`}, {reflect.TypeFor[Date](), "", `{"examples":["2006-01-02"],"format":"date","type":"string"}`},
		{reflect.TypeFor[string](), "a b", `{"enum":["a","b"],"type":"string"}`}, {reflect.TypeFor[string](), "", `{"maxLength":2000,"type":"string"}`},
		{reflect.TypeFor[cite.Ref](), "c", `{"examples":["c418","p3.e2.x17","k2"],"type":"string"}`},
	} {
		if b, err := json.Marshal(d.parameter(c.of, c.rule)); err != nil || string(b) != c.want {
			t.Errorf("%s %q: %s, want %s", c.of, c.rule, b, c.want)
		}
	}
}

// TestSentences: a comment ends with its first sentence, begins in upper case, and adds to what fields of its name say.
func TestSentences(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{"": {"", ""}, "One.": {"One", ""}, "One": {"One", ""}, "One. Two.": {"One", "Two."}, "1.5 is one. Two": {"1.5 is one", "Two"}} {
		if first, rest := firstSentence(in); first != want[0] || rest != want[1] {
			t.Errorf("%q: %q and %q", in, first, rest)
		}
	}
	for s, want := range map[string]string{"": "", "a": "A", "Ab": "Ab"} {
		if upper(s) != want {
			t.Errorf("%q: %q", s, upper(s))
		}
	}
	if got := sentence("X", "X are many."); got != "Many." {
		t.Error(got)
	}
	for in, want := range map[string]string{`{"a":1}`: "{\n \"type\": \"api.inside\",\"a\":1}", `{}`: "{\n \"type\": \"api.inside\"}"} {
		if got := string(WithType(&inside{}, []byte(in))); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
	if got := string(NotPublic([]byte(`{"a":1}`))); got != "{\n \"not_public\": true,\"a\":1}" {
		t.Error(got)
	}
}

// TestKeyOf: a key that is 128 random bits is taken as it is; another is hashed, if it can be a key at all.
func TestKeyOf(t *testing.T) {
	t.Parallel()
	hash := func(s string) uint64 { return uint64(len(s)) }
	of := func(s string) (Key, error) {
		h := http.Header{}
		if s != "" {
			h.Set("Idempotency-Key", s)
		}
		return KeyOf(h, hash)
	}
	for s, secret := range map[string]bool{"AAAAAAAAAAAAAAAAAAAAAA": true, strings.Repeat("k", minKey): false, strings.Repeat("k", maxKey): false, "!~!~!~!~!~!~!~!~": false} {
		if k, err := of(s); err != nil || k.Secret != secret || (k.Token == s) != secret || len(k.Token) != 22 {
			t.Errorf("%q: %+v %v", s, k, err)
		}
	}
	for _, s := range []string{strings.Repeat("k", minKey-1), strings.Repeat("k", maxKey+1), strings.Repeat("k", minKey) + " k", strings.Repeat("k", minKey) + "é", strings.Repeat("k", minKey) + "\x7f"} {
		if k, err := of(s); err == nil {
			t.Errorf("%q: %+v", s, k)
		}
	}
	a, _ := of("")
	b, _ := of("")
	if !a.Secret || a.Token == b.Token || len(a.Token) != 22 {
		t.Errorf("without a key: %+v %+v", a, b)
	}
}
