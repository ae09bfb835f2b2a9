package ballot

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Columns are the columns of a file of ballots, as its first line names them, in any order.
func (m Method) Columns() []string {
	switch m {
	case Schulze:
		return []string{"ballot", "option", "rank"}
	case Points:
		return []string{"ballot", "option", "points"}
	}
	return []string{"ballot", "option"}
}

// bom is what some programs put before the first character of a file.
var bom = []byte("\xef\xbb\xbf")

// errLong is a line that is longer than any can be.
var errLong = errors.New("a line is too long")

// limited reads no more of one line than a line may have.
type limited struct {
	r    io.Reader
	left int // bytes that may still be read for the line
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLong
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// seen is what is known of a ballot while the file is read.
type seen struct {
	options [(MaxOptions + 63) / 64]uint64 // those that it names, a bit each
	empty   bool                           // a line says that it is empty
}

// reader collects the lines of a file.
type reader struct {
	method  Method
	line    int    // in the file, from 1
	at      [3]int // the columns: ballot, option, value
	options map[string]uint8
	names   []string
	listed  bool // the options were given: there are no others
	ballots map[string]int32
	seen    []seen
	marks   []mark
}

// Read reads ballots from a file of comma-separated values in UTF-8. Its first line names the columns: ballot and option,
// and rank for Schulze, points for Points. Each line below says one thing of one ballot; the lines of a ballot need not
// stand together. A line without an option (and without a rank or points) says that the ballot is empty. Ranks are whole
// numbers from 1, the first place; only their order counts. Points are whole numbers from 0.
//
// options are those that were put to the vote, in their order: a ballot that names another is refused. Without them, the
// options are those that ballots name. Names are cleaned as names are everywhere (locale.CleanLine): white space around
// them, marks of direction and the way an accent is composed make no other name.
//
// What cannot be read is a refusal that names the line. The file is read once, and its lines are not kept.
func Read(file io.Reader, method Method, options []string) (*Ballots, error) {
	r := &reader{method: method, options: map[string]uint8{}, ballots: map[string]int32{}}
	if err := r.list(options); err != nil {
		return nil, err
	}
	in := bufio.NewReader(file)
	if b, err := in.Peek(len(bom)); err == nil && bytes.Equal(b, bom) {
		if _, err := in.Discard(len(bom)); err != nil {
			return nil, err
		}
	}
	l := &limited{r: in}
	c := csv.NewReader(l)
	c.ReuseRecord, c.TrimLeadingSpace = true, true
	next := func() ([]string, error) {
		l.left = maxLine
		fields, err := c.Read()
		if err == nil {
			r.line, _ = c.FieldPos(0)
			return fields, nil
		}
		return nil, r.unread(err, len(fields))
	}
	header, err := next()
	if err != nil {
		return nil, headless(err, method)
	}
	if err := r.header(header); err != nil {
		return nil, err
	}
	for {
		fields, err := next()
		if errors.Is(err, io.EOF) {
			return r.done()
		}
		if err == nil {
			err = r.row(fields)
		}
		if err != nil {
			return nil, err
		}
	}
}

// refuse is a refusal about the line that was read last.
func (r *reader) refuse(key string, args ...any) error {
	return refusal.New(refusal.Malformed, key, append([]any{"line", r.line}, args...)...)
}

// unread says what is wrong with a line that is none of a table. fields is how many it has.
func (r *reader) unread(err error, fields int) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, errLong):
		r.line++ // after the last one that could be read
		return r.refuse("ballot.line", "max", maxLine)
	case errors.As(err, &parse) && errors.Is(parse.Err, csv.ErrFieldCount):
		r.line = parse.Line
		return r.refuse("ballot.fields", "n", fields, "columns", strings.Join(r.method.Columns(), ","))
	case errors.As(err, &parse):
		r.line = parse.StartLine
		return r.refuse("ballot.quotes")
	}
	return err
}

// headless is the error of a file whose first line cannot be read.
func headless(err error, method Method) error {
	if errors.Is(err, io.EOF) {
		return refusal.New(refusal.Malformed, "ballot.file", "columns", strings.Join(method.Columns(), ","))
	}
	return err
}

// list takes the options that were put to the vote.
func (r *reader) list(options []string) error {
	for _, o := range options {
		name, err := locale.CleanLine(o, MaxName)
		if err != nil || name == "" {
			return refusal.New(refusal.Malformed, "ballot.list.name", "max", MaxName)
		}
		if _, there := r.options[name]; there {
			return refusal.New(refusal.Malformed, "ballot.list.twice", "option", name)
		}
		if len(r.names) == MaxOptions {
			return refusal.New(refusal.TooLarge, "ballot.list.many", "max", MaxOptions)
		}
		r.options[name] = uint8(len(r.names))
		r.names = append(r.names, name)
	}
	r.listed = len(options) > 0
	return nil
}

// header finds the columns by their names.
func (r *reader) header(fields []string) error {
	want := r.method.Columns()
	found := make([]string, len(fields))
	for i, f := range fields {
		found[i] = strings.ToLower(strings.TrimSpace(f))
	}
	good := len(found) == len(want)
	for i, name := range want {
		r.at[i] = slices.Index(found, name)
		good = good && r.at[i] >= 0
	}
	if good {
		return nil
	}
	said, err := locale.CleanLine(strings.Join(fields, ","), MaxName)
	if errors.Is(err, locale.ErrUTF8) {
		return r.refuse("ballot.utf8")
	}
	if err != nil {
		said = "…"
	}
	return r.refuse("ballot.header", "columns", strings.Join(want, ","), "found", said)
}

// row takes a line.
func (r *reader) row(fields []string) error {
	ballot, who, err := r.ballot(fields[r.at[0]])
	if err != nil {
		return err
	}
	b := &r.seen[ballot]
	name, said := fields[r.at[1]], ""
	if len(fields) > 2 {
		said = strings.TrimRight(fields[r.at[2]], " \t")
	}
	o, known := r.options[name]
	if !known {
		if name, err = r.clean(name); err != nil {
			return err
		}
		if o, known = r.options[name]; !known && name != "" {
			if o, err = r.option(name); err != nil {
				return err
			}
		}
	}
	switch {
	case name == "" && said != "":
		return r.refuse("ballot.option")
	case b.empty, name == "" && b.options != [len(b.options)]uint64{}:
		return r.refuse("ballot.void", "ballot", who)
	case name == "":
		b.empty = true
		return nil
	}
	value, err := r.value(said)
	if err != nil {
		return err
	}
	word, bit := o/64, uint64(1)<<(o%64)
	if b.options[word]&bit != 0 {
		return r.refuse("ballot.twice", "ballot", who, "option", name)
	}
	if len(r.marks) == MaxMarks {
		return r.refuse("ballot.marks", "max", MaxMarks)
	}
	b.options[word] |= bit
	r.marks = append(r.marks, mark{ballot, value, o})
	return nil
}

// clean cleans a name.
func (r *reader) clean(name string) (string, error) {
	out, err := locale.CleanLine(name, MaxName)
	switch {
	case errors.Is(err, locale.ErrLong):
		return "", r.refuse("ballot.name", "max", MaxName)
	case err != nil:
		return "", r.refuse("ballot.utf8")
	}
	return out, nil
}

// ballot is the number of a ballot, from 0, and its name as it is kept.
func (r *reader) ballot(name string) (int32, string, error) {
	if n, ok := r.ballots[name]; ok {
		return n, name, nil
	}
	name, err := r.clean(name)
	if err != nil {
		return 0, "", err
	}
	if n, ok := r.ballots[name]; ok {
		return n, name, nil
	}
	switch {
	case name == "":
		return 0, "", r.refuse("ballot.unnamed")
	case len(r.seen) == MaxBallots:
		return 0, "", r.refuse("ballot.many", "max", MaxBallots)
	}
	n := int32(len(r.seen))
	name = strings.Clone(name) // the line is not kept
	r.ballots[name] = n
	r.seen = append(r.seen, seen{})
	return n, name, nil
}

// option is the number of an option that no line named before.
func (r *reader) option(name string) (uint8, error) {
	switch {
	case r.listed:
		return 0, r.refuse("ballot.unknown", "option", name)
	case len(r.names) == MaxOptions:
		return 0, r.refuse("ballot.options", "max", MaxOptions)
	}
	o := uint8(len(r.names))
	name = strings.Clone(name)
	r.options[name] = o
	r.names = append(r.names, name)
	return o, nil
}

// value reads a rank or points; to approve is 1.
func (r *reader) value(said string) (int32, error) {
	least, key := int32(0), "ballot.points"
	switch r.method {
	case Approval:
		return 1, nil
	case Schulze:
		least, key = 1, "ballot.rank"
	}
	n, good := int32(0), said != ""
	for i := 0; good && i < len(said); i++ {
		d := said[i] - '0'
		good = d <= 9
		n = min(n*10+int32(d), MaxValue+1)
	}
	if good && n >= least && n <= MaxValue {
		return n, nil
	}
	if !utf8.ValidString(said) {
		return 0, r.refuse("ballot.utf8")
	}
	if said, _ = locale.CleanLine(said, MaxName); utf8.RuneCountInString(said) > 40 {
		said = string([]rune(said)[:40]) + "…"
	}
	return 0, r.refuse(key, "value", said, "max", MaxValue)
}

// done puts the ballots together when all lines are read.
func (r *reader) done() (*Ballots, error) {
	if len(r.seen) == 0 || len(r.names) == 0 {
		return nil, refusal.New(refusal.Malformed, "ballot.none")
	}
	b := &Ballots{method: r.method, options: r.names, total: len(r.seen)}
	if !r.listed {
		r.sortOptions()
	}
	order := func(a, b mark) int { return cmp.Or(cmp.Compare(a.ballot, b.ballot), cmp.Compare(a.option, b.option)) }
	if !slices.IsSortedFunc(r.marks, order) {
		slices.SortFunc(r.marks, order)
	}
	for from, to := 0, 0; from < len(r.marks); from = to {
		for to < len(r.marks) && r.marks[to].ballot == r.marks[from].ballot {
			to++
		}
		one := r.marks[from:to:to]
		if r.method == Schulze {
			places(one)
		}
		b.kinds = append(b.kinds, kind{one, 1})
	}
	b.empty = b.total - len(b.kinds)
	b.kinds = same(b.kinds)
	return b, nil
}

// sortOptions brings the options into the order of their names, and renumbers the marks.
func (r *reader) sortOptions() {
	slices.Sort(r.names)
	to := make([]uint8, len(r.names))
	for i, name := range r.names {
		to[r.options[name]] = uint8(i)
	}
	for i := range r.marks {
		r.marks[i].option = to[r.marks[i].option]
	}
}

// places counts the ranks of one ballot from 0 without gaps.
func places(one []mark) {
	ranks := make([]int32, len(one))
	for i, m := range one {
		ranks[i] = m.value
	}
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	for i := range one {
		at, _ := slices.BinarySearch(ranks, one[i].value)
		one[i].value = int32(at)
	}
}

// same brings ballots into an order that depends on nothing but what they say, and joins those that say the same.
func same(kinds []kind) []kind {
	slices.SortFunc(kinds, func(a, b kind) int { return slices.CompareFunc(a.marks, b.marks, compareMarks) })
	out := kinds[:0]
	for _, k := range kinds {
		if last := len(out) - 1; last >= 0 && slices.CompareFunc(out[last].marks, k.marks, compareMarks) == 0 {
			out[last].count++
		} else {
			out = append(out, k)
		}
	}
	return out
}

func compareMarks(a, b mark) int {
	return cmp.Or(cmp.Compare(a.option, b.option), cmp.Compare(a.value, b.value))
}
