// Command apidoc collects the comments of the types that programs meet, for the description of the API, and
// writes the list of acts of the manual. It is run by go generate ./api; its tests fail where what it wrote is
// older than the source.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/openplenary/plenary/api"
)

// rooms are the packages whose types programs meet, beside those of commands.
var rooms = []string{"ballot", "cite", "locale", "page", "web", "api"}

func main() {
	root := ".." // go generate runs in the directory of the package that asks for it
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	files, err := generate(root)
	for name, b := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(root, name), b, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// generate makes the files, by their path in the module.
func generate(root string) (map[string][]byte, error) {
	comments, err := collect(root)
	if err != nil {
		return nil, err
	}
	b, err := comments.Encode()
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"api/comments.json": b, "docs/acts.md": []byte(api.Manual(comments))}, nil
}

// collect reads the comments of all types and their fields.
func collect(root string) (api.Comments, error) {
	out := api.Comments{}
	for _, room := range append(api.Rooms(), rooms...) {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			dir, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			found, err := read(path, filepath.ToSlash(dir))
			maps.Copy(out, found)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read collects the comments of one file of a room.
func read(path, room string) (api.Comments, error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	out := api.Comments{}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, spec := range g.Specs {
			t := spec.(*ast.TypeSpec)
			name := room + "." + t.Name.Name
			put(out, name, t.Doc, g.Doc, t.Comment)
			if s, ok := t.Type.(*ast.StructType); ok {
				fields(out, name, s)
			}
		}
	}
	return out, nil
}

// fields collects the comments of the fields of a struct.
func fields(out api.Comments, name string, s *ast.StructType) {
	for _, f := range s.Fields.List {
		for _, n := range f.Names {
			put(out, name+"."+n.Name, f.Doc, f.Comment)
		}
		if id, ok := f.Type.(*ast.Ident); ok && len(f.Names) == 0 { // embedded: it is called as its type is
			put(out, name+"."+id.Name, f.Doc, f.Comment)
		}
	}
}

// put keeps the first comment that there is, on one line.
func put(out api.Comments, name string, groups ...*ast.CommentGroup) {
	for _, g := range groups {
		if s := strings.Join(strings.Fields(g.Text()), " "); s != "" {
			out[name] = s
			return
		}
	}
}
