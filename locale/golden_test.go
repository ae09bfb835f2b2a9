package locale

import (
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/internal/golden"
)

var updateGolden = flag.Bool("update", false, "write what texts become now into testdata")

// sums keeps a sum of what was found under each name.
type sums map[string]uint32

func (s sums) add(name string, found ...any) {
	s[name] = crc32.Update(s[name], crc32.IEEETable, fmt.Appendln(nil, found...))
}

func (s sums) lines() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&b, "%s: sum %08x\n", name, s[name])
	}
	return b.String()
}

// every calls f with everything that some signs make, up to a length, each with a name by how it begins.
func every(signs []string, length int, f func(first, s string)) {
	var all func(string, string, int)
	all = func(first, s string, left int) {
		f(first, s)
		if left == 0 {
			return
		}
		for _, sign := range signs {
			name := first
			if name == "" {
				name = fmt.Sprintf("%+q", sign)
			}
			all(name, s+sign, left-1)
		}
	}
	all("", "", length)
}

// TestGoldenTexts cleans everything that can be written with some signs, and looks for names of offices and for addresses in what can be said with some words.
func TestGoldenTexts(t *testing.T) {
	t.Parallel()
	is := sums{}
	for _, c := range []struct {
		signs  []string
		length int
	}{
		{[]string{"a", " ", "\n", "\t", "\r", "\u0301", "\u200d", "\u200c", "\u200e", "\u00a0", "\u202f", "\u3164", "ب", "\u064b", "👩", "\u202e", "\u0600", "\u034f", "\u2028", "\ufdd0", "\xff"}, 3},
		{[]string{"a", " ", "\u00a0", "\n", "\u0301", "\u200d", "ب"}, 5},
		{[]string{"a\u0301\u0302", "\u0303\u0304", "\u0305\u0306\u0307\u0308", "e", "\u200d"}, 4},
	} {
		every(c.signs, c.length, func(first, s string) {
			clean, err := Clean(s)
			line, errLine := CleanLine(s, 3)
			is.add("cleaned, what begins with "+first, fmt.Sprintf("%+q", s), fmt.Sprintf("%+q %v %+q %v %+q", clean, err, line, errLine, OneLine(s)), SameLine(s, OneLine(s)))
			if again, errAgain := Clean(clean); err == nil && (errAgain != nil || again != clean) {
				t.Errorf("%+q is cleaned to %+q, and that to %+q", s, clean, again)
			}
			if again, errAgain := CleanLine(line, 3); errLine == nil && (errAgain != nil || again != line || utf8.RuneCountInString(line) > 3) {
				t.Errorf("%+q is a line %+q, and that is %+q", s, line, again)
			}
		})
	}
	every([]string{"secretariat", "the ", "of ", " 2", "主席", "的", "S\u0435cretariat ", "admin", "boat ", "(official)", "moderator", " s e c "}, 3, func(first, s string) {
		is.add("offices, what begins with "+first, s, Skeleton(s), Reserved(s), Claims(s))
	})
	every([]string{"a", "@", ".", " ", "<", "b.c", "é", ">"}, 4, func(first, s string) { is.add("addresses, what begins with "+first, s, HasAddress(s)) })
	every([]string{"a", "B ", "b", " ", "漢", "ﬁ", "é", "1", "-"}, 3, func(first, s string) {
		b := BagOf(s)
		for _, o := range []string{"", "a", "ab 1", "b b", "漢 a", "B"} {
			other := BagOf(o)
			is.add("words, what begins with "+first, s, o, b.size, b.Finds(other), other.Finds(b), b.Likeness(other), other.Likeness(b))
		}
	})
	for r := range rune(0x12000) { // as a line each
		if line, err := CleanLine("a"+string(r)+"b", 9); err == nil && line != "a"+string(r)+"b" || r < 0x3000 {
			is.add(fmt.Sprintf("signs %04x", r>>12), r, line, Skeleton(string(r)))
		}
	}
	golden.Lines(t, "texts.golden", is.lines(), *updateGolden)
}

// TestGoldenTimes writes instants, days and spans of days in each language, and finds instants by what clocks show where they are put forward and back.
func TestGoldenTimes(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	days := []time.Time{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2020, 1, 2, 9, 5, 59, 0, time.UTC), time.Date(2020, 2, 29, 23, 59, 0, 0, time.UTC), time.Date(2020, 12, 31, 12, 10, 0, 0, time.UTC), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 12, 31, 10, 0, 0, 0, time.UTC)}
	for _, l := range All {
		is := sums{}
		for _, from := range days {
			for _, place := range []string{"", "Geneva"} {
				is.add("times", l.DateTime(from, place), l.Date(from))
			}
			for _, to := range days {
				is.add("days", l.Days(from, to))
			}
		}
		fmt.Fprintf(&out, "%s: %s; %s; %s", l, l.Days(days[0], days[1]), l.DateTime(days[1], "X"), strings.ReplaceAll(is.lines(), "\n", "; "))
		for n := range 130 {
			is.add("counted", l.Counted(n, func(category string) string { return "{n} " + category }), l.Number(n*37), l.Number(-n))
		}
		for i := range 5 {
			is.add("lists", l.List([]string{"a", "b", "c", "d"}[:min(i, 4)]))
		}
		fmt.Fprintf(&out, "%s\n", strings.ReplaceAll(is.lines(), "\n", "; "))
	}
	for _, zone := range []string{"UTC", "Europe/Zurich", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Local", "", "zone.tab", "localtime", "Europe/Nowhere", "../etc", strings.Repeat("A", 65)} {
		for _, date := range []string{"2026-03-29", "2026-10-25", "2011-12-30", "2026-04-05", "2026-3-29", "2026-02-30", "0000-01-01", "0001-01-01", ""} {
			line := ""
			for _, clock := range []string{"00:00", "01:59", "02:00", "02:30", "03:00", "23:59", "24:00", "9:00", ""} {
				found, err := Instants(date, clock, zone)
				at, errOne := Instant(date, clock, zone)
				for i, no := range []error{ErrDate, ErrZone, ErrGap, ErrFold} {
					if errors.Is(err, no) || errors.Is(errOne, no) {
						line += string("dzgf"[i])
					}
				}
				for _, f := range found {
					line += f.UTC().Format(" 01-02T15:04")
				}
				if errOne == nil && (len(found) != 1 || !at.Equal(found[0])) {
					t.Errorf("%s %s in %s: %v, %v", date, clock, zone, at, found)
				}
				line += ","
			}
			fmt.Fprintf(&out, "%.30s on %s: %s\n", zone, date, line)
		}
		fmt.Fprintf(&out, "%.30s is known: %v\n", zone, KnownZone(zone))
	}
	golden.Lines(t, "times.golden", out.String(), *updateGolden)
}

// TestGoldenLanguages reads what people and their browsers say of languages, and writes texts over one another, as chosen by a seed.
func TestGoldenLanguages(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, s := range []string{"", "en", "EN", "fr-CH", "zh-Hant-TW", "de", "de-CH", "DE", "und", "xx", "x", "tlh", "iw", "he", "sr-Latn", "mis", "en_US", "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r", strings.Repeat("e", 36), "ar-EG", "ru "} {
		l, ok := Parse(s)
		w, may := ParseWritten(s)
		at, there := WrittenAt(Lang(s))
		fmt.Fprintf(&out, "%.36q: %s %v, written %s %v, at the beginning %v %v, %s %s\n", s, l, ok, w, may, at < 6, there, Lang(s).Dir(), Negotiate(s))
	}
	for _, s := range []string{"fr;q=0.1, es", "fr;q=0, es;q=0.5", "*", "de, *;q=0.5", "de;q=1,ru;q=0.9", "zh;q=0.8,zh-TW", ";q=1", "fr;q=x", "en;q=0.001,ar;q=0.002", strings.Repeat("de,", 500) + "fr"} {
		fmt.Fprintf(&out, "%.30s: %s\n", s, Negotiate(s))
	}
	for _, s := range []string{"en-abcdefgh", "en-abcdefghi", "en-a", "en-", "en--a", "en-a-b", "english", "enx"} {
		l, ok := Parse(s)
		fmt.Fprintf(&out, "%s is %q %v\n", s, l, ok)
	}
	for _, text := range []string{"", "a", "か", "水", "水か", "水水か", "水かか", "aか", "aaか", "aaaか", "水a", "水aa", "水水aか", "б", "бa", "бaa", "ب", "بa", "é", "the ferry", "le bac", "la barca", "Привет, hello", "123", "가", "가水", "ก", "ひらがなとカタカナ", "漢字かな交じり文", "我们 use English words", "λ"} {
		line := ""
		for _, page := range []Lang{English, Chinese, Arabic} {
			line += " " + string(Guess(text, page))
		}
		fmt.Fprintf(&out, "%q is guessed:%s\n", text, line)
	}
	r := rand.New(rand.NewPCG(17, 18))
	langs := []Lang{English, French, Arabic, "de"}
	var text Text
	var marks Marks
	for i := range 160 {
		words := map[Lang]string{}
		for range r.IntN(3) {
			words[langs[r.IntN(len(langs))]] = []string{"a", "b", "", " "}[r.IntN(4)]
		}
		was := text
		if text = text.With(words, langs[r.IntN(3)]); r.IntN(25) == 0 {
			text.Original = langs[r.IntN(3)]
		}
		wrote := words
		if r.IntN(3) == 0 {
			wrote = Changed(was, text)
		}
		if marks = marks.After("t", was, text, wrote, []string{"", IsOfficial, IsMachine}[r.IntN(3)]); r.IntN(30) == 0 {
			marks = marks.Without("t")
		}
		fmt.Fprintf(&out, "%03d %v from %s: %q, empty %v, lacks %v, changed %d; %v", i, text.In, text.Original, text.String(), text.Empty(), text.Lacking(langs), len(Changed(was, text)), marks)
		for _, l := range langs {
			s, in := text.For(l)
			fmt.Fprintf(&out, "; %s %q in %s %s older %v %.4s", l, s, in, marks.Standing("t", text, l), marks.Older("t", l), text.Seen(l))
		}
		out.WriteString("\n")
	}
	for _, l := range []Lang{"en", "fr"} {
		for _, other := range []Lang{"en", "fr"} {
			for _, has := range []bool{true, false} {
				for _, status := range []string{"", IsMachine} {
					for _, older := range []bool{true, false} {
						fmt.Fprintf(&out, "%s from %s, has %v, %q, older %v: %s\n", l, other, has, status, older, Standing(l, other, has, status, older))
					}
				}
			}
		}
	}
	golden.Lines(t, "languages.golden", out.String(), *updateGolden)
}
