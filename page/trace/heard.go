package trace

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// What a trace is of that is neither a passage nor an answer nor a contribution: a question, a theme of an order, an item of an agenda.
const traceStop = "stop"

// The kinds of step that sessions add.
const (
	stepItem  = "item"  // an item of the agenda of a session
	stepHeard = "heard" // an intervention that takes it up
	stepTakes = "takes" // what an intervention takes up
)

// maxHeard is how many links of a kind a trace goes along where there may be many.
const maxHeard = 50

// item adds an item of an agenda with how much was said under it; nil where it is there already.
func (t *tracer) item(ref cite.Ref) *Step {
	x, ok := t.st.Sessions.Session(ref)
	if !ok || t.told[ref] {
		return nil
	}
	it, ok := x.Item(ref.ItemNumber())
	if !ok {
		return nil
	}
	t.told[ref] = true
	s := &Step{Kind: stepItem, Ref: ref, Text: frame.Localize(it.Title, t.l), Session: frame.Localize(x.Plan.Title, t.l), At: x.Begins(), Position: it.Position}
	for _, h := range t.st.Forward(ref, chain.ButComments) {
		if h.Kind == chain.LinkSpeech {
			s.Count++
		}
	}
	return t.add(s)
}

// heard adds what became of something in sessions: the items of agendas that are about it or take it up, with what was said under them, and the
// interventions that take it up. They are joined to it in the picture.
func (t *tracer) heard(of cite.Ref, col int) {
	before := len(t.v.Steps)
	defer func() {
		for _, s := range t.v.Steps[before:] {
			s.ofPassage = col == colPassages
		}
	}()
	for _, h := range t.st.Forward(of, 0) {
		switch h.Kind {
		case chain.LinkAgenda, chain.LinkTopic:
			at := colItems
			if col == colItems {
				at = colLater
			}
			t.joined(col, string(of), at, string(h.To))
			if s := t.item(h.To); s != nil && at == colItems {
				for _, said := range t.st.Forward(h.To, maxDrawn) {
					if said.Kind == chain.LinkSpeech {
						t.joined(colItems, string(h.To), colSpeeches, string(said.To))
					}
				}
			}
		case chain.LinkTaken:
			t.joined(col, string(of), colSpeeches, string(h.To))
			t.speech(h.To, stepHeard)
		}
	}
}

// speech adds a part of an intervention, once.
func (t *tracer) speech(of cite.Ref, kind string) {
	if t.told[of] {
		return
	}
	if s := t.voice(of); s != nil {
		t.told[of] = true
		s.Kind = kind
		t.add(s)
	}
}

// joined joins two dots, and counts each once.
func (t *tracer) joined(a int, from string, b int, to string) {
	t.v.picture.wire(a, from, b, to)
	for _, c := range []int{a, b} {
		t.v.picture.total[c] = max(t.v.picture.total[c], len(t.v.picture.nodes[c]))
	}
}

// took adds under which item a part of an intervention was said, and what it takes up.
func (t *tracer) took(of cite.Ref) {
	for _, h := range t.st.Back(of, maxReplies) {
		switch h.Kind {
		case chain.LinkSpeech:
			t.joined(colUnder, string(h.From), colVoices, string(of))
			t.item(h.From)
		case chain.LinkTaken:
			t.joined(colTaken, string(h.From), colVoices, string(of))
			t.stop(h.From, stepTakes)
		}
	}
}

// stop adds the step that tells of a reference, whatever it is of. A point is told as a step of a kind of its own.
func (t *tracer) stop(ref cite.Ref, voice string) {
	switch ref.Kind() {
	case 'c':
		t.speech(ref, voice)
	case 'd':
		if d, ok := t.st.Consultation.Disposition(ref); ok && !t.told[ref] {
			t.told[ref] = true
			t.add(t.answer(t.Causes.Of(d)))
		}
	case 'q':
		if !t.told[ref] {
			t.told[ref] = t.question(ref) != nil
		}
	case 'o':
		if !t.told[ref] {
			t.told[ref] = t.priority(ref)
		}
	case 's':
		t.item(ref)
	case 'p':
		if e, ok := t.st.Papers.Edition(ref); ok && !t.told[ref] {
			if el, there := e.Element(ref.Element()); there {
				t.told[ref] = true
				spot := part.LocationOf(e, el.Ref)
				t.add(&Step{Kind: stepPlace, Ref: spot.Ref, In: &spot, Date: e.Date, Position: e.At, Text: part.ElementText(t.st, e, el.Ref, t.l)})
			}
		}
	}
}

// Where the stops stand that lead to a question, a theme or an item, by what they are.
var colOf = map[byte]int{'p': colPlaces, 'c': colVoices, 'd': colAnswers, 'q': colQuestions, 'o': colPriorities, 's': colUnder}

// stopOf traces a question, a theme or an item: what it rests on, and what came of it.
func (t *tracer) stopOf(ref cite.Ref) bool {
	own := map[byte]int{'q': colQuestions, 'o': colPriorities, 's': colItems}[ref.Kind()]
	if ref.Kind() == 'o' && ref.ThemeNumber() == 0 || ref.Kind() == 's' && ref.ItemNumber() == 0 {
		return false // an order and a session are no stops: their themes and items are
	}
	t.v.About = traceStop
	before := t.st.Back(ref, maxHeard)
	for _, h := range before { // passages first, as the reader knows them
		if h.From.Kind() == 'p' {
			t.stop(h.From, stepVoice)
		}
	}
	for _, h := range before {
		t.joined(colOf[h.From.Kind()], string(h.From), own, string(ref))
		t.stop(h.From, stepVoice)
	}
	t.stop(ref, stepVoice)
	if !slices.ContainsFunc(t.v.Steps, func(s *Step) bool { return s.Ref == ref }) {
		return false
	}
	for _, h := range t.st.Forward(ref, maxHeard) {
		if h.Kind == chain.LinkSpeech {
			t.joined(own, string(ref), colSpeeches, string(h.To))
			t.speech(h.To, stepHeard)
		}
	}
	t.heard(ref, own)
	t.draw(own, string(ref), t.citations(ref))
	return true
}
