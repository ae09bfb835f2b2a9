package home_test

import (
	"strings"
	"testing"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/home"
)

// TestLines: every kind of fact has a line of text in every language.
func TestLines(t *testing.T) {
	for _, kind := range conversation.Kinds() {
		fact, err := conversation.Decode([]byte(kind + "\n{}"))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range locale.All {
			line := home.Line(fact, l)
			if line.Key == "fact.unknown" {
				t.Errorf("%s has no line", kind)
			}
			if s := l.T(line.Key, line.Args...); strings.Contains(s, "⟦fact.") {
				t.Errorf("%s in %s: %s", kind, l, s)
			}
		}
	}
}
