// Lint is a tool for go vet -vettool: it runs the linters of linters.go over one package at a time. The go
// command keeps what was found of each package, so that only what has changed is read again.
package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/token"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() {
	switch dependency(os.Args[len(os.Args)-1]) {
	case large:
		unitchecker.Main(passOn("passon", linters, vet))
	case small:
		unitchecker.Main(facts(linters, vet)...)
	}
	for _, a := range linters {
		except(a)
	}
	unitchecker.Main(slices.Concat(vet, linters)...)
}

// facts are those of the linters that note something of a package for those above it, and read it as it is written. Those
// that turn all of it into another form first (SSA) only pass on: what they would note of packages of others has found
// nothing here, and takes half of the time of all linters.
func facts(sets ...[]*analysis.Analyzer) []*analysis.Analyzer {
	var light, heavy []*analysis.Analyzer
	seen := map[*analysis.Analyzer]bool{}
	var sort func([]*analysis.Analyzer)
	sort = func(all []*analysis.Analyzer) {
		for _, a := range all {
			switch {
			case seen[a]:
				continue
			case len(a.FactTypes) > 0 && transformed(a):
				heavy = append(heavy, a)
			case len(a.FactTypes) > 0:
				light = append(light, a)
			}
			seen[a] = true
			sort(a.Requires)
		}
	}
	for _, set := range sets {
		sort(set)
	}
	types := &analysis.Analyzer{Name: "heavy", Doc: "heavy passes on", Run: func(*analysis.Pass) (any, error) { return nil, nil }}
	for _, a := range heavy {
		types.FactTypes = append(types.FactTypes, a.FactTypes...)
	}
	return append(light, types)
}

// transformed says whether an analyzer asks for a package in SSA form.
func transformed(a *analysis.Analyzer) bool {
	return a.Name == "buildir" || a.Name == "buildssa" || slices.ContainsFunc(a.Requires, transformed)
}

// passOn reads the types of a package, and passes on what others know of those below it, but looks for
// nothing.
func passOn(name string, sets ...[]*analysis.Analyzer) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name: name,
		Doc:  name + " reads a package and looks for nothing",
		Run:  func(*analysis.Pass) (any, error) { return nil, nil },
	}
	seen := map[*analysis.Analyzer]bool{}
	var add func([]*analysis.Analyzer)
	add = func(all []*analysis.Analyzer) {
		for _, one := range all {
			if !seen[one] {
				seen[one] = true
				a.FactTypes = append(a.FactTypes, one.FactTypes...)
				add(one.Requires)
			}
		}
	}
	for _, set := range sets {
		add(set)
	}
	return a
}

// most is how many bytes of source a dependency may have to be asked for facts ("this function is
// deprecated", "that one formats like Printf").
const most = 3 << 20

// The kinds of packages that the go command asks about.
const (
	asked = iota // one that is looked at, or Go's own
	small        // one of others than Go's own: only its facts are wanted
	large        // the same, and so large that they would take minutes: SQLite, translated to Go, is
)

func dependency(config string) int {
	b, err := os.ReadFile(config)
	if err != nil {
		return asked
	}
	var c unitchecker.Config
	if json.Unmarshal(b, &c) != nil || !c.VetxOnly {
		return asked
	}
	size := int64(0)
	for _, name := range c.GoFiles {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	first, _, _ := strings.Cut(c.ImportPath, "/")
	switch {
	case size > most:
		return large
	case strings.Contains(first, "."):
		return small
	}
	return asked
}

// except makes a linter keep to the exceptions: generated files, the table of exclusions, and lines under a
// comment "//lint:ignore CHECK reason". It adds the name of the check to what is said.
func except(a *analysis.Analyzer) {
	run := a.Run
	a.Run = func(p *analysis.Pass) (any, error) {
		pass, report := *p, p.Report
		pass.Report = func(d analysis.Diagnostic) {
			if excluded(p, a.Name, d) {
				return
			}
			d.Message += " (" + a.Name + ")"
			report(d)
		}
		return run(&pass)
	}
}

func excluded(p *analysis.Pass, check string, d analysis.Diagnostic) bool {
	i := slices.IndexFunc(p.Files, func(f *ast.File) bool { return f.FileStart <= d.Pos && d.Pos <= f.FileEnd })
	if i < 0 || ast.IsGenerated(p.Files[i]) {
		return true
	}
	at := p.Fset.Position(d.Pos)
	line := source(at)
	for _, x := range exclusions {
		if x.check == check && (x.file == nil || x.file.MatchString(at.Filename)) && (x.line == nil || x.line.MatchString(line)) {
			return true
		}
	}
	for _, g := range p.Files[i].Comments {
		for _, c := range g.List {
			rest, ok := strings.CutPrefix(c.Text, "//lint:ignore ")
			if !ok {
				continue
			}
			name, reason, _ := strings.Cut(rest, " ")
			under := at.Line - p.Fset.Position(c.Pos()).Line
			if name == check && strings.TrimSpace(reason) != "" && (under == 0 || under == 1) {
				return true
			}
		}
	}
	return false
}

// source is the line of a file at which something was found.
func source(at token.Position) string {
	b, err := os.ReadFile(at.Filename)
	if err != nil {
		return ""
	}
	lines := bytes.Split(b, []byte("\n"))
	if at.Line > len(lines) {
		return ""
	}
	return string(lines[at.Line-1])
}
