package editor_test

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
)

// TestBring: a passage that the draft had left out comes back at the end, once.
func TestBring(t *testing.T) {
	t.Parallel()
	w := sheet(t, "i 1 Crossing", "p 1 a")
	left := passage(paper.Paragraph, "7", "c")
	left.Ref = "p1.x3"
	id, err := w.Bring(left)
	if err != nil || id != 3 || said(w) != "1:i1=Crossing 2:p1=a 3:p2=c" || w.Elements[2].Ref != "p1.x3" {
		t.Errorf("%d %v %s", id, err, said(w))
	}
	if _, err := w.Bring(left); key(err) != "draft.there_already " || len(w.Elements) != 3 {
		t.Errorf("twice: %v, %s", err, said(w))
	}
}

// TestPartGoesOn: what a passage is parted into goes on from what it went on from, and from itself where the edition
// before has it; each has what was said of the whole.
func TestPartGoesOn(t *testing.T) {
	t.Parallel()
	shelf := paper.NewState()
	e := func(n int) paper.Element {
		return paper.Element{Ref: cite.Element("p1", n), Kind: paper.Paragraph, Number: "1", Text: locale.Plain("en", "a")}
	}
	if err := (&paper.Published{Ref: "p1.e1", Symbol: "T/1", Date: "2020-01-02", Title: locale.Plain("en", "Ferries"), Elements: []paper.Element{e(1)}, Counter: 9}).Apply(shelf, cite.Entry{Position: 1}); err != nil {
		t.Fatal(err)
	}
	before, _ := shelf.Edition("p1")
	for ref, want := range map[cite.Ref][]cite.Ref{"p1.x1": {"p1.x1", "p1.x7"}, "p1.x5": {"p1.x7"}, "": {"p1.x7"}} {
		w := sheet(t, "p 1 a\n===\nb")
		w.Before = before
		x := &w.Elements[0]
		x.Ref, x.From, x.Subjects, x.Crosscutting, x.Stance = ref, []cite.Ref{"p1.x7"}, []string{"s"}, []string{"c"}, true
		if err := w.Part(1, hand); err != nil {
			t.Fatal(err)
		}
		first, second := w.Elements[0], w.Elements[1]
		if first.Ref != ref || !slices.Equal(first.From, []cite.Ref{"p1.x7"}) || second.Ref != "" || !slices.Equal(second.From, want) {
			t.Errorf("of %q: %q from %q, %q from %q, want %q", ref, first.Ref, first.From, second.Ref, second.From, want)
		}
		if !slices.Equal(second.Subjects, []string{"s"}) || !slices.Equal(second.Crosscutting, []string{"c"}) || !second.Stance {
			t.Errorf("%+v", second)
		}
	}
}

// TestMark: settings have one mark however nothing is spelled, and another where anything is other.
func TestMark(t *testing.T) {
	t.Parallel()
	none := editor.Settings{Kind: paper.Paragraph}
	spelled := editor.Settings{Kind: paper.Paragraph, Subjects: []string{}, Crosscutting: []string{}, From: []cite.Ref{}, Cites: []cite.Ref{}}
	if none.Mark() != spelled.Mark() {
		t.Error("nothing is marked in two ways")
	}
	for name, other := range map[string]editor.Settings{"kind": {Kind: paper.Question}, "subjects": {Kind: paper.Paragraph, Subjects: []string{"a"}}, "crosscutting": {Kind: paper.Paragraph, Crosscutting: []string{"a"}},
		"stance": {Kind: paper.Paragraph, Stance: true}, "from": {Kind: paper.Paragraph, From: []cite.Ref{"p1.x1"}}, "cites": {Kind: paper.Paragraph, Cites: []cite.Ref{"p1.x1"}}} {
		if other.Mark() == none.Mark() {
			t.Errorf("other %s have the same mark", name)
		}
	}
}

// TestUndoOfAMove: whatever was moved, parted, joined or deleted stands where it stood once the step is taken back.
func TestUndoOfAMove(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*editor.Sheet) error{
		"up": func(w *editor.Sheet) error { return w.Up(7, hand) }, "down": func(w *editor.Sheet) error { return w.Down(4, hand) }, "a paragraph down": func(w *editor.Sheet) error { return w.Down(2, hand) },
		"before a number": func(w *editor.Sheet) error { return w.MoveBefore(7, "4", hand) }, "an issue": func(w *editor.Sheet) error { return w.MoveBefore(6, "1", hand) },
		"joined": func(w *editor.Sheet) error { return w.Join(5, hand) }, "deleted": func(w *editor.Sheet) error { return w.Delete(2, hand) },
	} {
		w := sheet(t, "i 1 Crossing", "p 4 a", "q (i) b", "q (ii) c", "p 5 d", "i 2 Prices", "p 6 e")
		before := said(w)
		if err := do(w); err != nil || len(w.Steps) != 1 || said(w) == before {
			t.Fatalf("%s: %v, %d steps, %s", name, err, len(w.Steps), said(w))
		}
		if _, err := w.Undo(w.Steps[0].Number); err != nil || said(w) != before {
			t.Errorf("%s, taken back: %v\n%s\nwas\n%s", name, err, said(w), before)
		}
	}
}
