package registration

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/registration"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/refusal"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web/serve"
)

// deskQuery are the parameters of the desk.
type deskQuery struct {
	// Do is the form that is shown: terms, field, links.
	Do string `query:"do"`
	// Number is that of the field that is put right.
	Number int `query:"n"`
	// Status lists those of whom this became so.
	Status string `query:"status"`
	// Seat lists those who ask for a kind of seat.
	Seat string `query:"seat"`
	// Category lists those of a category.
	Category string `query:"category"`
	// Text lists those in whose name, post, party or address it stands.
	Text string `query:"q"`
}

// checkQuery are the parameters of the check-in.
type checkQuery struct {
	// Code is that of a badge, as its square code leads here.
	Code string `query:"code"`
}

// open makes a handler of one of this room, whether the session offers something yet or not.
func (h *Handlers) open(handle func(*request) error) func(*serve.Request) error {
	return func(r *serve.Request) error {
		q := &request{Request: r, Handlers: h, terms: roster.Terms{Slug: r.Slug}}
		if h.Roster == nil {
			return serve.ErrBeside
		}
		if err := q.Look(func(st *conversation.Reading) error {
			if v, ok := view.New(st, q.Ref(), q.Lang); ok {
				q.terms.Offer, q.terms.Ends = v.Offered(), v.Ends
			}
			return nil
		}); err != nil {
			return err
		}
		return handle(q)
	}
}

// desk shows the desk.
func (q *request) desk() error {
	p := serve.Params[deskQuery](q.Request)
	return q.showDesk(http.StatusOK, p, nil)
}

// addresses gives people the address by which the house knows them.
func (q *request) addresses(rs []roster.Registration) error {
	for i, r := range rs {
		if r.Participant == 0 || r.Email != "" {
			continue
		}
		email, _, _, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, r.Participant)
		if err != nil {
			return err
		}
		rs[i].Email = email
	}
	return nil
}

// filled is the desk with all who registered.
func (q *request) filled(p deskQuery) (build func(*conversation.Reading) (*view.Desk, error), err error) {
	var all []roster.Registration
	var left map[string]int
	waiting := 0
	links := map[string]string{}
	if q.terms.Offer != nil {
		if err := q.Roster.Settle(q.Context(), q.terms, q.Received); err != nil {
			return nil, err
		}
		if all, err = q.Roster.All(q.Context(), q.Slug, q.Ref()); err != nil {
			return nil, err
		}
		if left, waiting, err = q.Roster.Left(q.Context(), q.terms); err != nil {
			return nil, err
		}
		if err := q.addresses(all); err != nil {
			return nil, err
		}
		for _, k := range noun.Seats {
			if links[k], err = q.Roster.Link(q.Context(), q.Slug, q.Ref(), k); err != nil {
				return nil, err
			}
		}
	}
	return func(st *conversation.Reading) (*view.Desk, error) {
		v, ok := view.NewDesk(st, q.Ref(), p.Do, p.Number, q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		v.NewToken, v.Links = serve.Nonce, links
		v.Filter = view.Filter{Status: p.Status, Seat: p.Seat, Category: p.Category, Text: p.Text}
		if v.Offer != nil {
			v.Offer.Free(left, waiting)
			v.Offer.Count(st, all, true, q.Lang)
			v.Take(st, all, q.Lang)
		}
		return v, nil
	}, nil
}

func (q *request) showDesk(status int, p deskQuery, typed url.Values) error {
	build, err := q.filled(p)
	if err != nil {
		return err
	}
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		v, err := build(st)
		if err != nil {
			return nil, err
		}
		if typed != nil {
			v.Typed(serve.Typed(typed))
		}
		return v, nil
	})
}

// table is the list of those who registered as a file; the filter holds for it as well.
func (q *request) table() error {
	build, err := q.filled(serve.Params[deskQuery](q.Request))
	if err != nil {
		return err
	}
	var v *view.Desk
	if err := q.Look(func(st *conversation.Reading) (err error) {
		v, err = build(st)
		return err
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+q.FileName("registrations-"+string(q.Ref())+"-"+q.Slug, ".csv")+`"`)
	h.Set("Cache-Control", "private, no-store")
	out := press.NewCSV(q.Writer)
	if out.Row(v.Heads(&q.Frame)...) != nil {
		return nil // the reader has gone
	}
	for _, e := range v.Listed() {
		if out.Row(v.Row(&q.Frame, &e)...) != nil {
			return nil
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}

// asking is what was sent from the desk.
type asking struct {
	*request
	v    url.Values
	view *view.Desk
	no   refusal.Several
}

// postDesk does what was asked at the desk.
func (q *request) postDesk() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.Get("n"))
	p := deskQuery{Do: v.Get("do"), Number: n}
	a := &asking{request: q, v: v}
	if err := q.Look(func(st *conversation.Reading) error {
		d, ok := view.NewDesk(st, q.Ref(), p.Do, p.Number, q.Lang)
		if !ok {
			return serve.NotFound()
		}
		a.view = d
		return nil
	}); err != nil {
		return err
	}
	var command any
	switch p.Do {
	case view.DoTerms:
		command = a.setTerms()
	case view.DoField:
		command = a.field(n)
	case view.DoLinks:
		if err := a.links(); len(refusal.Of(err)) > 0 {
			q.Frame.Errors = refusal.Of(err)
			return q.showDesk(http.StatusUnprocessableEntity, p, v)
		} else if err != nil {
			return err
		}
		return q.DeskSee("/registration/"+string(q.Ref())+"?do=links", 0, "links", "")
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, a.no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		q.Frame.Errors = serve.Renamed(rs, func(field string) string {
			if field == "opens" || field == "closes" {
				return field + "-date"
			}
			return field
		})
		return q.showDesk(serve.DeskStatus(rs), p, v)
	}
	q.tell()
	return q.DeskSee("/registration/"+string(q.Ref()), answer.Last, p.Do, "")
}

// number reads a number, -1 for none.
func (a *asking) number(field string) int {
	s := locale.WesternDigits(strings.TrimSpace(a.v.Get(field)))
	n, err := strconv.Atoi(cmp.Or(s, "0"))
	if err != nil {
		return -1
	}
	return n
}

func (a *asking) moment(field string) time.Time {
	m := input.Moment{Date: a.v.Get(field + "-date"), Clock: a.v.Get(field + "-time"), Zone: a.view.Zone}
	t, wrong := m.In(field, a.Lang)
	if wrong != nil {
		a.no = append(a.no, wrong)
	}
	return t
}

func (a *asking) seen() cite.Position {
	n, _ := strconv.ParseInt(a.v.Get("seen"), 10, 64)
	return cite.Position(max(0, n))
}

// categories are those that were ticked.
func (a *asking) categories() (out []string) {
	for _, c := range a.view.Choices {
		if a.v.Get("category-"+c.ID) != "" {
			out = append(out, c.ID)
		}
	}
	return out
}

func (a *asking) text(t frame.Tongues, was locale.Text) locale.Text {
	return a.Tongues(a.v, t, was)
}

// setTerms is what the form says of the terms.
func (a *asking) setTerms() noun.SetTerms {
	return noun.SetTerms{Session: a.Ref(), Opens: a.moment("opens"), Closes: a.moment("closes"), Active: a.number("active"), Passive: a.number("passive"), Each: a.number("each"),
		Categories: a.categories(), Approval: a.v.Get("approval") != "", Floor: a.v.Get("floor") != "", Gender: a.v.Get("gender") != "", First: a.v.Get("first") != "",
		Figures: a.v.Get("figures"), List: a.v.Get("list"), Keep: a.number("keep"), Reason: a.text(a.view.Reason, locale.Text{}), Seen: a.seen()}
}

// field is what the form says of a field.
func (a *asking) field(n int) noun.AskField {
	was := noun.Field{}
	if n > 0 {
		was = a.view.Was()
	}
	return noun.AskField{Session: a.Ref(), Number: n, Label: a.text(a.view.Label, was.Label), Kind: a.v.Get("kind"), Required: a.v.Get("required") != "", Options: a.text(a.view.Options, was.Options),
		Categories: a.categories(), Off: a.v.Get("off") != "", Reason: a.text(a.view.Reason, locale.Text{}), Seen: a.seen()}
}

// links keeps where people join.
func (a *asking) links() error {
	if a.request.terms.Offer == nil {
		return serve.NotFound()
	}
	var in input.Check
	links := map[string]string{}
	for _, k := range a.request.terms.Terms.Kinds() {
		link := strings.TrimSpace(a.v.Get("link-" + k))
		if link != "" {
			in.Address("link-"+k, &link)
		}
		links[k] = link
	}
	if err := in.Err(); err != nil {
		return err
	}
	for k, link := range links {
		if err := a.Roster.SetLink(a.Context(), a.Slug, a.Ref(), k, link); err != nil {
			return err
		}
	}
	return nil
}

// one shows somebody who registered.
func (q *request) one() error { return q.showOne(http.StatusOK, "") }

func (q *request) showOne(status int, typed string) error {
	id, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	r, ok, err := q.Roster.Find(q.Context(), q.Slug, q.Ref(), id)
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	rs := []roster.Registration{r}
	if err := q.addresses(rs); err != nil {
		return err
	}
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		o, _ := view.New(st, q.Ref(), q.Lang)
		v := view.NewOne(st, o, rs[0], q.Lang)
		v.Text, v.NewToken = typed, serve.Nonce
		return v, nil
	})
}

// postOne decides on somebody who registered.
func (q *request) postOne() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	said := ""
	switch v.Get("do") {
	case "approve":
		said, err = "approved", q.Roster.Approve(q.Context(), q.terms, id, q.Received)
	case "refuse":
		said, err = "refused", q.Roster.Refuse(q.Context(), q.terms, id, v.Get("reason"), q.Received)
	case "renew":
		said, err = "renewed", q.Roster.Renew(q.Context(), q.Slug, q.Ref(), id, q.Received)
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		if slices.ContainsFunc(rs, func(r *refusal.Refusal) bool { return r.Kind == refusal.Hidden }) {
			return err
		}
		q.Frame.Errors = rs
		return q.showOne(serve.DeskStatus(rs), v.Get("reason"))
	}
	if err != nil {
		return err
	}
	q.tell()
	return q.DeskSee("/registration/"+string(q.Ref())+"/"+q.PathValue("id"), 0, said, "")
}

// checkIn shows where badges are checked. That a code was shown changes nothing: it is checked when the button is pressed.
func (q *request) checkIn() error {
	return q.showCheckIn(serve.Params[checkQuery](q.Request).Code, "", roster.Registration{})
}

func (q *request) showCheckIn(code, said string, r roster.Registration) error {
	all, err := q.Roster.All(q.Context(), q.Slug, q.Ref())
	if err != nil {
		return err
	}
	return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		o, _ := view.New(st, q.Ref(), q.Lang)
		v := view.NewCheckIn(o, all)
		if v.Code, v.Said = code, said; said != "" {
			v.Code = ""
		}
		v.Bears(st, o, r, q.Lang)
		return v, nil
	})
}

// postCheckIn checks a badge, and says what is so.
func (q *request) postCheckIn() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	code := v.Get("code")
	if i := strings.LastIndex(code, "code="); i >= 0 { // a reader of codes types the whole address
		code = code[i+len("code="):]
	}
	said, r, err := q.Roster.CheckIn(q.Context(), q.terms, code, q.Received)
	if err != nil {
		return err
	}
	return q.showCheckIn("", said, r)
}
