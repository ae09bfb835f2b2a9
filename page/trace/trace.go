package trace

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// VoicesPage is how many voices one page of a trace shows.
const VoicesPage = 50

// What a trace is about.
const (
	tracePassage      = "passage"
	traceContribution = "contribution"
	traceAnswer       = "answer"
)

// The kinds of step of a trace.
const (
	stepPassage  = "passage"  // an element of an edition, as a redline where it is not as it was
	stepSaid     = "said"     // how many comments are anchored to it
	stepRests    = "rests"    // an element or answer that it rests on
	stepAnswer   = "answer"   // a disposition with its reason
	stepNone     = "none"     // no answer yet
	stepVoice    = "voice"    // a part, in its author's words
	stepPlace    = "place"    // what a part was said on
	stepNext     = "next"     // the passage in the next edition
	stepNow      = "now"      // the passage in the newest edition
	stepCitation = "citation" // an element that rests on it
	stepReaction = "reaction" // the author's word on the answer
	stepOwn      = "own"      // nobody asked for the change
)

// Step is one step of a trace.
type Step struct {
	Kind        string              `json:"kind"`
	Ref         cite.Ref            `json:"ref,omitempty"`
	In          *part.Location      `json:"in,omitempty"` // where: the passage, or what a voice was said on
	Date        string              `json:"date,omitempty"`
	At          time.Time           `json:"at,omitzero"`
	Position    cite.Position       `json:"position,omitempty"`
	Text        frame.LocalizedText `json:"text,omitzero"`
	Wording     string              `json:"wording,omitempty"`
	Ops         []paper.Op          `json:"redline,omitempty"`
	Instead     bool                `json:"original_instead,omitempty"`
	Fate        string              `json:"fate,omitempty"`
	TextChanged bool                `json:"text_changed,omitempty"`
	Was         []part.Location     `json:"was,omitempty"`
	Answer      *part.WhyAnswer     `json:"answer,omitempty"`
	Name        string              `json:"name,omitempty"`
	Country     string              `json:"country,omitempty"`
	Stance      string              `json:"stance,omitempty"`
	Status      string              `json:"status,omitempty"` // of a voice that is not shown
	Verdict     string              `json:"verdict,omitempty"`
	Rests       cite.Ref            `json:"rests_on,omitempty"` // what a citation cites
	Count       int                 `json:"count,omitempty"`
	c           *part.Contribution
	card        *part.PointCard // of a voice that may be read
	lang        locale.Lang
	redline     part.Redline
}

// Page is the way from a passage, an answer or a contribution to what caused it and what came of it.
type Page struct {
	Ref     cite.Ref            `json:"ref"`
	About   string              `json:"about"` // passage, contribution, answer
	In      *part.Location      `json:"in,omitempty"`
	Heading frame.LocalizedText `json:"heading,omitzero"`
	Why     part.Why            `json:"counts"` // points, parties and countries behind it
	Steps   []*Step             `json:"steps"`
	After   cite.Ref            `json:"after,omitempty"` // the last voice of the page before
	Next    cite.Ref            `json:"next,omitempty"`  // After of the next page
	From    int                 `json:"from,omitempty"`  // the first voice of this page, from 1
	Outcome string              `json:"outcome,omitempty"`
	c       *part.Contribution
	picture picture
}

// tracer builds a trace.
type tracer struct {
	*part.Causes
	st      *conversation.Reading
	l       locale.Lang
	v       *Page
	origins map[cite.Ref]map[cite.Ref][]part.Origin // by edition, from the one before it
	cited   map[cite.Ref]bool
}

// New builds the page. ok is false where there is nothing that the audience may see.
func New(st *conversation.Reading, ref, after cite.Ref, l locale.Lang) (*Page, bool) {
	t := &tracer{Causes: part.NewCauses(st, l), st: st, l: l, v: &Page{Ref: ref, After: after}, origins: map[cite.Ref]map[cite.Ref][]part.Origin{}, cited: map[cite.Ref]bool{}}
	ok := false
	switch ref.Kind() {
	case 'p':
		ok = t.passageOf(ref)
	case 'c':
		ok = t.contributionOf(ref)
	case 'd':
		ok = t.answerOf(ref)
	}
	return t.v, ok
}

func (t *tracer) add(s *Step) *Step {
	t.v.Steps = append(t.v.Steps, s)
	return s
}

// element finds an element of the edition that a reference names, or of the newest that has it.
func (t *tracer) element(ref cite.Ref) (*paper.Paper, *paper.Edition, cite.Ref, bool) {
	p, ok := t.st.Papers.Paper(ref)
	x := ref.Element()
	if !ok || x == cite.None {
		return nil, nil, x, false
	}
	for n := len(p.Editions); n >= 1; n-- {
		if k := ref.EditionNumber(); k > 0 && k != n {
			continue
		}
		if _, ok := p.Editions[n-1].Element(x); ok {
			return p, p.Editions[n-1], x, true
		}
	}
	return nil, nil, x, false
}

// passage is a step that shows an element of an edition: how it came from the edition before, or only
// its words where it is as it was. The edition may have deleted it.
func (t *tracer) passage(kind string, e *paper.Edition, x cite.Ref) *Step {
	s := &Step{Kind: kind, Date: e.Date, Position: e.At}
	el, there := e.Element(x)
	if there {
		spot := part.LocationOf(e, x)
		s.In, s.Ref = &spot, spot.Ref
	}
	p, _ := t.st.Papers.Paper(e.Ref)
	before, ok := p.Edition(e.Ref.EditionNumber() - 1)
	if !ok {
		s.Text = frame.Localize(el.Text, t.l)
		return s
	}
	of := t.origins[e.Ref]
	if of == nil {
		of, _ = part.Origins(p, before.Ref.EditionNumber(), e.Ref.EditionNumber())
		t.origins[e.Ref] = of
	}
	if !there {
		old, ok := before.Element(x)
		if !ok {
			return nil
		}
		spot := part.LocationOf(before, x)
		s.In, s.Ref, s.Fate = &spot, spot.Ref, paper.Deleted
		s.redline, s.lang, s.Instead = part.Compare([]*paper.Element{old}, nil, t.l)
		s.Ops = s.redline.Ops
		return s
	}
	from := of[x]
	s.Fate, s.TextChanged = part.ChangeOf(from)
	var was []*paper.Element
	for _, o := range from {
		old, _ := before.Element(o.X)
		was = append(was, old)
		s.Was = append(s.Was, part.LocationOf(before, o.X))
	}
	if s.Fate == paper.Unchanged || s.Fate == paper.Moved && !s.TextChanged {
		s.Text = frame.Localize(el.Text, t.l)
		return s
	}
	s.redline, s.lang, s.Instead = part.Compare(was, el, t.l)
	s.Ops = s.redline.Ops
	return s
}

// answer is a step that shows a disposition.
func (t *tracer) answer(a *part.Cause) *Step {
	return &Step{Kind: stepAnswer, Ref: a.Disposition.Ref, At: a.Disposition.At, Position: a.Disposition.Position, Answer: t.Why([]*part.Cause{a}, 0).Answers[0]}
}

// voice is a step that shows a part; nil where the audience may not.
func (t *tracer) voice(of cite.Ref) *Step {
	row, ok := t.st.Consultation.Row(of)
	if !ok || of.PartNumber() < 1 || of.PartNumber() > row.Parts {
		return nil
	}
	s := &Step{Kind: stepVoice, Ref: of}
	if card, ok := part.NewPointCard(t.st, of, t.l); ok {
		s.c, s.card = card.Contribution, &card
		s.Stance, s.Country, s.lang, s.In = card.Part.Stance, card.CountryName, card.Part.Language, t.spot(card.Part.On)
	} else if s.c, ok = part.NewContribution(t.st, of, t.l); ok {
		s.Status = s.c.Status
	} else {
		return nil
	}
	s.At, s.Position = s.c.Received, s.c.Position
	return s
}

// spot names what a part was said on.
func (t *tracer) spot(on cite.Ref) *part.Location {
	e, ok := t.st.Papers.Edition(on)
	if !ok {
		return nil
	}
	if x := on.Element(); x != cite.None {
		s := part.LocationOf(e, x)
		return &s
	}
	return &part.Location{Ref: e.Ref, Symbol: string(e.Symbol)}
}

// citations adds the elements that rest on something, each once.
func (t *tracer) citations(of cite.Ref) (n int) {
	for _, h := range t.st.Forward(of, 0) {
		if h.Kind != conversation.LinkCitation || t.cited[h.To] {
			continue
		}
		t.cited[h.To] = true
		e, ok := t.st.Papers.Edition(h.To)
		if !ok {
			continue
		}
		el, ok := e.Element(h.To.Element())
		if !ok {
			continue
		}
		spot := part.LocationOf(e, el.Ref)
		t.add(&Step{Kind: stepCitation, Ref: spot.Ref, In: &spot, Date: e.Date, Position: e.At, Text: frame.Localize(el.Text, t.l), Rests: of})
		n++
	}
	return n
}

// spoken is one voice in the order of the page.
type spoken struct {
	part  cite.Ref
	group int
}

// window cuts the page out of all voices.
func (t *tracer) window(all []spoken) []spoken {
	start := 0
	if t.v.After != cite.None {
		start = slices.IndexFunc(all, func(s spoken) bool { return s.part == t.v.After }) + 1
	}
	if start == 0 {
		t.v.After = cite.None
	}
	end := min(len(all), start+VoicesPage)
	if end < len(all) {
		t.v.Next = all[end-1].part
	}
	if len(all) > VoicesPage {
		t.v.From = start + 1
	}
	return all[start:end]
}

// voices adds answers with whom they answer, and draws them. It shows one page of the voices, with their
// answers; the first page has every answer.
func (t *tracer) voices(answers []*part.Cause, to string) {
	var all []spoken
	for g, a := range answers {
		for _, part := range a.Parts {
			all = append(all, spoken{part, g})
		}
	}
	page := t.window(all)
	for g, a := range answers {
		first := true
		if t.v.After == cite.None {
			t.add(t.answer(a))
			first = false
		}
		for _, s := range page {
			if s.group != g {
				continue
			}
			if first {
				t.add(t.answer(a))
				first = false
			}
			if v := t.voice(s.part); v != nil {
				t.add(v)
			}
		}
	}
	share := max(1, maxDrawn/max(1, len(answers)))
	for _, a := range answers {
		t.v.picture.wire(colAnswers, string(a.Disposition.Ref), colPassages, to)
		for _, part := range a.Parts[:min(share, len(a.Parts))] {
			t.v.picture.wire(colVoices, string(part), colAnswers, string(a.Disposition.Ref))
		}
	}
	t.v.picture.total[colVoices] += len(all)
	t.v.picture.total[colAnswers] += len(answers)
}

// passageOf traces an element of an edition.
func (t *tracer) passageOf(ref cite.Ref) bool {
	p, e, x, ok := t.element(ref)
	if !ok || t.st.MaySee(cite.Element(e.Ref, x.ElementNumber())) < conversation.Full {
		return false
	}
	v := t.v
	n := e.Ref.EditionNumber()
	spot := part.LocationOf(e, x)
	el, _ := e.Element(x)
	v.Ref, v.About, v.In, v.Heading = spot.Ref, tracePassage, &spot, frame.Localize(el.Text, t.l)
	own := string(spot.Ref)
	v.picture.total[colPassages] = 1
	step := t.add(t.passage(stepPassage, e, x))
	xs := p.SourcesIn(n)[x]
	if xs == nil {
		xs = []cite.Ref{x}
	}
	answers := t.Behind(p, xs, 0, n)
	if v.After == cite.None {
		t.said(p, xs, n, answers)
	}
	for _, c := range el.Cites {
		t.rests(e, c, own)
	}
	v.Why = part.CountCauses(answers...)
	v.Why.Own = v.Why.Own && step.Fate != "" && step.Fate != paper.Unchanged
	if v.Why.Own {
		t.add(&Step{Kind: stepOwn, Position: e.At, Date: e.Date})
	}
	t.voices(answers, own)
	if v.After != cite.None {
		return true
	}
	t.forward(p, e, x, own)
	return true
}

// maxToldAnswers is how many answers to comments on a passage its trace shows.
const maxToldAnswers = 12

// said adds how many comments were made on a passage and on what it goes on from, edition by edition, and the
// answers to them, but for those that changed it, which come with their voices.
func (t *tracer) said(p *paper.Paper, xs []cite.Ref, n int, behind []*part.Cause) {
	shown := map[cite.Ref]bool{}
	for _, a := range behind {
		shown[a.Disposition.Ref] = true
	}
	for k := 1; k <= n; k++ {
		e := p.Editions[k-1]
		for _, y := range xs {
			el, there := e.Element(y)
			if !there {
				continue
			}
			spot := part.LocationOf(e, y)
			count := t.st.Consultation.CountOn(spot.Ref)
			if count == 0 {
				continue
			}
			if k < n {
				t.add(&Step{Kind: stepPlace, Ref: spot.Ref, In: &spot, Date: e.Date, Position: e.At, Text: frame.Localize(el.Text, t.l)})
			}
			t.add(&Step{Kind: stepSaid, Ref: spot.Ref, In: &spot, Count: count})
			answers, _ := t.st.Consultation.AnswersOn(k, y)
			for _, s := range answers {
				if d, ok := t.st.Consultation.Disposition(s.Disposition); ok && !shown[d.Ref] && len(shown) < maxToldAnswers+len(behind) {
					shown[d.Ref] = true
					t.add(t.answer(t.Causes.Of(d)))
				}
			}
		}
	}
}

// rests adds what an element rests on: words, another element, an answer.
func (t *tracer) rests(citing *paper.Edition, c cite.Ref, own string) {
	if t.v.After != cite.None {
		return
	}
	switch c.Kind() {
	case 'c':
		if s := t.voice(c); s != nil {
			t.add(s)
			t.v.picture.wire(colVoices, string(c), colPassages, own)
			t.v.picture.total[colVoices]++
		}
	case 'd':
		if d, ok := t.st.Consultation.Disposition(c); ok {
			t.add(t.answer(t.Causes.Of(d)))
			t.v.picture.wire(colAnswers, string(c), colPassages, own)
			t.v.picture.total[colAnswers]++
		}
	case 'p':
		for _, h := range t.st.Back(cite.Element(citing.Ref, cite.Ref(own).ElementNumber()), 0) {
			if h.Kind != conversation.LinkCitation || h.From.Element() != c.Element() {
				continue
			}
			if e, ok := t.st.Papers.Edition(h.From); ok {
				if s := t.passage(stepRests, e, h.From.Element()); s != nil {
					t.add(s)
					t.v.picture.wire(colBefore, string(s.Ref), colPassages, own)
					t.v.picture.total[colBefore]++
				}
			}
			break
		}
	}
}

// forward adds what came of an element: the next edition, and what rests on it.
func (t *tracer) forward(p *paper.Paper, e *paper.Edition, x cite.Ref, own string) {
	n := e.Ref.EditionNumber()
	if next, ok := p.Edition(n + 1); ok {
		if f, ok := next.Change(x); ok {
			for _, y := range f.To {
				s := t.passage(stepNext, next, y)
				t.add(s)
				t.v.picture.wire(colPassages, own, colNext, string(s.Ref))
				t.v.picture.total[colNext]++
			}
			if len(f.To) == 0 {
				t.add(&Step{Kind: stepNext, Ref: next.Ref, In: &part.Location{Ref: next.Ref, Symbol: string(next.Symbol)}, Fate: paper.Deleted, Date: next.Date, Position: next.At})
				for _, a := range t.Behind(p, []cite.Ref{x}, n, n+1) {
					if !slices.ContainsFunc(t.v.Steps, func(s *Step) bool { return s.Kind == stepAnswer && s.Ref == a.Disposition.Ref }) {
						t.add(t.answer(a))
					}
				}
			}
		}
	}
	if k := t.citations(cite.Element(e.Ref, x.ElementNumber())); k > 0 {
		for _, s := range t.v.Steps[len(t.v.Steps)-k:] {
			t.v.picture.wire(colPassages, own, colCitations, string(s.Ref))
		}
		t.v.picture.total[colCitations] += k
	}
}

// changes adds the passages that an answer changes, where they stand now, and what rests on them.
func (t *tracer) changes(a *part.Cause, seen map[cite.Ref]bool) {
	for _, change := range a.Disposition.Changes {
		e, ok := t.st.Effect(a.Disposition, change)
		if !ok {
			continue
		}
		x := change.Element()
		s := t.passage(stepPassage, e, x)
		if s == nil || seen[s.Ref] {
			if s != nil {
				t.v.picture.wire(colAnswers, string(a.Disposition.Ref), colPassages, string(s.Ref))
			}
			continue
		}
		seen[s.Ref] = true
		t.add(s)
		own := string(s.Ref)
		t.v.picture.wire(colAnswers, string(a.Disposition.Ref), colPassages, own)
		t.v.picture.total[colPassages]++
		if s.Fate == paper.Deleted {
			continue
		}
		p, _ := t.st.Papers.Paper(e.Ref)
		if latest := p.Latest(); latest != e {
			place := p.Follow(x, e.Ref.EditionNumber(), latest.Ref.EditionNumber())
			for _, y := range place.Elements {
				spot := part.LocationOf(latest, y)
				el, _ := latest.Element(y)
				t.add(&Step{Kind: stepNow, Ref: spot.Ref, In: &spot, Date: latest.Date, Position: latest.At, Fate: place.Change, TextChanged: place.Changed, Text: frame.Localize(el.Text, t.l)})
			}
			if len(place.Elements) == 0 {
				t.add(&Step{Kind: stepNow, Ref: place.Gone, In: &part.Location{Ref: place.Gone}, Fate: paper.Deleted, Date: latest.Date})
			}
		}
		t.draw(colPassages, own, t.citations(s.Ref))
	}
	t.draw(colAnswers, string(a.Disposition.Ref), t.citations(a.Disposition.Ref))
}

// draw joins the last n steps, which are citations, to what they rest on.
func (t *tracer) draw(col int, own string, n int) {
	for _, s := range t.v.Steps[len(t.v.Steps)-n:] {
		t.v.picture.wire(col, own, colCitations, string(s.Ref))
	}
	t.v.picture.total[colCitations] += n
}

// contributionOf traces a contribution, or one part of it.
func (t *tracer) contributionOf(ref cite.Ref) bool {
	c, ok := part.NewContribution(t.st, ref, t.l)
	row, there := t.st.Consultation.Row(ref)
	if !ok || !there || ref.FileNumber() > 0 {
		return false
	}
	v := t.v
	v.About, v.c = traceContribution, c
	if !c.Readable() { // that it was there, and what became of it: not what it was about
		t.add(&Step{Kind: stepVoice, Ref: row.Ref, At: c.Received, Position: c.Position, c: c, Status: c.Status})
		return true
	}
	seen := map[cite.Ref]bool{}
	var as []*part.Cause
	for n := 1; n <= row.Parts; n++ {
		if k := ref.PartNumber(); k > 0 && k != n {
			continue
		}
		of := cite.Part(row.Ref, n)
		t.placeOf(of)
		v.picture.total[colVoices]++
		if s := t.voice(of); s != nil {
			t.add(s)
		}
		if a := t.answerTo(of); a != nil && !slices.Contains(as, a) {
			as = append(as, a)
			v.picture.total[colAnswers]++
			t.changes(a, seen)
		}
		if _, reopened := t.st.Consultation.Answer(of); reopened {
			t.add(&Step{Kind: stepNone, Verdict: "misses"})
		}
		t.draw(colVoices, string(of), t.citations(of))
		if t.st.MaySee(of) >= conversation.Redacted {
			for _, r := range t.st.Consultation.Reactions(of) {
				t.add(&Step{Kind: stepReaction, Ref: of, At: r.At, Position: r.Position, Verdict: r.Verdict, lang: r.Language})
			}
		}
	}
	v.Why = part.CountCauses(as...)
	return len(v.Steps) > 0
}

// placeOf adds what a part was said on.
func (t *tracer) placeOf(of cite.Ref) {
	on := t.st.Consultation.Part(of.Root(), of.PartNumber()).On
	spot := t.spot(on)
	if spot == nil {
		return
	}
	e, _ := t.st.Papers.Edition(on)
	s := &Step{Kind: stepPlace, Ref: spot.Ref, In: spot, Date: e.Date, Position: e.At}
	if el, ok := e.Element(on.Element()); ok {
		s.Text = frame.Localize(el.Text, t.l)
	}
	t.add(s)
	t.v.picture.wire(colPlaces, string(on), colVoices, string(of))
	t.v.picture.total[colPlaces] = len(t.v.picture.nodes[colPlaces])
}

// answerTo adds the answer to a part; nil where there is none yet.
func (t *tracer) answerTo(of cite.Ref) *part.Cause {
	d, _ := t.st.Consultation.Answer(of)
	disposition, ok := t.st.Consultation.Disposition(d)
	if !ok {
		t.add(&Step{Kind: stepNone})
		return nil
	}
	a := t.Causes.Of(disposition)
	t.v.picture.wire(colVoices, string(of), colAnswers, string(d))
	t.add(t.answer(a))
	return a
}

// answerOf traces a disposition.
func (t *tracer) answerOf(ref cite.Ref) bool {
	d, ok := t.st.Consultation.Disposition(ref)
	if !ok || ref != d.Ref {
		return false
	}
	a := t.Causes.Of(d)
	t.v.About, t.v.Outcome = traceAnswer, d.Outcome.String()
	t.v.Why = part.CountCauses(a)
	t.voices([]*part.Cause{a}, "")
	if t.v.After == cite.None {
		t.changes(a, map[cite.Ref]bool{})
	}
	return true
}

// Need lists the words of voices, reasons and reactions.
func (v *Page) Need() []cite.Position {
	var out []cite.Position
	if v.c != nil {
		out = append(out, v.c.Need()...)
	}
	for _, s := range v.Steps {
		switch {
		case s.c != nil:
			out = append(out, s.c.Need()...)
		case s.Answer != nil:
			out = append(out, s.Answer.Need()...)
		case s.Kind == stepReaction:
			out = append(out, s.Position)
		}
	}
	return out
}

// Fill gives them.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	if v.c != nil {
		v.c.Fill(words)
	}
	for _, s := range v.Steps {
		switch {
		case s.c != nil:
			s.c.Fill(words)
			s.Name = s.c.Signed()
			if s.card != nil && !s.c.Gone {
				s.card.Fill(words)
				said := s.card.Part.Begin(280)
				s.Text, s.Wording = frame.LocalizedText{Text: said.Text, Lang: said.Language}, said.Wording
			}
		case s.Answer != nil:
			s.Answer.Fill(words)
		case s.Kind == stepReaction:
			s.Text = frame.LocalizedText{Text: frame.Shorten(words[s.Position]["text"], 280), Lang: s.lang}
		}
	}
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string { return f.T("trace.of", "what", v.name(f)) }

// name is what the trace is of, in a few words.
func (v *Page) name(f *frame.Frame) string {
	switch v.About {
	case tracePassage:
		return strings.TrimSpace(f.T("kind."+v.In.Kind)+" "+v.In.Label) + f.T("list.comma") + " " + v.In.Symbol
	case traceAnswer:
		return f.T("why.answer", "ref", v.Ref)
	}
	return f.T("contribution.title", "ref", v.Ref, "who", v.c.Who(f))
}

// The columns of the picture.
const (
	colPlaces = iota
	colVoices
	colAnswers
	colBefore
	colPassages
	colNext
	colCitations
	columns
)

var columnNames = [columns]string{"places", "voices", "answers", "rests", "passages", "next", "citations"}

// maxDrawn is how many dots one column of the picture has.
const maxDrawn = 14

// picture is the path, drawn: a column of dots for each kind of step, joined by wires.
type picture struct {
	nodes [columns][]string
	wires [][4]int // column, dot, column, dot
	total [columns]int
}

// dot is the place of a node in its column, a new one where there is room; -1 where there is none.
func (p *picture) dot(col int, id string) int {
	if i := slices.Index(p.nodes[col], id); i >= 0 {
		return i
	}
	if len(p.nodes[col]) >= maxDrawn {
		return -1
	}
	p.nodes[col] = append(p.nodes[col], id)
	return len(p.nodes[col]) - 1
}

// wire joins two nodes, if there is room for both. An empty name is no node.
func (p *picture) wire(a int, from string, b int, to string) {
	if from == "" || to == "" {
		return
	}
	i, j := p.dot(a, from), p.dot(b, to)
	if i < 0 || j < 0 {
		return
	}
	w := [4]int{a, i, b, j}
	if !slices.Contains(p.wires, w) {
		p.wires = append(p.wires, w)
	}
}

// shown lists the columns that have dots.
func (p *picture) shown() []int {
	var out []int
	for c := range p.nodes {
		if len(p.nodes[c]) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// svg draws the picture, from the right in languages that are read so. Its title says in words what it
// shows; the list below it holds the same step by step.
func (p *picture) svg(f *frame.Frame) templ.Component {
	cols := p.shown()
	if len(cols) < 2 {
		return templ.NopComponent
	}
	most := 1
	for _, c := range cols {
		most = max(most, len(p.nodes[c]))
	}
	high := float64(max(60, most*18))
	at := make(map[int]float64, len(cols))
	for i, c := range cols {
		x := 90 + float64(i)*820/float64(len(cols)-1)
		if f.Lang.Dir() == "rtl" {
			x = 1000 - x
		}
		at[c] = x
	}
	y := func(c, i int) float64 { return 10 + (float64(i)+.5)*high/float64(len(p.nodes[c])) }
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }
	var b strings.Builder
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = f.T("trace.column."+columnNames[c], "n", max(p.total[c], len(p.nodes[c])))
	}
	fmt.Fprintf(&b, `<svg viewBox="0 0 1000 %s" role="img" aria-labelledby="path-title"><title id="path-title">%s</title>`, number(high+45),
		html.EscapeString(f.T("trace.drawn", "what", f.Lang.List(names))))
	for _, hot := range []bool{false, true} { // the marked line lies on top
		class := "wire"
		if hot {
			class = "wire hot"
		}
		for _, w := range p.wires {
			if hot != (w[1] == 0 && w[3] == 0) {
				continue
			}
			x1, y1, x2, y2 := at[w[0]], y(w[0], w[1]), at[w[2]], y(w[2], w[3])
			mid := number((x1 + x2) / 2)
			fmt.Fprintf(&b, `<path class="%s" d="M%s %sC%s %s %s %s %s %s"/>`, class, number(x1), number(y1), mid, number(y1), mid, number(y2), number(x2), number(y2))
		}
	}
	for i, c := range cols {
		for k := range p.nodes[c] {
			class, r := "dot", 4.0
			if k == 0 {
				class, r = "dot hot", 7
			}
			fmt.Fprintf(&b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, number(at[c]-r), number(y(c, k)-r), number(2*r), number(2*r))
		}
		fmt.Fprintf(&b, `<text x="%s" y="%s" text-anchor="middle">%s</text>`, number(at[c]), number(high+38), html.EscapeString(names[i]))
	}
	b.WriteString("</svg>")
	return templ.Raw(b.String())
}
