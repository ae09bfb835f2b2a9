package script

import (
	"context"
	"errors"

	"github.com/openplenary/plenary/delegation"
)

// authorise lets a person speak for a party: "authorise @x for %fenland".
func (r *Runner) authorise(ctx context.Context, b *block) error {
	if b.words[1] != "for" || !isAlias(b.words[2], '%') {
		return errors.New("want \"authorise @person for %party\"")
	}
	who, err := r.person(b.words[0])
	if err != nil {
		return err
	}
	p, err := r.party(b.words[2])
	if err != nil {
		return err
	}
	return r.ask(ctx, b, delegation.Authorise{Participant: who, Party: p})
}
