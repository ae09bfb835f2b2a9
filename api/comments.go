package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// Comments are what the comments of Go types say, by name: "consultation.Withhold" for a type, and
// "consultation.Withhold.Reason" for a field. The first part is the path of the package in the module.
type Comments map[string]string

//go:embed comments.json
var commentsJSON []byte

// Collected are the comments as they were collected when the house was built.
var Collected = sync.OnceValue(func() Comments {
	var c Comments
	if err := json.Unmarshal(commentsJSON, &c); err != nil {
		panic(err) // embedded: cannot happen in a binary that was built
	}
	return c
})

// Encode writes comments as comments.json has them.
func (c Comments) Encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(c) // keys in alphabetical order
	return b.Bytes(), err
}

const module = "github.com/openplenary/plenary/"

// ofType is the comment of a type.
func (c Comments) ofType(t reflect.Type) string {
	return c[strings.TrimPrefix(t.PkgPath(), module)+"."+t.Name()]
}

// ofField is the comment of a field of a struct.
func (c Comments) ofField(t reflect.Type, name string) string {
	return c[strings.TrimPrefix(t.PkgPath(), module)+"."+t.Name()+"."+name]
}

// sentence makes a comment that begins with the name of what it is about ("Withhold keeps ...") one without:
// "Keeps ...".
func sentence(name, s string) string {
	for _, verb := range []string{name + " is ", name + " are ", name + ": "} {
		if rest, ok := strings.CutPrefix(s, verb); ok {
			return upper(rest)
		}
	}
	if rest, ok := strings.CutPrefix(s, name+" "); ok {
		return upper(rest)
	}
	return upper(s)
}

func upper(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// firstSentence cuts a text after its first sentence.
func firstSentence(s string) (first, rest string) {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '.' && s[i+1] == ' ' {
			return s[:i], s[i+2:]
		}
	}
	if n := len(s); n > 0 && s[n-1] == '.' {
		return s[:n-1], ""
	}
	return s, ""
}
