package press_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/press"
)

var update = flag.Bool("update", false, "write what is made now into testdata")

// TestDebate: a debate in which everything occurs is written as its golden file says, which the schema of Akoma Ntoso 3.0 takes: what was said in
// markup stays text, whoever speaks twice is referred to once, and a part in which there is nothing is not written.
func TestDebate(t *testing.T) {
	t.Parallel()
	at := time.Date(2020, 6, 9, 12, 0, 0, 0, time.FixedZone("", 2*3600))
	arcadia := press.Speech{By: "y1", Name: "Arcadia & Sons", From: at, To: at.Add(3 * time.Minute),
		Paragraphs: []press.Paragraph{{Language: "fr", Text: "La cloche <sonne>."}, {Text: "It rings."}}}
	again := press.Speech{By: "y1", Name: "Arcadia & Sons", From: at.Add(time.Hour), To: at.Add(61 * time.Minute), Paragraphs: []press.Paragraph{{Text: "The words were not entered.", Remark: true}}}
	person := press.Speech{By: "y2", Name: "A ferryman", Person: true, Paragraphs: []press.Paragraph{{Language: "ar", Text: "الجرس\x00"}}}
	d := press.Debate{Address: "https://example.org/en/c/ferries/s1", File: "https://example.org/en/c/ferries/s1/report.akn.xml", Language: "en", Began: at, Ended: at.Add(30 * time.Hour),
		Keeper: "Secretariat", Items: []press.DebateItem{
			{Number: "4(a)", Heading: "Bells", Spoken: []press.Speech{arcadia, again}, Written: press.DebatePart{Name: "written", Heading: "Filed in writing: 1", Speeches: []press.Speech{person}},
				Beside: []press.DebatePart{{Name: "unheard", Heading: "Not heard: 1", Notes: []string{"Ruritania: not reached"}}, {Name: "hidden", Heading: "Not shown: 0"}}},
			{Heading: "Under no item", Written: press.DebatePart{Name: "written", Heading: "Filed in writing: 0"}},
		}}
	got, err := d.AkomaNtoso()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "debate.akn.xml")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("it is written as\n%s\nand not as %s says", got, file)
	}
	for x := xml.NewDecoder(strings.NewReader(string(got))); ; {
		if _, err := x.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
