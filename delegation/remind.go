package delegation

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// RemindBefore is how long before the end of a mandate those are told who hold it and who can renew it: two weeks leave time for a letter
// from a capital. Of a mandate that is shorter than twice that it is half of it.
const RemindBefore = 14 * 24 * time.Hour

// RenewYears is for how much longer a mandate is given when it is renewed in one press: delegations are named for a year, and what is
// meant to be otherwise is written with its day.
const RenewYears = 1

// remindAt is when an end is told of that was given at an instant; zero for no end.
func remindAt(from, until time.Time) time.Time {
	if until.IsZero() {
		return time.Time{}
	}
	return until.Add(-max(0, min(RemindBefore, until.Sub(from)/2)))
}

// Soon reports whether a mandate is in force and ends so soon that it is told of.
func (a Authority) Soon(at time.Time) bool {
	return !a.Until.IsZero() && a.InForce(at) && (a.Told > 0 || !at.Before(a.Remind))
}

// Renewers lists those in the delegation who can renew a mandate at an instant: who manages it, and is another. The head's is renewed by the
// secretariat.
func (r *Roll) Renewers(a Authority, at time.Time) (out []Participant) {
	if a.Capacity == Head {
		return nil
	}
	for _, b := range r.Delegation(a.Party) {
		if b.Participant != a.Participant && b.Capacity.Manages() && b.InForce(at) {
			out = append(out, b.Participant)
		}
	}
	return out
}

// Ending lists the mandates of which it was told that they end, while they are in force, those that end first first.
func (r *Roll) Ending(at time.Time) (out []Authority) {
	for _, all := range r.speaks {
		for _, a := range all {
			if a.Told > 0 && a.InForce(at) {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b Authority) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Party, b.Party), cmp.Compare(a.Participant, b.Participant))
	})
	return out
}

// Due lists the mandates whose end is to be told of at an instant, and the next instant at which one will be; zero where none will.
func (r *Roll) Due(now time.Time) (due []Remind, next time.Time) {
	for _, all := range r.speaks {
		for _, a := range all {
			switch {
			case a.Remind.IsZero() || !a.InForce(now):
			case !a.Remind.After(now):
				due = append(due, Remind{Party: a.Party, Participant: a.Participant})
			case next.IsZero() || a.Remind.Before(next):
				next = a.Remind
			}
		}
	}
	slices.SortFunc(due, func(a, b Remind) int {
		return cmp.Or(cmp.Compare(a.Party, b.Party), cmp.Compare(a.Participant, b.Participant))
	})
	return due, next
}

// Reminders lists when ends of mandates are to be told of.
func (r *Roll) Reminders() (out []time.Time) {
	for _, all := range r.speaks {
		for _, a := range all {
			if !a.Remind.IsZero() {
				out = append(out, a.Remind)
			}
		}
	}
	return out
}

// Remind has those told that a mandate ends soon who hold it and who can renew it.
type Remind struct {
	Party       Party
	Participant Participant // whose mandate it is
}

// Check has nothing to hold it to.
func (c Remind) Check() (Remind, error) { return c, nil }

// Remind decides: once for an end, not too early, and not when it has come.
func (r *Roll) Remind(act cite.Act, c Remind) (cite.Proposal, error) {
	a, ok := r.Holds(c.Participant, c.Party)
	if !ok || a.Remind.IsZero() || a.Remind.After(act.At) || !a.InForce(act.At) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "delegation.remind")
	}
	return cite.Proposal{Body: Reminded{Party: c.Party, Participant: c.Participant, Until: a.Until, At: act.At}}, nil
}

// Reminded: a mandate ends soon, and those are told who hold it and who can renew it.
type Reminded struct {
	Party       Party       `json:"party"`
	Participant Participant `json:"participant"` // whose mandate it is
	Until       time.Time   `json:"until"`
	At          time.Time   `json:"at"`
}

// Describe: until when somebody may speak for whom is public, by number.
func (f Reminded) Describe() cite.Description {
	return cite.Description{Kind: "delegation.reminded/1", Touches: []cite.Ref{f.Participant.Ref(), f.Party.Ref()}, About: cite.Public}
}

// Apply notes that it was told of.
func (f *Reminded) Apply(r *Roll, at cite.Entry) error {
	if a, ok := r.Holds(f.Participant, f.Party); ok && a.Until.Equal(f.Until) {
		a.Remind, a.Told, a.ToldAt = time.Time{}, at.Position, f.At
		r.put(a)
	}
	return nil
}
