// Package main names the tests in which something is done at once: those that start a goroutine, wait for some, or follow a live page,
// themselves or through a function of their package's tests. "make check" runs these under the race detector, which makes a test about
// ten times as slow and can find something only where two things happen together.
//
// It reads the tests as Go reads them, and packages made for them, so that nobody keeps a list. Names are compared without their types: where two methods are
// called alike, or two functions, a test more is run.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if err := run(os.DirFS("."), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "atonce:", err)
		os.Exit(2)
	}
}

// run prints what is asked for: the packages that have such tests, or one pattern for all such tests, or the packages that have none.
func run(tree fs.FS, args []string, out io.Writer) error {
	set := flag.NewFlagSet("atonce", flag.ContinueOnError)
	tests := set.Bool("tests", false, "print a pattern for go test -run, of the tests that do something at once")
	others := set.Bool("others", false, "print the packages in which nothing is done at once")
	without := set.String("without", "^$", "packages that are left out, as a pattern of their folders")
	if err := set.Parse(args); err != nil {
		return err
	}
	leftOut, err := regexp.Compile(*without)
	if err != nil {
		return err
	}
	folders, err := read(tree)
	if err != nil {
		return err
	}
	once := shared(folders)
	var packages, names []string
	for _, folder := range folders {
		if leftOut.MatchString(folder.path) {
			continue
		}
		found := folder.atOnce(once)
		if (len(found) == 0) == *others {
			packages = append(packages, "./"+strings.TrimPrefix(folder.path, "."))
		}
		names = append(names, found...)
	}
	if *tests {
		slices.Sort(names)
		_, err = fmt.Fprintf(out, "^(%s)$\n", strings.Join(slices.Compact(names), "|"))
		return err
	}
	_, err = fmt.Fprintln(out, strings.Join(packages, "\n"))
	return err
}

// A folder is a package of the module, with what its tests call.
type folder struct {
	path   string
	shared bool // what tests of other packages call
	tests  []string
	calls  map[string]map[string]bool // a function's name -> the names in it, those of other packages with the package's name, those of methods with a point
	once   map[string]bool            // functions in which something is done at once
}

// read finds the packages below, in the order of their paths. Modules of their own and what tests read are passed over.
func read(tree fs.FS) ([]*folder, error) {
	found := map[string]*folder{}
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "testdata" || d.Name() == "node_modules" || p != "." && strings.HasPrefix(d.Name(), ".") || anotherModule(tree, p) {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(p) != ".go" {
			return nil
		}
		f := found[path.Dir(p)]
		if f == nil {
			f = &folder{path: path.Dir(p), calls: map[string]map[string]bool{}, once: map[string]bool{}}
			found[f.path] = f
		}
		text, err := fs.ReadFile(tree, p)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if !strings.HasSuffix(p, "_test.go") {
			if !slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"testing"` }) {
				return nil
			}
			f.shared = true
		}
		f.add(file)
		return nil
	})
	var folders []*folder
	for _, f := range found {
		folders = append(folders, f)
	}
	slices.SortFunc(folders, func(a, b *folder) int { return strings.Compare(a.path, b.path) })
	return folders, err
}

func anotherModule(tree fs.FS, dir string) bool {
	_, err := fs.Stat(tree, path.Join(dir, "go.mod"))
	return dir != "." && err == nil
}

// add takes in a file of tests.
func (f *folder) add(file *ast.File) {
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		name := fn.Name.Name
		if fn.Recv == nil && strings.HasPrefix(name, "Test") && name != "TestMain" {
			f.tests = append(f.tests, name)
		}
		if fn.Recv != nil {
			name = "." + name
		}
		if f.calls[name] == nil {
			f.calls[name] = map[string]bool{}
		}
		var look func(n ast.Node) bool
		look = func(n ast.Node) bool {
			f.once[name] = f.once[name] || together(n)
			switch n := n.(type) {
			case *ast.Ident:
				f.calls[name][n.Name] = true
			case *ast.SelectorExpr:
				f.calls[name]["."+n.Sel.Name] = true
				if of, ok := n.X.(*ast.Ident); ok {
					f.calls[name][of.Name+"."+n.Sel.Name] = true
				}
				ast.Inspect(n.X, look) // what is chosen of it is no function
				return false
			}
			return true
		}
		ast.Inspect(fn.Body, look)
	}
}

// together reports whether something in the source is about things that happen at once.
func together(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.SelectorExpr:
		of, ok := n.X.(*ast.Ident)
		return ok && (of.Name == "synctest" || of.Name == "sync" && n.Sel.Name == "WaitGroup")
	case *ast.BasicLit:
		// The address of a live page: it is written while facts are.
		s, err := strconv.Unquote(n.Value)
		return err == nil && n.Kind == token.STRING && strings.Contains(s, "/live?")
	}
	return false
}

// shared gives the functions of packages made for tests in which something is done at once, as others call them.
func shared(folders []*folder) map[string]bool {
	once := map[string]bool{}
	for _, f := range folders {
		if f.shared {
			f.atOnce(nil)
			for name := range f.once {
				once[path.Base(f.path)+"."+name] = f.once[name]
			}
		}
	}
	return once
}

// atOnce gives the tests in which something is done at once, directly or through functions that they call, shared ones included.
func (f *folder) atOnce(shared map[string]bool) []string {
	for grown := true; grown; {
		grown = false
		for name, calls := range f.calls {
			if f.once[name] {
				continue
			}
			for called := range calls {
				if f.once[called] || shared[called] {
					f.once[name], grown = true, true
					break
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(f.tests), func(t string) bool { return !f.once[t] })
}
