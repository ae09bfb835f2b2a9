package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/session"
)

// Pace is how many times as fast as it was an hour is shown: it takes two minutes.
const Pace = 30

// Rest is how long the end of the hour is shown before it begins again.
const Rest = 6 * time.Second

// Replay is an hour of a sitting, ready to be shown.
type Replay struct {
	speaking.Hour
	Session cite.Ref

	steps []step
	beats []beat
}

// beat is an instant of the sitting from which on something else is shown: the floor as a step left it, or only a later minute.
type beat struct {
	at          time.Time
	step, first int // the step, and the beat with which it came
}

// step is how sessions and floors stood from an instant of the sitting on.
type step struct {
	at       time.Time
	sessions *session.State
	floors   *floor.State
}

// Moment is what is shown of a replay at an instant of those who watch.
type Moment struct {
	// Position grows with everything that is shown anew, also from one round to the next; Changed is that at which the floor changed. Neither is a position of
	// the record.
	Position, Changed cite.Position
	// At is the instant of the sitting that is shown, and Began when this round of it began for those who watch.
	At, Began time.Time
	// Next is when something else is shown.
	Next time.Time
	// Ended says that the hour is over, and begins again at Next.
	Ended bool

	step *step
}

// At is what is shown at an instant. It depends on nothing else: whoever watches sees what all see, and a server that starts again goes on where it was.
func (r *Replay) At(now time.Time) Moment {
	long := r.To.Sub(r.From) / Pace
	round := int64(long + Rest)
	n := now.UnixNano() / round
	m := Moment{Began: time.Unix(0, n*round).UTC()}
	before := cite.Position(n*int64(len(r.beats)+1)) + 1 // so many were shown in the rounds before
	into := now.Sub(m.Began)
	i := 0
	for i+1 < len(r.beats) && r.shown(i+1) <= into {
		i++
	}
	m.At, m.Next = r.From.Add(into*Pace), m.Began.Add(long)
	switch {
	case into >= long: // the end is shown by itself
		i = len(r.beats) - 1
		m.At, m.Next, m.Ended = r.To, m.Began.Add(long+Rest), true
		m.Position = before + cite.Position(i) + 1
		m.Changed = m.Position
	case i+1 < len(r.beats):
		m.Next = m.Began.Add(r.shown(i + 1))
		fallthrough
	default:
		m.Position, m.Changed = before+cite.Position(i), before+cite.Position(r.beats[i].first)
	}
	m.step = &r.steps[r.beats[i].step]
	return m
}

// shown is how long after the beginning of a round a beat is shown.
func (r *Replay) shown(i int) time.Duration { return r.beats[i].at.Sub(r.From) / Pace }

// beat lays the minutes of the sitting between the steps.
func (r *Replay) beat() {
	minute := r.From.Truncate(time.Minute).Add(time.Minute)
	for i, s := range r.steps {
		r.beats = append(r.beats, beat{at: s.at, step: i, first: len(r.beats)})
		first := len(r.beats) - 1
		for ; minute.Before(r.To) && (i+1 == len(r.steps) || minute.Before(r.steps[i+1].at)); minute = minute.Add(time.Minute) {
			r.beats = append(r.beats, beat{at: minute, step: i, first: first})
		}
	}
}

// Seen is when those who watch see an instant of the sitting.
func (r *Replay) Seen(m Moment, t time.Time) time.Time { return m.Began.Add(t.Sub(r.From) / Pace) }

// Reading is what everybody reads at a moment: sessions and floors as they stood then, all else as it is now.
func (m Moment) Reading(st *conversation.State, a conversation.Audience) *conversation.Reading {
	then := st.Snapshot()
	then.Sessions, then.Floors = m.step.sessions, m.step.floors
	return conversation.NewReading(then, a, m.At)
}

// kinds are the facts by which the floor of a session stands as it does.
var kinds = kindsOf(session.Planned{}, session.SittingPlanned{}, session.ItemPlanned{}, session.Invited{}, session.SittingOpened{}, session.SittingClosed{}, session.AgendaAdopted{},
	floor.RulesSet{}, floor.ListSet{}, floor.Requested{}, floor.Noted{}, floor.Left{}, floor.PlaceMoved{}, floor.Given{}, floor.Timed{}, floor.Ruled{}, floor.Consulted{},
	floor.Objected{}, floor.Concluded{}, floor.TurnEntered{}, floor.TurnDescribed{}, floor.HandsAsked{}, floor.HandShown{}, floor.HandsEnded{})

func kindsOf(facts ...cite.Fact) (out []string) {
	for _, f := range facts {
		out = append(out, f.Describe().Kind)
	}
	return out
}

// of folds the facts of sessions and floors, and keeps how they stood in the hour.
func of(ctx context.Context, sec *plenary.Secretariat, slug string, ref cite.Ref, h speaking.Hour) (*Replay, error) {
	r := &Replay{Hour: h, Session: ref, steps: []step{{at: h.From}}}
	state := conversation.NewState()
	begun, over := false, false
	keep := func(i int) {
		r.steps[i].sessions, r.steps[i].floors = state.Sessions.Snapshot(), state.Floors.Snapshot()
	}
	err := sec.RecordEntriesOf(ctx, slug, 1, kinds, func(e plenary.RecordEntry) error {
		if over {
			return nil
		}
		at, about := when(e)
		of := about == ref
		if of && !begun && at.After(h.From) {
			keep(0)
			begun = true
		}
		if over = of && !at.Before(h.To); over {
			return nil
		}
		state.Head = e.Position - 1 // the facts of other nouns are not folded
		if err := state.Apply(cite.Entry{Position: e.Position, Time: e.Time}, e.Fact); err != nil {
			return err
		}
		if of && begun {
			last := len(r.steps) - 1
			if at.After(r.steps[last].at) {
				r.steps = append(r.steps, step{at: at})
				last++
			}
			keep(last)
		}
		return nil
	})
	if !begun { // nothing happened: it is shown as it stood
		keep(0)
	}
	r.beat()
	return r, err
}

// when is the instant of a fact of the floor, and the session that it is about.
func when(e plenary.RecordEntry) (time.Time, cite.Ref) {
	var f struct {
		Session cite.Ref
		At      time.Time
	}
	_, body, _ := bytes.Cut(e.Data, []byte("\n"))
	_ = json.Unmarshal(body, &f) // it was decoded before
	return f.At, f.Session
}
