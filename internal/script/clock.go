package script

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
)

// instant reads a time as scripts write it:
//
//	2019-12-13T10:00Z, 2019-12-18T14:02+01:00
//	now, now-14d, now+36h, now-5m         from the instant at which the script runs, to the minute
//	2020-02-14 23:59 Europe/Zurich        a wall clock
//	now+7d 23:59 Europe/Zurich            a wall clock, on the day that it is there then
func (r *Runner) instant(s string) (time.Time, error) {
	words := strings.Fields(s)
	if len(words) == 3 {
		date := words[0]
		if strings.HasPrefix(date, "now") {
			place, err := time.LoadLocation(words[2])
			if err != nil {
				return time.Time{}, err
			}
			t, err := r.fromNow(date)
			if err != nil {
				return time.Time{}, err
			}
			date = t.In(place).Format(time.DateOnly)
		}
		t, err := locale.Instant(date, words[1], words[2])
		return t.UTC(), err
	}
	if len(words) != 1 {
		return time.Time{}, fmt.Errorf("%q is no instant", s)
	}
	if strings.HasPrefix(s, "now") {
		return r.fromNow(s)
	}
	for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no instant", s)
}

// fromNow reads "now", "now-14d", "now+36h".
func (r *Runner) fromNow(s string) (time.Time, error) {
	now := r.Now.UTC().Truncate(time.Minute)
	rest := strings.TrimPrefix(s, "now")
	if rest == "" {
		return now, nil
	}
	unit, ok := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute}[rest[len(rest)-1]]
	n, err := strconv.Atoi(rest[:len(rest)-1])
	if !ok || err != nil || rest[0] != '+' && rest[0] != '-' {
		return time.Time{}, fmt.Errorf("%q is no instant", s)
	}
	return now.Add(time.Duration(n) * unit), nil
}

// day reads a date as a stage carries it: "2019-12-13", or the day that it is at "now-14d" in the
// conversation's zone.
func (r *Runner) day(s, zone string) (string, error) {
	if !strings.HasPrefix(s, "now") {
		return s, nil
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		return "", err
	}
	t, err := r.fromNow(s)
	return t.In(place).Format(time.DateOnly), err
}

// set moves the script's clock. It never goes back: the record is written in this order.
func (r *Runner) set(t time.Time) error {
	if t.Before(r.told) {
		return fmt.Errorf("the clock goes back from %s to %s", r.told.Format(time.RFC3339), t.Format(time.RFC3339))
	}
	r.told, r.real = t, false
	return nil
}

// clock is the instant that the next ask is told; zero when the script tells none.
func (r *Runner) clock() time.Time {
	if r.real {
		return time.Time{}
	}
	return r.told
}
