package plenary

import (
	"context"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/due"
	"github.com/openplenary/plenary/poll"
	"github.com/openplenary/plenary/refusal"
)

// Tick writes what has become due in one conversation at an instant: calls and ballots that open and
// close, reminders that an accreditation or a mandate will be over, each once. It returns the next instant at which something will be due, zero if there is none.
// A script passes its own clock as told; otherwise told is zero.
func (s *Secretariat) Tick(ctx context.Context, slug string, told time.Time) (time.Time, error) {
	now := told
	if now.IsZero() {
		now = s.now()
	}
	var commands []any
	var next time.Time
	if _, err := s.Read(ctx, slug, func(st *conversation.State) error {
		commands, next = due.House{Consultation: st.Consultation, Accredited: st.Accredited, Roll: st.Roll, Polls: st.Polls}.At(now)
		return nil
	}); err != nil {
		return next, err
	}
	ask := conversation.Ask{System: true, Received: s.now(), Told: told}
	for _, c := range commands {
		if count, ok := c.(poll.Count); ok {
			words, err := s.Words(ctx, slug, count.Entries())
			if err != nil {
				return next, err
			}
			count.Read(words)
		}
		ask.Command = c
		if _, err := s.Do(ctx, slug, ask); err != nil && !alreadyDone(err) {
			return next, err
		}
	}
	return next, nil
}

// alreadyDone: somebody else wrote it first.
func alreadyDone(err error) bool {
	for _, r := range refusal.Of(err) {
		if r.Kind == refusal.NotNow {
			return true
		}
	}
	return false
}

// wakeTimekeeper has the timekeeper look at once: a call was announced or moved.
func (s *Secretariat) wakeTimekeeper() {
	select {
	case s.timekeep <- struct{}{}:
	default:
	}
}

// KeepTime runs the timekeeper of every conversation until the context ends. It looks when something
// is due, when anything changed, and at least every half minute, because a machine's clock may step.
func (s *Secretariat) KeepTime(ctx context.Context) {
	for ctx.Err() == nil {
		wake := 30 * time.Second
		for _, slug := range s.Conversations() {
			next, err := s.Tick(ctx, slug, time.Time{})
			if err != nil && ctx.Err() == nil {
				s.slog.Warn("timekeeper", "conversation", slug, "err", err)
			}
			if !next.IsZero() {
				wake = min(wake, max(next.Sub(s.now()), 10*time.Millisecond))
			}
		}
		timer := time.NewTimer(wake)
		select {
		case <-timer.C:
		case <-s.timekeep:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}
