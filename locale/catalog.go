package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// The catalogues: one directory per language, one file per room, each an object from key to words. The
// words are a string, or an object of strings by CLDR plural category ("one", "few", ...) where they
// depend on the number {n}. {name} stands for an argument.
//
// A key lives in the file that is called as its first word ("mail.answered.title" in mail.json), and in
// words.json where there is no such file. TestCatalogs says what else is asked of the files, and with
// -fix moves each key to its file, sorts and formats. Beside them stands sources.sum, which is not read
// here: the English that each translation was made from.
//
//go:embed catalog/*/*.json
var catalogFiles embed.FS

// Unicode's first strong isolate and its end: what stands between them cannot disturb the order of the
// letters outside, whichever way it runs.
const (
	isolateStart = "\u2068"
	isolateEnd   = "\u2069"
)

// segment is a stretch of literal words followed by an argument (or by nothing: name is "").
type segment struct {
	words string
	name  string
}

// message is one entry of a catalogue, taken apart once so that saying it is only copying.
type message struct {
	words    string     // the whole, if it has no arguments
	segments []segment  // the parts, if it has
	forms    []*message // by plural.Form, if it depends on n; never nil at plural.Other
}

// catalogs holds the six catalogues in the order of All, each read when first spoken.
var catalogs = func() (c [languages]func() map[string]*message) {
	for i, l := range All {
		c[i] = sync.OnceValue(func() map[string]*message {
			m, err := readLanguage(l)
			if err != nil { // the files are part of the program, and a test reads them all
				panic(fmt.Sprintf("locale: catalogue %s: %v", l, err))
			}
			return m
		})
	}
	return c
}()

// formNames are the CLDR names of the plural categories, by plural.Form.
var formNames = [...]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two",
	plural.Few: "few", plural.Many: "many"}

func readLanguage(l Lang) (map[string]*message, error) {
	dir := "catalog/" + string(l)
	files, err := catalogFiles.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	c := make(map[string]*message, 2000)
	for _, f := range files {
		data, err := catalogFiles.ReadFile(dir + "/" + f.Name())
		if err == nil {
			err = readCatalog(c, data)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	return c, nil
}

// readCatalog adds the entries of one file to c.
func readCatalog(c map[string]*message, data []byte) error {
	var raw map[string]any
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	for key, v := range raw {
		m, err := readMessage(v)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if c[key] != nil {
			return fmt.Errorf("%s stands in two files", key)
		}
		c[key] = m
	}
	return nil
}

func readMessage(v any) (*message, error) {
	switch v := v.(type) {
	case string:
		return readWords(v)
	case map[string]any:
		forms := make([]*message, len(formNames))
		for name, words := range v {
			i := slices.Index(formNames[:], name)
			s, ok := words.(string)
			if i < 0 || !ok {
				return nil, fmt.Errorf("%q is not a plural category with its words", name)
			}
			m, err := readWords(s)
			if err != nil {
				return nil, err
			}
			forms[i] = m
		}
		if forms[plural.Other] == nil {
			return nil, fmt.Errorf("the plural category \"other\" is missing")
		}
		return &message{forms: forms}, nil
	}
	return nil, fmt.Errorf("neither words nor plural categories")
}

func readWords(s string) (*message, error) {
	m := &message{words: s}
	for rest := s; rest != ""; {
		i := strings.IndexAny(rest, "{}")
		if i < 0 {
			if m.segments != nil {
				m.segments = append(m.segments, segment{words: rest})
			}
			break
		}
		words, after, _ := strings.Cut(rest, rest[i:i+1])
		name, after, closed := strings.Cut(after, "}")
		if rest[i] == '}' || !closed || !isPlaceholder(name) {
			return nil, fmt.Errorf("stray brace in %q", s)
		}
		m.segments = append(m.segments, segment{words, name})
		rest = after
	}
	return m, nil
}

func isPlaceholder(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('a' <= c && c <= 'z' || i > 0 && (c == '_' || '0' <= c && c <= '9')) {
			return false
		}
	}
	return s != ""
}

// T says the words of key in language l, with the placeholders filled from args, which are alternating
// names and values ("name", title, "n", 3). A value is a string, or an integer, which is written as
// Number does (give years and paragraph numbers as strings), or a type made from one of these; a Lang is
// written as its name in l. The words of a plural are chosen by the argument n, and without it are those
// of "other". What cannot be said is shown between ⟦ and ⟧, so that people and tests see it: a key that
// the catalogue does not have, a placeholder without a value.
//
// The values are inserted as they are. In HTML they are escaped and isolated (<bdi>) by the page; for
// plain text use Isolate. Words without placeholders cost no allocation, others one.
func (l Lang) T(key string, args ...any) string {
	return l.say(key, args, false)
}

// Isolate is T for plain text (mail, CSV, calendars): every string value is wrapped in U+2068 and U+2069,
// so that an Arabic name in an English line, or a symbol in an Arabic one, does not turn its neighbours
// around.
func (l Lang) Isolate(key string, args ...any) string {
	return l.say(key, args, true)
}

func (l Lang) say(key string, args []any, isolate bool) string {
	m := l.message(key)
	if m == nil {
		return "⟦" + key + "⟧"
	}
	if m.forms != nil {
		m = m.form(l, args)
	}
	if m.segments == nil {
		return m.words
	}
	var room [256]byte
	b := room[:0]
	for i := range m.segments {
		s := &m.segments[i]
		b = append(b, s.words...)
		if s.name != "" {
			b = l.appendArg(b, s.name, args, isolate)
		}
	}
	return string(b)
}

func (l Lang) message(key string) *message { return catalogs[l.slot()]()[key] }

func (l Lang) appendArg(b []byte, name string, args []any, isolate bool) []byte {
	if v := argument(args, name); v != nil {
		if named, ok := v.(Lang); ok {
			v = named.NameIn(l)
		}
		if s, ok := text(v); ok {
			if !isolate {
				return append(b, s...)
			}
			b = append(b, isolateStart...)
			b = append(b, s...)
			return append(b, isolateEnd...)
		}
		if n, negative, ok := integer(v); ok {
			return l.appendNumber(b, n, negative)
		}
	}
	b = append(b, "⟦"...)
	b = append(b, name...)
	return append(b, "⟧"...)
}

func argument(args []any, name string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if s, ok := args[i].(string); ok && s == name {
			return args[i+1]
		}
	}
	return nil
}

func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case int, int64, uint64:
		return "", false
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		return r.String(), true
	}
	return "", false
}

// integer is v without its sign.
func integer(v any) (n uint64, negative, ok bool) {
	switch v := v.(type) {
	case int:
		n, negative = magnitude(int64(v))
		return n, negative, true
	case int64:
		n, negative = magnitude(v)
		return n, negative, true
	case uint64:
		return v, false, true
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		n, negative = magnitude(r.Int())
		return n, negative, true
	case r.CanUint():
		return r.Uint(), false, true
	}
	return 0, false, false
}

func magnitude(n int64) (uint64, bool) {
	if n < 0 {
		return -uint64(n), true
	}
	return uint64(n), false
}

// form is the message for the argument n.
func (m *message) form(l Lang, args []any) *message {
	if v := argument(args, "n"); v != nil {
		if n, _, ok := integer(v); ok {
			if f := m.forms[pluralForm(l, n)]; f != nil {
				return f
			}
		}
	}
	return m.forms[plural.Other]
}

// pluralForms holds the plural category of 0 to 199 in each language. That is all there is to know: the
// rules of the six languages look at the number itself only when it is small, and else at its last two
// digits (TestPlurals compares it with the rules).
var pluralForms = sync.OnceValue(func() *[languages][200]plural.Form {
	var t [languages][200]plural.Form
	for i, l := range All {
		tag := language.Make(string(l))
		for n := range t[i] {
			t[i][n] = plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)
		}
	}
	return &t
})

func pluralForm(l Lang, n uint64) plural.Form {
	if n >= 200 {
		n = 100 + n%100
	}
	return pluralForms()[l.slot()][n]
}

// Plural is a form that a counted word takes in a language.
type Plural struct {
	Category string // its CLDR category: "zero", "one", "two", "few", "many", "other"
	Like     []int  // the first numbers that take it, at most three
	Alone    bool   // the word says the number itself: in Arabic none, one and two are not written beside it
}

// plurals are the forms of each language, in the order of the first number that takes them.
var plurals = sync.OnceValue(func() (all [languages][]Plural) {
	for i, l := range All {
		for n := range pluralForms()[i] {
			category := formNames[pluralForm(l, uint64(n))]
			at := slices.IndexFunc(all[i], func(p Plural) bool { return p.Category == category })
			if at < 0 {
				at = len(all[i])
				all[i] = append(all[i], Plural{Category: category})
			}
			if p := &all[i][at]; len(p.Like) < 3 {
				p.Like = append(p.Like, n)
			}
		}
		for j := range all[i] {
			all[i][j].Alone = l == Arabic && len(all[i][j].Like) == 1
		}
	}
	return all
})

// Plurals lists the forms that a counted word takes in l.
func (l Lang) Plurals() []Plural { return plurals()[l.slot()] }

// Counted is how many there are of something that has words of its own: word gives the form of a category. It is "" where
// word does not have the form that the number takes.
func (l Lang) Counted(n int, word func(category string) string) string {
	category := formNames[pluralForm(l, uint64(max(n, 0)))]
	w := word(category)
	i := slices.IndexFunc(l.Plurals(), func(p Plural) bool { return p.Category == category })
	if w == "" || l.Plurals()[i].Alone {
		return w
	}
	return l.Number(n) + " " + w
}

// Has says whether the catalogues have key.
func Has(key string) bool { return English.message(key) != nil }

// Arguments lists the names that the words of key want values for, each once, in the order in which English has
// them; none where the catalogues do not have the key.
func Arguments(key string) []string {
	m := English.message(key)
	if m == nil {
		return nil
	}
	var names []string
	for _, form := range append(slices.Clone(m.forms), m) {
		if form == nil {
			continue
		}
		for i := range form.segments {
			if name := form.segments[i].name; name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Keys lists the keys of the catalogues in alphabetical order.
func Keys() []string {
	c := catalogs[English.slot()]()
	keys := make([]string, 0, len(c))
	for key := range c {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Number writes n in Latin digits, which is what the organisation does in all six languages, with its
// thousands set apart as the language does: by a comma in Arabic, Chinese and English (1,234), by a
// no-break space in Russian, by a narrow no-break space in French and, from five digits on, in Spanish.
func (l Lang) Number(n int) string {
	if -1000 < n && n < 1000 {
		return strconv.Itoa(n)
	}
	var room [32]byte
	u, negative := magnitude(int64(n))
	return string(l.appendNumber(room[:0], u, negative))
}

func (l Lang) appendNumber(b []byte, n uint64, negative bool) []byte {
	if negative {
		b = append(b, '-')
	}
	separator, grouped := ",", n >= 1000
	switch l {
	case French:
		separator = "\u202f"
	case Spanish: // four digits stand together, says the Academy
		separator, grouped = "\u202f", n >= 10000
	case Russian:
		separator = "\u00a0"
	}
	var room [20]byte
	digits := strconv.AppendUint(room[:0], n, 10)
	if !grouped {
		return append(b, digits...)
	}
	for i, d := range digits {
		if left := len(digits) - i; i > 0 && left%3 == 0 {
			b = append(b, separator...)
		}
		b = append(b, d)
	}
	return b
}

// List joins items as the language enumerates: "Brazil, Kenya and Japan", with Spanish "e" for "y"
// before the sound of i. No items give "".
func (l Lang) List(items []string) string {
	if len(items) == 0 {
		return ""
	}
	s, last := items[0], len(items)-1
	for i := 1; i < last; i++ {
		s = l.T("list.more", "before", s, "next", items[i])
	}
	if last == 0 {
		return s
	}
	key := "list.pair"
	if soundsLikeI(items[last]) {
		key = "list.pair.i"
	}
	return l.T(key, "before", s, "last", items[last])
}

// soundsLikeI says whether a Spanish word begins with the vowel i: "Italia", "hijos", not "hielo".
func soundsLikeI(s string) bool {
	s = strings.ToLower(s[:min(len(s), 4)])
	if rest, ok := strings.CutPrefix(s, "hi"); ok {
		return rest == "" || !strings.ContainsRune("aeo", rune(rest[0]))
	}
	return strings.HasPrefix(s, "i") || strings.HasPrefix(s, "í") || strings.HasPrefix(s, "hí")
}
