package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pkg is a package as the go command lists it.
type pkg struct {
	ImportPath   string
	Name         string
	Dir          string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string

	program string // its tests, built
}

// list asks the go command for packages.
func list(ctx context.Context, patterns ...string) ([]*pkg, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json=ImportPath,Name,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports"}, patterns...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []*pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// above lists the packages of all that rest on one of those given, by themselves or with their tests.
func above(all []*pkg, changed map[string]bool) []*pkg {
	rests := map[string]bool{}
	for path := range changed {
		rests[path] = true
	}
	for again := true; again; {
		again = false
		for _, p := range all {
			if !rests[p.ImportPath] && slices.ContainsFunc(p.Imports, func(i string) bool { return rests[i] }) {
				rests[p.ImportPath], again = true, true
			}
		}
	}
	var out []*pkg
	for _, p := range all {
		if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			continue
		}
		if rests[p.ImportPath] || slices.ContainsFunc(slices.Concat(p.TestImports, p.XTestImports), func(i string) bool { return rests[i] }) {
			out = append(out, p)
		}
	}
	return out
}

const (
	switchName = "mutantIsOn"
	envOn      = "PLENARY_MUTANT"       // the number of the site that is on
	envTrace   = "PLENARY_MUTANT_TRACE" // the file in which the sites that are come by are noted
)

// switches is the file that a changed package gets beside its own.
const switches = `package %s

import (
	"os"
	"strconv"
	"sync"
)

var mutantOn, _ = strconv.Atoi(os.Getenv("` + envOn + `"))
var mutantTrace = os.Getenv("` + envTrace + `")
var mutantSeen sync.Map

func ` + switchName + `(id int) bool {
	if mutantTrace != "" {
		mutantNote(id)
	}
	return mutantOn == id
}

func mutantNote(id int) {
	if _, seen := mutantSeen.LoadOrStore(id, true); seen {
		return
	}
	if f, err := os.OpenFile(mutantTrace, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
		_, _ = f.WriteString(strconv.Itoa(id) + "\n")
		_ = f.Close()
	}
}
`

// overlay writes the changed files into a folder, and the list of them that the go command reads.
func overlay(dir string, files []*file) (string, error) {
	replace := map[string]string{}
	for i, f := range files {
		changed := filepath.Join(dir, strconv.Itoa(i)+".go")
		if err := os.WriteFile(changed, []byte(f.rewrite()), 0o600); err != nil {
			return "", err
		}
		replace[f.path] = changed
		more := filepath.Join(f.pkg.Dir, "zz_mutants.go")
		if _, ok := replace[more]; !ok {
			changed := filepath.Join(dir, strconv.Itoa(i)+"_switches.go")
			if err := os.WriteFile(changed, fmt.Appendf(nil, switches, f.pkg.Name), 0o600); err != nil {
				return "", err
			}
			replace[more] = changed
		}
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, b, 0o600)
}

var compileError = regexp.MustCompile(`(?m)^(\S+\.go):(\d+):\d+: .*`)

// build compiles the test program of each package with all changes in it. A change that does not compile is
// taken out and the rest built again: it returns those.
func build(ctx context.Context, dir string, files []*file, tested []*pkg) (broken []*site, err error) {
	// A folder holds one program of a name: the second package of that name goes into a second folder.
	folders := map[string][]string{}
	for _, p := range tested {
		n := 0
		for base := filepath.Base(p.ImportPath) + ".test"; ; n++ {
			p.program = filepath.Join(dir, "programs"+strconv.Itoa(n), base)
			if !slices.ContainsFunc(tested, func(q *pkg) bool { return q != p && q.program == p.program }) {
				break
			}
		}
		folder := filepath.Dir(p.program)
		folders[folder] = append(folders[folder], p.ImportPath)
	}
	for {
		over, err := overlay(dir, files)
		if err != nil {
			return nil, err
		}
		var out []byte
		for folder, paths := range folders {
			cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-c", "-vet=off", "-overlay", over, "-o", folder + string(filepath.Separator)}, paths...)...)
			if out, err = cmd.CombinedOutput(); err != nil {
				break
			}
		}
		if err == nil {
			return broken, nil
		}
		n := len(broken)
		for _, m := range compileError.FindAllStringSubmatch(string(out), -1) {
			line, err := strconv.Atoi(m[2])
			if err != nil {
				continue
			}
			for _, f := range files {
				// The go command names a file by its path from here, or by that of the overlay.
				abs, err := filepath.Abs(m[1])
				if err != nil || f.path != abs {
					continue
				}
				for _, s := range f.sites {
					if s.id > 0 && s.line <= line && line <= s.line+strings.Count(string(f.src[s.start:s.end]), "\n") {
						s.id = 0
						broken = append(broken, s)
					}
				}
			}
		}
		if len(broken) == n {
			return nil, fmt.Errorf("the tests do not build:\n%s", out)
		}
	}
}
