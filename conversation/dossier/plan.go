package dossier

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/receipt"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/quote"
	"github.com/openplenary/plenary/record"
)

// maxBehind is how many sources are in a dossier that no sentence cites itself.
const maxBehind = 3_000

// Plan is what is in the dossier of an edition. Where words stand is known, what they say is filled in.
type Plan struct {
	Paper   Paper
	Sources []*Source // those that sentences cite first, in the order of their notes
	Cited   int       // how many those are
	LeftOut int
	reading *conversation.Reading
	open    map[cite.Position]bool // the entries, and whether everybody may read their data
}

// New plans the dossier of an edition of considerations; ok is false where that is none. The reading must be of those who read everything
// that everybody may read, and no more.
func New(st *conversation.Reading, ref cite.Ref) (*Plan, bool) {
	e, ok := st.Papers.Edition(ref)
	if !ok || !paper.Compiled(e.Kind) || ref.ElementNumber() > 0 {
		return nil, false
	}
	p := &Plan{reading: st, open: map[cite.Position]bool{e.At: true}}
	p.Paper = Paper{Format: Format, Edition: e.Ref, Entry: e.At, Symbol: string(e.Symbol), Date: e.Date, Title: p.passage(e, paper.TitlePassage, "/title"),
		Elements: []Element{}, Notes: []Note{}}
	known := map[cite.Ref]bool{}
	add := func(r cite.Ref) {
		if !known[r] {
			known[r] = true
			p.Sources = append(p.Sources, &Source{Format: Format, Ref: r})
		}
	}
	for i := range e.Elements {
		el := &e.Elements[i]
		x := Element{Ref: cite.Element(e.Ref, el.Ref.ElementNumber()), Kind: el.Kind, Number: el.Number, Cites: el.Cites,
			Words: p.passage(e, paper.PassageOf(el.Ref), "/elements/"+strconv.Itoa(i)+"/text")}
		for _, c := range el.Cites {
			r := Called(st, e.At, c)
			add(r)
			x.Sources = append(x.Sources, r)
		}
		p.Paper.Elements = append(p.Paper.Elements, x)
	}
	p.Cited = len(p.Sources)
	for i := 0; i < len(p.Sources); i++ {
		s := p.Sources[i]
		p.source(st, s)
		for _, l := range st.Back(s.Ref, maxBehind) {
			r := l.From
			switch {
			case r == s.Ref || kinds[r.Kind()] == "" || slices.Contains(s.RestsOn, r):
			case !known[r] && len(p.Sources) >= p.Cited+maxBehind:
				p.LeftOut++
			default:
				add(r)
				s.RestsOn = append(s.RestsOn, r)
			}
		}
	}
	return p, true
}

// kinds are what references name.
var kinds = map[byte]string{'c': Point, 'd': Answer, 'p': Passage, 'q': Question, 'o': Theme}

// Called is how something is called that an entry cites: an element by its edition, which is the newest that was out then where none is
// named; a passage of a text as that text.
func Called(st *conversation.Reading, at cite.Position, r cite.Ref) cite.Ref {
	head, _, _ := strings.Cut(string(r), "[")
	r = cite.Ref(head)
	if r.Kind() != 'p' {
		return r
	}
	if n := r.EditionNumber(); n > 0 {
		return cite.Element(cite.EditionOf(r.Root(), n), r.ElementNumber()) // without its language
	}
	p, ok := st.Papers.Paper(r)
	if !ok {
		return r
	}
	for _, e := range slices.Backward(p.Editions) {
		if _, there := e.Element(r.Element()); there && e.At < at {
			return cite.Element(e.Ref, r.ElementNumber())
		}
	}
	return r
}

// passage is where the texts of a passage of an edition stand, that of the original first.
func (p *Plan) passage(e *paper.Edition, x paper.Passage, at string) (out []Word) {
	t, _ := e.Passage(x)
	for _, l := range append([]locale.Lang{t.Original}, locale.All...) {
		text := t.In[l]
		if text == "" || len(out) > 0 && l == t.Original {
			continue
		}
		w := Word{Entry: e.At, In: InData, At: at + "/in/" + string(l), Lang: l, Text: text}
		if r, ok := e.Released(x, l); ok {
			w.Entry, w.At = r.At, "/text"
			p.open[r.At] = true
		}
		out = append(out, w)
	}
	return out
}

// source looks up where the words of a source stand, and what became of it.
func (p *Plan) source(st *conversation.Reading, s *Source) {
	s.Kind, s.Words, s.RestsOn = kinds[s.Ref.Kind()], []Word{}, []cite.Ref{}
	switch s.Kind {
	case Point:
		p.point(st, s)
	case Answer:
		if d, ok := st.Consultation.Disposition(s.Ref); ok {
			p.answer(s, d)
		}
	case Passage:
		p.element(st, s)
	case Question:
		if q, ok := st.Formulation.Question(s.Ref); ok {
			w := q.Now()
			p.rests(s, w.Position, true)
			for _, l := range w.Languages {
				s.Words = append(s.Words, Word{Entry: w.Position, In: InText, At: "wording." + string(l), Lang: l})
			}
		}
	case Theme:
		p.theme(st, s)
	}
	slices.Sort(s.Entries)
	s.Entries = append([]cite.Position{}, slices.Compact(s.Entries)...)
}

// rests notes that a source rests on an entry, and whether everybody may read the data of that.
func (p *Plan) rests(s *Source, at cite.Position, open bool) {
	if at > 0 {
		s.Entries = append(s.Entries, at)
		p.open[at] = open
	}
}

// point is a part of a contribution: what came, what its author put right since, and the name of the party on the roll.
func (p *Plan) point(st *conversation.Reading, s *Source) {
	row, ok := st.Consultation.Row(s.Ref)
	if !ok {
		s.Gone = "unknown"
		return
	}
	read := st.MaySee(s.Ref) >= conversation.Redacted
	//mutants:guard the data of what is not everybody's, and of what is blacked out, are not handed on
	p.rests(s, row.Position, read && !row.Redacted)
	if !read {
		s.Gone = row.Status.String()
		return
	}
	s.Black = row.Redacted
	for _, k := range st.Consultation.Corrections(s.Ref) {
		if k.Stands > 0 { // one that waits, or was withheld, is nobody else's
			p.rests(s, k.Position, !row.Redacted)
		}
	}
	if row.Known {
		var y delegation.Party
		if y.UnmarshalText([]byte(row.For)) == nil {
			if on, ok := st.Roll.Party(y); ok {
				p.rests(s, on.Named, true)
			}
		}
	}
	n := s.Ref.PartNumber()
	lang := st.Consultation.Part(row.Ref, n).Language
	for _, field := range []string{".text", ".wording"} {
		s.Words = append(s.Words, Word{Entry: row.Position, In: InText, At: strconv.Itoa(n) + field, Lang: lang})
	}
}

// answer is an answer of the secretariat: its reason and its heading, in each language where they stand.
func (p *Plan) answer(s *Source, d *consultation.Disposition) {
	p.rests(s, d.Position, true)
	for _, said := range []map[locale.Lang]consultation.Reason{d.Headings, d.Reasons} {
		for _, l := range locale.All {
			if at, ok := said[l]; ok {
				p.rests(s, at.At, true)
				s.Words = append(s.Words, Word{Entry: at.At, In: InText, At: at.Key, Lang: l})
			}
		}
	}
}

// element is an element of an edition.
func (p *Plan) element(st *conversation.Reading, s *Source) {
	e, ok := st.Papers.Edition(s.Ref)
	if !ok {
		s.Gone = "unknown"
		return
	}
	i := slices.IndexFunc(e.Elements, func(el paper.Element) bool { return el.Ref == s.Ref.Element() })
	if i < 0 {
		s.Gone = "unknown"
		return
	}
	p.rests(s, e.At, true)
	s.Words = p.passage(e, paper.PassageOf(e.Elements[i].Ref), "/elements/"+strconv.Itoa(i)+"/text")
	for _, w := range s.Words {
		p.rests(s, w.Entry, true)
	}
}

// theme is a theme of an order: what it was called when the order was begun, and the reason for its place now.
func (p *Plan) theme(st *conversation.Reading, s *Source) {
	o, ok := st.Priorities.Order(s.Ref)
	n := s.Ref.ThemeNumber()
	if !ok {
		s.Gone = "unknown"
		return
	}
	p.rests(s, o.Position, true)
	if t, ok := o.Theme(n); ok {
		for _, l := range locale.All {
			if text := t.Title.In[l]; text != "" {
				s.Words = append(s.Words, Word{Entry: o.Position, In: InData, At: "/themes/" + strconv.Itoa(n-1) + "/title/in/" + string(l), Lang: l, Text: text})
			}
		}
	}
	now := o.Now()
	if now == nil {
		return
	}
	p.rests(s, now.Position, true)
	for _, place := range append(slices.Clone(now.Places), now.Left...) {
		if place.Theme == n {
			for _, l := range place.Languages {
				s.Words = append(s.Words, Word{Entry: now.Position, In: InText, At: "reason." + strconv.Itoa(n) + "." + string(l), Lang: l})
			}
		}
	}
}

// Entries lists the entries of the dossier, in their order.
func (p *Plan) Entries() []cite.Position { return slices.Sorted(maps.Keys(p.open)) }

// Since is the entry since which the dossier is what it is.
func (p *Plan) Since() cite.Position { return max(p.reading.Since(), slices.Max(p.Entries())) }

// Need lists the entries whose words a source wants.
func (p *Plan) Need(s *Source) []cite.Position { return p.reading.Needed(s.Entries) }

// Granted are those of some entries of which everybody may read words.
func (p *Plan) Granted(at []cite.Position) []cite.Position { return p.reading.Needed(at) }

// Show gives the words of entries as everybody may read them.
func (p *Plan) Show(raw map[cite.Position]cite.Words) map[cite.Position]cite.Words {
	return p.reading.Show(raw)
}

// Filled is a source with its words, as they stand on the record: each as everybody reads it, and as the entry that says it has it. What
// nobody reads any more is not among them. The plan itself keeps no words, so that a long dossier needs little memory.
func (p *Plan) Filled(of *Source, raw map[cite.Position]cite.Words) *Source {
	filled := *of
	s := &filled
	shown := p.reading.Show(raw)
	asked := s.Words
	s.Words = []Word{}
	for _, w := range asked {
		if w.In == InText {
			//mutants:guard what is shown of a source is what everybody reads
			w.Text = shown[w.Entry][w.At]
			if w.Text == "" {
				continue
			}
			for _, at := range slices.Backward(s.Entries) { // the last that says it: what its author put right
				if s.Kind == Point && raw[at][w.At] == w.Text {
					w.Entry = at
					break
				}
			}
		}
		s.Words = append(s.Words, w)
	}
	if len(s.Words) == 0 && len(asked) > 0 && s.Gone == "" {
		s.Gone = "erased"
	}
	return s
}

// Disclosed reports what of an entry everybody may read: its data, and its text. A text is handed on whole or not at all, because its words
// are hashed together.
func (p *Plan) Disclosed(at cite.Position, e receipt.Entry) (data, text bool, err error) {
	data = p.open[at]
	if e.Text == nil {
		return data, false, nil
	}
	words, err := conversation.DecodeWords(e.Text[record.SaltSize:])
	if err != nil {
		return false, false, err
	}
	shown := p.reading.Show(map[cite.Position]cite.Words{at: words})
	now, ok := shown[conversation.Original(at)]
	if !ok {
		now, ok = shown[at]
	}
	//mutants:guard a text of which a word is not everybody's is not handed on
	return data, ok && data && maps.Equal(words, now), nil
}

// Quotes reports whether a sentence quotes anything.
func Quotes(x *Element) bool {
	return len(x.Words) > 0 && len(quote.All(x.Words[0].Text)) > 0
}

// Quote finds what a sentence quotes in the words of its sources, which must be filled in.
func (p *Plan) Quote(x *Element, of map[cite.Ref]*Source) {
	if len(x.Words) == 0 {
		return
	}
	x.Quotes = nil
	for _, text := range quote.All(x.Words[0].Text) {
		x.Quotes = append(x.Quotes, quoted(text, x.Sources, of))
	}
}

func quoted(text string, sources []cite.Ref, of map[cite.Ref]*Source) Quote {
	for _, r := range sources {
		if s := of[r]; s != nil {
			for i, w := range s.Words {
				if at, ok := quote.Find(w.Text, text); ok {
					return Quote{text, r, i, at.From, at.To}
				}
			}
		}
	}
	return Quote{Text: text}
}
