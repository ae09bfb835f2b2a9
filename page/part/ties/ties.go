// Package ties counts what a stop of the chain rests on and what rests on it, and says so in one sentence.
package ties

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/page/frame"
)

// Of is what one stop of the chain rests on and what rests on it, counted, each thing once: the links that the chain has there, both ways.
type Of struct {
	// On is what it rests on, in the order of the chain.
	On []Tie `json:"rests_on"`
	// By is what rests on it, in the order of the chain.
	By []Tie `json:"rest_on_it"`
}

// Tie is how many things of a kind a stop is tied to.
type Tie struct {
	// Kind is voices (points of contributions), answers, passages, questions, themes (of an order), items (of an agenda), speeches (parts of
	// interventions), citations (sentences of considerations) or reactions (what authors said of an answer).
	Kind string `json:"kind"`
	// N is how many of them there are, each counted once.
	N int `json:"n"`
}

// tieOrder is the order in which ties are named: that of the chain.
var tieOrder = []string{"questions", "voices", "answers", "passages", "items", "speeches", "themes", "citations", "reactions"}

// New counts the ties of some stops that are shown as one, such as the parts of a contribution.
func New(st *conversation.Reading, stops ...cite.Ref) Of {
	on, by := map[cite.Ref]string{}, map[cite.Ref]string{}
	said := 0
	for _, r := range stops {
		if r.Kind() == 'p' {
			said += st.Consultation.CountOn(r)
		}
		for _, h := range st.Back(r, chain.ButComments) {
			if h.Kind != chain.LinkNext && h.Kind != chain.LinkReaction { // the passage itself, as it was; and what was said of an answer rests on that
				on[h.From] = tieKind(h.From)
			}
		}
		for _, h := range st.Forward(r, chain.ButComments) {
			switch h.Kind {
			case chain.LinkNext: // the passage itself
			case chain.LinkSpeech, chain.LinkTaken:
				by[h.To] = "speeches"
			case chain.LinkCitation:
				by[h.To] = "citations"
			case chain.LinkReaction:
				by[h.To+"!"] = "reactions" // whoever spoke of the answer also wrote the point
			default:
				by[h.To] = tieKind(h.To)
			}
		}
		if r.Kind() == 'c' && st.MaySee(r) >= conversation.Redacted {
			for range st.Consultation.Reactions(r) {
				by[r+"!"] = "reactions"
			}
		}
	}
	for _, r := range stops { // what one part says of another is no tie to anything else
		delete(on, r)
		delete(by, r)
	}
	return Of{On: tally(on, 0), By: tally(by, said)}
}

// tally counts things by what they are, and points beside them.
func tally(of map[cite.Ref]string, voices int) []Tie {
	n := map[string]int{"voices": voices}
	for _, kind := range of {
		n[kind]++
	}
	out := []Tie{}
	for _, kind := range tieOrder {
		if n[kind] > 0 {
			out = append(out, Tie{kind, n[kind]})
		}
	}
	return out
}

// tieKind is what a reference is a tie to.
func tieKind(r cite.Ref) string {
	switch r.Kind() {
	case 'c':
		return "voices"
	case 'd':
		return "answers"
	case 'q':
		return "questions"
	case 'o':
		return "themes"
	case 's':
		return "items"
	}
	return "passages"
}

// Say is the ties in one sentence.
func (t Of) Say(f *frame.Frame) string {
	words := func(all []Tie) string {
		names := make([]string, len(all))
		for i, x := range all {
			names[i] = f.T("trace.column."+x.Kind, "n", x.N)
		}
		return f.Lang.List(names)
	}
	switch {
	case len(t.On) > 0 && len(t.By) > 0:
		return f.T("trace.ties.both", "on", words(t.On), "by", words(t.By))
	case len(t.On) > 0:
		return f.T("trace.ties.on", "on", words(t.On))
	case len(t.By) > 0:
		return f.T("trace.ties.by", "by", words(t.By))
	}
	return f.T("trace.ties.none")
}
