package speaking

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/speakers"
)

// Reading reads the floors of sessions, which are everybody's, but for the notes to the chair. What it looks at is noted, and what may be read
// is said, by those who lend it.
type Reading struct {
	House   *House
	Now     time.Time
	Chairs  bool // the audience reads notes to the chair, and questions that wait
	As      []delegation.Participant
	Speak   func(delegation.Participant) []delegation.Party // for which somebody speaks now
	Note    func(rests ...cite.Ref)
	Grant   func(cite.Position)
	Expires func(time.Time)
	Stand   func([]delegation.Party) // notes until when the accreditation of parties stands
}

// Floor finds the floor of a session, by its reference or that of one of its items.
func (r Reading) Floor(x cite.Ref) *floor.Floor {
	r.Note(floor.AnyFloor, session.AnySession)
	return r.House.Floors.Floor(x)
}

// rests notes until when those who asked may have the floor.
func (r Reading) rests(x *floor.Floor) {
	seen := map[delegation.Party]bool{}
	var all []delegation.Party
	for _, q := range x.Requests {
		for _, ref := range []cite.Ref{q.Party, q.Through} {
			if p := Party(ref); q.Became == floor.Waits && p != 0 && !seen[p] {
				seen[p] = true
				all = append(all, p)
				for _, a := range r.House.Roll.Delegation(p) {
					r.Expires(a.Until)
				}
			}
		}
	}
	r.Stand(all)
}

// Drawn is the list of an item as it stands, and what it was drawn from.
func (r Reading) Drawn(of cite.Ref, item int, l locale.Lang) (speakers.Sheet, speakers.List) {
	x := r.Floor(of)
	r.rests(x)
	s := r.House.Sheet(of, item, r.Now, l)
	return s, s.Draw()
}

// Beside lists the requests of a kind that wait beside the lists, oldest first: points of order, rights of reply.
func (r Reading) Beside(of cite.Ref, kind string) (out []floor.Request) {
	x := r.Floor(of)
	r.rests(x)
	for _, q := range x.Requests {
		if q.Kind == kind && q.Became == floor.Waits && r.House.Eligible(q, r.Now) {
			out = append(out, q)
		}
	}
	return out
}

// Moment is where the sitting stands: what the speaker has left, and how many rights of reply wait.
func (r Reading) Moment(x *floor.Floor) speakers.Moment {
	m := speakers.Moment{Now: r.Now, Replies: len(r.Beside(x.Session, floor.Reply))}
	for _, t := range x.Speaking() {
		m.Remaining += max(Clock(t).Left(r.Now), 0)
	}
	return m
}

// Clock is the clock of a turn.
func Clock(t *floor.Turn) speakers.Clock {
	c := speakers.Clock{Limit: seconds(t.Seconds)}
	for _, s := range t.Spans {
		c.Spans = append(c.Spans, speakers.Span{From: s.From, To: s.To})
	}
	return c
}

// NoteOf is the entry of the note that came with a request, whose words may be shown then; 0 where there is none, or it is not the audience's.
func (r Reading) NoteOf(q floor.Request) cite.Position {
	//mutants:guard what is written to the chair is read by those who hold an office for the floor, and by nobody else
	if !r.Chairs {
		return 0
	}
	r.Grant(q.Note)
	return q.Note
}

// SaidOf is the entry that says as what somebody speaks in a turn, whose words may be shown then; 0 for none.
func (r Reading) SaidOf(t *floor.Turn) cite.Position {
	r.Grant(t.Said)
	return t.Said
}
