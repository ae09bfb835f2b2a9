package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// The reader's own page: how they are called and written to, what they are told of, where they are signed in.

func (q *request) accountPage() error { return q.showAccount(http.StatusOK) }

func (q *request) showAccount(status int) error {
	v := &accounts.Account{Name: q.Frame.Me.Name, MayDelete: q.mayDelete(), Saved: q.Common.Done == "saved"}
	if err := q.openSessions(v); err != nil {
		return err
	}
	if err := q.doors(v); err != nil {
		return err
	}
	if err := q.passkeys(v); err != nil {
		return err
	}
	if err := q.linked(v); err != nil {
		return err
	}
	how, err := q.Server.Accounts.ToldOf(q.Context(), q.Account)
	if err != nil {
		return err
	}
	v.Told = string(how)
	for _, slug := range q.Server.Sec.Conversations() {
		if err := q.place(v, slug); err != nil {
			return err
		}
	}
	if v.Told == "" && v.Works {
		v.Told = string(account.Daily)
		if v.Moderates {
			v.Told = string(account.AtOnce)
		}
	}
	return q.Show(status, v)
}

// openSessions lists where the reader is signed in. The chairs of a demonstration are everybody's: there each sees their own.
func (q *request) openSessions(v *accounts.Account) error {
	open, err := q.Server.Accounts.Sessions(q.Context(), q.Account, q.Received)
	if err != nil {
		return err
	}
	here := ""
	if c, err := q.Cookie(q.Server.CookieName("plenary")); err == nil {
		here = q.Server.Accounts.SessionName(c.Value)
	}
	for _, o := range open {
		if row := (accounts.SessionRow{Name: o.Name, Device: o.Device, Made: o.Made, Seen: o.Seen, Current: o.Name == here}); row.Current || !q.shared() {
			v.Sessions = append(v.Sessions, row)
		}
	}
	return nil
}

// place adds to the page what the reader is in a conversation.
func (q *request) place(v *accounts.Account, slug string) error {
	n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), q.Account, slug)
	if err != nil || !ok {
		return err
	}
	a := conversation.Readers
	delegate := false
	if _, err := q.Server.Sec.Read(q.Context(), slug, func(st *conversation.State) error {
		a.Roles, delegate = st.Roll.Roles(delegation.Participant(n)), len(st.Roll.Held(delegation.Participant(n))) > 0
		return nil
	}); err != nil || q.ByLetter(a.Roles) {
		return err
	}
	drafts, err := q.together.Mine(q.Request, slug, delegation.Participant(n))
	if err != nil {
		return err
	}
	for _, d := range drafts {
		v.Drafts = append(v.Drafts, accounts.DraftRow(d))
	}
	if a.Roles == 0 && !delegate {
		return nil
	}
	_, err = q.Server.LookIn(q.Context(), slug, conversation.Audience{Roles: a.Roles, As: []delegation.Participant{delegation.Participant(n)}}, q.Received,
		func(st *conversation.Reading) error {
			if delegate {
				v.Delegations = append(v.Delegations, part.NewConversationRow(st, q.Lang))
			}
			if a.Roles == 0 {
				return nil
			}
			row := accounts.DeskRow{ConversationRow: part.NewConversationRow(st, q.Lang)}
			for _, r := range delegation.Roles() {
				if a.Roles.Has(r) {
					row.Roles = append(row.Roles, r.String())
				}
			}
			v.Works = v.Works || a.Roles.Has(delegation.Officer, delegation.Moderator)
			v.Moderates = v.Moderates || a.Roles.Has(delegation.Moderator) || a.Roles.Has(delegation.Officer) && len(st.Roll.Holders(delegation.Moderator)) == 0
			v.Desks = append(v.Desks, row)
			return nil
		})
	if len(refusal.Of(err)) > 0 { // discarded meanwhile
		return nil
	}
	return err
}

// doors adds to the page of an account its language, its printed codes and the letters to its address.
func (q *request) doors(v *accounts.Account) error {
	p, err := q.Server.Accounts.PrintedOf(q.Context(), q.Account)
	if err != nil {
		return err
	}
	v.Codes = accounts.PrintedRow{Made: p.Made, Left: p.Left, Ended: p.Ended, Used: p.Used}
	a, ok, err := q.Server.Accounts.Get(q.Context(), q.Account)
	if err != nil || !ok {
		return err
	}
	v.Lang = a.Lang
	if !q.shared() {
		v.Email = a.Email
	}
	var wish account.Wish
	v.Letters, wish, err = q.Server.Accounts.LettersTo(q.Context(), a.Email)
	v.Stopped = wish == account.Stopped
	return err
}

// shared reports whether the reader sits in a chair of a demonstration, which is everybody's.
func (q *request) shared() bool {
	for _, id := range q.DemoRoles {
		if id == q.Account {
			return true
		}
	}
	return false
}

// postAccount keeps what the reader chose. A form says only what stands in it.
func (q *request) postAccount() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	var no refusal.Several
	name := serve.CleanLine("name", v.Get("name"), account.MaxName, &no)
	if name != "" && locale.Claims(name) {
		no = append(no, refusal.In("name", "name.reserved"))
	}
	lang, told := locale.Lang(v.Get("language")), account.Told(v.Get("told"))
	if v.Has("language") && !lang.Valid() {
		no = append(no, refusal.In("language", "language.unknown"))
	}
	if v.Has("told") && !slices.Contains(account.Tolds(), told) {
		no = append(no, refusal.In("told", "told.unknown"))
	}
	if len(no) > 0 {
		q.Frame.Errors = no
		return q.showAccount(http.StatusUnprocessableEntity)
	}
	if err := q.Server.Accounts.SetName(q.Context(), q.Account, name); err != nil {
		return err
	}
	if v.Has("language") {
		if err := q.Server.Accounts.SetLanguage(q.Context(), q.Account, lang); err != nil {
			return err
		}
	}
	if v.Has("told") {
		if err := q.Server.Accounts.SetTold(q.Context(), q.Account, told); err != nil {
			return err
		}
	}
	return q.See("/" + string(q.Lang) + "/account?done=saved")
}

// postSession ends one of the reader's sessions. That it is over already is no error: it is what they want.
func (q *request) postSession() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	name := v.Get("session")
	c, cerr := q.Cookie(q.Server.CookieName("plenary"))
	here := cerr == nil && q.Server.Accounts.SessionName(c.Value) == name
	if q.shared() && !here {
		return serve.NotFound()
	}
	if _, err := q.Server.Accounts.EndOne(q.Context(), q.Account, name); err != nil {
		return err
	}
	if here {
		q.SetCookie("plenary", "", 0)
		return q.See("/" + string(q.Lang) + "/")
	}
	return q.See("/" + string(q.Lang) + "/account#sessions")
}

// device names a browser and a system in the words by which people know them: enough to tell one's own telephone from a
// machine in an internet café, and nothing that tells one machine from another of its kind.
func device(agent string) string {
	find := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := find("Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "FxiOS", "Firefox", "Firefox/", "Firefox", "CriOS", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari")
	system := find("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "CrOS", "ChromeOS", "Mac OS X", "macOS", "Linux", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}
