package locale

import (
	"maps"
	"reflect"
	"slices"
	"testing"
)

// TestStanding: what is missing or older is never official, whatever was said of it.
func TestStanding(t *testing.T) {
	t.Parallel()
	text := Text{Original: English, In: map[Lang]string{English: "Boats", French: "Bateaux", Spanish: " "}}
	for _, c := range []struct {
		l      Lang
		status string
		older  bool
		want   string
	}{
		{English, IsOfficial, true, IsOriginal}, {French, IsOfficial, false, IsOfficial}, {French, IsUnofficial, false, IsUnofficial}, {French, IsMachine, false, IsMachine},
		{French, "", false, IsUnsaid}, {French, IsOfficial, true, IsOlder}, {Spanish, IsOfficial, false, IsMissing}, {Arabic, IsOfficial, true, IsMissing},
	} {
		if got := text.Standing(c.l, c.status, c.older); got != c.want {
			t.Errorf("%s, said to be %q, older %v: %s, want %s", c.l, c.status, c.older, got, c.want)
		}
	}
	if got := (Text{Original: English, In: map[Lang]string{French: "x"}}).Standing(Spanish, "", false); got != IsOriginal {
		t.Errorf("of a text that says nothing, nothing is missing: %s", got)
	}
}

// TestMarks follows a text through what becomes of it.
func TestMarks(t *testing.T) {
	t.Parallel()
	var m Marks
	text := Text{Original: English, In: map[Lang]string{English: "Boats", French: "Bateaux", Spanish: "Barcos"}}
	write := func(status string, words map[Lang]string) {
		now := text.With(words, English)
		before := maps.Clone(m)
		was := m
		m = m.After("title", text, now, words, status)
		if !maps.Equal(was, before) {
			t.Error("the marks before are changed")
		}
		text = now
	}
	want := func(what string, l Lang, standing string) {
		t.Helper()
		if got := m.Standing("title", text, l); got != standing {
			t.Errorf("%s: %s is %s, want %s", what, l, got, standing)
		}
	}
	want("as it began", French, IsUnsaid)
	write(IsOfficial, map[Lang]string{French: "Bateaux"})
	want("named official", French, IsOfficial)
	write("", map[Lang]string{English: "Ships"})
	want("the original changed", French, IsOlder)
	want("the original changed", Spanish, IsOlder)
	if got := m.Of("title", French); got.Of != "Boats" || got.Status != IsOfficial {
		t.Errorf("%+v", got)
	}
	write("", map[Lang]string{English: "Vessels"})
	if got := m.Of("title", French).Of; got != "Boats" {
		t.Errorf("it translates what was translated, not what came between: %q", got)
	}
	write("", map[Lang]string{French: "Bateaux"})
	want("looked at again", French, IsOfficial)
	write("", map[Lang]string{French: "Navires"})
	want("other words, of which nobody said anything", French, IsUnsaid)
	write("", map[Lang]string{English: "Boats"})
	want("it says again what was translated", Spanish, IsUnsaid)
	want("but not what the French translates", French, IsOlder)
	write("", map[Lang]string{French: ""})
	want("taken away", French, IsMissing)
	write(IsMachine, map[Lang]string{Arabic: "قوارب"})
	want("in a language more", Arabic, IsMachine)
	if got := slices.Sorted(maps.Keys(m)); !reflect.DeepEqual(got, []string{"title ar"}) {
		t.Errorf("marks of what is not there: %v", got)
	}
	if m = m.Without("title"); m != nil {
		t.Errorf("of nothing: %v", m)
	}
}

// TestSeen: it is otherwise as soon as the original or the translation is.
func TestSeen(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, in := range []map[Lang]string{{English: "a", French: "b"}, {English: "ab"}, {English: "a"}, {English: "a", French: "c"}, {French: "a"}} {
		seen[Text{Original: English, In: in}.Seen(French)] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d of 5 differ", len(seen))
	}
}
