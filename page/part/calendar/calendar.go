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

// Withdrawn is the state of a stage whose call was withdrawn. No officer sets it by hand.
const Withdrawn = "withdrawn"

// Follows reports whether a stage is in the state of the call or paper that it is about, and not in one that an officer
// set by hand.
func Follows(s settings.Stage) bool {
	return s.State == settings.Planned || s.State == settings.Open || s.State == settings.Closed
}

// Of is the calendar as it stands: a stage that is a call or a paper shows what the record holds of it, whatever
// was planned, unless an officer said by hand what became of it.
func Of(st *conversation.Reading) []settings.Stage {
	stages := linked(st)
	for i := range stages {
		s := &stages[i]
		if !Follows(*s) {
			continue
		}
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
	return stages
}

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
