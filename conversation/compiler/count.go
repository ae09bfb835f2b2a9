package compiler

import (
	"fmt"
	"maps"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// parties is a set of parties, by their numbers.
type parties map[uint64]bool

// positions are parties with the stances of their points, a bit for each: 1<<NoStance for a point that takes none.
type positions map[uint64]uint8

// issue is a place under which people spoke: an issue through time, or, outside of issues, an element by itself.
type issue struct{ paper, element int }

// stance is a position that was taken at a question.
type stance struct {
	paper, element int
	is             consultation.Stance
}

// counts is what one walk over everything that was said gives.
type counts struct {
	about   [][]issue         // the issues that each element of the paper is about, by its sources
	spoke   map[issue]parties // those who spoke on each of these
	said    []positions       // those whose points each element cites, by themselves or through an answer, with the stances of these points
	named   []map[stance]bool // the stances at questions of which each element cites a point
	asked   [][]stance        // the questions that each element cites, whose answers are counted; is is NoStance
	took    map[stance]parties
	accord  map[stance]map[uint64]cite.Ref // of took, those on the roll, with a point of each
	present map[stance]bool                // positions of which the paper cites a point
	issueOf map[issue]issue                // of an element through time
	joined  map[string]int                 // speakers, by the issues
	asking  map[stance]int                 // takers, by the question
}

// count walks once over everything that was said.
func (h *House) count(p Paper) *counts {
	k := &counts{about: make([][]issue, len(p.Elements)),
		spoke: map[issue]parties{}, said: make([]positions, len(p.Elements)), named: make([]map[stance]bool, len(p.Elements)), asked: make([][]stance, len(p.Elements)),
		took: map[stance]parties{}, accord: map[stance]map[uint64]cite.Ref{}, present: map[stance]bool{}, issueOf: map[issue]issue{}, joined: map[string]int{}, asking: map[stance]int{}}
	points, answers := map[cite.Ref][]int{}, map[int][]int{} // who cites each, by the place of the element
	for i := range p.Elements {
		k.said[i], k.named[i] = positions{}, map[stance]bool{}
		for _, r := range p.Elements[i].Cites {
			switch r.Kind() {
			case 'c':
				if r = paper.Cited(r); !slices.Contains(points[r], i) { // ranges of one point are that point
					points[r] = append(points[r], i)
				}
			case 'd':
				answers[r.Number()] = append(answers[r.Number()], i)
			case 'p':
				k.cited(h, i, r)
			}
		}
	}
	// First what the sentences are about, then who spoke on that: an issue may be known only by the last point that is cited.
	h.Consultation.Walk(func(t *consultation.PublishedPart) {
		who := points[t.Ref()]
		if t.Answer > 0 {
			who = append(slices.Clip(who), answers[t.Answer]...)
		}
		for _, i := range who {
			for _, y := range voices(t) {
				k.said[i][y] |= 1 << t.Stance
			}
			k.named[i][stance{t.Paper, t.Element, t.Stance}] = true
			if of, ok := k.under(h, t.Paper, t.Edition, t.Element); ok && !slices.Contains(k.about[i], of) {
				k.about[i] = append(k.about[i], of)
			}
		}
		if len(who) > 0 && t.Stance != consultation.NoStance {
			k.present[stance{t.Paper, t.Element, t.Stance}] = true
		}
	})
	for _, all := range k.about {
		for _, of := range all {
			if k.spoke[of] == nil {
				k.spoke[of] = parties{}
			}
		}
	}
	h.Consultation.Walk(func(t *consultation.PublishedPart) { k.spoken(h, t) })
	return k
}

// cited notes what a sentence is about where it cites an element of a paper.
func (k *counts) cited(h *House, i int, r cite.Ref) {
	e, ok := h.Papers.Edition(r)
	if !ok || paper.Compiled(e.Kind) {
		return
	}
	x := r.Element()
	el, ok := e.Element(x)
	if !ok {
		return
	}
	if of, ok := k.under(h, r.Number(), e.Ref.EditionNumber(), x.ElementNumber()); ok && !slices.Contains(k.about[i], of) {
		k.about[i] = append(k.about[i], of)
	}
	if el.Stance {
		k.asked[i] = append(k.asked[i], stance{paper: r.Number(), element: x.ElementNumber()})
	}
}

// spoken counts one point.
func (k *counts) spoken(h *House, t *consultation.PublishedPart) {
	of, ok := k.under(h, t.Paper, t.Edition, t.Element)
	if !ok || k.spoke[of] == nil {
		return
	}
	s := stance{t.Paper, t.Element, t.Stance}
	for _, y := range voices(t) {
		k.spoke[of][y] = true
		if t.Stance == consultation.NoStance {
			continue
		}
		if k.took[s] == nil {
			k.took[s], k.accord[s] = parties{}, map[uint64]cite.Ref{}
		}
		k.took[s][y] = true
		if _, has := k.accord[s][y]; t.Known && !has {
			k.accord[s][y] = t.Ref()
		}
	}
}

// voices are the parties that made a point.
func voices(t *consultation.PublishedPart) []uint64 {
	out := []uint64{t.Party}
	for _, j := range t.Joint {
		out = append(out, j.Party)
	}
	return out
}

// under is the issue under which an element stands, now or in the edition in which it was spoken about, or the element itself outside of issues.
func (k *counts) under(h *House, n, edition, x int) (of issue, ok bool) {
	if x == 0 {
		return of, false
	}
	at := issue{n, x}
	if of, ok := k.issueOf[at]; ok {
		return of, true
	}
	r := cite.Element(cite.Paper(n), x)
	e, ok := h.Papers.Edition(cite.Paper(n)) // where it stands now, else where it stood
	if ok {
		_, ok = e.Element(r)
	}
	if !ok {
		e, ok = h.Papers.Edition(cite.EditionOf(cite.Paper(n), edition))
	}
	if !ok {
		return of, false
	}
	of = at
	if in := e.IssueOf(r); in != cite.None {
		of.element = in.ElementNumber()
	}
	k.issueOf[at] = of
	return of, true
}

// share is how many parties say something, of how many who spoke.
type share struct{ of, all int }

// shares are the counts that a quantifier in a sentence may rest on: those whose points it cites, of those who spoke on what it is about; and, for
// each question with stances that it cites, those who took one of them. Each is of one stance, because some who want a thing and some who do not are no
// majority: points that take none are counted with any. Where the sentence does not say of which, those who took a stance at a question are counted
// where it cites a point of that stance, or where they are more than half of all who took one. That nobody took a stance is borne out only by a question,
// and where the sentence says which.
func (k *counts) shares(i int, of []consultation.Stance, nobody bool) (out []share) {
	if nobody {
		for _, q := range k.asked[i] {
			for _, is := range of {
				out = append(out, share{len(k.took[stance{q.paper, q.element, is}]), k.takers(q)})
			}
		}
		return out
	}
	all, said := k.speakers(k.about[i]), of
	if len(of) == 0 {
		said = stances
	}
	for _, is := range said {
		n := 0
		for _, took := range k.said[i] {
			if took&(1<<is) != 0 || took == 1<<consultation.NoStance {
				n++
			}
		}
		out = append(out, share{n, all})
	}
	for _, q := range k.asked[i] {
		all := k.takers(q)
		for _, is := range said {
			s := stance{q.paper, q.element, is}
			//mutants:guard those who took another stance than the sentence says bear nothing out
			if n := len(k.took[s]); len(of) > 0 || k.named[i][s] || 2*n > all {
				out = append(out, share{n, all})
			}
		}
	}
	return out
}

// whole are the counts whatever the stance, for what is said of a claim that none of shares bears out. The first is of those whose points are cited.
func (k *counts) whole(i int) []share {
	out := []share{{len(k.said[i]), k.speakers(k.about[i])}}
	for _, q := range k.asked[i] {
		all := k.takers(q)
		for _, is := range stances {
			out = append(out, share{len(k.took[stance{q.paper, q.element, is}]), all})
		}
	}
	return out
}

// speakers counts the parties that spoke on any of some issues. It is worked out once for the same issues.
func (k *counts) speakers(of []issue) int {
	if len(of) == 1 {
		return len(k.spoke[of[0]])
	}
	key := fmt.Sprint(of)
	n, ok := k.joined[key]
	if !ok {
		spoke := parties{}
		for _, x := range of {
			maps.Copy(spoke, k.spoke[x])
		}
		n = len(spoke)
		k.joined[key] = n
	}
	return n
}

// takers counts the parties that took any position at a question. It is worked out once for a question.
func (k *counts) takers(q stance) int {
	q.is = consultation.NoStance
	n, ok := k.asking[q]
	if !ok {
		all := parties{}
		for _, is := range stances {
			maps.Copy(all, k.took[stance{q.paper, q.element, is}])
		}
		n = len(all)
		k.asking[q] = n
	}
	return n
}

// stances are those that can be taken.
var stances = []consultation.Stance{consultation.Yes, consultation.InPart, consultation.No, consultation.WrongQuestion}

// leftOut lists the positions of a minority that are held by a party on the roll, at a question under an issue that the paper is about, and
// of which it cites no point. A minority is fewer than half of those who took a position there.
func (k *counts) leftOut(h *House) (out []*refusal.Refusal) {
	all := slices.SortedFunc(maps.Keys(k.took), func(a, b stance) int {
		return slices.Compare([]int{a.paper, a.element, int(a.is)}, []int{b.paper, b.element, int(b.is)})
	})
	for _, s := range all {
		//mutants:guard no position of a minority on the roll is left out
		if k.present[s] || len(k.accord[s]) == 0 || 2*len(k.took[s]) >= k.takers(s) {
			continue
		}
		first := slices.Min(slices.Collect(maps.Keys(k.accord[s])))
		e, _ := h.Papers.Edition(cite.Paper(s.paper))
		out = append(out, refusal.In("elements", "compiler.minority", "count", len(k.accord[s]), "stance", s.is.String(),
			"on", string(cite.Element(cite.Paper(s.paper), s.element)), "label", e.Label(cite.Element(cite.Paper(s.paper), s.element)), "ref", string(k.accord[s][first])))
	}
	return out
}
