// Package calendar says in which state the stages of a conversation are, by what the record holds of what they are about.
package calendar

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
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
	// Told are how the public could read it before, the first first, where it reads otherwise now: by name, kind or day, or it was given up since.
	Told []settings.Told
	// Renamed: it was promised under another name, or as something else.
	Renamed bool
	// Named: what came of it is named, by what it is about or by a source that is not that of the promise.
	Named bool
	// Followed: it was planned, and its state is that of what the record holds of it: no officer said that it came about.
	Followed bool
	// Guessed: what it is about is the next of its kind, and nobody has said that this is what was promised.
	Guessed bool
	// Abandoned is how it was given up once, whatever was said of it since; nil where it never was.
	Abandoned *settings.Told
}

// Follows reports whether a stage is in the state of the call or paper that it is about, and not in one that an officer
// set by hand.
func Follows(s settings.Stage) bool {
	return s.State == settings.Planned || s.State == settings.Open || s.State == settings.Closed
}

// Of is the calendar as it stands: a stage that is a call or a paper shows what the record holds of it, whatever
// was planned, unless an officer said by hand what became of it.
func Of(st *conversation.Reading) []Stage {
	stages, guessed := linked(st)
	out := make([]Stage, len(stages))
	for i := range stages {
		by := stages[i].State
		if Follows(stages[i]) {
			follow(st, &stages[i])
		}
		out[i] = Stage{Stage: stages[i], Due: st.DueOf(stages[i].Number), Followed: by == settings.Planned && stages[i].State != by, Guessed: guessed[i]}
		out[i].date(st)
		out[i].promised(st)
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

// promised compares a stage with all that the public could read of it before. What was promised, and what was given up, is never gone by what is
// said of it later.
func (s *Stage) promised(st *conversation.Reading) {
	told, planned := st.ToldOf(s.Number), false
	names := !s.Guessed && fits(st, s.Stage)
	s.Named = names || s.Source != ""
	for i, t := range told {
		if t.State == settings.Planned {
			planned = true
			s.Renamed = s.Renamed || s.Stage.Renamed(t.Stage)
			//mutants:guard the source of a promise is no source of what came of it
			if t.Source == s.Source && !names {
				s.Named = false
			}
		}
		if t.GivenUp() {
			s.Abandoned = &told[i]
		}
		otherwise := s.Stage.Renamed(t.Stage) || (t.State == settings.Planned || t.GivenUp()) && t.From+t.To != "" && (t.From != s.From || t.To != s.To) || t.GivenUp() && !s.Stage.GivenUp()
		if n := len(s.Told); otherwise && (n == 0 || s.Told[n-1].Renamed(t.Stage) || s.Told[n-1].From != t.From || s.Told[n-1].To != t.To || t.GivenUp()) {
			s.Told = append(s.Told, t)
		}
	}
	s.Renamed = s.Renamed && planned
}

// fits reports whether a stage names a thing of its kind, which has come about where it is said to have.
func fits(st *conversation.Reading, s settings.Stage) bool {
	if s.Target == cite.None {
		return false
	}
	switch s.Kind {
	case "priorities":
		o, ok := st.Priorities.Order(s.Target)
		return ok && (o.Decided() != nil || s.State != settings.Issued)
	case "considerations":
		e, ok := st.Papers.Edition(s.Target)
		return ok && e.Kind == paper.Considerations
	case "paper":
		_, ok := st.Papers.Edition(s.Target)
		return ok
	case "call", "review":
		k, ok := st.Consultation.Call(s.Target)
		return ok && k.Withdrawn == 0
	}
	return true
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

// linked is the calendar with a target for each planned call, paper and order of themes that has none: the first of its kind that no stage is
// about and that bears its name. A call or a paper stands, in the order of the record, also where the calendar plans the next of its kind;
// then it is a guess, and no promise is kept by it. Considerations, a review and an order of themes are what an officer says, or what bears the name.
func linked(st *conversation.Reading) (stages []settings.Stage, guessed []bool) {
	stages, guessed = slices.Clone(st.Stages), make([]bool, len(st.Stages))
	taken := map[cite.Ref]bool{}
	for _, s := range stages {
		taken[s.Target] = true
	}
	waiting := things(st, taken)
	link := func(guess bool) {
		for i := range stages {
			s := &stages[i]
			if s.Target != cite.None || s.State != settings.Planned || guess && s.Kind != "call" && s.Kind != "paper" {
				continue
			}
			if n := slices.IndexFunc(waiting, func(x thing) bool { return x.kind == s.Kind && !taken[x.ref] && (guess || called(s.Title, x.name)) }); n >= 0 {
				s.Target, guessed[i] = waiting[n].ref, guess
				taken[s.Target] = true
			}
		}
	}
	link(false)
	link(true)
	return stages, guessed
}

// thing is something that a stage may be about, by its kind and its name.
type thing struct {
	kind string
	ref  cite.Ref
	name locale.Text
}

// things lists what stages may be about, those first that were not withdrawn.
func things(st *conversation.Reading, taken map[cite.Ref]bool) (out []thing) {
	calls := st.Consultation.Calls()
	slices.SortStableFunc(calls, func(a, b consultation.Call) int { // one that was withdrawn leaves its place to another
		return cmp.Compare(min(a.Withdrawn, 1), min(b.Withdrawn, 1))
	})
	for _, k := range calls {
		out = append(out, thing{"call", k.Ref, k.Title}, thing{"review", k.Ref, k.Title})
	}
	var editions []*paper.Edition
	for _, p := range st.Papers.All() {
		for n, e := range p.Editions {
			if e.Kind != paper.Summary && p.Revised(n+1) && !taken[p.Ref] {
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
		out = append(out, thing{kind, e.Ref, e.Title})
	}
	orders := slices.Clone(st.Priorities.Orders())
	slices.SortStableFunc(orders, func(a, b *priority.Order) int { return cmp.Compare(min(a.Withdrawn, 1), min(b.Withdrawn, 1)) })
	for _, o := range orders {
		out = append(out, thing{"priorities", o.Ref, o.Title})
	}
	return out
}

// called reports whether two names are the same in a language.
func called(a, b locale.Text) bool {
	for l, name := range a.In {
		if name = strings.TrimSpace(name); name != "" && strings.EqualFold(name, strings.TrimSpace(b.In[l])) {
			return true
		}
	}
	return false
}
