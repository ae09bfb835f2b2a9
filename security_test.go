package plenary_test

import (
	"encoding/csv"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// testFunctions are the tests of the repository, as package.TestName; those of the root are plenary.TestName.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, p := range packages(t) {
		files, err := filepath.Glob(filepath.Join(p.Dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		room := roomOf(p.ImportPath)
		if room == "." {
			room = "plenary"
		}
		for _, file := range files {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && (strings.HasPrefix(fn.Name.Name, "Test") || strings.HasPrefix(fn.Name.Name, "Fuzz")) {
					found[room+"."+fn.Name.Name] = true
				}
			}
		}
	}
	return found
}

// TestSecurityTable holds docs/security/asvs.csv: what it calls met is shown by a test or a file that is there, and what
// it calls anything else says why.
func TestSecurityTable(t *testing.T) {
	f, err := os.Open("docs/security/asvs.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"requirement", "level", "about", "state", "where"}; len(rows) < 2 || !slices.Equal(rows[0], want) {
		t.Fatalf("the columns are not %q", want)
	}
	tests, seen := testFunctions(t), map[string]bool{}
	form := regexp.MustCompile(`^v5\.0\.0-[1-9][0-9]?\.[1-9]\.[1-9][0-9]?$`)
	for _, row := range rows[1:] {
		name, level, about, state, where := row[0], row[1], row[2], row[3], row[4]
		if !form.MatchString(name) || seen[name] || level != "1" && level != "2" || about == "" || where == "" {
			t.Errorf("%q: no requirement of level 1 or 2, twice there, or not whole", row)
		}
		seen[name] = true
		switch state {
		case "met":
			for w := range strings.FieldsSeq(where) {
				if _, err := os.Stat(w); !tests[w] && (err != nil || path.Clean(w) != w || path.IsAbs(w)) {
					t.Errorf("%s is met by %s, which is neither a test nor a file here", name, w)
				}
			}
		case "not applicable", "open":
		default:
			t.Errorf("%s: the state %q is none", name, state)
		}
	}
}

// TestDangerousImports: what a program can do that nobody should make it do stands in the rooms that need it, and nowhere
// else. Starting programs and chance that can be guessed are for measuring and for the demonstration.
func TestDangerousImports(t *testing.T) {
	only := map[string]string{
		"os/exec":             "internal/bench internal/cluster record/postgres/postgrestest certificate/acmetest attachment/bucket/buckettest", // the latter three are for tests
		"math/rand/v2":        "internal/bench internal/bench/prose internal/cluster internal/script internal/mutants record/recordtest",
		"crypto/aes":          "attachment private snapshot", // files, the keys of certificates, and what was folded are sealed
		"crypto/cipher":       "attachment private snapshot",
		"crypto/tls":          "certificate certificate/acmetest door mail/post mail/post/posttest", // those that end in test are for tests
		"encoding/xml":        "page/part/atlas press",                                              // escapes words in a picture, writes a debate record; nothing is read
		"math/rand":           "",
		"unsafe":              "internal/dump", // reads and sets fields that are not exported, of what this program sealed itself
		"plugin":              "",
		"C":                   "",
		"text/template":       "",
		"html/template":       "",
		"encoding/gob":        "",
		"expvar":              "",
		"net/http/pprof":      "",
		"net/http/cgi":        "",
		"crypto/md5":          "",
		"crypto/sha1":         "",
		"crypto/des":          "",
		"crypto/rc4":          "",
		"crypto/rsa":          "openid/openidtest", // signs as providers do, in tests
		"crypto/dsa":          "",
		"golang.org/x/crypto": "certificate", // acme
	}
	tools := "internal/mutants internal/apidoc" // which are in no program that people run
	for _, p := range packages(t) {
		room := roomOf(p.ImportPath)
		for _, i := range p.Imports {
			if strings.HasPrefix(i, "golang.org/x/crypto/") {
				i = "golang.org/x/crypto"
			}
			if rooms, ok := only[i]; ok && !in(rooms, room) && !in(tools, room) {
				t.Errorf("%s imports %s", room, i)
			}
		}
	}
}
