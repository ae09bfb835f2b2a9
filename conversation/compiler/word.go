package compiler

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
)

// token is a word of a text.
type token struct {
	forms []string // as the eye sees it; in Arabic also without what is written together with it
	raw   string   // as it is written, in small letters
	parts bool     // a sign that ends what a word governs stands before it
	n     int      // the number that it is, 0 for none
}

// fold is a word as the eye sees it: no invisible signs, no accents and vowel signs, look-alikes of other scripts taken for what they look like.
func fold(word string) string { return locale.Skeleton(word) }

// parting are the signs behind which another thing is spoken of.
const parting = ",;:.!?()[]{}…–—،؛؟。，；：、！？（）"

// tokens takes a text apart into words: into none where nothing is known of its language.
func tokens(l locale.Lang, text string) (out []token) {
	if lexicons[l] == nil {
		return nil
	}
	parts := false
	add := func(word string) {
		for _, w := range apart(l, word) {
			t := token{raw: strings.ToLower(w), parts: parts, n: digits(w)}
			t.forms = []string{fold(w)}
			if l == "ar" {
				t.forms = joined(t.forms[0])
			}
			if t.n == 0 {
				t.n = lexicons[l].numeral(t.forms)
			}
			out, parts = append(out, t), false
		}
	}
	word := []rune{}
	end := func() {
		if len(word) > 0 {
			add(string(word))
			word = word[:0]
		}
	}
	runes := []rune(norm.NFKC.String(text))
	for i, r := range runes {
		switch {
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			// Nobody sees it.
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			word = append(word, r)
		case (r == '.' || r == ',') && i > 0 && i+1 < len(runes) && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]):
			word = append(word, r)
		case r == '%' || r == '٪':
			end()
			add("%")
		default:
			end()
			parts = parts || strings.ContainsRune(parting, r)
		}
	}
	end()
	return out
}

// digits is the whole number that a word of figures is, 0 for none.
func digits(w string) int {
	if w == "" || !unicode.IsDigit([]rune(w)[0]) {
		return 0
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r == ',':
			return -1
		}
		return r
	}, w)
	n, err := strconv.Atoi(plain)
	if err != nil {
		return 0
	}
	return n
}

// apart takes a run of letters apart where a language writes no spaces: the longest known word at a place is meant, so nobody finds the person in
// 人工智能.
func apart(l locale.Lang, word string) (out []string) {
	if l != "zh" {
		return []string{word}
	}
	known := lexicons[l].known
	runes := []rune(word)
	for i := 0; i < len(runes); {
		n := 1
		for n < len(runes)-i && alike(runes[i:i+n+1]) {
			n++
		}
		for k := min(longest, len(runes)-i); k > n; k-- {
			if known[fold(string(runes[i:i+k]))] {
				n = k
				break
			}
		}
		out = append(out, string(runes[i:i+n]))
		i += n
	}
	return out
}

// longest is how many characters the longest known word has, more or less.
const longest = 8

// alike reports whether some characters are one number, or one word in letters.
func alike(runes []rune) bool {
	all := func(is func(rune) bool) bool { return !slices.ContainsFunc(runes, func(r rune) bool { return !is(r) }) }
	return all(unicode.IsDigit) || all(func(r rune) bool { return strings.ContainsRune(figures, r) }) ||
		all(func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) })
}

// figures are those of which a Chinese number is made, each at the place of its value; 两 is two as well.
const figures = "〇一二三四五六七八九十百两兩"

// han is the number that some characters are, up to 999; 0 for none.
func han(word string) (n int) {
	digit := 0
	for _, r := range word {
		at := slices.Index([]rune(figures), r)
		switch {
		case at < 0:
			return 0
		case at == 10:
			n, digit = n+10*max(1, digit), 0
		case at == 11:
			n, digit = n+100*max(1, digit), 0
		default:
			digit = at
			if at > 11 {
				digit = 2
			}
		}
	}
	return n + digit
}

// joined are the words that an Arabic word may be when what is written together with it is taken off: "and", "to", "by", "like", "the".
func joined(w string) []string {
	out := []string{w}
	cut := func(prefix string, most int) {
		for _, x := range slices.Clone(out) {
			if rest, ok := strings.CutPrefix(x, prefix); ok && len([]rune(rest)) >= most && !slices.Contains(out, rest) {
				out = append(out, rest)
			}
		}
	}
	cut("و", 2)
	cut("ف", 2)
	for _, p := range []string{"لل", "بال", "كال", "ال", "ب", "ل", "ك", "ال"} {
		cut(p, 2)
	}
	return out
}

// phrases are words, or words one behind the other, by the first of them; the longest first.
type phrases map[string][]phrase

// phrase is one of them with what it says.
type phrase struct {
	words []string
	said
	kind int
}

// How a term is a claim.
const (
	never = iota
	governing
	adverb
	alone
)

func (p phrases) add(l locale.Lang, all []string, c said, kind int) {
	for _, s := range all {
		var words []string
		if l == "zh" {
			words = []string{fold(s)}
		} else {
			for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '%' }) {
				words = append(words, fold(w))
			}
		}
		if len(words) == 0 {
			continue
		}
		c.term = s
		p[words[0]] = append(p[words[0]], phrase{words, c, kind})
		// What holds more words is meant, and a term is none where something that is never one holds it.
		slices.SortStableFunc(p[words[0]], func(a, b phrase) int {
			return cmp.Or(cmp.Compare(len(b.words), len(a.words)), cmp.Compare(a.kind, b.kind))
		})
	}
}

// at finds the longest phrase that words begin with.
func (p phrases) at(words []token) (phrase, int) {
	if len(words) == 0 {
		return phrase{}, 0
	}
	for _, f := range words[0].forms {
		for _, t := range p[f] {
			if len(words) >= len(t.words) && !slices.ContainsFunc(words[1:len(t.words)], func(w token) bool { return w.parts }) && t.stand(words) {
				return t, len(t.words)
			}
		}
	}
	return phrase{}, 0
}

// stand reports whether the words of a phrase stand there. Only the first may have something written together with it.
func (t phrase) stand(words []token) bool {
	for i := 1; i < len(t.words); i++ {
		if !slices.Contains(words[i].forms, t.words[i]) {
			return false
		}
	}
	return true
}

// lexicon is a vocabulary, ready to be looked up.
type lexicon struct {
	lang                                                                                        locale.Lang
	terms, speakers, who, said, weak, helping, before, stops, percent, of, finite, asking, that phrases
	like                                                                                        map[string]bool
	numbers                                                                                     map[string]int
	answers                                                                                     map[string]phrases
	known                                                                                       map[string]bool // all words, where a language writes no spaces
}

var lexicons = func() map[locale.Lang]*lexicon {
	out := map[locale.Lang]*lexicon{}
	for l, v := range vocabularies {
		x := &lexicon{lang: l, terms: phrases{}, like: map[string]bool{}, numbers: map[string]int{}, answers: map[string]phrases{}, known: map[string]bool{}}
		for _, q := range Quantities {
			x.terms.add(l, v.quantity[q], said{Quantity: q}, governing)
			x.terms.add(l, v.adverbs[q], said{Quantity: q}, adverb)
			x.terms.add(l, v.alone[q], said{Quantity: q}, alone)
		}
		x.terms.add(l, v.never, said{}, never)
		for _, w := range []struct {
			to   *phrases
			from []string
		}{{&x.speakers, v.speakers}, {&x.who, v.who}, {&x.said, v.said}, {&x.weak, v.weak}, {&x.helping, v.helping},
			{&x.before, v.before}, {&x.stops, v.stops}, {&x.percent, append(v.percent, "%")}, {&x.of, v.of}, {&x.finite, v.finite}, {&x.asking, v.asking}, {&x.that, v.that}} {
			*w.to = phrases{}
			w.to.add(l, w.from, said{}, 0)
		}
		for _, w := range v.like {
			x.like[fold(w)] = true
		}
		for i, all := range v.numbers {
			for _, w := range strings.Fields(all) {
				x.numbers[fold(w)] = i + 2
			}
		}
		for what, all := range v.answers {
			x.answers[what] = phrases{}
			x.answers[what].add(l, all, said{}, 0)
		}
		x.learn()
		out[l] = x
	}
	return out
}()

// learn notes all words of a language that writes no spaces.
func (v *lexicon) learn() {
	for _, all := range append([]phrases{v.terms, v.speakers, v.said, v.weak, v.before, v.stops, v.finite, v.asking}, v.answers[wordsFor], v.answers[wordsAgainst]) {
		for first := range all {
			v.known[first] = true
		}
	}
}

// numeral is the number that a word is, 0 for none.
func (v *lexicon) numeral(forms []string) int {
	if v.lang == "zh" {
		return han(forms[0])
	}
	for _, f := range forms {
		if n := v.numbers[f]; n > 0 {
			return n
		}
	}
	return 0
}

// term is the longest term that words begin with.
func (v *lexicon) term(words []token) (phrase, int) { return v.terms.at(words) }

// A sentence goes on for so many words until those who speak have to stand there, or the verb.
func (v *lexicon) far() (nouns, verbs int) {
	switch v.lang {
	case "zh":
		return 10, 1
	case "en", "ru":
		return 5, 2
	}
	return 2, 1
}

// governs reports whether a word of quantity governs those who speak, or "who" with a verb of speaking, in the words behind it.
func (v *lexicon) governs(words []token) bool {
	far, _ := v.far()
	for gap := 0; len(words) > 0 && gap <= far; {
		if words[0].parts {
			return false
		}
		if _, n := v.speakers.at(words); n > 0 {
			return true
		}
		if _, n := v.who.at(words); n > 0 && gap == 0 && v.speaks(words[n:]) {
			return true
		}
		if _, n := v.before.at(words); n > 0 && (gap == 0 || len(v.like) > 0) {
			words = words[n:]
			continue
		}
		if _, n := v.stops.at(words); n > 0 || words[0].n == 0 && !v.adjective(words[0]) {
			return false
		}
		gap++
		words = words[1:]
	}
	return false
}

// speaks reports whether words begin with a verb of speaking, helping words left out.
func (v *lexicon) speaks(words []token) bool {
	for len(words) > 0 && !words[0].parts {
		if _, n := v.said.at(words); n > 0 {
			return true
		}
		_, n := v.helping.at(words)
		if n == 0 {
			return false
		}
		words = words[n:]
	}
	return false
}

// subject reports whether a word of quantity is the subject of a verb of speaking in the words behind it: "many said", "most offices said".
func (v *lexicon) subject(words []token) bool {
	_, far := v.far()
	for gap := 0; len(words) > 0 && gap <= far && !words[0].parts; {
		if _, n := v.said.at(words); n > 0 && !(v.lang == "zh" && gap == 0 && v.is(v.weak, words)) {
			return len(words) == n || !passive[words[n].forms[0]]
		}
		if _, n := v.weak.at(words); n > 0 && gap == 0 && v.lang != "zh" {
			return len(words) == n || !passive[words[n].forms[0]] && !v.is(v.stops, words[n:])
		}
		if _, n := v.helping.at(words); n > 0 {
			words = words[n:]
			continue
		}
		if _, n := v.before.at(words); n > 0 && gap == 0 {
			words = words[n:]
			continue
		}
		if v.is(v.stops, words) {
			return false
		}
		gap++
		words = words[1:]
	}
	return false
}

// passive are the words behind a verb that say that others did it.
var passive = map[string]bool{fold("by"): true, fold("par"): true, fold("por"): true}

// is reports whether words begin with one of some phrases.
func (v *lexicon) is(p phrases, words []token) bool {
	_, n := p.at(words)
	return n > 0
}

// beside reports whether a verb of speaking stands beside the words from i: at most two away on either side.
func (v *lexicon) beside(words []token, i, n int) bool {
	for j := max(0, i-2); j < min(len(words), i+n+2); j++ {
		if j < i || j >= i+n {
			if v.is(v.said, words[j:]) {
				return true
			}
		}
	}
	return false
}

// adjective reports whether a word may stand between a word of quantity and those who speak.
func (v *lexicon) adjective(w token) bool {
	switch v.lang {
	case "en": // all but what is in the plural, and a verb of the third person
		return !strings.HasSuffix(w.raw, "s") || strings.HasSuffix(w.raw, "ss") || strings.HasSuffix(w.raw, "ous")
	case "ru":
		return slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(w.raw, end) })
	case "zh":
		return true
	}
	return slices.ContainsFunc(w.forms, func(f string) bool { return v.like[f] })
}

// endings are those of Russian adjectives.
var endings = []string{"ые", "ие", "ых", "их", "ым", "им", "ыми", "ими", "ый", "ий", "ой", "ая", "яя", "ую", "юю", "ого", "его", "ому", "ему", "щихся", "шихся", "ей"}

// numbered are the words behind which a number is the name of a place: "paragraph 14".
var numbered = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields("paragraph paragraphs para article articles art section question questions issue point no number chapter annex page item rule session " +
		"paragraphe article question sujet point chapitre annexe page règle párrafo artículo pregunta cuestión punto capítulo anexo página regla " +
		"пункт пункте пункта статья статьи статье вопрос вопроса тема раздел глава приложение страница правило الفقرة المادة السؤال القضية الفصل المرفق الصفحة القاعدة فقرة مادة 第") {
		out[fold(w)] = true
	}
	return out
}()

// number reads the claim that a number makes at a place, and how many words it takes; the claim is of nothing where there is none.
func (v *lexicon) number(words []token, i int) (c said, n int) {
	w := words[i]
	if w.n < 2 || w.n > 1900 && w.n < 2100 || i > 0 && numbered[words[i-1].forms[0]] {
		return c, 1
	}
	c, n = said{Quantity: Number, term: w.raw, n: w.n}, 1
	if _, k := v.percent.at(words[i+1:]); k > 0 {
		c.Quantity, c.term, n = Percent, w.raw+" %", 1+k
	}
	if _, k := v.of.at(words[i+n:]); k > 0 && i+n+k < len(words) && words[i+n+k].n > 0 {
		c.of, c.term, n = words[i+n+k].n, c.term+" / "+words[i+n+k].raw, n+k+1
	}
	if v.governs(words[i+n:]) || v.lang != "zh" && v.speaks(words[i+n:]) {
		return c, n
	}
	return said{}, 1
}

// stanceOf is the stance of those whom a sentence counts, by its words: none where these do not say which. Where the sentence says that nobody
// took it, its "not" is no other stance.
func stanceOf(l locale.Lang, text string, nobody bool) []consultation.Stance {
	v, words := lexicons[l], tokens(l, text)
	if v == nil {
		return nil
	}
	has := map[string]bool{}
	for i := range words {
		for what, all := range v.answers {
			_, n := all.at(words[i:])
			behind := i > 0 && (v.is(v.said, words[i-1:]) || v.is(v.weak, words[i-1:]))
			if n > 0 && (what != wordsYes && what != wordsNo || behind) {
				has[what] = true
			}
		}
	}
	has[wordsNot] = has[wordsNot] && !nobody
	switch {
	case has[wordsYes] && has[wordsNo]:
		return nil
	case has[wordsYes]:
		return []consultation.Stance{consultation.Yes}
	case has[wordsNo]:
		return []consultation.Stance{consultation.No}
	case has[wordsFor] == has[wordsAgainst] || has[wordsAgainst] && has[wordsNot]:
		return nil
	case has[wordsPart]:
		return []consultation.Stance{consultation.InPart}
	case has[wordsFor] != has[wordsNot]:
		return []consultation.Stance{consultation.Yes}
	}
	return []consultation.Stance{consultation.No}
}

// tells reports what a text says that somebody said: a verb of speaking behind those who speak, or before what they say; "" for nothing.
func tells(l locale.Lang, text string) string {
	v, words := lexicons[l], tokens(l, text)
	if v == nil {
		return ""
	}
	for i := range words {
		_, n := v.said.at(words[i:])
		if n == 0 || v.lang == "zh" && v.is(v.weak, words[i:]) {
			continue
		}
		if i+n < len(words) && (v.is(v.that, words[i+n:]) || v.lang == "ar" && v.is(v.speakers, words[i+n:])) { // in Arabic the verb comes first
			return words[i].raw
		}
		for j := i; j > max(0, i-tellers); {
			if j--; v.is(v.speakers, words[j:]) {
				return words[i].raw
			}
			if words[j+1].parts {
				break
			}
		}
	}
	return ""
}

// tellers is how many words before a verb of speaking those who speak may stand.
const tellers = 4

// clause reports whether a heading is a sentence: it has a verb that no heading needs, and asks nothing.
func clause(l locale.Lang, text string) bool {
	v, words := lexicons[l], tokens(l, text)
	if v == nil || len(words) == 0 || strings.ContainsAny(text, "?？؟") {
		return false
	}
	for i := range words {
		if v.is(v.asking, words[i:]) {
			return false
		}
		if article := i > 0 && (words[i-1].raw == "l" || words[i-1].raw == "d"); v.is(v.finite, words[i:]) && !article { // l’Est
			return true
		}
	}
	return false
}
