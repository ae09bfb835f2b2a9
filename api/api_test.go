package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/refusal"
)

// TestValuesOfCommands: what the description lists as the values of a field is what the command takes, and nothing
// else.
func TestValuesOfCommands(t *testing.T) {
	found := 0
	for _, c := range Acts() {
		for _, f := range askedOf(c.Type) {
			values := valuesOf(f)
			if values == nil {
				continue
			}
			found++
			with := func(v string) int {
				b, err := json.Marshal(map[string]string{f.name: v})
				if err != nil {
					t.Fatal(err)
				}
				command := c.New()
				if err := Decode(b, command); err != nil {
					t.Fatal(c.Name, err)
				}
				_, err = conversation.Check(reflect.ValueOf(command).Elem().Interface())
				about := 0
				for _, r := range refusal.Of(err) {
					if r.Field == f.name || r.Field == "fate" { // as forms call a change
						about++
					}
				}
				return about
			}
			for _, v := range values {
				if with(v) >= with("nonsense") {
					t.Errorf("%s does not take %q for %s", c.Name, v, f.name)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d fields of commands have values", found)
	}
}

// TestLists: a list that is made by counting has its ends.
func TestLists(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{strings.Join(statuses(), " "), "pending published withheld withdrawn erased"},
		{strings.Join(stances(), " "), " yes in_part no wrong_question"},
		{strings.Join(languages(), " "), "ar zh en fr ru es"},
		{strings.Join(roles(), " "), "officer chair rapporteur analyst translator interpreter moderator technician"},
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
}

// TestDecode: each kind of field is read as it is meant, and what is wrong is named.
func TestDecode(t *testing.T) {
	type inner struct {
		On   string
		SHA  string
		Mine int `api:"-"`
	}
	type outer struct {
		KeyHash string
		Parts   []inner
		Off     bool
		Size    int64
		By      map[string]string
	}
	for body, want := range map[string]string{
		`{"key_hash":"x","parts":[{"on":"a","sha":"b"}],"off":true,"size":7,"by":{"en":"e"}}`: `{x [{a b 0}] true 7 map[en:e]} <nil>`,
		`{}`:                            `{ [] false 0 map[]} <nil>`,
		` {"size":7} `:                  `{ [] false 7 map[]} <nil>`,
		`{"size":7.5}`:                  `body.type size`,
		`{"size":"7"}`:                  `body.type size`,
		`{"size":99999999999999999999}`: `body.type size`,
		`{"off":1}`:                     `body.type off`,
		`{"off":null}`:                  `body.type off`,
		`{"by":[]}`:                     `body.type by`,
		`{"by":{"en":1}}`:               `body.type by.en`,
		`{"by":{"en":"","en":""}}`:      `body.twice by.en`,
		`{"parts":[{"mine":1}]}`:        `body.unknown parts[0].mine`,
		`{"parts":[[]]}`:                `body.type parts[0]`,
		`{"KeyHash":"x"}`:               `body.unknown KeyHash`,
		`{"parts":[` + strings.Repeat("{},", maxItems) + `{}]}`: `body.type parts`,
		`7`:      `body.unreadable `,
		`{"a"`:   `body.unreadable `,
		`{}{}`:   `body.unreadable `,
		`{} nul`: `body.unreadable `,
	} {
		var v outer
		err := Decode([]byte(body), &v)
		got := fmt.Sprint(v, err)
		if rs := refusal.Of(err); len(rs) > 0 {
			got = rs[0].Key + " " + rs[0].Field
		}
		if got != want {
			t.Errorf("%.80s: %s, not %s", body, got, want)
		}
	}
	var v outer
	many := Decode([]byte(`{`+strings.TrimSuffix(strings.Repeat(`"x":1,`, 100), ",")+`}`), &v)
	if n := len(refusal.Of(many)); n != maxMalformed {
		t.Errorf("%d fields are named", n)
	}
}

// TestSentence: a comment becomes a line of a list.
func TestSentence(t *testing.T) {
	for _, c := range [][3]string{
		{"Withhold", "Withhold keeps a contribution.", "Keeps a contribution."},
		{"Grant", "Grant: a role.", "A role."},
		{"Page", "Page is the first page.", "The first page."},
		{"Why", "of the published", "Of the published"},
	} {
		if got := sentence(c[0], c[1]); got != c[2] {
			t.Errorf("%q", got)
		}
	}
	for in, want := range map[string]string{"KeyHash": "key_hash", "SHA": "sha", "ID": "id", "Call": "call", "SHASum": "sha_sum"} {
		if got := snake(in); got != want {
			t.Errorf("%s is %s", in, got)
		}
	}
}

// FuzzDecode: whatever is sent, it is read or refused.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"call":"k2","parts":[{"on":"p2.e1.x3","language":"en","stance":"yes","text":"x"}]}`))
	f.Add([]byte(`{"title":{"original":"en","in":{"en":"x"}},"status":{"fr":"official"},"elements":[{"ref":"p1.x1"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, c := range Acts() {
			if err := Decode(b, c.New(), &Speaker{}); err != nil && len(refusal.Of(err)) == 0 {
				t.Fatal(err)
			}
		}
	})
}
