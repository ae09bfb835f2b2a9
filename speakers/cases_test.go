package speakers_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/speakers"
)

// example is a case with its answers, made by a separate program.
type example struct {
	name   string
	sheet  speakers.Sheet
	moment speakers.Moment
	ends   []time.Time
	want   struct {
		Order []struct {
			Party    string
			Item     string
			Requests []string
			Category string
			Spoken   int
			Region   string
			Turn     int
			Minutes  int
			Speakers []string
		}
		Forecasts []struct {
			Heard [][]string
			Cut   []string
		}
		RefusedAfterClosing []string `json:"refused_after_closing"`
	}
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at
		}
	}
	t.Fatalf("no time: %q", s)
	return time.Time{}
}

// examples reads our own cases, and the golden ones that lie beside the repository.
func examples(t testing.TB) []example {
	t.Helper()
	own, err := filepath.Glob("testdata/*.json")
	if err != nil || len(own) < 4 {
		t.Fatal("our own cases are not there", own, err)
	}
	golden, err := filepath.Glob("../../shared/data/floor/*.json")
	if err != nil || len(golden) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("../shared/data/floor is not there", err)
		}
		t.Log("NOT TESTED: the golden cases, ../shared/data/floor is not there")
	}
	var out []example
	for _, path := range append(own, golden...) {
		out = append(out, readExample(t, path))
	}
	return out
}

func readExample(t testing.TB, path string) example {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	x := example{name: filepath.Base(path)}
	s := speakers.Defaults()
	yes := true
	f := struct {
		Settings struct {
			Categories, Regions []string
			Limits              map[string]int
			Balance             string
			FirstTimeFirst      *bool `json:"first_time_first"`
			Changeover          int   `json:"changeover_s"`
			Overrun             int   `json:"overrun_min"`
			Reserve             int   `json:"reply_reserve_min"`
			Remaining           int   `json:"remaining_s"`
			Now, Closed         string
		}
		Replies  int
		Ends     []string
		Requests []struct {
			ID, At, Party, Item, Category, Region, Speaker string
			Minutes, Spoken                                int
			Heard                                          bool
		}
		Moves []struct {
			Request, Before, By, At, Why string
		}
		RightsOfReply []struct {
			ID, At, Party, Item string
			Given               int
		} `json:"rights_of_reply"`
		Expected any
	}{}
	f.Settings.Categories, f.Settings.Changeover, f.Settings.FirstTimeFirst = s.Categories, int(s.Changeover/time.Second), &yes
	f.Expected = &x.want
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(path, err)
	}
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	s.Categories, s.Regions, s.ByRegion, s.FewestFirst = f.Settings.Categories, f.Settings.Regions, f.Settings.Balance != "none", *f.Settings.FirstTimeFirst
	s.Changeover, s.Overrun, s.ReplyReserve = time.Duration(f.Settings.Changeover)*time.Second, minutes(f.Settings.Overrun), minutes(f.Settings.Reserve)
	s.Limits = map[string]time.Duration{}
	for name, n := range f.Settings.Limits {
		s.Limits[name] = minutes(n)
	}
	x.sheet.Settings = s
	if f.Settings.Closed != "" {
		x.sheet.Closed = instant(t, f.Settings.Closed)
	}
	x.moment = speakers.Moment{Now: instant(t, f.Settings.Now), Remaining: time.Duration(f.Settings.Remaining) * time.Second}
	for _, end := range f.Ends {
		x.ends = append(x.ends, instant(t, end))
	}
	for _, r := range f.Requests {
		x.sheet.Requests = append(x.sheet.Requests, speakers.Request{Ref: r.ID, At: instant(t, r.At), Time: minutes(r.Minutes), Party: r.Party, Item: r.Item,
			Category: r.Category, Region: r.Region, Spoken: r.Spoken, Speaker: r.Speaker, Heard: r.Heard})
	}
	for _, m := range f.Moves {
		move := speakers.Move{Request: m.Request, By: m.By, At: instant(t, m.At), Why: m.Why}
		if m.Before != "" {
			move.Before = []string{m.Before}
		}
		x.sheet.Moves = append(x.sheet.Moves, move)
	}
	for _, r := range f.RightsOfReply {
		x.sheet.Replies = append(x.sheet.Replies, speakers.Reply{Ref: r.ID, At: instant(t, r.At), Party: r.Party, Item: r.Item, Given: r.Given})
	}
	if x.sheet, err = x.sheet.Check(); err != nil {
		t.Fatal(path, err)
	}
	x.moment.Replies = f.Replies + len(x.sheet.Draw().Replies)
	return x
}

// TestCases: each case is drawn to the letter.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, x := range examples(t) {
		list := x.sheet.Draw()
		if len(list.Places) != len(x.want.Order) || len(list.Idle) != 0 || len(list.Late) != len(x.want.RefusedAfterClosing) {
			t.Fatalf("%s: %d places, %d expected; late %v, %v expected; idle %v", x.name, len(list.Places), len(x.want.Order), list.Late, x.want.RefusedAfterClosing, list.Idle)
		}
		for i, want := range x.want.Order {
			p := list.Places[i]
			got := want
			got.Party, got.Item, got.Requests, got.Category, got.Spoken, got.Region = p.Party, p.Item, p.Requests, p.Reason.Category, p.Reason.Spoken, p.Reason.Region
			got.Turn, got.Minutes, got.Speakers = p.Reason.Turn, int(p.Time/time.Minute), p.Speakers
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: place %d is %+v, expected %+v", x.name, i+1, got, want)
			}
		}
		for i, ref := range x.want.RefusedAfterClosing {
			if list.Late[i] != ref {
				t.Errorf("%s: late %v", x.name, list.Late)
			}
		}
		if len(x.ends) != len(x.want.Forecasts) {
			t.Fatalf("%s: %d forecasts expected for %d ends", x.name, len(x.want.Forecasts), len(x.ends))
		}
		for i, want := range x.want.Forecasts {
			f := x.sheet.Settings.Forecast(list.Places, x.moment, x.ends[i])
			heard, cut := [][]string{}, []string{}
			for _, s := range f.Heard {
				heard = append(heard, []string{list.Places[s.Place].Party, s.From.Format(time.TimeOnly)})
			}
			for _, at := range f.Cut {
				cut = append(cut, list.Places[at].Party)
			}
			if !reflect.DeepEqual(heard, want.Heard) || !reflect.DeepEqual(cut, want.Cut) {
				t.Errorf("%s: if it ends at %v, heard are %v and cut %v, expected %v and %v", x.name, x.ends[i], heard, cut, want.Heard, want.Cut)
			}
		}
	}
}
