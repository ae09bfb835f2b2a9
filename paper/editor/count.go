package editor

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/paper"
)

// unset is the number of a passage that shall get the one that follows, where its kind is counted; else none.
const unset = "\x00"

// returning is the number of a passage that comes back: counted anew where its kind is counted, else the one it had.
func returning(number string) string { return unset + number }

// The ways in which numbers are written.
const (
	digits = iota
	roman
	upperRoman
	letters
	upperLetters
	ways
)

// series is how a row of numbers is counted: "(i)", "(ii)". Its zero value counts nothing.
type series struct {
	ok          bool
	way, from   int
	left, right string
}

var numberForm = regexp.MustCompile(`^([^0-9A-Za-z]*)([0-9]{1,5}|[a-z]{1,8}|[A-Z]{1,8})([^0-9A-Za-z]*)$`)

// seriesOf is how numbers are counted that follow one another without a gap; not ok where they do not.
func seriesOf(numbers []string) series {
	if len(numbers) == 0 {
		return series{}
	}
	x := numberForm.FindStringSubmatch(numbers[0])
	if x == nil {
		return series{}
	}
	for way := range ways {
		from := value(way, x[2])
		if from < 0 || len(numbers) == 1 && (way == roman || way == upperRoman) && from != 1 {
			continue
		}
		s := series{ok: true, way: way, from: from, left: x[1], right: x[3]}
		if !slices.ContainsFunc(numbers, func(n string) bool { from++; return n != s.at(from-1-s.from) }) {
			return s
		}
	}
	return series{}
}

// at is the number at a place of the series, from 0.
func (s series) at(i int) string { return s.left + written(s.way, s.from+i) + s.right }

// begun is the series from its beginning.
func (s series) begun() series {
	s.from = 1
	return s
}

// value reads a number; -1 where it is not written in this way.
func value(way int, s string) int {
	switch way {
	case digits:
		if n, err := strconv.Atoi(s); err == nil && strconv.Itoa(n) == s {
			return n
		}
		return -1
	case upperRoman, upperLetters:
		if s != strings.ToUpper(s) {
			return -1
		}
		return value(way-1, strings.ToLower(s))
	}
	if way == roman && strings.Trim(s, "ivxlcdm") != "" {
		return -1
	}
	for n := 1; n <= paper.MaxElements; n++ {
		switch w := written(way, n); {
		case w == s:
			return n
		case way == letters && len(w) > len(s):
			return -1
		}
	}
	return -1
}

// written is a number from 1 in one of the ways. After z comes aa, then bb.
func written(way, n int) string {
	switch way {
	case digits:
		return strconv.Itoa(n)
	case upperRoman, upperLetters:
		return strings.ToUpper(written(way-1, n))
	case letters:
		return strings.Repeat(string(rune('a'+(n-1)%26)), 1+(n-1)/26)
	}
	var b strings.Builder
	for _, d := range []struct {
		n int
		s string
	}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for ; n >= d.n; n -= d.n {
			b.WriteString(d.s)
		}
	}
	return b.String()
}

// counts is how the numbers of a draft are counted.
type counts struct {
	kinds   map[string]series // of themes, issues and paragraphs
	running bool              // the letters of questions run through the whole draft
	all     series            // of them, then
	held    map[int]series    // of the questions of a paragraph, else
	usual   series            // of the questions of another paragraph
}

// counts looks how the numbers of the draft are counted.
func (w *Sheet) counts() counts {
	c := counts{kinds: map[string]series{}, held: map[int]series{}}
	numbers, there := map[string][]string{}, map[string]bool{}
	var questions []string
	under := map[int][]string{}
	var holders []int
	holder := 0
	for _, e := range w.Elements {
		there[e.Kind] = true
		switch {
		case e.Kind == paper.Paragraph:
			holder = e.ID
		case e.Kind != paper.Question:
			holder = 0
		case e.Number != "":
			questions = append(questions, e.Number)
			if under[holder] == nil {
				holders = append(holders, holder)
			}
			under[holder] = append(under[holder], e.Number)
		}
		if e.Number != "" && e.Kind != paper.Question {
			numbers[e.Kind] = append(numbers[e.Kind], e.Number)
		}
	}
	for _, kind := range []string{paper.Theme, paper.Issue, paper.Paragraph} {
		if c.kinds[kind] = seriesOf(numbers[kind]); !there[kind] && kind != paper.Theme {
			c.kinds[kind] = series{ok: true, from: 1}
		}
	}
	if c.all = seriesOf(questions); c.all.ok && len(holders) > 1 {
		c.running = true
		return c
	}
	if c.usual = (series{ok: true, way: roman, from: 1, left: "(", right: ")"}); there[paper.Question] {
		c.usual = series{}
	}
	for _, x := range holders {
		if c.held[x] = seriesOf(under[x]); c.held[x].ok && !c.usual.ok {
			c.usual = c.held[x].begun()
		}
	}
	return c
}

// number counts anew what was counted before. What has no number keeps none; what is new gets one where its kind is counted.
func (w *Sheet) number(c counts) {
	n := map[string]int{}
	holder, under := 0, 0
	for i := range w.Elements {
		e := &w.Elements[i]
		s := c.kinds[e.Kind]
		switch {
		case e.Kind == paper.Paragraph:
			holder, under = e.ID, 0
		case e.Kind != paper.Question:
			holder, under = 0, 0
		case c.running:
			s = c.all
		default:
			var has bool
			if s, has = c.held[holder]; !has {
				s = c.usual
			}
		}
		old, isNew := strings.CutPrefix(e.Number, unset)
		switch {
		case !s.ok:
			e.Number = old
		case old == "" && !isNew:
		case e.Kind == paper.Question && !c.running:
			e.Number = s.at(under)
			under++
		default:
			e.Number = s.at(n[e.Kind])
			n[e.Kind]++
		}
	}
}
