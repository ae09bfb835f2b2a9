package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const shop = `package shop

import "errors"

var errShut = errors.New("shut")

type Shop struct {
	open  bool
	sold  int
	names []string
}

// Sell sells n things to somebody who is old enough.
func (s *Shop) Sell(n, age int) error {
	if err := s.door(); err != nil {
		return err
	}
	//mutants:guard nobody under sixteen is served
	if age < 16 {
		return errors.New("too young")
	}
	s.sold += n
	return nil
}

func (s *Shop) door() error {
	if !s.open {
		return errShut
	}
	return nil
}

// Known says who is known.
//
//mutants:guard nobody hears of those without a name
func (s *Shop) Known(name string) bool {
	if name == "" ||
		len(s.names) == 0 {
		return false
	}
	for i := 0; i < len(s.names); i++ {
		if s.names[i] == name { // it is there
			return true
		}
	}
	return s.sold > 1
}
`

const shopTests = `package shop

import "testing"

func TestSell(t *testing.T) {
	s := &Shop{open: true}
	if s.Sell(2, 16) != nil || s.sold != 2 {
		t.Error("not sold")
	}
	if s.Sell(1, 15) == nil {
		t.Error("sold to a child")
	}
}
`

const shopKnown = `
func TestKnown(t *testing.T) {
	s := &Shop{names: []string{"a", ""}}
	if !s.Known("a") || !(&Shop{names: []string{"b"}}).Known("b") || s.Known("b") || s.Known("") || (&Shop{}).Known("a") ||
		(&Shop{names: []string{"b"}, sold: 1}).Known("a") || !(&Shop{names: []string{"b"}, sold: 2}).Known("a") {
		t.Error("known")
	}
}
`

// module writes a module with one room into a folder, and goes there.
func module(t *testing.T, tests string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.org/m\n\ngo 1.26\n", "shop/shop.go": shop, "shop/shop_test.go": tests,
		"shop/above/above.go": "// Package above has the name of nothing.\npackage above\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// TestSites lists what can be changed in a file, and what is left alone.
func TestSites(t *testing.T) {
	module(t, shopTests)
	path, err := filepath.Abs("shop/shop.go")
	if err != nil {
		t.Fatal(err)
	}
	f, err := find(&pkg{Name: "shop"}, path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	guarded := 0
	for i, s := range f.sites {
		s.id = i + 1
		got = append(got, s.kind)
		if s.guard != "" {
			guarded++
		}
		if d := s.diff(); !strings.Contains(d, "  - ") || !strings.Contains(d, "  + ") || strings.Contains(d, switchName) {
			t.Errorf("%s:\n%s", s, d)
		}
	}
	want := []string{"leave the guard out", "negate", "< to <=", "one more", "drop", // of Sell
		"leave the guard out", "negate", // of door
		"leave the guard out", "negate", "|| to &&", "== to !=", "== to !=", "one more", "false to true", // of Known
		"leave the guard out", "negate", "== to !=", "true to false", "always true", "always false", "> to >=", "one more"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("\n%q\n%q", got, want)
	}
	if guarded != len(want)-3 {
		t.Errorf("%d are of guards", guarded)
	}
	// With all switches in, it is Go, and every line is where it was.
	out := f.rewrite()
	if _, err := parser.ParseFile(token.NewFileSet(), "shop.go", out, 0); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if strings.Count(out, "\n") != strings.Count(shop, "\n") || strings.Count(out, switchName) < len(want) {
		t.Errorf("the lines have moved, or a switch is missing:\n%s", out)
	}
}

// TestLogged: what decides on nothing but a line of the log is left alone where an error decides, and nowhere else.
func TestLogged(t *testing.T) {
	t.Parallel()
	for cond, want := range map[string]bool{"err := f(); err != nil && ctx.Err() == nil": false, "len(refusal.Of(err)) == 0": false, "full()": true, "n == 0": true} {
		for body, logs := range map[string]bool{"a.logger.Error(cond, err)": true, "q.Server.Logger.Warn(cond)": true, "w.sec.slog.Info(cond)": true, "a.logger.Error(cond); n++": false, "tell(err)": false} {
			path := filepath.Join(t.TempDir(), "a.go")
			if err := os.WriteFile(path, []byte("package a\n\nfunc f() {\n\tif "+cond+" {\n\t\t"+body+"\n\t}\n}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := find(&pkg{Name: "a"}, path)
			if err != nil {
				t.Fatal(err)
			}
			changed := slices.ContainsFunc(f.sites, func(s *site) bool { return s.kind == "negate" })
			if changed != (want || !logs) {
				t.Errorf("if %s { %s } is changed: %v", cond, body, changed)
			}
		}
	}
}

// TestOrder: the tests that noticed most are asked first, then the room's own, quick ones before slow ones; none is left out.
func TestOrder(t *testing.T) {
	t.Parallel()
	own, other := &pkg{ImportPath: "own"}, &pkg{ImportPath: "other"}
	slow, quick, far, seen := &test{pkg: own, name: "TestSlow", took: time.Second}, &test{pkg: own, name: "TestQuick"}, &test{pkg: other, name: "TestFar"}, &test{pkg: other, name: "TestSeen"}
	all := []*test{slow, far, quick, seen}
	var best noticed
	if len(best.first(all)) != 0 {
		t.Error("none has noticed anything")
	}
	best.note(all, []byte("--- FAIL: TestFar (0.00s)\n"))
	for range 2 {
		best.note(all, []byte("    --- FAIL: TestSeen/of_many (0.00s)\n"))
	}
	best.note(all, []byte("panic: it does not say where"))
	var got []string
	for _, some := range slices.Concat(best.first(all), rounds(&site{file: &file{pkg: own}}, all)) {
		for _, x := range some {
			got = append(got, x.name)
		}
		got = append(got, "|")
	}
	if want := strings.Fields("TestSeen | TestFar | TestQuick | TestSlow | TestFar TestSeen |"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestMarks: a mark that says nothing or stands above nothing is an error.
func TestMarks(t *testing.T) {
	for _, text := range []string{
		"package a\n\nfunc f(b bool) bool {\n\t//mutants:guard  \n\tif b {\n\t\treturn true\n\t}\n\treturn false\n}\n",
		"package a\n\nfunc f(b bool) bool {\n\treturn b\n\t//mutants:guard nothing\n}\n",
		"package a\n\nfunc f(b bool) bool {\n\t//mutants:guard what cannot be changed\n\t_ = b\n\treturn b\n}\n",
	} {
		path := filepath.Join(t.TempDir(), "a.go")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := find(&pkg{Name: "a"}, path); err == nil {
			t.Errorf("no error in\n%s", text)
		}
	}
}

// TestMarksOfTheHouse: every mark in the rooms of this module can be read, and something can be changed in what it marks: else none of
// the changes would be tried.
func TestMarksOfTheHouse(t *testing.T) {
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || len(d.Name()) > 2 && d.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go") {
			if _, err := find(&pkg{Name: "any"}, path); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSurvivors: guards that a test holds are all noticed, those that none holds are found; the tree stays as
// it was.
func TestSurvivors(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	module(t, shopTests)
	if code, err := run(t.Context(), []string{"-guards", "-without", "^$"}); err != nil || code != 1 {
		t.Errorf("nothing tests Known: %d, %v", code, err)
	}
	if b, err := os.ReadFile("shop/shop.go"); err != nil || string(b) != shop {
		t.Error("the source is changed", err)
	}
	module(t, shopTests+shopKnown)
	if code, err := run(t.Context(), []string{"-guards", "-without", "^$"}); err != nil || code != 0 {
		t.Errorf("all is tested: %d, %v", code, err)
	}
	if code, err := run(t.Context(), []string{"-n", "5", "-seed", "1", "-most", "5", "-without", "^$", "./shop"}); err != nil || code != 0 {
		t.Errorf("five of any kind: %d, %v", code, err)
	}
	module(t, "package shop\n\nimport \"testing\"\n\nfunc TestSell(t *testing.T) { t.Error() }\n")
	if _, err := run(t.Context(), []string{"-guards", "-without", "^$"}); err == nil {
		t.Error("tests that fail with nothing changed say nothing")
	}
}
