package script

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// redact blacks out a passage of a part: redact $c.1 "exact passage". The passage must stand there once.
// The key "bytes: 120-188" names a range instead. Of a contribution it blacks out what the key "masks" names:
// redact $c with "masks: 1.wording[3:7] name f1".
func (r *Runner) redact(ctx context.Context, b *block) error {
	part, err := r.ref(b.words[0])
	if err != nil {
		return err
	}
	if s, ok := b.lookup("masks"); ok {
		c := consultation.Redact{Part: part, Ground: b.get("ground")}
		for _, word := range strings.Fields(s) {
			m, ok := consultation.ParseMask(word)
			if !ok {
				return fmt.Errorf("%q is no mask", word)
			}
			c.Masks = append(c.Masks, m)
		}
		return r.ask(ctx, b, c)
	}
	span, ok := cite.ParseBytes(b.get("bytes"))
	switch {
	case ok == (len(b.words) == 2):
		return errors.New("want a passage in quotes, or \"bytes: 120-188\", or \"masks: name\"")
	case !ok:
		passage, err := locale.Clean(b.words[1])
		if err != nil {
			return err
		}
		text := r.texts[part]
		if n := strings.Count(text, passage); passage == "" || n != 1 {
			return fmt.Errorf("the passage stands %d times in %s", n, part)
		}
		span.From = strings.Index(text, passage)
		span.To = span.From + len(passage)
	}
	return r.ask(ctx, b, consultation.Redact{Part: part + cite.Ref(span.String()), Ground: b.get("ground")})
}

// newestRemoval is the entry that last proposed to redact or erase something of a contribution, 0 where none waits.
func (r *Runner) newestRemoval(ctx context.Context, b *block) (ref cite.Ref, at cite.Position, err error) {
	if ref, err = r.ref(b.words[0]); err != nil {
		return ref, 0, err
	}
	_, err = r.Sec.Read(ctx, r.Slug, func(st *conversation.State) error {
		for _, m := range st.Consultation.Removals(ref) {
			at = m.At
		}
		return nil
	})
	return ref, at, err
}

// confirm carries out what another proposed to redact or to erase of a contribution.
func (r *Runner) confirm(ctx context.Context, b *block) error {
	ref, at, err := r.newestRemoval(ctx, b)
	if err != nil {
		return err
	}
	return r.ask(ctx, b, consultation.ConfirmRemoval{Contribution: ref, Proposal: at})
}

// decline drops it.
func (r *Runner) decline(ctx context.Context, b *block) error {
	ref, at, err := r.newestRemoval(ctx, b)
	if err != nil {
		return err
	}
	return r.ask(ctx, b, removal.Decline{Contribution: ref, Proposal: at})
}

// requireTwo is "require-two yes" or "require-two no".
func (r *Runner) requireTwo(ctx context.Context, b *block) error {
	if b.words[0] != "yes" && b.words[0] != "no" {
		return errors.New("want \"require-two yes\" or \"require-two no\"")
	}
	return r.ask(ctx, b, removal.RequireTwo{Required: b.words[0] == "yes"})
}
