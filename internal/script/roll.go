package script

import (
	"context"
	"errors"
	"fmt"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// grant gives a person a role: "grant @x moderator".
func (r *Runner) grant(ctx context.Context, b *block) error {
	who, role, err := r.personAndRole(b)
	if err != nil {
		return err
	}
	return r.ask(ctx, b, delegation.Grant{Participant: who, Role: role})
}

// revoke takes a role from a person.
func (r *Runner) revoke(ctx context.Context, b *block) error {
	who, role, err := r.personAndRole(b)
	if err != nil {
		return err
	}
	return r.ask(ctx, b, delegation.Revoke{Participant: who, Role: role})
}

func (r *Runner) personAndRole(b *block) (delegation.Participant, delegation.Role, error) {
	role, ok := delegation.ParseRole(b.words[1])
	if !ok {
		return 0, 0, fmt.Errorf("no such role: %s", b.words[1])
	}
	who, err := r.person(b.words[0])
	return who, role, err
}

// enter puts a party on the roll: "enter %fenland".
func (r *Runner) enter(ctx context.Context, b *block) error {
	if !isAlias(b.words[0], '%') {
		return errors.New("want a party (%alias)")
	}
	p, err := r.party(b.words[0])
	if err != nil {
		return err
	}
	name, err := locale.CleanLine(b.get("name"), consultation.MaxName)
	if err != nil {
		return err
	}
	return r.ask(ctx, b, delegation.EnterParty{Party: p, Category: b.get("category"), Country: b.get("country"), Name: name})
}

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
