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

// closing are what may stand between the end of a sentence and the space behind it.
const closing = "”»’\")]』」"

// short are the beginnings of words that end in a full stop in the middle of a sentence, in any language.
var short = []string{"mr", "mrs", "ms", "dr", "prof", "art", "no", "nos", "vs", "cf", "st", "para", "paras", "fig", "p", "pp", "vol", "al",
	"etc", "mme", "m", "mm", "n", "sr", "sra", "núm", "pág", "г", "ст", "см", "им", "др", "п", "пп", "т", "д", "рис"}

// sentences counts the sentences of a text: what ends in a full stop, a question mark or an exclamation mark, and is followed by another. An
// abbreviation and the point of a number end none.
func sentences(text string) (n int) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	n = 1
	runes := []rune(text)
	for i, r := range runes {
		if !strings.ContainsRune(".?!。？！؟", r) {
			continue
		}
		j := i + 1
		for j < len(runes) && strings.ContainsRune(closing, runes[j]) {
			j++
		}
		wide := strings.ContainsRune("。？！", r)
		if j >= len(runes) || !wide && !unicode.IsSpace(runes[j]) {
			continue
		}
		for j < len(runes) && unicode.IsSpace(runes[j]) {
			j++
		}
		if j >= len(runes) || unicode.IsLower(runes[j]) || unicode.IsDigit(runes[j]) && r == '.' {
			continue
		}
		if r == '.' && abbreviated(runes[:i]) {
			continue
		}
		n++
	}
	return n
}

// abbreviated reports whether a text ends in an abbreviation or an initial, its full stop left out.
func abbreviated(before []rune) bool {
	i := len(before)
	for i > 0 && (unicode.IsLetter(before[i-1]) || before[i-1] == '.') {
		i--
	}
	w := string(before[i:])
	one := utf8.RuneCountInString(w) == 1 && unicode.IsUpper([]rune(w)[0])
	return one || strings.Contains(w, ".") || slices.Contains(short, strings.ToLower(w))
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
