package manuscript_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/paper/manuscript"
)

const everything = `# Draft rules on ferries
[fr] Projet de règles sur les bacs

Who may cross, in *short*.

## Crossing

### 1. Who may cross

1. A ferry[^boat] is, for these __rules__,
   (a) a boat;
   (b) that crosses.

2. A port  
is a place.

- It is safe;
- it is lit:
    - by day.

| Year | Boats |
|------|------:|
| 2019 | 12    |

(i) Should the night crossing be free?
(ii) And on Sundays.

Data
: What is kept.

![The map](maps/map.png)

    # a comment, and no theme

See [the law][law] and <https://example.org/x>.

<div>HTML</div>

[law]: https://example.org/law "The law"

[^boat]: Or a raft[^lost].
[^alone]: Nobody asks.
`

// What each line became is said before anything is saved, and what was not understood.
func TestRead(t *testing.T) {
	t.Parallel()
	r, err := manuscript.Read([]byte(everything), manuscript.Options{Original: "en", Letters: manuscript.LettersAsk})
	if err != nil {
		t.Fatal(err)
	}
	d := r.Draft
	if d.Title["en"] != "Draft rules on ferries" || d.Title["fr"] != "Projet de règles sur les bacs" || r.Named {
		t.Error(d.Title, r.Named)
	}
	var got []string
	for _, e := range d.Elements {
		got = append(got, e.Kind+"|"+e.Number+"|"+e.Text["en"])
	}
	want := []string{
		"paragraph||Who may cross, in *short*.",
		"theme||Crossing",
		"issue|1|Who may cross",
		"paragraph|1|A ferry[^boat] is, for these **rules**,\n(a) a boat;\n(b) that crosses.\n\n[^boat]: Or a raft[^lost].",
		"paragraph|2|A port\nis a place.\n\n- It is safe;\n- it is lit:\n- by day.\n\n| Year | Boats |\n|------|------:|\n| 2019 | 12    |",
		"question|(i)|Should the night crossing be free?",
		"question|(ii)|And on Sundays.",
		"paragraph||Data\n: What is kept.\n\n![The map](map.png)\n    # a comment, and no theme",
		"paragraph||See [the law](https://example.org/law) and https://example.org/x.",
		"paragraph||<div>HTML</div>\n\n[^alone]: Nobody asks.",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var lines []string
	for _, l := range r.Lines {
		lines = append(lines, fmt.Sprint(l.Line, "-", l.To, " ", l.What, " ", l.Element))
	}
	if want := []string{"1-1 title 0", "2-2 translation 0", "4-4 paragraph 1", "6-6 theme 2", "8-8 issue 3", "10-10 paragraph 4", "11-11 point 4", "12-12 point 4",
		"14-15 paragraph 5", "17-19 list 5", "21-23 table 5", "25-25 question 6", "26-26 question 7", "28-28 paragraph 8", "29-29 definition 8", "31-31 picture 8", "33-33 code 8",
		"35-35 paragraph 9", "37-37 paragraph 10", "39-39 link 0", "41-41 footnote 10", "42-42 footnote 10"}; !reflect.DeepEqual(lines, want) {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
	var notes []string
	for _, n := range d.Notes {
		notes = append(notes, fmt.Sprint(n.Line, n.What))
	}
	if want := []string{"19list", "31picture", "33code", "37html", "42uncited"}; !reflect.DeepEqual(notes, want) {
		t.Error(notes)
	}
	if f := markup.Check(d.Elements[3].Text["en"]); len(f.Unknown) != 1 || f.Unknown[0] != "lost" {
		t.Error("the mark in the footnote is found when the paper is published:", f)
	}
}

// Points with letters are questions, or text, as whoever imports says.
func TestReadLetters(t *testing.T) {
	t.Parallel()
	const src = "1. Data are\n(a) words;\n[fr] (a) des mots ;\n(b) numbers.\n\n2. Now:\n(a) Why?\n(b) How.\n"
	for letters, want := range map[string]string{
		manuscript.LettersAll:  "paragraph question question paragraph question question",
		manuscript.LettersAsk:  "paragraph paragraph question question",
		manuscript.LettersNone: "paragraph paragraph",
	} {
		r, err := manuscript.Read([]byte(src), manuscript.Options{Original: "en", Letters: letters})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, e := range r.Draft.Elements {
			kinds = append(kinds, e.Kind)
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("%s: %s, want %s", letters, got, want)
		}
		if letters == manuscript.LettersAsk && (r.Draft.Elements[0].Text["en"] != "Data are\n(a) words;\n(b) numbers." || r.Draft.Elements[0].Text["fr"] != "(a) des mots ;") {
			t.Error(r.Draft.Elements[0].Text)
		}
	}
}

// A long file with everything in it costs its length: each line is looked at a bounded number of times.
func TestReadLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(strings.TrimPrefix(everything, "# Draft rules on ferries\n[fr] Projet de règles sur les bacs\n"), 160)
	if len(long) < 80_000 {
		t.Fatal(len(long))
	}
	r, err := manuscript.Read([]byte(long), manuscript.Options{Original: "en", Letters: manuscript.LettersAsk})
	if err != nil || len(r.Draft.Elements) < 1500 {
		t.Error(err, len(r.Draft.Elements))
	}
}
