package erasure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration/roster"
)

// DeleteAccount deletes an account at its owner's wish: its sessions, address and name, the numbers that lead
// from it to the records, what was begun and not sent, what came with requests for accreditation, registrations for sessions with
// their seats, and letters that wait. What was said stands on the
// record as it is; nothing leads from it to a person any more, and mandates that nobody can use any more are ended. Ballots that are not counted are taken back
// before: where a record does not take that just now, the account stays. Everything is gone from the disk when it
// returns. A deletion that was cut short may be asked for again as long as the account is there; an unknown
// account is no error.
func (e *Eraser) DeleteAccount(ctx context.Context, id account.ID) error {
	return e.deleteAccount(ctx, id, true)
}

// deleteAccount deletes an account; first says that it stays where its ballots cannot be taken back before.
func (e *Eraser) deleteAccount(ctx context.Context, id account.ID, first bool) error {
	p, ok, err := e.Accounts.Person(ctx, id)
	if err != nil || !ok {
		return err
	}
	if err := e.Accounts.EndAll(ctx, id); err != nil { // nobody goes on writing meanwhile
		return err
	}
	rest := func() error {
		for _, n := range p.Numbers {
			if err := e.attached(ctx, n.Slug, n.Participant); err != nil {
				return err
			}
			if err := e.Drafts.Forget(ctx, n.Slug, n.Participant); err != nil {
				return err
			}
			if err := e.letters(ctx, n.Slug, n.Participant); err != nil {
				return err
			}
			if err := aside.New(e.DB).Forget(ctx, n.Slug, n.Participant); err != nil {
				return err
			}
			if err := e.gone(ctx)(roster.New(e.DB).Forget(ctx, n.Slug, n.Participant, e.Sec.Now())); err != nil {
				return err
			}
		}
		if err := e.gone(ctx)(roster.New(e.DB).ForgetAddresses(ctx, e.Sec.Now(), p.Addresses...)); err != nil {
			return err
		}
		return e.Letters.Forget(ctx, p.Addresses...)
	}
	if err := rest(); err != nil {
		return err
	}
	for _, n := range p.Numbers {
		//mutants:guard while a ballot stands that nothing leads to any more, nobody votes a second time with another account
		if err := e.ballots(ctx, n); err != nil && first {
			return fmt.Errorf("%s: %w", n.Slug, err)
		}
	}
	if err := e.Accounts.Delete(ctx, id); err != nil {
		return err
	}
	// The account is gone: there is nothing to ask for again.
	for _, n := range p.Numbers {
		if err := e.ballots(ctx, n); err != nil {
			e.log().Error("ballots of a deleted account could not be taken back", "conversation", n.Slug, "err", err)
		}
		if err := e.mandates(ctx, n); err != nil { // not before: whoever is gone gets no letter that tells of it
			e.log().Error("the mandates of a deleted account could not be ended", "conversation", n.Slug, "err", err)
		}
	}
	return rest() // what came in between
}

// takesNone is nil for a refusal that stands: there is no such conversation, or it takes no such act. What could not be done just now stays an error.
func takesNone(err error) error {
	no := refusal.Of(err)
	if len(no) > 0 && !slices.ContainsFunc(no, func(r *refusal.Refusal) bool { return r.Kind == refusal.TryAgain }) {
		return nil
	}
	return err
}

// attached erases the files of the contributions that a participant has begun. It comes before these are deleted: nothing else
// knows the files, and what was cut short is done again.
func (e *Eraser) attached(ctx context.Context, slug string, owner uint64) error {
	if owner == 0 { // nobody
		return nil
	}
	drafts, err := e.Drafts.List(ctx, slug, draft.Contribution, owner)
	if err != nil {
		return err
	}
	var all []string
	for _, d := range drafts {
		ids, err := intake.FilesOf(ctx, e.Drafts, slug, d.Key)
		if err != nil {
			return err
		}
		all = append(all, ids...)
	}
	return e.files(ctx, all)
}

// gone erases the files of what was taken away.
func (e *Eraser) gone(ctx context.Context) func([]string, error) error {
	return func(ids []string, err error) error {
		for _, id := range ids {
			err = errors.Join(err, e.Files.Erase(ctx, id))
		}
		return err
	}
}

// ballots takes back what a number cast for itself in indicative ballots that are not counted yet: what they say goes. That of a delegation is
// the delegation's.
func (e *Eraser) ballots(ctx context.Context, n account.Number) error {
	who := delegation.Participant(n.Participant)
	var cast []cite.Ref
	_, err := e.Sec.Read(ctx, n.Slug, func(st *conversation.State) error {
		for _, p := range st.Polls.Polls() {
			if _, ok := st.Polls.Vote(p.Ref, string(who.Ref())); ok && p.Closed == 0 && p.Dropped == 0 {
				cast = append(cast, p.Ref)
			}
		}
		return nil
	})
	err = takesNone(err) // a conversation that is not there
	for _, ref := range cast {
		_, no := e.Sec.Do(ctx, n.Slug, conversation.Ask{By: who, Assurance: consultation.EmailProven, Received: e.Sec.Now(), Command: poll.Return{Poll: ref}})
		err = errors.Join(err, takesNone(no))
	}
	return err
}

// mandates ends the mandates of a number that leads to nobody any more: whoever counts who manages a delegation, or waits for its head, does not
// count on them. Offices stay as they are. Where the conversation takes no such act, they stay as well.
func (e *Eraser) mandates(ctx context.Context, n account.Number) error {
	who := delegation.Participant(n.Participant)
	var held []delegation.Authority
	_, err := e.Sec.Read(ctx, n.Slug, func(st *conversation.State) error {
		held = slices.Clone(st.Roll.Held(who))
		return nil
	})
	err = takesNone(err) // a conversation that is not there
	for _, a := range held {
		_, no := e.Sec.Do(ctx, n.Slug, conversation.Ask{System: true, Received: e.Sec.Now(), Command: delegation.Unauthorise{Participant: who, Party: a.Party}})
		err = errors.Join(err, takesNone(no))
	}
	return err
}

// Again ends again what was ended beside the records after a backup was made, as the list tells that is kept apart from it:
// accounts that were deleted, with all that is kept of them, used codes and whatever else opened a door. n is how much that was.
func (e *Eraser) Again(ctx context.Context, ended map[string]time.Time) (n int, err error) {
	accounts, n, err := e.Accounts.Again(ctx, ended)
	for _, id := range accounts {
		err = errors.Join(err, e.deleteAccount(ctx, id, false)) // it was deleted once: a record that takes nothing does not keep the house shut
	}
	err = errors.Join(err, e.addressed(ctx, e.Accounts.Ended(ended), &n))
	return n + len(accounts), err
}

// addressed takes away what others keep under the addresses of accounts that were deleted, also where the account had not begun when the backup was made.
func (e *Eraser) addressed(ctx context.Context, ended func(string, time.Time) bool, n *int) error {
	registered, files, err := roster.New(e.DB).ForgetEnded(ctx, e.Sec.Now(), ended)
	err = e.gone(ctx)(files, err)
	letters, failed := e.Letters.ForgetEnded(ctx, ended)
	if *n += registered + letters; registered > 0 {
		failed = errors.Join(failed, e.DB.Scrub(ctx))
	}
	return errors.Join(err, failed)
}
