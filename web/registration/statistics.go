package registration

import (
	"net/http"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/registration"
	"github.com/openplenary/plenary/press"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web/serve"
)

// ofAll makes a handler of what is about all sessions of a conversation.
func (h *Handlers) ofAll(handle func(*request) error) func(*serve.Request) error {
	return func(r *serve.Request) error {
		if h.Roster == nil {
			return serve.ErrBeside
		}
		return handle(&request{Request: r, Handlers: h})
	}
}

// counts looks up who takes part in each session, where its figures are everybody's.
func (q *request) counts() (map[cite.Ref]roster.Counted, error) {
	out := map[cite.Ref]roster.Counted{}
	var offers []*noun.Offer
	if err := q.Look(func(st *conversation.Reading) error {
		for _, x := range st.Sessions.Sessions() {
			if v, ok := view.New(st, x.Ref, q.Lang); ok {
				offers = append(offers, v.Offered())
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for _, o := range offers {
		c, err := q.Roster.Public(q.Context(), q.Slug, o, q.Received)
		if err != nil {
			return nil, err
		}
		out[o.Session] = c
	}
	return out, nil
}

// builder builds the page of all sessions.
func (q *request) builder() (func(*conversation.Reading) *view.Statistics, error) {
	counts, err := q.counts()
	return func(st *conversation.Reading) *view.Statistics {
		v := view.NewStatistics(st, q.Lang)
		for _, x := range st.Sessions.Sessions() {
			o, ok := view.New(st, x.Ref, q.Lang)
			c, there := counts[x.Ref]
			if !ok || !there {
				continue
			}
			o.Public(st, c)
			v.Take(o, c.State)
		}
		v.Taken(st)
		return v
	}, err
}

// statistics shows all sessions side by side.
func (q *request) statistics() error {
	build, err := q.builder()
	if err != nil {
		return err
	}
	return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) { return build(st), nil })
}

// statisticsTable is the same as a file.
func (q *request) statisticsTable() error {
	build, err := q.builder()
	if err != nil {
		return err
	}
	var v *view.Statistics
	if err := q.Look(func(st *conversation.Reading) error { v = build(st); return nil }); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName("statistics-"+q.Slug, ".csv")+`"`)
	h.Set("Cache-Control", "no-store")
	out := press.NewCSV(q.Writer)
	if out.Row(v.Heads(&q.Frame)...) != nil {
		return nil // the reader has gone
	}
	for _, row := range v.Rows(&q.Frame) {
		if out.Row(row...) != nil {
			return nil
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}
