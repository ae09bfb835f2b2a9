package studio

import (
	"testing"
	"time"
)

// TestPlayed: a recording is played from the second of an instant: where the address has a place for it, else as a media fragment; and not from before it begins.
func TestPlayed(t *testing.T) {
	t.Parallel()
	r := Recording{Begins: time.Date(2020, 10, 25, 8, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		address string
		after   time.Duration
		want    string
	}{
		{"https://video.example/2", 90*time.Second + 999*time.Millisecond, "https://video.example/2#t=90"},
		{"https://video.example/2?start={t}&end={t}", time.Hour, "https://video.example/2?start=3600&end=3600"},
		{"https://video.example/2", 0, "https://video.example/2#t=0"},
		{"https://video.example/2", -time.Nanosecond, ""},
		{"", time.Second, ""},
	} {
		if got := r.Played(c.address, r.Begins.Add(c.after)); got != c.want {
			t.Errorf("%s after %s: %q, not %q", c.address, c.after, got, c.want)
		}
	}
}

// TestLinksOfASitting: a link of a sitting takes the place of that of each sitting, for the same channel and readers only.
func TestLinksOfASitting(t *testing.T) {
	t.Parallel()
	s := &Studio{Links: []Link{{Channel: "fr", For: Everybody, Entry: 1}, {Sitting: 2, Channel: "fr", For: Everybody, Entry: 2}, {Sitting: 2, Channel: "fr", For: Active, Entry: 3},
		{Channel: Original, For: Everybody, Entry: 4}}}
	for n, want := range map[int][]int{1: {4, 1}, 2: {4, 2, 3}} {
		var got []int
		for _, l := range s.In(n) {
			got = append(got, int(l.Entry))
		}
		if len(got) != len(want) {
			t.Fatalf("sitting %d: %v, not %v", n, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("sitting %d: %v, not %v", n, got, want)
			}
		}
	}
}

// TestTold: a link is told from its minutes before the sitting, or from when that was opened earlier, until it was closed or was to end; where it is open longer, through
// the night and no longer, so nobody who forgets to close a sitting leaves its addresses open.
func TestTold(t *testing.T) {
	t.Parallel()
	begins := time.Date(2020, 10, 25, 8, 0, 0, 0, time.UTC)
	ends := begins.Add(3 * time.Hour)
	l := Link{Minutes: 30}
	for name, c := range map[string]struct {
		sat       Sat
		from, end time.Time
	}{
		"planned":              {Sat{Begins: begins, Ends: ends}, begins.Add(-30 * time.Minute), ends},
		"opened earlier":       {Sat{Begins: begins, Ends: ends, Opened: begins.Add(-time.Hour)}, time.Time{}, ends.Add(Overrun)},
		"closed":               {Sat{Begins: begins, Ends: ends, Opened: begins, Closed: ends.Add(time.Hour)}, begins.Add(-30 * time.Minute), ends.Add(time.Hour)},
		"opened, not closed":   {Sat{Begins: begins, Ends: ends, Opened: begins}, time.Time{}, ends.Add(Overrun)},
		"opened two days late": {Sat{Begins: begins, Ends: ends, Opened: begins.AddDate(0, 0, 2)}, time.Time{}, ends.AddDate(0, 0, 2).Add(Overrun)},
		"closed after a week":  {Sat{Begins: begins, Ends: ends, Opened: begins, Closed: ends.AddDate(0, 0, 7)}, begins.Add(-30 * time.Minute), ends.AddDate(0, 0, 7)},
	} {
		if !c.from.IsZero() && (l.Told(c.sat, c.from.Add(-time.Second)) || !l.Told(c.sat, c.from)) {
			t.Errorf("%s: not told from %s on", name, c.from)
		}
		if !l.Told(c.sat, c.end.Add(-time.Second)) || l.Told(c.sat, c.end) {
			t.Errorf("%s: not told until %s", name, c.end)
		}
	}
}

// TestHost: the host of an address is what is read beside a link, so one that reads as another is not taken; and one in letters of another script is shown as the
// network has it.
func TestHost(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://meet.example/x":                  "meet.example",
		"https://meet.example:8443/x":             "meet.example:8443",
		"https://[2001:db8::1]:80/":               "[2001:db8::1]:80",
		"https://192.0.2.1/":                      "192.0.2.1",
		"https://münchen.example/":                "xn--mnchen-3ya.example",
		"https://m\u0435\u0435t.example/":         "xn--mt-nlca.example", // Cyrillic
		"https://video_1.meet.example/":           "video_1.meet.example",
		"https://meet.example%E2%80%AEevil/":      "",
		"https://meet.example\uff0fevil.example/": "",
		"https://meet.example;evil.example/":      "",
		"https://meet.example@evil.example/":      "",
		"https://{t}.example/":                    "",
		"https://meet.example\\.evil.example/":    "",
		"javascript://meet.example/%0aalert(1)":   "",
		"data:text/html,meet.example":             "",
	} {
		c, err := SetLink{Channel: Original, For: Everybody, Link: address}.Check()
		if (err == nil) != (want != "") {
			t.Errorf("%q: %v", address, err)
		} else if err == nil && Host(c.Link) != want {
			t.Errorf("%q stands beside its link as %q, not %q", address, Host(c.Link), want)
		}
	}
}
