package erasure

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/registration/roster"
)

// DeleteConversation takes away a conversation that was discarded before it was opened: what stands beside its record,
// then the record. Nothing of it is on the disk when it returns. That it was discarded stands on the record until the
// end, so what was cut short is done at the next start.
func (e *Eraser) DeleteConversation(ctx context.Context, slug string) error {
	if discarded, err := e.Sec.Discarded(ctx); err != nil || !slices.Contains(discarded, slug) {
		return errors.Join(err, e.Sec.Delete(ctx, slug)) // which says why not
	}
	c, err := e.Sec.Cited(ctx, slug)
	if err != nil {
		return err
	}
	beside := func() error {
		prepared, err := e.pictures(ctx, slug)
		if err = errors.Join(err, e.unshared(ctx, prepared, slug)); err != nil {
			return err // the drafts stay: nothing else knows their pictures
		}
		return errors.Join(e.letters(ctx, slug, 0), e.gone(ctx)(roster.New(e.DB).ForgetAll(ctx, slug, e.Sec.Now())),
			e.Drafts.ForgetAll(ctx, slug), e.Letters.ForgetAll(ctx, slug), e.Accounts.ForgetAll(ctx, slug), aside.New(e.DB).ForgetAll(ctx, slug), e.DB.ForgetFollowers(ctx, slug))
	}
	if err := beside(); err != nil {
		return err
	}
	if err := errors.Join(e.unshared(ctx, slices.Collect(maps.Keys(c.Files)), slug), e.Sec.Delete(ctx, slug)); err != nil {
		return err
	}
	if e.Pages != nil {
		e.Pages(slug)
	}
	return beside() // what came in between
}

// pictures lists the pictures of the papers of a conversation that are prepared.
func (e *Eraser) pictures(ctx context.Context, slug string) (ids []string, err error) {
	drafts, err := e.Drafts.List(ctx, slug, draft.Paper, 0)
	for _, d := range drafts {
		kept, ok, err := e.Drafts.Get(ctx, slug, draft.Paper, d.Key)
		if err != nil {
			return nil, err
		}
		var p paper.Draft
		if ok && json.Unmarshal(kept.Body, &p) == nil {
			for _, x := range p.Pictures {
				ids = append(ids, x.File)
			}
		}
	}
	return ids, err
}

// deleteDiscarded does what was cut short.
func (e *Eraser) deleteDiscarded(ctx context.Context) error {
	slugs, err := e.Sec.Discarded(ctx)
	for _, slug := range slugs {
		err = errors.Join(err, e.DeleteConversation(ctx, slug))
	}
	return err
}
