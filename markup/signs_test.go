package markup_test

import (
	"fmt"
	"hash/crc32"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/markup"
)

// TestGoldenSigns reads everything that can be written with some signs, up to a length, and everything that some lines can follow one another in, and writes down the sums
// of what it is read as by how it begins.
func TestGoldenSigns(t *testing.T) {
	t.Parallel()
	sums, counts := map[string]uint32{}, map[string]map[string]int{}
	for name, c := range map[string]struct {
		signs   []string
		between string
		length  int
	}{
		"emphasis":  {[]string{"a", " ", "*", "**", "漢", "\n"}, "", 5},
		"links":     {[]string{"a", "[", "](", ")", "(", "https://b", " ", "*", "!"}, "", 4},
		"addresses": {[]string{"HTTP://", "https://", "a", ".", ")", "(", "@", "é", "1"}, "", 4},
		"others":    {[]string{"h", "https://", "://", "[", "]", ")", "\"", "+", "█", "\x7f", "ftp", "é"}, "", 3},
		"pictures":  {[]string{"![", "](", ")", "a.png", "a", " ", ".", "]", "\n"}, "", 4},
		"notes":     {[]string{"a", "[^", "x", "]", ":", " ", "\n", "b[^x]"}, "", 4},
		"lines":     {[]string{"a", "- b", "* c", "1. d", "01. e", "0. f", ": g", "| h | i |", "|:-|-:|", "| - ", "", "[^x]: n", "k[^x]", "[^y]: |", "- | l", "- "}, "\n", 3},
		"tables":    {[]string{"| a | b", "|-|", "| - | :-: |", "|c|d|e|", `|\||f\ `, "|", "", "- a"}, "\n", 4},
		"labels":    {[]string{"[^x]: a", "[^y]: b", "c[^x]", "d[^y] e[^x]", "", "| g", "  h", "- [^x]: i", "1. [^y]: j", ": [^x]: k"}, "\n", 4},
	} {
		var all func(string, int)
		all = func(s string, left int) {
			blocks, f := markup.Parse(s), markup.Check(s)
			names, undescribed := markup.Pictures(s)
			from, to := markup.Address(s)
			var b strings.Builder
			for _, x := range blocks {
				fmt.Fprintf(&b, "%d %s %d %q %s;", x.Kind, x.Number, x.Note, x.Sides, written(x.Runs))
				for _, row := range x.Rows {
					for _, cell := range row {
						b.WriteString(" | " + written(cell))
					}
					b.WriteString(";")
				}
			}
			first, _, _ := strings.Cut(s+c.between+"_", c.between)
			if c.between == "" {
				first = string([]rune(s + "_")[:1])
			}
			key := fmt.Sprintf("%s %q", name, first)
			sums[key] = crc32.Update(sums[key], crc32.IEEETable, fmt.Appendf(nil, "%q %s %q %d %v %v %q %d %d %d %v\n", s, &b, markup.Plain(s), markup.Notes(s), f, f.None(), names, undescribed, from, to, markup.TableRule(s)))
			if counts[key] == nil {
				counts[key] = map[string]int{}
			}
			for _, r := range markup.Runs(s) {
				for what, is := range map[string]bool{"strong": r.Strong, "em": r.Em, "links": r.Href != "", "notes": r.Note > 0, "pictures": r.Picture != ""} {
					if is {
						counts[key][what]++
					}
				}
			}
			if left == 0 {
				return
			}
			for _, sign := range c.signs {
				if next := s + c.between + sign; s == "" {
					all(sign, left-1)
				} else {
					all(next, left-1)
				}
			}
		}
		all("", c.length)
	}
	var lines []string
	for key, sum := range sums {
		lines = append(lines, fmt.Sprintf("%s: %v, sum %08x", key, counts[key], sum))
	}
	slices.Sort(lines)
	golden.Lines(t, "signs.golden", strings.Join(lines, "\n")+"\n", *updateGolden)
}

// TestLengths: what is as long as it may be is formed, and what is longer by one is not, byte by byte.
func TestLengths(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("a", n) }
	count := func(s string, is func(markup.Run) bool) (n int) {
		for _, r := range markup.Runs(s) {
			if is(r) {
				n++
			}
		}
		return n
	}
	for _, around := range []string{"", "b", "漢"} {
		for n := 1990; n <= 2010; n++ { // the marks count where something follows
			if got := count("*"+long(n)+"*"+around, func(r markup.Run) bool { return r.Em }) == 1; got != (around == "" && n < 2000 || around == "漢" && n < 1999) {
				t.Errorf("emphasis of %d before %q: %v", n, around, got)
			}
		}
	}
	for n := markup.MaxAddress - 60; n <= markup.MaxAddress+3; n++ {
		if got := count("https://example.org/"+long(n-20), func(r markup.Run) bool { return r.Href != "" }) == 1; got != (n <= markup.MaxAddress) {
			t.Errorf("an address of %d: %v", n, got)
		}
		if got := count("[b](https://example.org/"+long(n-20)+")", func(r markup.Run) bool { return r.Text == "b" && r.Href != "" }) == 1; got != (n <= markup.MaxAddress-5) {
			t.Errorf("a link to an address of %d: %v", n, got)
		}
	}
	for n := markup.MaxName - 3; n <= markup.MaxName+3; n++ {
		if name := long(n-4) + ".png"; markup.PictureName(name) != (n <= markup.MaxName) || (count("![]("+name+")", func(r markup.Run) bool { return r.Picture != "" }) == 1) != (n <= markup.MaxName) {
			t.Errorf("a name of %d", n)
		}
	}
	for wide, want := range map[int]int{99: 99, 100: 100, 101: 100} {
		b := markup.Parse("|a|\n|-|\n" + strings.Repeat("|b", wide))
		if len(b) != 1 || len(b[0].Rows[0]) != want || len(b[0].Rows[1]) != wide {
			t.Errorf("a row beside one of %d has %d cells", wide, len(b[0].Rows[0]))
		}
	}
	for number, is := range map[string]bool{"999999999": true, "1000000000": false, "1": true, "0": false, "-1": false} {
		if b := markup.Parse(number + ". a"); (b[0].Kind == markup.Item) != is {
			t.Errorf("%s begins an item: %v", number, !is)
		}
	}
}

// TestNothingIsLeftOut: every word that is written is shown, and once, however lines, items, definitions and footnotes follow one another.
func TestNothingIsLeftOut(t *testing.T) {
	t.Parallel()
	lines := []string{"[^x]: aa", "[^y]: bb", "cc[^x]", "dd[^y] ee[^x]", "", "- [^x]: ff", "1. [^y]: gg", ": [^x]: hh", ": ii", "[^z]: jj", "- kk[^z]", "  [^x]: ll", "| [^y]: mm |"}
	words := regexp.MustCompile(`[a-m]{2}`)
	var all func(string, int)
	all = func(s string, left int) {
		var shown strings.Builder
		for _, x := range markup.Parse(s) {
			shown.WriteString(written(x.Runs) + " ")
			for _, row := range x.Rows {
				for _, cell := range row {
					shown.WriteString(written(cell) + " ")
				}
			}
		}
		want, got := words.FindAllString(s, -1), words.FindAllString(shown.String(), -1)
		slices.Sort(want)
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%q is shown as %q", s, &shown)
		}
		if left > 0 {
			for _, line := range lines {
				all(s+"\n"+line, left-1)
			}
		}
	}
	for _, line := range lines {
		all(line, 3)
	}
}
