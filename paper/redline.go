package paper

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// Op is a run of a redline: words that both texts have, that only the new one has, or only the old one.
type Op struct {
	Do   string `json:"do"` // keep, insert, delete
	Text string `json:"text"`
}

// The operations of a redline.
const (
	Keep   = "keep"
	Insert = "insert"
	Delete = "delete"
)

// maxEdits bounds the work of one comparison: beyond it the texts have so little in common that the old
// one is shown struck out, and the new one whole.
const maxEdits = 1200

// Redline compares two texts word by word and says how the new one came from the old one. The kept and
// deleted runs together are the old text, the kept and inserted ones the new text, byte for byte.
//
// It finds a shortest script of whole words (E. W. Myers, "An O(ND) difference algorithm and its
// variations", 1986); a word is a run of letters, digits and marks, or one ideograph, or any other single
// character.
func Redline(before, after string) []Op {
	a, b := cut(before), cut(after)
	var r redline
	i, j := 0, 0 // bytes of each text that are dealt with
	for _, m := range readable(common(a, b), len(a), len(b)) {
		x, y := a[m[0]], b[m[1]]
		r.gap(before[i:x.at], after[j:y.at])
		r.add(Keep, x.text)
		i, j = x.at+len(x.text), y.at+len(y.text)
	}
	r.gap(before[i:], after[j:])
	r.end()
	return r.ops
}

// token is a word and where it begins. Spaces are no words: they go with their neighbours.
type token struct {
	text string
	at   int
}

// cut cuts a text into the words that a redline compares.
func cut(s string) []token {
	var out []token
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		j := i + n
		if wordly(c) {
			for j < len(s) {
				c, n := utf8.DecodeRuneInString(s[j:])
				if !wordly(c) {
					break
				}
				j += n
			}
		}
		if !unicode.IsSpace(c) {
			out = append(out, token{s[i:j], i})
		}
		i = j
	}
	return out
}

// wordly reports whether a character joins with its neighbours to a word; an ideograph stands alone.
func wordly(c rune) bool {
	if unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) {
		return false
	}
	return unicode.In(c, unicode.L, unicode.N, unicode.M) || c == '\u200c' || c == '\u200d'
}

// redline is a redline that is being made: what is done, and the operation that was begun with its text.
type redline struct {
	ops  []Op
	do   string
	text []byte
}

func (r *redline) add(do, text string) {
	if text == "" {
		return
	}
	if do != r.do {
		r.end()
	}
	r.do, r.text = do, append(r.text, text...)
}

// end ends the operation that was begun.
func (r *redline) end() {
	if len(r.text) > 0 {
		r.ops, r.text = append(r.ops, Op{r.do, string(r.text)}), r.text[:0]
	}
}

// gap is what stands between two kept words: the old run is struck out, the new one put in, but for the
// spaces that both begin or end with.
func (r *redline) gap(before, after string) {
	if before == after {
		r.add(Keep, before)
		return
	}
	head := 0
	for head < min(len(before), len(after)) && before[head] == after[head] && isSpace(before[head]) {
		head++
	}
	tail := 0
	for tail < min(len(before), len(after))-head && before[len(before)-1-tail] == after[len(after)-1-tail] && isSpace(before[len(before)-1-tail]) {
		tail++
	}
	r.add(Keep, before[:head])
	r.add(Delete, before[head:len(before)-tail])
	r.add(Insert, after[head:len(after)-tail])
	r.add(Keep, before[len(before)-tail:])
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' }

// common pairs the words that both texts have, in order: a longest such sequence, or only the common
// beginning and end where the texts are too far apart.
func common(a, b []token) [][2]int {
	head := 0
	for head < len(a) && head < len(b) && a[head].text == b[head].text {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail].text == b[len(b)-1-tail].text {
		tail++
	}
	var out [][2]int
	for i := range head {
		out = append(out, [2]int{i, i})
	}
	for _, m := range myers(a[head:len(a)-tail], b[head:len(b)-tail]) {
		out = append(out, [2]int{m[0] + head, m[1] + head})
	}
	for i := tail; i > 0; i-- {
		out = append(out, [2]int{len(a) - i, len(b) - i})
	}
	return out
}

// fewWords is the longest run of kept words that may be given up for the sake of reading.
const fewWords = 3

// readable gives up short runs of kept words that stand between larger changes: a person reads a sentence
// struck out and a sentence put in, not crumbs of both.
func readable(matches [][2]int, n, m int) [][2]int {
	for {
		var out [][2]int
		gave := false
		i, j := 0, 0 // where the gap before the run begins
		for k := 0; k < len(matches); {
			end := k + 1
			for end < len(matches) && matches[end][0] == matches[end-1][0]+1 && matches[end][1] == matches[end-1][1]+1 {
				end++
			}
			nextI, nextJ := n, m
			if end < len(matches) {
				nextI, nextJ = matches[end][0], matches[end][1]
			}
			run := end - k
			before := max(matches[k][0]-i, matches[k][1]-j)
			after := max(nextI-matches[end-1][0]-1, nextJ-matches[end-1][1]-1)
			if run <= fewWords && run <= before && run <= after {
				gave = true
			} else {
				out = append(out, matches[k:end]...)
				i, j = matches[end-1][0]+1, matches[end-1][1]+1
			}
			k = end
		}
		if !gave {
			return out
		}
		matches = out
	}
}

// myers is the greedy algorithm of the paper, with the furthest points of each round kept to walk back.
func myers(a, b []token) [][2]int {
	n, m := len(a), len(b)
	limit := min(n+m, maxEdits)
	v := make([]int, 2*limit+3)
	at := func(k int) int { return k + limit + 1 }
	var trace [][]int
	found := -1
	for d := 0; d <= limit && found < 0; d++ {
		trace = append(trace, slices.Clone(v[at(-d-1):at(d+1)+1]))
		for k := -d; k <= d; k += 2 {
			x := 0
			switch {
			case d == 0:
			case k == -d || k != d && v[at(k-1)] < v[at(k+1)]:
				x = v[at(k+1)]
			default:
				x = v[at(k-1)] + 1
			}
			y := x - k
			for x < n && y < m && a[x].text == b[y].text {
				x, y = x+1, y+1
			}
			v[at(k)] = x
			if x >= n && y >= m {
				found = d
				break
			}
		}
	}
	if found < 0 {
		return nil
	}
	var back [][2]int
	x, y := n, m
	for d := found; d >= 0; d-- {
		px, py := 0, 0
		if d > 0 {
			px, py = cameFrom(trace[d], d, x-y)
		}
		for x > px && y > py {
			x, y = x-1, y-1
			back = append(back, [2]int{x, y})
		}
		x, y = px, py
	}
	slices.Reverse(back)
	return back
}

// cameFrom is the point from which round d came to diagonal k; was is v[-d-1 .. d+1] before that round.
func cameFrom(was []int, d, k int) (x, y int) {
	get := func(k int) int { return was[k+d+1] }
	from := k - 1
	if k == -d || k != d && get(k-1) < get(k+1) {
		from = k + 1
	}
	x = get(from)
	return x, x - from
}
