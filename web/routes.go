package web

import (
	"net/http"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/part"
)

// symbol sends a document symbol to the paper that bears it.
func (q *request) symbol() error {
	sym, err := cite.ParseSymbol(q.PathValue("symbol"))
	if err != nil {
		return notFound()
	}
	var ref cite.Ref
	if err := q.look(func(st *conversation.Reading) error {
		r, ok := st.Papers.Symbol(sym)
		if !ok {
			return notFound()
		}
		ref = r
		return nil
	}); err != nil {
		return err
	}
	q.w.Header().Set("Vary", "Accept-Language, Cookie")
	return q.found("/" + string(q.lang) + "/c/" + q.slug + "/" + string(ref))
}

func (q *request) index() error {
	v := &home.Index{}
	for _, slug := range q.s.Sec.Conversations() {
		if _, err := q.s.lookIn(q.Context(), slug, conversation.Public, q.received, func(st *conversation.Reading) error {
			v.Conversations = append(v.Conversations, part.NewConversationRow(st, q.lang))
			return nil
		}); err != nil {
			return err
		}
	}
	return q.show(http.StatusOK, v)
}

func (q *request) home() error {
	q.frame.Section = "home"
	q.liveOn("home", cite.None, "")
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		v := home.New(st, q.lang, q.s.Demo[q.slug])
		return v, nil
	})
}

func (q *request) documents() error {
	q.frame.Section = "documents"
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		return home.NewDocuments(st, q.lang), nil
	})
}

// reference answers for a reference: an entry of the record, a paper, an element, or what belongs to a consultation.
func (q *request) reference() error {
	if strings.HasPrefix(q.PathValue("ref"), "entry-") {
		return q.entry()
	}
	ref := q.ref()
	p := params[referenceQuery](q)
	text, second := p.languages(q.lang)
	switch {
	case ref.Kind() == 'p' && ref.ElementNumber() == 0:
		q.frame.Section = "documents"
		q.liveOn("paper", ref, p.Text)
		return q.read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := papers.NewPaper(st, ref, q.lang, text, second)
			if !ok {
				return nil, notFound()
			}
			if p.Was != cite.None {
				v.Arrive(st, p.Was)
			}
			return v, nil
		})
	case ref.Kind() == 'p':
		q.frame.Section = "documents"
		return q.read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := papers.NewElementPage(st, ref, q.lang)
			if !ok {
				return nil, notFound()
			}
			return v, nil
		})
	}
	return q.named(ref, p.PointsAfter)
}
