package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// site is one change that can be made.
type site struct {
	id    int // from 1; 0 while it is not chosen
	file  *file
	start int // of the source that is replaced, as offsets
	end   int
	kind  string // what is done: "leave out", "negate", ">= to >"
	line  int
	guard string // what the guard keeps that it belongs to, "" where it is none

	raw      string                        // what stands there afterwards, without a switch
	switched func(inner, on string) string // with a switch: inner is the source with the switches inside it, on the call of the switch
}

// file is a Go file of a room, and what can be changed in it.
type file struct {
	pkg   *pkg
	path  string
	src   []byte
	sites []*site
}

// guardMark begins a comment that says of the next statement, or of the function whose comment it stands
// in, that it guards privacy or a right.
const guardMark = "//mutants:guard "

// find reads a file and lists what can be changed in it. Generated files have nothing.
func find(p *pkg, path string) (*file, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, path, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f := &file{pkg: p, path: path, src: src}
	if ast.IsGenerated(tree) {
		return f, nil
	}
	w := &walk{file: f, fset: fset}
	if err := w.marks(tree); err != nil {
		return nil, err
	}
	for _, d := range tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			w.visit(fn)
		}
	}
	for _, m := range w.guards {
		if m.found == 0 {
			return nil, fmt.Errorf("%s:%d: nothing can be changed in what this guard marks", path, m.line)
		}
	}
	return f, nil
}

// mark is a guard's comment with the lines it speaks of.
type mark struct {
	line     int // of the comment
	from, to int // lines
	keeps    string
	found    int
}

// walk goes through a file.
type walk struct {
	file   *file
	fset   *token.FileSet
	guards []*mark
}

func (w *walk) line(p token.Pos) int   { return w.fset.Position(p).Line }
func (w *walk) offset(p token.Pos) int { return w.fset.Position(p).Offset }

func (w *walk) text(n ast.Node) string {
	return string(w.file.src[w.offset(n.Pos()):w.offset(n.End())])
}

// marks finds the guards of a file.
func (w *walk) marks(tree *ast.File) error {
	starts := map[int]ast.Node{} // the largest statement or function that begins in a line
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			starts[w.line(n.Type.Pos())] = n
		case *ast.CaseClause:
			starts[w.line(n.Pos())] = n
		case ast.Stmt:
			if l := w.line(n.Pos()); starts[l] == nil {
				starts[l] = n
			}
		}
		return true
	})
	for _, g := range tree.Comments {
		for _, c := range g.List {
			keeps, ok := strings.CutPrefix(c.Text, guardMark)
			if !ok {
				continue
			}
			line := w.line(c.Pos())
			n := starts[w.line(g.End())+1]
			if strings.TrimSpace(keeps) == "" || n == nil {
				return fmt.Errorf("%s:%d: a guard's mark says what it keeps, and stands above a statement or a function", w.file.path, line)
			}
			w.guards = append(w.guards, &mark{line: line, from: w.line(n.Pos()), to: w.line(n.End()), keeps: keeps})
		}
	}
	return nil
}

// add notes a change of a node.
func (w *walk) add(n ast.Node, kind, raw string, switched func(inner, on string) string) {
	text := w.text(n)
	// A copy on one line must stay what it is.
	if strings.Contains(raw, "\n") && strings.ContainsAny(raw, "{`") || strings.Contains(raw, "//") {
		return
	}
	raw = newline.ReplaceAllString(raw, " ")
	s := &site{file: w.file, start: w.offset(n.Pos()), kind: kind, line: w.line(n.Pos()), raw: raw, switched: switched}
	s.end = s.start + len(text)
	for _, m := range w.guards {
		if m.from <= s.line && s.line <= m.to {
			s.guard = m.keeps
			m.found++
		}
	}
	w.file.sites = append(w.file.sites, s)
}

// either replaces a truth value by another.
func (w *walk) either(n ast.Expr, kind, other string) {
	flat := newline.ReplaceAllString(other, " ")
	w.add(n, kind, other, func(inner, on string) string {
		return "(" + on + " && (" + flat + ") || !" + on + " && (" + inner + "))"
	})
}

var (
	newline = regexp.MustCompile(`\n\s*`)
	// swaps are the operators and what they are changed to.
	swaps = map[token.Token]token.Token{
		token.GEQ: token.GTR, token.GTR: token.GEQ, token.LEQ: token.LSS, token.LSS: token.LEQ,
		token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	}
	// failed is the plain handling of an error, which the fault tests try in their own way.
	failed = regexp.MustCompile(`^\w*[eE]rr\w* [!=]= nil$`)
	// kept are calls that are never dropped: without them nothing runs on, or they only tell somebody.
	kept = regexp.MustCompile(`\.(R?Lock|R?Unlock|Done|Add|Wait|Close|Stop|Signal|Broadcast|Helper|Debug|Info|Warn|Error|Log|Printf|Println|Reset|Grow)$` +
		`|^(panic|close|print|cancel|stop|os\.Exit|log\.\w+|fmt\.\w+)$`)
)

// visit lists the changes in a node. Conditions of loops are left alone, for most changes of them never end.
func (w *walk) visit(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt:
			w.visit(n.Body)
			return false
		case *ast.FuncDecl:
			w.truths(n.Type, n.Body)
		case *ast.FuncLit:
			w.truths(n.Type, n.Body)
		case *ast.IfStmt:
			if w.logs(n) {
				if n.Init != nil {
					w.visit(n.Init)
				}
				return false
			}
			w.condition(n)
		case *ast.BinaryExpr:
			w.operator(n)
		case *ast.ReturnStmt:
			w.answers(n)
		case *ast.BlockStmt:
			w.statements(n.List)
		case *ast.CaseClause:
			w.statements(n.Body)
		case *ast.CommClause:
			w.statements(n.Body)
		}
		return true
	})
}

var (
	logged = regexp.MustCompile(`(^|\.)(slog|log\(\)|[lL]ogger)\.(Debug|Info|Warn|Error)$`)
	// asked are calls that only ask something of an error, or of a context.
	asked = regexp.MustCompile(`^(len|errors\.(Is|As)|refusal\.Of|\w+(\.\w+)*\.Err)$`)
)

// logs reports whether an error alone decides on a statement, and nothing but what is logged depends on it: no test reads
// the lines of a log. What asks anything else, a disk or a door, is not meant: whoever serves reads of that there.
func (w *walk) logs(n *ast.IfStmt) bool {
	if n.Else != nil || len(n.Body.List) == 0 {
		return false
	}
	for _, s := range n.Body.List {
		e, ok := s.(*ast.ExprStmt)
		if !ok {
			return false
		}
		if call, ok := e.X.(*ast.CallExpr); !ok || !logged.MatchString(w.text(call.Fun)) {
			return false
		}
	}
	of, ofError := true, false
	ast.Inspect(n.Cond, func(c ast.Node) bool {
		switch c := c.(type) {
		case *ast.CallExpr:
			of = of && asked.MatchString(w.text(c.Fun))
		case *ast.Ident:
			ofError = ofError || strings.HasSuffix(strings.ToLower(c.Name), "err")
		}
		return true
	})
	return of && ofError
}

func (w *walk) condition(n *ast.IfStmt) {
	cond := w.text(n.Cond)
	if failed.MatchString(cond) {
		return
	}
	if n.Else == nil && len(n.Body.List) > 0 && leaves(n.Body.List[len(n.Body.List)-1]) {
		w.add(n.Cond, "leave the guard out", "false && ("+cond+")", func(inner, on string) string { return "(!" + on + " && (" + inner + "))" })
	}
	w.add(n.Cond, "negate", "!("+cond+")", func(inner, on string) string { return "(" + on + " != (" + inner + "))" })
}

// leaves says whether a statement leaves what it stands in: those before it were a guard.
func leaves(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	}
	return false
}

func (w *walk) operator(n *ast.BinaryExpr) {
	to, ok := swaps[n.Op]
	if !ok || failed.MatchString(w.text(n)) {
		return
	}
	w.either(n, n.Op.String()+" to "+to.String(), w.text(n.X)+" "+to.String()+" "+w.text(n.Y))
	if n.Op == token.LAND || n.Op == token.LOR {
		return
	}
	if lit, ok := n.Y.(*ast.BasicLit); ok && lit.Kind == token.INT {
		if v, err := strconv.ParseInt(strings.ReplaceAll(lit.Value, "_", ""), 0, 64); err == nil {
			w.either(n, "one more", w.text(n.X)+" "+n.Op.String()+" "+strconv.FormatInt(v+1, 10))
		}
	}
	if name, ok := n.Y.(*ast.Ident); ok && regexp.MustCompile(`^(max|most|least|min|limit)[A-Z]?`).MatchString(name.Name) && n.Op != token.EQL && n.Op != token.NEQ {
		w.either(n, "one more", w.text(n.X)+" "+n.Op.String()+" "+name.Name+" + 1")
	}
}

// truths lists what a function answers that says yes or no, where it works it out: it could always say one.
func (w *walk) truths(t *ast.FuncType, body *ast.BlockStmt) {
	if t.Results.NumFields() != 1 {
		return
	}
	if name, ok := t.Results.List[0].Type.(*ast.Ident); !ok || name.Name != "bool" {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if len(n.Results) != 1 {
				break
			}
			if text := w.text(n.Results[0]); text != "true" && text != "false" {
				w.either(n.Results[0], "always true", "true")
				w.either(n.Results[0], "always false", "false")
			}
		}
		return true
	})
}

// answers lists the plain yes and no among what a function answers.
func (w *walk) answers(n *ast.ReturnStmt) {
	for _, r := range n.Results {
		name, ok := r.(*ast.Ident)
		if !ok {
			continue
		}
		switch name.Name {
		case "true":
			w.add(r, "true to false", "false", func(_, on string) string { return "!" + on })
		case "false":
			w.add(r, "false to true", "true", func(_, on string) string { return on })
		}
	}
}

// statements lists those that can be dropped: calls for their effect, and assignments.
func (w *walk) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			call, ok := s.X.(*ast.CallExpr)
			if !ok || kept.MatchString(w.text(call.Fun)) {
				continue
			}
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE || w.text(s.Lhs[0]) == "_" {
				continue
			}
		default:
			continue
		}
		w.add(s, "drop", "", func(inner, on string) string { return "if !" + on + " { " + inner + " }" })
	}
}

// rewrite is the source of the file with the switches of the chosen sites. Its lines are those of the file.
func (f *file) rewrite() string {
	var chosen []*site
	for _, s := range f.sites {
		if s.id > 0 {
			chosen = append(chosen, s)
		}
	}
	// The outermost first; of two of the same source, any.
	slices.SortStableFunc(chosen, func(a, b *site) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	return f.render(0, len(f.src), chosen)
}

// render writes a stretch of the source, with the sites in it.
func (f *file) render(start, end int, in []*site) string {
	var b strings.Builder
	for len(in) > 0 {
		s := in[0]
		n := 1
		for n < len(in) && in[n].start < s.end {
			n++
		}
		b.Write(f.src[start:s.start])
		b.WriteString(s.switched(f.render(s.start, s.end, in[1:n]), switchName+"("+strconv.Itoa(s.id)+")"))
		start, in = s.end, in[n:]
	}
	b.Write(f.src[start:end])
	return b.String()
}

// diff shows the lines that a change touches, before and after.
func (s *site) diff() string {
	from := strings.LastIndexByte(string(s.file.src[:s.start]), '\n') + 1
	to := len(s.file.src)
	if i := strings.IndexByte(string(s.file.src[s.end:]), '\n'); i >= 0 {
		to = s.end + i
	}
	before := string(s.file.src[from:to])
	after := string(s.file.src[from:s.start]) + s.raw + string(s.file.src[s.end:to])
	var b strings.Builder
	for _, l := range strings.Split(before, "\n") {
		b.WriteString("  - " + strings.TrimSpace(l) + "\n")
	}
	for _, l := range strings.Split(after, "\n") {
		b.WriteString("  + " + strings.TrimSpace(l) + "\n")
	}
	return b.String()
}

// String says where the site is and what is done there.
func (s *site) String() string {
	path := s.file.path
	if wd, err := os.Getwd(); err == nil {
		if r, err := filepath.Rel(wd, path); err == nil {
			path = r
		}
	}
	out := fmt.Sprintf("%s:%d: %s", path, s.line, s.kind)
	if s.guard != "" {
		out += " (" + s.guard + ")"
	}
	return out
}
