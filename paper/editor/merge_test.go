package editor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
)

// TestMerge puts together what two officers made of one sentence.
func TestMerge(t *testing.T) {
	t.Parallel()
	const base = "The ferry leaves at nine. It carries thirty cars.\n\nTickets are sold on board."
	for name, c := range map[string]struct {
		a, b, text string
		clean      bool
	}{
		"at different places": {
			"The ferry leaves at eight. It carries thirty cars.\n\nTickets are sold on board.",
			"The ferry leaves at nine. It carries thirty cars.\n\nTickets are sold on board and on the quay.",
			"The ferry leaves at eight. It carries thirty cars.\n\nTickets are sold on board and on the quay.", true},
		"a paragraph each": {
			"A note.\n\n" + base, base + "\n\nThe end.", "A note.\n\n" + base + "\n\nThe end.", true},
		"one took out what the other left": {
			"The ferry leaves at nine.\n\nTickets are sold on board.",
			"The ferry leaves at nine sharp. It carries thirty cars.\n\nTickets are sold on board.",
			"The ferry leaves at nine sharp.\n\nTickets are sold on board.", true},
		"one took out what the other changed": {
			"The ferry leaves at nine.\n\nTickets are sold on board.",
			strings.Replace(base, "thirty", "forty", 1), "", false},
		"both did the same, and one more": {
			strings.Replace(base, "nine", "ten", 1), strings.Replace(strings.Replace(base, "nine", "ten", 1), "thirty", "forty", 1),
			strings.Replace(strings.Replace(base, "nine", "ten", 1), "thirty", "forty", 1), true},
		"one place": {
			strings.Replace(base, "nine", "eight", 1), strings.Replace(base, "nine", "ten", 1),
			strings.Replace(base, "nine", "eight ten", 1), false},
		"two words side by side": {
			strings.Replace(base, "thirty", "forty", 1), strings.Replace(base, "cars", "carts", 1), "", false},
		"the end of one paragraph and the beginning of the next": {
			strings.Replace(base, "cars.", "carts.", 1), strings.Replace(base, "Tickets", "All tickets", 1),
			strings.Replace(strings.Replace(base, "cars.", "carts.", 1), "Tickets", "All tickets", 1), true},
		"both at the end": {
			base + " Or online.", base + " Or by telephone.", base + " Or online. Or by telephone.", false},
	} {
		text, clean := editor.Merge(base, c.a, c.b)
		if clean != c.clean || c.text != "" && text != c.text {
			t.Errorf("%s: %v\n%s", name, clean, text)
		}
	}
	if text, clean := editor.Merge("轮渡九点开。票在船上卖。", "轮渡八点开。票在船上卖。", "轮渡九点开。票在码头卖。"); text != "轮渡八点开。票在码头卖。" || !clean {
		t.Error("without spaces between words:", text, clean)
	}
}

// TestMergeLosesNothing merges any two changes of any text.
func TestMergeLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"one", "two", "three", "four", ",", ".", "\n\n", "\n", "九", "|", "- ", "*"})
		words := rapid.SliceOfN(word, 0, 30).Draw(t, "words")
		base := join(words)
		a, putIn := changed(t, words, "a")
		b, more := changed(t, words, "b")
		for _, x := range []string{a, b} {
			if text, clean := editor.Merge(base, x, base); text != x || !clean {
				t.Fatalf("what one alone changed: %q became %q, not %q", base, text, x)
			}
			if text, clean := editor.Merge(base, base, x); text != x || !clean {
				t.Fatalf("what the other alone changed: %q became %q, not %q", base, text, x)
			}
			if text, clean := editor.Merge(base, x, x); text != x || !clean {
				t.Fatalf("what both did: %q became %q, not %q", base, text, x)
			}
		}
		text, clean := editor.Merge(base, a, b)
		turned, same := editor.Merge(base, b, a)
		if clean != same || clean && text != turned {
			t.Fatalf("the order counts: %q of %q and %q, %q of %q and %q", text, a, b, turned, b, a)
		}
		for _, w := range slices.Concat(putIn, more) {
			if !slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n,.九|-*", r) }), w) {
				t.Fatalf("%q is lost: %q of %q and %q", w, text, a, b)
			}
		}
	})
}

// join writes words as a text.
func join(words []string) string { return strings.TrimSpace(strings.Join(words, " ")) }

// changed is what somebody makes of words, and the words that they put in; no other text has those.
func changed(t *rapid.T, words []string, who string) (text string, putIn []string) {
	var out []string
	for i := range len(words) + 1 {
		switch rapid.SampledFrom([]string{"keep", "keep", "keep", "keep", "insert", "delete", "replace"}).Draw(t, who) {
		case "insert":
			putIn = append(putIn, fmt.Sprint(who, "put", i))
			out = append(out, putIn[len(putIn)-1])
		case "delete":
			continue
		case "replace":
			putIn = append(putIn, fmt.Sprint(who, "put", i))
			out = append(out, putIn[len(putIn)-1])
			continue
		}
		if i < len(words) {
			out = append(out, words[i])
		}
	}
	return join(out), putIn
}

// TestKeepMerges: what two people changed at different places of one passage is put together where the text that both had was
// sent along, and only there.
func TestKeepMerges(t *testing.T) {
	t.Parallel()
	w := sheet(t, "p 1 The ferry leaves at nine and carries thirty cars today.")
	was := w.Elements[0].Text["en"]
	change := func(text, was string) editor.Change {
		in := func(s string) map[locale.Lang]string { return map[locale.Lang]string{"en": s} }
		return editor.Change{ID: 1, Text: in(text), Seen: in(editor.TextMark("The ferry leaves at nine and carries thirty cars today.")), Was: in(was)}
	}
	if merged, err := w.Keep(change(strings.Replace(was, "nine", "eight", 1), was)); err != nil || merged {
		t.Fatal(merged, key(err))
	}
	second := strings.Replace(was, "thirty", "forty", 1)
	for _, sent := range []string{"", "Something else.", second} {
		if merged, err := w.Keep(change(second, sent)); key(err) != "draft.passage_moved text" || merged {
			t.Errorf("without the text that both had (%q): %v %v", sent, merged, key(err))
		}
	}
	if merged, err := w.Keep(change(second, was)); err != nil || !merged || w.Elements[0].Text["en"] != "The ferry leaves at eight and carries forty cars today." {
		t.Error(merged, key(err), said(w))
	}
	if merged, err := w.Keep(change(strings.Replace(was, "nine", "noon", 1), was)); key(err) != "draft.passage_moved text" || merged {
		t.Error("what both changed:", merged, key(err))
	}
	// What stands there has the kind that it had: nothing else of the passage was touched.
	if e := w.Elements[0]; e.Kind != paper.Paragraph || e.Number != "1" {
		t.Errorf("%+v", e)
	}
}
