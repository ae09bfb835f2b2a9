package erasure

import (
	"context"

	"github.com/openplenary/plenary/account"
)

// DeleteAccount deletes an account at its owner's wish: its sessions, address and name, the numbers that lead
// from it to the records, what was begun and not sent, and letters that wait. What was said stands on the
// record as it is; nothing leads from it to a person any more. Everything is gone from the disk when it
// returns. A deletion that was cut short may be asked for again as long as the account is there; an unknown
// account is no error.
func (e *Eraser) DeleteAccount(ctx context.Context, id account.ID) error {
	p, ok, err := e.Accounts.Person(ctx, id)
	if err != nil || !ok {
		return err
	}
	if err := e.Accounts.EndAll(ctx, id); err != nil { // nobody goes on writing meanwhile
		return err
	}
	rest := func() error {
		for _, n := range p.Numbers {
			if err := e.Drafts.Forget(ctx, n.Slug, n.Participant); err != nil {
				return err
			}
		}
		return e.Letters.Forget(ctx, p.Addresses...)
	}
	if err := rest(); err != nil {
		return err
	}
	if err := e.Accounts.Delete(ctx, id); err != nil {
		return err
	}
	return rest() // what came in between
}
