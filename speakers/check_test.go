package speakers_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/speakers"
)

// good is a sheet that nothing is wrong with.
func good() speakers.Sheet {
	s := speakers.Sheet{Settings: speakers.Defaults(), Closed: opening.Add(time.Hour)}
	s.Settings.Limits = limits()
	s.Settings.Regions = []string{"Asia", "Europe"}
	for i, party := range []string{"A", "B", "A", "C"} {
		s.Requests = append(s.Requests, speakers.Request{Ref: fmt.Sprintf("q%d", i), At: opening.Add(time.Duration(i) * time.Minute), Time: time.Minute, Party: party, Category: "state", Region: "Asia"})
	}
	s.Requests[3].At = opening.Add(2 * time.Hour)
	s.Moves = []speakers.Move{{Request: "q0", Before: []string{"q1"}, By: "The chair", At: opening, Why: "Agreed"}}
	s.Replies = []speakers.Reply{{Ref: "q0", At: opening, Party: "A", Item: "4"}}
	s.Points = []speakers.Point{{Ref: "q0", At: opening, Party: "B"}}
	return s
}

// TestCheck: each thing that is wrong is named by its field and in words; what can be put right is.
func TestCheck(t *testing.T) {
	t.Parallel()
	if _, err := good().Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		wrong func(*speakers.Sheet)
		want  string
	}{
		{func(s *speakers.Sheet) { s.Settings.Categories = nil }, "settings.categories speakers.missing"},
		{func(s *speakers.Sheet) { s.Settings.Categories[1] = " group " }, "settings.categories[1] speakers.twice"},
		{func(s *speakers.Sheet) { s.Settings.Categories[1] = "" }, "settings.categories[1] speakers.missing"},
		{func(s *speakers.Sheet) { s.Settings.Categories = make([]string, 51) }, "settings.categories speakers.many"},
		{func(s *speakers.Sheet) { s.Settings.Regions = make([]string, 51) }, "settings.regions speakers.many"},
		{func(s *speakers.Sheet) { s.Settings.Limits["state"] = 0 }, "settings.limits.state speakers.range"},
		{func(s *speakers.Sheet) { delete(s.Settings.Limits, "ngo") }, "settings.limits.ngo speakers.range"},
		{func(s *speakers.Sheet) { s.Settings.Limits["x\x1b[1m"] = time.Minute }, "settings.limits.x[1m speakers.category"},
		{func(s *speakers.Sheet) { s.Settings.Changeover = -1 }, "settings.changeover_s speakers.range"},
		{func(s *speakers.Sheet) { s.Settings.Overrun = 25 * time.Hour }, "settings.overrun_min speakers.range"},
		{func(s *speakers.Sheet) { s.Settings.ReplyReserve = -time.Minute }, "settings.reply_reserve_min speakers.range"},
		{func(s *speakers.Sheet) { s.Settings.Replies = []time.Duration{time.Minute, 0} }, "settings.reply_limits[1] speakers.range"},
		{func(s *speakers.Sheet) { s.Settings.Replies = make([]time.Duration, 51) }, "settings.reply_limits speakers.many"},
		{func(s *speakers.Sheet) { s.Requests = make([]speakers.Request, speakers.MaxRequests+1) }, "requests speakers.many"},
		{func(s *speakers.Sheet) { s.Moves = make([]speakers.Move, speakers.MaxMoves+1) }, "moves speakers.many"},
		{func(s *speakers.Sheet) { s.Replies = make([]speakers.Reply, speakers.MaxRequests+1) }, "rights_of_reply speakers.many"},
		{func(s *speakers.Sheet) { s.Points = make([]speakers.Point, speakers.MaxRequests+1) }, "points_of_order speakers.many"},
		{func(s *speakers.Sheet) { s.Requests[1].Ref = " q0" }, "requests[1].id speakers.twice"},
		{func(s *speakers.Sheet) { s.Requests[3].Ref = "" }, "requests[3].id speakers.missing"},
		{func(s *speakers.Sheet) { s.Requests[3].Ref = strings.Repeat("q", 101) }, "requests[3].id line.long"},
		{func(s *speakers.Sheet) { s.Requests[3].Party = "a\xff" }, "requests[3].party text.utf8"},
		{func(s *speakers.Sheet) { s.Requests[1].At = time.Time{} }, "requests[1].at speakers.missing"},
		{func(s *speakers.Sheet) { s.Requests[1].Time = -time.Minute }, "requests[1].minutes speakers.range"},
		{func(s *speakers.Sheet) { s.Requests[1].Spoken = -1 }, "requests[1].spoken speakers.range"},
		{func(s *speakers.Sheet) { s.Requests[1].Spoken = 10_001 }, "requests[1].spoken speakers.range"},
		{func(s *speakers.Sheet) { s.Requests[1].Time = 24*time.Hour + 1 }, "requests[1].minutes speakers.range"},
		{func(s *speakers.Sheet) { s.Requests[1].Item = strings.Repeat("i", 201) }, "requests[1].item line.long"},
		{func(s *speakers.Sheet) { s.Requests[1].Speaker = strings.Repeat("i", 201) }, "requests[1].speaker line.long"},
		{func(s *speakers.Sheet) { s.Requests[1].Region = strings.Repeat("i", 201) }, "requests[1].region line.long"},
		{func(s *speakers.Sheet) { s.Replies[0].Item = strings.Repeat("i", 201) }, "rights_of_reply[0].item line.long"},
		{func(s *speakers.Sheet) { s.Settings.Changeover = time.Hour + 1 }, "settings.changeover_s speakers.range"},
		{func(s *speakers.Sheet) { s.Settings.ReplyReserve = 24*time.Hour + 1 }, "settings.reply_reserve_min speakers.range"},
		{func(s *speakers.Sheet) { s.Settings.Overrun = -1 }, "settings.overrun_min speakers.range"},
		{func(s *speakers.Sheet) { s.Moves[0].Before = make([]string, 51) }, "moves[0].before speakers.many"},
		{func(s *speakers.Sheet) { s.Requests[1].Party = "\u200b" }, "requests[1].party speakers.missing"},
		{func(s *speakers.Sheet) { s.Requests[1].Category = "stat" }, "requests[1].category speakers.category"},
		{func(s *speakers.Sheet) { s.Requests[1].Category = "" }, "requests[1].category speakers.missing"},
		{func(s *speakers.Sheet) { s.Requests[1].Region = "Asai" }, "requests[1].region speakers.region"},
		{func(s *speakers.Sheet) { s.Requests[2].Region = "Europe" }, "requests[2].region speakers.differs"},
		{func(s *speakers.Sheet) { s.Requests[2].Category = "igo" }, "requests[2].category speakers.differs"},
		{func(s *speakers.Sheet) { s.Requests[2].Spoken = 1 }, "requests[2].spoken speakers.differs"},
		{func(s *speakers.Sheet) { s.Moves[0].Request = "q9" }, "moves[0].request speakers.nobody"},
		{func(s *speakers.Sheet) { s.Moves[0].Request = "" }, "moves[0].request speakers.missing"},
		{func(s *speakers.Sheet) { s.Moves[0].Request = "q3" }, "moves[0].request speakers.late"},
		{func(s *speakers.Sheet) { s.Moves[0].Before = []string{"q9"} }, "moves[0].before speakers.nobody"},
		{func(s *speakers.Sheet) { s.Moves[0].Before = []string{"q2"} }, "moves[0].before speakers.itself"},
		{func(s *speakers.Sheet) { s.Moves[0].After = []string{"q3"} }, "moves[0].after speakers.late"},
		{func(s *speakers.Sheet) { s.Moves[0].By = "" }, "moves[0].by speakers.missing"},
		{func(s *speakers.Sheet) { s.Moves[0].Why = "" }, "moves[0].why speakers.missing"},
		{func(s *speakers.Sheet) { s.Moves[0].At = time.Time{} }, "moves[0].at speakers.missing"},
		{func(s *speakers.Sheet) { s.Replies[0].Given = -1 }, "rights_of_reply[0].given speakers.range"},
		{func(s *speakers.Sheet) { s.Replies = append(s.Replies, s.Replies[0]) }, "rights_of_reply[1].id speakers.twice"},
		{func(s *speakers.Sheet) { s.Points = append(s.Points, s.Points[0]) }, "points_of_order[1].id speakers.twice"},
		{func(s *speakers.Sheet) { s.Points[0].Party = "" }, "points_of_order[0].party speakers.missing"},
	} {
		s := good()
		c.wrong(&s)
		_, err := s.Check()
		rs := refusal.Of(err)
		if len(rs) != 1 || rs[0].Field+" "+rs[0].Key != c.want {
			t.Errorf("%v, want %s", err, c.want)
			continue
		}
		for _, l := range locale.All {
			if words := l.T("refusal."+rs[0].Key, rs[0].Args...); strings.Contains(words, "⟦") {
				t.Errorf("%s: %s", l, words)
			}
		}
	}
	// What is at its bound is taken.
	most := good()
	most.Settings.Changeover, most.Settings.Overrun, most.Settings.ReplyReserve = time.Hour, 24*time.Hour, 24*time.Hour
	most.Requests[1].Time, most.Requests[1].Spoken, most.Replies[0].Given = 24*time.Hour, 10_000, 10_000
	if _, err := most.Check(); err != nil {
		t.Error(err)
	}
	// What was late, or heard, says nothing of a party that waits.
	s := good()
	s.Requests[3].Party, s.Requests[3].Spoken = "A", 7
	s.Requests[0].Heard, s.Requests[2].Spoken = true, 1
	if _, err := s.Check(); err != nil {
		t.Error(err)
	}
	// A move that names nobody, before nobody, is told both and no more.
	s = good()
	s.Moves[0].Request, s.Moves[0].Before = "q8", []string{"q9"}
	if _, err := s.Check(); len(refusal.Of(err)) != 2 {
		t.Error(err)
	}
	s.Moves[0].Request, s.Moves[0].Before = "q3", []string{"q3"}
	if _, err := s.Check(); len(refusal.Of(err)) != 2 {
		t.Error(err)
	}
}

// TestCheckCleansACopy: what is handed in stays as it is; what was cleaned is clean.
func TestCheckCleansACopy(t *testing.T) {
	t.Parallel()
	dirty := func() speakers.Sheet {
		s := good()
		s.Settings.Categories[1], s.Settings.Regions[0] = " state ", "\tAsia"
		s.Requests[1].Party, s.Requests[1].Region, s.Requests[0].Ref = "  B\t", "", "q0 "
		s.Moves[0].Request, s.Moves[0].Before[0], s.Moves[0].After, s.Moves[0].Why = " q0", "q1 ", []string{" q1"}, " Agreed"
		s.Replies = append(s.Replies, speakers.Reply{Ref: "q9", Party: " B ", At: opening.Add(-time.Hour)})
		s.Points = append(s.Points, speakers.Point{Ref: "q9", Party: " B ", At: opening.Add(-time.Hour)})
		return s
	}
	s := dirty()
	clean, err := s.Check()
	if err != nil {
		t.Fatal(err)
	}
	list := s.Draw()
	if !reflect.DeepEqual(s, dirty()) {
		t.Errorf("what was handed in was changed: %+v", s)
	}
	if r := clean.Requests; r[0].Ref != "q0" || r[1].Party != "B" || r[1].Region != speakers.NoRegion || clean.Settings.Categories[1] != "state" || clean.Settings.Regions[0] != "Asia" {
		t.Errorf("%+v", clean)
	}
	if m := clean.Moves[0]; m.Request != "q0" || m.Before[0] != "q1" || m.After[0] != "q1" || m.Why != "Agreed" || clean.Replies[1].Party != "B" || clean.Points[1].Party != "B" {
		t.Errorf("%+v", clean)
	}
	if again, err := clean.Check(); err != nil || !reflect.DeepEqual(clean, again) {
		t.Error("what was cleaned is cleaned again otherwise", err)
	}
	if len(list.Replies) != 2 || list.Replies[0].Ref != "q9" {
		t.Error(list.Replies)
	}
}

// TestCheckEnds: of a sheet where everything is wrong not everything is named.
func TestCheckEnds(t *testing.T) {
	t.Parallel()
	all := speakers.Sheet{Settings: speakers.Settings{Categories: make([]string, 50), Replies: make([]time.Duration, 50)}, Requests: make([]speakers.Request, 5000),
		Moves: make([]speakers.Move, 900), Replies: make([]speakers.Reply, 900), Points: make([]speakers.Point, 900)}
	for _, s := range []speakers.Sheet{all, {Settings: good().Settings, Requests: all.Requests}, {Settings: good().Settings, Moves: []speakers.Move{{Before: make([]string, 50), After: make([]string, 50)}}},
		{Settings: good().Settings, Replies: all.Replies}, {Settings: good().Settings, Points: all.Points}} {
		_, err := s.Check()
		if n := len(refusal.Of(err)); n < 20 || n > 170 {
			t.Errorf("%d are named", n)
		}
	}
}

// TestReplies: two a party and item, five minutes and then three, by their time; a third is refused, another item counts by
// itself, and what a party had before counts.
func TestReplies(t *testing.T) {
	t.Parallel()
	s := speakers.Sheet{Settings: speakers.Defaults()}
	ask := func(ref, party, item string, minute, given int) {
		s.Replies = append(s.Replies, speakers.Reply{Ref: ref, At: opening.Add(time.Duration(minute) * time.Minute), Party: party, Item: item, Given: given})
	}
	ask("r6", "A", "4", 6, 0)
	ask("r1", "A", "4", 1, 0)
	ask("r2", "B", "4", 2, 1)
	ask("r3", "A", "4", 3, 0)
	ask("r4", "A", "5", 3, 0)
	ask("r5", "B", "4", 5, 1)
	ask("r7", "C", "4", 7, 2)
	ask("r0", "C", "5", 1, -1)
	s.Points = []speakers.Point{{Ref: "p3", At: opening.Add(time.Minute)}, {Ref: "p2", At: opening}, {Ref: "p1", At: opening}}
	list := s.Draw()
	var got []string
	for _, r := range list.Replies {
		got = append(got, fmt.Sprintf("%s %d %v", r.Ref, r.Number, r.Time))
	}
	if want := []string{"r0 1 5m0s", "r1 1 5m0s", "r2 2 3m0s", "r3 2 3m0s", "r4 1 5m0s"}; !slices.Equal(got, want) || !slices.Equal(list.RefusedReplies, []string{"r5", "r6", "r7"}) {
		t.Error(got, list.RefusedReplies)
	}
	if p := list.Points; len(p) != 3 || p[0].Ref != "p1" || p[1].Ref != "p2" || p[2].Ref != "p3" {
		t.Error(p)
	}
	s.Settings.Replies = nil // a session without rights of reply
	if list = s.Draw(); len(list.Replies) != 0 || len(list.RefusedReplies) != 8 {
		t.Error(list.Replies)
	}
}

// TestClock: a clock runs between what starts and what stops it; a point of order has its own; pressing twice changes
// nothing, and a clock of the server that is put back takes no time away.
func TestClock(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return opening.Add(time.Duration(s) * time.Second) }
	speaker := speakers.Clock{Limit: 3 * time.Minute}
	if speaker.Runs() || speaker.Used(at(100)) != 0 || speaker.Left(at(100)) != 3*time.Minute || speaker.Stop(at(5)).Runs() {
		t.Error("a clock that was not started")
	}
	running := speaker.Start(at(0)).Start(at(50))
	if !running.Runs() || running.Used(at(60)) != time.Minute {
		t.Error(running)
	}
	paused := running.Stop(at(60)).Stop(at(90))
	point := speakers.Clock{Limit: time.Minute}.Start(at(60)).Stop(at(80))
	goes := paused.Start(at(80))
	if paused.Used(at(1000)) != time.Minute || goes.Used(at(90)) != 70*time.Second || point.Used(at(1000)) != 20*time.Second || goes.Left(at(300)) != -100*time.Second {
		t.Error(paused, goes, point)
	}
	if running.Spans[0].To != (time.Time{}) || len(paused.Spans) != 1 {
		t.Error("a clock was changed behind the back of who holds it")
	}
	back := goes.Stop(at(70)) // ten seconds before it was started again
	if back.Used(at(1000)) != time.Minute || speakers.Clock(goes).Used(at(10)) != time.Minute {
		t.Error(back.Used(at(1000)), goes.Used(at(10)))
	}
}
