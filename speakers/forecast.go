package speakers

import "time"

// Moment is where a sitting stands.
type Moment struct {
	Now       time.Time
	Remaining time.Duration // what the present speaker has left; none where nobody speaks, or where it is used up
	Replies   int           // how many rights of reply were asked for
}

// Slot is when a place has the floor.
type Slot struct {
	Place    int // its index in the list
	From, To time.Time
}

// Forecast is who is heard if a sitting ends at a given time.
type Forecast struct {
	End   time.Time
	Limit time.Time // when the last must have finished: the end with the overrun, less what is kept for replies
	Heard []Slot
	Cut   []int // places, by their index in the list: the first that would end after the limit, and all after it
}

// Forecast counts the places in their order from now.
func (s *Settings) Forecast(places []Place, m Moment, end time.Time) Forecast {
	f := Forecast{End: end, Limit: end.Add(s.Overrun)}
	if m.Replies > 0 {
		f.Limit = f.Limit.Add(-s.ReplyReserve)
	}
	from := m.Now.Add(max(m.Remaining, 0))
	for i := range places {
		to := from.Add(places[i].Time)
		if to.After(f.Limit) {
			for ; i < len(places); i++ {
				f.Cut = append(f.Cut, i)
			}
			break
		}
		f.Heard = append(f.Heard, Slot{i, from, to})
		from = to.Add(s.Changeover)
	}
	return f
}
