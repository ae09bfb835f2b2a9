package compiler

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/quote"
)

// Quantity is what a word claims of those who spoke. A greater one claims more.
type Quantity uint8

// The quantities, from the one that claims least.
const (
	Unsaid Quantity = iota
	Few
	Some
	Several
	Many
	Most
	Everyone
)

var quantities = [...]string{"", "few", "some", "several", "many", "most", "all"}

// String is the quantity in catalogue keys.
func (q Quantity) String() string { return quantities[min(int(q), len(quantities)-1)] }

// Quantities lists those that a sentence may claim, from the one that claims most.
var Quantities = []Quantity{Everyone, Most, Many, Several, Some, Few}

// The least numbers of parties for which a word may stand.
const (
	leastMost    = 10
	leastMany    = 10
	leastAll     = 3
	leastSeveral = 3
	leastSome    = 2
	fewOneIn     = 5 // few: fewer than one in five
)

// holds reports whether a count bears a quantity out: so many of all who spoke.
func (q Quantity) holds(s share) bool {
	switch q {
	case Everyone:
		return s.of >= leastAll && s.of == s.all
	case Most:
		return s.of >= leastMost && 2*s.of > s.all
	case Many:
		return s.of >= leastMany
	case Several:
		return s.of >= leastSeveral
	case Some:
		return s.of >= leastSome
	case Few:
		return s.of >= 1 && fewOneIn*s.of < s.all
	}
	return true
}

// vocabulary are the words of a language by which a sentence says how many parties say something: a word of quantity, and close behind it
// one for those who speak or for speaking. "Most recent works" says nothing about parties.
type vocabulary struct {
	quantity map[Quantity][]string // each one or more words
	speakers []string              // beginnings of words
	within   int                   // how many words may stand between
}

// Terms are the words of quantity that are looked for in a language, the same that are published.
func Terms(l locale.Lang, q Quantity) []string { return vocabularies[l].quantity[q] }

var vocabularies = map[locale.Lang]vocabulary{
	"en": {map[Quantity][]string{
		Everyone: {"all", "every", "everyone", "everybody", "unanimously"}, Most: {"most", "majority", "largely"}, Many: {"many", "numerous"},
		Several: {"several"}, Some: {"some"}, Few: {"few", "minority"}},
		[]string{"part", "delegat", "state", "member", "countr", "contribut", "comment", "respon", "submission", "speaker", "stakeholder", "observer", "organi", "office", "voice",
			"who", "of", "ask", "said", "say", "held", "hold", "support", "oppos", "agree", "thought", "think", "consider", "want", "propos", "spoke", "wrote", "felt", "feel", "view", "favour"}, 2},
	"fr": {map[Quantity][]string{
		Everyone: {"tous", "toutes", "chacun", "unanimement"}, Most: {"la plupart", "la majorité", "une majorité", "majoritairement"}, Many: {"beaucoup", "nombre de", "de nombreux", "de nombreuses"},
		Several: {"plusieurs"}, Some: {"certains", "certaines", "quelques", "quelques-uns", "quelques-unes"}, Few: {"peu", "une minorité", "rares sont"}},
		[]string{"part", "délégu", "délégat", "état", "membre", "pays", "contribut", "comment", "répon", "orateur", "observat", "organi", "office", "voix", "intervenant",
			"ceux", "celles", "ont", "demand", "dit", "dis", "soutien", "souten", "oppos", "estim", "pens", "consid", "veul", "voul", "propos", "écri", "d’entre", "qui"}, 2},
	"es": {map[Quantity][]string{
		Everyone: {"todos", "todas", "unánimemente"}, Most: {"la mayoría", "una mayoría", "la mayor parte"}, Many: {"muchos", "muchas", "numerosos", "numerosas"},
		Several: {"varios", "varias", "diversos", "diversas"}, Some: {"algunos", "algunas", "unos cuantos", "unas cuantas"}, Few: {"pocos", "pocas", "una minoría"}},
		[]string{"part", "delegac", "estad", "miembr", "país", "contribu", "coment", "respuest", "orador", "observ", "organi", "oficin", "voces", "interesad",
			"quienes", "de", "han", "pid", "dij", "dic", "apoy", "opus", "opon", "consider", "piens", "pens", "quier", "propus", "propon", "escrib", "los", "las"}, 2},
	"ru": {map[Quantity][]string{
		Everyone: {"все", "каждый", "каждая", "единогласно"}, Most: {"большинство", "большая часть"}, Many: {"многие", "много", "многих"},
		Several: {"несколько", "ряд"}, Some: {"некоторые", "некоторых"}, Few: {"немногие", "мало", "меньшинство"}},
		[]string{"сторон", "участник", "делегац", "государств", "член", "стран", "коммент", "ответ", "выступ", "наблюдател", "организац", "ведомств", "голос",
			"спроси", "спраш", "сказал", "говор", "поддерж", "возраж", "счита", "думал", "хот", "предл", "написал", "из", "кто"}, 2},
	"ar": {map[Quantity][]string{
		Everyone: {"جميع", "كل", "كافة", "بالإجماع"}, Most: {"معظم", "أغلب", "أغلبية", "غالبية"}, Many: {"كثير", "كثيرون", "العديد", "كثيرة"},
		Several: {"عدة", "عدد"}, Some: {"بعض", "البعض"}, Few: {"قليل", "قليلون", "قلة", "أقلية"}},
		[]string{"الأطراف", "طرف", "الوفود", "وفد", "وفود", "الدول", "دول", "الأعضاء", "المشارك", "مشارك", "المساهم", "المعلق", "التعليق", "الردود", "المتحدث", "المراقب", "المنظم", "منظم", "المكاتب",
			"الجهات", "جهات", "من", "سأل", "قال", "أيد", "عارض", "رأى", "رأوا", "طلب", "اقترح", "كتب", "الذين", "منهم"}, 1},
	"zh": {map[Quantity][]string{
		Everyone: {"所有", "全部", "全体", "一致"}, Most: {"大多数", "多数", "大部分"}, Many: {"许多", "很多", "不少", "众多"},
		Several: {"若干", "好几"}, Some: {"一些", "有些", "部分"}, Few: {"少数", "极少", "很少"}},
		[]string{"方", "代表", "国", "成员", "意见", "评论", "答复", "发言", "观察员", "组织", "主管局", "人", "问", "说", "支持", "反对", "认为", "希望", "提出"}, 4},
}

// said is a claim that a text makes of how many said something.
type said struct {
	Quantity
	term string // as it stands there
}

// claims lists what a text says about how many said something, in its order.
func claims(l locale.Lang, text string) (out []said) {
	v := vocabularies[l]
	if l == "zh" {
		return v.unspaced(text)
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '-' && r != '’' && r != '\''
	})
	for i, w := range words {
		for _, t := range begins[l][w] {
			if v.at(words[i:], t.words) {
				out = append(out, t.said)
			}
		}
	}
	return out
}

// term is a term of quantity with its words.
type term struct {
	said
	words []string
}

// begins are the terms of each language by their first words, those that claim most first.
var begins = func() map[locale.Lang]map[string][]term {
	out := map[locale.Lang]map[string][]term{}
	for l, v := range vocabularies {
		out[l] = map[string][]term{}
		for _, q := range Quantities {
			for _, t := range v.quantity[q] {
				words := strings.Fields(t)
				out[l][words[0]] = append(out[l][words[0]], term{said{q, t}, words})
			}
		}
	}
	return out
}()

// at reports whether words begin with a term of quantity, and those who speak stand close behind.
func (v vocabulary) at(words, term []string) bool {
	if len(words) < len(term) || !slices.Equal(words[:len(term)], term) {
		return false
	}
	behind := words[len(term):min(len(words), len(term)+1+v.within)]
	for _, w := range behind {
		if slices.ContainsFunc(v.speakers, func(s string) bool {
			return strings.HasPrefix(w, s) && (len([]rune(s)) > 3 || w == s || len([]rune(w)) <= len([]rune(s))+3)
		}) {
			return true
		}
	}
	return false
}

// unspaced is claims for a language that writes no spaces: the longest term at a place is meant.
func (v vocabulary) unspaced(text string) (out []said) {
	for i := 0; i < len(text); {
		best := said{}
		for _, q := range Quantities {
			for _, term := range v.quantity[q] {
				if strings.HasPrefix(text[i:], term) && len(term) > len(best.term) {
					best = said{q, term}
				}
			}
		}
		if best.term == "" {
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		i += len(best.term)
		behind := []rune(text[i:])
		behind = behind[:min(len(behind), v.within+2)]
		if slices.ContainsFunc(v.speakers, func(s string) bool { return strings.Contains(string(behind), s) }) {
			out = append(out, best)
		}
	}
	return out
}

// quantifiers compares what a sentence says about how many with the counts of those whose points it cites; and each translation with
// what the original says.
func (k *counts) quantifiers(el *paper.Element, i int, say func(string, ...any)) {
	l := el.Text.Original
	own := claims(l, el.Text.In[l])
	var shares []share
	if len(own) > 0 {
		shares = k.shares(i)
	}
	for _, c := range own {
		if !slices.ContainsFunc(shares, c.holds) {
			say("quantifier", "lang", string(l), "term", c.term, "quantity", c.String(), "count", shares[0].of, "of", shares[0].all)
		}
	}
	for _, l := range locale.All {
		if l != el.Text.Original && el.Text.In[l] != "" {
			translated(own, quote.All(el.Text.In[el.Text.Original]), l, el.Text.In[l], say)
		}
	}
}

// translated compares a translation with what the original claims and quotes: it claims no more, and quotes no more often. The words between its quotation
// marks are a translation themselves, and the page says so: see quote.Other.
func translated(own []said, of []string, l locale.Lang, text string, say func(string, ...any)) {
	most := Unsaid
	for _, c := range own {
		most = max(most, c.Quantity)
	}
	for _, c := range claims(l, text) {
		//mutants:guard no translation claims more than the original
		if c.Quantity > most {
			say("stronger", "lang", string(l), "term", c.term)
			break
		}
	}
	//mutants:guard no translation quotes what the original does not
	if q := quote.All(text); len(q) > len(of) {
		say("requoted", "lang", string(l), "quotation", q[len(of)])
	}
}
