package team

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web/serve"
)

// Invitations. An office is given, and a party may be spoken for, from the moment on that it stands on the record; the letter
// says so to whom it concerns, and its link signs them in. What became of the letter is kept beside the record.

// maxWord is how long a word from whoever invites may be, in characters.
const maxWord = 1000

// invite gives somebody an office or lets them speak for a party, or both, and writes to them.
func (q *request) invite(v url.Values, f view.InviteForm) error {
	var no refusal.Several
	role, ok := delegation.ParseRole(f.Role)
	if !ok && (f.Role != "" || f.Speaks == "") {
		no = append(no, refusal.In("role", "role.unknown"))
	}
	var party delegation.Party
	if f.Speaks != "" {
		var err error
		if party, _, err = q.partyOf("speaks", f.Speaks, &no); err != nil {
			return err
		}
	}
	i := q.letter(f, &no)
	var who delegation.Participant
	if len(no) == 0 || f.Email == "" {
		var err error
		if who, err = q.reserve("email", f.Email, &no); err != nil {
			return err
		}
	}
	var commands []any
	if ok {
		i.Roles = []string{role.String()}
		commands = append(commands, delegation.Grant{Participant: who, Role: role})
	}
	if party != 0 {
		i.Party = string(party.Ref())
		commands = append(commands, delegation.Authorise{Participant: who, Party: party})
	}
	if len(no) == 0 {
		var err error
		if no, err = q.half(commands); err != nil {
			return err
		}
	}
	var at cite.Position
	done, again := "granted", true
	for n, c := range commands {
		answer, rs, err := q.DeskDo(with(v, n), c, no)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			return q.showPeople(serve.Renamed(rs, func(field string) string {
				if field == "party" {
					return "speaks"
				}
				return field
			}), f)
		}
		at, again = answer.Last, again && answer.Again
	}
	if len(commands) == 0 {
		return q.showPeople(no, f)
	}
	if !again {
		i.Number = account.Number{Slug: q.Slug, Participant: uint64(who)}
		done = q.tell(i, done)
	}
	return q.DeskSee("/people", at, done, "")
}

// half says why not all of several commands would be granted where the first is: an invitation is given wholly or not at all. Where the first
// is not, it is refused before anything is done, or it was done before and only the answer was lost.
func (q *request) half(commands []any) (no refusal.Several, err error) {
	asks := make([]conversation.Ask, len(commands))
	for i, c := range commands {
		if asks[i], err = q.Ask(c, ""); err != nil {
			return nil, err
		}
	}
	return no, q.Look(func(st *conversation.Reading) error {
		//mutants:guard nobody is given an office by an invitation that is refused
		for i := 1; i < len(asks) && st.Refused(asks[0]) == nil && len(no) == 0; i++ {
			err := st.Refused(asks[i])
			if no = refusal.Of(err); err != nil && len(no) == 0 {
				return err
			}
		}
		return nil
	})
}

// with is a form whose token is that of the n-th of several asks that it makes.
func with(v url.Values, n int) url.Values {
	token := v.Get("token")
	if n == 0 || !serve.ValidNonce(token) {
		return v
	}
	sum := sha256.Sum256([]byte(token + " " + string(rune('0'+n))))
	return url.Values{"token": {base64.RawURLEncoding.EncodeToString(sum[:16])}}
}

// letter reads what a form says of a letter of invitation.
func (q *request) letter(f view.InviteForm, no *refusal.Several) account.Invitation {
	i := account.Invitation{Email: f.Email, Lang: q.Lang, Name: serve.CleanLine("called", f.Called, account.MaxName, no)}
	if f.Language != "" {
		if i.Lang = locale.Lang(f.Language); !i.Lang.Valid() {
			*no = append(*no, refusal.In("language", "language.unknown"))
		}
	}
	i.Word = strings.TrimSpace(serve.Clean("word", f.Word, no))
	if len([]rune(i.Word)) > maxWord {
		*no = append(*no, refusal.In("word", "line.long", "max", maxWord))
	}
	return i
}

// partyOf reads a party of the roll out of a form.
func (q *request) partyOf(field, ref string, no *refusal.Several) (party delegation.Party, known bool, err error) {
	if party.UnmarshalText([]byte(ref)) == nil {
		err = q.Look(func(st *conversation.Reading) error {
			_, known = st.Roll.Party(party)
			return nil
		})
	}
	if err == nil && !known {
		*no = append(*no, refusal.In(field, "party.unknown"))
	}
	return party, known, err
}

// tell writes the letter of an invitation. What stands on the record stands; if the letter cannot be queued, because its
// reader wants none or got many today, the officer is told to write, and where no mail server is named, that it waits.
func (q *request) tell(i account.Invitation, done string) string {
	//mutants:guard nobody's mailbox is filled with invitations
	if q.MayAs("address "+strings.ToLower(i.Email), serve.Once(serve.LimitInvite)) != nil {
		q.Writer.Header().Del("Retry-After") // what was asked is done
		return "unmailed"
	}
	if err := q.write(i); err != nil {
		if len(refusal.Of(err)) == 0 {
			q.Server.Logger.Error("cannot queue an invitation", "err", err)
		}
		return "unmailed"
	}
	if q.MailWaits != nil {
		if _, named, err := q.MailWaits(q.Context()); err == nil && !named {
			return "queued"
		}
	}
	return done
}

// write keeps what the letter says, and queues it with a link of its own.
func (q *request) write(i account.Invitation) error {
	i.Inviter = uint64(q.Me)
	own, known, err := q.Server.Accounts.LanguageOf(q.Context(), i.Email)
	if err != nil {
		return err
	}
	if known {
		i.Lang = own
	}
	token, err := q.Server.Accounts.SendInvitation(q.Context(), i, q.Received)
	if err != nil {
		return err
	}
	i.Sent = q.Received
	l := account.InvitationLetter{Invitation: i, From: q.Frame.Me.Name, Known: known, Link: q.Frame.Host + "/" + string(i.Lang) + "/invitation/" + token}
	var named cite.Position
	if err := q.Look(func(st *conversation.Reading) error {
		l.Title, _ = st.Title.For(i.Lang)
		l.Zone = st.Zone
		var p delegation.Party
		if i.Party != "" && p.UnmarshalText([]byte(i.Party)) == nil {
			if s, ok := st.Roll.Party(p); ok {
				named = s.Named
			}
			for _, a := range st.Roll.Mandates().Held(delegation.Participant(i.Participant)) {
				if a.Party == p {
					l.Capacity, l.May = string(a.Capacity), a.Capacity.May()
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if named > 0 {
		words, err := q.Server.Granted(q.Context(), q.Slug, q.Reading, []cite.Position{named})
		if err != nil {
			return err
		}
		l.For = words[named]["name"]
	}
	return q.InviteMail(q.Context(), l)
}

// invitation is the one that a form speaks of.
func (q *request) invitation(v url.Values) (account.Invitation, error) {
	var who delegation.Participant
	if who.UnmarshalText([]byte(v.Get("participant"))) != nil {
		return account.Invitation{}, serve.NotFound()
	}
	i, ok, err := q.Server.Accounts.InvitationOf(q.Context(), account.Number{Slug: q.Slug, Participant: uint64(who)})
	if err == nil && !ok {
		err = serve.NotFound()
	}
	return i, err
}

// inviteAgain sends the letter of an invitation again, with what was changed in it. Its link is another: the one before is
// dead. Who has accepted meanwhile gets none.
func (q *request) inviteAgain(v url.Values) error {
	i, err := q.invitation(v)
	if err != nil {
		return err
	}
	if i.State(q.Received) == "accepted" {
		return q.showPeople(refusal.Several{refusal.New(refusal.Conflict, "invitation.accepted", "email", i.Email)}, view.InviteForm{})
	}
	if v.Get("do") == "change" {
		var no refusal.Several
		ref := v.Get("participant")
		f := view.InviteForm{Email: i.Email, Called: v.Get("called-" + ref), Language: v.Get("language-" + ref), Word: v.Get("word-" + ref)}
		changed := q.letter(f, &no)
		if len(no) > 0 {
			return q.showPeople(serve.Renamed(no, func(field string) string { return field + "-" + ref }), view.InviteForm{Changing: ref, Called: f.Called, Language: f.Language, Word: f.Word})
		}
		i.Name, i.Lang, i.Word = changed.Name, changed.Lang, changed.Word
	}
	return q.DeskSee("/people", 0, q.tell(i, "invited"), "invitations")
}

// takeBack takes an invitation back: what it gave is taken away, and its link is dead. Of somebody to whom nothing leads but invitations,
// all that they were given is.
func (q *request) takeBack(v url.Values) error {
	i, err := q.invitation(v)
	if err != nil {
		if q.tookBack(v) {
			return q.DeskSee("/people", 0, "uninvited", "invitations")
		}
		return err
	}
	if i.State(q.Received) == "accepted" {
		return q.showPeople(refusal.Several{refusal.New(refusal.Conflict, "invitation.accepted", "email", i.Email)}, view.InviteForm{})
	}
	who := delegation.Participant(i.Participant)
	// Whoever has an account may hold what they were given before, and whoever manages a delegation can have written this letter.
	_, _, has, err := q.Server.Accounts.AddressOf(q.Context(), q.Slug, uint64(who))
	if err != nil {
		return err
	}
	var commands []any
	if err := q.Look(func(st *conversation.Reading) error {
		for _, r := range delegation.Roles() {
			//mutants:guard a letter that is taken back takes no office with it that it did not give
			if st.Roll.Roles(who).Has(r) && (!has || slices.Contains(i.Roles, r.String())) {
				commands = append(commands, delegation.Revoke{Participant: who, Role: r})
			}
		}
		for _, a := range st.Roll.Mandates().Held(who) {
			if !has || string(a.Party.Ref()) == i.Party {
				commands = append(commands, delegation.Unauthorise{Participant: who, Party: a.Party})
			}
		}
		for _, c := range commands { // all of it or nothing
			ask, err := q.Ask(c, "")
			if err == nil {
				err = st.Refused(ask)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		if rs := refusal.Of(err); len(rs) > 0 {
			return q.showPeople(rs, view.InviteForm{})
		}
		return err
	}
	var at cite.Position
	for _, c := range commands {
		answer, rs, err := q.DeskDo(url.Values{}, c, nil)
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			return q.showPeople(rs, view.InviteForm{})
		}
		at = answer.Last
	}
	if err := q.Server.Accounts.TakeBack(q.Context(), i.Number); err != nil {
		return err
	}
	return q.DeskSee("/people", at, "uninvited", "invitations")
}

// tookBack reports whether there is nothing to take back from whom a form speaks of: it was done before, and only the answer was lost.
func (q *request) tookBack(v url.Values) (nothing bool) {
	var who delegation.Participant
	if who.UnmarshalText([]byte(v.Get("participant"))) != nil {
		return false
	}
	_, known, err := q.Server.Accounts.InvitationOf(q.Context(), account.Number{Slug: q.Slug, Participant: uint64(who)})
	return err == nil && !known && q.Look(func(st *conversation.Reading) error {
		nothing = st.Roll.Roles(who) == 0 && len(st.Roll.Mandates().Held(who)) == 0
		return nil
	}) == nil && nothing
}

// forgetIdle forgets the invitation of somebody who has nothing left to come for.
func (q *request) forgetIdle(who delegation.Participant) error {
	n := account.Number{Slug: q.Slug, Participant: uint64(who)}
	if _, ok, err := q.Server.Accounts.InvitationOf(q.Context(), n); err != nil || !ok {
		return err
	}
	idle := false
	if err := q.Look(func(st *conversation.Reading) error {
		idle = st.Roll.Roles(who) == 0 && len(st.Roll.Mandates().Held(who)) == 0
		return nil
	}); err != nil || !idle {
		return err
	}
	return q.Server.Accounts.TakeBack(q.Context(), n)
}
