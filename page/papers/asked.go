package papers

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// Asked is a question that was formulated together and that an element takes up, with the proposals that it is made of.
type Asked struct {
	Question  cite.Ref         `json:"question"`
	In        part.Location    `json:"in"`             // the element that takes it up
	Proposals []part.PointCard `json:"proposals"`      // those that the reader may read, at most maxAsked of them
	More      int              `json:"more,omitempty"` // proposals that are not named here
}

// maxAsked is how many proposals of a question are named beside an element; the page of the question has all of them.
const maxAsked = 12

// askedFor lists the questions formulated together that an element and what stands in it take up, or what they go on from took up in
// an edition before: in the order of the edition, each once.
func askedFor(st *conversation.Reading, e *paper.Edition, x cite.Ref, l locale.Lang) (out []Asked) {
	if len(st.Formulation.Gatherings()) == 0 {
		return nil
	}
	p, _ := st.Papers.Paper(e.Ref)
	n := e.Ref.EditionNumber()
	sources := p.SourcesIn(n)
	seen := map[cite.Ref]bool{}
	for i := range e.Elements {
		r := e.Elements[i].Ref
		if !e.Within(r, x) {
			continue
		}
		from := sources[r]
		if from == nil {
			from = []cite.Ref{r}
		}
		for k := n; k > 0; k-- {
			for _, y := range from {
				for _, q := range questionsOf(st, p.Editions[k-1], y) {
					if !seen[q] {
						seen[q] = true
						out = append(out, newAsked(st, q, part.LocationOf(p.Editions[k-1], y), l))
					}
				}
			}
		}
	}
	return out
}

func newAsked(st *conversation.Reading, q cite.Ref, in part.Location, l locale.Lang) Asked {
	a := Asked{Question: q, In: in}
	asked, _ := st.Formulation.Question(q)
	for _, of := range asked.Now().Of {
		switch c, ok := part.NewPointCard(st, of, l); {
		case ok && len(a.Proposals) < maxAsked:
			a.Proposals = append(a.Proposals, c)
		case ok:
			a.More++
		}
	}
	return a
}

// questionsOf are the questions formulated together that an element takes up: those that it cites, and those whose words an answer
// tells that the element is linked with.
func questionsOf(st *conversation.Reading, e *paper.Edition, x cite.Ref) (out []cite.Ref) {
	el, ok := e.Element(x)
	if !ok {
		return nil
	}
	candidates := slices.Clone(el.Cites)
	for _, d := range st.Behind(e, el.Ref) {
		for _, of := range st.PublishedParts(d) {
			candidates = append(candidates, st.Formulation.In(of))
		}
	}
	at := cite.Element(e.Ref, el.Ref.ElementNumber())
	for _, q := range candidates {
		if q.Kind() == 'q' && !slices.Contains(out, q) && slices.Contains(st.Formulation.Takers(q), at) {
			out = append(out, q)
		}
	}
	return out
}
