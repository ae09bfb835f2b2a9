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
