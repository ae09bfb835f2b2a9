package erasure

import (
	"context"
	"errors"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	view "github.com/openplenary/plenary/page/registration"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
)

// discardRegistrations deletes what is kept of those who registered for sessions that are over for as long as was announced; the figures that were shown of them stay. Who
// registered in a demonstration is nobody, and its sessions lie in the past.
func (e *Eraser) discardRegistrations(ctx context.Context, now time.Time) (failed error) {
	for _, slug := range e.Sec.Conversations() {
		var due []roster.Terms
		if _, err := e.Sec.Read(ctx, slug, func(st *conversation.State) error {
			for _, o := range st.Registration.Offers() {
				t := roster.Terms{Slug: slug, Offer: o}
				if x, ok := st.Sessions.Session(o.Session); ok {
					t.Ends = x.Ends()
				}
				//mutants:guard what is kept of people is deleted when it was said, and not before
				if !st.Demonstration && !now.Before(o.Terms.Discarded(t.Ends)) {
					due = append(due, t)
				}
			}
			return nil
		}); err != nil {
			return errors.Join(failed, err)
		}
		for _, t := range due {
			failed = errors.Join(failed, e.discard(ctx, t, now))
		}
	}
	return failed
}

// discard does so for one session.
func (e *Eraser) discard(ctx context.Context, t roster.Terms, now time.Time) error {
	store := roster.New(e.DB)
	all, err := store.All(ctx, t.Slug, t.Session)
	if err != nil {
		return err
	}
	var figures []registration.Figure
	//mutants:guard of figures that are shown to nobody none is kept
	if t.Terms.Figures != registration.Nobody {
		if _, err := e.Sec.Read(ctx, t.Slug, func(st *conversation.State) error {
			reading := conversation.NewReading(st, conversation.Audience{}, now)
			defer reading.Close()
			if v, ok := view.New(reading, t.Session, locale.English); ok {
				figures = v.Counted(reading, all)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	files, _, err := store.Discard(ctx, t, figures, now)
	return e.gone(ctx)(files, err)
}
