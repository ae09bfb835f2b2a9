package editor

import (
	"cmp"
	"slices"
	"strings"

	"github.com/openplenary/plenary/paper"
)

// Merge puts together what two people made of one text that both had before them, compared word by word: where one of them
// left a place as it was, it is as the other made it.
//
// clean is true where no change of one touches a change of the other, and none stands in the next word of one line; then the
// order of a and b makes no difference.
// What both did alike at one place is done once. Where changes touch, the text has at that place first what a made of it,
// and behind it what b made of it: no word that somebody put in is lost, and somebody has to read it.
func Merge(base, a, b string) (text string, clean bool) {
	all := slices.Concat(edits(base, a, 0), edits(base, b, 1))
	slices.SortStableFunc(all, func(x, y edit) int { return cmp.Or(x.from-y.from, x.to-y.to, x.by-y.by) })
	var out strings.Builder
	clean = true
	at := 0 // bytes of base that are dealt with
	for len(all) > 0 {
		n, to := 1, all[0].to
		for n < len(all) && (all[n].from <= to || strings.Trim(base[to:all[n].from], " ") == "") {
			to = max(to, all[n].to)
			n++
		}
		here := all[:n]
		all = all[n:]
		from := here[0].from
		out.WriteString(base[at:from])
		at = to
		first, second := made(base, from, to, here, 0), made(base, from, to, here, 1)
		alone := !slices.ContainsFunc(here, func(e edit) bool { return e.by != here[0].by })
		switch {
		case first == second, alone && here[0].by == 0:
			out.WriteString(first)
		case alone:
			out.WriteString(second)
		default:
			clean = false
			out.WriteString(beside(first, second))
		}
	}
	out.WriteString(base[at:])
	return out.String(), clean
}

// edit is a place of a text, in bytes, and what one of two people put there instead.
type edit struct {
	from, to int
	text     string
	by       int // 0 or 1
}

// edits are the changes that make a text out of another, in their order.
func edits(base, text string, by int) (out []edit) {
	at := 0
	open := false // the last of out is still being read
	for _, op := range paper.Redline(base, text) {
		if op.Do == paper.Keep {
			at += len(op.Text)
			open = false
			continue
		}
		if !open {
			out = append(out, edit{from: at, to: at, by: by})
			open = true
		}
		last := &out[len(out)-1]
		if op.Do == paper.Insert {
			last.text += op.Text
		} else {
			at += len(op.Text)
			last.to = at
		}
	}
	return out
}

// made is what one of the two made of a stretch of the text.
func made(base string, from, to int, all []edit, by int) string {
	var out strings.Builder
	for _, e := range all {
		if e.by == by {
			out.WriteString(base[from:e.from] + e.text)
			from = e.to
		}
	}
	return out.String() + base[from:to]
}

// beside puts two texts behind one another, so that their words do not join.
func beside(a, b string) string {
	if a == "" || b == "" || strings.TrimRight(a, " \n") != a || strings.TrimLeft(b, " \n") != b {
		return a + b
	}
	return a + " " + b
}
