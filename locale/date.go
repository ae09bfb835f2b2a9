package locale

import (
	"fmt"
	"strconv"
	"sync"
	"time"
)

// calendar is what a language needs to write dates, taken from its catalogue once.
type calendar struct {
	months                        [13]string // from 1, in the form they have inside a date
	first                         string     // the first of the month ("1er")
	day, days, daysYear, daysLong *message
	time, timePlace               *message
}

var calendars = func() (c [languages]func() *calendar) {
	for i, l := range All {
		c[i] = sync.OnceValue(func() *calendar {
			w := &calendar{
				first: l.T("date.first"),
				day:   l.message("date.day"), days: l.message("date.days.month"),
				daysYear: l.message("date.days.year"), daysLong: l.message("date.days.long"),
				time: l.message("date.time"), timePlace: l.message("date.time.place"),
			}
			for m := 1; m <= 12; m++ {
				w.months[m] = l.T(fmt.Sprintf("date.month.%02d", m))
			}
			return w
		})
	}
	return c
}()

// moment is what the patterns of dates may speak of: a day, or a first and a last day.
type moment struct {
	from, to time.Time
	place    string
}

// fill writes a pattern. It is T for dates, without the detour through strings.
func (w *calendar) fill(b []byte, m *message, at *moment) []byte {
	if m == nil {
		return append(b, "⟦date⟧"...)
	}
	for i := range m.segments {
		s := &m.segments[i]
		b = append(b, s.words...)
		switch s.name {
		case "":
		case "day":
			b = w.appendDay(b, at.from)
		case "month":
			b = append(b, w.months[at.from.Month()]...)
		case "year":
			b = strconv.AppendInt(b, int64(at.from.Year()), 10)
		case "to_day":
			b = w.appendDay(b, at.to)
		case "to_month":
			b = append(b, w.months[at.to.Month()]...)
		case "date":
			b = w.fill(b, w.day, at)
		case "to_date":
			b = w.fill(b, w.day, &moment{from: at.to})
		case "time":
			h, m, _ := at.from.Clock()
			b = append(b, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
		case "place":
			b = append(b, at.place...)
		default:
			b = append(append(append(b, "⟦"...), s.name...), "⟧"...)
		}
	}
	return b
}

func (w *calendar) appendDay(b []byte, t time.Time) []byte {
	if d := t.Day(); d != 1 {
		return strconv.AppendInt(b, int64(d), 10)
	}
	return append(b, w.first...)
}

// Date writes the day of t, in the zone that t carries: "4 November 2020", "4 de noviembre de 2020",
// "2020年11月4日". Digits are Latin in every language.
func (l Lang) Date(t time.Time) string {
	var room [128]byte
	w := calendars[l.slot()]()
	return string(w.fill(room[:0], w.day, &moment{from: t}))
}

// DateTime writes the day and the time of t, in the zone that t carries, and the place whose time it is,
// already in language l (see ZoneName): "4 November 2020, 14:00 Geneva". Hours run from 00 to 23. Without
// a place ("") none is named.
func (l Lang) DateTime(t time.Time, place string) string {
	var room [192]byte
	w := calendars[l.slot()]()
	m := w.timePlace
	if place == "" {
		m = w.time
	}
	return string(w.fill(room[:0], m, &moment{from: t, place: place}))
}

// Days writes the days from one to another, both included, naming a month or year once if they share it:
// "7 to 9 July 2020", "30 June to 2 July 2020". A single day is written as Date does. Each time counts in
// the zone it carries; from is expected not to be after to.
func (l Lang) Days(from, to time.Time) string {
	var room [192]byte
	w := calendars[l.slot()]()
	m := w.days
	y1, m1, d1 := from.Date()
	switch y2, m2, d2 := to.Date(); {
	case y1 != y2:
		m = w.daysLong
	case m1 != m2:
		m = w.daysYear
	case d1 == d2:
		m = w.day
	}
	return string(w.fill(room[:0], m, &moment{from: from, to: to}))
}
