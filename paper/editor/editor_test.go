package editor_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/paper/editor"
	"github.com/openplenary/plenary/refusal"
)

var hand = editor.Hand{By: "Olga", At: time.Date(2020, 1, 2, 9, 0, 0, 0, time.UTC)}

func passage(kind, number, text string) paper.DraftElement {
	return paper.DraftElement{Kind: kind, Number: number, Text: map[locale.Lang]string{"en": text}}
}

// sheet is a draft of passages, each written as "kind number text".
func sheet(t testing.TB, lines ...string) *editor.Sheet {
	t.Helper()
	d := paper.Draft{Kind: paper.IssuesPaper, Original: "en", Symbol: "T/1", Date: "2020-01-02", Title: map[locale.Lang]string{"en": "Ferries"}}
	kinds := map[string]string{"t": paper.Theme, "i": paper.Issue, "p": paper.Paragraph, "q": paper.Question}
	for _, line := range lines {
		w := strings.SplitN(line, " ", 3)
		d.Elements = append(d.Elements, passage(kinds[w[0]], strings.Trim(w[1], "-"), w[2]))
	}
	return editor.New(d)
}

// said is a draft as the test compares it: its passages by number and text.
func said(w *editor.Sheet) string {
	var out []string
	for _, e := range w.Elements {
		out = append(out, fmt.Sprintf("%d:%s%s=%s", e.ID, e.Kind[:1], e.Number, strings.ReplaceAll(e.Text["en"], "\n", "/")))
	}
	return strings.Join(out, " ")
}

func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key + " " + rs[0].Field
	}
	return fmt.Sprint(err)
}

// TestCounted builds drafts and looks at the numbers.
func TestCounted(t *testing.T) {
	t.Parallel()
	ferries := []string{"i 1 Crossing", "p 4 a", "q (i) b", "q (ii) c", "p 5 d", "i 2 Prices", "p 6 e"}
	for name, c := range map[string]struct {
		lines []string
		do    func(*editor.Sheet) error
		want  string
		key   string
	}{
		"insert": {ferries, func(w *editor.Sheet) error { _, err := w.Insert(2, paper.Question, nil); return err },
			"1:i1=Crossing 2:p4=a 8:q(i)= 3:q(ii)=b 4:q(iii)=c 5:p5=d 6:i2=Prices 7:p6=e", ""},
		"insert at the top": {ferries, func(w *editor.Sheet) error { _, err := w.Insert(0, "", nil); return err },
			"8:p4= 1:i1=Crossing 2:p5=a 3:q(i)=b 4:q(ii)=c 5:p6=d 6:i2=Prices 7:p7=e", ""},
		"the first of an empty draft": {nil, func(w *editor.Sheet) error { _, err := w.Insert(0, "", nil); return err }, "1:p1=", ""},
		"a question first":            {nil, func(w *editor.Sheet) error { _, err := w.Insert(0, paper.Question, nil); return err }, "", "draft.question_alone "},
		"delete with its questions":   {ferries, func(w *editor.Sheet) error { return w.Delete(2, hand) }, "1:i1=Crossing 5:p4=d 6:i2=Prices 7:p5=e", ""},
		"delete a heading":            {ferries, func(w *editor.Sheet) error { return w.Delete(1, hand) }, "2:p4=a 3:q(i)=b 4:q(ii)=c 5:p5=d 6:i1=Prices 7:p6=e", ""},
		"up over the edge":            {ferries, func(w *editor.Sheet) error { return w.Up(7, hand) }, "1:i1=Crossing 2:p4=a 3:q(i)=b 4:q(ii)=c 5:p5=d 7:p6=e 6:i2=Prices", ""},
		"down over a paragraph":       {ferries, func(w *editor.Sheet) error { return w.Down(4, hand) }, "1:i1=Crossing 2:p4=a 3:q(i)=b 5:p5=d 4:q(i)=c 6:i2=Prices 7:p6=e", ""},
		"a paragraph down":            {ferries, func(w *editor.Sheet) error { return w.Down(2, hand) }, "1:i1=Crossing 5:p4=d 2:p5=a 3:q(i)=b 4:q(ii)=c 6:i2=Prices 7:p6=e", ""},
		"before a number":             {ferries, func(w *editor.Sheet) error { return w.MoveBefore(7, "4", hand) }, "1:i1=Crossing 7:p4=e 2:p5=a 3:q(i)=b 4:q(ii)=c 5:p6=d 6:i2=Prices", ""},
		"an issue before an issue":    {ferries, func(w *editor.Sheet) error { return w.MoveBefore(6, " 1", hand) }, "6:i1=Prices 7:p4=e 1:i2=Crossing 2:p5=a 3:q(i)=b 4:q(ii)=c 5:p6=d", ""},
		"before nothing":              {ferries, func(w *editor.Sheet) error { return w.MoveBefore(7, "9", hand) }, "", "desk.draft.no_number move"},
		"join paragraphs":             {ferries, func(w *editor.Sheet) error { return w.Join(5, hand) }, "1:i1=Crossing 2:p4=a//d 3:q(i)=b 4:q(ii)=c 6:i2=Prices 7:p5=e", ""},
		"nothing above":               {ferries, func(w *editor.Sheet) error { return w.Join(7, hand) }, "", "draft.nothing_above "},
		"letters that run through": {[]string{"p 1 a", "q (a) b", "p 2 c", "q (b) d", "q (c) e"}, func(w *editor.Sheet) error { _, err := w.Insert(2, paper.Question, nil); return err },
			"1:p1=a 2:q(a)=b 6:q(b)= 3:p2=c 4:q(c)=d 5:q(d)=e", ""},
		"numbers that are not in their order stay": {[]string{"p 3 a", "p 7 b", "p - c"}, func(w *editor.Sheet) error { _, err := w.Insert(1, "", nil); return err }, "1:p3=a 4:p= 2:p7=b 3:p=c", ""},
		"a number that would stand twice goes": {[]string{"p 1 a", "q (i) b", "q (iv) c", "p 2 d", "q (i) e"}, func(w *editor.Sheet) error { return w.Down(3, hand) },
			"1:p1=a 2:q(i)=b 4:p2=d 3:q(i)=c 5:q(ii)=e", ""},
		"Roman issues": {[]string{"i I a", "i II b"}, func(w *editor.Sheet) error { _, err := w.Insert(1, paper.Issue, nil); return err }, "1:iI=a 3:iII= 2:iIII=b", ""},
		"part":         {[]string{"p 1 a\n===\nb\n\n====\n", "p 2 c"}, func(w *editor.Sheet) error { return w.Part(1, hand) }, "1:p1=a 3:p2=b 2:p3=c", ""},
		"no cut":       {ferries, func(w *editor.Sheet) error { return w.Part(2, hand) }, "", "draft.split_where text"},
		"gone":         {ferries, func(w *editor.Sheet) error { return w.Delete(70, hand) }, "", "draft.passage_gone "},
	} {
		w := sheet(t, c.lines...)
		before := said(w)
		err := c.do(w)
		if c.key != "" {
			if key(err) != c.key || said(w) != before {
				t.Errorf("%s: %v, and the draft is %s", name, key(err), said(w))
			}
			continue
		}
		if got := said(w); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, key(err), got, c.want)
		}
	}
}

// TestFootnotesGoAlong: a footnote goes where it is cited, and two of one label stay two.
func TestFootnotesGoAlong(t *testing.T) {
	t.Parallel()
	w := sheet(t, "p 1 Boats[^a] float.\n===\nCars[^b] sink[^a].\n\n[^a]: Wood.\n[^b]: Steel.")
	if err := w.Part(1, hand); err != nil {
		t.Fatal(err)
	}
	if a, b := w.Elements[0].Text["en"], w.Elements[1].Text["en"]; a != "Boats[^a] float.\n\n[^a]: Wood." || b != "Cars[^b] sink[^a].\n\n[^a]: Wood.\n[^b]: Steel." {
		t.Errorf("%q\n%q", a, b)
	}
	w = sheet(t, "p 1 Boats[^a].\n\n[^a]: Wood.", "p 2 Cars[^a] and more[^b].\n\n[^a]: Steel.\n[^b]: Rust.")
	if err := w.Join(2, hand); err != nil {
		t.Fatal(err)
	}
	if got := w.Elements[0].Text["en"]; got != "Boats[^a].\n\nCars[^a-2] and more[^b].\n\n[^a]: Wood.\n[^a-2]: Steel.\n[^b]: Rust." {
		t.Errorf("%q", got)
	}
}

// TestJoinedSays: a passage that was joined is about what either was about, and its translation is called what the weaker was.
func TestJoinedSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ first, second, want string }{
		{"", "", ""}, {"", paper.Machine, paper.Machine}, {paper.Machine, "", paper.Machine}, {paper.Unofficial, paper.Machine, paper.Machine}, {paper.Unofficial, paper.Official, paper.Unofficial},
	} {
		w := sheet(t, "p 1 a", "p 2 b")
		w.Status = map[locale.Lang]string{"fr": paper.Official}
		first, second := &w.Elements[0], &w.Elements[1]
		first.Status, second.Status = map[locale.Lang]string{"fr": c.first}, map[locale.Lang]string{"fr": c.second}
		first.Subjects, second.Subjects = []string{"boats"}, []string{"boats", "cattle"}
		first.Crosscutting, second.Crosscutting = []string{"fare"}, []string{"rights"}
		second.Cites, second.Stance = []cite.Ref{"p2.x1"}, true
		if err := w.Join(2, hand); err != nil {
			t.Fatal(err)
		}
		e := w.Elements[0]
		if got := fmt.Sprintln(e.Subjects, e.Crosscutting, e.Cites, e.Stance, e.Status["fr"]); len(w.Elements) != 1 || got != "[boats cattle] [fare rights] [p2.x1] true "+c.want+"\n" {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestKeep: two people who change different things both have them; who changes what another has changed is told.
func TestKeep(t *testing.T) {
	t.Parallel()
	w := sheet(t, "p 1 a", "p 2 b")
	first := w.Elements[0]
	seen := map[locale.Lang]string{"en": editor.TextMark("a"), "fr": editor.TextMark("")}
	settings, mark := editor.SettingsOf(first), editor.SettingsOf(first).Mark()
	change := func(en, fr string) editor.Change {
		return editor.Change{ID: 1, Text: map[locale.Lang]string{"en": en, "fr": fr}, Seen: seen, Settings: &settings, SettingsSeen: mark, Number: "1", NumberSeen: "1"}
	}
	if _, err := w.Keep(change("a", "un")); err != nil { // a translator
		t.Fatal(key(err))
	}
	if _, err := w.Keep(change("A", "")); err != nil { // an officer who saw no French and wrote none
		t.Fatal(key(err))
	}
	if got := w.Elements[0].Text; got["en"] != "A" || got["fr"] != "un" {
		t.Errorf("%v", got)
	}
	if _, err := w.Keep(change("Aa", "")); key(err) != "draft.passage_moved text" || w.Elements[0].Text["en"] != "A" {
		t.Errorf("%v: %v", key(err), w.Elements[0].Text)
	}
	if _, err := w.Keep(change("A", "")); err != nil { // the same again, because the answer was lost
		t.Error(key(err))
	}
	if _, err := w.Keep(change("a", "eins")); key(err) != "draft.passage_moved other" {
		t.Error(key(err))
	}
	other := settings
	other.Stance = true
	if _, err := w.Keep(editor.Change{ID: 1, Settings: &other, SettingsSeen: mark}); err != nil {
		t.Error(key(err))
	}
	third := settings
	third.Kind = paper.Issue
	if _, err := w.Keep(editor.Change{ID: 1, Settings: &third, SettingsSeen: mark}); key(err) != "draft.passage_moved settings" {
		t.Error(key(err))
	}
	if _, err := w.Keep(editor.Change{ID: 1, Number: "2", NumberSeen: "1"}); key(err) != "draft.number_taken number" || w.Elements[0].Number != "1" {
		t.Errorf("%v: %s", key(err), said(w))
	}
	if _, err := w.Keep(editor.Change{ID: 1, Number: "1a", NumberSeen: "1"}); err != nil || w.Elements[0].Number != "1a" {
		t.Errorf("%v: %s", key(err), said(w))
	}
	if err := w.Delete(1, hand); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Keep(change("late", "")); key(err) != "draft.passage_gone " {
		t.Error(key(err))
	}
}

// TestUndo takes steps back that others were done after, and not those whose passages were changed.
func TestUndo(t *testing.T) {
	t.Parallel()
	w := sheet(t, "p 1 a", "q (i) b", "p 2 c", "p 3 d")
	before := said(w)
	for _, do := range []func() error{
		func() error { return w.Delete(1, hand) },
		func() error { return w.Delete(3, hand) }, // what the first stood before
		func() error { return w.Up(4, hand) },     // it stands there: no step
	} {
		if err := do(); err != nil {
			t.Fatal(key(err))
		}
	}
	if len(w.Steps) != 2 || len(w.Deletions()[0]) != 2 {
		t.Fatalf("%+v", w.Steps)
	}
	for _, n := range []int{2, 1} {
		if _, err := w.Undo(n); err != nil {
			t.Fatal(key(err))
		}
	}
	if said(w) != before {
		t.Errorf("%s\nwas\n%s", said(w), before)
	}
	if err := w.Join(3, hand); err != nil {
		t.Fatal(key(err))
	}
	if _, err := w.Keep(editor.Change{ID: 1, Text: map[locale.Lang]string{"en": "new"}, Seen: map[locale.Lang]string{"en": editor.TextMark("a\n\nc")}}); err != nil {
		t.Fatal(key(err))
	}
	if _, err := w.Undo(w.Steps[0].Number); key(err) != "draft.step_changed " {
		t.Error(key(err))
	}
	if _, err := w.Undo(99); key(err) != "draft.step_gone " {
		t.Error(key(err))
	}
}

// model is what a draft should hold: the words of each passage, by its number.
type model map[int][]string

// TestNothingIsMixedUp does any steps in any order, as several people would, and looks after each that every passage has its
// words and what it is called, that no number stands twice, and in the end that the edition has exactly that.
func TestNothingIsMixedUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := paper.NewState()
		edition := published(t, s)
		w := editor.New(edition.Draft())
		w.Before, w.Symbol, w.Date = edition, "T/2", "2020-02-02"
		m, refs, used := model{}, map[int]cite.Ref{}, map[int]bool{}
		for _, e := range w.Elements {
			m[e.ID], refs[e.ID], used[e.ID] = strings.Fields(e.Text["en"]), e.Ref, true
		}
		undone := map[int]model{} // what taking a step back gives
		words := 0
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			step(t, w, m, undone, &words)
			for id := range m {
				if !used[id] {
					used[id], refs[id] = true, w.Elements[w.Place(id)].Ref
				}
			}
			holds(t, w, m, refs)
			body, err := w.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if w, err = editor.Open(body); err != nil {
				t.Fatal(err)
			}
			w.Before = edition
		}
		checkPublished(t, s, w)
	})
}

// published is an edition that a draft can go on from.
func published(t *rapid.T, s *paper.State) *paper.Edition {
	d := paper.Draft{Kind: paper.IssuesPaper, Original: "en", Symbol: "T/1", Date: "2020-01-02", Title: map[locale.Lang]string{"en": "Ferries"}}
	issue, number := 0, 0
	for i := range rapid.IntRange(2, 10).Draw(t, "passages") {
		kind := paper.Paragraph
		if i > 0 {
			kind = rapid.SampledFrom([]string{paper.Issue, paper.Paragraph, paper.Paragraph}).Draw(t, "kind")
		}
		if kind == paper.Issue {
			issue++
			d.Elements = append(d.Elements, passage(kind, fmt.Sprint(issue), fmt.Sprintf("x%d.1 x%d.2", i, i)))
			continue
		}
		number++
		d.Elements = append(d.Elements, passage(kind, fmt.Sprint(number), fmt.Sprintf("x%d.1 x%d.2", i, i)))
		for k := range rapid.IntRange(0, 3).Draw(t, "questions") {
			d.Elements = append(d.Elements, passage(paper.Question, []string{"(i)", "(ii)", "(iii)"}[k], fmt.Sprintf("q%d.%d", i, k)))
		}
	}
	c, err := d.Publish().Check()
	if err != nil {
		t.Fatal(key(err))
	}
	f, err := s.Publish(cite.Act{}, c)
	if err != nil {
		t.Fatal(key(err))
	}
	if err := f.Apply(s, cite.Entry{Position: 1}); err != nil {
		t.Fatal(err)
	}
	p, _ := s.Paper(f.Ref)
	return p.Latest()
}

// step does one thing to the draft and to the model.
func step(t *rapid.T, w *editor.Sheet, m model, undone map[int]model, words *int) {
	fresh := func() string { *words++; return fmt.Sprintf("n%d", *words) }
	any := func() int {
		if len(w.Elements) == 0 {
			return 0
		}
		return w.Elements[rapid.IntRange(0, len(w.Elements)-1).Draw(t, "passage")].ID
	}
	newest := func() int { return w.Steps[len(w.Steps)-1].Number }
	id := any()
	switch do := rapid.SampledFrom([]string{"insert", "delete", "up", "down", "before", "part", "join", "keep", "undo"}).Draw(t, "do"); do {
	case "insert":
		word := fresh()
		if id, err := w.Insert(id, rapid.SampledFrom(paper.ElementKinds).Draw(t, "kind"), map[locale.Lang]string{"en": word}); err == nil {
			m[id] = []string{word}
		}
	case "delete":
		i := w.Place(id)
		before := maps.Clone(m)
		if w.Delete(id, hand) == nil && i >= 0 {
			was := model{}
			for _, e := range w.Steps[len(w.Steps)-1].Was {
				was[e.ID] = before[e.ID]
				delete(m, e.ID)
			}
			undone[newest()] = was
		}
	case "up":
		_ = w.Up(id, hand)
	case "down":
		_ = w.Down(id, hand)
	case "before":
		_ = w.MoveBefore(id, fmt.Sprint(rapid.IntRange(1, 8).Draw(t, "number")), hand)
	case "part":
		if len(m[id]) < 2 {
			return
		}
		at := rapid.IntRange(1, len(m[id])-1).Draw(t, "at")
		text := strings.Join(m[id][:at], " ") + "\n===\n" + strings.Join(m[id][at:], " ")
		put(t, w, id, text)
		if err := w.Part(id, hand); err != nil {
			t.Fatal(key(err))
		}
		undone[newest()] = model{id: m[id], w.Newest: nil}
		m[w.Newest], m[id] = m[id][at:], m[id][:at]
	case "join":
		j := w.Above(max(0, w.Place(id)))
		if w.Join(id, hand) == nil {
			first := w.Elements[j].ID
			undone[newest()] = model{first: m[first], id: m[id]}
			m[first] = append(slices.Clone(m[first]), m[id]...)
			delete(m, id)
		}
	case "keep":
		if id != 0 {
			m[id] = append(slices.Clone(m[id]), fresh())
			put(t, w, id, strings.Join(m[id], " "))
		}
	case "undo":
		if len(w.Steps) == 0 {
			return
		}
		s := w.Steps[rapid.IntRange(0, len(w.Steps)-1).Draw(t, "step")]
		if _, err := w.Undo(s.Number); err == nil {
			for x, words := range undone[s.Number] {
				if m[x] = words; words == nil {
					delete(m, x)
				}
			}
		}
	}
}

// put writes a text into a passage.
func put(t *rapid.T, w *editor.Sheet, id int, text string) {
	now := w.Elements[w.Place(id)].Text["en"]
	if _, err := w.Keep(editor.Change{ID: id, Text: map[locale.Lang]string{"en": text}, Seen: map[locale.Lang]string{"en": editor.TextMark(now)}}); err != nil {
		t.Fatal(key(err))
	}
}

// holds compares a draft with the model.
func holds(t *rapid.T, w *editor.Sheet, m model, refs map[int]cite.Ref) {
	seen := map[int]bool{}
	for _, e := range w.Elements {
		text := strings.Fields(strings.ReplaceAll(e.Text["en"], "===", ""))
		if seen[e.ID] || !slices.Equal(text, m[e.ID]) || e.Ref != refs[e.ID] {
			t.Fatalf("passage %d: %q %s, want %q %s\n%s", e.ID, text, e.Ref, m[e.ID], refs[e.ID], said(w))
		}
		seen[e.ID] = true
	}
	if len(seen) != len(m) {
		t.Fatalf("%d passages, want %d: %s", len(seen), len(m), said(w))
	}
	w.Twice(func(i, first int) { t.Fatalf("number %q stands twice: %s", w.Elements[i].Number, said(w)) })
}

// checkPublished publishes the draft and compares the edition with it.
func checkPublished(t *rapid.T, s *paper.State, w *editor.Sheet) {
	c, err := w.Publish().Check()
	if len(w.Elements) == 0 {
		return
	}
	if err != nil {
		t.Fatalf("%s\n%s", key(err), said(w))
	}
	f, err := s.Publish(cite.Act{}, c)
	if err != nil {
		t.Fatalf("%s\n%s", key(err), said(w))
	}
	for i, e := range w.Elements {
		got := f.Elements[i]
		if got.Text.In["en"] != e.Text["en"] || got.Number != e.Number || e.Ref != cite.None && got.Ref != e.Ref {
			t.Fatalf("passage %d is %+v in the edition", e.ID, got)
		}
	}
}
