package quote

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

var updateGolden = flag.Bool("update", false, "write what is found now into testdata")

// TestGoldenQuotes looks for quotations in everything that can be written with some signs, up to a length, and for where words stand in it, and writes down the sums of what is found
// by how it begins.
func TestGoldenQuotes(t *testing.T) {
	t.Parallel()
	sums, found := map[string]uint32{}, map[string]int{}
	for name, c := range map[string]struct {
		signs  string
		length int
	}{
		"double": {"a \"“”„", 5}, "angled": {"a «»‹›", 5}, "single": {"a '‘’‚.", 5}, "back": {"a `´'(1", 5}, "twice": {"a'’‘<>", 5}, "corners": {"字「」『』a", 5}, "titles": {"法a《》〈〉，", 5}, "rare": {"a❝❞〝〞〟＂＇❛❜‟‛﹁﹂", 3},
	} {
		var all func(string, int)
		all = func(s string, left int) {
			got := All(s)
			key := name + " " + string([]rune(s + "_")[:1])
			sums[key] = crc32.Update(sums[key], crc32.IEEETable, fmt.Appendf(nil, "%q %q\n", s, got))
			found[key] += len(got)
			for _, q := range got {
				if !strings.Contains(doubled.Replace(s), q) || q == "" || strings.TrimSpace(q) != q {
					t.Fatalf("%q quotes %q", s, q)
				}
			}
			if left > 0 {
				for _, sign := range c.signs {
					all(s+string(sign), left-1)
				}
			}
		}
		all("", c.length)
	}
	var lines []string
	for key, sum := range sums {
		lines = append(lines, fmt.Sprintf("%s: %d, sum %08x", key, found[key], sum))
	}
	// Where words stand: every range of bytes of some texts.
	for _, text := range []string{"", "a", "ab a", "a-b, ab1", "cafe\u0301 é", "👩\u200d🌾 a", "❤\ufe0f a", "渡船a过河", "قال كِتاباً", "ひら ガナ", "a\xffb"} {
		sum, n := uint32(0), 0
		for from := -1; from <= len(text)+1; from++ {
			if cuts(text, from) {
				n += 1000
			}
			for to := max(from, 0); to <= len(text)+1; to++ {
				if from < 0 {
					continue
				}
				words, ok := Cut(text, cite.Span{From: from, To: to})
				if ok {
					n++
				}
				sum = crc32.Update(sum, crc32.IEEETable, fmt.Appendf(nil, "%d %d %q %v\n", from, to, words, ok))
				if to <= len(text) {
					at, there := Find(text, text[from:to])
					sum = crc32.Update(sum, crc32.IEEETable, fmt.Appendf(nil, "%v %v %v\n", at, there, Stands(text, text[from:to])))
					if there && (text[at.From:at.To] != text[from:to] || cuts(text, at.From) || cuts(text, at.To)) {
						t.Errorf("%q stands in %q at %v", text[from:to], text, at)
					}
				}
			}
		}
		lines = append(lines, fmt.Sprintf("ranges of %q: %d, sum %08x", text, n, sum))
	}
	for name, q := range map[string]string{"thirty": strings.Repeat("水", 29) + "法", "thirty-one": strings.Repeat("水", 30) + "法", "no work": "水", "a sentence": "水。法", "a work": "法", "ends otherwise": "法水"} {
		lines = append(lines, fmt.Sprintf("%s: a title %v, quotes %d and %d", name, titled(q), len(All("《"+q+"》")), len(All("“"+q+"”"))))
	}
	for _, c := range [][2]string{{"“a”", "«a»"}, {"“a”", "«b»"}, {"a", "«b»"}, {"“a” “b”", "«b»"}, {"“a”", "b"}, {"", ""}} {
		lines = append(lines, fmt.Sprintf("%q in %q: other words %v", c[0], c[1], Other(c[0], c[1])))
	}
	slices.Sort(lines)
	golden.Lines(t, "quotes.golden", strings.Join(lines, "\n")+"\n", *updateGolden)
}
