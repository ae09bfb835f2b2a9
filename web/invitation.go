package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// invitation shows what the link in a letter of invitation leads to. It accepts nothing: mail scanners follow links.
func (q *request) invitation() error {
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	i, ok, err := q.Server.Accounts.InvitationBy(q.Context(), q.PathValue("token"))
	if err != nil {
		return err
	}
	if !ok {
		return q.Show(http.StatusOK, &accounts.Invitation{State: "over"})
	}
	if q.Method == http.MethodGet && !q.Frame.ReadOnly && i.State(q.Received) == "sent" {
		if err := q.Server.Accounts.NoteOpened(q.Context(), i.Number, q.Received); err != nil {
			return err
		}
	}
	return q.showInvitation(http.StatusOK, i)
}

func (q *request) showInvitation(status int, i account.Invitation) error {
	v := &accounts.Invitation{Token: q.PathValue("token"), State: i.State(q.Received), Name: i.Name, Email: masked(i.Email), Word: i.Word, Roles: i.Roles,
		Ends: i.Ends(), Accepted: i.Accepted}
	title, zone, party, err := q.invitedTo(q.Context(), i)
	if err == nil && party != "" {
		v.Capacity, err = q.invitedAs(i)
	}
	if len(refusal.Of(err)) > 0 { // the conversation is not there any more, or not for them
		return q.Show(status, &accounts.Invitation{State: "over"})
	}
	if err != nil {
		return err
	}
	v.Conversation, v.Party, v.Zone = title, party, zone
	if v.From, err = q.Server.Accounts.NameOf(q.Context(), account.Number{Slug: i.Slug, Participant: i.Inviter}); err != nil {
		return err
	}
	if v.Known, err = q.Server.Accounts.HasAccount(q.Context(), i.Email); err != nil {
		return err
	}
	if q.SignedIn {
		a, _, err := q.Server.Accounts.Get(q.Context(), q.Account)
		if err != nil {
			return err
		}
		v.Mine = strings.EqualFold(a.Email, i.Email)
		v.Other = !v.Mine
	}
	if v.Mine && v.State == "accepted" {
		v.To = invitedPath(i)
	}
	return q.Show(status, v)
}

// invitedTo is the title of the conversation that an invitation is to, its zone, and the name of the party that somebody is to
// speak for. It is read as they will read: a conversation that is prepared is there for those who hold an office.
func (q *request) invitedTo(ctx context.Context, i account.Invitation) (title frame.LocalizedText, zone, party string, err error) {
	who := delegation.Participant(i.Participant)
	a := conversation.Audience{As: []delegation.Participant{who}}
	if _, err := q.Server.Sec.Read(ctx, i.Slug, func(st *conversation.State) error {
		a.Roles = st.Roll.Roles(who)
		//mutants:guard the link of an invitation to what was taken away since leads nowhere
		if !given(st, i, q.Received) {
			return refusal.New(refusal.NotNow, "invitation.over")
		}
		return nil
	}); err != nil {
		return title, "", "", err
	}
	var r *conversation.Reading
	var named []cite.Position
	if _, err := q.Server.LookIn(ctx, i.Slug, a, q.Received, func(st *conversation.Reading) error {
		r, title, zone = st, frame.Localize(st.Title, q.Lang), st.Zone
		var p delegation.Party
		if i.Party != "" && p.UnmarshalText([]byte(i.Party)) == nil {
			if s, ok := st.Roll.Party(p); ok {
				named = []cite.Position{s.Named}
			}
		}
		return nil
	}); err != nil || len(named) == 0 {
		return title, zone, "", err
	}
	words, err := q.Server.Granted(ctx, i.Slug, r, named)
	if err != nil {
		return title, zone, "", err
	}
	return title, zone, words[named[0]]["name"], nil
}

// given reports whether something of what an invitation speaks of is still given to whoever was invited.
func given(st *conversation.State, i account.Invitation, now time.Time) bool {
	who := delegation.Participant(i.Participant)
	for _, name := range i.Roles {
		if role, ok := delegation.ParseRole(name); ok && st.Roll.Roles(who).Has(role) {
			return true
		}
	}
	var party delegation.Party
	if i.Party == "" || party.UnmarshalText([]byte(i.Party)) != nil {
		return len(i.Roles) == 0
	}
	held, ok := st.Roll.Holds(who, party)
	return ok && held.InForce(now)
}

// invitedAs is what somebody is in the delegation of the party for which they were invited: not everybody there speaks for it.
func (q *request) invitedAs(i account.Invitation) (as string, err error) {
	_, err = q.Server.Sec.Read(q.Context(), i.Slug, func(st *conversation.State) error {
		var p delegation.Party
		if p.UnmarshalText([]byte(i.Party)) == nil {
			a, _ := st.Roll.Holds(delegation.Participant(i.Participant), p)
			as = string(a.Capacity)
		}
		return nil
	})
	return as, err
}

// postInvitation accepts an invitation: whoever has no account yet gets one and is signed in; whoever is signed in with the
// address that was invited is led on; whoever has an account signs in as always, by a letter of its own.
func (q *request) postInvitation() error {
	q.Writer.Header().Set("Referrer-Policy", "no-referrer")
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	i, ok, err := q.Server.Accounts.InvitationBy(q.Context(), q.PathValue("token"))
	if err != nil {
		return err
	}
	if !ok {
		return q.Show(http.StatusUnprocessableEntity, &accounts.Invitation{State: "over"})
	}
	if _, _, _, err := q.invitedTo(q.Context(), i); len(refusal.Of(err)) > 0 {
		return q.Show(http.StatusUnprocessableEntity, &accounts.Invitation{State: "over"})
	} else if err != nil {
		return err
	}
	if q.SignedIn {
		mine, err := q.Server.Accounts.TakeUp(q.Context(), q.Account, i, q.Received)
		if err != nil {
			return err
		}
		if mine {
			return q.See("/" + string(q.Lang) + invitedPath(i))
		}
		//mutants:guard nobody is signed in as another without having said that they are
		if v.Get("other") == "" {
			return q.showInvitation(http.StatusOK, i)
		}
	}
	if s := i.State(q.Received); s == "accepted" || s == "expired" {
		return q.showInvitation(http.StatusUnprocessableEntity, i)
	}
	known, err := q.Server.Accounts.HasAccount(q.Context(), i.Email)
	if err != nil {
		return err
	}
	if known {
		return q.beginSignIn(i.Email, invitedPath(i))
	}
	return q.enter(func() (account.ID, string, error) {
		id, i, err := q.Server.Accounts.AcceptInvitation(q.Context(), q.PathValue("token"), q.Received)
		if err == nil && id == 0 { // the account was made this moment, in another way
			err = refusal.New(refusal.NotNow, "invitation.used")
		}
		return id, "/" + string(q.Lang) + invitedPath(i), err
	}, func(rs []*refusal.Refusal) error {
		q.Frame.Errors = rs
		return q.showInvitation(serve.RefusedAs(rs), i)
	})
}

// beginSignIn writes to an address that has an account, and shows where the code of the letter is typed.
func (q *request) beginSignIn(email, to string) error {
	if err := q.May(serve.Once(serve.LimitSignIn)); err != nil {
		return err
	}
	in, err := q.Server.Accounts.BeginSignIn(q.Context(), account.SignInRequest{Email: email, Browser: q.bound(), Lang: q.Lang, Next: "/" + string(q.Lang) + to}, q.Received)
	if err != nil {
		return err
	}
	if in != nil {
		if err := q.SignInMail(q.Context(), in, q.Lang, q.Frame.Host+in.Path(q.Lang)); err != nil {
			return err
		}
	}
	return q.Show(http.StatusOK, &accounts.SignIn{Sent: true})
}

// bound is the browser's random number, given to it where it has none.
func (q *request) bound() string {
	b := q.browser()
	if b == "" {
		b = serve.Nonce()
		q.SetCookie("plenary-browser", b, 24*60*60*1e9)
	}
	return b
}

// invitedPath is where somebody who accepted goes, without the language: to the desk, where they hold an office, else to the
// delegation that they are in.
func invitedPath(i account.Invitation) string {
	if len(i.Roles) > 0 {
		return "/c/" + i.Slug + "/desk"
	}
	if i.Party != "" {
		return "/c/" + i.Slug + "/delegation?party=" + i.Party
	}
	return "/c/" + i.Slug
}

// masked is an address of which its owner knows that it is theirs, and nobody else learns it: the link may have been passed
// on.
func masked(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	for _, r := range local {
		return string(r) + "…@" + domain
	}
	return "…@" + domain
}
