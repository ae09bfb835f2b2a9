package accreditation

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	noun "github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/accreditation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of accreditation, with what they need beside the server.
type Handlers struct {
	// Aside keeps what comes with requests; nil where nothing can be kept.
	Aside *aside.Store
	// Files keeps the letters; nil where none can be kept.
	Files *attachment.Store
}

// request is one request for these handlers.
type request struct {
	*serve.Request
	*Handlers
}

// on makes a handler of one of this room.
func (h *Handlers) on(handle func(*request) error) func(*serve.Request) error {
	return func(q *serve.Request) error { return handle(&request{q, h}) }
}

// partiesQuery are the parameters of the list of parties.
type partiesQuery struct {
	// Print asks for everything unfolded, to be printed.
	Print bool `query:"print"`
}

// done are the acts that the desk may say were just done.
var done = []string{"accredited", "accreditation_refused", "accreditation_prolonged", "accreditation_ended", "accreditation_offered", "accreditation_forgotten"}

// Routes lists the routes of the room.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/parties", Who: serve.Everybody, Cached: true, Twin: true,
			Name: "parties", Query: partiesQuery{}, Views: []any{view.Parties{}}, Handle: h.on((*request).parties)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/parties.csv", Who: serve.Everybody, File: true, Name: "parties_csv", Media: "text/csv", Handle: h.on((*request).partiesCSV)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/accreditation", Who: serve.SignedIn, Handle: h.on((*request).ask)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/accreditation", Who: serve.SignedIn, Body: 21 * serve.MiB, Handle: h.on((*request).postAsk)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/accreditation", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: h.on((*request).postMine)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/letter", Who: serve.SignedIn, File: true, Handle: h.on((*request).getLetter)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/accreditation", Who: serve.Officers, Twin: true,
			Name: "desk_accreditation", Views: []any{view.Desk{}}, Handle: h.on((*request).desk)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/accreditation", Who: serve.Officers, Body: 64 * serve.KiB, Handle: h.on((*request).postOffer)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/accreditation/{ref}", Who: serve.Officers, Handle: h.on((*request).decision)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/accreditation/{ref}", Who: serve.Officers, Body: 64 * serve.KiB, Handle: h.on((*request).postDecision)},
	}
}

// parties shows the list of accredited parties.
func (q *request) parties() error {
	printed := serve.Params[partiesQuery](q.Request).Print
	return q.Read(func(st *conversation.Reading) (frame.View, error) { return view.NewParties(st, printed, q.Lang), nil })
}

// partiesCSV is the list as a table.
func (q *request) partiesCSV() error {
	var v *view.Parties
	if err := q.Look(func(st *conversation.Reading) error {
		v = view.NewParties(st, true, q.Lang)
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="parties-`+q.Slug+`.csv"`)
	h.Set("Cache-Control", "no-store")
	out := press.NewCSV(q.Writer)
	if out.Row(frame.TableHeads(&q.Frame, view.Columns...)...) != nil {
		return nil // the reader has gone
	}
	for _, p := range v.All() {
		if out.Row(p.Cells(&q.Frame)...) != nil {
			return nil
		}
	}
	_ = out.Flush() // a reader that has gone is no fault
	return nil
}

// ask shows the form of a request, and what became of the reader's.
func (q *request) ask() error {
	q.AwaitOwn()
	switch q.Common.Done {
	case "requested", "retracted", "forgotten":
		q.Frame.Notice = "accreditation.done." + q.Common.Done
	}
	return q.showAsk(http.StatusOK, func(*view.RequestPage) {})
}

// showAsk shows the form as change leaves it.
func (q *request) showAsk(status int, change func(*view.RequestPage)) error {
	if q.Frame.Writes = true; q.Frame.Token == "" {
		q.Frame.Token = serve.Nonce()
	}
	var v *view.RequestPage
	if err := q.Look(func(st *conversation.Reading) error {
		v = view.NewRequestPage(st, q.Lang)
		return nil
	}); err != nil {
		return err
	}
	v.NewToken = serve.Nonce
	if q.Aside != nil && q.Me != 0 {
		all, err := q.Aside.Enclosures(q.Context(), q.Slug, uint64(q.Me))
		if err != nil {
			return err
		}
		enclose(v.Mine, all)
	}
	change(v)
	if err := q.Fill(v); err != nil {
		return err
	}
	return q.Show(status, v)
}

// enclose gives requests what came with them.
func enclose(rs []*view.Request, all []aside.Enclosure) {
	for _, r := range rs {
		for _, e := range all {
			if e.Request == r.Party && r.Became != noun.Back {
				r.Enclosed = &view.Enclosed{Contact: e.Contact, Letter: e.Name, Size: e.Size}
			}
		}
	}
}

// postAsk takes a request in: first what comes with it, then the request.
func (q *request) postAsk() error {
	if q.Files == nil || q.Aside == nil {
		return serve.ErrBeside
	}
	u := &upload{q: q}
	defer u.close()
	v, err := q.ReadForm(u)
	no := refusal.Several(refusal.Of(err))
	if err != nil && (v == nil || len(no) == 0) {
		return err
	}
	token := v.Get("token")
	if !serve.ValidNonce(token) {
		token = serve.Nonce()
		q.Frame.Token = token
	}
	file, has, err := q.letter(u, token, v.Get("letter"))
	if err != nil {
		return err
	}
	form := view.AskForm{Name: v.Get("name"), Category: v.Get("category"), Country: v.Get("country"), As: v.Get("capacity"), Contact: v.Get("contact"), Interests: v.Get("interests")}
	if has {
		form.Letter, form.LetterName = q.ticket(token, file.ID), file.Name
	}
	contact, err := aside.CleanContact(form.Contact)
	no = append(no, refusal.Of(err)...)
	if !has && len(refusal.Of(fileOf(no))) == 0 {
		no = append(no, refusal.In("file", "accreditation.letter"))
	}
	c, err := noun.Ask{Party: delegation.Party(q.Server.Sec.Derive("accreditation", q.Slug, token)).Ref(),
		Name: form.Name, Category: form.Category, Country: form.Country, As: form.As, Interests: form.Interests}.Check()
	if len(no) > 0 { // said together with what the rule says of the rest
		no = append(no, refusal.Of(err)...)
		return q.again(u, no, form, token)
	}
	c.Alike = q.Server.Sec.Likeness(q.Slug, noun.Folded(c.Name))
	return q.send(u, sending{form, file, contact, token, c})
}

// fileOf are the refusals about the letter.
func fileOf(no refusal.Several) error {
	for _, r := range no {
		if r.Field == "file" {
			return r
		}
	}
	return nil
}

// fieldOf is where the forms ask for what a rule speaks of: "as" is for whom a form is made.
func fieldOf(f string) string {
	if f == "as" {
		return "capacity"
	}
	return f
}

// inOrder puts refusals in the order in which the form asks, so that whoever mends it begins with the first.
func inOrder(rs []*refusal.Refusal) []*refusal.Refusal {
	form := []string{"name", "category", "country", "capacity", "contact", "file", "interests"}
	slices.SortStableFunc(rs, func(a, b *refusal.Refusal) int { return slices.Index(form, a.Field) - slices.Index(form, b.Field) })
	return rs
}

// again shows the form with what was refused, and what was typed.
func (q *request) again(u *upload, no []*refusal.Refusal, form view.AskForm, token string) error {
	u.keep = form.Letter != "" // the form brings it again
	q.Frame.Errors, q.Frame.Token = inOrder(serve.Renamed(no, fieldOf)), token
	return q.showAsk(serve.DeskStatus(no), func(v *view.RequestPage) { v.Form = form })
}

// sending is a request that is complete.
type sending struct {
	form    view.AskForm
	file    attachment.File
	contact string
	token   string
	command noun.Ask
}

// send keeps what comes with a request, then requests. What came with one that is refused goes.
func (q *request) send(u *upload, s sending) error {
	a, err := q.Ask(s.command, s.token)
	if err != nil {
		return err
	}
	if a.Assurance, err = q.assurance(a.Assurance); err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitSend)); err != nil {
		return err
	}
	there, err := q.there(s.command.Party)
	if err != nil {
		return err
	}
	if !there {
		if err := q.enclose(s, uint64(a.By)); err != nil {
			return err
		}
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	rs := refusal.Of(err)
	if err != nil && (len(rs) == 0 || rs[0].Kind == refusal.TryAgain) {
		u.keep = true // nobody knows: whoever sweeps looks whether the request came
		return err
	}
	if len(rs) > 0 {
		now, err := q.there(s.command.Party)
		if err == nil && !there && !now { // else the form was pressed twice at once, and the other press is the request
			err = q.Aside.Unenclose(context.WithoutCancel(q.Context()), q.Slug, s.command.Party)
		}
		if err != nil {
			return err
		}
		return q.again(u, rs, s.form, s.token)
	}
	if !there {
		if u.keep, err = q.encloses(s); err != nil {
			return err
		}
	}
	return q.seeMine(answer.Last, "requested")
}

// there reports whether a request of the reader's is on the record.
func (q *request) there(party cite.Ref) (there bool, err error) {
	err = q.Look(func(st *conversation.Reading) error {
		for _, x := range st.Roll.Accreditation().Requests() {
			there = there || x.Party == party
		}
		return nil
	})
	return there, err
}

// assurance is how sure the house is of the reader: of an account that is linked with one elsewhere, that provider is as well.
func (q *request) assurance(usual string) (string, error) {
	all, err := q.Server.Accounts.AllLinked(q.Context(), q.Account)
	if err == nil && len(all) > 0 {
		return noun.OpenID, nil
	}
	return usual, err
}

// seeMine sends the reader to their requests.
func (q *request) seeMine(at cite.Position, done string) error {
	v := url.Values{"done": {done}}
	if at > 0 {
		v.Set("after", strconv.FormatInt(int64(at), 10))
	}
	return q.See(q.In("/accreditation") + "?" + v.Encode())
}

// postMine takes one of the reader's requests back, or deletes what came with it.
func (q *request) postMine() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	switch v.Get("do") {
	case "retract":
		if err := q.May(serve.Once(serve.LimitActs)); err != nil {
			return err
		}
		a, err := q.Ask(noun.Retract{Party: q.Ref()}, v.Get("token"))
		if err != nil {
			return err
		}
		answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
		if err != nil {
			return err
		}
		return q.seeMine(answer.Last, "retracted")
	case "forget":
		if err := q.forget(q.Ref()); err != nil {
			return err
		}
		return q.seeMine(0, "forgotten")
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// desk shows what officers have to do about accreditation.
func (q *request) desk() error { return q.showDesk(nil, "", nil) }

// showDesk shows the desk; where an offer was refused, as it was ticked.
func (q *request) showDesk(rs []*refusal.Refusal, token string, ticked *noun.SetOffer) error {
	var all []aside.Enclosure
	if q.Aside != nil {
		var err error
		if all, err = q.Aside.Enclosures(q.Context(), q.Slug, 0); err != nil {
			return err
		}
	}
	build := func(st *conversation.Reading) (frame.View, error) {
		v := view.NewDesk(st, q.Lang)
		enclose(v.Waiting, all)
		if ticked != nil {
			v.Offer, v.As = ticked.Categories, ticked.As
		}
		return v, nil
	}
	if len(rs) > 0 {
		return q.DeskAgain(serve.Renamed(rs, fieldOf), token, build)
	}
	return q.Desk(http.StatusOK, done, build)
}

// postOffer says who may request accreditation.
func (q *request) postOffer() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	c := noun.SetOffer{Categories: v["category"], As: v["capacity"]}
	answer, rs, err := q.DeskDo(v, c, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showDesk(rs, v.Get("token"), &c)
	}
	return q.DeskSee("/accreditation", answer.Last, "accreditation_offered", "")
}

// decision shows a request, or an accreditation, to whoever decides on it.
func (q *request) decision() error {
	build, err := q.deciding(nil)
	if err != nil {
		return err
	}
	return q.Desk(http.StatusOK, done, build)
}

// deciding builds the page of a decision, with what was typed.
func (q *request) deciding(typed *view.DecisionForm) (func(*conversation.Reading) (frame.View, error), error) {
	by := cite.None
	if err := q.Look(func(st *conversation.Reading) error {
		v, ok := view.NewDecision(st, q.Ref(), q.Lang)
		if !ok {
			return serve.NotFound()
		}
		if v.Request != nil {
			by = v.Request.By
		}
		return nil
	}); err != nil {
		return nil, err
	}
	sender, err := q.sender(by)
	if err != nil {
		return nil, err
	}
	var all []aside.Enclosure
	if kept, err := q.enclosed(q.Ref()); err == nil {
		all = append(all, kept)
	} else if len(refusal.Of(err)) == 0 {
		return nil, err
	}
	return func(st *conversation.Reading) (frame.View, error) {
		v, ok := view.NewDecision(st, q.Ref(), q.Lang)
		if !ok {
			return nil, serve.NotFound()
		}
		if v.Sender = sender; v.Request != nil {
			enclose([]*view.Request{v.Request}, all)
		}
		if typed != nil {
			v.Form = *typed
		}
		return v, nil
	}, nil
}

// postDecision does what an officer decides.
func (q *request) postDecision() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	party := q.Ref()
	f := view.DecisionForm{Name: v.Get("name"), As: v.Get("capacity"), Until: strings.TrimSpace(v.Get("until")), Into: v.Get("into"), Apart: v.Get("apart") == "yes", Reason: v.Get("reason")}
	var no refusal.Several
	var command any
	said := ""
	switch v.Get("do") {
	case "accredit":
		c := noun.Accredit{Party: party, Name: f.Name, As: f.As, Until: q.until(f.Until, &no), Apart: f.Apart, Reason: f.Reason}
		if f.Into != "" {
			if c.Into, err = cite.ParseRef(f.Into); err != nil {
				no = append(no, refusal.In("into", "party.unknown"))
			}
		}
		command, said = c, "accredited"
	case "refuse":
		command, said = noun.Refuse{Party: party, Reason: f.Reason}, "accreditation_refused"
	case "prolong":
		command, said = noun.Prolong{Party: party, Until: q.until(f.Until, &no), Reason: f.Reason}, "accreditation_prolonged"
	case "terminate":
		command, said = noun.Terminate{Party: party, Reason: f.Reason}, "accreditation_ended"
	case "forget":
		if err := q.forget(party); err != nil {
			return err
		}
		return q.DeskSee("/accreditation/"+string(party), 0, "accreditation_forgotten", "")
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		build, err := q.deciding(&f)
		if err != nil {
			return err
		}
		return q.DeskAgain(serve.Renamed(rs, fieldOf), v.Get("token"), build)
	}
	return q.DeskSee("/accreditation", answer.Last, said, "")
}

// until is the end of a day in the zone of the conversation: the instant at which the next begins. It is zero where no day is named.
func (q *request) until(day string, no *refusal.Several) time.Time {
	if day == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, day)
	if err == nil {
		next := d.AddDate(0, 0, 1).Format(time.DateOnly)
		for _, clock := range []string{"00:00", "01:00"} { // in some zones a day begins an hour late
			if t, err := locale.Instant(next, clock, frame.ZoneOrUTC(q.Frame.Zone)); err == nil {
				return t
			}
		}
	}
	*no = append(*no, refusal.In("until", "desk.time"))
	return time.Time{}
}
