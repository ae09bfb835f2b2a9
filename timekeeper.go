package plenary

import (
	"context"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// Tick writes what has become due in one conversation at an instant: calls that open, calls that
// close, reminders that an accreditation or a mandate will be over, each once. It returns the next instant at which something will be due, zero if there is none.
// A script passes its own clock as told; otherwise told is zero.
func (s *Secretariat) Tick(ctx context.Context, slug string, told time.Time) (time.Time, error) {
	now := told
	if now.IsZero() {
		now = s.now()
	}
	var opens, closes, remind []cite.Ref
	var mandates []delegation.Remind
	var next time.Time
	sooner := func(t time.Time) {
		if next.IsZero() || !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	if _, err := s.Read(ctx, slug, func(st *conversation.State) error {
		opens, closes, next = life.Due(st.Consultation, now)
		var reminds time.Time
		remind, reminds = st.Accredited.Due(now)
		sooner(reminds)
		mandates, reminds = st.Roll.Due(now)
		sooner(reminds)
		return nil
	}); err != nil {
		return next, err
	}
	ask := conversation.Ask{System: true, Received: s.now(), Told: told}
	var commands []any
	for _, r := range opens {
		commands = append(commands, life.Open{Call: r})
	}
	for _, r := range closes {
		commands = append(commands, life.Close{Call: r})
	}
	for _, r := range remind {
		commands = append(commands, accreditation.Remind{Party: r})
	}
	for _, c := range mandates {
		commands = append(commands, c)
	}
	for _, c := range commands {
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
