package script

import (
	"context"
	"strings"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
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
	if c.Reason, err = textOf(b, "reason", locale.Clean); err != nil {
		return err
	}
	if p := b.get("new-in"); p != "" {
		ref, err := r.ref(p)
		if err != nil {
			return err
		}
		c.New.Paper = ref.Root()
		if c.New.Name, err = textOf(b, "new", cleanTitle); err != nil {
			return err
		}
	}
	return r.ask(ctx, b, c)
}

// link adds passages to an answer: "link $a-definitions p1.x3".
func (r *Runner) link(ctx context.Context, b *block) error {
	refs, err := r.refsOf(b.words)
	if err != nil {
		return err
	}
	return r.ask(ctx, b, consultation.LinkPassage{Disposition: refs[0], Changes: refs[1:]})
}

// translate adds a reason in another language.
func (r *Runner) translate(ctx context.Context, b *block) error {
	d, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	reason, err := locale.Clean(b.get("reason"))
	if err != nil {
		return err
	}
	return r.ask(ctx, b, consultation.TranslateReason{Disposition: d, Language: locale.Lang(b.get("language")), Status: b.get("status"), Reason: reason})
}

// react is an author's word on an answer: "react $librarian.1".
func (r *Runner) react(ctx context.Context, b *block) error {
	part, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	text, err := locale.Clean(b.get("text"))
	if err != nil {
		return err
	}
	return r.ask(ctx, b, consultation.React{Part: part, Verdict: b.get("verdict"), Language: locale.Lang(b.get("language")), Text: text})
}
