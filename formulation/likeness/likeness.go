// Package likeness looks which proposals ask the same in like words, so that whoever is about to propose a question sees
// those that are there already, and may support one instead. locale.Bag compares two texts by whole words, and finds a passage
// again in a later edition; two people who ask the same use other forms of the words, and the words that all use tell nothing.
package likeness

import (
	"cmp"
	"math"
	"slices"
	"unicode"

	"github.com/openplenary/plenary/locale"
)

// Text is what was proposed before.
type Text struct {
	Words []string // the same in several languages: its original, and translations of it
	Here  bool     // it is about the same place of the paper as the new text
}

// Found is a text that is like another.
type Found struct {
	Index int     // among the texts
	Share float64 // from 0 to 1: how much of what the new text says stands in it too
}

// Enough is the share from which a text is offered, and EnoughHere that for one about the same place. Of the questions of the test
// those that ask the same have 0.43 and more, in six languages, and those that only speak of the same things less than these.
const (
	Enough     = 0.30
	EnoughHere = 0.24
)

// Parameters of Okapi BM25: how soon more of the same counts for less, and how much a long text is held to its length.
const (
	saturation = 1.2
	byLength   = 0.75
)

// gramLength is how many letters of a word are compared at a time. Four are the best for most languages of Europe, for they
// find a word in its other forms too (McNamee, Mayfield: Character N-Gram Tokenization for European Language Text Retrieval,
// Information Retrieval 7, 2004). Of Arabic, whose roots have three letters, three are better (Darwish, Oard: Term Selection for
// Searching Printed Arabic, SIGIR 2002). Scripts that are written without spaces are compared by two.
const (
	gramLength   = 4
	arabicLength = 3
)

// Find lists texts that are like a new one, the likest first, at most so many. Each is scored by Okapi BM25 (Robertson,
// Zaragoza: The Probabilistic Relevance Framework, 2009) over short runs of letters, as a share of what the new text would score
// against itself; what stands in many texts counts for little.
func Find(text string, among []Text, most int) []Found {
	asked := grams(text, nil)
	if len(asked) == 0 {
		return nil
	}
	index := map[uint64]int{} // of each run of the new text
	for _, g := range asked {
		if _, ok := index[g]; !ok {
			index[g] = len(index)
		}
	}
	own := make([]float64, len(index))
	for _, g := range asked {
		own[index[g]]++
	}
	type document struct {
		of     int
		length int
		times  []hit
	}
	var documents []document
	in := make([]float64, len(index)) // how many documents have it
	length := 0
	var all []uint64 // of one text after the other
	for i, t := range among {
		for _, words := range t.Words {
			all = grams(words, all[:0])
			d := document{of: i, length: len(all)}
			times := map[int]int{}
			for _, g := range all {
				if n, ok := index[g]; ok {
					times[n]++
				}
			}
			for n, k := range times {
				d.times = append(d.times, hit{n, float64(k)})
				in[n]++
			}
			documents, length = append(documents, d), length+len(all)
		}
	}
	if length == 0 {
		return nil
	}
	mean := float64(length) / float64(len(documents))
	score := func(n int, times float64, length int) float64 {
		rare := math.Log(1 + (float64(len(documents))-in[n]+0.5)/(in[n]+0.5))
		return rare * times * (saturation + 1) / (times + saturation*(1-byLength+byLength*float64(length)/mean))
	}
	whole := 0.0
	for n, times := range own {
		whole += score(n, times, len(asked))
	}
	share := map[int]float64{}
	for _, d := range documents {
		sum := 0.0
		for _, h := range d.times {
			sum += score(h.gram, h.times, d.length)
		}
		share[d.of] = max(share[d.of], min(1, sum/whole))
	}
	var out []Found
	for i, s := range share {
		if s >= Enough || among[i].Here && s >= EnoughHere {
			out = append(out, Found{i, s})
		}
	}
	slices.SortFunc(out, func(a, b Found) int { return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Index, b.Index)) })
	return out[:min(most, len(out))]
}

// hit is how often a run of the new text stands in another.
type hit struct {
	gram  int
	times float64
}

// grams are the short runs of letters of a text, as numbers, after those of others.
func grams(text string, out []uint64) []uint64 {
	word := make([]rune, 0, 32)
	end := func() {
		out = ofWord(word, out)
		word = word[:0]
	}
	var before rune
	for _, c := range locale.Skeleton(text) {
		switch {
		case dense(c):
			end()
			if before != 0 {
				out = append(out, number([]rune{before, c}))
			}
			before = c
			continue
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			word = append(word, c)
		case !unicode.IsMark(c):
			end()
		}
		before = 0
	}
	end()
	return out
}

// ofWord are the runs of a word: a short word is one.
func ofWord(word []rune, out []uint64) []uint64 {
	if len(word) == 0 {
		return out
	}
	n := gramLength
	if unicode.Is(unicode.Arabic, word[0]) {
		n = arabicLength
	}
	if len(word) <= n {
		return append(out, number(word))
	}
	for i := 0; i+n <= len(word); i++ {
		out = append(out, number(word[i:i+n]))
	}
	return out
}

// dense reports whether a letter belongs to a script that is written without spaces.
func dense(c rune) bool {
	return c >= 0xe00 && unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// number is a run of at most four letters, 16 bits for each: letters that differ only above those are taken for one another, and
// none of them is one of those that people write questions in.
func number(letters []rune) (n uint64) {
	for _, c := range letters {
		n = n<<16 | uint64(c&0xffff)
	}
	return n
}
