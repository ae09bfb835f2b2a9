package locale

import (
	"slices"
	"strings"

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
	c := collate.New(language.Make(string(l))) // not safe for use by several at once, so it does not outlive this
	var buffer collate.Buffer
	rows := make([]row, len(list))
	for i, item := range list {
		name := shown(item)
		rows[i] = row{item, name, c.KeyFromString(&buffer, name)}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		if n := slices.Compare(a.key, b.key); n != 0 {
			return n
		}
		return strings.Compare(a.name, b.name)
	})
	for i := range rows {
		list[i] = rows[i].item
	}
}
