package script

import (
	"fmt"
	"strings"
	"time"

	"github.com/openplenary/plenary/internal/script/words"
)

// instant reads a time: see words.Instant.
func (r *Runner) instant(s string) (time.Time, error) { return words.Instant(s, r.Now) }

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
	t, err := words.FromNow(s, r.Now)
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
