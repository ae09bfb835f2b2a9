package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/accounts"
	"github.com/openplenary/plenary/passkey"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Passkeys: signing in with one, proving with one that it is still oneself, and which of them an account has.

// What a passkey is asked for.
const (
	toSignIn = "sign in"
	toAdd    = "add a passkey"
)

// askPasskey is what the browser is told that is to give one of these passkeys, or with none any that it has; "" where there are
// none at this address.
func (q *request) askPasskey(of []account.Passkey) string {
	if q.Passkeys == nil {
		return ""
	}
	keys := make([]passkey.Key, len(of))
	for i, p := range of {
		keys[i] = passkey.Key{ID: p.ID, Reached: p.Reached}
	}
	q.Frame.Passkey = true
	return q.Passkeys.Request(q.Server.Accounts.Challenge(account.Asked{Purpose: toSignIn, Browser: q.bound()}, q.Received), keys)
}

// usable are the passkeys that were not stopped.
func usable(all []account.Passkey) (out []account.Passkey) {
	for _, p := range all {
		if p.Stopped.IsZero() {
			out = append(out, p)
		}
	}
	return out
}

// passkey is the page that asks for a passkey: of whoever needs theirs to sign in, or of the reader, to prove that it is still
// they.
func (q *request) passkey() error {
	return q.showPasskey(http.StatusOK, next(serve.Params[signInQuery](q.Request).Next))
}

func (q *request) showPasskey(status int, to string) error {
	v := &accounts.Passkey{Next: to}
	var mine []account.Passkey
	if q.SignedIn {
		all, err := q.Server.Accounts.Passkeys(q.Context(), q.Account)
		if err != nil {
			return err
		}
		mine = usable(all)
		v.Mine, v.None, v.Proved = true, len(mine) == 0, q.Bearer.Usable && account.Fresh(q.Bearer.Proved, q.Received)
	}
	if !v.None && !q.Frame.ReadOnly {
		v.Options = q.askPasskey(mine)
	}
	return q.Show(status, v)
}

// postPasskey signs in with a passkey. Whoever is signed in proves by it that it is they.
func (q *request) postPasskey() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	to, mine := next(v.Get("next")), v.Get("mine") != ""
	return q.enterProved(func() (account.ID, string, error) {
		id, err := q.givenPasskey(v.Get("answer"))
		others := err == nil && mine && q.SignedIn && id != q.Account
		//mutants:guard nobody proves that they are the reader with somebody else's passkey
		if others {
			err = refusal.New(refusal.Forbidden, "passkey.other")
		}
		if mine && to == "" { // they go back to the page that asked for it
			return id, "/" + string(q.Lang) + "/sign-in/passkey", err
		}
		return id, to, err
	}, func(rs []*refusal.Refusal) error {
		q.Frame.Errors = rs
		if mine {
			return q.showPasskey(serve.RefusedAs(rs), to)
		}
		return q.showSignIn(serve.RefusedAs(rs), &accounts.SignIn{Next: to})
	})
}

// givenPasskey is the account whose passkey a browser gave. Whatever is wrong with it, and whether anybody has it, the answer
// is one.
func (q *request) givenPasskey(answer string) (account.ID, error) {
	if q.Passkeys == nil {
		return 0, refusal.New(refusal.NotNow, "passkey.address")
	}
	given, err := passkey.ReadGiven(answer)
	if err != nil {
		return 0, refusal.New(refusal.Invalid, "passkey.wrong")
	}
	if err := q.Server.Accounts.TakeChallenge(given.Challenge(), account.Asked{Purpose: toSignIn, Browser: q.browser()}, q.Received); err != nil {
		return 0, err
	}
	p, id, ok, err := q.Server.Accounts.PasskeyBy(q.Context(), given.ID())
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, refusal.New(refusal.Forbidden, "passkey.wrong")
	}
	uses, err := q.Passkeys.CheckGiven(given, passkey.Key{ID: p.ID, Handle: p.Handle, Public: p.Public, Uses: p.Uses, Synced: p.Synced})
	if err != nil {
		return 0, q.notTaken(err)
	}
	stopped, err := q.Server.Accounts.UsePasskey(q.Context(), p.ID, uses, q.Received)
	if stopped {
		if err := q.tellOwner(id, "copied", p.Name); err != nil {
			return 0, err
		}
	}
	return id, err
}

// needsPasskey reports whether a letter alone does not open an account: it has a passkey, and its owner is an operator or holds an
// office that asks for one in any conversation.
func (q *request) needsPasskey(id account.ID) (bool, error) {
	has, err := q.Server.Accounts.HasPasskey(q.Context(), id)
	if err != nil || !has {
		return false, err
	}
	a, ok, err := q.Server.Accounts.Get(q.Context(), id)
	if err != nil || ok && slices.Contains(q.Server.Operators, a.Email) {
		return ok, err
	}
	for _, slug := range q.Server.Sec.Conversations() {
		n, ok, err := q.Server.Accounts.ParticipantOf(q.Context(), id, slug)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		holds := false
		_, err = q.Server.Sec.ReadAbout(q.Context(), slug, func(st *conversation.State) error {
			holds = st.Roll.Roles(delegation.Participant(n)).Has(serve.AskPasskey...)
			return nil
		}, conversation.AnyParty)
		if rs := refusal.Of(err); len(rs) > 0 && rs[0].Kind == refusal.Hidden { // discarded meanwhile
			continue
		}
		if err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

// notTaken is what is said of an answer that is not right; why stands in the log.
func (q *request) notTaken(err error) error {
	q.Logger.Warn("a passkey was not taken", "err", err)
	if errors.Is(err, passkey.ErrUnverified) {
		return refusal.New(refusal.Forbidden, "passkey.unverified")
	}
	return refusal.New(refusal.Forbidden, "passkey.wrong")
}

// tellOwner writes to the owner of an account what became of a passkey.
func (q *request) tellOwner(id account.ID, what, name string) error {
	if q.PasskeyMail == nil {
		return nil
	}
	return q.PasskeyMail(q.Context(), id, what, name)
}

// passkeys adds to the page of an account its passkeys. A chair of a demonstration is everybody's and has none.
func (q *request) passkeys(v *accounts.Account) error {
	if q.shared() {
		return nil
	}
	all, err := q.Server.Accounts.Passkeys(q.Context(), q.Account)
	if err != nil {
		return err
	}
	v.Keys, v.MayAdd = passkeyRows(all), q.Passkeys != nil
	return nil
}

func passkeyRows(all []account.Passkey) (out []accounts.PasskeyRow) {
	for _, p := range all {
		out = append(out, accounts.PasskeyRow{Ref: p.Ref, Name: p.Name, Synced: p.Synced, Made: p.Made, Used: p.Used, Stopped: p.Stopped})
	}
	return out
}

// newPasskey is the page on which the reader adds a passkey.
func (q *request) newPasskey() error { return q.showNewPasskey(http.StatusOK, device(q.UserAgent())) }

func (q *request) showNewPasskey(status int, name string) error {
	if q.shared() {
		return serve.NotFound()
	}
	v := &accounts.NewPasskey{Name: name, Address: q.Passkeys != nil}
	proof := q.Proved()
	v.Proof, v.SignIn = errors.Is(proof, serve.ErrProof), errors.Is(proof, serve.ErrSignInAnew)
	if v.Address && proof == nil && !q.Frame.ReadOnly {
		owner, there, err := q.owner()
		if err != nil {
			return err
		}
		q.Frame.Passkey = true
		v.Options = q.Passkeys.Creation(q.Server.Accounts.Challenge(account.Asked{Purpose: toAdd, Browser: q.bound(), Account: q.Account}, q.Received), owner, there)
	}
	return q.Show(status, v)
}

// owner is the reader as their devices know them, and what passkeys they have.
func (q *request) owner() (o passkey.Owner, there []passkey.Key, err error) {
	a, ok, err := q.Server.Accounts.Get(q.Context(), q.Account)
	if err != nil || !ok {
		return o, nil, errors.Join(err, serve.ErrSignIn)
	}
	all, err := q.Server.Accounts.Passkeys(q.Context(), q.Account)
	if err != nil {
		return o, nil, err
	}
	for _, p := range all {
		there = append(there, passkey.Key{ID: p.ID, Reached: p.Reached})
	}
	o = passkey.Owner{Name: a.Email, Shown: a.Name}
	if o.Shown == "" {
		o.Shown = a.Email
	}
	o.Handle, err = q.Server.Accounts.Handle(q.Context(), q.Account)
	return o, there, err
}

// postNewPasskey keeps the passkey that the reader's browser made.
func (q *request) postNewPasskey() error {
	if q.shared() {
		return serve.NotFound()
	}
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	err = q.May(serve.Once(serve.LimitCode))
	if err == nil {
		err = q.addPasskey(v.Get("answer"), v.Get("name"))
	}
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.showNewPasskey(serve.RefusedAs(rs), v.Get("name"))
	}
	if err != nil {
		return err
	}
	return q.See("/" + string(q.Lang) + "/account?done=saved#passkeys")
}

func (q *request) addPasskey(answer, name string) error {
	if q.Passkeys == nil {
		return refusal.New(refusal.NotNow, "passkey.address")
	}
	made, err := passkey.ReadMade(answer)
	if err != nil {
		return refusal.New(refusal.Invalid, "passkey.wrong")
	}
	if err := q.Server.Accounts.TakeChallenge(made.Challenge(), account.Asked{Purpose: toAdd, Browser: q.browser(), Account: q.Account}, q.Received); err != nil {
		return err
	}
	owner, _, err := q.owner()
	if err != nil {
		return err
	}
	k, err := q.Passkeys.CheckMade(made, owner)
	if err != nil {
		return q.notTaken(err)
	}
	if name == "" {
		name = device(q.UserAgent())
	}
	if err := q.Server.Accounts.AddPasskey(q.Context(), q.Account, account.Passkey{Name: name, ID: k.ID, Handle: k.Handle, Public: k.Public, Uses: k.Uses, Synced: k.Synced, Reached: k.Reached},
		q.Received); err != nil {
		return err
	}
	// Whoever made it has just shown their device who they are.
	if c, err := q.Cookie(q.Server.CookieName("plenary")); err == nil {
		if err := q.Server.Accounts.Prove(q.Context(), c.Value, q.Received); err != nil {
			return err
		}
	}
	return q.tellOwner(q.Account, "added", name)
}

// postPasskeyName gives a passkey of the reader another name.
func (q *request) postPasskeyName() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	ok, err := q.Server.Accounts.NamePasskey(q.Context(), q.Account, v.Get("key"), v.Get("name"))
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.showAccount(serve.RefusedAs(rs))
	}
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	return q.See("/" + string(q.Lang) + "/account?done=saved#passkeys")
}

// removePasskey asks whether a passkey is to be removed, and says what is left.
func (q *request) removePasskey() error {
	return q.showRemovePasskey(http.StatusOK, serve.Params[passkeyQuery](q.Request).Key)
}

func (q *request) showRemovePasskey(status int, key string) error {
	all, err := q.Server.Accounts.Passkeys(q.Context(), q.Account)
	if err != nil {
		return err
	}
	v := &accounts.RemovePasskey{Last: true}
	for i, p := range all {
		switch {
		case p.Ref == key:
			v.Key = passkeyRows(all[i : i+1])[0]
		case p.Stopped.IsZero():
			v.Last = false
		}
	}
	if v.Key.Ref == "" {
		return serve.NotFound()
	}
	proof := q.Proved()
	v.Proof, v.SignIn = errors.Is(proof, serve.ErrProof), errors.Is(proof, serve.ErrSignInAnew)
	return q.Show(status, v)
}

// postRemovePasskey removes a passkey of the reader; the last one only where the page said that it is.
func (q *request) postRemovePasskey() error {
	v, err := q.ReadForm()
	if err != nil {
		return err
	}
	p, ok, err := q.Server.Accounts.PasskeyOf(q.Context(), q.Account, v.Get("key"))
	if err != nil {
		return err
	}
	if !ok {
		return serve.NotFound()
	}
	_, err = q.Server.Accounts.RemovePasskey(q.Context(), q.Account, p.Ref, v.Get("last") != "")
	if rs := refusal.Of(err); len(rs) > 0 {
		q.Frame.Errors = rs
		return q.showRemovePasskey(serve.RefusedAs(rs), p.Ref)
	}
	if err != nil {
		return err
	}
	if err := q.tellOwner(q.Account, "removed", p.Name); err != nil {
		return err
	}
	return q.See("/" + string(q.Lang) + "/account?done=saved#passkeys")
}
