package locale

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"sync"
)

// glossaryFile is the glossary as it is kept: things of the house, and their words in each language.
//
//go:embed glossary.json
var glossaryFile []byte

// Term is one thing of the house in two languages.
type Term struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// glossary reads the terms once.
var glossary = sync.OnceValue(func() []map[Lang]string {
	var all []struct {
		Words map[Lang]string `json:"words"`
	}
	if err := json.Unmarshal(glossaryFile, &all); err != nil {
		panic("locale: glossary.json: " + err.Error()) // a test reads it
	}
	out := make([]map[Lang]string, len(all))
	for i, g := range all {
		out[i] = g.Words
	}
	return out
})

// sought is what a word of the glossary is looked for with, in a text of a language.
type sought struct {
	word string
	in   Lang
}

// patterns keeps what words are looked for with: a page asks of hundreds of texts at a time.
var patterns sync.Map // of *regexp.Regexp by sought

// pattern is what a word is looked for with. There are as many as the glossary has words.
func (s sought) pattern() *regexp.Regexp {
	if p, ok := patterns.Load(s); ok {
		return p.(*regexp.Regexp)
	}
	pattern := regexp.QuoteMeta(s.word)
	if s.in == English || s.in == French || s.in == Spanish {
		pattern = `(?i)(?:^|[^\pL])` + pattern + `[sx]?(?:$|[^\pL])`
	}
	p, _ := patterns.LoadOrStore(s, regexp.MustCompile(pattern))
	return p.(*regexp.Regexp)
}

// Terms lists the words of the glossary that a text in one language has, with those of another language, in the order
// of the glossary: the shapes that a word takes in a sentence are not known, but for a letter at its end.
func Terms(text string, from, to Lang) []Term {
	var out []Term
	for _, g := range glossary() {
		word := g[from]
		if word == "" || g[to] == "" || g[to] == word {
			continue
		}
		if (sought{word, from}).pattern().MatchString(text) {
			out = append(out, Term{word, g[to]})
		}
	}
	return out
}
