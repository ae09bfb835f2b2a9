package speakers_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/speakers"
)

var opening = time.Date(2031, 3, 4, 9, 0, 0, 0, time.UTC)

func limits() map[string]time.Duration {
	return map[string]time.Duration{"group": 4 * time.Minute, "state": 3 * time.Minute, "igo": 3 * time.Minute, "ngo": 2 * time.Minute, "other": 2 * time.Minute}
}

// drawnSheet is any sheet, without moves: parties of every category and region, several requests of one, equal times.
func drawnSheet(t *rapid.T) speakers.Sheet {
	s := speakers.Sheet{Settings: speakers.Defaults()}
	s.Settings.Limits = limits()
	s.Settings.ByRegion, s.Settings.FewestFirst = rapid.Bool().Draw(t, "regions"), rapid.Bool().Draw(t, "fewest")
	s.Settings.Overrun, s.Settings.ReplyReserve = 5*time.Minute, 10*time.Minute
	type party struct {
		category, region string
		spoken           int
	}
	parties := make([]party, rapid.IntRange(1, 12).Draw(t, "parties"))
	for i := range parties {
		parties[i] = party{rapid.SampledFrom(s.Settings.Categories).Draw(t, "category"), rapid.SampledFrom([]string{"Africa", "Asia", "Europe", ""}).Draw(t, "region"), rapid.IntRange(0, 2).Draw(t, "spoken")}
	}
	for i := range rapid.IntRange(0, 25).Draw(t, "requests") {
		p := rapid.IntRange(0, len(parties)-1).Draw(t, "party")
		s.Requests = append(s.Requests, speakers.Request{Ref: fmt.Sprintf("q%d", i), At: opening.Add(time.Duration(rapid.IntRange(0, 15).Draw(t, "at")) * time.Minute),
			Time: time.Duration(rapid.IntRange(1, 6).Draw(t, "minutes")) * time.Minute, Party: fmt.Sprintf("P%d", p), Item: rapid.SampledFrom([]string{"", "", "5"}).Draw(t, "item"),
			Category: parties[p].category, Region: parties[p].region, Spoken: parties[p].spoken, Speaker: rapid.SampledFrom([]string{"", "Ana", "Bo"}).Draw(t, "speaker")})
	}
	if rapid.Bool().Draw(t, "closes") {
		s.Closed = opening.Add(10 * time.Minute)
	}
	return checked(t, s)
}

func checked(t interface{ Fatal(...any) }, s speakers.Sheet) speakers.Sheet {
	s, err := s.Check()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// withMoves has the chair move some places, one after the other, each on the list as it then is.
func withMoves(t *rapid.T, s speakers.Sheet) speakers.Sheet {
	for i := range rapid.IntRange(0, 6).Draw(t, "moves") {
		list := s.Draw()
		if len(list.Places) == 0 {
			return s
		}
		p := rapid.SampledFrom(list.Places).Draw(t, "moved")
		to := rapid.IntRange(1, len(list.Places)).Draw(t, "to")
		m := speakers.Move{Request: rapid.SampledFrom(p.Requests).Draw(t, "request"), By: "The chair", Why: "Agreed", At: opening.Add(time.Hour + time.Duration(i)*time.Minute)}
		m.Before, m.After = list.Beside(m.Request, to)
		s.Moves = append(s.Moves, m)
		after := s.Draw()
		if after.Places[to-1].Party != p.Party || after.Places[to-1].Item != p.Item {
			t.Fatalf("moved to %d, and it is not there", to)
		}
		if a, b := without(names(&list), name(&p)), without(names(&after), name(&p)); !slices.Equal(a, b) {
			t.Fatalf("moving one place changed others: %v, %v", a, b)
		}
	}
	return checked(t, s)
}

func name(p *speakers.Place) string { return p.Party + "/" + p.Item }

func names(l *speakers.List) []string {
	out := []string{}
	for i := range l.Places {
		out = append(out, name(&l.Places[i]))
	}
	return out
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

// byRules draws without moves, step by step as the rules are written.
func byRules(s *speakers.Sheet) []string {
	out := []string{}
	all := stands(s)
	for _, category := range s.Settings.Categories {
		for spoken := range 20 {
			var equals []*stand
			for _, o := range all {
				if o.first().Category == category && (o.first().Spoken == spoken || !s.Settings.FewestFirst && spoken == 0) {
					equals = append(equals, o)
				}
			}
			for len(equals) > 0 {
				// A round: each region, in the order of the earliest request that any of it had, gives one.
				var regions []string
				byTime := slices.SortedFunc(slices.Values(all), func(a, b *stand) int {
					if earlier(a.first(), b.first()) {
						return -1
					}
					return 1
				})
				for _, o := range byTime {
					if o.first().Category == category && (!s.Settings.FewestFirst || o.first().Spoken == spoken) && !slices.Contains(regions, o.first().Region) {
						regions = append(regions, o.first().Region)
					}
				}
				if !s.Settings.ByRegion {
					regions = []string{"any"}
				}
				for _, region := range regions {
					best := -1
					for i, o := range equals {
						if (region == "any" || o.first().Region == region) && (best < 0 || earlier(o.first(), equals[best].first())) {
							best = i
						}
					}
					if best >= 0 {
						if equals[best].heard == 0 {
							out = append(out, equals[best].party+"/"+equals[best].item)
						}
						equals = slices.Delete(equals, best, best+1)
					}
				}
			}
			if !s.Settings.FewestFirst {
				break
			}
		}
	}
	return out
}

// TestDraw: the draft is what the rules say step by step; nobody is dropped and nobody added; it does not matter in which
// order the requests stand, and a place has what it may have.
func TestDraw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSheet(t)
		list := s.Draw()
		if got, want := names(&list), byRules(&s); !slices.Equal(got, want) {
			t.Fatalf("%v, by the rules %v", got, want)
		}
		mixed := s
		mixed.Requests = rapid.Permutation(s.Requests).Draw(t, "mixed")
		if !reflect.DeepEqual(mixed.Draw(), list) {
			t.Fatal("another order of the requests gives another list")
		}
		s = withMoves(t, s)
		list = s.Draw()
		var refs []string
		for _, p := range list.Places {
			refs = append(refs, p.Requests...)
			if p.Time > s.Settings.Limits[p.Reason.Category] || p.Time < time.Minute {
				t.Fatalf("%s has %v", p.Party, p.Time)
			}
		}
		refs = append(refs, list.Late...)
		if len(refs) != len(s.Requests) {
			t.Fatalf("%d of %d requests", len(refs), len(s.Requests))
		}
		slices.Sort(refs)
		if len(slices.Compact(refs)) != len(s.Requests) {
			t.Fatal("a request stands twice")
		}
		all := stands(&s)
		for i := range list.Places {
			p := &list.Places[i]
			at := slices.IndexFunc(all, func(o *stand) bool { return o.party == p.Party && o.item == p.Item && o.heard == 0 })
			c := claimsOf(&s, all, all[at])
			var named []string
			for _, r := range all[at].requests {
				if r.Speaker != "" && !slices.Contains(named, r.Speaker) {
					named = append(named, r.Speaker)
				}
			}
			if !slices.Equal(p.Speakers, named) {
				t.Fatalf("%s: speakers %v, named %v", p.Party, p.Speakers, named)
			}
			if got, want := plain(p.Reason.Sentence(locale.English, speakers.Words{Day: opening})), c.english(s.Settings.FewestFirst, opening); got != want {
				t.Fatalf("%s:\n%s\n%s", p.Party, got, want)
			}
		}
	})
}

// TestDrawnAgain: who asks later is merged around what the chair moved, and changes nothing between those who were there;
// when the first was heard the others stand as they stood; of two neighbours one may be withdrawn, and the move holds.
func TestDrawnAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSheet(t)
		s.Closed = time.Time{}
		s = withMoves(t, s)
		list := s.Draw()
		before := names(&list)

		later := s
		later.Requests = slices.Clone(s.Requests)
		for i := range rapid.IntRange(1, 8).Draw(t, "later") {
			later.Requests = append(later.Requests, speakers.Request{Ref: fmt.Sprintf("z%d", i), At: opening.Add(2 * time.Hour), Time: time.Minute, Party: fmt.Sprintf("New%d", i),
				Category: rapid.SampledFrom(s.Settings.Categories).Draw(t, "category"), Region: rapid.SampledFrom([]string{"Africa", "Asia", "Oceania", ""}).Draw(t, "region"), Spoken: rapid.IntRange(0, 2).Draw(t, "spoken")})
		}
		again := checked(t, later).Draw()
		old := slices.DeleteFunc(names(&again), func(s string) bool { return strings.HasPrefix(s, "New") })
		if !slices.Equal(old, before) || len(again.Places) == len(old) {
			t.Fatalf("%v, before the later requests %v", names(&again), before)
		}

		if len(list.Places) == 0 {
			return
		}
		first := list.Places[0]
		heard := s
		heard.Requests = slices.Clone(s.Requests)
		for i := range heard.Requests {
			r := &heard.Requests[i]
			r.Heard = slices.Contains(first.Requests, r.Ref)
		}
		again = checked(t, heard).Draw()
		if got := names(&again); !slices.Equal(got, before[1:]) {
			t.Fatalf("after the first was heard %v, before %v", got, before)
		}
		for i, p := range again.Places {
			if !reflect.DeepEqual(p.Reason, list.Places[i+1].Reason) {
				t.Fatalf("%+v, before %+v", p.Reason, list.Places[i+1].Reason)
			}
		}
	})
}

// TestWithdrawn: whoever was withdrawn since, or had the floor since, a moved place stands where the fewest are on another side
// of it than the chair had them: before the next of those that it was put before, else behind the others.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSheet(t)
		list := s.Draw()
		if len(list.Places) < 3 {
			return
		}
		from, to := rapid.IntRange(0, len(list.Places)-1).Draw(t, "from"), rapid.IntRange(1, len(list.Places)-1).Draw(t, "to")
		moved := list.Places[from]
		m := speakers.Move{Request: moved.Requests[0], By: "The chair", Why: "Agreed", At: opening}
		m.Before, m.After = list.Beside(m.Request, to)
		if len(m.Before) != len(list.Places)-to || len(m.After) != to-1 {
			t.Fatalf("of %d at %d: %v %v", len(list.Places), to, m.Before, m.After)
		}
		gone := map[string]bool{}
		for _, p := range list.Places {
			if p.Requests[0] != moved.Requests[0] && rapid.Bool().Draw(t, "gone") {
				for _, ref := range p.Requests {
					gone[ref] = true
				}
			}
		}
		s.Requests = slices.DeleteFunc(s.Requests, func(r speakers.Request) bool { return gone[r.Ref] })
		party := rapid.SampledFrom(list.Places).Draw(t, "had the floor").Party
		for i := range s.Requests {
			if s.Requests[i].Party == party {
				s.Requests[i].Spoken++
			}
		}
		s.Moves = []speakers.Move{m}
		list = s.Draw()
		var others []string // by their earliest request
		at := 0
		for i, p := range list.Places {
			if p.Requests[0] == moved.Requests[0] {
				at = i
			} else {
				others = append(others, p.Requests[0])
			}
		}
		wrong := make([]int, len(others)+1)
		for k := range wrong {
			for i, ref := range others {
				if k <= i && slices.Contains(m.After, ref) || k > i && slices.Contains(m.Before, ref) {
					wrong[k]++
				}
			}
		}
		want, fewest := 0, slices.Min(wrong)
		late := slices.ContainsFunc(m.Before, func(ref string) bool { return slices.Contains(others, ref) })
		for k := range wrong {
			if wrong[k] == fewest {
				if want = k; !late {
					break
				}
			}
		}
		if at != want {
			t.Fatalf("it stands at %d, and should at %d: %v", at, want, names(&list))
		}
	})
}

// TestForecastsGrow: with a later end nobody is heard less, and those who are heard are the first of the list.
func TestForecastsGrow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := withMoves(t, drawnSheet(t))
		list := s.Draw()
		m := speakers.Moment{Now: opening, Remaining: time.Duration(rapid.IntRange(-100, 300).Draw(t, "remaining")) * time.Second, Replies: rapid.IntRange(0, 1).Draw(t, "replies")}
		end := opening.Add(time.Duration(rapid.IntRange(-60, 90).Draw(t, "end")) * time.Minute)
		one := s.Settings.Forecast(list.Places, m, end)
		two := s.Settings.Forecast(list.Places, m, end.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "later"))*time.Minute))
		if len(one.Heard) > len(two.Heard) || !slices.Equal(one.Heard, two.Heard[:len(one.Heard)]) {
			t.Fatalf("%v, with a later end %v", one.Heard, two.Heard)
		}
		for _, f := range []speakers.Forecast{one, two} {
			if len(f.Heard)+len(f.Cut) != len(list.Places) {
				t.Fatal("somebody is neither heard nor cut")
			}
			for i, slot := range f.Heard {
				if slot.Place != i || slot.To.After(f.Limit) || slot.To.Sub(slot.From) != list.Places[i].Time {
					t.Fatal(slot)
				}
				if i > 0 && slot.From.Sub(f.Heard[i-1].To) != s.Settings.Changeover || i == 0 && !slot.From.Equal(opening.Add(max(m.Remaining, 0))) {
					t.Fatal(slot)
				}
			}
			for i, at := range f.Cut {
				if at != len(f.Heard)+i {
					t.Fatal(f.Cut)
				}
			}
		}
	})
}

// TestMoves: in circles the last counts; two before one place stand in the order of their moves; one of a request that has
// no place is idle; what stood beside it is gone, and it is first.
func TestMoves(t *testing.T) {
	t.Parallel()
	s := speakers.Sheet{Settings: speakers.Defaults(), Closed: opening.Add(time.Hour)}
	s.Settings.Limits = limits()
	for i, ref := range []string{"a", "b", "c", "d", "e"} {
		s.Requests = append(s.Requests, speakers.Request{Ref: ref, At: opening.Add(time.Duration(i) * time.Minute), Time: time.Minute, Party: ref, Category: "state", Region: "r" + ref})
	}
	s.Requests = append(s.Requests, speakers.Request{Ref: "z", At: opening.Add(2 * time.Hour), Time: time.Minute, Party: "a", Category: "state"})
	at := 0
	move := func(request string, before ...string) speakers.Move {
		at++
		return speakers.Move{Request: request, Before: before, By: "The chair", Why: "w", At: opening.Add(time.Duration(at) * time.Minute)}
	}
	first, second := move("d", "b"), move("e", "b")
	after := move("e", "gone")
	after.After = []string{"gone", "c"}
	for what, c := range map[string]struct {
		moves []speakers.Move
		want  string
		idle  []int
	}{
		"none":                      {nil, "abcde", nil},
		"to the end":                {[]speakers.Move{move("b")}, "acdeb", nil},
		"before":                    {[]speakers.Move{move("d", "a")}, "dabce", nil},
		"back":                      {[]speakers.Move{move("a", "d")}, "bcade", nil},
		"where it is":               {[]speakers.Move{move("b", "c"), move("e")}, "abcde", nil},
		"in circles":                {[]speakers.Move{move("a", "b"), move("b", "a")}, "bacde", nil},
		"in circles of three":       {[]speakers.Move{move("c", "a"), move("b", "c"), move("a", "b")}, "abcde", nil},
		"two before one":            {[]speakers.Move{first, second}, "adebc", nil},
		"by time and not as listed": {[]speakers.Move{second, first}, "adebc", nil},
		"twice":                     {[]speakers.Move{move("e", "a"), move("e", "d")}, "abced", nil},
		"nobody":                    {[]speakers.Move{move("x", "a"), move("c", "a")}, "cabde", []int{0}},
		"nobody, twice":             {[]speakers.Move{move("c", "a"), move("x", "a"), {Request: "y", By: "The chair", Why: "w", At: opening}}, "cabde", []int{1, 2}},
		"too late":                  {[]speakers.Move{move("z", "b")}, "abcde", []int{0}},
		"before nobody":             {[]speakers.Move{move("d", "gone")}, "dabce", nil},
		"after who is left":         {[]speakers.Move{after}, "abced", nil},
		"before itself":             {[]speakers.Move{move("d", "d")}, "dabce", nil},
		"before all that are left":  {[]speakers.Move{move("e", "gone", "b", "a")}, "eabcd", nil},
		"as many as can be":         {[]speakers.Move{{Request: "e", Before: []string{"a", "c", "d"}, After: []string{"b", "gone"}, By: "C", Why: "w", At: opening}}, "abecd", nil},
	} {
		s.Moves = c.moves
		list := s.Draw()
		got := ""
		for _, p := range list.Places {
			got += p.Party
		}
		if got != c.want || !slices.Equal(list.Idle, c.idle) || len(list.Late) != 1 {
			t.Errorf("%s: %s, want %s; idle %v, want %v", what, got, c.want, list.Idle, c.idle)
		}
	}
	s.Moves = []speakers.Move{first, second}
	if before, after := s.Draw().Places, []string{}; before[1].Reason.Move.Request != "d" || before[0].Reason.Move != nil {
		t.Error(before, after)
	}
}

// TestHeard: who was heard has no place, has taken the turn of their region, and stands on the list again when they ask
// again, behind those who were heard fewer times.
func TestHeard(t *testing.T) {
	t.Parallel()
	s := speakers.Sheet{Settings: speakers.Defaults()}
	s.Settings.Limits = limits()
	ask := func(ref, party, region string, minute, spoken int, heard bool) {
		s.Requests = append(s.Requests, speakers.Request{Ref: ref, At: opening.Add(time.Duration(minute) * time.Minute), Time: time.Minute, Party: party, Category: "state", Region: region, Spoken: spoken, Heard: heard})
	}
	ask("a", "A", "Asia", 0, 0, true)
	ask("b", "B", "Asia", 1, 0, false)
	ask("c", "C", "Europe", 2, 0, false)
	ask("a2", "A", "Asia", 3, 1, true)
	ask("a3", "A", "Asia", 4, 2, false)
	ask("d", "D", "Asia", 5, 1, false)
	ask("e", "E", "Europe", 6, 1, false)
	list := checked(t, s).Draw()
	if got := names(&list); !slices.Equal(got, []string{"C/", "B/", "E/", "D/", "A/"}) {
		t.Error(got)
	}
	if p := list.Places; p[1].Reason.Turn != 2 || p[3].Reason.Turn != 2 || p[4].Reason.Spoken != 2 || !slices.Equal(p[4].Requests, []string{"a3"}) {
		t.Errorf("%+v", list.Places)
	}
}

// TestBeside: of a long list the nearest fifty on each side are named.
func TestBeside(t *testing.T) {
	t.Parallel()
	s := speakers.Sheet{Settings: speakers.Defaults()}
	s.Settings.Limits = limits()
	for i := range 130 {
		s.Requests = append(s.Requests, speakers.Request{Ref: fmt.Sprint(i), At: opening.Add(time.Duration(i) * time.Minute), Time: time.Minute, Party: fmt.Sprint(i), Category: "state"})
	}
	list := s.Draw()
	before, after := list.Beside("3", 60) // 59 others stand before it
	if len(before) != 50 || before[0] != "60" || before[49] != "109" || len(after) != 50 || after[0] != "59" || after[49] != "10" {
		t.Error(before, after)
	}
	if before, after = list.Beside("3", 130); len(before) != 0 || len(after) != 50 {
		t.Error(before, after)
	}
	if before, after = list.Beside("3", 1); len(before) != 50 || before[0] != "0" || len(after) != 0 {
		t.Error(before, after)
	}
}

// TestDrawAnything: what Check refuses is drawn as far as it goes; nobody is dropped.
func TestDrawAnything(t *testing.T) {
	t.Parallel()
	s := speakers.Sheet{Requests: []speakers.Request{{Ref: "b", Category: "none such", Time: time.Hour}, {Ref: "a", Party: "A", Category: "state"}, {Ref: "a", Party: "B"}},
		Settings: speakers.Settings{Categories: []string{"group", "state"}}}
	list := s.Draw()
	if got := names(&list); !slices.Equal(got, []string{"A/", "B/", "/"}) || list.Places[2].Time != time.Hour {
		t.Error(got)
	}
	if empty := (speakers.Sheet{}).Draw(); len(empty.Places) != 0 || len(empty.Late) != 0 {
		t.Error(empty)
	}
}

// large is a sheet of n requests, with some moves.
func large(n int) speakers.Sheet {
	r := rand.New(rand.NewPCG(1, 2))
	s := speakers.Sheet{Settings: speakers.Defaults()}
	s.Settings.Limits = limits()
	regions := []string{"Africa", "Arab", "Asia", "Eastern", "Latin", "Western", ""}
	for i := range n {
		party := i
		if i%4 == 3 {
			party = i - 1 // asks twice
		}
		s.Requests = append(s.Requests, speakers.Request{Ref: fmt.Sprintf("q%d", i), At: opening.Add(time.Duration(r.IntN(7200)) * time.Second), Time: time.Duration(1+r.IntN(6)) * time.Minute,
			Party: fmt.Sprintf("P%d", party), Category: s.Settings.Categories[party%5], Region: regions[party%7], Spoken: party % 3})
	}
	for i := range min(20, n) {
		s.Moves = append(s.Moves, speakers.Move{Request: fmt.Sprintf("q%d", i*n/20), Before: []string{fmt.Sprintf("q%d", (i*n/20+n/2)%n)}, By: "The chair", Why: "Agreed", At: opening.Add(time.Duration(i) * time.Minute)})
	}
	return s
}

// BenchmarkDraw draws a list of 500 requests with 20 moves, and a forecast; with the sentences in a language, too.
func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{500, speakers.MaxRequests} {
		s, err := large(n).Check()
		if err != nil {
			b.Fatal(err)
		}
		m := speakers.Moment{Now: opening}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				list := s.Draw()
				s.Settings.Forecast(list.Places, m, opening.Add(3*time.Hour))
			}
		})
		b.Run(fmt.Sprint(n, " with sentences"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				list := s.Draw()
				for i := range list.Places {
					list.Places[i].Reason.Sentence(locale.Arabic, speakers.Words{Day: opening})
				}
			}
		})
	}
}

// TestTied: that the reference decides is said where it does: within a region, and between the first of two regions.
func TestTied(t *testing.T) {
	t.Parallel()
	s := speakers.Sheet{Settings: speakers.Defaults()}
	s.Settings.Limits = limits()
	for _, r := range []struct {
		ref, region string
		minute      int
	}{{"b", "Europe", 0}, {"a", "Asia", 0}, {"e", "Asia", 1}, {"d", "Africa", 1}, {"c", "Africa", 1}} {
		s.Requests = append(s.Requests, speakers.Request{Ref: r.ref, At: opening.Add(time.Duration(r.minute) * time.Minute), Time: time.Minute, Party: r.ref, Category: "state", Region: r.region, Speaker: "Ana"})
	}
	s.Requests = append(s.Requests, s.Requests[0])
	s.Requests[5].Ref = "b2"
	got := ""
	for _, p := range checked(t, s).Draw().Places {
		got += p.Party + "=" + p.Reason.Tied + strings.Join(p.Speakers, "+") + " "
	}
	if want := "a=aAna b=bAna c=cAna e=Ana d=dAna "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
