// Package calendar says in which state the stages of a conversation are, by what the record holds of what they are about.
package calendar

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
)

// The states of a stage that no officer sets by hand.
const (
	Withdrawn = "withdrawn" // its call or its order of themes was withdrawn
	Late      = "late"      // the day for which it was first promised has passed, and it has not come about
)

// States lists the states in which a stage may be shown.
var States = append(slices.Clone(settings.StageStates), Withdrawn, Late)

// Stage is a step of the calendar as it stands.
type Stage struct {
	settings.Stage
	Due  string // the day for which it was first promised, "" for none
	Days int    // how many days it came after that, or is late now; 0 where it is in time
}

// Follows reports whether a stage is in the state of the call or paper that it is about, and not in one that an officer
// set by hand.
func Follows(s settings.Stage) bool {
	return s.State == settings.Planned || s.State == settings.Open || s.State == settings.Closed
}

// Of is the calendar as it stands: a stage that is a call or a paper shows what the record holds of it, whatever
// was planned, unless an officer said by hand what became of it.
func Of(st *conversation.Reading) []Stage {
	stages := linked(st)
	out := make([]Stage, len(stages))
	for i := range stages {
		if Follows(stages[i]) {
			follow(st, &stages[i])
		}
		out[i] = Stage{Stage: stages[i], Due: st.DueOf(stages[i].Number)}
		out[i].date(st)
	}
	return out
}

// follow puts a stage in the state of what it is about.
func follow(st *conversation.Reading, s *settings.Stage) {
	if k, ok := st.Consultation.Call(s.Target); ok {
		switch {
		case k.OpenAt(st.Now):
			s.State = settings.Open
		case k.Withdrawn != 0:
			s.State = Withdrawn
		case !st.Now.Before(k.Closes):
			s.State = settings.Closed
		}
		s.From = frame.InZone(k.Opens, k.Zone).Format(time.DateOnly)
		s.To = frame.InZone(k.Closes.Add(-time.Nanosecond), k.Zone).Format(time.DateOnly) // a deadline at midnight is the day before
		s.From = min(s.From, s.To)                                                        // of one that was withdrawn before it opened
	} else if o, ok := st.Priorities.Order(s.Target); ok {
		ordered(st, o, s)
	} else if x, ok := st.Sessions.Session(s.Target); ok {
		met(x, s)
	} else if e, ok := st.Papers.Edition(s.Target); ok && s.Target.EditionNumber() > 0 {
		s.State, s.From, s.To = settings.Issued, e.Date, ""
	}
}

// date compares a stage with the day for which it was first promised: one that has not come about when that day has passed, where the
// conversation is, is late, and one that came about after it says how much later. A later date that was set since changes neither.
func (s *Stage) date(st *conversation.Reading) {
	due, err := time.ParseInLocation(time.DateOnly, s.Due, frame.InZone(st.Now, st.Zone).Location())
	if s.Due == "" || err != nil {
		return
	}
	switch s.State {
	case settings.Planned:
		now := st.Now
		if st.Life == settings.Archived { // nothing comes about any more
			now = st.Turned
		}
		today := midnight(frame.InZone(now, st.Zone))
		if s.Days = days(due, today); s.Days > 0 {
			s.State = Late
		}
		if st.Life != settings.Archived {
			st.Turns(midnight(due.AddDate(0, 0, max(s.Days, 0)+1)))
		}
		s.Days = max(s.Days, 0)
	case settings.Open, settings.Closed, settings.Held, settings.Issued:
		if came, err := time.ParseInLocation(time.DateOnly, cmp.Or(s.From, s.To), due.Location()); err == nil {
			s.Days = max(days(due, came), 0)
		}
	}
}

// Standing says in words how a stage stands: its state, and where it is late or came late, by how many days.
func Standing(f *frame.Frame, state string, days int) string {
	switch {
	case state == Late:
		return f.T("stage.late_by", "n", days)
	case days > 0:
		return f.T("stage.came_late", "state", f.T("stage."+state), "days", f.T("stage.days", "n", days))
	}
	return f.T("stage." + state)
}

// midnight is the beginning of a day.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// days is how many days one day is after another: days are not all as long as others.
func days(from, to time.Time) int { return int(to.Sub(from).Round(24*time.Hour) / (24 * time.Hour)) }

// ordered puts a stage in the state of the order of themes that it is about: open from the proposal until comments are over,
// published once it is decided.
func ordered(st *conversation.Reading, o *priority.Order, s *settings.Stage) {
	switch {
	case o.Withdrawn != 0:
		s.State = Withdrawn
	case o.Decided() != nil:
		s.State, s.From, s.To = settings.Issued, frame.InZone(o.Decided().At, st.Zone).Format(time.DateOnly), ""
	case o.Proposal != nil:
		s.State, s.From, s.To = settings.Closed, frame.InZone(o.Proposal.At, st.Zone).Format(time.DateOnly), ""
		if k, ok := st.Consultation.Call(o.Call); ok {
			if s.To = max(s.From, frame.InZone(k.Closes.Add(-time.Nanosecond), k.Zone).Format(time.DateOnly)); k.Withdrawn == 0 && st.Now.Before(k.Closes) {
				s.State = settings.Open
			}
		}
	}
}

// met puts a stage in the state of the session that it is about: open from its first sitting until its last.
func met(x *session.Session, s *settings.Stage) {
	switch x.State() {
	case session.Off:
		s.State = Withdrawn
	case session.Sits, session.Between:
		s.State = settings.Open
	case session.Over:
		s.State = settings.Closed
	}
	if first := x.Begins(); !first.IsZero() {
		s.From = frame.InZone(first, x.Plan.Zone).Format(time.DateOnly)
		s.To = frame.InZone(x.Ends().Add(-time.Nanosecond), x.Plan.Zone).Format(time.DateOnly)
	}
}

// linked is the calendar with a target for each planned call, paper and order of themes that has none and has come: what no stage is
// about stands, in the order of the record, where the calendar plans the next of its kind.
func linked(st *conversation.Reading) []settings.Stage {
	stages := slices.Clone(st.Stages)
	taken := map[cite.Ref]bool{}
	for _, s := range stages {
		taken[s.Target] = true
	}
	waiting := map[string][]cite.Ref{}
	calls := st.Consultation.Calls()
	slices.SortStableFunc(calls, func(a, b consultation.Call) int { // one that was withdrawn leaves its place to another
		return cmp.Compare(min(a.Withdrawn, 1), min(b.Withdrawn, 1))
	})
	for _, k := range calls {
		if !taken[k.Ref] {
			waiting["call"] = append(waiting["call"], k.Ref)
		}
	}
	var editions []*paper.Edition
	for _, p := range st.Papers.All() {
		for n, e := range p.Editions {
			if e.Kind != paper.Summary && p.Revised(n+1) && !taken[e.Ref] && !taken[p.Ref] {
				editions = append(editions, e)
			}
		}
	}
	slices.SortFunc(editions, func(a, b *paper.Edition) int { return cmp.Compare(a.At, b.At) })
	for _, e := range editions {
		kind := "paper"
		if e.Kind == paper.Considerations {
			kind = "considerations"
		}
		waiting[kind] = append(waiting[kind], e.Ref)
	}
	orders := slices.Clone(st.Priorities.Orders())
	slices.SortStableFunc(orders, func(a, b *priority.Order) int { return cmp.Compare(min(a.Withdrawn, 1), min(b.Withdrawn, 1)) })
	for _, o := range orders {
		if !taken[o.Ref] {
			waiting["priorities"] = append(waiting["priorities"], o.Ref)
		}
	}
	for i := range stages {
		s := &stages[i]
		if next := waiting[s.Kind]; s.Target == cite.None && s.State == settings.Planned && len(next) > 0 {
			s.Target, waiting[s.Kind] = next[0], next[1:]
		}
	}
	return stages
}
