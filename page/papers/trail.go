package papers

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Trail is the way to an element and on from it: what its edition made of it and why, what it rests on, and where it is
// in the newest edition.
type Trail struct {
	// Change is what its edition made of it, and whose points asked for that; absent where it left it as it was.
	Change *part.Change    `json:"change,omitempty"`
	Rests  int             `json:"rests_on,omitempty"` // points behind the answers and words that it cites
	Cites  int             `json:"cites,omitempty"`    // how many things it cites
	In     *part.PaperRow  `json:"newest,omitempty"`   // the newest edition, where this is an older one
	Now    []part.Location `json:"now,omitempty"`      // what it is there; none where it was deleted
	Fate   string          `json:"fate,omitempty"`     // what happened to it on the way there
}

// newTrail follows an element of an edition back and forth.
func newTrail(st *conversation.Reading, e *paper.Edition, x cite.Ref, l locale.Lang) (t Trail) {
	p, _ := st.Papers.Paper(e.Ref)
	n := e.Ref.EditionNumber()
	w := newMaking(st, p, e, l)
	if n > 1 {
		t.Change = w.of(x)
	}
	el, _ := e.Element(x)
	t.Cites = len(el.Cites)
	points := map[cite.Ref]bool{} // each once, however many ways lead to it
	for _, c := range el.Cites {
		switch d, ok := st.Consultation.Disposition(c); {
		case ok:
			for _, r := range w.Causes.Of(d).Parts {
				points[r] = true
			}
		case c.Kind() == 'c' && st.MaySee(c) >= conversation.Redacted:
			points[c] = true
		}
	}
	t.Rests = len(points)
	if newest := p.Latest(); newest != e {
		row := part.NewPaperRow(newest, l)
		at := p.Follow(x, n, newest.Ref.EditionNumber())
		t.In, t.Fate = &row, at.Change
		for _, y := range at.Elements {
			t.Now = append(t.Now, part.LocationOf(newest, y))
		}
		if len(at.Elements) == 0 {
			t.Fate = paper.Deleted
		}
	}
	return t
}

// making is what is known of how an edition came from the one before it.
type making struct {
	*part.Causes
	p       *paper.Paper
	e       *paper.Edition
	l       locale.Lang
	origins map[cite.Ref][]part.Origin
	sources map[cite.Ref][]cite.Ref
}

func newMaking(st *conversation.Reading, p *paper.Paper, e *paper.Edition, l locale.Lang) *making {
	n := e.Ref.EditionNumber()
	w := &making{Causes: part.NewCauses(st, l), p: p, e: e, l: l, sources: p.SourcesIn(n)}
	if n > 1 {
		w.origins, _ = part.Origins(p, n-1, n)
	}
	return w
}

// of is what the edition made of an element, and whose points asked for it; nil where it left it as it was.
func (w *making) of(x cite.Ref) *part.Change {
	fate, changed := part.ChangeOf(w.origins[x])
	if fate == paper.Unchanged {
		return nil
	}
	n := w.e.Ref.EditionNumber()
	xs := w.sources[x]
	if xs == nil {
		xs = []cite.Ref{x}
	}
	as := w.Behind(w.p, xs, n-1, n)
	sum := part.CountCauses(as...)
	if el, _ := w.e.Element(x); sum.Own && el.Kind == paper.Theme {
		sum, _ = w.Held(w.p, w.e, x, n-1)
	}
	c := &part.Change{Fate: fate, TextChanged: changed, Points: sum.Points, Gone: sum.Gone, Own: sum.Own, Held: sum.Held}
	for _, a := range as {
		c.Answers = append(c.Answers, part.BriefOf(a.Disposition, len(a.Parts), w.l))
	}
	return c
}

// lead says in a few sentences how the element came to be as it is, what was said on it, and what became of it.
func (v *ElementPage) lead(f *frame.Frame) []string {
	var out []string
	if c := v.Trail.Change; c != nil {
		out = append(out, changeWords(f, c)+frame.Stop(f))
	}
	if v.Trail.Rests > 0 {
		out = append(out, f.T("trace.rests", "points", f.T("why.answer_points", "n", v.Trail.Rests))+frame.Stop(f))
	} else if v.Trail.Cites > 0 {
		out = append(out, f.T("element.rests", "n", v.Trail.Cites))
	}
	if in := v.Trail.In; in != nil {
		out = append(out, f.T("element.newest", "symbol", in.Symbol)+frame.Colon(f)+part.ChangeWords(f, v.Trail.Fate, false)+frame.Stop(f))
	}
	switch {
	case len(out) == 0 && v.Total > 0:
		out = append(out, f.T("element.counted", "n", v.Total))
	case len(out) == 0:
		out = append(out, f.T("trace.nothing"))
	}
	return append(out, v.Ties.Say(f))
}

// changeWords says what an edition made of an element, and how many points asked for it.
func changeWords(f *frame.Frame, c *part.Change) string {
	fate := f.T("fate." + c.Fate)
	switch {
	case c.Own:
		return f.T("why.own_summary", "fate", fate)
	case c.Held && c.Points > 0:
		return fate + frame.Stop(f) + " " + f.T("why.held", "n", c.Points)
	case c.Held:
		return fate
	case c.Points > 0:
		return f.T("why.summary", "n", c.Points, "fate", fate)
	case c.Gone > 0:
		return f.T("why.gone_only", "n", c.Gone)
	}
	return f.T("why.replaced")
}
