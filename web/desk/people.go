package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) people() error { return q.showPeople(nil, view.InviteForm{}) }

func (q *request) showPeople(rs []*refusal.Refusal, form view.InviteForm) error {
	q.AwaitOwn()
	names, err := q.holders()
	if err != nil {
		return err
	}
	build := func(st *conversation.Reading) (frame.View, error) {
		v := view.NewPeople(st, q.Lang)
		v.Form, v.NewToken = form, serve.Nonce
		for i := range v.Holders {
			h := &v.Holders[i]
			h.Name, h.Me = names[h.Participant], h.Participant == q.Me
		}
		for i := range v.Parties {
			for j := range v.Parties[i].Speakers {
				s := &v.Parties[i].Speakers[j]
				s.Name, s.ByName = names[s.Participant], names[s.By]
			}
		}
		_ = v.Renaming.UnmarshalText([]byte(form.Party)) // none where it is none
		return v, nil
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, "", build)
	}
	return q.deskShow(http.StatusOK, build)
}

// holders names those who hold a role, those who may speak for a party, and by whose word: officers know them by the
// address that they were invited by.
func (q *request) holders() (map[delegation.Participant]string, error) {
	var who []delegation.Participant
	if err := q.Look(func(st *conversation.Reading) error {
		for _, role := range delegation.Roles() {
			who = append(who, st.Roll.Holders(role)...)
		}
		for _, all := range st.Roll.Authorities() {
			for _, a := range all {
				who = append(who, a.Participant, a.By)
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	names := map[delegation.Participant]string{q.Me: q.Frame.Me.Name}
	for _, p := range who {
		if _, known := names[p]; known || p == 0 {
			continue
		}
		email, _, _, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, uint64(p))
		if err != nil {
			return nil, err
		}
		names[p] = email
	}
	return names, nil
}

func (q *request) postPeople() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	f := view.InviteForm{Email: strings.TrimSpace(v.Get("email")), Role: v.Get("role"), Name: v.Get("name"), Category: v.Get("category"), Country: v.Get("country"),
		Speaker: strings.TrimSpace(v.Get("speaker")), Party: v.Get("party")}
	switch v.Get("do") {
	case "invite":
		return q.invite(v, f)
	case "revoke":
		return q.revoke(v, f)
	case "enter":
		number := q.Server.Sec.Derive("entered", q.Slug, v.Get("token"))
		if !serve.ValidNonce(v.Get("token")) {
			if number, err = q.Server.Sec.Number(); err != nil {
				return err
			}
		}
		return q.peopleDo(v, delegation.EnterParty{Party: delegation.Party(number), Category: f.Category, Country: f.Country, Name: f.Name}, f, "entered")
	case "authorise":
		return q.authorise(v, f)
	case "unauthorise":
		return q.unauthorise(v)
	case "rename":
		return q.rename(v)
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// peopleDo has a command decided and comes back to the page.
func (q *request) peopleDo(v url.Values, command any, f view.InviteForm, done string) error {
	answer, rs, err := q.deskDo(v, command, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	return q.deskSee("/people", answer.Last, done, "")
}

// reserve finds or reserves the participant of an address. The account's row comes first, the fact after.
func (q *request) reserve(field, email string, no *refusal.Several) (delegation.Participant, error) {
	n, err := q.Server.Sec.Number()
	if err != nil {
		return 0, err
	}
	n, err = q.Server.Accounts.Invite(q.Context(), email, q.Slug, n, q.Received)
	if rs := refusal.Of(err); len(rs) > 0 {
		*no = append(*no, serve.Renamed(rs, func(string) string { return field })...)
		return 0, nil
	}
	return delegation.Participant(n), err
}

// tell queues the mail about an invitation. What stands on the record stands; if the mail cannot be
// queued, the officer is told to write.
func (q *request) tell(email, to, done string) string {
	title := q.Frame.Name
	link := q.Frame.Host + "/" + string(q.Lang) + "/sign-in?next=" + url.QueryEscape(q.In(to))
	if err := q.InviteMail(q.Context(), email, q.Lang, title, link); err != nil {
		q.Server.Logger.Error("cannot queue an invitation", "err", err)
		return "unmailed"
	}
	return done
}

func (q *request) invite(v url.Values, f view.InviteForm) error {
	var no refusal.Several
	role, ok := delegation.ParseRole(f.Role)
	if !ok {
		no = append(no, refusal.In("role", "role.unknown"))
	}
	var who delegation.Participant
	if ok || f.Email == "" {
		var err error
		if who, err = q.reserve("email", f.Email, &no); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, delegation.Grant{Participant: who, Role: role}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	done := "granted"
	if !answer.Again {
		to := ""
		if role == delegation.Officer || role == delegation.Moderator {
			to = "/desk"
		}
		done = q.tell(f.Email, to, done)
	}
	return q.deskSee("/people", answer.Last, done, "")
}

func (q *request) revoke(v url.Values, f view.InviteForm) error {
	var who delegation.Participant
	role, ok := delegation.ParseRole(v.Get("held"))
	if err := who.UnmarshalText([]byte(v.Get("participant"))); err != nil || !ok {
		return serve.NotFound()
	}
	if who == q.Me && role == delegation.Officer {
		// Their own office: afterwards there is no desk to come back to.
		answer, rs, err := q.deskDo(v, delegation.Revoke{Participant: who, Role: role}, nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			return q.showPeople(rs, f)
		}
		return q.See(q.In("") + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
	}
	return q.peopleDo(v, delegation.Revoke{Participant: who, Role: role}, f, "revoked")
}

// authorise lets a person speak for a party that an officer entered.
func (q *request) authorise(v url.Values, f view.InviteForm) error {
	var no refusal.Several
	var party delegation.Party
	known := false
	if party.UnmarshalText([]byte(f.Party)) == nil {
		if err := q.Look(func(st *conversation.Reading) error {
			_, known = st.Roll.Party(party)
			return nil
		}); err != nil {
			return err
		}
	}
	if !known {
		no = append(no, refusal.In("party", "party.unknown"))
	}
	var who delegation.Participant
	if known || f.Speaker == "" {
		var err error
		if who, err = q.reserve("speaker", f.Speaker, &no); err != nil {
			return err
		}
	}
	answer, rs, err := q.deskDo(v, delegation.Authorise{Participant: who, Party: party}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	done := "authorised"
	if !answer.Again {
		done = q.tell(f.Speaker, "", done)
	}
	return q.deskSee("/people", answer.Last, done, "")
}

// unauthorise ends the authority of a person to speak for a party.
func (q *request) unauthorise(v url.Values) error {
	var c delegation.Unauthorise
	if c.Participant.UnmarshalText([]byte(v.Get("participant"))) != nil || c.Party.UnmarshalText([]byte(v.Get("party"))) != nil {
		return serve.NotFound()
	}
	return q.peopleDo(v, c, view.InviteForm{}, "unauthorised")
}

// rename corrects the name of a party.
func (q *request) rename(v url.Values) error {
	ref := v.Get("party")
	c := delegation.Rename{Name: v.Get("name-" + ref)}
	if c.Party.UnmarshalText([]byte(ref)) != nil {
		return serve.NotFound()
	}
	answer, rs, err := q.deskDo(v, c, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(serve.Renamed(rs, func(string) string { return "name-" + ref }), view.InviteForm{Party: ref, Name: c.Name})
	}
	return q.deskSee("/people", answer.Last, "renamed", "")
}
