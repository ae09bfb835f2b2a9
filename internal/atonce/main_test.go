package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

var tree = fstest.MapFS{
	"go.mod":            {Data: []byte("module x\n")},
	"quiet/quiet.go":    {Data: []byte("package quiet\n\nfunc f() { go f() }\n")},
	"quiet/q_test.go":   {Data: []byte("package quiet\n\nimport \"testing\"\n\nfunc TestQuiet(t *testing.T) { f() }\n")},
	"busy/b_test.go":    {Data: []byte("package busy\n\nimport \"testing\"\n\nfunc TestGo(t *testing.T) { go f() }\n\nfunc TestAlone(t *testing.T) { g() }\n\nfunc f() {}\n\nfunc g() {}\n")},
	"busy/c_test.go":    {Data: []byte("package busy\n\nimport \"testing\"\n\nfunc TestThrough(t *testing.T) { many(t) }\n\nfunc many(t *testing.T) { (&crowd{}).run() }\n\ntype crowd struct{}\n\nfunc (*crowd) run() { var g sync.WaitGroup; g.Wait() }\n")},
	"live/l_test.go":    {Data: []byte("package live\n\nimport \"testing\"\n\nfunc TestFollowed(t *testing.T) { get(\"/en/c/x/live?page=home\") }\n\nfunc get(string) {}\n")},
	"other/go.mod":      {Data: []byte("module y\n")},
	"other/o_test.go":   {Data: []byte("package other\n\nimport \"testing\"\n\nfunc TestOther(t *testing.T) { go f() }\n")},
	"heavy/heavy.go":    {Data: []byte("package heavy\n\nimport \"testing\"\n\nfunc Run(t *testing.T) { suite(t) }\n\nfunc suite(*testing.T) { go f() }\n\nfunc Key(*testing.T) {}\n")},
	"user/u_test.go":    {Data: []byte("package user\n\nimport \"testing\"\n\nfunc TestByOthers(t *testing.T) { heavy.Run(t) }\n\nfunc TestKey(t *testing.T) { heavy.Key(t) }\n")},
	"busy/n_test.go":    {Data: []byte("package busy\n\nimport \"testing\"\n\nfunc TestBuiltin(t *testing.T) { _ = append([]int{}, 1) }\n\nfunc TestField(t *testing.T) { h(struct{ f int }{}) }\n\nfunc h(x struct{ f int }) { _ = x.f }\n\nfunc f2() { go f() }\n\nfunc (*crowd) append() { go f() }\n")},
	"x/testdata/a.go":   {Data: []byte("not Go at all")},
	"slow/slow_test.go": {Data: []byte("package slow\n\nimport \"testing\"\n\nfunc TestSlow(t *testing.T) { go f() }\n")},
}

// TestNames: tests are found that do something at once, directly, through functions and methods, of packages for tests too, or by following a page; others are not.
func TestNames(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-without ^slow$", "./busy\n./live\n./user\n"},
		{"-without ^slow$ -others", "./heavy\n./quiet\n"},
		{"-without ^slow$ -tests", "^(TestByOthers|TestFollowed|TestGo|TestThrough)$\n"},
	} {
		var out strings.Builder
		if err := run(tree, strings.Fields(c.args), &out); err != nil || out.String() != c.want {
			t.Errorf("%s: %q, %v; want %q", c.args, out.String(), err, c.want)
		}
	}
}

// TestNonsense: what cannot be read is said, and not passed over.
func TestNonsense(t *testing.T) {
	var out strings.Builder
	if run(fstest.MapFS{"a_test.go": {Data: []byte("package")}}, nil, &out) == nil {
		t.Error("what is not Go is passed over in silence")
	}
	if run(tree, []string{"-without", "("}, &out) == nil {
		t.Error("a pattern that is none is taken")
	}
}
