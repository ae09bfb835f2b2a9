package erasure

import (
	"context"
	"errors"
	"time"

	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/registration/roster"
)

// Enclosed takes away what came with a request for accreditation: the contact and the letter. It is gone from the disk when it
// returns. What is not there is no error.
func (e *Eraser) Enclosed(ctx context.Context, slug string, request cite.Ref) error {
	kept, ok, err := aside.New(e.DB).Enclosed(ctx, slug, request)
	if err != nil || !ok {
		return err
	}
	if kept.File != "" {
		if err := e.Files.Erase(ctx, kept.File); err != nil {
			return err
		}
	}
	return aside.New(e.DB).Unenclose(ctx, slug, request)
}

// letters erases the letters that came with the requests of a participant, of all for 0.
func (e *Eraser) letters(ctx context.Context, slug string, by uint64) error {
	all, err := aside.New(e.DB).Enclosures(ctx, slug, by)
	for _, kept := range all {
		if kept.File != "" {
			err = errors.Join(err, e.Files.Erase(ctx, kept.File))
		}
	}
	return err
}

// abandoned is how long what comes with a request waits for the request.
const abandoned = 24 * time.Hour

// SweepEnclosed takes away what was to come with requests that never came, and notes of the other letters that they are cited, so
// that no sweep of files takes them. It says how many it took away.
func (e *Eraser) SweepEnclosed(ctx context.Context, now time.Time) (n int, err error) {
	answered, err := roster.New(e.DB).Files(ctx)
	if err != nil {
		return 0, err
	}
	for _, id := range answered { // of registrations
		if err := e.Files.Cited(ctx, id); err != nil {
			return 0, err
		}
	}
	if err := e.discardRegistrations(ctx, now); err != nil {
		return 0, err
	}
	for _, slug := range e.Sec.Conversations() {
		all, err := aside.New(e.DB).Enclosures(ctx, slug, 0)
		if err != nil || len(all) == 0 {
			if err != nil {
				return n, err
			}
			continue
		}
		there := map[cite.Ref]bool{}
		if _, err := e.Sec.Read(ctx, slug, func(st *conversation.State) error {
			for _, r := range st.Accredited.Requests("") {
				there[r.Party] = true
			}
			return nil
		}); err != nil {
			return n, err
		}
		for _, kept := range all {
			switch {
			case !there[kept.Request] && kept.Made.Before(now.Add(-abandoned)):
				n++
				err = e.Enclosed(ctx, slug, kept.Request)
			case there[kept.Request] && kept.File != "":
				err = e.Files.Cited(ctx, kept.File)
			}
			if err != nil {
				return n, err
			}
		}
	}
	return n, nil
}
