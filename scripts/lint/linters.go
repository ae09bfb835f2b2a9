package main

import (
	"regexp"

	"github.com/charithe/durationcheck"
	"github.com/kisielk/errcheck/errcheck"
	"github.com/polyfloyd/go-errorlint/errorlint"
	"github.com/ryanrolds/sqlclosecheck/pkg/analyzer"
	"github.com/sonatard/noctx"
	"github.com/timakin/bodyclose/passes/bodyclose"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/appends"
	"golang.org/x/tools/go/analysis/passes/asmdecl"
	"golang.org/x/tools/go/analysis/passes/assign"
	"golang.org/x/tools/go/analysis/passes/atomic"
	"golang.org/x/tools/go/analysis/passes/bools"
	"golang.org/x/tools/go/analysis/passes/buildtag"
	"golang.org/x/tools/go/analysis/passes/cgocall"
	"golang.org/x/tools/go/analysis/passes/composite"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/analysis/passes/defers"
	"golang.org/x/tools/go/analysis/passes/directive"
	"golang.org/x/tools/go/analysis/passes/errorsas"
	"golang.org/x/tools/go/analysis/passes/framepointer"
	"golang.org/x/tools/go/analysis/passes/hostport"
	"golang.org/x/tools/go/analysis/passes/httpresponse"
	"golang.org/x/tools/go/analysis/passes/ifaceassert"
	"golang.org/x/tools/go/analysis/passes/loopclosure"
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"golang.org/x/tools/go/analysis/passes/nilfunc"
	"golang.org/x/tools/go/analysis/passes/nilness"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/analysis/passes/scannererr"
	"golang.org/x/tools/go/analysis/passes/shift"
	"golang.org/x/tools/go/analysis/passes/sigchanyzer"
	"golang.org/x/tools/go/analysis/passes/slog"
	"golang.org/x/tools/go/analysis/passes/sqlrowserr"
	"golang.org/x/tools/go/analysis/passes/stdmethods"
	"golang.org/x/tools/go/analysis/passes/stdversion"
	"golang.org/x/tools/go/analysis/passes/stringintconv"
	"golang.org/x/tools/go/analysis/passes/structtag"
	"golang.org/x/tools/go/analysis/passes/testinggoroutine"
	"golang.org/x/tools/go/analysis/passes/tests"
	"golang.org/x/tools/go/analysis/passes/timeformat"
	"golang.org/x/tools/go/analysis/passes/unmarshal"
	"golang.org/x/tools/go/analysis/passes/unreachable"
	"golang.org/x/tools/go/analysis/passes/unsafeptr"
	"golang.org/x/tools/go/analysis/passes/unusedresult"
	"golang.org/x/tools/go/analysis/passes/unusedwrite"
	"golang.org/x/tools/go/analysis/passes/waitgroup"
	"honnef.co/go/tools/analysis/lint"
	"honnef.co/go/tools/simple"
	"honnef.co/go/tools/staticcheck"
	"honnef.co/go/tools/stylecheck"
	"honnef.co/go/tools/unused"
)

// linters are run over every room and its tests. docs/decisions/0015-linters-through-go-vet.md says why these.
var linters = append(staticchecks(),
	unusedCode,              // what nothing uses
	errcheck.Analyzer,       // errors that nobody looks at
	errorlint.NewAnalyzer(), // errors compared by ==, which wrapping breaks
	bodyclose.Analyzer,      // responses that are not closed
	analyzer.NewAnalyzer(),  // rows and statements that are not closed
	sqlrowserr.Analyzer,     // rows whose end is taken for success
	scannererr.Analyzer,     // scanners likewise
	noctx.Analyzer,          // requests and statements that cannot be broken off
	nilness.Analyzer,        // what is nil wherever it is used
	unusedwrite.Analyzer,    // fields that are set and lost
	durationcheck.Analyzer,  // durations multiplied by durations
)

// vet are the checks of "go vet" itself, in the order of its source (cmd/vet). Run here, all packages are read once and not twice.
// They see generated files too.
var vet = []*analysis.Analyzer{
	appends.Analyzer, asmdecl.Analyzer, assign.Analyzer, atomic.Analyzer, bools.Analyzer, buildtag.Analyzer,
	cgocall.Analyzer, composite.Analyzer, copylock.Analyzer, defers.Analyzer, directive.Analyzer, errorsas.Analyzer,
	framepointer.Analyzer, hostport.Analyzer, httpresponse.Analyzer, ifaceassert.Analyzer, loopclosure.Analyzer,
	lostcancel.Analyzer, nilfunc.Analyzer, printf.Analyzer, shift.Analyzer, sigchanyzer.Analyzer, slog.Analyzer,
	stdmethods.Analyzer, stdversion.Analyzer, stringintconv.Analyzer, structtag.Analyzer, testinggoroutine.Analyzer,
	tests.Analyzer, timeformat.Analyzer, unmarshal.Analyzer, unreachable.Analyzer, unsafeptr.Analyzer,
	unusedresult.Analyzer, waitgroup.Analyzer,
}

// exclusion is something that a linter may say and that is not heard.
type exclusion struct {
	check string         // name of the check
	file  *regexp.Regexp // only in these files; nil is everywhere
	line  *regexp.Regexp // only where the line of source is like this; nil is any
	why   string
}

var inTests = regexp.MustCompile(`_test\.go$`)

var exclusions = []exclusion{
	{"ST1000", nil, nil, "Package comments are checked by house_test.go; tests need none."},
	{"ST1020", nil, nil, "A comment says what a thing means. It need not begin with the thing's name."},
	{"ST1021", nil, nil, "A comment says what a thing means. It need not begin with the thing's name."},
	{"ST1022", nil, nil, "A comment says what a thing means. It need not begin with the thing's name."},
	{"ST1018", nil, nil, "Texts in six languages hold invisible letters (U+200C, U+2068). Escapes would make them unreadable."},
	{"errcheck", nil, regexp.MustCompile(`\bdefer .*\.(Close|Remove|RemoveAll|Reset)\(`), "What is closed in passing was only read, or something else has failed already. Who writes closes by hand. Reset says again what the step before it said."},
	{"errcheck", nil, regexp.MustCompile(`\bfmt\.Fprint(f|ln)?\(`), "A hash and a buffer do not fail; a console that does has nobody to tell."},
	{"errcheck", inTests, regexp.MustCompile(`\.(Close|RemoveAll|Flush)\(`), "What a test tidies away is its own."},
	{"errcheck", inTests, regexp.MustCompile(`^\s*(\w+\.Apply|no)\(`), "A fact that is not applied is missed by what the test looks at next; no gives the refusal to those who ask more of it."},
	{"errcheck", inTests, regexp.MustCompile(`\b(io\.(WriteString|Copy)|\w+\.Set(Read|Write)?Deadline|\w+(\.\w+)*\.Serve)\(`), "What a test sends by hand and does not arrive is missed by what it reads next."},
	{"bodyclose", inTests, regexp.MustCompile(`\bhttp\.ReadResponse\(`), "A test that reads answers by hand closes the connection."},
	{"noctx", inTests, nil, "Tests have a time limit as a whole."},
	{"noctx", nil, regexp.MustCompile(`\bnet\.(Listen|Dial)\(|\.Ping\(`), "Opening what the whole process rests on: nothing waits that could be broken off."},
}

// staticchecks are all checks of staticcheck: bugs (SA), simplifications (S) and style (ST).
func staticchecks() []*analysis.Analyzer {
	var all []*analysis.Analyzer
	for _, set := range [][]*lint.Analyzer{staticcheck.Analyzers, simple.Analyzers, stylecheck.Analyzers} {
		for _, a := range set {
			all = append(all, a.Analyzer)
		}
	}
	return all
}

// unusedCode says what staticcheck's U1000 found, which its own command reads from the result.
var unusedCode = &analysis.Analyzer{
	Name:     "U1000",
	Doc:      "U1000 finds what nothing uses",
	Requires: []*analysis.Analyzer{unused.Analyzer.Analyzer},
	Run: func(p *analysis.Pass) (any, error) {
		for _, o := range p.ResultOf[unused.Analyzer.Analyzer].(unused.Result).Unused {
			for _, f := range p.Files {
				if file := p.Fset.File(f.FileStart); file.Name() == o.Position.Filename {
					p.Reportf(file.Pos(o.Position.Offset), "%s %s is unused", o.Kind, o.Name)
				}
			}
		}
		return nil, nil
	},
}
