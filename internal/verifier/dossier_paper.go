package verifier

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dossierPaper is paper.json.
type dossierPaper struct {
	Format   string           `json:"format"`
	Edition  string           `json:"edition"`
	Entry    int64            `json:"entry"`
	Symbol   string           `json:"symbol"`
	Date     string           `json:"date"`
	Title    []dossierWord    `json:"title"`
	Elements []dossierElement `json:"elements"`
	Notes    []dossierNote    `json:"notes"`
}

// dossierElement is a sentence or a heading of it.
type dossierElement struct {
	Ref     string         `json:"ref"`
	Kind    string         `json:"kind"`
	Number  string         `json:"number,omitempty"`
	Words   []dossierWord  `json:"words"`
	Cites   []string       `json:"cites,omitempty"`
	Sources []string       `json:"sources,omitempty"`
	Quotes  []dossierQuote `json:"quotes,omitempty"`
}

// dossierWord is a text with the place where an entry has it.
type dossierWord struct {
	Entry int64  `json:"entry"`
	In    string `json:"in"`
	At    string `json:"at"`
	Lang  string `json:"lang"`
	Text  string `json:"text"`
}

// dossierQuote says where what is quoted stands.
type dossierQuote struct {
	Text   string `json:"text"`
	Source string `json:"source,omitempty"`
	Word   int    `json:"word"`
	From   int    `json:"from"`
	To     int    `json:"to"`
}

// dossierNote is a source among the notes.
type dossierNote struct {
	N       int    `json:"n"`
	Ref     string `json:"ref"`
	Who     string `json:"who"`
	Address string `json:"address"`
}

// What may not be proved, with how many there are.
const (
	unprovedWords = "words of %d sources: a passage is blacked out, or they were erased; that their entries stand on the record is proved, and what they say is not"
	unprovedPlace = "which entry %d sources stand in: not everybody may read the data of it"
	unprovedQuote = "%d quotations of what not everybody can read any more"
	unprovedLink  = "%d steps from one source to another: they follow from several entries"
	unsourced     = "%d sentences, which cite nothing"
)

// at finds a place in the data of an entry by a JSON pointer (RFC 6901).
func (e *proved) at(pointer string) (v any, ok bool) {
	if e.data == nil || !strings.HasPrefix(pointer, "/") {
		return nil, false
	}
	v = e.data
	for _, step := range strings.Split(pointer[1:], "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch now := v.(type) {
		case map[string]any:
			if v, ok = now[step]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(now) || strconv.Itoa(i) != step {
				return nil, false
			}
			v = now[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// says gives a text at a place in the data, "" where there is none.
func (e *proved) says(pointer string) string {
	v, _ := e.at(pointer)
	s, _ := v.(string)
	return s
}

// list gives the texts of a list in the data.
func (e *proved) list(pointer string) (out []string) {
	v, _ := e.at(pointer)
	all, _ := v.([]any)
	for _, x := range all {
		s, _ := x.(string)
		out = append(out, s)
	}
	return out
}

// passageForm are the parts of a reference to an element of an edition.
var passageForm = regexp.MustCompile(`\A(p[1-9][0-9]*)(\.e[1-9][0-9]*)(\.x[1-9][0-9]*)\z`)

// readPaper checks that the paper is what the entry says with which it was published, word by word.
func (d *dossier) readPaper() bool {
	d.begin()
	p := &d.paper
	err := d.exact("paper.json", p)
	var e *proved
	if err == nil {
		e, err = d.entry(p.Entry)
	}
	if err == nil {
		err = p.of(e, d.manifest.Edition)
	}
	if err != nil {
		d.wrong("paper", "%w", err)
		return false
	}
	d.titled(e)
	sentences := 0
	for i := range p.Elements {
		x := &p.Elements[i]
		if err := d.element(e, i, x); err != nil {
			d.wrong("paper", "element %d, %s: %w", i+1, x.Number, err)
		}
		if x.sentence() {
			if sentences++; len(x.Cites) == 0 {
				d.unproved[unsourced]++
			}
		}
	}
	d.noted()
	return d.end("paper", "%s, %s, of %s: every one of its %d sentences is what entry %d says, in each of its languages, and cites what is said there",
		p.Symbol, p.Edition, p.Date, sentences, p.Entry)
}

func (x *dossierElement) sentence() bool { return x.Kind == "paragraph" || x.Kind == "question" }

// of checks that an entry published this paper.
func (p *dossierPaper) of(e *proved, edition string) error {
	all, _ := e.at("/elements")
	elements, _ := all.([]any)
	switch {
	case e.kind != "paper.published/1" || e.says("/kind") != "considerations":
		return fmt.Errorf("entry %d did not publish considerations", p.Entry)
	case p.Format != DossierFormat || p.Edition != edition || e.says("/ref") != edition:
		return fmt.Errorf("entry %d published %q, the dossier is of %q", p.Entry, e.says("/ref"), edition)
	case e.says("/symbol") != p.Symbol || e.says("/date") != p.Date:
		return errors.New("it bears another symbol or another date")
	case len(elements) != len(p.Elements):
		return fmt.Errorf("it has %d elements, the dossier %d", len(elements), len(p.Elements))
	}
	return nil
}

// titled checks the title.
func (d *dossier) titled(e *proved) {
	if len(d.paper.Title) == 0 || d.paper.Title[0].Lang != e.says("/title/original") {
		d.wrong("paper", "the title in its own language is not the first")
	}
	for _, w := range d.paper.Title {
		if err := d.passage(w, d.paper.Edition, "title", "/title"); err != nil {
			d.wrong("paper", "the title: %w", err)
		}
	}
}

// element checks an element against the entry that published it.
func (d *dossier) element(e *proved, i int, x *dossierElement) error {
	at := "/elements/" + strconv.Itoa(i)
	m := passageForm.FindStringSubmatch(x.Ref)
	if m == nil || m[1]+m[2] != d.paper.Edition || m[1]+m[3] != e.says(at+"/ref") || x.Kind != e.says(at+"/kind") || x.Number != e.says(at+"/number") {
		return errors.New("it is another element")
	}
	if !slices.Equal(x.Cites, e.list(at+"/cites")) {
		return fmt.Errorf("it cites %q, the entry says %q", x.Cites, e.list(at+"/cites"))
	}
	if len(x.Sources) != len(x.Cites) {
		return errors.New("not everything that it cites is called a source")
	}
	for k, s := range x.Sources {
		if !sameSource(x.Cites[k], s) {
			return fmt.Errorf("it cites %s, and %q is something else", x.Cites[k], s)
		}
	}
	if len(x.Words) == 0 || x.Words[0].Lang != e.says(at+"/text/original") {
		return errors.New("its words in its own language are not the first")
	}
	for _, w := range x.Words {
		if err := d.passage(w, d.paper.Edition, m[1]+m[3], at+"/text"); err != nil {
			return err
		}
	}
	return nil
}

// sameSource reports whether a source is what is cited: the same, but for the edition where none is cited, a language and a range of bytes.
func sameSource(cited, source string) bool {
	head, _, _ := strings.Cut(cited, "[")
	if head == source {
		return true
	}
	m, seg := passageForm.FindStringSubmatch(source), strings.Split(head, ".")
	if m == nil || seg[0] != m[1] {
		return false
	}
	for _, s := range seg[1:] {
		switch {
		case "."+s != m[2] && "."+s != m[3] && (len(s) != 2 || s[0] < 'a' || s[0] > 'z' || s[1] < 'a' || s[1] > 'z'):
			return false
		}
	}
	return slices.Contains(seg, m[3][1:])
}

// passage checks a text of a paper: as the entry has it that published the edition, or as a translation that came after it. what is the element
// through time, or "title"; place is where its text stands in the data of the entry that published it.
func (d *dossier) passage(w dossierWord, edition, what, place string) error {
	e, err := d.entry(w.Entry)
	if err != nil {
		return err
	}
	ok := false
	switch e.kind {
	case "paper.published/1":
		ok = e.says("/ref") == edition && w.At == place+"/in/"+w.Lang
		if what != "title" {
			ok = ok && e.says(strings.TrimSuffix(place, "/text")+"/ref") == what
		}
	case "paper.translated/1":
		ok = e.says("/edition") == edition && e.says("/passage") == what && e.says("/language") == w.Lang && w.At == "/text"
	}
	if !ok || w.In != "data" {
		return fmt.Errorf("entry %d does not say its words in %q", w.Entry, w.Lang)
	}
	if e.says(w.At) != w.Text {
		return fmt.Errorf("entry %d has other words in %q", w.Entry, w.Lang)
	}
	return nil
}

// noted checks that the notes are the sources of the sentences, each once, in the order in which they are cited.
func (d *dossier) noted() {
	var want, have []string
	for _, x := range d.paper.Elements {
		for _, s := range x.Sources {
			if !slices.Contains(want, s) {
				want = append(want, s)
			}
		}
	}
	for i, n := range d.paper.Notes {
		if n.N != i+1 {
			d.wrong("notes", "note %d is called %d", i+1, n.N)
		}
		have = append(have, n.Ref)
	}
	if !slices.Equal(want, have) {
		d.wrong("notes", "they are not what the sentences cite")
	}
}

// quoteMarks are the signs between which a quotation stands.
var quoteMarks = [][2]string{{"“", "”"}, {"«", "»"}, {"„", "“"}, {"「", "」"}, {"『", "』"}, {"\"", "\""}, {"”", "”"}}

// quotedIn are the quotations of a text: what stands between the first sign that begins one and the sign that ends it, then on behind that.
func quotedIn(text string) (out []string) {
	for {
		first, end := -1, ""
		begin := ""
		for _, m := range quoteMarks {
			if i := strings.Index(text, m[0]); i >= 0 && (first < 0 || i < first) {
				first, begin, end = i, m[0], m[1]
			}
		}
		if first < 0 {
			return out
		}
		inside, rest, _ := strings.Cut(text[first+len(begin):], end)
		if q := strings.TrimFunc(inside, unicode.IsSpace); q != "" {
			out = append(out, q)
		}
		text = rest
	}
}

// quotations checks that what sentences quote is, byte for byte, where it is said to stand.
func (d *dossier) quotations() {
	d.begin()
	n := 0
	for i := range d.paper.Elements {
		x := &d.paper.Elements[i]
		if len(x.Words) == 0 || !x.sentence() && len(x.Quotes) == 0 {
			continue
		}
		want := quotedIn(x.Words[0].Text)
		if len(want) != len(x.Quotes) {
			d.wrong("quotations", "sentence %s quotes %d times, the dossier has %d quotations of it", x.Number, len(want), len(x.Quotes))
			continue
		}
		for k, q := range x.Quotes {
			switch err := d.quotation(x, want[k], q); {
			case errors.Is(err, errUnread):
				d.unproved[unprovedQuote]++
			case err != nil:
				d.wrong("quotations", "sentence %s, “%.80s”: %w", x.Number, want[k], err)
			default:
				n++
			}
		}
	}
	d.end("quotations", "%d, each of them a range of the bytes of a source that its sentence cites", n)
}

// errUnread says that a quotation is perhaps of what not everybody can read any more.
var errUnread = errors.New("one of its sources cannot be read any more")

func (d *dossier) quotation(x *dossierElement, want string, q dossierQuote) error {
	if q.Text != want {
		return errors.New("the dossier has another quotation in its place")
	}
	if q.Source == "" {
		for _, s := range x.Sources {
			if of := d.sources[s]; of != nil && (of.Black || of.Gone != "") {
				return errUnread
			}
		}
		return errors.New("it stands in none of its sources")
	}
	of := d.sources[q.Source]
	if !slices.Contains(x.Sources, q.Source) || of == nil || q.Word < 0 || q.Word >= len(of.Words) {
		return errors.New("it is said to stand in what the sentence does not cite")
	}
	text := of.Words[q.Word].Text
	if q.From < 0 || q.To < q.From || q.To > len(text) || text[q.From:q.To] != want || !utf8.ValidString(want) {
		return fmt.Errorf("bytes %d to %d of %s are something else", q.From, q.To, q.Source)
	}
	if of.unproved {
		return errUnread
	}
	return nil
}
