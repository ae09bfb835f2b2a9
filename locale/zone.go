package locale

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Why a date and time of day do not name an instant.
var (
	// ErrDate: the date or the time of day is not written as 2026-03-29 and 02:30, or does not exist.
	ErrDate = errors.New("locale: not a date and time")
	// ErrZone: the time zone is not known.
	ErrZone = errors.New("locale: unknown time zone")
	// ErrGap: the time does not exist in the zone, because clocks are put forward over it.
	ErrGap = errors.New("locale: this time does not exist, clocks are put forward over it")
	// ErrFold: the time occurs twice in the zone, because clocks are put back over it.
	ErrFold = errors.New("locale: this time occurs twice, clocks are put back over it")
)

// Instant is the instant at which a wall clock in zone (an IANA name, "Europe/Zurich") shows a date and a
// time of day, as forms send them: "2026-03-29", "14:00". The result carries the zone. A deadline must
// mean one instant, so a time that does not exist or occurs twice is refused rather than guessed: the
// errors are ErrDate, ErrZone, ErrGap and ErrFold, to be tested with errors.Is.
func Instant(date, clock, zone string) (time.Time, error) {
	found, err := Instants(date, clock, zone)
	switch {
	case err != nil:
		return time.Time{}, err
	case len(found) == 0:
		return time.Time{}, fmt.Errorf("%w: %s %s, %s", ErrGap, date, clock, zone)
	case len(found) > 1:
		return time.Time{}, fmt.Errorf("%w: %s %s, %s", ErrFold, date, clock, zone)
	}
	return found[0], nil
}

// Instants lists the instants at which the clocks of a zone show a time of a day, the earliest first: one, none where they are put forward over it, two where
// they are put back over it.
func Instants(date, clock, zone string) ([]time.Time, error) {
	// The lengths are asked for because the layout would also take "9:00".
	wall, err := time.Parse("2006-01-02 15:04", date+" "+clock)
	if err != nil || len(date) != 10 || len(clock) != 5 || wall.Year() == 0 {
		return nil, fmt.Errorf("%w: %.40q %.40q", ErrDate, date, clock)
	}
	place, err := location(zone)
	if err != nil {
		return nil, err
	}
	// Try every offset that the zone has near that time, and keep those that hold at the instant they
	// give. No offset is larger than 26 hours.
	const reach = 26 * time.Hour
	var found []time.Time
	for at := wall.Add(-reach).In(place); ; {
		_, offset := at.Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(place)
		if _, o := t.Zone(); o == offset && !slices.ContainsFunc(found, t.Equal) {
			found = append(found, t)
		}
		_, end := at.ZoneBounds()
		if end.IsZero() || end.After(wall.Add(reach)) {
			break
		}
		at = end
	}
	slices.SortFunc(found, time.Time.Compare)
	return found, nil
}

// locations keeps the zones already read; there are a few hundred in the world.
var locations sync.Map

// location finds a zone. Names that mean another place on another machine ("Local", "localtime", "") or
// that only lie beside the zones ("posix/…", "zone.tab") are refused: a record must read alike everywhere.
func location(zone string) (*time.Location, error) {
	if l, ok := locations.Load(zone); ok {
		return l.(*time.Location), nil
	}
	ok := zone != "" && zone != "Local" && len(zone) <= 64 && 'A' <= zone[0] && zone[0] <= 'Z'
	for i := range len(zone) {
		if c := zone[i]; !isAlphanumeric(c) && c != '/' && c != '_' && c != '-' && c != '+' {
			ok = false
		}
	}
	if ok {
		if l, err := time.LoadLocation(zone); err == nil {
			locations.Store(zone, l)
			return l, nil
		}
	}
	return nil, fmt.Errorf("%w: %.64q", ErrZone, zone)
}

const zonePrefix = "zone."

// ZoneName is how an IANA time zone is called on a page: the city people know it by ("Geneva" for
// Europe/Zurich, "Beijing" for Asia/Shanghai). The offered zones have names in six languages; of any
// other zone it is the last part of its IANA name.
func (l Lang) ZoneName(zone string) string {
	if m := l.message(zonePrefix + zone); m != nil {
		return m.words
	}
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

var zones = sync.OnceValue(func() []string {
	list := []string{"UTC"}
	for _, key := range Keys() {
		if zone, ok := strings.CutPrefix(key, zonePrefix); ok && zone != "UTC" {
			list = append(list, zone)
		}
	}
	return list
})

// Zones lists the IANA time zones that a form offers: UTC, then the zones that the catalogues name, in
// alphabetical order. Instant takes any other zone too.
func Zones() []string { return slices.Clone(zones()) }

// KnownZone reports whether name is an IANA time zone that Instant takes.
func KnownZone(name string) bool {
	_, err := location(name)
	return err == nil
}
