package cite_test

import (
	"flag"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/golden"
)

var updateGolden = flag.Bool("update", false, "write what references are read as now into testdata")

// TestGoldenRefs reads everything that some pieces of references make, up to a length, and asks each that is one for all that it says; and writes down how many are, with a sum.
func TestGoldenRefs(t *testing.T) {
	t.Parallel()
	sums, counts := map[string]uint32{}, map[string]int{}
	say := func(key, s string, ok bool, is ...any) {
		if ok {
			counts[key]++
		}
		sums[key] = crc32.Update(sums[key], crc32.IEEETable, fmt.Appendln(nil, append([]any{s, ok}, is...)...))
	}
	number := cite.FormatNumber(7)
	var all func(string, string, int)
	all = func(first, s string, left int) {
		r, err := cite.ParseRef(s)
		if err == nil && string(r) != s {
			t.Errorf("%q is read as %q", s, r)
		}
		r = cite.Ref(s)
		span, spans := r.Span()
		say("references that begin with "+first, s, err == nil, r.Kind(), r.ID(), r.Root(), r.Number(), r.EditionNumber(), r.ElementNumber(), r.ThemeNumber(), r.ItemNumber(), r.FileNumber(), r.PartNumber(), r.Element(), r.Edition(), span, spans)
		if left == 0 {
			return
		}
		for _, piece := range []string{"p3", "c4", "k2", "o1", "s9", "y" + number, "u" + number, "d0", "x", ".e2", ".x17", ".fr", ".f1", ".2", ".02", ".t3", ".i4", "[0:2]", "[2:2]", "."} {
			if next := s + piece; first == "" {
				if !slices.Contains([]string{"p3", "c4", "o1", "s9"}, piece) {
					left = 3 // nothing follows most of them
				}
				all(piece, next, left-1)
				left = 4
			} else {
				all(first, next, left-1)
			}
		}
	}
	all("", "", 4)
	for _, s := range []string{"", "p", "p1", "P1", "p1" + strings.Repeat("0", 10), "p1" + strings.Repeat("0", 11), "p1" + strings.Repeat("0", 12), "k" + strings.Repeat("1", 95), "k" + strings.Repeat("1", 96), "p1.e1.x1.fra", "p1.e1.x1.f", "p1.e1.x1.FR", "p1.e1.x1.fr.fr", "p1.e1.x1.fr[0:1]", "c1.1[0:1048576]", "c1.1[0:1048577]",
		"c1.1[1:0]", "c1.1[00:1]", "c1.1[0:1", "c1.1[0]", "c1.1[:1]", "c1.1[0:1]x", "c1[0:1]", "c1.f1[0:1]", "k1[0:1]", "[0:1]", "c1.1[0:01]", "y" + strings.Repeat("z", 13), "y" + "f" + strings.Repeat("z", 12), "y" + number + "0", "y" + number[1:], "yI" + number[1:]} {
		_, err := cite.ParseRef(s)
		say(fmt.Sprintf("the reference %.30q of %d", s, len(s)), s, err == nil)
	}
	for _, s := range []string{"", "0-1", "1-0", "0-0", "1-1", "0-1048576", "0-1048577", "-1", "1-", "a-b", "01-2", "1-02", "1-2-3", "1"} {
		span, ok := cite.ParseBytes(s)
		say(fmt.Sprintf("the bytes %q", s), s, ok, span)
	}
	var symbols func(string, int)
	symbols = func(s string, left int) {
		x, err := cite.ParseSymbol(s)
		say("symbols", s, err == nil, x, cite.Symbol(s).Key())
		for _, piece := range []string{"A", "z", "0", "/", " ", ".", "*", "(", "é", "_", "-"} {
			if left > 0 {
				symbols(s+piece, left-1)
			}
		}
	}
	symbols("", 4)
	for n := 79; n <= 81; n++ {
		_, err := cite.ParseSymbol(strings.Repeat("A", n))
		say(fmt.Sprintf("a symbol of %d", n), "", err == nil)
	}
	for _, n := range []uint64{0, 1, 31, 32, 1 << 63, 1<<64 - 1} {
		s := cite.FormatNumber(n)
		back, err := cite.ParseNumber(s)
		if back != n || err != nil || !cite.IsNumber(s, n) || cite.IsNumber(s, n+1) || cite.IsNumber(s, n^1<<63) || cite.IsNumber(s+"0", n) || cite.IsNumber(s[1:], n) {
			t.Errorf("%d is %s: %d %v", n, s, back, err)
		}
		for i := range s {
			for _, c := range []string{"i", "u", "G", "~", "/", ""} {
				if _, err := cite.ParseNumber(s[:i] + c + s[i+1:]); err == nil {
					t.Errorf("%s with %q at %d is a number", s, c, i)
				}
			}
		}
	}
	for from := range 8 {
		for to := from; to <= 9; to++ {
			for _, more := range []cite.Span{{From: 0, To: 1}, {From: 5, To: 7}, {From: 6, To: 6}} {
				s := "aéb漢c"
				say("blackened", "", true, from, to, more, cite.Blacken(s, []cite.Span{more, {From: from, To: to}}), cite.Blacken(s, []cite.Span{{From: from, To: to}}))
			}
		}
	}
	var lines []string
	for key, sum := range sums {
		lines = append(lines, fmt.Sprintf("%s: %d, sum %08x", key, counts[key], sum))
	}
	slices.Sort(lines)
	golden.Lines(t, "refs.golden", strings.Join(lines, "\n")+"\n", *updateGolden)
}
