package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// InvitationLife is how long the link in a letter of invitation works.
const InvitationLife = 14 * 24 * time.Hour

// Invitation is a letter that invites somebody to a conversation, and what became of it. It exists beside the
// reservation of the participant (Invite): taken up by whatever way of signing in, it is accepted.
type Invitation struct {
	Number
	Email   string
	Name    string // how whoever invited calls them, "" for none; shown by this name until they say another
	Lang    locale.Lang
	Word    string   // from whoever invited, "" for none; gone once it was accepted
	Roles   []string // the offices that it speaks of
	Party   string   // the reference of the party that they are to speak for, "" for none
	Inviter uint64   // the participant who invited
	Sent    time.Time
	// Opened is when the page behind the link was first asked for. A program that looks at mail may have done it.
	Opened   time.Time
	Accepted time.Time
}

// State is what became of the letter: "sent", "opened", "accepted", or "expired" where nobody came in time.
func (i *Invitation) State(now time.Time) string {
	switch {
	case !i.Accepted.IsZero():
		return "accepted"
	case !now.Before(i.Ends()):
		return "expired"
	case !i.Opened.IsZero():
		return "opened"
	}
	return "sent"
}

// InvitationLetter is what stands in a letter of invitation.
type InvitationLetter struct {
	Invitation
	Title string // of the conversation, in the language of the letter
	From  string // the name of whoever invites, "" where they gave none
	For   string // the name of the party, "" for none
	// Capacity is what they are in its delegation, "" for none in particular; May, what they may do there: "manage", "speak" or
	// "prepare".
	Capacity, May string
	Link          string // the page that accepts it
	Zone          string // of the conversation
	// Known says that the address has an account: then the link leads to signing in as always.
	Known bool
}

// Ends is when the link in the letter ends.
func (i *Invitation) Ends() time.Time { return i.Sent.Add(InvitationLife) }

// SendInvitation keeps a letter of invitation that is about to be sent, in the place of an earlier one to the same
// participant, and returns the token of its link. The link of the earlier one is dead. The only refusal is
// "address.invalid".
func (s *Store) SendInvitation(ctx context.Context, i Invitation, now time.Time) (token string, err error) {
	address, err := ParseAddress(i.Email)
	if err != nil {
		return "", err
	}
	if !i.Lang.Valid() {
		i.Lang = locale.English
	}
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	token = strings.ToLower(tokenText.EncodeToString(b[:]))
	_, err = s.db.ExecContext(ctx, `INSERT INTO account_invited(slug, participant, who, email, name, lang, word, roles, party, inviter, token, sent, opened, accepted)
		VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0)
		ON CONFLICT (slug, participant) DO UPDATE SET who = excluded.who, email = excluded.email, name = excluded.name, lang = excluded.lang, word = excluded.word,
		roles = excluded.roles, party = excluded.party, inviter = excluded.inviter, token = excluded.token, sent = excluded.sent, opened = 0, accepted = 0`,
		i.Slug, int64(i.Participant), identity(address), address, i.Name, string(i.Lang), i.Word, strings.Join(i.Roles, " "), i.Party, int64(i.Inviter),
		s.mac("invitation", token), private.Micro(now))
	return token, err
}

const invitedColumns = `slug, participant, email, name, lang, word, roles, party, inviter, sent, opened, accepted`

func scanInvitation(scan func(...any) error) (i Invitation, err error) {
	var participant, inviter, sent, opened, accepted int64
	var roles string
	err = scan(&i.Slug, &participant, &i.Email, &i.Name, &i.Lang, &i.Word, &roles, &i.Party, &inviter, &sent, &opened, &accepted)
	i.Participant, i.Inviter, i.Roles = uint64(participant), uint64(inviter), strings.Fields(roles)
	i.Sent, i.Opened, i.Accepted = private.Instant(sent), private.Instant(opened), private.Instant(accepted)
	return i, err
}

// Invitations lists the letters of invitation to a conversation, the newest first.
func (s *Store) Invitations(ctx context.Context, slug string) (out []Invitation, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+invitedColumns+` FROM account_invited WHERE slug = $1 ORDER BY sent DESC, participant`, slug)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		i, err := scanInvitation(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, rows.Err()
}

// InvitationOf is the letter of invitation to a participant; ok is false where there is none.
func (s *Store) InvitationOf(ctx context.Context, n Number) (i Invitation, ok bool, err error) {
	i, err = scanInvitation(s.db.QueryRowContext(ctx, `SELECT `+invitedColumns+` FROM account_invited WHERE slug = $1 AND participant = $2`, n.Slug, int64(n.Participant)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Invitation{}, false, nil
	}
	return i, err == nil, err
}

// InvitationBy is the letter of invitation whose link holds a token; ok is false where there is none, because it was taken
// back or another was sent since.
func (s *Store) InvitationBy(ctx context.Context, token string) (i Invitation, ok bool, err error) {
	return s.invitationBy(ctx, s.db.QueryRowContext, token)
}

func (s *Store) invitationBy(ctx context.Context, row func(context.Context, string, ...any) *sql.Row, token string) (i Invitation, ok bool, err error) {
	if len(token) > 100 {
		return Invitation{}, false, nil
	}
	i, err = scanInvitation(row(ctx, `SELECT `+invitedColumns+` FROM account_invited WHERE token = $1`, s.mac("invitation", token)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Invitation{}, false, nil
	}
	return i, err == nil, err
}

// NoteOpened keeps that the page behind the link of a letter was asked for, the first time.
func (s *Store) NoteOpened(ctx context.Context, n Number, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `UPDATE account_invited SET opened = $1 WHERE slug = $2 AND participant = $3 AND opened = 0`, private.Micro(now), n.Slug, int64(n.Participant))
	return err
}

// AcceptInvitation takes up an invitation by the link in its letter, once, and makes the account of its address, with the
// name that they are invited by. An address that has an account already is not signed in by it: whoever was sent such a
// letter on would hold another's account with all its offices. Then id is 0, and they sign in as always, which takes
// the invitation up.
//
// Refusals: "invitation.over" (taken back, or another letter was sent since), "invitation.expired", "invitation.used".
func (s *Store) AcceptInvitation(ctx context.Context, token string, now time.Time) (id ID, i Invitation, err error) {
	err = s.db.Within(ctx, func(tx *sql.Tx) error {
		var ok bool
		if i, ok, err = s.invitationBy(ctx, tx.QueryRowContext, token); err != nil {
			return err
		}
		switch {
		case !ok:
			return refusal.New(refusal.NotNow, "invitation.over")
		case i.State(now) == "accepted":
			return refusal.New(refusal.NotNow, "invitation.used")
		case i.State(now) == "expired":
			return refusal.New(refusal.NotNow, "invitation.expired")
		}
		var there int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM account WHERE who = $1`, identity(i.Email)).Scan(&there); err != nil {
			return err
		}
		//mutants:guard the link of an invitation signs nobody in to an account that is there already
		if there > 0 {
			return nil
		}
		if id, err = ensure(ctx, tx, i.Email, i.Lang, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE account SET name = $1 WHERE id = $2 AND name = ''`, i.Name, int64(id))
		return err
	})
	return id, i, err
}

// NameOf is the name that a participant of a conversation wants to be shown by, "" where none is known.
func (s *Store) NameOf(ctx context.Context, n Number) (name string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT a.name FROM account a JOIN account_participant p ON p.account = a.id WHERE p.slug = $1 AND p.participant = $2`, n.Slug, int64(n.Participant)).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// TakeUp takes up an invitation for its own address, whose owner is signed in already; ok is false where the account is
// another's.
func (s *Store) TakeUp(ctx context.Context, id ID, i Invitation, now time.Time) (ok bool, err error) {
	a, ok, err := s.Get(ctx, id)
	if err != nil || !ok || identity(a.Email) != identity(i.Email) {
		return false, err
	}
	return true, s.db.Within(ctx, func(tx *sql.Tx) error { return accepted(ctx, tx, id, identity(a.Email), now) })
}

// HasAccount reports whether an address has an account.
func (s *Store) HasAccount(ctx context.Context, email string) (ok bool, err error) {
	_, ok, err = s.LanguageOf(ctx, email)
	return ok, err
}

// accepted notes that the invitations to an address are taken up. The words of whoever invited have served.
func accepted(ctx context.Context, tx *sql.Tx, id ID, who string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_invited SET accepted = $1, word = '' WHERE who = $2 AND accepted = 0
		AND EXISTS (SELECT 1 FROM account_participant p WHERE p.account = $3 AND p.slug = account_invited.slug AND p.participant = account_invited.participant)`,
		private.Micro(now), who, int64(id))
	return err
}

// TakeBack forgets a letter of invitation: its link is dead. Where nobody took it up, nothing leads from the participant
// to a person any more. What was deleted is gone from the disk when it returns.
func (s *Store) TakeBack(ctx context.Context, n Number) error {
	err := s.db.Within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_invited WHERE slug = $1 AND participant = $2`, n.Slug, int64(n.Participant)); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `DELETE FROM account_invitation WHERE slug = $1 AND participant = $2`, n.Slug, int64(n.Participant))
		if err != nil {
			return err
		}
		if cut, err := r.RowsAffected(); err != nil || cut == 0 {
			return err
		}
		return forgotten(ctx, tx, n)
	})
	if err != nil {
		return err
	}
	return s.db.Scrub(ctx)
}
