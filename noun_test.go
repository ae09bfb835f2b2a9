package plenary_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAddingANoun follows docs/adding-a-noun.md to the letter in a copy of the tree: what it says is what has to be
// done, and nothing else has to be.
func TestAddingANoun(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds everything a second time")
	}
	dir := t.TempDir()
	copyTree(t, dir)
	walk, err := os.ReadFile("docs/adding-a-noun.md")
	if err != nil {
		t.Fatal(err)
	}
	written := followWalk(t, dir, string(walk))
	widen(t, filepath.Join(dir, "house_test.go"), `{"conversation", `, "notice")
	widen(t, filepath.Join(dir, "house_test.go"), `{"web", `, "page/notices")
	if n := len(written) + 1; n > 12 { // and the golden encoding
		t.Errorf("a new noun takes %d files beside its words: %v", n, written)
	}
	run := func(name string, args ...string) {
		t.Helper()
		c := exec.Command(name, args...)
		c.Dir = dir
		// Nothing of the copy is used again: it is built without care for how quickly it runs, in less than half of the time.
		c.Env = append(os.Environ(), "GOFLAGS=-mod=mod '-gcflags=github.com/openplenary/plenary/...=-N -l'")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	run("make", "generate")
	run("go", "test", "-vet=off", "./conversation", "-run", "TestGolden", "-update")
	run("go", "test", "-vet=off", "./locale", "-run", "TestCatalogs", "-fix")
	run("gofmt", "-l", ".")
	// Everything is built, and the rooms that the walk comes to are vetted with their tests: tests of others do not see the noun.
	run("go", "build", "./...")
	run("go", "vet", ".", "./conversation", "./internal/script", "./locale", "./notice", "./page/home", "./page/notices", "./web")
	run("go", "test", "-vet=off", ".", "-run", "TestHouse|TestLimits|TestTemplates")
	run("go", "test", "-vet=off", "-short", "./conversation", "./locale", "./page/home", "./internal/script") // fewer draws: all are drawn in this tree
	run("go", "test", "-vet=off", "./web", "-run", "Routes|OpenAPI|Twin|Act|Cached")
}

// copyTree copies what git knows of, and what it does not ignore.
func copyTree(t *testing.T, to string) {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Skip("this is no checkout: ", err)
	}
	for _, name := range strings.Fields(string(out)) {
		b, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) || strings.HasSuffix(name, ".png") {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, name), b, info.Mode())
	}
}

func write(t *testing.T, path string, b []byte, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, mode); err != nil {
		t.Fatal(err)
	}
}

var (
	heading = regexp.MustCompile("(?m)^### (new file|change|words) ?`?([^`\n]*)`?$")
	block   = regexp.MustCompile("(?s)(?:after `([^\n]*)`:\n\n)?```[a-z]*\n(.*?)```")
)

// followWalk writes the new files of the walk and makes its changes. It lists the files.
func followWalk(t *testing.T, dir, walk string) (files []string) {
	t.Helper()
	at := heading.FindAllStringSubmatchIndex(walk, -1)
	for i, h := range at {
		kind, name := walk[h[2]:h[3]], walk[h[4]:h[5]]
		end := len(walk)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		section := walk[h[1]:end]
		if kind == "words" {
			addWords(t, dir, section)
			continue
		}
		files = append(files, name)
		path := filepath.Join(dir, name)
		for _, b := range block.FindAllStringSubmatch(section, -1) {
			if kind == "new file" {
				write(t, path, []byte(b[2]), 0o644)
				break
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Count(string(text), "\n"+b[1]+"\n") != 1 {
				t.Fatalf("%s has not one line %q", name, b[1])
			}
			write(t, path, []byte(strings.Replace(string(text), "\n"+b[1]+"\n", "\n"+b[1]+"\n"+b[2], 1)), 0o644)
		}
	}
	return files
}

// addWords puts the sentences of the walk's table into the catalogues.
func addWords(t *testing.T, dir, section string) {
	t.Helper()
	var languages []string
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case len(cells) != 7 || strings.HasPrefix(cells[0], "--"):
		case cells[0] == "key":
			languages = cells[1:]
		default:
			for i, l := range languages {
				path := filepath.Join(dir, "locale", "catalog", l, "words.json")
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				words := map[string]json.RawMessage{}
				if err := json.Unmarshal(b, &words); err != nil {
					t.Fatal(err)
				}
				if words[cells[0]], err = json.Marshal(cells[i+1]); err != nil {
					t.Fatal(err)
				}
				if b, err = json.Marshal(words); err != nil {
					t.Fatal(err)
				}
				write(t, path, b, 0o644)
			}
		}
	}
}

// widen adds an arrow to the row of a room in the plan.
func widen(t *testing.T, path, row, to string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(string(text), row)
	if !ok {
		t.Fatalf("the plan has no row %s", row)
	}
	write(t, path, []byte(before+row+strings.Replace(after, `"}`, " "+to+`"}`, 1)), 0o644)
}
