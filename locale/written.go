package locale

import (
	"slices"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// writtenList is every language in which people may write, and what is known of it.
type writtenList struct {
	all    []Lang
	place  map[Lang]int
	own    map[Lang]string // the name in itself
	toLeft map[Lang]bool
}

// fromRight are the scripts that are written from the right.
var fromRight = []string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"}

var writtens = sync.OnceValue(func() *writtenList {
	w := &writtenList{all: slices.Clone(All), place: map[Lang]int{}, own: map[Lang]string{}, toLeft: map[Lang]bool{Arabic: true}}
	var others []Lang
	for _, base := range display.Values.BaseLanguages() {
		l := Lang(base.String())
		tag, err := language.Compose(base)
		if err != nil || l.Valid() {
			continue
		}
		name := display.Self.Name(tag)
		if name == "" || w.own[l] != "" {
			continue
		}
		script, _ := tag.Script()
		w.own[l], w.toLeft[l] = name, slices.Contains(fromRight, script.String())
		others = append(others, l)
	}
	slices.Sort(others)
	SortBy(English, others, func(l Lang) string { return w.own[l] })
	w.all = append(w.all, others...)
	for i, l := range w.all {
		w.place[l] = i
	}
	return w
})

// Written lists the languages in which people may write: the six first, then every other language whose name in
// itself is known, by that name. There are fewer than 256. Treat it as read-only.
func Written() []Lang { return writtens().all }

// WrittenAt is the place of a language in Written; false where nobody may write in it.
func WrittenAt(l Lang) (int, bool) {
	if i := l.index(); i >= 0 {
		return i, true
	}
	i, ok := writtens().place[l]
	return i, ok
}

// ParseWritten finds the language of a tag as it stands in a form: "de", and "de" for "de-CH" too.
func ParseWritten(s string) (Lang, bool) {
	if l, ok := Parse(s); ok {
		return l, true
	}
	if len(s) > 35 {
		return "", false
	}
	tag, err := language.Parse(s)
	if err != nil {
		return "", false
	}
	base, sure := tag.Base()
	if sure != language.Exact {
		return "", false // a guess
	}
	l := Lang(base.String())
	_, ok := WrittenAt(l)
	return l, ok
}

// readerNames names the languages of the world in one of the six.
var readerNames = func() (s [languages]func() display.Namer) {
	for i, l := range All {
		s[i] = sync.OnceValue(func() display.Namer { return display.Languages(language.Make(string(l))) })
	}
	return s
}()

// nameOf is the name of a language that is none of the six for a reader, its tag where it has none.
func nameOf(l, reader Lang) string {
	if _, ok := WrittenAt(l); !ok {
		return string(l)
	}
	tag, err := language.Parse(string(l))
	if err != nil {
		return string(l)
	}
	if name := readerNames[reader.slot()]().Name(tag); name != "" {
		return name
	}
	return writtens().own[l]
}
