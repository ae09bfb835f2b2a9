package sessions

import (
	"net/http"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	page "github.com/openplenary/plenary/page/registration"
	view "github.com/openplenary/plenary/page/sessions"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web/serve"
)

// deskQuery are the parameters of the desk of a session.
type deskQuery struct {
	// Do is the form that is shown: plan, sitting, item, invite, open, close, adopt, deliver, place.
	Do string `query:"do"`
	// Number is that of the sitting or item that is put right.
	Number int `query:"n"`
}

// Handlers are what answers about sessions.
type Handlers struct {
	Roster *roster.Store // who registers; nil where nothing can be kept beside the record
}

// Routes lists the routes of the room.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/sessions", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "sessions", Views: []any{view.List{}}, Handle: list},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/session.ics", Who: serve.Everybody, File: true, Name: "session_ics", Media: "text/calendar", Handle: calendar},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/interventions.csv", Who: serve.Everybody, File: true, Name: "interventions_csv", Media: "text/csv", Handle: table},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/report", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "session_report", Views: []any{view.Report{}}, Handle: h.report},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/report.akn.xml", Who: serve.Everybody, File: true, Name: "session_report_akn", Media: "application/akn+xml", Handle: debate},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/sessions", Who: serve.Rapporteurs, Handle: desk},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/sessions", Who: serve.Officers, Body: 64 * serve.KiB, Handle: post},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/sessions/{ref}", Who: serve.Rapporteurs, Query: deskQuery{}, Handle: desk},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/sessions/{ref}", Who: serve.Rapporteurs, Body: 512 * serve.KiB, Handle: post},
	}
}

// list shows which sessions there are.
func list(q *serve.Request) error {
	q.Frame.Section = "overview"
	return q.Read(func(st *conversation.Reading) (frame.View, error) { return view.NewList(st, q.Lang), nil })
}

// report shows who spoke in a session, who filed in writing, who was not heard, how the time was shared, and of who took part what is everybody's. With
// that it is not kept ready, because who registers is on no record.
func (h *Handlers) report(q *serve.Request) error {
	q.Frame.Section = "overview"
	people, err := h.people(q)
	if err != nil {
		return err
	}
	build := func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewReport(st, q.Ref(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		if o, ok := page.New(st, q.Ref(), q.Lang); ok && people.State != "" {
			o.Public(st, people)
			v.Take(people.State, o.Figures)
		}
		return v, nil
	}
	if people.State == "" {
		return q.Read(build)
	}
	q.AwaitOwn()
	var v frame.View
	if err := q.Look(func(st *conversation.Reading) (err error) {
		v, err = build(st)
		return err
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	return q.Show(http.StatusOK, v)
}

// people looks up who took part, where the session asks for what the report says of them.
func (h *Handlers) people(q *serve.Request) (c roster.Counted, err error) {
	var offer *registration.Offer
	if err := q.Look(func(st *conversation.Reading) error {
		if o, ok := page.New(st, q.Ref(), q.Lang); ok && (o.Gender || o.First) {
			offer = o.Offered()
		}
		return nil
	}); err != nil || offer == nil || h.Roster == nil {
		return c, err
	}
	return h.Roster.Public(q.Context(), q.Slug, offer, q.Received)
}

// debate is the report of a session as a debate record of Akoma Ntoso.
func debate(q *serve.Request) error {
	var v *view.Report
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = view.NewReport(st, q.Ref(), q.Lang); !ok || v.Empty() {
			return serve.NotFound() // a record of a debate in which nobody said anything is none
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	out, err := v.Debate(&q.Frame, q.Frame.Public+string(q.Frame.In(""))).AkomaNtoso()
	if err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "application/akn+xml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName("report-"+string(v.Ref)+"-"+q.Slug, ".akn.xml")+`"`)
	h.Set("Cache-Control", "no-store")
	_, _ = q.Writer.Write(out) // a reader that has gone is no fault
	return nil
}

// found finds the session of the address for a file, with its words.
func found(q *serve.Request) (v *view.Session, err error) {
	if err := q.Look(func(st *conversation.Reading) error {
		x, ok := st.Sessions.Session(q.Ref())
		if !ok || x.Ref != q.Ref() {
			return serve.NotFound()
		}
		v, _ = view.New(st, x.Ref, q.Lang)
		return nil
	}); err != nil {
		return nil, err
	}
	return v, q.Fill(v)
}

// calendar is the session as a file for calendars.
func calendar(q *serve.Request) error {
	v, err := found(q)
	if err != nil {
		return err
	}
	if len(v.Sittings) == 0 {
		return serve.NotFound() // a calendar without anything in it is none
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName("session-"+string(v.Ref)+"-"+q.Slug, ".ics")+`"`)
	h.Set("Cache-Control", "no-store")
	host, _, _ := strings.Cut(q.Host, ":")
	address := ""
	if q.Frame.Public != "" {
		address = q.Frame.Public + string(q.Frame.Ref(v.Ref))
	}
	_, _ = q.Writer.Write([]byte(v.Calendar(&q.Frame, host, address, v.Stamp()))) // a reader that has gone is no fault
	return nil
}

// table is what was said in the session, with a row for each intervention.
func table(q *serve.Request) error {
	v, err := found(q)
	if err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName("interventions-"+string(v.Ref)+"-"+q.Slug, ".csv")+`"`)
	h.Set("Cache-Control", "no-store")
	out := press.NewCSV(q.Writer)
	if q.NotPublic() && out.Row(q.Frame.T("export.notice")) != nil {
		return nil
	}
	if out.Row(frame.TableHeads(&q.Frame, view.TableColumns...)...) != nil {
		return nil // the reader has gone
	}
	for _, r := range v.Table(&q.Frame) {
		if out.Row(r...) != nil {
			return nil
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}

// done are the acts that the desk may say were just done.
var done = []string{"session_saved", "session_opened", "session_closed", "session_adopted", "session_entered"}

// desk shows the desk where sessions are planned, or that of one of them.
func desk(q *serve.Request) error {
	var p deskQuery
	if q.PathValue("ref") != "" {
		p = serve.Params[deskQuery](q)
	}
	return q.Desk(http.StatusOK, done, func(st *conversation.Reading) (frame.View, error) { return build(q, st, p.Do, p.Number) })
}

func build(q *serve.Request, st *conversation.Reading, do string, n int) (*view.Desk, error) {
	if q.PathValue("ref") == "" {
		return view.NewDesk(st, q.Lang), nil
	}
	v, ok := view.NewSessionDesk(st, q.Ref(), do, n, q.Lang)
	if !ok {
		return nil, serve.NotFound()
	}
	return v, nil
}
