package translation

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

func keys(err error) (out []string) {
	for _, r := range refusal.Of(err) {
		out = append(out, r.Field+" "+r.Key)
	}
	return out
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		ask  Render
		want []string
	}{
		"a text":         {Render{Language: "fr", Text: "Oui."}, nil},
		"a wording":      {Render{Language: "fr", Wording: "Oui."}, nil},
		"nothing":        {Render{Language: "fr"}, []string{"text rendering.text"}},
		"no language":    {Render{Text: "Oui."}, []string{"language contribution.language"}},
		"a long text":    {Render{Language: "fr", Text: strings.Repeat("a", MaxText+1)}, []string{"text contribution.long"}},
		"a long wording": {Render{Language: "fr", Text: "Oui.", Wording: strings.Repeat("a", MaxWording+1)}, []string{"wording contribution.long"}},
	} {
		if _, err := c.ask.Check(); !reflect.DeepEqual(keys(err), c.want) {
			t.Errorf("%s: %q", name, keys(err))
		}
	}
	if c, _ := (Render{Language: "fr", Text: "Oui.", Reaction: -2}).Check(); c.Reaction != 0 {
		t.Errorf("reaction %d", c.Reaction)
	}
}

// TestFind: of several renderings the last counts, in its language and of its words only; a snapshot stays as it was.
func TestFind(t *testing.T) {
	s := NewState()
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	put := func(p cite.Position, part cite.Ref, reaction int, l locale.Lang) {
		t.Helper()
		prop, err := s.Render(cite.Act{By: "u1", At: at}, Original{Language: "en", Published: true, Office: Translator}, Render{Part: part, Reaction: reaction, Language: l, Text: "x"})
		if err != nil {
			t.Fatal(err)
		}
		f := prop.Body.(Rendered)
		if err := f.Apply(s, cite.Entry{Position: p}); err != nil {
			t.Fatal(err)
		}
	}
	put(5, "c1.1", 0, "fr")
	put(6, "c1.2", 0, "fr")
	put(7, "c1.1", 1, "fr")
	before := s.Snapshot()
	put(8, "c1.1", 0, "fr")
	put(9, "c2.1", 0, "fr")
	for _, c := range []struct {
		of       *State
		part     cite.Ref
		reaction int
		lang     locale.Lang
		want     cite.Position
	}{{s, "c1.1", 0, "fr", 8}, {before, "c1.1", 0, "fr", 5}, {s, "c1.2", 0, "fr", 6}, {s, "c1.1", 1, "fr", 7}, {s, "c1.1", 0, "es", 0}, {s, "c1.1", 2, "fr", 0}, {before, "c2.1", 0, "fr", 0}} {
		if r, ok := c.of.Find(c.part, c.reaction, c.lang); r.Position != c.want || ok != (c.want > 0) {
			t.Errorf("%+v: %+v, %v", c, r, ok)
		}
	}
	if got := s.Positions("c1.2"); !reflect.DeepEqual(got, []cite.Position{5, 6, 7, 8}) {
		t.Errorf("the renderings of c1 stand at %v", got)
	}
	for _, of := range []Original{{Language: "en", Published: true}, {Language: "fr"}} {
		if _, err := s.Render(cite.Act{}, of, Render{Part: "c1.1", Language: "en", Text: "x"}); err == nil {
			t.Errorf("%+v is rendered", of)
		}
	}
}
