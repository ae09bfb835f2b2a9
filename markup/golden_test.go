package markup_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openplenary/plenary/markup"
)

var updateGolden = flag.Bool("update", false, "write what the snippets are read as now into testdata")

// written is a text in runs, each with how it is shown.
func written(runs []markup.Run) string {
	var b strings.Builder
	for _, r := range runs {
		how := ""
		for _, x := range []struct {
			is   bool
			what string
		}{{r.Strong, " strong"}, {r.Em, " em"}, {r.Href != "", " to " + r.Href}, {r.Note > 0, fmt.Sprint(" note ", r.Note)}, {r.Picture != "", " picture " + r.Picture}} {
			if x.is {
				how += x.what
			}
		}
		fmt.Fprintf(&b, "{%q%s}", r.Text, how)
	}
	return b.String()
}

// TestSnippets holds how every form that is declared is read, and what is left as it is written. After a change that is
// meant: go test ./markup -run TestSnippets -update
func TestSnippets(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(filepath.Join("testdata", "snippets.txt"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{"paragraph", "item", "term", "definition", "table", "note"}
	var got strings.Builder
	for i, snippet := range strings.Split(string(src), "%%%%\n") {
		fmt.Fprintf(&got, "=== %d\n", i+1)
		for _, b := range markup.Parse(snippet) {
			fmt.Fprintf(&got, "%s %s %d %q %s\n", kinds[b.Kind], b.Number, b.Note, b.Sides, written(b.Runs))
			for _, row := range b.Rows {
				for _, cell := range row {
					got.WriteString(" | " + written(cell))
				}
				got.WriteString("\n")
			}
		}
		names, undescribed := markup.Pictures(snippet)
		fmt.Fprintf(&got, "plain %q\nnotes %d, %+v; pictures %q, %d undescribed\n", markup.Plain(snippet), markup.Notes(snippet), markup.Check(snippet), names, undescribed)
		if crlf := strings.ReplaceAll(snippet, "\n", "\r\n"); markup.Plain(crlf) != markup.Plain(snippet) {
			t.Errorf("with other ends of lines snippet %d is %q", i+1, markup.Plain(crlf))
		}
	}
	file := filepath.Join("testdata", "snippets.golden")
	if *updateGolden {
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	is, was := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(is), len(was)) {
		if is[i] != was[i] {
			t.Fatalf("line %d is\n%s\nand was\n%s\n(-update where that is meant)", i+1, is[i], was[i])
		}
	}
	if len(is) != len(was) {
		t.Errorf("%d lines, and there were %d", len(is), len(was))
	}
}

// TestBounds: what is longer than a form may be is characters.
func TestBounds(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("a", n) }
	for name, c := range map[string]struct {
		text string
		is   bool
	}{
		"emphasis":                  {"*" + long(1999) + "*", true},
		"longer emphasis":           {"*" + long(2000) + "*", false},
		"an address":                {"https://example.org/" + long(markup.MaxAddress-20), true},
		"a longer address":          {"https://example.org/" + long(markup.MaxAddress-19), false},
		"a picture":                 {"![" + long(markup.MaxShows-2) + "](a.png)", true},
		"a picture of more words":   {"![" + long(markup.MaxShows-1) + "](a.png)", false},
		"a picture's name":          {"![a](" + long(markup.MaxName-4) + ".png)", true},
		"a longer name":             {"![a](" + long(markup.MaxName-3) + ".png)", false},
		"a label":                   {"x[^" + long(40) + "]\n\n[^" + long(40) + "]: Note.", true},
		"a longer label":            {"x[^" + long(41) + "]\n\n[^" + long(41) + "]: Note.", false},
		"a link":                    {"[a](https://example.org/" + long(2000) + ")", true},
		"emphasis that never ends":  {"*" + long(50), false},
		"a link that never ends":    {"[a](https://example.org", true}, // the address alone
		"a host":                    {"https://a", true},
		"no host":                   {"https://", false},
		"a name before the host":    {"https://a@b", false},
		"a scheme in a longer word": {"ahttps://b", false},
	} {
		formed := false
		for _, r := range markup.Runs(c.text) {
			formed = formed || r.Em || r.Href != "" || r.Picture != "" || r.Note > 0
		}
		if formed != c.is {
			t.Errorf("%s: %v", name, formed)
		}
	}
}

// TestAddress: the first address of a text is found, to its end, and nothing that only looks like one.
func TestAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "no address": "", "see https://example.org/a.": "https://example.org/a", "see (http://example.org/(b)).": "http://example.org/(b)", "HTTP://example.org": "HTTP://example.org",
		"ftp://a http://b": "http://b", "+http://a https://b": "https://b", "1http://a": "", "é http://a": "http://a", "://": "", "http://": "", "http://a://b": "http://a://b", "http:// http://c": "http://c", "https://user@a http://c": "http://c",
		"http://example.org/*a*": "http://example.org/*a", "[http://example.org/a]": "http://example.org/a", "http://example.org/[a]": "http://example.org/[a]", "x-http://a": "", "xhttp://a": "",
	} {
		from, to := markup.Address(text)
		got := ""
		if from >= 0 {
			got = text[from:to]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for name, is := range map[string]bool{"a.png": true, "A-b_c.1.png": true, "карта.png": true, ".png": false, "a.": false, "png": false, "a b.png": false, "a/b.png": false, "": false, "a\xff.png": false, "1.png": true} {
		if markup.PictureName(name) != is {
			t.Errorf("%q may be the name of a picture: %v", name, !is)
		}
	}
}
