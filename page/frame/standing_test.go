package frame

import "testing"

// TestMostly: what most texts of a list are is said once, the others say what they are; nothing is said for an original.
func TestMostly(t *testing.T) {
	t.Parallel()
	text := func(is string) *LocalizedText { return &LocalizedText{Text: "x", Is: is, From: "en"} }
	for name, c := range map[string]struct {
		all  []*LocalizedText
		want string
		told int
	}{
		"all the same":     {[]*LocalizedText{text("unofficial"), text("unofficial")}, "unofficial", 0},
		"one is otherwise": {[]*LocalizedText{text("missing"), text("unofficial"), text("unofficial"), {}}, "unofficial", 1},
		"one alone":        {[]*LocalizedText{text("unofficial")}, "", 1},
		"with an original": {[]*LocalizedText{text("unofficial"), text("unofficial"), {Text: "x"}}, "", 2},
		"originals":        {[]*LocalizedText{{Text: "x"}, {Text: "y"}}, "", 0},
	} {
		once, told := Mostly(c.all), 0
		for _, s := range c.all {
			if s.Told() {
				told++
			}
		}
		if once.Is != c.want || told != c.told {
			t.Errorf("%s: %q is said once and %d say what they are, want %q and %d", name, once.Is, told, c.want, c.told)
		}
	}
}
