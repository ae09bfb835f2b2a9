package locale

import (
	"errors"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the zones, on machines that have none

	"pgregory.net/rapid"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDate(t *testing.T) {
	for _, c := range []struct {
		l                Lang
		date, first      string
		dateTime, bare   string
		same, year, long string
	}{
		{English, "4 November 2020", "1 July 2021", "4 November 2020, 14:00 Geneva", "4 November 2020, 14:00",
			"7 to 9 July 2020", "30 June to 2 July 2020", "30 December 2020 to 1 January 2021"},
		{French, "4 novembre 2020", "1er juillet 2021", "4 novembre 2020, 14:00 (Genève)", "4 novembre 2020, 14:00",
			"du 7 au 9 juillet 2020", "du 30 juin au 2 juillet 2020", "du 30 décembre 2020 au 1er janvier 2021"},
		{Spanish, "4 de noviembre de 2020", "1 de julio de 2021", "4 de noviembre de 2020, 14:00 (Ginebra)", "4 de noviembre de 2020, 14:00",
			"7 a 9 de julio de 2020", "30 de junio a 2 de julio de 2020", "30 de diciembre de 2020 a 1 de enero de 2021"},
		{Russian, "4 ноября 2020\u00a0г.", "1 июля 2021\u00a0г.", "4 ноября 2020\u00a0г., 14:00 (Женева)", "4 ноября 2020\u00a0г., 14:00",
			"7–9 июля 2020\u00a0г.", "30 июня – 2 июля 2020\u00a0г.", "30 декабря 2020\u00a0г. – 1 января 2021\u00a0г."},
		{Chinese, "2020年11月4日", "2021年7月1日", "2020年11月4日 14:00（日内瓦）", "2020年11月4日 14:00",
			"2020年7月7日至9日", "2020年6月30日至7月2日", "2020年12月30日至2021年1月1日"},
		{Arabic, "4 نوفمبر 2020", "1 يوليو 2021", "4 نوفمبر 2020، 14:00 (جنيف)", "4 نوفمبر 2020، 14:00",
			"من 7 إلى 9 يوليو 2020", "من 30 يونيو إلى 2 يوليو 2020", "من 30 ديسمبر 2020 إلى 1 يناير 2021"},
	} {
		at, err := Instant("2020-11-04", "14:00", "Europe/Zurich")
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range [][2]string{
			{c.l.Date(at), c.date}, {c.l.Date(day("2021-07-01")), c.first},
			{c.l.DateTime(at, c.l.ZoneName("Europe/Zurich")), c.dateTime}, {c.l.DateTime(at, ""), c.bare},
			{c.l.Days(day("2020-07-07"), day("2020-07-09")), c.same}, {c.l.Days(day("2020-06-30"), day("2020-07-02")), c.year},
			{c.l.Days(day("2020-12-30"), day("2021-01-01")), c.long}, {c.l.Days(at, at.Add(time.Hour)), c.date},
		} {
			if x[0] != x[1] {
				t.Errorf("%s: %q, want %q", c.l, x[0], x[1])
			}
		}
	}
}

func TestZones(t *testing.T) {
	list := Zones()
	if list[0] != "UTC" || len(list) < 40 || !slices.IsSorted(list[1:]) {
		t.Error(list)
	}
	for _, zone := range list {
		if _, err := Instant("2026-01-15", "12:00", zone); err != nil {
			t.Error(zone, err)
		}
	}
	for zone, want := range map[string]string{"Europe/Zurich": "Genève", "Asia/Shanghai": "Beijing", "America/Port_of_Spain": "Port of Spain",
		"UTC": "UTC", "America/Argentina/San_Luis": "San Luis", "": "", "/": ""} {
		if got := French.ZoneName(zone); got != want {
			t.Errorf("%s: %q", zone, got)
		}
	}
}

func TestInstant(t *testing.T) {
	for _, c := range []struct {
		date, clock, zone string
		want              string
		err               error
	}{
		{"2020-02-14", "17:30", "Europe/Zurich", "2020-02-14T16:30:00Z", nil},
		{"2026-03-29", "01:59", "Europe/Zurich", "2026-03-29T00:59:00Z", nil},
		{"2026-03-29", "02:00", "Europe/Zurich", "", ErrGap},
		{"2026-03-29", "02:30", "Europe/Zurich", "", ErrGap},
		{"2026-03-29", "03:00", "Europe/Zurich", "2026-03-29T01:00:00Z", nil},
		{"2026-10-25", "01:59", "Europe/Zurich", "2026-10-24T23:59:00Z", nil},
		{"2026-10-25", "02:00", "Europe/Zurich", "", ErrFold},
		{"2026-10-25", "02:59", "Europe/Zurich", "", ErrFold},
		{"2026-10-25", "03:00", "Europe/Zurich", "2026-10-25T02:00:00Z", nil},
		{"2011-12-30", "12:00", "Pacific/Apia", "", ErrGap}, // the day that Samoa skipped
		{"2011-12-31", "00:00", "Pacific/Apia", "2011-12-30T10:00:00Z", nil},
		{"2026-04-05", "01:45", "Australia/Lord_Howe", "", ErrFold}, // half an hour
		{"2026-06-01", "00:00", "UTC", "2026-06-01T00:00:00Z", nil},
		{"2050-07-01", "12:00", "America/New_York", "2050-07-01T16:00:00Z", nil},
		{"2026-02-29", "12:00", "UTC", "", ErrDate}, {"2026-02-28", "24:00", "UTC", "", ErrDate}, {"2026-02-28", "9:00", "UTC", "", ErrDate},
		{"26-02-28", "09:00", "UTC", "", ErrDate}, {"0000-02-28", "09:00", "UTC", "", ErrDate}, {"", "", "UTC", "", ErrDate},
		{"2026-02-28", "09:00:00", "UTC", "", ErrDate},
		{"2026-02-28", "09:00", "Europe/Nowhere", "", ErrZone}, {"2026-02-28", "09:00", "Local", "", ErrZone}, {"2026-02-28", "09:00", "", "", ErrZone},
		{"2026-02-28", "09:00", "../../etc/passwd", "", ErrZone}, {"2026-02-28", "09:00", "localtime", "", ErrZone},
		{"2026-02-28", "09:00", "posix/Europe/Paris", "", ErrZone}, {"2026-02-28", "09:00", "Europe\\Paris", "", ErrZone},
		{"2026-02-28", "09:00", "Europe", "", ErrZone},
	} {
		got, err := Instant(c.date, c.clock, c.zone)
		if !errors.Is(err, c.err) || err == nil && (got.UTC().Format(time.RFC3339) != c.want || got.Location().String() != c.zone) {
			t.Errorf("%s %s %s: %v, %v", c.date, c.clock, c.zone, got, err)
		}
	}
}

// Whatever instant there is, the wall clock that shows it finds it again, or says that it shows two.
func TestInstantRoundTrip(t *testing.T) {
	zones := append(Zones(), "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Africa/Monrovia")
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		place, err := location(zone)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at")/60*60, 0).In(place).Truncate(time.Minute)
		got, err := Instant(at.Format("2006-01-02"), at.Format("15:04"), zone)
		if _, offset := at.Zone(); offset%60 != 0 {
			return // Monrovia before 1972
		}
		if err != nil && !errors.Is(err, ErrFold) || err == nil && !got.Equal(at) {
			t.Fatal(at, got, err)
		}
	})
}

func TestDateAllocations(t *testing.T) {
	at := time.Date(2020, 11, 4, 14, 0, 0, 0, time.UTC)
	if n := testing.AllocsPerRun(100, func() { sink = Spanish.DateTime(at, "Ginebra") }); n > 1 {
		t.Error(n, "allocations")
	}
}

func BenchmarkDate(b *testing.B) {
	at := time.Date(2020, 11, 4, 14, 0, 0, 0, time.UTC)
	b.Run("Date", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = Spanish.Date(at)
		}
	})
	b.Run("DateTime", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = Spanish.DateTime(at, "Ginebra")
		}
	})
	b.Run("Days", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = Spanish.Days(at, at.AddDate(0, 0, 3))
		}
	})
}
