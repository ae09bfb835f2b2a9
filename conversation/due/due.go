// Package due says what the clock has to ask for in a conversation: calls and ballots that open and close, reminders that something will be
// over.
package due

import (
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/poll"
)

// House is what is looked at.
type House struct {
	Consultation *consultation.State
	Accredited   *accreditation.State
	Roll         *delegation.Roll
	Polls        *poll.State
}

// At lists what is due at an instant, each to be asked for once, and the next instant at which something will be, zero if there is none. Of a
// ballot that is to be counted the entries are named whose words have to be read.
func (h House) At(now time.Time) (commands []any, next time.Time) {
	sooner := func(t time.Time) {
		if next.IsZero() || !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	opens, closes, at := life.Due(h.Consultation, now)
	sooner(at)
	for _, r := range opens {
		commands = append(commands, life.Open{Call: r})
	}
	for _, r := range closes {
		commands = append(commands, life.Close{Call: r})
	}
	remind, at := h.Accredited.Due(now)
	sooner(at)
	for _, r := range remind {
		commands = append(commands, accreditation.Remind{Party: r})
	}
	mandates, at := h.Roll.Due(now)
	sooner(at)
	for _, c := range mandates {
		commands = append(commands, c)
	}
	opens, closes, at = h.Polls.Due(now)
	sooner(at)
	for _, r := range opens {
		commands = append(commands, poll.Freeze{Poll: r})
	}
	for _, r := range closes {
		p, _ := h.Polls.Poll(r)
		c := poll.Count{Poll: r, Seen: p.Last, Said: map[cite.Position]string{}}
		for _, cast := range h.Polls.CastAt(r) {
			c.Said[cast] = ""
		}
		commands = append(commands, c)
	}
	return commands, next
}
