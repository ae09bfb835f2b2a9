package locale

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortBy sorts a list that people read by what it shows, in the alphabetical order of a language: in French
// "États-Unis" stands before "Fidji", and Chinese is in the order of pinyin. What is the same to the alphabet is in
// the order of its bytes, and what is the same to the byte keeps its order.
func SortBy[T any](l Lang, list []T, shown func(T) string) {
	type row struct {
		item T
		name string
		key  []byte
	}
	known := countryKeys[l.slot()]()
	var others *keys
	rows := make([]row, len(list))
	for i, item := range list {
		name := shown(item)
		key, ok := known[name]
		if !ok {
			if others == nil {
				others = newKeys(l)
			}
			key = others.key(name)
		}
		rows[i] = row{item, name, key}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		if n := bytes.Compare(a.key, b.key); n != 0 {
			return n
		}
		return strings.Compare(a.name, b.name)
	})
	for i := range rows {
		list[i] = rows[i].item
	}
}

// keys gives what names are sorted by. A collator is not safe for use by several at once, so this is not either.
type keys struct {
	collator *collate.Collator
	buffer   collate.Buffer
}

func newKeys(l Lang) *keys { return &keys{collator: collate.New(language.Make(string(l)))} }

func (k *keys) key(name string) []byte { return k.collator.KeyFromString(&k.buffer, name) }

// countryKeys are the keys of the names of countries in each language: most lists are of countries.
var countryKeys = func() (c [languages]func() map[string][]byte) {
	for i, l := range All {
		c[i] = sync.OnceValue(func() map[string][]byte {
			out, k := map[string][]byte{}, newKeys(l)
			for _, country := range countries().all {
				name := country.Name(l)
				out[name] = k.key(name)
			}
			return out
		})
	}
	return c
}()
