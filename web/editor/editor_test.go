package editor

import (
	"maps"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// TestBrought: an element whose place was reserved comes with its names, in the original of the draft under one of them.
func TestBrought(t *testing.T) {
	t.Parallel()
	reserved := map[cite.Ref]paper.Reserved{"p1.x7": {Ref: "p1.x7", ElementKind: paper.Theme, Name: locale.Plain(locale.French, "Bacs")}}
	for original, want := range map[locale.Lang]map[locale.Lang]string{locale.French: {locale.French: "Bacs"}, locale.English: {locale.French: "Bacs", locale.English: "Bacs"}} {
		if e, ok := brought(nil, reserved, "p1.x7", original); !ok || e.Ref != "p1.x7" || e.Kind != paper.Theme || !maps.Equal(e.Text, want) {
			t.Errorf("%s: %+v", original, e)
		}
	}
	if e, ok := brought(&paper.Edition{}, reserved, "p1.x8", locale.French); ok {
		t.Errorf("out of nothing came %+v", e)
	}
}

// TestDraftSymbol: a draft without a document symbol has a preview whatever its key begins with.
func TestDraftSymbol(t *testing.T) {
	t.Parallel()
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		if s, err := cite.ParseSymbol(draftSymbol(strings.Repeat(string(c), 22))); err != nil {
			t.Errorf("%q: %q %v", c, s, err)
		}
	}
}
