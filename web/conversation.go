package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/home"
	"github.com/openplenary/plenary/page/papers"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/priorities"
	"github.com/openplenary/plenary/page/questions"
	"github.com/openplenary/plenary/page/sessions"
	"github.com/openplenary/plenary/web/serve"
)

// symbol sends a document symbol to the paper that bears it.
func (q *request) symbol() error {
	sym, err := cite.ParseSymbol(q.PathValue("symbol"))
	if err != nil {
		return serve.NotFound()
	}
	var ref cite.Ref
	if err := q.Look(func(st *conversation.Reading) error {
		r, ok := st.Papers.Symbol(sym)
		if !ok {
			return serve.NotFound()
		}
		ref = r
		return nil
	}); err != nil {
		return err
	}
	q.Writer.Header().Set("Vary", "Accept-Language, Cookie")
	return q.Found("/" + string(q.Lang) + "/c/" + q.Slug + "/" + string(ref))
}

func (q *request) index() error {
	v := &home.Index{}
	q.Frame.ReadOnly = q.Frame.ReadOnly || q.Server.Sec.Damage() != nil
	there, err := q.There()
	if err != nil {
		return err
	}
	for _, slug := range there {
		if at := q.Server.Sec.Standing(slug); at.Unread > 0 {
			v.Unread = append(v.Unread, home.Unread{Conversation: slug, From: at.Unread, Unlisted: at.Unlisted})
			continue
		}
		if _, err := q.Server.LookIn(q.Context(), slug, conversation.Readers, q.Received, func(st *conversation.Reading) error {
			v.Conversations = append(v.Conversations, part.NewConversationRow(st, q.Lang))
			return nil
		}); err != nil {
			return err
		}
	}
	return q.Show(http.StatusOK, v)
}

func (q *request) home() error {
	q.Frame.Section = "home"
	q.LiveOn("home", cite.None, "")
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		v := home.New(st, q.Lang, q.Demo[q.Slug])
		return v, nil
	})
}

func (q *request) documents() error {
	q.Frame.Section = "documents"
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		return home.NewDocuments(st, q.Lang), nil
	})
}

// reference answers for a reference: an entry of the record, a paper, an element, or what belongs to a consultation.
func (q *request) reference() error {
	if strings.HasPrefix(q.PathValue("ref"), "entry-") {
		return q.entry()
	}
	ref := q.Ref()
	p := serve.Params[referenceQuery](q.Request)
	text, second := p.languages(q.Lang)
	switch {
	case ref.Kind() == 'p' && ref.ElementNumber() == 0:
		q.Frame.Section = "documents"
		return q.dated(func(st *conversation.Reading) (rests, error) {
			v, ok := papers.NewPaper(st, ref, q.Lang, text, second)
			if !ok {
				return nil, serve.NotFound()
			}
			// The stream goes on with the edition that the reader has, also when there is a newer one.
			q.LiveOn("paper", v.Ref, p.Text)
			if p.Was != cite.None {
				v.Arrive(st, p.Was)
			}
			return v, nil
		})
	case ref.Kind() == 'p':
		q.Frame.Section = "documents"
		return q.dated(func(st *conversation.Reading) (rests, error) {
			v, ok := papers.NewElementPage(st, ref, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			return v, nil
		})
	case ref.Kind() == 'o':
		q.Frame.Section = "overview"
		return q.Read(func(st *conversation.Reading) (frame.View, error) {
			if v, ok := priorities.NewEvidence(st, ref, p.PointsAfter, q.Lang); ok {
				return v, nil
			}
			v, ok := priorities.NewOrder(st, ref, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			return v, nil
		})
	case ref.Kind() == 's':
		q.Frame.Section = "overview"
		return q.Read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := sessions.New(st, ref, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			return v, nil
		})
	case ref.Kind() == 'b':
		q.Frame.Section = "overview"
		return q.Read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := priorities.NewBallot(st, ref, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			return v, nil
		})
	case ref.Kind() == 'q':
		q.Frame.Section = "contributions"
		return q.Read(func(st *conversation.Reading) (frame.View, error) {
			v, ok := questions.NewQuestionPage(st, ref, q.Lang)
			if !ok {
				return nil, serve.NotFound()
			}
			return v, nil
		})
	}
	return q.contributions.Reference(q.Request, ref, p.PointsAfter)
}

// rests is a page of what rests on something that may be gone.
type rests interface {
	frame.View
	Losses() []quoting.Lost
}

// mostDated is how many acts are looked up for one page.
const mostDated = 100

// dated shows a page, with the day on which each thing went that it rests on.
func (q *request) dated(build func(*conversation.Reading) (rests, error)) error {
	return q.Page(func() (frame.View, error) {
		var v rests
		if err := q.Look(func(st *conversation.Reading) (err error) {
			v, err = build(st)
			return err
		}); err != nil {
			return nil, err
		}
		when := map[cite.Position]time.Time{}
		for i, x := range v.Losses() {
			at, known := when[x.Position]
			if !known && x.Position > 0 && len(when) < mostDated {
				entries, err := q.Server.Sec.RecordEntries(q.Context(), q.Slug, x.Position, x.Position)
				if err != nil {
					return nil, err
				}
				for _, e := range entries {
					at = e.Time
				}
				when[x.Position] = at
			}
			v.Losses()[i].At = at
		}
		return v, nil
	})
}
