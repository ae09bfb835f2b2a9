package locale

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// glossary.json says which word stands for which thing in each language, and which words do not. The
// catalogues are held to it, and docs/glossary.md is written from it and from the comments of the Go types.

// glossed is one thing and its words.
type glossed struct {
	Go      string          `json:"go,omitempty"` // "paper.Edition": the type or constant that it is in the code
	Words   map[Lang]string `json:"words"`
	Means   string          `json:"means,omitempty"`   // in plain words, where the comment of the code is not enough
	Says    string          `json:"says,omitempty"`    // how English texts say it, a regular expression; else the English word
	Avoid   []avoided       `json:"avoid,omitempty"`   // words that must not stand for it
	Except  []string        `json:"except,omitempty"`  // keys where such a word means something else
	Planned bool            `json:"planned,omitempty"` // no page says it yet
}

// avoided is a word that must not be used.
type avoided struct {
	Lang  Lang   `json:"lang"`
	Word  string `json:"word"`
	Match string `json:"match,omitempty"` // a regular expression for its forms; else the word itself
	Here  bool   `json:"here,omitempty"`  // only where the English text says the thing; else nowhere
	Keys  string `json:"keys,omitempty"`  // only in the keys that begin so
}

func (a avoided) pattern() (*regexp.Regexp, error) {
	if a.Match == "" {
		return regexp.Compile(regexp.QuoteMeta(a.Word))
	}
	return regexp.Compile(a.Match)
}

func (g glossed) says() (*regexp.Regexp, error) {
	if g.Says != "" {
		return regexp.Compile(`(?i)\b(?:` + g.Says + `)\b`)
	}
	return regexp.Compile(`(?i)\b` + regexp.QuoteMeta(g.Words[English]) + `s?\b`)
}

func readGlossary(t *testing.T) []glossed {
	t.Helper()
	data, err := os.ReadFile("glossary.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var all []glossed
	if err := d.Decode(&all); err != nil {
		t.Fatal("glossary.json: ", err)
	}
	return all
}

// TestGlossary holds the glossary to its own form and the catalogues to the glossary.
func TestGlossary(t *testing.T) {
	all, raw := readGlossary(t), readFiles(t)
	if !slices.IsSortedFunc(all, func(a, b glossed) int { return strings.Compare(a.Words[English], b.Words[English]) }) {
		t.Error("glossary.json is not sorted by the English words")
	}
	for _, g := range all {
		name := g.Words[English]
		if g.Go == "" && g.Means == "" {
			t.Errorf("%s: neither a type nor plain words say what it is", name)
		}
		says, err := g.says()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, l := range All {
			if g.Words[l] == "" {
				t.Errorf("%s has no word in %s", name, l)
			} else if !g.Planned && !isSaid(raw[l], g.Words[l]) {
				t.Errorf("%s: no %s text says %s. If nothing says it yet, it is planned; else the glossary has another word than the catalogue",
					name, l, g.Words[l])
			}
		}
		for _, key := range g.Except {
			if raw[English].words[key] == nil {
				t.Errorf("%s: there is no key %s to except", name, key)
			}
		}
		for _, a := range g.Avoid {
			checkAvoided(t, g, a, says, raw)
		}
	}
}

// isSaid says whether any entry of c has the words of a term together, in whatever form: the ends of long
// words are left out.
func isSaid(c *catalog, term string) bool {
	stems := strings.Fields(strings.ToLower(term))
	for i, word := range stems {
		if r := []rune(word); len(r) > 5 {
			stems[i] = string(r[:len(r)-3])
		}
	}
	for _, v := range c.words {
		for _, s := range forms(v) {
			s = strings.ToLower(s)
			if !slices.ContainsFunc(stems, func(stem string) bool { return !strings.Contains(s, stem) }) {
				return true
			}
		}
	}
	return false
}

func checkAvoided(t *testing.T, g glossed, a avoided, says *regexp.Regexp, raw map[Lang]*catalog) {
	t.Helper()
	name := g.Words[English]
	re, err := a.pattern()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !a.Lang.Valid() || !re.MatchString(a.Word) {
		t.Errorf("%s: %s is avoided in %q, but %s does not find it", name, a.Word, a.Lang, re)
		return
	}
	if re.MatchString(g.Words[a.Lang]) {
		t.Errorf("%s: %s is both the word in %s and avoided", name, g.Words[a.Lang], a.Lang)
	}
	c := raw[a.Lang]
	for _, key := range slices.Sorted(maps.Keys(c.words)) {
		if slices.Contains(g.Except, key) || !strings.HasPrefix(key, a.Keys) || a.Here && !matches(says, raw[English].words[key]) {
			continue
		}
		if matches(re, c.words[key]) {
			t.Errorf("%s: %s says %s where the glossary has %s (%s)", a.Lang, key, a.Word, g.Words[a.Lang], name)
		}
	}
}

// placeholder is an argument, whose name no reader sees.
var placeholder = regexp.MustCompile(`\{[a-z0-9_]+\}`)

func matches(re *regexp.Regexp, v any) bool {
	for _, s := range forms(v) {
		if re.MatchString(placeholder.ReplaceAllString(s, "{}")) {
			return true
		}
	}
	return false
}

const glossaryPage = "../docs/glossary.md"

// TestGlossaryPage keeps docs/glossary.md what the glossary and the comments in the code say.
func TestGlossaryPage(t *testing.T) {
	want := writeGlossary(t, readGlossary(t))
	if t.Failed() {
		return
	}
	if *fix {
		write(t, glossaryPage, want)
		return
	}
	got, err := os.ReadFile(glossaryPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/glossary.md is not what locale/glossary.json and the comments of the types say; run go test ./locale -run TestGlossary -fix")
	}
}

// writeGlossary is the page: a table of words, then each thing with its comment and the words to avoid.
func writeGlossary(t *testing.T, all []glossed) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("# Glossary\n\n" +
		"One word for one thing, in each language and in the code. Written by `go test ./locale -run TestGlossary -fix` from\n" +
		"`locale/glossary.json` and the comments of the Go types; the same test holds the catalogues to it. Where two translations differ, this\n" +
		"page decides; to change a word, change `locale/glossary.json` and the catalogues together.\n\n## The words\n\n|")
	order := []Lang{English, Arabic, Chinese, French, Russian, Spanish}
	for _, l := range order {
		b.WriteString(" " + l.Name() + " |")
	}
	b.WriteString("\n|" + strings.Repeat("---|", len(order)) + "\n")
	for _, g := range all {
		b.WriteString("|")
		for _, l := range order {
			b.WriteString(" " + g.Words[l] + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## What each is\n")
	docs := make(comments)
	for _, g := range all {
		fmt.Fprintf(&b, "\n### %s\n\n", g.Words[English])
		if g.Means != "" {
			b.WriteString(g.Means + "\n")
		}
		if g.Go != "" {
			fmt.Fprintf(&b, "\n`%s`: %s\n", g.Go, docs.of(t, g.Go))
		}
		writeAvoided(&b, g.Avoid, order)
	}
	return bytes.ReplaceAll(b.Bytes(), []byte("\n\n\n"), []byte("\n\n"))
}

// writeAvoided is a line for each language that has words to avoid.
func writeAvoided(b *bytes.Buffer, all []avoided, order []Lang) {
	words := make(map[Lang][]string)
	for _, a := range all {
		word := a.Word
		if a.Here || a.Keys != "" {
			word += " (in this sense)"
		}
		words[a.Lang] = append(words[a.Lang], word)
	}
	if len(words) > 0 {
		b.WriteString("\n")
	}
	for _, l := range order {
		if words[l] != nil {
			fmt.Fprintf(b, "- %s, not: %s\n", l.Name(), strings.Join(words[l], ", "))
		}
	}
}

// comments holds the comments of the exported names of packages, as they are asked for: package -> name.
type comments map[string]map[string]string

// of is the comment of a name such as "paper.Edition", on one line.
func (c comments) of(t *testing.T, name string) string {
	t.Helper()
	room, ident, _ := strings.Cut(name, ".")
	if c[room] == nil {
		c[room] = readComments(t, room)
	}
	doc := c[room][ident]
	if doc == "" {
		t.Errorf("glossary.json: there is no %s in the code, or it has no comment", name)
	}
	return doc
}

func readComments(t *testing.T, room string) map[string]string {
	t.Helper()
	dir := filepath.Join("..", room)
	if room == "plenary" {
		dir = ".."
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	docs, fset := make(map[string]string), token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.GenDecl); ok {
				for _, s := range d.Specs {
					note(docs, d, s)
				}
			}
		}
	}
	return docs
}

// note notes the comment of a type, or of a constant: its own, what stands behind it, or that of its group.
func note(docs map[string]string, d *ast.GenDecl, s ast.Spec) {
	switch s := s.(type) {
	case *ast.TypeSpec:
		docs[s.Name.Name] = oneLine(s.Doc, d.Doc)
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if docs[name.Name] = oneLine(s.Doc, s.Comment); docs[name.Name] == "" && d.Doc != nil {
				docs[name.Name] = "One of " + strings.ToLower(d.Doc.Text()[:1]) + oneLine(d.Doc)[1:]
			}
		}
	}
}

// oneLine is the first paragraph of the first comment that there is.
func oneLine(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := g.Text(); text != "" {
			first, _, _ := strings.Cut(text, "\n\n")
			return strings.Join(strings.Fields(first), " ")
		}
	}
	return ""
}
