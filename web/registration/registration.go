package registration

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/page/frame"
	view "github.com/openplenary/plenary/page/registration"
	"github.com/openplenary/plenary/page/studio"
	"github.com/openplenary/plenary/refusal"
	noun "github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the room, with what they need beside the server.
type Handlers struct {
	// Roster keeps who registers; nil where nothing can be kept.
	Roster *roster.Store
	// Files keeps what is answered with a file.
	Files *attachment.Store
	// Tell writes the letters that are due in a conversation; nil where no mail is sent.
	Tell func(ctx context.Context, slug string) error
}

// request is one request for these handlers.
type request struct {
	*serve.Request
	*Handlers
	terms roster.Terms
}

// on makes a handler of one of this room, once the session is found and offers something.
func (h *Handlers) on(handle func(*request) error) func(*serve.Request) error {
	return func(r *serve.Request) error {
		q := &request{Request: r, Handlers: h, terms: roster.Terms{Slug: r.Slug}}
		if h.Roster == nil {
			return serve.ErrBeside
		}
		if err := q.Look(func(st *conversation.Reading) error {
			v, ok := view.New(st, q.Ref(), q.Lang)
			if !ok {
				return serve.NotFound()
			}
			q.terms.Offer, q.terms.Ends = v.Offered(), v.Ends
			return nil
		}); err != nil {
			return err
		}
		return handle(q)
	}
}

// registerQuery are the parameters of the form.
type registerQuery struct {
	// Change shows what the reader said of themselves as a form.
	Change bool `query:"change"`
}

// membersQuery are the parameters of the page of a delegation's members.
type membersQuery struct {
	// Party is the one whose members are shown; without it, the first that the reader manages.
	Party string `query:"party"`
}

// done are the acts that the pages may say were just done.
var done = []string{"confirmed", "saved", "taken_back", "file", "entered", "approved", "refused", "renewed", "links", "terms", "field"}

// Routes lists the routes of the room. What a session offers has a JSON twin; people have none.
func (h *Handlers) Routes() []serve.Route {
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/registration", Who: serve.Everybody, Beside: true, Twin: true, Name: "registration", Views: []any{view.Offer{}}, Handle: h.on((*request).offer)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/statistics", Who: serve.Everybody, Beside: true, Twin: true, Name: "statistics", Views: []any{view.Statistics{}}, Handle: h.ofAll((*request).statistics)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/statistics.csv", Who: serve.Everybody, Beside: true, File: true, Name: "statistics_csv", Media: "text/csv", Handle: h.ofAll((*request).statisticsTable)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/register", Who: serve.SignedIn, Query: registerQuery{}, Handle: h.on((*request).register)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/register", Who: serve.SignedIn, Body: 21 * serve.MiB, Handle: h.on((*request).postRegister)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/badge", Who: serve.SignedIn, Handle: h.on(paper(view.Badge))},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/invitation-letter", Who: serve.SignedIn, Handle: h.on(paper(view.Invitation))},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/certificate", Who: serve.SignedIn, Handle: h.on(paper(view.Certificate))},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/join", Who: serve.SignedIn, Handle: h.on((*request).join)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/join-by-code", Who: serve.Everybody, Beside: true, Handle: h.on((*request).byCode)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/join-by-code", Who: serve.Everybody, Beside: true, Body: 16 * serve.KiB, Handle: h.on((*request).postByCode)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/participants", Who: serve.Everybody, Beside: true, Handle: h.on((*request).participants)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/{ref}/members", Who: serve.SignedIn, Query: membersQuery{}, Handle: h.on((*request).members)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/members", Who: serve.SignedIn, Body: 128 * serve.KiB, Handle: h.on((*request).postMembers)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/member/{ref}/{id}", Who: serve.SignedIn, Handle: h.on((*request).member)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/member/{ref}/{id}", Who: serve.SignedIn, Body: 21 * serve.MiB, Handle: h.on((*request).postMember)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}", Who: serve.Officers, Query: deskQuery{}, Handle: h.open((*request).desk)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}", Who: serve.Officers, Body: 128 * serve.KiB, Handle: h.open((*request).postDesk)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}/registrations.csv", Who: serve.Officers, File: true, Query: deskQuery{}, Handle: h.on((*request).table)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}/check-in", Who: serve.Officers, Query: checkQuery{}, Handle: h.on((*request).checkIn)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}/check-in", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postCheckIn)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}/{id}", Who: serve.Officers, Handle: h.on((*request).one)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}/{id}", Who: serve.Officers, Body: 16 * serve.KiB, Handle: h.on((*request).postOne)},
		{Method: "GET", Pattern: "/{lang}/c/{slug}/desk/registration/{ref}/{id}/{field}", Who: serve.Officers, File: true, Handle: h.on((*request).file)},
	}
}

// show builds a page and shows it.
func (q *request) show(status int, build func(*conversation.Reading) (frame.View, error)) error {
	if q.Frame.Token == "" {
		q.Frame.Token = serve.Nonce()
	}
	if q.Method == http.MethodGet {
		q.AwaitOwn()
		if slices.Contains(done, q.Common.Done) {
			q.Frame.Notice = "registration.done." + q.Common.Done
		}
	}
	switch q.Route.Who {
	case serve.Officers:
		q.Frame.Section = "desk"
	case serve.SignedIn: // what is on it is the reader's own
		q.Frame.Section = "mine"
	default:
		q.Frame.Section = "overview"
	}
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
	q.Writer.Header().Set("X-Robots-Tag", "noindex")
	return q.Show(status, v)
}

// tell writes the letters that became due. What cannot be written now is written by whoever comes next.
func (q *request) tell() {
	if q.Tell == nil {
		return
	}
	if err := q.Tell(context.WithoutCancel(q.Context()), q.Slug); err != nil {
		q.Server.Logger.Error("letters about registrations could not be written", "conversation", q.Slug, "err", err)
	}
}

// me is the registration of the reader, the zero one where they have none. What somebody else made for their address is theirs from now on.
func (q *request) me() (r roster.Registration, err error) {
	if !q.SignedIn {
		return r, nil
	}
	who, ok, err := q.Server.Accounts.Get(q.Context(), q.Account)
	if err != nil {
		return r, err
	}
	if waits, err := q.Roster.For(q.Context(), q.Slug, who.Email); err != nil || !ok {
		return r, err
	} else if waits {
		of, err := q.of()
		if err != nil {
			return r, err
		}
		if err := q.Roster.Claim(q.Context(), q.Slug, who.Email, of.Participant); err != nil {
			return r, err
		}
	}
	r, _, err = q.Roster.Mine(q.Context(), roster.Of{Slug: q.Slug, Session: q.Ref(), Participant: uint64(q.Me)})
	return r, err
}

// of is the reader as somebody who registers: they are given a number where they have none yet.
func (q *request) of() (roster.Of, error) {
	n, err := q.Server.Accounts.Participant(q.Context(), q.Account, q.Slug, q.Server.Sec.Number)
	q.Me = delegation.Participant(n)
	return roster.Of{Slug: q.Slug, Session: q.Ref(), Participant: n}, err
}

// offer shows what the session offers.
func (q *request) offer() error {
	r, err := q.me()
	if err != nil {
		return err
	}
	left, waiting, err := q.Roster.Left(q.Context(), q.terms)
	if err != nil {
		return err
	}
	var all []roster.Registration
	var kept []noun.Figure
	//mutants:guard figures are shown from the close on, to those to whom the session shows them
	if q.reads(q.terms.Terms.Figures, r) && !q.Received.Before(q.terms.Terms.Closes) {
		if all, err = q.Roster.All(q.Context(), q.Slug, q.Ref()); err != nil {
			return err
		}
		if kept, _, err = q.Roster.Figures(q.Context(), q.Slug, q.Ref()); err != nil {
			return err
		}
	}
	return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		v, _ := view.New(st, q.Ref(), q.Lang)
		v.Free(left, waiting)
		v.Mine, v.List = r.ID != 0 && !r.Cleared(), q.reads(q.terms.Terms.List, r)
		if v.Count(st, all, false, q.Lang); len(kept) > 0 {
			v.Kept(st, kept, q.Lang)
		}
		return v, nil
	})
}

// reads reports whether the reader is among those to whom something is shown.
func (q *request) reads(to string, r roster.Registration) bool {
	return noun.Shown(to, r.Seated(), q.Roles.Has(delegation.Officer))
}

// register shows the form, or what became of the reader's registration.
func (q *request) register() error {
	r, err := q.me()
	if err != nil {
		return err
	}
	return q.form(http.StatusOK, r, serve.Params[registerQuery](q.Request).Change, nil)
}

// form shows the form with what was refused and typed.
func (q *request) form(status int, r roster.Registration, changing bool, typed url.Values) error {
	if err := q.Roster.Settle(q.Context(), q.terms, q.Received); err != nil {
		return err
	}
	left, waiting, err := q.Roster.Left(q.Context(), q.terms)
	if err != nil {
		return err
	}
	name, err := q.Server.Accounts.DisplayName(q.Context(), q.Account)
	if err != nil {
		return err
	}
	if r.Status == roster.Held && !q.Received.Before(r.Until) { // it was given up
		r = roster.Registration{}
	}
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		v, _ := view.NewMine(st, q.Ref(), q.Me, r, q.Lang)
		if changing {
			v.Change()
		}
		v.Free(left, waiting)
		v.Account, v.NewToken = name, serve.Nonce
		if typed != nil {
			v.Typed(serve.Typed(typed))
		}
		return v, nil
	})
}

// again shows the form with what was refused.
func (q *request) again(err error, changing bool, typed url.Values) error {
	rs := refusal.Of(err)
	if len(rs) == 0 || rs[0].Kind == refusal.Hidden {
		return err
	}
	q.Frame.Errors = rs
	r, err := q.me()
	if err != nil {
		return err
	}
	return q.form(serve.DeskStatus(rs), r, changing, typed)
}

// see comes back to the page of the reader's registration.
func (q *request) see(path, done string) error {
	if done != "" {
		path += "?done=" + done
	}
	return q.See(q.In("/" + string(q.Ref()) + path))
}

// postRegister does what was asked in the form.
func (q *request) postRegister() error {
	u := &upload{q: q, of: q.me}
	defer u.close()
	v, err := q.ReadForm(u)
	if err != nil {
		return q.again(err, false, v)
	}
	if err := q.May(serve.Once(serve.LimitActs)); err != nil {
		return err
	}
	of, err := q.of()
	if err != nil {
		return err
	}
	switch v.Get("do") {
	case "begin":
		err = q.begin(of, v)
		if err == nil {
			return q.see("/register", "")
		}
	case "confirm":
		var said string
		if said, err = q.confirm(of, v); err == nil {
			q.tell()
			return q.see("/register", said)
		}
	case "file":
		if err = u.enclose(v.Get("field")); err == nil {
			return q.see("/register", "file")
		}
	case "take-back":
		if err = q.takeBack(of); err == nil {
			q.tell()
			return q.see("/registration", "taken_back")
		}
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	return q.again(err, v.Get("do") == "confirm", v)
}

// begin holds a seat, for the reader or for a party that they may speak for.
func (q *request) begin(of roster.Of, v url.Values) error {
	b := roster.Registration{Of: of, Category: v.Get("category"), Country: v.Get("country"), Wants: v.Get("seat")}
	b.Lang = q.Lang
	var in input.Check
	in.If(q.terms.Terms.Seated(b.Wants) == 0, "seat", "registration.seat")
	if err := q.Look(func(st *conversation.Reading) error {
		if s := v.Get("party"); s != "" {
			p := delegation.Party(0)
			_ = p.UnmarshalText([]byte(s)) // what is no party nobody speaks for
			//mutants:guard nobody registers for a party that they do not speak for
			if !slices.Contains(st.Roll.SpeaksFor(q.Me), p) {
				return refusal.In("party", "registration.party")
			}
			x, _ := st.Roll.Party(p)
			b.Party, b.Category, b.Country = p.Ref(), x.Category, x.Country
		}
		if c, ok := st.Category(b.Category); ok {
			b.Category = c.ID
		}
		//mutants:guard nobody registers in a category that may not, nor for a body whose they only say they are
		in.If(!view.May(st, q.terms.Offer, b.Category) || b.Party == cite.None && !view.OneSelf(st, q.terms.Offer, b.Category), "category", "registration.category")
		in.If(b.Country != "" && !st.KnownCountry(b.Country), "country", "country.unknown")
		return in.Err()
	}); err != nil {
		return err
	}
	_, err := q.Roster.Begin(q.Context(), q.terms, b, q.Received)
	return err
}

// confirm takes what the reader says of themselves.
func (q *request) confirm(of roster.Of, v url.Values) (said string, err error) {
	was, ok, err := q.Roster.Mine(q.Context(), of)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", refusal.New(refusal.NotNow, "registration.given_up")
	}
	p := roster.Person{Name: v.Get("name"), Post: v.Get("post"), Gender: v.Get("gender"), First: v.Get("first"), Listed: v.Get("listed") == "yes", Lang: q.Lang}
	var in input.Check
	in.Line("name", &p.Name, input.MaxName)
	in.If(p.Name == "" && in.Found() == 0, "name", "name.missing")
	in.Line("post", &p.Post, input.MaxName)
	if !q.terms.Terms.Gender || !slices.Contains(roster.Genders, p.Gender) {
		p.Gender = ""
	}
	if !q.terms.Terms.First || !slices.Contains(roster.Firsts, p.First) {
		p.First = ""
	}
	answers := map[int]string{}
	for _, n := range q.terms.Of(was.Category) {
		answers[n] = q.terms.Fields[n-1].Answer(&in, n, v.Get(noun.FieldName(n)), true)
	}
	if err := in.Err(); err != nil {
		return "", err
	}
	_, err = q.Roster.Confirm(q.Context(), q.terms, of, roster.Said{Person: p, Answers: answers}, q.Received)
	if was.Status == roster.Held {
		return "confirmed", err
	}
	return "saved", err
}

// takeBack takes the reader's registration back, with all that is kept of it.
func (q *request) takeBack(of roster.Of) error {
	r, ok, err := q.Roster.Mine(q.Context(), of)
	if err != nil || !ok {
		return err
	}
	return q.drop(r.ID)
}

// drop takes a registration back, and erases its files.
func (q *request) drop(id int64) error {
	files, err := q.Roster.TakeBack(q.Context(), q.terms, id, q.Received)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := q.Files.Erase(q.Context(), f); err != nil {
			return err
		}
	}
	return nil
}

// paper makes the handler of a paper.
func paper(kind string) func(*request) error {
	return func(q *request) error {
		r, err := q.me()
		if err != nil {
			return err
		}
		return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
			m, _ := view.NewMine(st, q.Ref(), q.Me, r, q.Lang)
			v, ok := view.NewPaper(st, m, kind)
			if !ok {
				return nil, serve.NotFound()
			}
			v.Address = q.Frame.Host + q.In("/desk/registration/"+string(q.Ref())+"/check-in") + "?code=" + r.Code
			svg, err := frame.DrawCode(v.Address)
			v.Square = strings.TrimSpace(string(svg))
			return v, err
		})
	}
}

// join leads those who take part to where they join, when it is time. The address itself stands in no letter: where it leaked, another one takes its
// place, and whoever comes this way comes there.
func (q *request) join() error {
	r, err := q.me()
	if err != nil {
		return err
	}
	return q.lead(r)
}

// byCode shows where somebody joins who has a badge and no account: a member whom their delegation registered by name.
func (q *request) byCode() error { return q.showByCode(http.StatusOK, "") }

func (q *request) showByCode(status int, typed string) error {
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		o, _ := view.New(st, q.Ref(), q.Lang)
		return &view.ByCode{Offer: o, Code: typed}, nil
	})
}

// postByCode leads whoever bears the code of a badge to where they join. Whatever is wrong with a code, the answer is one.
func (q *request) postByCode() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitActs)); err != nil {
		return err
	}
	r, ok, err := q.Roster.Bearer(q.Context(), q.terms, v.Get("code"))
	if err != nil {
		return err
	}
	if err = refusal.In("code", "registration.no_code"); ok {
		err = q.lead(r)
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.showByCode(serve.DeskStatus(rs), v.Get("code"))
	}
	return err
}

// lead leads somebody who takes part to where they join. Where there is one place alone, the browser goes there by itself. It is told so on the page: a redirect would be the answer
// to a form, that of the code or of a sign-in on the way, and a browser lets the answer to a form lead to no other site (form-action).
func (q *request) lead(r roster.Registration) error {
	link, err := q.Roster.Link(q.Context(), q.Slug, q.Ref(), r.Seat)
	if err != nil {
		return err
	}
	var v *studio.Listen
	several := false
	if err := q.Look(func(st *conversation.Reading) error {
		var ok bool
		if v, ok = studio.NewListen(st, q.Ref(), r.Seat, q.Lang); !ok || r.ID == 0 || !view.Entitled(q.terms.Offer, r) {
			return serve.NotFound()
		}
		v.Links.Others = false
		several = len(v.Links.All) > 0 // there is a choice among languages
		switch joins := view.Joins(st, q.Ref()); {
		case joins:
			v.Join = link
		case !several:
			return refusal.New(refusal.NotNow, "registration.join_later", "n", int(view.JoinBefore.Hours()))
		}
		if !several && link == "" {
			return refusal.New(refusal.NotNow, "registration.no_link")
		}
		return nil
	}); err != nil {
		return err
	}
	if err := q.Fill(v); err != nil {
		return err
	}
	h := q.Writer.Header()
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	if !several {
		h.Set("Refresh", "0; url="+link)
	}
	return q.Show(http.StatusOK, v)
}

// participants shows the list of those who take part.
func (q *request) participants() error {
	r, err := q.me()
	if err != nil {
		return err
	}
	//mutants:guard the list is shown to those to whom the session shows it
	if !q.reads(q.terms.Terms.List, r) {
		return serve.NotFound()
	}
	all, err := q.Roster.All(q.Context(), q.Slug, q.Ref())
	if err != nil {
		return err
	}
	return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		o, _ := view.New(st, q.Ref(), q.Lang)
		return view.NewParticipants(st, o, all, q.Lang), nil
	})
}

// manages finds the party whose members the reader registers.
func (q *request) manages(ref string) (party cite.Ref, err error) {
	err = q.Look(func(st *conversation.Reading) error {
		for _, a := range st.Roll.Mandates().Held(q.Me) {
			if ref != "" && string(a.Party.Ref()) != ref {
				continue
			}
			//mutants:guard members are registered by those who manage the delegation
			if st.Roll.Manages(q.Me, a.Party) {
				party = a.Party.Ref()
				return nil
			}
		}
		return serve.NotFound()
	})
	return party, err
}

// members shows the members of a delegation who are registered.
func (q *request) members() error {
	party, err := q.manages(serve.Params[membersQuery](q.Request).Party)
	if err != nil {
		return err
	}
	return q.showMembers(http.StatusOK, party, "")
}

func (q *request) showMembers(status int, party cite.Ref, typed string) error {
	all, err := q.Roster.All(q.Context(), q.Slug, q.Ref())
	if err != nil {
		return err
	}
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		o, _ := view.New(st, q.Ref(), q.Lang)
		v := view.NewMembers(st, o, party, q.Me, all)
		v.Text, v.NewToken = typed, serve.Nonce
		return v, nil
	})
}

// postMembers registers members of a delegation, or takes the registration of one back.
func (q *request) postMembers() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	party, err := q.manages(v.Get("party"))
	if err != nil {
		return err
	}
	said := "entered"
	switch v.Get("do") {
	case "enter":
		err = q.enter(party, v.Get("members"))
	case "take-back":
		said = "taken_back"
		id, _ := strconv.ParseInt(v.Get("id"), 10, 64)
		r, _, found := q.Roster.Find(q.Context(), q.Slug, q.Ref(), id)
		if found != nil {
			return found
		}
		//mutants:guard whoever manages a delegation takes back the registrations of its members, and of nobody else
		if r.Party != party {
			return serve.NotFound()
		}
		//mutants:guard what the secretariat refused is not taken off the list by whoever registered them, to be registered again
		if err = refusal.New(refusal.NotNow, "registration.was_refused"); r.Reason == "" {
			err = q.drop(id)
		}
	default:
		return refusal.New(refusal.Invalid, "form.unreadable")
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.showMembers(serve.DeskStatus(rs), party, v.Get("members"))
	}
	if err != nil {
		return err
	}
	q.tell()
	return q.See(q.In("/"+string(q.Ref())+"/members") + "?party=" + url.QueryEscape(string(party)) + "&done=" + said)
}

// enter registers the members that were written, a line for each: name; address; seat.
func (q *request) enter(party cite.Ref, text string) error {
	members, err := Parse(text, q.terms.Offer)
	if err != nil {
		return err
	}
	uses := serve.Once(serve.LimitMembers)
	uses.Amount = int64(len(members))
	// Nobody floods the world with letters by way of registering.
	if err := q.May(uses); err != nil {
		return err
	}
	b := roster.Registration{Of: roster.Of{Slug: q.Slug, Session: q.Ref()}, Entered: uint64(q.Me), Party: party}
	b.Lang = q.Lang
	if err := q.Look(func(st *conversation.Reading) error {
		p := delegation.Party(0)
		_ = p.UnmarshalText([]byte(party)) // it is one of the roll
		x, _ := st.Roll.Party(p)
		b.Category, b.Country = x.Category, x.Country
		if !view.May(st, q.terms.Offer, b.Category) {
			return refusal.In("members", "registration.category")
		}
		return nil
	}); err != nil {
		return err
	}
	return q.Roster.Enter(q.Context(), q.terms, b, members, q.Received)
}

// Parse reads members as they are written or pasted, a line for each: name; address; kind of seat. The address and the seat may be left out; what
// separates them is a semicolon, or the tab of a spreadsheet.
func Parse(text string, o *noun.Offer) (out []roster.Member, err error) {
	var in input.Check
	n := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; n > noun.MaxMembers {
			return nil, refusal.In("members", "registration.members", "max", noun.MaxMembers)
		}
		cells := append(strings.Split(strings.NewReplacer("\t", ";", "；", ";", "؛", ";").Replace(line), ";"), "", "")
		m := roster.Member{Person: roster.Person{Name: strings.TrimSpace(cells[0])}, Email: strings.TrimSpace(cells[1]), Seat: strings.ToLower(strings.TrimSpace(cells[2]))}
		if m.Seat == "" {
			m.Seat = o.Terms.Kinds()[0]
		}
		before := in.Found()
		in.Line("members", &m.Name, input.MaxName)
		if m.Email != "" {
			if m.Email, err = account.ParseAddress(m.Email); err != nil {
				in.Refuse("members", "registration.member_address", "line", n)
			}
		}
		in.If(in.Found() == before && (m.Name == "" || len(cells) > 5), "members", "registration.member", "line", n)
		in.If(in.Found() == before && o.Terms.Seated(m.Seat) == 0, "members", "registration.member_seat", "line", n)
		if in.Found() > before { // the first line that is wrong is enough to say
			return nil, in.Err()
		}
		out = append(out, m)
	}
	in.If(n == 0, "members", "registration.no_members")
	return out, in.Err()
}
