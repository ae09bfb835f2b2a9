package speakers

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Place is one place on the list of speakers.
type Place struct {
	Party    string
	Item     string
	Requests []string      // in the order of their time
	Speakers []string      // who was named in them, in that order
	Time     time.Duration // what the place has: the longest that was asked, up to the limit of the category
	Reason   Reason

	heard bool
	side  int // of a place that is being moved: behind or ahead, 0 for neither
}

// The side of a moved place on which the chair had another: the moved one stands behind it, or ahead of it.
const (
	behind = -1
	ahead  = 1
)

// Reason is why a place stands where it stands. Everything in it is a fact that can be looked up in the sheet.
type Reason struct {
	Category string
	After    string // the category that is declared before it, "" for the first
	Spoken   int    // how many times the party had the floor in this session
	Fewest   bool   // whether that counts
	Region   string
	Turn     int       // which turn of its region, from 1; 0 where regions do not take turns
	Asked    time.Time // when the earliest request was made
	Joined   int       // how many requests are one in this place
	Tied     string    // the reference of the earliest request, where another was made at the same moment and only the reference decides
	Move     *Move     // the chair's last, which overrides all this; nil for none
}

// List is a list of speakers, as it is drawn from a sheet.
type List struct {
	Places []Place
	Late   []string // requests made after the list was closed, in the order of their time
	Idle   []int    // moves, by their index, of requests that are not there, or were made after the list was closed

	// The lists beside it, which are never closed.
	Replies        []ReplyPlace
	RefusedReplies []string // references of those that are more than a party may have on an item
	Points         []Point
}

// Draw draws the list. Of sheets that Check does not refuse the same is drawn in whatever order the requests stand; of any
// other it draws what it can: what has no declared category comes last, and has the time that it asks.
func (s Sheet) Draw() List {
	var list List
	requests := make([]*Request, 0, len(s.Requests))
	for i := range s.Requests {
		requests = append(requests, &s.Requests[i])
	}
	slices.SortStableFunc(requests, func(a, b *Request) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Ref, b.Ref))
	})
	inTime := requests[:0]
	for _, r := range requests {
		if s.late(r) {
			list.Late = append(list.Late, r.Ref)
		} else {
			inTime = append(inTime, r)
		}
	}
	places := s.Settings.order(s.Settings.merge(inTime))
	list.Idle = move(places, s.Moves)
	list.Replies, list.RefusedReplies = s.Settings.replies(s.Replies)
	list.Points = points(s.Points)
	list.Places = make([]Place, 0, len(places))
	for _, p := range places {
		if !p.heard { // those who were stand in the draft until here: they had their turns, and others were moved beside them
			list.Places = append(list.Places, *p)
		}
	}
	return list
}

// merge makes one place of all requests of a party for an item, those that were heard apart. The requests come by time, and
// so do the places.
func (s *Settings) merge(requests []*Request) []*Place {
	type key struct {
		party, item string
		heard       int // the party's first time, second, ...; 0: it waits
	}
	type named struct {
		*Place
		speaker string
	}
	at := make(map[key]*Place, len(requests))
	seen := map[named]bool{}
	places := make([]*Place, 0, len(requests))
	for _, r := range requests {
		k := key{r.Party, r.Item, 0}
		if r.Heard {
			k.heard = r.Spoken + 1
		}
		p := at[k]
		if p == nil {
			p = &Place{Party: r.Party, Item: r.Item, heard: r.Heard, Reason: Reason{Category: r.Category, Spoken: r.Spoken, Fewest: s.FewestFirst, Region: cmp.Or(r.Region, NoRegion), Asked: r.At}}
			at[k] = p
			places = append(places, p)
		}
		p.Requests = append(p.Requests, r.Ref)
		if n := (named{p, r.Speaker}); r.Speaker != "" && !seen[n] {
			seen[n] = true
			p.Speakers = append(p.Speakers, r.Speaker)
		}
		p.Time = max(p.Time, r.Time)
	}
	for _, p := range places {
		p.Reason.Joined = len(p.Requests)
		if limit, ok := s.Limits[p.Reason.Category]; ok {
			p.Time = min(p.Time, limit)
		}
	}
	return places
}

// equals are the places among which regions take turns: of one category, and as often heard where that counts.
type equals struct{ category, spoken int }

// lane is the places of one region among equals. Where regions do not take turns, all equals are in one.
type lane struct {
	equals
	region string
}

// order puts places, which come by time, in the order of the rules 3 to 6.
func (s *Settings) order(places []*Place) []*Place {
	type ranked struct {
		*Place
		equals
		turn, region int
	}
	rank := make(map[string]int, len(s.Categories))
	for i, name := range s.Categories {
		rank[name] = i
	}
	lanes := map[lane]int{}     // where a region stands among equals
	regions := map[equals]int{} // how many there are
	turns := map[lane]int{}     // how many were taken
	last := map[lane]*Place{}   // the place before it in the region
	first := map[equals]*Place{}
	all := make([]ranked, len(places))
	for i, p := range places {
		r := &p.Reason
		e := equals{category: len(s.Categories)}
		if at, ok := rank[r.Category]; ok {
			if e.category = at; at > 0 {
				r.After = s.Categories[at-1]
			}
		}
		if s.FewestFirst {
			e.spoken = r.Spoken
		}
		l := lane{equals: e}
		if s.ByRegion {
			l.region = r.Region
		}
		if _, ok := lanes[l]; !ok {
			lanes[l] = regions[e]
			regions[e]++
			tie(first[e], p)
			first[e] = p
		}
		tie(last[l], p)
		last[l] = p
		all[i] = ranked{Place: p, equals: e}
		if s.ByRegion {
			turns[l]++
			r.Turn = turns[l]
			all[i].turn, all[i].region = r.Turn, lanes[l]
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		return cmp.Or(a.category-b.category, cmp.Compare(a.spoken, b.spoken), a.turn-b.turn, a.region-b.region)
	})
	out := make([]*Place, len(all))
	for i := range all {
		out[i] = all[i].Place
	}
	return out
}

// tie notes that two places were asked for at the same moment.
func tie(a, b *Place) {
	if a != nil && a.Reason.Asked.Equal(b.Reason.Asked) {
		a.Reason.Tied, b.Reason.Tied = a.Requests[0], b.Requests[0]
	}
}

// move makes the chair's moves, one after the other in the order of their time, and says which had nothing to move.
func move(places []*Place, moves []Move) (idle []int) {
	if len(moves) == 0 {
		return nil
	}
	of := make(map[string]*Place, len(places))
	for _, p := range places {
		for _, ref := range p.Requests {
			of[ref] = p
		}
	}
	order := make([]int, len(moves))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return moves[a].At.Compare(moves[b].At) })
	for _, i := range order {
		m := moves[i]
		p := of[m.Request]
		if p == nil {
			idle = append(idle, i)
			continue
		}
		p.Reason.Move = &m
		from := slices.Index(places, p)
		to := m.target(places, of)
		switch { // the places between move up by one, or down
		case from < to:
			copy(places[from:], places[from+1:to])
			places[to-1] = p
		case to < from:
			copy(places[to+1:], places[to:from])
			places[to] = p
		}
	}
	slices.Sort(idle)
	return idle
}

// target is the index at which a moved place is put in; the length where it is put last. Since it was moved, some of those
// that it was put before or after may have been withdrawn, and others stand elsewhere by the rules. It is put where as many as
// can be stand on the side on which the chair had them, and of such indexes at the one directly before the next of those that
// it was put before. Where none of these is left, it is directly behind the last of the others; where nobody is, first.
func (m *Move) target(places []*Place, of map[string]*Place) int {
	if len(m.Before) == 0 {
		return len(places)
	}
	mark := func(refs []string, side int) (there bool) {
		for _, ref := range refs {
			if p := of[ref]; p != nil && p != of[m.Request] {
				p.side, there = side, true
			}
		}
		return there
	}
	mark(m.After, behind)
	late := mark(m.Before, ahead)
	at, wrong, fewest := 0, 0, 0 // wrong counts from what it is at the front
	for i, p := range places {
		wrong += p.side
		if p.side = 0; wrong < fewest || wrong == fewest && late {
			at, fewest = i+1, wrong
		}
	}
	return at
}

// Beside names what the place of a request stands before and after when it is moved to a position, counted from 1: the
// earliest request of each place, the nearest first, at most fifty on a side. A Move keeps them. Nothing before which it
// stands: it is put last.
func (l *List) Beside(request string, to int) (before, after []string) {
	const most = 50
	at := 0
	for i := range l.Places {
		p := &l.Places[i]
		if slices.Contains(p.Requests, request) {
			continue
		}
		if at++; at < to {
			after = append(after, p.Requests[0])
		} else if len(before) < most {
			before = append(before, p.Requests[0])
		}
	}
	slices.Reverse(after)
	return before, after[:min(len(after), most)]
}
