package team

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/account"
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
	invited, err := q.Server.Accounts.Invitations(q.Context(), q.Slug)
	if err != nil {
		return err
	}
	for _, i := range invited {
		if p := delegation.Participant(i.Participant); names[p] == "" {
			names[p] = i.Email
		}
	}
	build := func(st *conversation.Reading) (frame.View, error) {
		v := view.NewPeople(st, q.Lang)
		v.Form, v.NewToken = form, serve.Nonce
		if v.Form.Language == "" {
			v.Form.Language = string(q.Lang)
		}
		for _, i := range invited {
			v.Invited(i.Participant, view.Invitation{Email: i.Email, Called: i.Name, Lang: i.Lang, Word: i.Word, Roles: i.Roles, Party: i.Party, State: i.State(q.Received),
				Sent: i.Sent, Opened: i.Opened, Accepted: i.Accepted, Ends: i.Ends()})
		}
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
		return q.DeskAgain(rs, "", build)
	}
	return q.show(http.StatusOK, build)
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
	names := map[delegation.Participant]string{}
	if q.Frame.Me.Name != "" { // else by the address, like everybody
		names[q.Me] = q.Frame.Me.Name
	}
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
		Speaker: strings.TrimSpace(v.Get("speaker")), Party: v.Get("party"), Called: v.Get("called"), Speaks: v.Get("speaks"), Language: v.Get("language"), Word: v.Get("word")}
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
	case "again", "change":
		return q.inviteAgain(v)
	case "take-back":
		return q.takeBack(v)
	case "unauthorise":
		return q.unauthorise(v)
	case "rename":
		return q.rename(v)
	}
	return refusal.New(refusal.Invalid, "form.unreadable")
}

// peopleDo has a command decided and comes back to the page.
func (q *request) peopleDo(v url.Values, command any, f view.InviteForm, done string) error {
	return q.takeAway(v, command, f, done, 0)
}

// takeAway is peopleDo for what takes something away from somebody.
func (q *request) takeAway(v url.Values, command any, f view.InviteForm, done string, from delegation.Participant) error {
	answer, rs, err := q.DeskDo(v, command, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	if from != 0 {
		if err := q.forgetIdle(from); err != nil {
			return err
		}
	}
	return q.DeskSee("/people", answer.Last, done, "")
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

func (q *request) revoke(v url.Values, f view.InviteForm) error {
	var who delegation.Participant
	role, ok := delegation.ParseRole(v.Get("held"))
	if err := who.UnmarshalText([]byte(v.Get("participant"))); err != nil || !ok {
		return serve.NotFound()
	}
	if who == q.Me && role == delegation.Officer {
		// Their own office: afterwards there is no desk to come back to.
		answer, rs, err := q.DeskDo(v, delegation.Revoke{Participant: who, Role: role}, nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			return q.showPeople(rs, f)
		}
		return q.See(q.In("") + "?after=" + strconv.FormatInt(int64(answer.Last), 10))
	}
	return q.takeAway(v, delegation.Revoke{Participant: who, Role: role, Sure: v.Get("sure") == "yes"}, f, "revoked", who)
}

// authorise lets a person speak for a party that an officer entered.
func (q *request) authorise(v url.Values, f view.InviteForm) error {
	var no refusal.Several
	party, known, err := q.partyOf("party", f.Party, &no)
	if err != nil {
		return err
	}
	var who delegation.Participant
	if known || f.Speaker == "" {
		if who, err = q.reserve("speaker", f.Speaker, &no); err != nil {
			return err
		}
	}
	answer, rs, err := q.DeskDo(v, delegation.Authorise{Participant: who, Party: party}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(rs, f)
	}
	done := "authorised"
	if !answer.Again {
		done = q.tell(account.Invitation{Number: account.Number{Slug: q.Slug, Participant: uint64(who)}, Email: f.Speaker, Lang: q.Lang, Party: string(party.Ref())}, done)
	}
	return q.DeskSee("/people", answer.Last, done, "")
}

// unauthorise ends the authority of a person to speak for a party.
func (q *request) unauthorise(v url.Values) error {
	var c delegation.Unauthorise
	if c.Participant.UnmarshalText([]byte(v.Get("participant"))) != nil || c.Party.UnmarshalText([]byte(v.Get("party"))) != nil {
		return serve.NotFound()
	}
	return q.takeAway(v, c, view.InviteForm{}, "unauthorised", c.Participant)
}

// rename corrects the name of a party.
func (q *request) rename(v url.Values) error {
	ref := v.Get("party")
	c := delegation.Rename{Name: v.Get("name-" + ref)}
	if c.Party.UnmarshalText([]byte(ref)) != nil {
		return serve.NotFound()
	}
	answer, rs, err := q.DeskDo(v, c, nil)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.showPeople(serve.Renamed(rs, func(string) string { return "name-" + ref }), view.InviteForm{Party: ref, Name: c.Name})
	}
	return q.DeskSee("/people", answer.Last, "renamed", "")
}
