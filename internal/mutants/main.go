package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"
)

// options are what the command line says.
type options struct {
	guards  bool
	number  int
	seed    uint64
	most    int
	workers int
	timeout time.Duration
	skip    *regexp.Regexp
	without *regexp.Regexp
	tests   *regexp.Regexp
	verbose bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code, err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		code = 2
	}
	os.Exit(code)
}

func parse(args []string) (options, []string, error) {
	var o options
	set := flag.NewFlagSet("mutants", flag.ContinueOnError)
	set.BoolVar(&o.guards, "guards", false, "every change of every guard, and no other")
	set.IntVar(&o.number, "n", 60, "how many changes")
	set.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "chooses the changes")
	set.IntVar(&o.most, "most", 6, "survivors that are borne; of guards none is")
	set.IntVar(&o.workers, "p", runtime.NumCPU(), "test programs that run at a time")
	set.DurationVar(&o.timeout, "timeout", time.Minute, "of the tests of one package")
	set.BoolVar(&o.verbose, "v", false, "say of each change what noticed it")
	skip := set.String("skip", "^(TestWeight|TestPages)$", "tests that are not run")
	without := set.String("without", "internal/|record/recordtest", "packages that are not changed")
	notTested := set.String("not-tested", "internal/(browser|fault|bench|mutants)$", "packages whose tests are not run")
	if err := set.Parse(args); err != nil {
		return o, nil, err
	}
	for _, x := range []struct {
		to   **regexp.Regexp
		from string
	}{{&o.skip, *skip}, {&o.without, *without}, {&o.tests, *notTested}} {
		re, err := regexp.Compile(x.from)
		if err != nil {
			return o, nil, err
		}
		*x.to = re
	}
	patterns := set.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	return o, patterns, nil
}

// run finds, chooses, builds and tries. The code is 1 where more survived than is borne.
func run(ctx context.Context, args []string) (int, error) {
	o, patterns, err := parse(args)
	if err != nil {
		return 2, err
	}
	began := time.Now()
	all, err := list(ctx, "./...")
	if err != nil {
		return 2, err
	}
	chosen, err := list(ctx, patterns...)
	if err != nil {
		return 2, err
	}
	files, sites, err := choose(all, chosen, o)
	if err != nil {
		return 2, err
	}
	if len(sites) == 0 {
		fmt.Println("nothing is marked, or nothing can be changed")
		return 0, nil
	}
	changed := map[string]bool{}
	for _, f := range files {
		changed[f.pkg.ImportPath] = true
	}
	tested := slices.DeleteFunc(above(all, changed), func(p *pkg) bool { return o.tests.MatchString(p.ImportPath) })
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return 2, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	broken, err := build(ctx, dir, files, tested)
	if err != nil {
		return 2, err
	}
	sites = slices.DeleteFunc(sites, func(s *site) bool { return s.id == 0 })
	what := fmt.Sprintf("of guards (%d)", guards(sites))
	if !o.guards {
		what = fmt.Sprintf("chosen by -seed %d", o.seed)
	}
	fmt.Printf("%d changes %s; built in %s\n", len(sites), what, time.Since(began).Round(time.Second))
	for _, s := range broken {
		fmt.Printf("does not compile: %s\n", s)
	}
	tests, err := trace(ctx, dir, tested, o)
	if err != nil {
		return 2, err
	}
	fmt.Printf("%d tests of %d packages, %s\n", len(tests), len(tested), time.Since(began).Round(time.Second))
	verdicts, err := try(ctx, sites, tests, o)
	if err != nil {
		return 2, err
	}
	return report(verdicts, o, time.Since(began)), nil
}

// choose reads the packages and picks the sites: all guards, or some of all.
func choose(all, chosen []*pkg, o options) ([]*file, []*site, error) {
	var files []*file
	var sites []*site
	for _, c := range chosen {
		i := slices.IndexFunc(all, func(p *pkg) bool { return p.ImportPath == c.ImportPath })
		if i < 0 || o.without.MatchString(c.ImportPath) {
			continue
		}
		for _, name := range all[i].GoFiles {
			f, err := find(all[i], filepath.Join(all[i].Dir, name))
			if err != nil {
				return nil, nil, err
			}
			files = append(files, f)
			for _, s := range f.sites {
				if !o.guards || s.guard != "" {
					sites = append(sites, s)
				}
			}
		}
	}
	if !o.guards {
		r := rand.New(rand.NewPCG(o.seed, 0))
		r.Shuffle(len(sites), func(i, j int) { sites[i], sites[j] = sites[j], sites[i] })
		sites = sites[:min(len(sites), o.number)]
	}
	for i, s := range sites {
		s.id = i + 1
	}
	files = slices.DeleteFunc(files, func(f *file) bool {
		return !slices.ContainsFunc(f.sites, func(s *site) bool { return s.id > 0 })
	})
	return files, sites, nil
}

// guards counts the guards that sites belong to.
func guards(sites []*site) int {
	seen := map[string]bool{}
	for _, s := range sites {
		seen[s.file.path+" "+s.guard] = true
	}
	return len(seen)
}

// report prints the survivors and says whether they are too many.
func report(verdicts []verdict, o options, took time.Duration) int {
	survived := 0
	for _, v := range verdicts {
		if v.killer != "" {
			continue
		}
		survived++
		fmt.Printf("survived: %s, %d tests came by\n%s", v.site, v.reached, v.site.diff())
	}
	fmt.Printf("%d of %d changes survived, in %s\n", survived, len(verdicts), took.Round(time.Second))
	if o.guards && survived > 0 || survived > o.most {
		return 1
	}
	return 0
}
