package script

import (
	"context"
	"errors"

	"github.com/openplenary/plenary/delegation"
)

// authorise lets a person speak for a party: "authorise @x for %fenland", in a capacity and until an instant where the block says.
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
	c := delegation.Authorise{Participant: who, Party: p, Capacity: delegation.Capacity(b.get("capacity"))}
	if v := b.get("until"); v != "" {
		if c.Until, err = r.instant(v); err != nil {
			return err
		}
	}
	return r.ask(ctx, b, c)
}

// align says how a member of a group stands on what was said for the group: "align $statement", with the party under "for".
func (r *Runner) align(ctx context.Context, b *block) error {
	ref, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	a, err := r.acting(b)
	if err != nil {
		return err
	}
	if !isAlias(b.get("for"), '%') {
		return errors.New("want a party (%alias) under \"for\"")
	}
	if a.For, err = r.party(b.get("for")); err != nil {
		return err
	}
	a.Command = delegation.Align{Contribution: ref, Stand: b.get("stand")}
	_, err = r.send(ctx, b, a)
	return err
}
