// Package manuscript reads papers from files as people write them, Markdown or JSON, into drafts: line by line what each
// became, and what was not understood. Nothing of it is on a record, and nothing is saved here.
package manuscript

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// MaxImport is the largest file that Import reads, in bytes.
const MaxImport = 2 << 20

// Import reads a paper from a file: JSON, as Draft is written, or Markdown:
//
//	symbol: WIPO/IP/AI/2/GE/20/1
//	title: Draft issues paper
//	[fr] Projet de document de synthèse
//	date: 2019-12-13
//	language: en
//
//	# Patents
//	[fr] Brevets
//
//	## 1. Inventorship and ownership
//
//	4. AI can now make inventions on its own,
//	and has done so.
//
//	- (i) Should the law allow AI to be named as the inventor?
//	[fr] La loi devrait-elle permettre de désigner l'IA comme inventeur ?
//
// A text goes on until an empty line. Inside of it only what follows what was before begins something new:
// the next number a paragraph, the next letter in brackets a question. So a line that happens to begin with
// a year stays where it stands. After an empty line every number begins a paragraph, and every letter a
// question of the paragraph above. A line that begins with a language in brackets is the translation of what
// stands above it. A backslash makes the rest of a line plain text.
//
// Lists, tables, definitions, emphasis and links are kept as package markup declares them. A footnote is put under the
// passage that cites it.
//
// Nothing is invented: numbers are those that are written, and what has none gets none. What is not
// understood (deeper headings, code, HTML, letters that belong to no paragraph) is kept as text, and
// listed in the draft's Notes with its line; so is a number that stands twice.
//
// A file that does not name its language is in the one given, which is English where that is none.
//
// Whether the paper can be published is decided when it is. What cannot be read is refused, with the
// number of the line: everything that is wrong at once, as far as that can be told.
func Import(b []byte, original locale.Lang) (paper.Draft, error) {
	r, err := Read(b, Options{Original: original, Letters: LettersAll})
	return r.Draft, err
}

// Read is Import with an account of what became of each line. A file without a title whose only heading with one #
// comes first has its title there; its headings with ## and ### are themes and issues then.
func Read(b []byte, o Options) (Reading, error) {
	original := o.Original
	if !original.Valid() {
		original = locale.English
	}
	if len(b) > MaxImport {
		return Reading{}, &refusal.Refusal{Kind: refusal.TooLarge, Key: "import.large", Field: "paper", Args: []any{"max", MaxImport >> 20}}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
		return Reading{}, refusal.In("paper", "import.utf8", "line", lineAt(b, invalid(b)))
	}
	r := reader{b: b, original: original}
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		r.json()
		r.named = r.d.Original != ""
	} else {
		r.markdown(o.Letters)
	}
	if r.d.Original == "" {
		r.d.Original = original
	}
	r.twice()
	if len(r.d.Elements) == 0 && len(r.no) == 0 {
		r.no = append(r.no, refusal.In("paper", "import.empty"))
	}
	return Reading{Draft: r.d, Lines: r.read, Named: r.named}, r.no.Or()
}

// invalid is the offset of the first byte that is not UTF-8.
func invalid(b []byte) int {
	for i := 0; i < len(b); {
		c, n := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// lineAt is the line of an offset, from 1. It is a string because a line is a label, not an amount.
func lineAt(b []byte, offset int) string {
	return strconv.Itoa(1 + bytes.Count(b[:min(max(offset, 0), len(b))], []byte("\n")))
}

// Limits of what a file and a command say, in code points; what a paper may say is decided when it is published.
const (
	maxHeading   = 1000
	maxSymbol    = 80
	maxNumber    = 20
	maxSubject   = 40
	maxSubjects  = 30
	maxAddress   = 2000
	manyRefusals = 20
)

// reader reads one file into a draft.
type reader struct {
	b    []byte
	d    paper.Draft
	no   refusal.Several
	stop bool // no sense can be made of what follows

	original locale.Lang // of a file that names none
	begins   []string    // the line of each element
	noted    bool        // the file brings notes
	named    bool        // the file names its language
	read     []Line      // what each line of Markdown became

	dec            *json.Decoder // JSON only
	counted, lines int           // the offset up to which lines were counted, and how many ended before it
}

func (r *reader) refuse(line, key string, args ...any) {
	if len(r.no) < manyRefusals {
		r.no = append(r.no, refusal.In("paper", key, append([]any{"line", line}, args...)...))
	} else {
		r.stop = true
	}
}

// oneLine and clean take a stranger's words; there is nothing wrong with them but their length, because the
// whole file is UTF-8.
func (r *reader) oneLine(at, s string, max int) string {
	s, err := locale.CleanLine(s, max)
	if err != nil {
		r.refuse(at, "import.long", "max", max)
		return ""
	}
	return s
}

func (r *reader) clean(at, s string) string {
	s, err := locale.Clean(s)
	if err != nil {
		r.refuse(at, "import.long", "max", locale.MaxText)
		return ""
	}
	return s
}

// words are those of an element: headings are one line, texts may have several.
func (r *reader) words(at, kind, s string) string {
	if kind == paper.Theme || kind == paper.Issue {
		return r.oneLine(at, s, maxHeading)
	}
	return r.clean(at, s)
}

func (r *reader) kind(at, s string) string {
	switch s = strings.TrimSpace(s); s {
	case "", paper.IssuesPaper, paper.InformationPaper, paper.Considerations, paper.Summary:
		return s
	}
	r.refuse(at, "import.kind")
	return ""
}

func (r *reader) language(at, s string) locale.Lang {
	l := locale.Lang(strings.TrimSpace(s))
	if !l.Valid() {
		r.refuse(at, "import.language", "language", shown(s))
	}
	return l
}

func (r *reader) source(at, s string) string {
	s = r.oneLine(at, s, maxAddress)
	if s != "" && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		r.refuse(at, "import.source")
		return ""
	}
	return s
}

func (r *reader) status(at, s string) string {
	switch s = strings.TrimSpace(s); s {
	case "", paper.Official, paper.Unofficial, paper.Machine:
		return s
	}
	r.refuse(at, "import.status")
	return ""
}

// shown is a stranger's word as a refusal may repeat it.
func shown(s string) string {
	if s, err := locale.CleanLine(s, 60); err == nil {
		return s
	}
	return "…"
}

// json reads the JSON form, token by token, so that every refusal can name its line.
func (r *reader) json() {
	r.dec = json.NewDecoder(bytes.NewReader(r.b))
	r.object(func(at, key string) {
		switch key {
		case "paper":
			r.d.Paper = r.ref(func(x cite.Ref) bool { return x.Kind() == 'p' && x == x.Root() })
		case "base":
			r.d.Base = r.number()
		case "kind":
			r.d.Kind = r.kind(at, r.str())
		case "symbol":
			r.d.Symbol = r.oneLine(at, r.str(), maxSymbol)
		case "original":
			r.d.Original = r.language(at, r.str())
		case "date":
			r.d.Date = r.oneLine(at, r.str(), maxNumber)
		case "title":
			r.d.Title = r.languages(func(at, s string) string { return r.oneLine(at, s, input.MaxTitle) })
		case "note":
			r.d.Note = r.languages(r.clean)
		case "source":
			r.d.Source = r.source(at, r.str())
		case "status":
			r.d.Status = r.languages(r.status)
		case "pictures": // they stay with the draft whose they are
			r.array(r.skip)
		case "elements":
			r.array(func() {
				if len(r.d.Elements) == paper.MaxElements {
					r.refuse(r.at(), "import.elements", "max", paper.MaxElements)
					r.stop = true
					return
				}
				r.begins = append(r.begins, r.at())
				r.d.Elements = append(r.d.Elements, r.element())
			})
		case "notes":
			r.noted = true
			r.array(func() { r.d.Notes = append(r.d.Notes, r.readNote()) })
		default:
			r.unknown(at, key)
		}
	})
	if rest := r.b[r.dec.InputOffset():]; !r.stop && len(bytes.TrimSpace(rest)) > 0 {
		r.refuse(lineAt(r.b, len(r.b)-len(bytes.TrimLeft(rest, " \t\r\n"))), "import.json")
	}
}

func (r *reader) element() paper.DraftElement {
	var e paper.DraftElement
	begins := r.at()
	r.object(func(at, key string) {
		switch key {
		case "id":
			r.upTo(maxNoteLine) // it means nothing in another draft
		case "wrote", "taken":
			r.skip() // they are of the draft it was taken out of: whoever brings the file in answers for what it says
		case "ref":
			e.Ref = r.ref(func(x cite.Ref) bool { return x == x.Element() })
		case "kind":
			e.Kind = r.str()
			if !slices.Contains(paper.ElementKinds, e.Kind) && !r.stop {
				r.refuse(at, "import.element_kind", "kind", shown(e.Kind))
			}
		case "number":
			e.Number = r.oneLine(at, r.str(), maxNumber)
		case "subjects":
			e.Subjects = r.labels(at)
		case "crosscutting":
			e.Crosscutting = r.labels(at)
		case "from":
			e.From = r.refs(at, func(x cite.Ref) bool { return x == x.Element() })
		case "cites":
			e.Cites = r.refs(at, paper.Citable)
		case "stance":
			e.Stance = r.flag()
		case "text":
			e.Text = r.languages(r.clean)
		case "status":
			e.Status = r.languages(r.status)
		default:
			r.unknown(at, key)
		}
	})
	if e.Kind == "" && !r.stop {
		r.refuse(begins, "import.element_kind", "kind", "")
	}
	for l, s := range e.Text {
		e.Text[l] = r.words(begins, e.Kind, s)
	}
	return e
}

// labels reads a list of ids of the conversation's labels.
func (r *reader) labels(at string) (out []string) {
	r.array(func() {
		s := r.oneLine(at, r.str(), maxSubject)
		if len(out) == maxSubjects {
			r.refuse(at, "import.subjects", "max", maxSubjects)
			r.stop = true
		} else if s != "" {
			out = append(out, s)
		}
	})
	return out
}

// maxCites is how many things one element may cite.
const maxCites = 200

func (r *reader) refs(at string, fits func(cite.Ref) bool) (out []cite.Ref) {
	r.array(func() {
		x := r.ref(fits)
		if len(out) == maxCites {
			r.refuse(at, "import.cites", "max", maxCites)
			r.stop = true
		} else if x != cite.None {
			out = append(out, x)
		}
	})
	return out
}

// at is the line that was reached. Lines are counted on from the last time, because it is asked for at
// every key.
func (r *reader) at() string {
	offset := int(r.dec.InputOffset())
	r.lines += bytes.Count(r.b[r.counted:offset], []byte("\n"))
	r.counted = offset
	return strconv.Itoa(1 + r.lines)
}

// token is the next token; whatever is no JSON ends the reading.
func (r *reader) token() json.Token {
	if r.stop {
		return nil
	}
	t, err := r.dec.Token()
	if err != nil {
		offset := len(r.b)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			offset = int(syntax.Offset)
		}
		r.refuse(lineAt(r.b, offset), "import.json")
		r.stop = true
	}
	return t
}

func (r *reader) wrongType() {
	if !r.stop {
		r.refuse(r.at(), "import.type")
		r.stop = true
	}
}

func (r *reader) object(each func(at, key string)) {
	if r.token() != json.Delim('{') {
		r.wrongType()
	}
	for !r.stop && r.dec.More() {
		key, _ := r.token().(string)
		if !r.stop {
			each(r.at(), key)
		}
	}
	r.token()
}

func (r *reader) array(each func()) {
	if r.token() != json.Delim('[') {
		r.wrongType()
	}
	for !r.stop && r.dec.More() {
		each()
	}
	r.token()
}

func (r *reader) str() string {
	s, ok := r.token().(string)
	if !ok {
		r.wrongType()
	}
	return s
}

func (r *reader) number() int { return r.upTo(paper.MaxElements) }

// upTo is a whole number from 0 to most.
func (r *reader) upTo(most int) int {
	f, ok := r.token().(float64)
	if !ok || f != float64(int(f)) || f < 0 || f > float64(most) {
		r.wrongType()
		return 0
	}
	return int(f)
}

func (r *reader) flag() bool {
	b, ok := r.token().(bool)
	if !ok {
		r.wrongType()
	}
	return b
}

func (r *reader) languages(clean func(at, s string) string) map[locale.Lang]string {
	m := map[locale.Lang]string{}
	r.object(func(at, key string) {
		l := r.language(at, key)
		if s := clean(at, r.str()); l.Valid() && s != "" {
			m[l] = s
		}
	})
	return m
}

func (r *reader) ref(fits func(cite.Ref) bool) cite.Ref {
	s := r.str()
	x, err := cite.ParseRef(s)
	if r.stop || s == "" {
		return cite.None
	}
	if err != nil || !fits(x) {
		r.refuse(r.at(), "import.ref", "ref", shown(s))
		return cite.None
	}
	return x
}

// unknown passes over a key that nobody knows, and says so: it may be a slip of the pen.
func (r *reader) unknown(at, key string) {
	r.refuse(at, "import.key", "key", shown(key))
	r.skip()
}

// skip passes over a value.
func (r *reader) skip() {
	var skipped json.RawMessage
	if !r.stop && r.dec.Decode(&skipped) != nil {
		r.refuse(r.at(), "import.json")
		r.stop = true
	}
}
