package plenary_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// What a reader can hold in mind, as numbers. Generated files and tests are not counted.
const (
	maxFunc     = 100   // lines of a function
	maxParams   = 5     // of a function, the receiver left out
	maxRoom     = 3_500 // lines of a room
	maxLine     = 200   // characters of a line
	maxSwitches = 3     // type switches over facts or commands, in all rooms
)

// owed is what is above a limit today, with how much: a number may go down and never up, and a row goes when
// nothing is left of it. No row is added.
var owed = map[string]int{}

// overLimit is one thing that is above a limit.
type overLimit struct {
	name  string
	value int
	at    token.Position
}

// TestLimits holds functions, parameters, rooms, lines and type switches to their limits.
func TestLimits(t *testing.T) {
	var over []overLimit
	var switches []token.Position
	for _, p := range packages(t) {
		name := strings.Replace(roomOf(p.ImportPath), ".", "plenary", 1)
		lines, long := 0, 0
		var first token.Position
		for _, file := range p.GoFiles {
			path := filepath.Join(p.Dir, file)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, path, b, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if ast.IsGenerated(f) {
				continue
			}
			lines += bytes.Count(b, []byte("\n"))
			n := 0
			for line := range bytes.Lines(b) {
				n++
				line = bytes.TrimRight(line, "\n")
				// The tag of a field cannot be broken.
				if utf8.RuneCount(line) > maxLine && !bytes.HasSuffix(line, []byte("\"`")) {
					if long++; long == 1 {
						first = token.Position{Filename: path, Line: n, Column: 1}
					}
				}
			}
			over = append(over, functions(fset, f, name)...)
			undocumented(t, fset, f, name)
			switches = append(switches, typeSwitches(fset, f, name)...)
		}
		if lines > maxRoom {
			over = append(over, overLimit{"lines of " + name, lines, token.Position{Filename: p.Dir}})
		}
		if long > 0 {
			over = append(over, overLimit{"long lines in " + name, long, first})
		}
	}
	if len(switches) > maxSwitches {
		over = append(over, overLimit{"type switches over facts or commands", len(switches), switches[0]})
	}
	seen := map[string]bool{}
	for _, o := range over {
		seen[o.name] = true
		if o.value > owed[o.name] {
			t.Errorf("%s: %s: %d, and %d is owed at most", o.at, o.name, o.value, owed[o.name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(owed)) {
		if !seen[name] {
			t.Errorf("%q is owed no longer: take its row away", name)
		}
	}
}

// functions finds those that are too long or take too many parameters, function literals included.
func functions(fset *token.FileSet, f *ast.File, room string) []overLimit {
	var over []overLimit
	check := func(name string, node ast.Node, typ *ast.FuncType) {
		if lines := fset.Position(node.End()).Line - fset.Position(node.Pos()).Line + 1; lines > maxFunc {
			over = append(over, overLimit{"lines of func " + name, lines, fset.Position(node.Pos())})
		}
		if n := typ.Params.NumFields(); n > maxParams {
			over = append(over, overLimit{"parameters of " + name, n, fset.Position(node.Pos())})
		}
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := room + "." + fn.Name.Name
		if fn.Recv != nil {
			name = room + "." + receiver(fn) + "." + fn.Name.Name
		}
		check(name, fn, fn.Type)
		ast.Inspect(fn, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok && lit.Type.Params.NumFields() > maxParams {
				check(name+" (a function in it)", lit, lit.Type)
			}
			return true
		})
	}
	return over
}

func receiver(fn *ast.FuncDecl) string {
	for x := fn.Recv.List[0].Type; ; {
		switch y := x.(type) {
		case *ast.StarExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.IndexListExpr:
			x = y.X
		case *ast.Ident:
			return y.Name
		default:
			return "?"
		}
	}
}

// undocumented finds exported names without a comment. A group of constants or variables may have one for all.
func undocumented(t *testing.T, fset *token.FileSet, f *ast.File, room string) {
	t.Helper()
	missing := func(name *ast.Ident) {
		t.Errorf("%s: %s.%s is exported and has no comment", fset.Position(name.Pos()), room, name.Name)
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || ast.IsExported(receiver(d))) {
				missing(d.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
						missing(s.Name)
					}
				case *ast.ValueSpec:
					for _, name := range s.Names {
						if name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
							missing(name)
						}
					}
				}
			}
		}
	}
}

// typeSwitches finds those over facts or commands: two or more of their cases are exported types of a room
// of nouns. Each of them must be thought of when a noun is added.
func typeSwitches(fset *token.FileSet, f *ast.File, room string) []token.Position {
	nouns := slices.DeleteFunc(strings.Fields(pure), func(r string) bool { return in(footings, r) })
	local := map[string]bool{} // the names of packages of nouns in this file
	for _, i := range f.Imports {
		path := strings.Trim(i.Path.Value, `"`)
		if r := roomOf(path); slices.Contains(nouns, r) {
			name := filepath.Base(r)
			if i.Name != nil {
				name = i.Name.Name
			}
			local[name] = true
		}
	}
	of := func(x ast.Expr) bool {
		if star, ok := x.(*ast.StarExpr); ok {
			x = star.X
		}
		switch x := x.(type) {
		case *ast.SelectorExpr:
			pkg, ok := x.X.(*ast.Ident)
			return ok && local[pkg.Name]
		case *ast.Ident:
			return slices.Contains(nouns, room) && x.IsExported()
		}
		return false
	}
	var out []token.Position
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.TypeSwitchStmt); ok {
			cases := 0
			for _, c := range s.Body.List {
				for _, x := range c.(*ast.CaseClause).List {
					if of(x) {
						cases++
					}
				}
			}
			if cases >= 2 {
				out = append(out, fset.Position(s.Pos()))
			}
		}
		return true
	})
	return out
}
