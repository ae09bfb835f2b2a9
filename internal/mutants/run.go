package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// test is one test of a package, and the sites it comes by.
type test struct {
	pkg     *pkg
	name    string
	took    time.Duration
	reaches map[int]bool
}

// start runs tests of a package in its folder.
func start(ctx context.Context, p *pkg, names []string, timeout time.Duration, env ...string) ([]byte, error) {
	args := []string{"-test.short", "-test.failfast", "-test.timeout", timeout.String(), "-test.run", "^(" + strings.Join(names, "|") + ")$"}
	if slices.Contains(slices.Concat(p.TestImports, p.XTestImports), "pgregory.net/rapid") {
		args = append(args, "-rapid.nofailfile") // what rapid finds is not kept in the tree
	}
	cmd := exec.CommandContext(ctx, p.program, args...)
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	// What a test has started does not keep us waiting.
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	return out.Bytes(), err
}

// trace runs every test once with nothing changed.
func trace(ctx context.Context, dir string, tested []*pkg, o options) ([]*test, error) {
	var tests []*test
	for _, p := range tested {
		cmd := exec.CommandContext(ctx, p.program, "-test.list", ".")
		cmd.Dir = p.Dir
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.ImportPath, err)
		}
		for name := range strings.FieldsSeq(string(out)) {
			if !strings.HasPrefix(name, "Benchmark") && !o.skip.MatchString(name) {
				tests = append(tests, &test{pkg: p, name: name, reaches: map[int]bool{}})
			}
		}
	}
	return tests, parallel(len(tests), o.workers, func(i int) error {
		t := tests[i]
		seen := filepath.Join(dir, "trace"+strconv.Itoa(i))
		began := time.Now()
		if _, err := start(ctx, t.pkg, []string{t.name}, o.timeout, envTrace+"="+seen); err != nil {
			out, err := start(ctx, t.pkg, []string{t.name}, o.timeout)
			if err != nil {
				return fmt.Errorf("%s %s fails with nothing changed: %w\n%s", t.pkg.ImportPath, t.name, err, out)
			}
			fmt.Printf("%s %s does not always pass, and is left out\n", t.pkg.ImportPath, t.name)
			return nil // what it says of a change is worth nothing
		}
		t.took = time.Since(began)
		b, err := os.ReadFile(seen)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		for id := range strings.FieldsSeq(string(b)) {
			n, err := strconv.Atoi(id)
			if err != nil {
				return err
			}
			t.reaches[n] = true
		}
		return nil
	})
}

// verdict is what became of a change.
type verdict struct {
	site    *site
	killer  string // the test that failed, "" if none did
	reached int    // how many tests came by
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// try makes each change and runs the tests that come by it.
func try(ctx context.Context, sites []*site, tests []*test, o options) ([]verdict, error) {
	out := make([]verdict, len(sites))
	var best noticed
	err := parallel(len(sites), o.workers, func(i int) error {
		s := sites[i]
		out[i].site = s
		reach := slices.DeleteFunc(slices.Clone(tests), func(t *test) bool { return !t.reaches[s.id] })
		out[i].reached = len(reach)
		for _, some := range slices.Concat(best.first(reach), rounds(s, reach)) {
			names := make([]string, len(some))
			for i, t := range some {
				names[i] = t.name
			}
			output, err := start(ctx, some[0].pkg, names, o.timeout, envOn+"="+strconv.Itoa(s.id))
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				out[i].killer = killer(some[0].pkg, output)
				best.note(some, output)
				break
			}
		}
		if o.verbose {
			fmt.Printf("%s: %s\n", s, cmp.Or(out[i].killer, "SURVIVED"))
		}
		return nil
	})
	return out, err
}

// rounds puts tests in the order in which they are run, each round those of one package: the room's own first, then the
// quickest; of each room the quick ones first, for most changes are noticed by one of them.
func rounds(s *site, tests []*test) (out [][]*test) {
	byPkg := map[*pkg][]*test{}
	took := map[*pkg]time.Duration{}
	var order []*pkg
	for _, t := range tests {
		if byPkg[t.pkg] == nil {
			order = append(order, t.pkg)
		}
		byPkg[t.pkg] = append(byPkg[t.pkg], t)
		took[t.pkg] += t.took
	}
	took[s.file.pkg] = 0
	slices.SortStableFunc(order, func(a, b *pkg) int { return cmp.Compare(took[a], took[b]) })
	for _, p := range order {
		for _, slow := range []bool{false, true} {
			some := slices.DeleteFunc(slices.Clone(byPkg[p]), func(t *test) bool { return (t.took > slowTest) != slow })
			if len(some) > 0 {
				out = append(out, some)
			}
		}
	}
	return out
}

// noticed counts what each test noticed so far: one that noticed much is asked first.
type noticed struct {
	mu    sync.Mutex
	often map[*test]int
}

// maxFirst is how many tests are asked before the others.
const maxFirst = 3

// first are the tests that noticed most so far, each a round.
func (n *noticed) first(tests []*test) (out [][]*test) {
	n.mu.Lock()
	defer n.mu.Unlock()
	some := slices.DeleteFunc(slices.Clone(tests), func(t *test) bool { return n.often[t] == 0 })
	slices.SortStableFunc(some, func(a, b *test) int { return n.often[b] - n.often[a] })
	for _, t := range some[:min(maxFirst, len(some))] {
		out = append(out, []*test{t})
	}
	return out
}

// note counts the test that failed.
func (n *noticed) note(tests []*test, output []byte) {
	m := failedTest.FindSubmatch(output)
	if m == nil {
		return
	}
	name, _, _ := strings.Cut(string(m[1]), "/")
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range tests {
		if t.name == name {
			if n.often == nil {
				n.often = map[*test]int{}
			}
			n.often[t]++
		}
	}
}

// slowTest is how long a test takes that is run after the others.
const slowTest = 300 * time.Millisecond

// killer names the test that failed.
func killer(p *pkg, output []byte) string {
	if m := failedTest.FindSubmatch(output); m != nil {
		return filepath.Base(p.ImportPath) + " " + string(m[1])
	}
	return filepath.Base(p.ImportPath) + " (it panics or does not end)"
}

// parallel calls f for 0 to n-1, a few at a time, and gives the first error.
func parallel(n, workers int, f func(int) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					mu.Lock()
					first = cmp.Or(first, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		mu.Lock()
		stop := first != nil
		mu.Unlock()
		if stop {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return first
}
