package delegation

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	view "github.com/openplenary/plenary/page/delegation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Handlers are the handlers of the room, with what they need beside the server.
type Handlers struct {
	Team Inviting
}

// Inviting reserves people and writes to them, as those do who hold an office.
type Inviting interface {
	// Reserve finds or reserves the participant of an address. A refusal of the address is noted for the field.
	Reserve(q *serve.Request, field, email string, no *refusal.Several) (delegation.Participant, error)
	// Letter reads what the fields of a form say of a letter of invitation.
	Letter(q *serve.Request, v url.Values, no *refusal.Several) account.Invitation
	// Tell writes the letter, and answers what became of that.
	Tell(q *serve.Request, i account.Invitation, done string) string
	// ForgetIdle forgets the invitation of somebody who has nothing left to come for.
	ForgetIdle(q *serve.Request, who delegation.Participant) error
}

// request is one request for these handlers.
type request struct {
	*serve.Request
	*Handlers
	party delegation.Party
}

// pageQuery are the parameters of the page.
type pageQuery struct {
	// Party is the one whose delegation is shown; without it, those of the reader are listed.
	Party string `query:"party"`
}

// done are the acts that the page may say were just done.
var done = []string{"appointed", "changed", "ended", "handed_over", "composed", "unmailed", "queued"}

// Routes lists the routes of the room. The pages have no JSON twin: the roll is public, the addresses of people are not.
func (h *Handlers) Routes() []serve.Route {
	on := func(handle func(*request) error) func(*serve.Request) error {
		return func(q *serve.Request) error { return handle(&request{Request: q, Handlers: h}) }
	}
	return []serve.Route{
		{Method: "GET", Pattern: "/{lang}/c/{slug}/delegation", Who: serve.SignedIn, Query: pageQuery{}, Handle: on((*request).page)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/delegation", Who: serve.SignedIn, Body: 64 * serve.KiB, Handle: on((*request).post)},
		{Method: "POST", Pattern: "/{lang}/c/{slug}/{ref}/stand", Who: serve.SignedIn, Body: 16 * serve.KiB, Handle: on((*request).stand)},
	}
}

// page shows a delegation, or lists those of the reader.
func (q *request) page() error {
	p := serve.Params[pageQuery](q.Request)
	if p.Party == "" {
		q.AwaitOwn()
		return q.show(http.StatusOK, func(st *conversation.Reading) (frame.View, error) { return view.NewList(st, q.Me), nil })
	}
	if q.party.UnmarshalText([]byte(p.Party)) != nil {
		return serve.NotFound()
	}
	return q.delegation(nil, view.Form{})
}

// show builds a page and shows it.
func (q *request) show(status int, build func(*conversation.Reading) (frame.View, error)) error {
	q.Frame.Section, q.Frame.Writes = "delegation", true
	if q.Method == http.MethodGet && slices.Contains(done, q.Common.Done) {
		q.Frame.Notice = "delegation.done." + q.Common.Done
		if q.Common.Done == "unmailed" || q.Common.Done == "queued" {
			q.Frame.Notice = "desk.done." + q.Common.Done
		}
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
	return q.Show(status, v)
}

// delegation shows the page of one, with what was refused and what was typed.
func (q *request) delegation(rs []*refusal.Refusal, form view.Form) error {
	status := http.StatusOK
	if q.Frame.Errors = rs; len(rs) > 0 {
		status = serve.DeskStatus(rs)
	}
	if q.Method == http.MethodGet {
		q.AwaitOwn()
	}
	var v *view.Page
	build := func(st *conversation.Reading) (frame.View, error) {
		var ok bool
		if v, ok = view.New(st, q.party, q.Me, q.Lang); !ok {
			return nil, serve.NotFound()
		}
		return v, nil
	}
	if err := q.Look(func(st *conversation.Reading) error {
		_, err := build(st)
		return err
	}); err != nil {
		return err
	}
	name, state, err := q.names(v)
	if err != nil {
		return err
	}
	return q.show(status, func(st *conversation.Reading) (frame.View, error) {
		if _, err := build(st); err != nil {
			return nil, err
		}
		v.Knows(name, state)
		v.Form, v.NewToken = form, serve.Nonce
		return v, nil
	})
}

// names knows the people on the page, and what became of the letters to them. Those who manage the delegation, and officers, know
// them by their address; the others by the name that they gave. Whoever has not come yet since they were invited is called as whoever
// invited them calls them, and has the address that was written to: what their account says of them is not told before.
func (q *request) names(v *view.Page) (name, state func(delegation.Participant) string, err error) {
	manages := v.Manages || v.Officer
	within := map[delegation.Participant]bool{} // in the delegation, now or before: the others are officers
	var all []delegation.Participant
	for _, m := range v.People {
		within[m.Participant] = true
		all = append(all, m.Participant, m.By)
	}
	for _, s := range v.Steps {
		within[s.Participant], within[s.From] = true, true
		all = append(all, s.Participant, s.By, s.From)
	}
	names, states := map[delegation.Participant]string{0: ""}, map[delegation.Participant]string{}
	for _, p := range all {
		if _, ok := names[p]; ok {
			continue
		}
		n := account.Number{Slug: q.Slug, Participant: uint64(p)}
		invited, ok, err := q.Server.Accounts.InvitationOf(q.Context(), n)
		if err != nil {
			return nil, nil, err
		}
		var called, email string
		if !ok || came(invited, q.Received) || v.Officer || p == q.Me {
			if called, err = q.Server.Accounts.NameOf(q.Context(), n); err != nil {
				return nil, nil, err
			}
			if email, _, _, err = q.Server.Accounts.AddressOf(q.Context(), q.Slug, uint64(p)); err != nil {
				return nil, nil, err
			}
		} // the address that was written to stands in the invitation
		called = cmp.Or(called, invited.Name)
		//mutants:guard addresses are shown to those who manage the delegation, and to officers
		if manages && (within[p] || v.Officer) {
			called = addressed(called, cmp.Or(email, invited.Email))
		}
		if state := invited.State(q.Received); ok && manages && (within[p] || v.Officer) && invited.Party == string(v.Of.Party) && state != "accepted" {
			states[p] = q.Frame.T("delegation.invited." + state)
		}
		if called == "" && !within[p] {
			called = q.Frame.T("mail.invited.officer")
		}
		names[p] = called
	}
	return func(p delegation.Participant) string { return names[p] }, func(p delegation.Participant) string { return states[p] }, nil
}

// came reports whether somebody came since they were invited: only then they know that they are in a delegation.
//
//mutants:guard the name on an account is not told to whoever knows its address
func came(i account.Invitation, now time.Time) bool { return i.State(now) == "accepted" }

// addressed is a name with the address behind it, as far as there are any.
func addressed(name, email string) string {
	if name == "" || email == "" {
		return name + email
	}
	return name + " <" + email + ">"
}

// post does what was asked on the page.
func (q *request) post() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if q.party.UnmarshalText([]byte(v.Get("party"))) != nil {
		return serve.NotFound()
	}
	//mutants:guard who has no business with a delegation learns nothing of it, and reserves nobody
	if err := q.Look(func(st *conversation.Reading) error {
		if _, ok := view.New(st, q.party, q.Me, q.Lang); !ok {
			return serve.NotFound()
		}
		return nil
	}); err != nil {
		return err
	}
	if !q.Roles.Has(delegation.Officer) {
		if err := q.May(serve.Once(serve.LimitActs)); err != nil {
			return err
		}
	}
	switch do := v.Get("do"); do {
	case "invite":
		return q.invite(v)
	case "change":
		return q.change(v)
	case "end":
		return q.end(v)
	case "hand-over":
		return q.handOver(v)
	case "compose":
		return q.compose(v)
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// until reads the last day of a mandate: it is over when that day is, where the conversation keeps time.
func (q *request) until(field, day string, no *refusal.Several) (t time.Time) {
	if day = strings.TrimSpace(day); day == "" {
		return t
	}
	loc, err := time.LoadLocation(q.Frame.Zone)
	if err != nil {
		loc = time.UTC
	}
	t, err = time.ParseInLocation(time.DateOnly, day, loc)
	if err != nil {
		*no = append(*no, refusal.In(field, "delegation.day"))
		return time.Time{}
	}
	return t.AddDate(0, 0, 1)
}

// appointing is the command that gives a capacity: an officer authorises anybody for any party, whoever manages a delegation
// appoints to it, somebody of another only where they were reached by their address.
func (q *request) appointing(who delegation.Participant, c delegation.Capacity, until time.Time, reached bool) any {
	if q.Roles.Has(delegation.Officer) {
		return delegation.Authorise{Participant: who, Party: q.party, Capacity: c, Until: until}
	}
	return delegation.Appoint{Party: q.party, Participant: who, Capacity: c, Until: until, Reached: reached}
}

// do has a command decided and comes back to the page. fields are what the page calls the fields of the command.
func (q *request) do(v url.Values, command any, no refusal.Several, form view.Form, fields map[string]string) (at cite.Position, again, ok bool, err error) {
	answer, rs, err := q.DeskDo(v, command, no)
	if err != nil {
		return 0, false, false, err
	}
	if len(rs) > 0 {
		rs = serve.Renamed(rs, func(field string) string {
			if name, ok := fields[field]; ok {
				return name
			}
			return field
		})
		return 0, false, false, q.delegation(rs, form)
	}
	return answer.Last, answer.Again, true, nil
}

// see comes back to the page, or to the list where the reader has no business there any more.
func (q *request) see(at cite.Position, done string, gone bool) error {
	to := url.Values{"done": {done}, "after": {strconv.FormatInt(int64(at), 10)}}
	if !gone {
		to.Set("party", string(q.party.Ref()))
	}
	return q.See(q.In("/delegation") + "?" + to.Encode())
}

// invite brings somebody in, and writes to them.
func (q *request) invite(v url.Values) error {
	f := view.Form{Do: "invite", Email: v.Get("email"), Called: v.Get("called"), Capacity: v.Get("capacity"), Until: v.Get("until"), Language: v.Get("language"), Word: v.Get("word")}
	var no refusal.Several
	i := q.Team.Letter(q.Request, v, &no)
	end := q.until("until", f.Until, &no)
	c := delegation.Capacity(f.Capacity)
	if !slices.Contains(delegation.Capacities, c) {
		no = append(no, refusal.In("capacity", "delegation.capacity"))
	}
	officer := q.Roles.Has(delegation.Officer)
	// Nobody's number is reserved for what is refused anyway.
	if err := q.Look(func(st *conversation.Reading) error {
		//mutants:guard nobody is invited by those who do not manage the delegation
		if !officer && !st.Roll.Manages(q.Me, q.party) {
			return refusal.New(refusal.Forbidden, "delegation.manages")
		}
		return nil
	}); err != nil {
		return err
	}
	if len(no) == 0 {
		//mutants:guard nobody floods the world with letters by way of a delegation
		if !officer {
			if err := q.May(serve.Once(serve.LimitDelegates)); err != nil {
				return err
			}
		}
	}
	var who delegation.Participant
	if len(no) == 0 || f.Email == "" {
		var err error
		if who, err = q.Team.Reserve(q.Request, "email", i.Email, &no); err != nil {
			return err
		}
	}
	at, again, ok, err := q.do(v, q.appointing(who, c, end, true), no, f, map[string]string{"participant": "email"})
	if err != nil || !ok {
		return err
	}
	said := "appointed"
	if !again {
		i.Number, i.Party = account.Number{Slug: q.Slug, Participant: uint64(who)}, string(q.party.Ref())
		said = q.Team.Tell(q.Request, i, said)
	}
	return q.see(at, said, false)
}

// change gives a mandate another capacity or another end.
func (q *request) change(v url.Values) error {
	ref := v.Get("participant")
	f := view.Form{Do: "change", Person: ref, Capacity: v.Get("capacity-" + ref), Until: v.Get("until-" + ref)}
	var who delegation.Participant
	if who.UnmarshalText([]byte(ref)) != nil {
		return serve.NotFound()
	}
	var no refusal.Several
	end := q.until("until-"+ref, f.Until, &no)
	if f.Capacity == "" {
		no = append(no, refusal.In("capacity-"+ref, "delegation.capacity"))
	}
	at, _, ok, err := q.do(v, q.appointing(who, delegation.Capacity(f.Capacity), end, false), no, f, map[string]string{"capacity": "capacity-" + ref, "until": "until-" + ref, "participant": ""})
	if err != nil || !ok {
		return err
	}
	return q.see(at, "changed", false)
}

// end ends a mandate: that of another, or the reader's own.
func (q *request) end(v url.Values) error {
	var who delegation.Participant
	if who.UnmarshalText([]byte(v.Get("participant"))) != nil {
		return serve.NotFound()
	}
	officer := q.Roles.Has(delegation.Officer)
	var command any = delegation.End{Party: q.party, Participant: who}
	if officer && who != q.Me {
		command = delegation.Unauthorise{Participant: who, Party: q.party}
	}
	at, _, ok, err := q.do(v, command, nil, view.Form{}, nil)
	if err != nil || !ok {
		return err
	}
	if err := q.Team.ForgetIdle(q.Request, who); err != nil {
		return err
	}
	return q.see(at, "ended", who == q.Me && !officer)
}

// handOver gives the reader's capacity to another.
func (q *request) handOver(v url.Values) error {
	f := view.Form{Do: "hand-over", To: v.Get("to"), Stays: v.Get("stays"), Until: v.Get("hand-until")}
	c := delegation.HandOver{Party: q.party, Participant: delegation.ParticipantOf(f.To), Stays: delegation.Capacity(f.Stays)}
	var no refusal.Several
	c.Until = q.until("hand-until", f.Until, &no)
	switch f.Stays {
	case "":
		no = append(no, refusal.In("stays", "delegation.stays"))
	case "leaves":
		c.Stays = ""
	}
	if c.Participant == 0 {
		no = append(no, refusal.In("to", "delegation.to"))
	}
	at, _, ok, err := q.do(v, c, no, f, map[string]string{"participant": "to", "until": "hand-until"})
	if err != nil || !ok {
		return err
	}
	return q.see(at, "handed_over", c.Stays == "" && !q.Roles.Has(delegation.Officer))
}

// compose says which parties are the members of a group.
func (q *request) compose(v url.Values) error {
	c := delegation.Compose{Group: q.party}
	for _, s := range v["members"] {
		var m delegation.Party
		if m.UnmarshalText([]byte(s)) != nil || m == 0 {
			return serve.NotFound()
		}
		c.Members = append(c.Members, m)
	}
	at, _, ok, err := q.do(v, c, nil, view.Form{Do: "compose", Members: v["members"]}, nil)
	if err != nil || !ok {
		return err
	}
	return q.see(at, "composed", false)
}

// stand says how a member of a group stands on what was said for the group.
func (q *request) stand() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	if err := q.May(serve.Once(serve.LimitActs)); err != nil {
		return err
	}
	a, err := q.Ask(delegation.Align{Contribution: q.Ref(), Stand: v.Get("do")}, v.Get("token"))
	if err != nil {
		return err
	}
	if a.For.UnmarshalText([]byte(v.Get("for"))) != nil {
		return refusal.In("for", "party.unknown")
	}
	answer, err := q.Server.Sec.Do(q.Context(), q.Slug, a)
	if err != nil {
		return err
	}
	at := "#stands"
	if from := v.Get("at"); from == "joint" || from == "heard" {
		at = "#" + from
	}
	return q.See(q.In("/"+string(q.Ref())) + "?after=" + strconv.FormatInt(int64(answer.Last), 10) + at)
}
