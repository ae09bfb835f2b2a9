package trace

import (
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/ties"
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
	stepPassage    = "passage"    // an element of an edition, as a redline where it is not as it was
	stepSaid       = "said"       // how many comments are anchored to it
	stepRests      = "rests"      // an element or answer that it rests on
	stepAnswer     = "answer"     // a disposition with its reason
	stepNone       = "none"       // no answer yet
	stepVoice      = "voice"      // a part, in its author's words
	stepRepliesTo  = "replies_to" // the part that a voice replies to
	stepReply      = "reply"      // a part that replies to a voice
	stepCorrection = "correction" // what its author put right in a part
	stepQuestion   = "question"   // the question that a proposal was put into words with
	stepPriority   = "priority"   // the theme that a passage falls under, and its place in an order
	stepPlace      = "place"      // what a part was said on
	stepNext       = "next"       // the passage in the next edition
	stepNow        = "now"        // the passage in the newest edition
	stepCitation   = "citation"   // an element that rests on it
	stepReaction   = "reaction"   // the author's word on the answer
	stepOwn        = "own"        // nobody asked for the change
)

// Step is one step of a trace.
type Step struct {
	Kind        string               `json:"kind"`
	Ref         cite.Ref             `json:"ref,omitempty"`
	In          *part.Location       `json:"in,omitempty"` // where: the passage, or what a voice was said on
	Date        string               `json:"date,omitempty"`
	At          time.Time            `json:"at,omitzero"`
	Position    cite.Position        `json:"position,omitempty"`
	Text        frame.LocalizedText  `json:"text,omitzero"`
	Wording     string               `json:"wording,omitempty"`
	Ops         []paper.Op           `json:"redline,omitempty"`
	Pictures    []part.PictureChange `json:"pictures,omitempty"` // what became of its pictures, none where they are as they were
	Instead     bool                 `json:"original_instead,omitempty"`
	Fate        string               `json:"fate,omitempty"`
	TextChanged bool                 `json:"text_changed,omitempty"`
	Was         []part.Location      `json:"was,omitempty"`
	Answer      *part.WhyAnswer      `json:"answer,omitempty"`
	Name        string               `json:"name,omitempty"`
	Country     string               `json:"country,omitempty"`
	Stance      string               `json:"stance,omitempty"`
	Status      string               `json:"status,omitempty"`   // of a voice that is not shown
	Corrected   time.Time            `json:"corrected,omitzero"` // when its author sent the words that stand
	// Correction is which correction of its contribution a step is, 1, 2, ...; Changes are what it put right in the part.
	Correction  int             `json:"correction,omitempty"`
	Changes     []part.Reworded `json:"changes,omitempty"`
	AfterAnswer bool            `json:"after_answer,omitempty"` // the answer was made from what stood before
	Verdict     string          `json:"verdict,omitempty"`
	Rests       cite.Ref        `json:"rests_on,omitempty"` // what a citation cites
	Decided     bool            `json:"decided,omitempty"`  // the order in which a theme stands is decided, and not only proposed
	Count       int             `json:"count,omitempty"`
	// Session is what the session is called on whose agenda an item stands.
	Session   frame.LocalizedText `json:"session,omitzero"`
	c         *part.Contribution
	card      *part.PointCard // of a voice that may be read
	lang      locale.Lang
	redline   part.Redline
	edition   *paper.Edition // of which a passage is shown as it stands
	ofPassage bool           // an item or an intervention goes on from the passage before it
}

// Page is the way from a passage, an answer or a contribution to what caused it and what came of it.
type Page struct {
	Ref     cite.Ref            `json:"ref"`
	About   string              `json:"about"` // passage, contribution, answer; stop, which is a question, a theme of an order or an item of an agenda
	In      *part.Location      `json:"in,omitempty"`
	Heading frame.LocalizedText `json:"heading,omitzero"`
	Why     part.Why            `json:"counts"` // points, parties and countries behind it
	Steps   []*Step             `json:"steps"`
	After   cite.Ref            `json:"after,omitempty"` // the last voice of the page before
	Next    cite.Ref            `json:"next,omitempty"`  // After of the next page
	From    int                 `json:"from,omitempty"`  // the first voice of this page, from 1
	Outcome string              `json:"outcome,omitempty"`
	Changed int                 `json:"changed,omitempty"` // passages that an answer changed
	Ties    ties.Of             `json:"ties"`              // what it rests on, and what rests on it, counted
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
	told    map[cite.Ref]bool // what has a step, of what sessions lead to
}

// New builds the page. ok is false where there is nothing that the audience may see.
func New(st *conversation.Reading, ref, after cite.Ref, l locale.Lang) (*Page, bool) {
	t := &tracer{Causes: part.NewCauses(st, l), st: st, l: l, v: &Page{Ref: ref, After: after}, origins: map[cite.Ref]map[cite.Ref][]part.Origin{}, cited: map[cite.Ref]bool{}, told: map[cite.Ref]bool{}}
	ok := false
	switch ref.Kind() {
	case 'p':
		ok = t.passageOf(ref)
	case 'c':
		ok = t.contributionOf(ref)
	case 'd':
		ok = t.answerOf(ref)
	case 'q', 'o', 's':
		ok = t.stopOf(ref)
	}
	if ok {
		t.v.picture.name(t)
		t.v.Ties = ties.New(st, t.stops()...)
	}
	return t.v, ok
}

// stops are what the page traces: an element, an answer, or each part of a contribution.
func (t *tracer) stops() (out []cite.Ref) {
	row, ok := t.st.Consultation.Row(t.v.Ref)
	if !ok || t.v.Ref.Kind() != 'c' || t.v.Ref.PartNumber() > 0 {
		return []cite.Ref{t.v.Ref}
	}
	for n := 1; n <= row.Parts; n++ {
		out = append(out, cite.Part(row.Ref, n))
	}
	return out
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
		s.In, s.Ref, s.edition = &spot, spot.Ref, e
	}
	p, _ := t.st.Papers.Paper(e.Ref)
	before, ok := p.Edition(e.Ref.EditionNumber() - 1)
	if !ok {
		s.Text = part.ElementText(t.st, e, el.Ref, t.l)
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
		s.Ops, s.Pictures = s.redline.Ops, s.redline.Pictures(before, e)
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
		s.Text = part.ElementText(t.st, e, el.Ref, t.l)
		return s
	}
	s.redline, s.lang, s.Instead = part.Compare(was, el, t.l)
	s.Ops, s.Pictures = s.redline.Ops, s.redline.Pictures(before, e)
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
		if s.Corrected = card.Part.Corrected; len(t.st.Consultation.Corrections(of)) > 0 {
			card.WithCorrections()
		}
		s.Stance, s.Country, s.lang, s.In = card.Part.Stance, card.CountryName, card.Part.Language, t.spot(card.Part.On)
	} else if s.c, ok = part.NewContribution(t.st, of, t.l); ok {
		s.Status = s.c.Status
	} else {
		return nil
	}
	s.At, s.Position = s.c.Received, s.c.Position
	return s
}

// corrected adds what the author of a voice put right in it: the corrections that stand since after one entry and not after
// another, oldest first. The line of a contribution goes with its first part.
func (t *tracer) corrected(voice *Step, after, upTo cite.Position) {
	if voice == nil || voice.card == nil {
		return
	}
	n := voice.Ref.PartNumber()
	for i, k := range t.st.Consultation.Corrections(voice.Ref) {
		if k.Stands > after && k.Stands <= upTo && (k.Of(n) || k.Title && n == 1) {
			t.add(&Step{Kind: stepCorrection, Ref: voice.Ref, At: k.At, Position: k.Position, Correction: i + 1, AfterAnswer: k.Stands > t.answeredAt(voice.Ref), card: voice.card})
		}
	}
}

// ever is after every entry.
const ever = cite.Position(1) << 62

// answeredAt is where the answer that a part has came, ever where there is none.
func (t *tracer) answeredAt(of cite.Ref) cite.Position {
	d, _ := t.st.Consultation.Answer(of)
	if is, ok := t.st.Consultation.Disposition(d); ok {
		return is.Position
	}
	return ever
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
		if h.Kind != chain.LinkCitation || t.cited[h.To] {
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
		t.add(&Step{Kind: stepCitation, Ref: spot.Ref, In: &spot, Date: e.Date, Position: e.At, Text: part.ElementText(t.st, e, el.Ref, t.l), Rests: of})
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
				t.corrected(v, 0, ever)
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
	v.Ref, v.About, v.In, v.Heading = spot.Ref, tracePassage, &spot, part.ElementText(t.st, e, x, t.l)
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
				t.add(&Step{Kind: stepPlace, Ref: spot.Ref, In: &spot, Date: e.Date, Position: e.At, Text: part.ElementText(t.st, e, el.Ref, t.l)})
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
			t.corrected(s, 0, ever)
			t.v.picture.wire(colVoices, string(c), colPassages, own)
			t.v.picture.total[colVoices]++
		}
	case 'o':
		if t.priority(c) {
			t.v.picture.wire(colPriorities, string(c), colPassages, own)
		}
	case 'q':
		if t.question(c) == nil {
			return
		}
		for _, h := range t.st.Back(c, maxToldAnswers) {
			if s := t.voice(h.From); s != nil && h.Kind == chain.LinkWording {
				t.add(s)
				t.v.picture.wire(colVoices, string(h.From), colPassages, own)
				t.v.picture.total[colVoices]++
			}
		}
	case 'd':
		if d, ok := t.st.Consultation.Disposition(c); ok {
			t.add(t.answer(t.Causes.Of(d)))
			t.v.picture.wire(colAnswers, string(c), colPassages, own)
			t.v.picture.total[colAnswers]++
		}
	case 'p':
		for _, h := range t.st.Back(cite.Element(citing.Ref, cite.Ref(own).ElementNumber()), 0) {
			if h.Kind != chain.LinkCitation || h.From.Element() != c.Element() {
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
	t.priorities(e, x, colPassages, own)
	t.heard(cite.Element(e.Ref, x.ElementNumber()), colPassages)
	t.spoken(cite.Element(e.Ref, x.ElementNumber()))
	if k := t.citations(cite.Element(e.Ref, x.ElementNumber())); k > 0 {
		for _, s := range t.v.Steps[len(t.v.Steps)-k:] {
			t.v.picture.wire(colPassages, own, colCitations, string(s.Ref))
		}
		t.v.picture.total[colCitations] += k
	}
}

// spoken adds what authors said of the answers since an edition changed a passage for their points.
func (t *tracer) spoken(of cite.Ref) {
	for _, h := range t.st.Forward(of, maxReplies) { // as many, of each kind
		if h.Kind != chain.LinkReaction {
			continue
		}
		if rs := t.st.Consultation.Reactions(h.To); len(rs) > 0 {
			r := rs[len(rs)-1]
			t.add(&Step{Kind: stepReaction, Ref: h.To, At: r.At, Position: r.Position, Verdict: r.Verdict, lang: r.Language})
			t.joined(colPassages, string(of), colReactions, string(h.To))
		}
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
				t.add(&Step{Kind: stepNow, Ref: spot.Ref, In: &spot, Date: latest.Date, Position: latest.At, Fate: place.Change, TextChanged: place.Changed, Text: part.ElementText(t.st, latest, y, t.l)})
			}
			if len(place.Elements) == 0 {
				t.add(&Step{Kind: stepNow, Ref: place.Gone, In: &part.Location{Ref: place.Gone}, Fate: paper.Deleted, Date: latest.Date})
			}
		}
		t.heard(s.Ref, colPassages)
		t.draw(colPassages, own, t.citations(s.Ref))
	}
	t.heard(a.Disposition.Ref, colAnswers)
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
		t.took(of)
		t.replies(t.st.Back(of, maxReplies), of, stepRepliesTo)
		v.picture.total[colVoices]++
		s := t.voice(of)
		if s != nil {
			t.add(s)
		}
		t.corrected(s, 0, t.answeredAt(of))
		if a := t.answerTo(of); a != nil && !slices.Contains(as, a) {
			as = append(as, a)
			v.picture.total[colAnswers]++
			t.changes(a, seen)
		}
		t.corrected(s, t.answeredAt(of), ever)
		t.replies(t.st.Forward(of, maxReplies), of, stepReply)
		if _, reopened := t.st.Consultation.Answer(of); reopened {
			t.add(&Step{Kind: stepNone, Verdict: "misses"})
		}
		t.heard(of, colVoices)
		if on := t.st.Consultation.Part(row.Ref, n).On; on.Element() != cite.None {
			if e, ok := t.st.Papers.Edition(on); ok {
				t.priorities(e, on.Element(), colVoices, string(of))
			}
		}
		t.draw(colVoices, string(of), t.citations(of))
		if q := t.question(t.st.Formulation.In(of)); q != nil && !slices.ContainsFunc(v.Steps, func(s *Step) bool { return s.Kind == stepPassage }) {
			t.draw(colVoices, string(of), t.citations(q.Ref)) // else the answer says which passage took it up
		}
		if t.st.MaySee(of) >= conversation.Redacted {
			d, _ := t.st.Consultation.Answer(of)
			for _, r := range t.st.Consultation.Reactions(of) {
				t.add(&Step{Kind: stepReaction, Ref: of, At: r.At, Position: r.Position, Verdict: r.Verdict, lang: r.Language})
				if r.Disposition == d {
					t.joined(colAnswers, string(d), colReactions, string(of))
				}
			}
		}
	}
	v.Why = part.CountCauses(as...)
	c.Answered(t.st, t.l)
	return len(v.Steps) > 0
}

// maxReplies is how many replies to a part its trace shows.
const maxReplies = 50

// replies adds what a part replies to, or what replies to it, among the links of the chain.
func (t *tracer) replies(links []chain.Link, of cite.Ref, kind string) {
	for _, h := range links {
		other := h.To
		if other == of {
			other = h.From
		}
		if h.Kind != chain.LinkReply {
			continue
		}
		if s := t.voice(other); s != nil {
			s.Kind = kind
			t.add(s)
		}
	}
}

// question adds a question; nil where there is none.
func (t *tracer) question(ref cite.Ref) *Step {
	q, ok := t.st.Formulation.Question(ref)
	if !ok {
		return nil
	}
	w := q.Now()
	s := &Step{Kind: stepQuestion, Ref: ref, At: w.At, Position: w.Position, Count: len(w.Of)}
	if !w.AsProposed() { // else the voice says it
		if s.lang = w.Original; slices.Contains(w.Languages, t.l) {
			s.lang = t.l
		}
	}
	return t.add(s)
}

// priorities adds the themes of orders under which an element falls, each once, and joins them to what led there.
func (t *tracer) priorities(e *paper.Edition, x cite.Ref, col int, own string) {
	for _, theme := range t.st.Priorities.Of(e, x) {
		if t.cited[theme] || t.priority(theme) {
			t.cited[theme] = true
			t.v.picture.wire(col, own, colPriorities, string(theme))
			t.v.picture.total[colPriorities] = len(t.v.picture.nodes[colPriorities])
		}
	}
}

// priority adds a theme of an order with its place; false where nothing was proposed.
func (t *tracer) priority(ref cite.Ref) bool {
	o, ok := t.st.Priorities.Order(ref)
	if !ok || o.Now() == nil {
		return false
	}
	now := o.Now()
	s := &Step{Kind: stepPriority, Ref: ref, At: now.At, Position: now.Position, Count: now.Place(ref.ThemeNumber()), Decided: o.Decided() != nil}
	th, _ := o.Theme(ref.ThemeNumber())
	if s.Text = frame.Localize(th.Title, t.l); th.Title.Empty() && len(th.Names) == 1 {
		if e, ok := t.st.Papers.Edition(th.Names[0]); ok {
			s.Text = part.ElementText(t.st, e, th.Names[0].Element(), t.l)
		}
	}
	t.add(s)
	return true
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
		s.Text = part.ElementText(t.st, e, el.Ref, t.l)
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
	for _, c := range d.Changes {
		if _, made := t.st.Effect(d, c); made {
			t.v.Changed++
		}
	}
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
		case s.Kind == stepReaction, s.Kind == stepQuestion && s.lang != "":
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
			if v.About == traceAnswer && s.Ref == v.Ref {
				v.Heading = s.Answer.Heading
			}
		case s.Kind == stepCorrection: // its voice comes before it
			s.Changes = s.card.ChangedBy(s.Correction, s.Ref)
		case s.Kind == stepQuestion:
			s.Text = frame.LocalizedText{Text: words[s.Position]["wording."+string(s.lang)], Lang: s.lang}
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
	case traceAnswer, traceStop:
		return frame.Named(f, v.Ref)
	}
	return f.T("contribution.title", "ref", frame.Named(f, v.Ref), "who", v.c.Who(f))
}
