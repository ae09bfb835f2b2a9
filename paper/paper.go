package paper

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The kinds of paper.
const (
	IssuesPaper      = "issues-paper"
	InformationPaper = "information-paper"
	Considerations   = "considerations"
	Summary          = "summary" // of a session: prepared by the secretariat, and not adopted
)

// Compiled reports whether the sentences of a kind of paper rest on what they cite: those of considerations and of summaries do, and are
// published only where conversation/compiler finds nothing.
func Compiled(kind string) bool { return kind == Considerations || kind == Summary }

// The kinds of element, from the widest to the narrowest.
const (
	Theme     = "theme"
	Issue     = "issue"
	Paragraph = "paragraph"
	Question  = "question"
)

// ElementKinds lists the kinds of element, from the widest to the narrowest.
var ElementKinds = []string{Theme, Issue, Paragraph, Question}

// Element is one element of an edition. Its text is in several languages; Number is what is printed
// beside it, without the number of what holds it: "7", "13", "(i)".
//
// An element goes on from the one with its reference in the edition before, and from those of From. It
// rests on what it cites. Subjects and cross-cutting questions are those of the conversation; an element
// without any has those of what holds it.
type Element struct {
	Ref          cite.Ref    `json:"ref"` // p3.x17, through time
	Kind         string      `json:"kind"`
	Number       string      `json:"number,omitempty"`
	Subjects     []string    `json:"subjects,omitempty"`
	Crosscutting []string    `json:"crosscutting,omitempty"`
	Stance       bool        `json:"stance,omitempty"` // whether commenters are asked yes, in part or no
	From         []cite.Ref  `json:"from,omitempty"`   // other elements of the edition before that it goes on from
	Cites        []cite.Ref  `json:"cites,omitempty"`  // parts, elements, dispositions that it rests on
	Wrote        []string    `json:"wrote,omitempty"`  // participants who wrote it, where it is a sentence that a second person reads
	Text         locale.Text `json:"text"`
	// Status is what its translations are (official, unofficial, machine), where that is another than the edition's.
	Status map[locale.Lang]string `json:"status,omitempty"`
}

// Edition is one published state of a paper. Its original is never changed; translations may come after it.
type Edition struct {
	Ref         cite.Ref
	Symbol      cite.Symbol
	Kind        string
	Final       bool // considerations after their review
	Title       locale.Text
	Note        locale.Text            // shown under the masthead; may be empty
	Status      map[locale.Lang]string // of translations: "official", "unofficial"
	Source      string                 // address of what it re-enacts or reproduces; "" for none
	Date        string                 // the date printed on it, 2019-12-13
	Published   time.Time
	At          cite.Position
	Elements    []Element
	Changes     []ElementChange // what became of each element of the edition before; none in the first
	Listed      []cite.Ref      // parts that had no answer when it was published, listed in it
	Pictures    []Picture       // that its texts show
	Releases    []Release       // translations that came after it, in their order; Elements, Title and Note have them
	running     bool            // the letters of questions run through the whole of it
	parent      []int           // index of the element that holds each, -1 for none
	index       map[cite.Ref]int
	changeIndex map[cite.Ref]int // index in Fates
}

// Element finds an element of the edition by its reference through time.
func (e *Edition) Element(x cite.Ref) (*Element, bool) {
	i, ok := e.index[x]
	if !ok {
		return nil, false
	}
	return &e.Elements[i], true
}

// has reports whether the edition (nil for none) has an element.
func (e *Edition) has(x cite.Ref) bool {
	if e == nil {
		return false
	}
	_, ok := e.index[x]
	return ok
}

// Holder is the element that directly holds x: the paragraph of a question, the issue of a paragraph,
// the theme of an issue. None at the top.
func (e *Edition) Holder(x cite.Ref) cite.Ref {
	i, ok := e.index[x]
	if !ok || e.parent[i] < 0 {
		return cite.None
	}
	return e.Elements[e.parent[i]].Ref
}

// IssueOf is the issue that holds x, or x itself if it is one; None outside of issues.
func (e *Edition) IssueOf(x cite.Ref) cite.Ref {
	for x != cite.None {
		el, ok := e.Element(x)
		if !ok {
			return cite.None
		}
		if el.Kind == Issue {
			return x
		}
		x = e.Holder(x)
	}
	return cite.None
}

// Within reports whether x is the element or stands inside it.
func (e *Edition) Within(x, holder cite.Ref) bool {
	if x == holder {
		return x != cite.None
	}
	i, ok1 := e.index[x]
	h, ok2 := e.index[holder]
	if !ok1 || !ok2 {
		return false
	}
	for i > h { // what holds something comes before it
		i = e.parent[i]
	}
	return i == h
}

// Label is the number of an element as people cite it: "13" for a paragraph, "7" for an issue. A question is
// cited by its letter alone where the letters run through the whole paper: "(l)"; where they begin anew under
// each paragraph, after the paragraph's number: "13(i)". A figure, "1", stands alone
// where no other question has it, else after a full stop: "13.1". What has no number has no label.
func (e *Edition) Label(x cite.Ref) string {
	el, ok := e.Element(x)
	if !ok {
		return ""
	}
	if el.Kind == Question && el.Number != "" && !e.running {
		if held := e.heldNumber(x); held != "" && isFigure(el.Number) {
			return held + "." + el.Number
		}
		return e.heldNumber(x) + el.Number
	}
	return el.Number
}

// isFigure reports whether a number begins with a digit: put right behind another it would read as a third.
func isFigure(number string) bool { return number != "" && number[0] >= '0' && number[0] <= '9' }

// heldNumber is the number of what directly holds x.
func (e *Edition) heldNumber(x cite.Ref) string {
	if p, ok := e.Element(e.Holder(x)); ok {
		return p.Number
	}
	return ""
}

// runs reports whether the letters of questions run through the whole edition: none twice, and under several paragraphs
// or figures throughout.
func (e *Edition) runs() bool {
	seen, holders, figures := map[string]bool{}, map[int]bool{}, true
	for i := range e.Elements {
		if el := &e.Elements[i]; el.Kind == Question && el.Number != "" {
			if seen[el.Number] {
				return false
			}
			seen[el.Number], holders[e.parent[i]] = true, true
			figures = figures && isFigure(el.Number)
		}
	}
	return len(holders) > 1 || figures
}

// Find resolves a label of this edition ("13(i)", "13", "issue 7") to an element. A question whose letter
// stands alone is found after its paragraph's number as well.
func (e *Edition) Find(label string) (cite.Ref, bool) {
	label = strings.TrimSpace(label)
	kind := ""
	if n, ok := strings.CutPrefix(strings.ToLower(label), "issue "); ok {
		kind, label = Issue, n
	}
	for i := range e.Elements {
		el := &e.Elements[i]
		if kind == "" && el.Kind != Paragraph && el.Kind != Question || kind != "" && el.Kind != kind {
			continue
		}
		if el.Number != "" && (e.Label(el.Ref) == label || el.Kind == Question && !isFigure(el.Number) && e.heldNumber(el.Ref)+el.Number == label) {
			return el.Ref, true
		}
	}
	return cite.None, false
}

// Issues counts the issues of the edition.
func (e *Edition) Issues() int {
	n := 0
	for i := range e.Elements {
		if e.Elements[i].Kind == Issue {
			n++
		}
	}
	return n
}

// Languages are those in which every element of the edition has a text, in the order of locale.All.
func (e *Edition) Languages() []locale.Lang {
	var out []locale.Lang
	for _, l := range locale.All {
		if e.Title.In[l] == "" {
			continue
		}
		whole := true
		for i := range e.Elements {
			if e.Elements[i].Text.In[l] == "" {
				whole = false
				break
			}
		}
		if whole {
			out = append(out, l)
		}
	}
	return out
}

// levels is how many kinds of element there are.
const levels = 4

// level orders the kinds: an element holds what follows it with a higher level.
func level(kind string) int {
	switch kind {
	case Theme:
		return 0
	case Issue:
		return 1
	case Paragraph:
		return 2
	case Question:
		return 3
	}
	return -1
}

func (e *Edition) build() {
	e.parent = make([]int, len(e.Elements))
	e.index = make(map[cite.Ref]int, len(e.Elements))
	last := [levels]int{-1, -1, -1, -1}
	for i := range e.Elements {
		e.index[e.Elements[i].Ref] = i
		lv := max(0, level(e.Elements[i].Kind))
		e.parent[i] = -1
		for up := lv - 1; up >= 0 && e.parent[i] < 0; up-- {
			e.parent[i] = last[up]
		}
		last[lv] = i
		for down := lv + 1; down < len(last); down++ {
			last[down] = -1
		}
	}
	e.running = e.runs()
	e.changeIndex = make(map[cite.Ref]int, len(e.Changes))
	for i := range e.Changes {
		e.changeIndex[e.Changes[i].From] = i
	}
}

// Paper is a paper through all its editions.
type Paper struct {
	Ref      cite.Ref
	Editions []*Edition
	Reserved []Reserved // elements that the next edition shall have, and does not yet
	elements int        // counter of element references
}

// Counter is the number of the newest element reference.
func (p *Paper) Counter() int { return p.elements }

// Latest is the newest edition.
func (p *Paper) Latest() *Edition { return p.Editions[len(p.Editions)-1] }

// Revised reports whether edition n, from 1, is the first or changed something that was said before it.
func (p *Paper) Revised(n int) bool {
	e, ok := p.Edition(n)
	return ok && (n == 1 || e.revises(p.Editions[n-2]))
}

// Revision is the newest edition that changed something that was said before it, by its own concordance or because it
// has more elements; false where no edition did.
func (p *Paper) Revision() (*Edition, bool) {
	for n := len(p.Editions) - 1; n > 0; n-- {
		if p.Editions[n].revises(p.Editions[n-1]) {
			return p.Editions[n], true
		}
	}
	return nil, false
}

// revises reports whether an edition has other words than the one before it, or has them in another place.
func (e *Edition) revises(before *Edition) bool {
	for i := range e.Changes {
		if e.Changes[i].Change != Unchanged {
			return true
		}
	}
	for i := range e.Elements {
		if !before.has(e.Elements[i].Ref) {
			return true
		}
	}
	return false
}

// Edition is edition n, from 1.
func (p *Paper) Edition(n int) (*Edition, bool) {
	if n < 1 || n > len(p.Editions) {
		return nil, false
	}
	return p.Editions[n-1], true
}

// Shelf is the state of this room.
type State struct {
	All     []*Paper
	symbols map[string]cite.Ref     // by folded symbol, the edition
	citing  map[cite.Ref][]cite.Ref // what cites a part, a disposition or an element through time
	marks   map[Seal][]Mark         // what was said of sentences: mark.go
	shared  bool                    `digest:"-"` // snapshots hold it: it changes no more
}

// Snapshot is the state as it is now. It is this very state, which changes no more: see Own.
func (s *State) Snapshot() *State {
	s.shared = true
	return s
}

// Own is a state that may be changed: this one where no snapshot holds it, else a copy. Editions are shared with
// the copy.
func (s *State) Own() *State {
	if !s.shared {
		return s
	}
	return s.Copy()
}

// Copy is a state that may be changed, and this one stays. Editions are shared with the copy.
func (s *State) Copy() *State {
	own := &State{All: make([]*Paper, len(s.All)), symbols: maps.Clone(s.symbols), citing: maps.Clone(s.citing), marks: maps.Clone(s.marks)}
	for i, p := range s.All {
		own.All[i] = &Paper{Ref: p.Ref, Editions: slices.Clone(p.Editions), Reserved: slices.Clone(p.Reserved), elements: p.elements}
	}
	return own
}

// NewShelf is an empty shelf.
func NewState() *State {
	return &State{symbols: map[string]cite.Ref{}, citing: map[cite.Ref][]cite.Ref{}, marks: map[Seal][]Mark{}}
}

// Paper finds a paper by any reference into it.
func (s *State) Paper(r cite.Ref) (*Paper, bool) {
	n := r.Number()
	if r.Kind() != 'p' || n < 1 || n > len(s.All) {
		return nil, false
	}
	return s.All[n-1], true
}

// Edition finds the edition a reference names, or the newest where it names none.
func (s *State) Edition(r cite.Ref) (*Edition, bool) {
	p, ok := s.Paper(r)
	if !ok {
		return nil, false
	}
	if n := r.EditionNumber(); n > 0 {
		return p.Edition(n)
	}
	return p.Latest(), true
}

// Symbol finds the edition that bears a document symbol.
func (s *State) Symbol(sym cite.Symbol) (cite.Ref, bool) {
	r, ok := s.symbols[sym.Key()]
	return r, ok
}

// Publish puts an edition on the record. Elements without a reference get one; elements that continue
// those of the edition before carry theirs.
type Publish struct {
	Paper    cite.Ref // the paper that gets a new edition; None for a new paper
	Base     int      // the edition that it was drafted from; 0 where that is not known
	List     bool     // list the points that have no answer; without it the edition is refused while there are any
	Kind     string   // one of Kinds
	Final    bool     // considerations after their review; those before it are preliminary
	Symbol   string   // the document symbol, which no other edition bears
	Title    locale.Text
	Note     locale.Text
	Status   map[locale.Lang]string // of translations: "official", "unofficial"
	Source   string                 // address of what it re-enacts or reproduces; "" for none
	Date     string                 // printed on it, 2019-12-13
	Elements []Element
	Pictures []Picture `api:"-"` // that the texts show; the desk kept each of them with the draft
}

// MaxElements is how many elements an edition has at most.
const MaxElements = 2000

const (
	maxNumber   = 20 // of a number, in code points
	maxFindings = 20 // what is wrong with elements is listed up to here
)

// Kinds lists the kinds of paper.
var Kinds = []string{IssuesPaper, InformationPaper, Considerations, Summary}

// Check cleans all texts and holds the edition to its bounds.
func (c Publish) Check() (Publish, error) {
	var in input.Check
	in.OneOf("kind", c.Kind, Kinds, "paper.kind")
	_, err := cite.ParseSymbol(c.Symbol)
	in.If(err != nil, "symbol", "paper.symbol")
	in.Lines("title", &c.Title, input.MaxTitle)
	in.If(c.Title.In[c.Title.Original] == "", "title", "paper.title")
	in.Texts("note", &c.Note, input.MaxText)
	for l, status := range c.Status {
		in.Language("status", l)
		in.OneOf("status", status, Statuses, "answer.status")
	}
	in.Address("source", &c.Source)
	checkPictures(&in, c.Pictures)
	_, err = time.Parse(time.DateOnly, c.Date)
	in.If(err != nil, "date", "paper.date")
	if len(c.Elements) == 0 || len(c.Elements) > MaxElements {
		in.Refuse("elements", "paper.elements", "max", MaxElements)
		c.Elements = nil
	}
	c.Elements = slices.Clone(c.Elements)
	paragraph := false
	for i := range c.Elements {
		el, n := &c.Elements[i], i+1
		in.Line("elements", &el.Number, maxNumber)
		el.Text.Original = c.Title.Original
		in.Whole("elements", &el.Text)
		in.If(!el.written(), "elements", "paper.wrote", "n", n)
		for l, status := range el.Status {
			in.Language("elements", l)
			in.OneOf("elements", status, Statuses, "answer.status")
		}
		switch {
		case level(el.Kind) < 0:
			in.Refuse("elements", "paper.element_kind", "n", n)
		case el.Kind == Question && !paragraph:
			in.Refuse("elements", "paper.question_alone", "n", n)
		case strings.TrimSpace(el.Text.In[c.Title.Original]) == "":
			in.Refuse("elements", "paper.element_empty", "n", n)
		}
		checkNotes(&in, n, el)
		paragraph = el.Kind == Paragraph || el.Kind == Question && paragraph
		if in.Found() > maxFindings {
			break
		}
	}
	repeated(len(c.Elements), func(i int) (string, string) { return c.Elements[i].Kind, c.Elements[i].Number }, func(i, first int) {
		if in.Found() <= maxFindings {
			in.Refuse("elements", "paper.number_twice", "n", i+1, "number", c.Elements[i].Number, "first", first+1)
		}
	})
	return c, in.Err()
}

// maxWrote is how many people write one sentence at most.
const maxWrote = 50

// written reports whether those who wrote the element are named as the record names people.
func (e *Element) written() bool {
	return len(e.Wrote) <= maxWrote && !slices.ContainsFunc(e.Wrote, func(who string) bool {
		_, err := cite.ParseNumber(strings.TrimPrefix(who, "u"))
		return err != nil || !strings.HasPrefix(who, "u")
	})
}

// Publish decides.
func (s *State) Publish(act cite.Act, c Publish) (Published, error) {
	f := Published{PaperKind: c.Kind, Final: c.Final, Symbol: c.Symbol, Title: c.Title, Note: c.Note, Status: c.Status, Source: c.Source, Date: c.Date, Pictures: c.Pictures, By: act.By, At: act.At}
	var before *Edition
	if c.Paper == cite.None {
		f.Ref = cite.EditionOf(cite.Paper(len(s.All)+1), 1)
	} else {
		p, ok := s.Paper(c.Paper)
		if !ok {
			return f, refusal.New(refusal.Hidden, "paper.unknown")
		}
		if c.Base != 0 && c.Base != len(p.Editions) {
			return f, refusal.New(refusal.Conflict, "paper.stale", "symbol", string(p.Latest().Symbol))
		}
		f.Ref, f.Counter, before = cite.EditionOf(p.Ref, len(p.Editions)+1), p.elements, p.Latest()
	}
	var no refusal.Several
	if sym, err := cite.ParseSymbol(c.Symbol); err != nil {
		no = append(no, refusal.In("symbol", "paper.symbol"))
	} else if _, taken := s.Symbol(sym); taken {
		no = append(no, refusal.In("symbol", "paper.symbol_taken", "symbol", c.Symbol))
	}
	no = append(no, f.number(before, c.Elements)...)
	f.sign(act.By)
	if before != nil && len(no) == 0 {
		after := &Edition{Ref: f.Ref, Elements: f.Elements}
		after.build()
		f.Concordance = Concord(before, after)
	}
	return f, no.Or()
}

// sign says of each sentence of which nobody is said to have written it that whoever publishes it did.
func (f *Published) sign(by string) {
	for i := range f.Elements {
		el := &f.Elements[i]
		//mutants:guard nobody is the second reader of a sentence that they put forward themselves
		if sentence := el.Kind == Paragraph || el.Kind == Question; sentence && by != "" && Compiled(f.PaperKind) && len(el.Wrote) == 0 {
			el.Wrote = []string{by}
		}
	}
}

// Preview is the state as it would be if an edition were published, and the edition's reference; this one stays. It is
// refused as publishing would be: where what is wrong is only in the texts, the state is there all the same, else it is nil.
func (s *State) Preview(act cite.Act, c Publish, at cite.Entry) (*State, cite.Ref, error) {
	c, faults := c.Check()
	if faults != nil && !c.built() {
		return nil, cite.None, faults
	}
	own := s.Copy()
	f, err := own.Publish(act, c)
	if err == nil {
		err = f.Apply(own, at)
	}
	if err != nil {
		if faults != nil && len(refusal.Of(err)) > 0 {
			err = faults // first things first
		}
		return nil, cite.None, err
	}
	return own, f.Ref, faults
}

// built reports whether the elements were all looked at and each stands where it can.
func (c Publish) built() bool {
	paragraph := false
	for i := range c.Elements {
		el := &c.Elements[i]
		paragraph = el.Kind == Paragraph || el.Kind == Question && paragraph
		if level(el.Kind) < 0 || el.Kind == Question && !paragraph || el.Text.Original != c.Title.Original {
			return false
		}
	}
	return len(c.Elements) > 0
}

// number gives the elements of a new edition their references: those that go on from the edition before keep
// theirs, the others get the next ones.
func (f *Published) number(before *Edition, elements []Element) (no refusal.Several) {
	last := f.Counter // every reference up to here is an element's, or reserved for one
	seen := map[cite.Ref]bool{}
	f.Elements = slices.Clone(elements)
	for i := range f.Elements {
		el := &f.Elements[i]
		if el.Ref == cite.None {
			f.Counter++
			el.Ref = cite.Element(f.Ref.Root(), f.Counter)
		} else if n := el.Ref.ElementNumber(); el.Ref != cite.Element(f.Ref.Root(), n) || n > last || seen[el.Ref] {
			no = append(no, refusal.In("elements", "paper.element_ref", "n", i+1))
		}
		seen[el.Ref] = true
		if slices.ContainsFunc(el.From, func(x cite.Ref) bool { return !before.has(x) }) {
			no = append(no, refusal.In("elements", "paper.element_ref", "n", i+1))
		}
		if len(no) > maxFindings {
			break
		}
	}
	return no
}

// Labels are the subjects and cross-cutting questions of an element: its own, or those of what holds it.
func (e *Edition) Labels(x cite.Ref) (subjects, crosscutting []string) {
	for x != cite.None && (subjects == nil || crosscutting == nil) {
		el, ok := e.Element(x)
		if !ok {
			break
		}
		if subjects == nil && len(el.Subjects) > 0 {
			subjects = el.Subjects
		}
		if crosscutting == nil && len(el.Crosscutting) > 0 {
			crosscutting = el.Crosscutting
		}
		x = e.Holder(x)
	}
	return subjects, crosscutting
}
