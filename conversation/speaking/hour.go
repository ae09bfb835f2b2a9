package speaking

import (
	"time"

	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/session"
)

// Hour is a part of a sitting that was held, which can be watched again.
type Hour struct {
	Sitting  int       // its number in the session
	From, To time.Time // an hour at most, and never beyond the sitting
}

// HourOf is the first hour of a session in which the chair gave the floor here: it begins a minute before the first turn of the first sitting that has one
// and is closed, and ends two minutes after the last that ended within an hour. ok is false where there is none: what was entered afterwards from paper was
// never on a floor that could be watched.
func HourOf(x *session.Session, k *floor.Floor) (h Hour, ok bool) {
	for _, t := range k.InTime() {
		s, there := x.Sitting(t.Sitting)
		if !there || !t.Entered.IsZero() || s.Closed.IsZero() {
			continue
		}
		h = Hour{Sitting: t.Sitting, From: t.Began().Truncate(time.Minute).Add(-time.Minute)}
		if h.From.Before(s.Opened) {
			h.From = s.Opened
		}
		h.To = h.From.Add(time.Hour)
		if last := lastEnd(k, h).Add(2 * time.Minute); last.Before(h.To) {
			h.To = last
		}
		if h.To.After(s.Closed) {
			h.To = s.Closed
		}
		return h, h.To.After(h.From)
	}
	return Hour{}, false
}

// lastEnd is when the last turn of a sitting ended that ended by an instant; or that instant, where one went on then.
func lastEnd(k *floor.Floor, h Hour) (last time.Time) {
	for _, t := range k.InTime() {
		if t.Sitting != h.Sitting || !t.Entered.IsZero() || !t.Began().Before(h.To) {
			continue
		}
		if last = t.Ended; last.After(h.To) {
			return h.To
		}
	}
	return last
}
