package locale

import (
	"strings"
	"unicode"
)

// Bag counts the words of a text, for comparing texts by the words they share. A word is a run of letters,
// digits and marks, in lower case; an ideograph is a word of its own.
type Bag struct {
	words map[string]int
	size  int
}

// BagOf counts the words of a text.
func BagOf(s string) Bag {
	b := Bag{words: map[string]int{}}
	add := func(w string) {
		if w != "" {
			b.words[w]++
			b.size++
		}
	}
	s = strings.ToLower(s)
	start := 0
	for i, c := range s {
		if ideograph := unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana); ideograph || !unicode.In(c, unicode.L, unicode.N, unicode.M) {
			add(s[start:i])
			start = i + len(string(c))
			if ideograph {
				add(s[i:start])
			}
		}
	}
	add(s[start:])
	return b
}

// Finds reports whether each of the words of a search is the beginning of one of these, and there is one.
func (b Bag) Finds(search Bag) bool {
	for w := range search.words {
		found := false
		for has := range b.words {
			if strings.HasPrefix(has, w) {
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return search.size > 0
}

// Likeness is how much two texts share, from 0 to 1: 2 * common / (words of both), Dice's coefficient over
// counted words (L. R. Dice, "Measures of the amount of ecologic association between species", 1945).
func (b Bag) Likeness(c Bag) float64 {
	if b.size+c.size == 0 {
		return 0
	}
	if len(c.words) < len(b.words) {
		b, c = c, b
	}
	common := 0
	for w, n := range b.words {
		common += min(n, c.words[w])
	}
	return 2 * float64(common) / float64(b.size+c.size)
}
