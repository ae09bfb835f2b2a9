package script

import (
	"context"
	"strings"

	"github.com/openplenary/plenary/consultation"
)

// answer answers a group of parts: "answer => $a-definitions".
func (r *Runner) answer(ctx context.Context, b *block) error {
	c := consultation.Answer{Outcome: b.get("outcome")}
	var err error
	if c.Parts, err = r.refsOf(strings.Fields(b.get("parts"))); err != nil {
		return err
	}
	if c.Changes, err = r.refsOf(strings.Fields(b.get("changes"))); err != nil {
		return err
	}
	if of := b.get("of"); of != "" {
		if c.Of, err = r.ref(of); err != nil {
			return err
		}
	}
	if d := b.get("revises"); d != "" {
		if c.Revises, err = r.ref(d); err != nil {
			return err
		}
	}
	if c.Reason, err = textOf(b, "reason"); err != nil {
		return err
	}
	if c.Heading, err = textOf(b, "heading"); err != nil {
		return err
	}
	if who := b.get("drafted"); who != "" {
		c.Drafted = string(r.Participant(who).Ref())
	}
	if p := b.get("new-in"); p != "" {
		ref, err := r.ref(p)
		if err != nil {
			return err
		}
		c.New.Paper = ref.Root()
		if c.New.Name, err = textOf(b, "new"); err != nil {
			return err
		}
	}
	return r.ask(ctx, b, c)
}
