package compiler

import (
	"slices"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/quote"
)

// Quantity is what a word claims of those who spoke. Up to Everyone a greater one claims more.
type Quantity uint8

// The quantities, from the one that claims least.
const (
	Unsaid Quantity = iota
	Few
	Some
	Several
	Many
	Third
	Half
	Most
	TwoThirds
	ThreeQuarters
	Everyone
	None    // nobody
	Number  // so many
	Percent // so many of a hundred
)

var quantities = [...]string{"", "few", "some", "several", "many", "third", "half", "most", "two_thirds", "three_quarters", "all", "none", "number", "percent"}

// String is the quantity in catalogue keys.
func (q Quantity) String() string { return quantities[min(int(q), len(quantities)-1)] }

// Quantities lists those for which a language has words, from the one that claims most.
var Quantities = []Quantity{Everyone, ThreeQuarters, TwoThirds, Most, Half, Third, Many, Several, Some, Few, None}

// Threshold is what a count has to be for a word to stand: at least so many parties, and a part of all who are counted with them.
type Threshold struct {
	Least int  // parties that are counted, at least
	Part  int  // of Whole: the part of all that they are at least; 0 where that does not matter
	Whole int  // see Part
	More  bool // they are more than the part
	Fewer bool // they are fewer than the part
	// Nobody: no party took the stance, where at least Least took one.
	Nobody bool
}

var thresholds = map[Quantity]Threshold{
	Few:           {Least: 1, Part: 1, Whole: 5, Fewer: true},
	Some:          {Least: 2},
	Several:       {Least: 3},
	Many:          {Least: 10},
	Third:         {Least: 2, Part: 1, Whole: 3},
	Half:          {Least: 2, Part: 1, Whole: 2},
	Most:          {Least: 10, Part: 1, Whole: 2, More: true},
	TwoThirds:     {Least: 2, Part: 2, Whole: 3},
	ThreeQuarters: {Least: 3, Part: 3, Whole: 4},
	Everyone:      {Least: 3, Part: 1, Whole: 1},
	None:          {Least: 3, Nobody: true},
}

// Asks is what a word of quantity asks for: the same that is published.
func (q Quantity) Asks() Threshold { return thresholds[q] }

// holds reports whether a count bears a quantity out: so many of all who spoke.
func (q Quantity) holds(s share) bool {
	t, ok := thresholds[q]
	switch {
	case !ok:
		return q == Unsaid
	case t.Nobody:
		return s.of == 0 && s.all >= t.Least
	case s.of < t.Least:
		return false
	case t.Fewer:
		return t.Whole*s.of < t.Part*s.all
	case t.More:
		return t.Whole*s.of > t.Part*s.all
	}
	return t.Whole*s.of >= t.Part*s.all
}

// Terms are the words of quantity that are looked for in a language, the same that are published.
func Terms(l locale.Lang, q Quantity) []string {
	v := vocabularies[l]
	return slices.Concat(v.quantity[q], v.adverbs[q], v.alone[q])
}

// Speakers are the words for those who speak, beside which a word of quantity is a claim.
func Speakers(l locale.Lang) []string { return vocabularies[l].speakers }

// said is a claim that a text makes of how many said something.
type said struct {
	Quantity
	term string // as it stands there
	n    int    // of Number and Percent
	of   int    // "14 of 20", 0 where it does not say
}

// holds reports whether a count bears a claim out.
func (c said) holds(s share) bool {
	switch c.Quantity {
	case Number:
		return s.of == c.n && (c.of == 0 || s.all == c.of)
	case Percent:
		return s.all > 0 && (200*s.of+s.all)/(2*s.all) == c.n // to the nearest whole one
	}
	return c.Quantity.holds(s)
}

// claims lists what a text says about how many said something, in its order.
func claims(l locale.Lang, text string) (out []said) {
	v, words := lexicons[l], tokens(l, text)
	if v == nil {
		return nil
	}
	for i := 0; i < len(words); {
		t, n := v.term(words[i:])
		switch {
		case n == 0:
			c, n := v.number(words, i)
			if c.Quantity != Unsaid {
				out = append(out, c)
			}
			i += n
			continue
		case t.kind == alone,
			t.kind == governing && (v.governs(words[i+n:]) || v.subject(words[i+n:])),
			t.kind == adverb && v.beside(words, i, n):
			out = append(out, t.said)
		}
		i += n
	}
	return out
}

// quantifiers compares what a sentence says about how many with the counts of those whose points it cites; and each translation with
// what the original says.
func (k *counts) quantifiers(el *paper.Element, i int, say func(string, ...any)) {
	l := el.Text.Original
	own := claims(l, el.Text.In[l])
	if len(own) > 0 {
		for _, c := range own {
			of := stanceOf(l, el.Text.In[l], c.Quantity == None)
			//mutants:guard no claim of how many is published that disagrees with the count it cites, or with the stance that is counted
			if !slices.ContainsFunc(k.shares(i, of, c.Quantity == None), c.holds) {
				whole := k.whole(i)
				key := "quantifier"
				switch {
				case c.Quantity == None:
					key = "nobody"
				case slices.ContainsFunc(whole, c.holds):
					key = "stance"
				}
				say(key, "lang", string(l), "term", c.term, "quantity", c.String(), "count", whole[0].of, "of", whole[0].all)
			}
		}
	}
	for _, l := range locale.All {
		if l != el.Text.Original && el.Text.In[l] != "" {
			translated(own, quote.All(el.Text.In[el.Text.Original]), l, el.Text.In[l], say)
		}
	}
}

// translated compares a translation with what the original claims and quotes: it claims no more, quotes no more often, and is one sentence too. The
// words between its quotation marks are a translation themselves, and the page says so: see quote.Other.
func translated(own []said, of []string, l locale.Lang, text string, say func(string, ...any)) {
	for _, c := range claims(l, text) {
		//mutants:guard no translation claims more than the original
		if c.more(own) {
			say("stronger", "lang", string(l), "term", c.term)
			break
		}
	}
	//mutants:guard no translation quotes what the original does not
	if q := quote.All(text); len(q) > len(of) {
		say("requoted", "lang", string(l), "quotation", q[len(of)])
	}
	//mutants:guard no translation says in a second sentence what the original does not say
	if n := sentences(text); n > 1 {
		say("translation_sentences", "lang", string(l), "count", n)
	}
}

// more reports whether it claims more than an original does: nobody and a number are said only where the original says the same.
func (c said) more(own []said) bool {
	return !slices.ContainsFunc(own, func(o said) bool {
		switch c.Quantity {
		case None:
			return o.Quantity == None
		case Number, Percent:
			return o.Quantity == c.Quantity && o.n == c.n && (c.of == 0 || c.of == o.of)
		}
		if o.Quantity == Number { // "several" says no more than "14 delegations"
			return c.Quantity <= Many && thresholds[c.Quantity].Least <= o.n
		}
		return o.Quantity <= Everyone && o.Quantity >= c.Quantity
	})
}
