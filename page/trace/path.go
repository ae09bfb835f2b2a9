package trace

import (
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// run is a stretch of a trace: steps that everything goes along, or ways beside one another of which one is open at a
// time.
type run struct {
	steps []*Step
	ways  [][]*Step
}

// parts says which steps begin a way of their own in a trace of something, and which go along with it.
func (v *Page) parts(of *Step) (begins, goesOn bool) {
	kind := of.Kind
	if (kind == stepItem || kind == stepHeard) && v.About != tracePassage {
		return false, of.ofPassage
	}
	switch v.About {
	case tracePassage: // an answer, and whom it answers, with what they put right
		return kind == stepAnswer, kind == stepVoice || kind == stepCorrection
	case traceAnswer: // each voice; each passage with what became of it since
		return kind == stepVoice || kind == stepPassage, kind == stepNow || kind == stepCitation || kind == stepCorrection
	}
	return kind == stepPassage, kind == stepNow || kind == stepCitation
}

// runs divides the steps into what everything goes along and the ways that part from it. A single way is none.
func (v *Page) runs() []run {
	var out []run
	last := func(ways bool) *run {
		if n := len(out); n > 0 && (len(out[n-1].ways) > 0) == ways {
			return &out[n-1]
		}
		out = append(out, run{})
		return &out[len(out)-1]
	}
	for _, s := range v.Steps {
		begins, goesOn := v.parts(s)
		switch {
		case begins:
			r := last(true)
			if n := len(r.ways); n > 0 && r.ways[n-1][0].Kind != s.Kind { // voices end, passages begin
				out = append(out, run{})
				r = &out[len(out)-1]
			}
			r.ways = append(r.ways, []*Step{s})
		case goesOn && len(out) > 0 && len(out[len(out)-1].ways) > 0:
			w := out[len(out)-1].ways
			w[len(w)-1] = append(w[len(w)-1], s)
		default:
			r := last(false)
			r.steps = append(r.steps, s)
		}
	}
	for i := range out {
		if len(out[i].ways) == 1 {
			out[i] = run{steps: out[i].ways[0]}
		}
	}
	return out
}

// told are the steps by what they tell of, each with the name of its place on the page.
func (v *Page) told() map[cite.Ref]string {
	out := map[cite.Ref]string{}
	for _, s := range v.Steps {
		ref := s.Ref
		if s.Kind == stepReaction {
			ref = spokenOf(ref)
		}
		if ref != cite.None && out[ref] == "" {
			out[ref] = anchor(s)
		}
	}
	return out
}

// spokenOf stands for what the author of a point said of its answer, beside the point itself.
func spokenOf(point cite.Ref) cite.Ref { return point + "!" }

// anchor is the name of a step's place on the page.
func anchor(s *Step) string {
	if s.Kind == stepCorrection {
		return part.CorrectionStep(s.Ref, s.Correction)
	}
	if s.Kind == stepReaction {
		return "r-" + s.Ref.ID()
	}
	return "s-" + s.Ref.ID()
}

// anchored reports whether a step is the first that tells of its thing: names of places are given once.
func (v *Page) anchored(s *Step) bool {
	for _, o := range v.Steps {
		if anchor(o) == anchor(s) {
			return o == s && s.Ref != cite.None
		}
	}
	return false
}

// locationWords names an element with the symbol of its edition, or the paper as a whole.
func locationWords(f *frame.Frame, s part.Location) string {
	if s.Kind == "" {
		return s.Symbol
	}
	return strings.TrimSpace(f.T("kind."+s.Kind)+" "+s.Label) + " (" + s.Symbol + ")"
}

// wayWords are what a way is called while it is folded: what its first step is of.
func wayWords(f *frame.Frame, s *Step) string {
	switch {
	case s.Kind == stepAnswer:
		return frame.Named(f, s.Ref) + frame.Colon(f) + f.T("outcome."+s.Answer.Outcome) + frame.Comma(f, false) + f.T("why.answer_points", "n", s.Answer.Points)
	case s.c != nil:
		words := frame.Named(f, s.Ref) + frame.Colon(f) + "\u2068" + s.c.Who(f) + "\u2069" // whatever is written in
		if s.Country != "" {
			words += frame.Comma(f, false) + s.Country
		}
		return words
	case s.In != nil && s.Fate != "":
		return locationWords(f, *s.In) + frame.Colon(f) + part.ChangeWords(f, s.Fate, s.TextChanged)
	case s.In != nil:
		return locationWords(f, *s.In)
	}
	return stepName(f, s)
}

// lead says in a few sentences what the trace shows, as the first thing on its page: what became of a contribution, what
// an answer decided and changed, why a passage is as it is.
func (v *Page) lead(f *frame.Frame) []string {
	var out []string
	rests := func() {
		if v.Why.Points > 0 {
			out = append(out, f.T("trace.rests", "points", f.T("why.answer_points", "n", v.Why.Points))+" "+v.Why.From(f)+frame.Stop(f))
		}
		if v.Why.Gone > 0 {
			out = append(out, f.T("why.gone", "n", v.Why.Gone))
		}
	}
	switch v.About {
	case traceStop:
		return []string{v.Ties.Say(f)}
	case traceContribution:
		return append(v.c.Fate(f), v.Ties.Say(f))
	case traceAnswer:
		out = append(out, f.T("outcome."+v.Outcome)+frame.Stop(f))
		if v.Why.Points > 0 {
			out = append(out, f.T("trace.to", "points", f.T("why.answer_points", "n", v.Why.Points)))
		}
		if v.Why.Gone > 0 {
			out = append(out, f.T("why.gone", "n", v.Why.Gone))
		}
		if v.Changed > 0 {
			out = append(out, f.T("fate.passages", "n", v.Changed))
		} else {
			out = append(out, f.T("trace.changed_nothing"))
		}
		return append(out, v.Ties.Say(f))
	}
	if step := v.Steps[0]; v.After == cite.None && step.Fate != "" {
		out = append(out, part.ChangeWords(f, step.Fate, step.TextChanged)+frame.Stop(f))
	}
	if v.Why.Own {
		return append(out, f.T("why.own"), v.Ties.Say(f))
	}
	rests()
	said := 0
	for _, s := range v.Steps {
		if s.Kind == stepSaid {
			said += s.Count
		}
	}
	if said > 0 {
		out = append(out, f.T("trace.said", "n", said)+frame.Stop(f))
	}
	if len(out) == 0 {
		out = append(out, f.T("trace.nothing"))
	}
	return append(out, v.Ties.Say(f))
}
