package compiler

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/quote"
)

// quotations looks for what a sentence quotes in what it cites: each must stand there as it is written, byte by byte, whole words at both
// ends. A translation translates what the original quotes, so only the original is held to this.
func quotations(p Paper, el *paper.Element, say func(string, ...any)) {
	if p.Words == nil {
		return
	}
	for _, r := range el.Cites {
		//mutants:guard a range that is no words of its source, whole and readable, is no source
		if ranged(r) && len(p.Words[r]) == 0 {
			say("range", "ref", string(r))
		}
	}
	for _, q := range quote.All(el.Text.In[p.Original]) {
		there := slices.ContainsFunc(el.Cites, func(r cite.Ref) bool {
			return slices.ContainsFunc(p.Words[r], func(t string) bool { return quote.Stands(t, q) })
		})
		//mutants:guard nobody is quoted with words that are not theirs
		if !there {
			say("quotation", "quotation", q)
		}
	}
}

// closing are what may stand between the end of a sentence and the space behind it; ending are those of them that end what somebody says, so that the
// sentence may go on behind it: “Why?” he asked.
const (
	closing = "”»’\")]』」›＂'）》“‘"
	ending  = "”»’\"』」›＂'“‘"
)

// stops end a sentence; wide are those that have no space behind them.
const (
	stops = ".?!…。？！؟۔．｡‽‼⁇⁈⁉।"
	wide  = "。？！．｡"
)

// The beginnings of words that end in a full stop in the middle of a sentence, in any language, by what may stand behind it: a name, a number, or a word
// in small letters. Whatever else stands there begins another sentence: "it is a work of art. Boats cross".
const (
	names   = "mr mrs ms dr prof st mme mm sr sra sres vs cf см им г ee uu"
	numbers = "art arts no nos nr para paras fig figs p pp vol vols sect sec secs ch chap app eq tab jan feb mar apr jun jul aug sep sept oct nov dec janv févr avr juil déc n núm núms pág págs " +
		"párr párrs cap caps ap al ст п пп рис стр разд гл ч т табл абз"
	smalls = "approx ca c ed eds incl resp dept al etc env réf éd viz inc ltd co corp ud uds гг в вв др тт д тыс млн млрд напр ул ред изд m"
)

// short are these beginnings.
var short = func() map[string]string {
	out := map[string]string{}
	for _, kind := range []string{names, numbers, smalls} {
		for _, w := range strings.Fields(kind) {
			out[w] += kind
		}
	}
	return out
}()

// sentences counts the sentences of a text: what ends in a full stop, a question mark, an exclamation mark or an ellipsis, or in a line, and is followed by
// anything. An abbreviation and the point of a number end none, nor does what is left out of a quotation.
func sentences(text string) (n int) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			n += sentencesOf([]rune(line))
		}
	}
	return n
}

func sentencesOf(line []rune) int {
	n := 1
	for i, r := range line {
		if !strings.ContainsRune(stops, r) {
			continue
		}
		j, said := i+1, false
		for j < len(line) && strings.ContainsRune(closing, line[j]) {
			said = said || strings.ContainsRune(ending, line[j])
			j++
		}
		behind := j
		for j < len(line) && unicode.IsSpace(line[j]) {
			j++
		}
		if j == len(line) || strings.ContainsRune(stops, line[j]) || strings.ContainsRune(closing, line[j]) {
			continue // the end, or the same stop goes on
		}
		left := r == '…' || r == '.' && i > 1 && line[i-1] == '.' && line[i-2] == '.'
		switch {
		case said && unicode.IsLower(line[j]): // he said “it is late!” and left
		case left && quoting(line[:i]): // “the bell … is rung”
		case behind == j && !strings.ContainsRune(wide, r) && !run(line, i):
		case r == '.' && !left && abbreviated(line[:i], line[j:]):
		default:
			n++
		}
	}
	return n
}

// run reports whether a full stop without a space behind it ends a sentence all the same: "cross.Cattle", and no name of a file.
func run(line []rune, i int) bool {
	return i > 1 && i+2 < len(line) && unicode.IsLower(line[i-1]) && unicode.IsLower(line[i-2]) && unicode.IsUpper(line[i+1]) && unicode.IsLower(line[i+2])
}

// quoting reports whether a text ends within a quotation.
func quoting(before []rune) bool {
	const sign = "\ue000" // that stands in no text
	return slices.ContainsFunc(quote.All(string(before)+sign), func(q string) bool { return strings.HasSuffix(q, sign) })
}

// abbreviated reports whether a text ends in an abbreviation or an initial, its full stop left out, that goes on with what is behind.
func abbreviated(before, behind []rune) bool {
	i := len(before)
	for i > 0 && (unicode.IsLetter(before[i-1]) || before[i-1] == '.') {
		i--
	}
	w := string(before[i:])
	if one := utf8.RuneCountInString(w) == 1 && unicode.IsUpper([]rune(w)[0]); one || strings.Contains(w, ".") {
		return true
	}
	kind := short[strings.ToLower(w)]
	number := unicode.IsDigit(behind[0]) || strings.ContainsRune("IVXLC", behind[0]) && (len(behind) == 1 || !unicode.IsLower(behind[1]))
	return strings.Contains(kind, names) || kind != "" && number || strings.Contains(kind, smalls) && unicode.IsLower(behind[0])
}

// Sources lists what the sentences cite, each once, in their order.
func Sources(elements []paper.Element) (out []cite.Ref) {
	seen := map[cite.Ref]bool{}
	for i := range elements {
		for _, r := range elements[i].Cites {
			if !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}
	}
	return out
}
