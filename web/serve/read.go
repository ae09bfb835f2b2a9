package serve

import (
	"context"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
)

// Look reads the conversation as the reader may see it. What was granted there is what Fill may show.
func (q *Request) Look(f func(*conversation.Reading) error) error {
	_, err := q.LookAt(f)
	return err
}

// LookAt is Look, with the position that was read.
func (q *Request) LookAt(f func(*conversation.Reading) error) (at cite.Position, err error) {
	at, err = q.Server.LookIn(q.Context(), q.Slug, q.Audience(), q.Received, func(r *conversation.Reading) error {
		q.Reading = r
		return f(r)
	})
	q.looked = at
	return at, err
}

// LookIn lends a conversation to an audience at an instant. It returns when all that was looked at is durable, with
// the position that was read; whatever else is on its way to the disk is not waited for.
func (s *Server) LookIn(ctx context.Context, slug string, a conversation.Audience, now time.Time, f func(*conversation.Reading) error) (cite.Position, error) {
	var r *conversation.Reading
	seen, err := s.Sec.Peek(ctx, slug, func(st *conversation.State) error {
		if st.Head == 0 { // its first entry is still being written
			return NotFound()
		}
		//mutants:guard a conversation that is prepared is not there for those who have no part in it
		if !st.MayEnter(a) {
			return NotFound()
		}
		r = conversation.NewReading(st, a, now)
		defer r.Close()
		return f(r)
	})
	if r == nil {
		return 0, err
	}
	if since := r.Since(); since > seen.Durable {
		seen.Position = since
		if werr := s.Sec.Durably(ctx, slug, seen); werr != nil {
			return 0, werr
		}
		return since, err
	}
	return seen.Durable, err
}

// Read builds a view of what the reader may see, and answers with it as Page does.
func (q *Request) Read(build func(*conversation.Reading) (frame.View, error)) error {
	return q.Page(func() (v frame.View, err error) {
		err = q.Look(func(r *conversation.Reading) (err error) {
			v, err = build(r)
			return err
		})
		return v, err
	})
}
