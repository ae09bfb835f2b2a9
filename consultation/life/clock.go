package life

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Extend moves a deadline to a later instant. It is announced with its reason; it never shortens. A call that was
// closed or withdrawn is open again.
type Extend struct {
	Call   cite.Ref
	Closes time.Time
	Reason string // at most input.MaxOutcome characters
}

// Check cleans the reason and holds it to its bounds.
func (c Extend) Check() (Extend, error) {
	var in input.Check
	in.Short("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Reason == "", "reason", "desk.reason")
	c.Closes = c.Closes.UTC()
	return c, in.Err()
}

// Open is the timekeeper's: it writes once that the instant of opening has come.
type Open struct{ Call cite.Ref }

// Check has nothing to hold it to.
func (c Open) Check() (Open, error) { return c, nil }

// Close is the timekeeper's: it writes once that the deadline has passed.
type Close struct{ Call cite.Ref }

// Check has nothing to hold it to.
func (c Close) Check() (Close, error) { return c, nil }

// DecideExtend decides.
func DecideExtend(b *consultation.State, act cite.Act, c Extend) (cite.Proposal, error) {
	k, ok := b.Call(c.Call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	if !c.Closes.After(k.Closes) || !c.Closes.After(act.At) || !c.Closes.After(k.Opens) {
		return cite.Proposal{}, refusal.In("closes", "call.extension")
	}
	return cite.Proposal{Body: Extended{Call: c.Call, Closes: c.Closes, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Apply moves the deadline; a call that had closed or was withdrawn is open again.
func (f *Extended) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) {
		k.Turn(at, consultation.Turn{Kind: consultation.TurnExtended, At: f.At, Was: k.Closes, Closes: f.Closes})
		k.Closes, k.Closed, k.Withdrawn = f.Closes, 0, 0
		k.Extended++
	})
}

// Due lists what the timekeeper must write at an instant, and the next instant at which it must look
// again (zero if there is none).
func Due(b *consultation.State, now time.Time) (open, shut []cite.Ref, next time.Time) {
	sooner := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, k := range b.Calls {
		if k.Opened == 0 && k.Withdrawn == 0 {
			if !now.Before(k.Opens) {
				open = append(open, k.Ref)
			} else {
				sooner(k.Opens)
			}
		}
		if k.Closed == 0 {
			if !now.Before(k.Closes) {
				shut = append(shut, k.Ref)
			} else {
				sooner(k.Closes)
			}
		}
	}
	return open, shut, next
}

// DecideOpen decides.
func DecideOpen(b *consultation.State, act cite.Act, c Open) (cite.Proposal, error) {
	k, ok := b.Call(c.Call)
	if !ok || k.Opened != 0 || k.Withdrawn != 0 || act.At.Before(k.Opens) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "call.opening")
	}
	return cite.Proposal{Body: Opened{Call: c.Call, At: act.At}}, nil
}

// Apply notes where it was written.
func (f *Opened) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) { k.Opened = at.Position })
}

// DecideClose decides.
func DecideClose(b *consultation.State, act cite.Act, c Close) (cite.Proposal, error) {
	k, ok := b.Call(c.Call)
	if !ok || k.Closed != 0 || act.At.Before(k.Closes) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "call.closing")
	}
	return cite.Proposal{Body: Closed{Call: c.Call, At: act.At}}, nil
}

// Apply notes where it was written.
func (f *Closed) Apply(b *consultation.State, at cite.Entry) error {
	return b.ChangeCall(f, f.Call, func(k *consultation.Call) { k.Closed = at.Position })
}
