package input

import (
	"errors"
	"strings"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Moment is an instant as somebody types it: a day and a time of day in a zone.
type Moment struct {
	Date  string // 2020-01-31
	Clock string // 15:04
	Zone  string // IANA name
}

// In reads the instant. One that does not exist in the zone, or occurs twice, is refused in the language of whoever typed it; its
// fields are "zone", and field with "-date" or "-time" behind it.
func (m Moment) In(field string, l locale.Lang) (time.Time, *refusal.Refusal) {
	if len(m.Clock) == len("15:04:05") && strings.HasSuffix(m.Clock, ":00") {
		m.Clock = m.Clock[:5] // some browsers send seconds
	}
	t, err := locale.Instant(m.Date, m.Clock, m.Zone)
	switch {
	case errors.Is(err, locale.ErrZone):
		return t, refusal.In("zone", "desk.zone")
	case errors.Is(err, locale.ErrGap):
		return t, refusal.In(field+"-time", "desk.time_gap", "time", m.Date+" "+m.Clock, "zone", l.ZoneName(m.Zone))
	case errors.Is(err, locale.ErrFold):
		return t, refusal.In(field+"-time", "desk.time_fold", "time", m.Date+" "+m.Clock, "zone", l.ZoneName(m.Zone))
	case err != nil:
		return t, refusal.In(field+"-date", "desk.time")
	}
	return t, nil
}
