package conversation_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
	"pgregory.net/rapid"
)

// assembled plans a session with an item, declares the rules of its floor, opens the list and a sitting.
func assembled(w *world) {
	w.must(olga, session.PlanSession{Plan: session.Plan{Title: english("Session"), Form: session.Online, Zone: "UTC"}})
	seen := func() cite.Position { return w.st.Sessions.Sessions()[0].Seen }
	w.must(olga, session.PlanSitting{Session: "s1", Begins: w.now, Ends: w.now.Add(time.Hour), Seen: seen()})
	w.must(olga, session.PlanItem{Session: "s1", Item: session.Content{Title: english("Item")}, Seen: seen()})
	w.must(olga, floor.SetRules{Session: "s1", Rules: floor.Usual()}, floor.SetList{Session: "s1", Item: 1, Open: true}, session.OpenSitting{Session: "s1", Number: 1, Opened: w.now})
}

// onFloor makes of a command about a floor one that may well be granted, and gives who asks for it.
func (g *generator) onFloor(command any) (author delegation.Participant) {
	x := g.w.st.Floors.Floor("s1")
	waits := func(kind string) int {
		for _, r := range x.Requests {
			if r.Kind == kind && r.Became == floor.Waits {
				return r.Number
			}
		}
		return 1
	}
	switch c := command.(type) {
	case *floor.SetRules:
		*c = floor.SetRules{Session: "s1", Rules: floor.Usual(), Reason: english("Because."), Seen: x.Acted}
	case *floor.SetList:
		*c = floor.SetList{Session: "s1", Item: 1, Open: g.number(2) == 0}
	case *floor.Ask:
		*c = floor.Ask{Session: "s1", Kind: pick(g, floor.Kinds...), Item: 1, Party: fenland.Ref(), Note: pick(g, "", "By telephone.")}
		return fen
	case *floor.Enter:
		*c = floor.Enter{Session: "s1", Kind: pick(g, floor.Kinds...), Item: 1, Party: moor.Ref()}
	case *floor.Leave:
		*c = floor.Leave{Session: "s1", Kind: pick(g, floor.Kinds...), Item: 1, Party: fenland.Ref()}
		return fen
	case *floor.Strike:
		*c = floor.Strike{Session: "s1", Request: waits(pick(g, floor.Kinds...)), Reason: english("Because."), Seen: x.Acted}
	case *floor.MovePlace:
		*c = floor.MovePlace{Session: "s1", Request: waits(floor.Place), To: 1 + g.number(3), Reason: english("Because."), Seen: x.Acted}
	case *floor.Give:
		*c = floor.Give{Session: "s1", Request: waits(pick(g, floor.Kinds...)), Seen: x.Acted}
	case *floor.Time:
		*c = floor.Time{Session: "s1", Do: pick(g, floor.Acts...), Seconds: 30, Seen: x.Acted}
	case *floor.Rule:
		*c = floor.Rule{Session: "s1", Request: waits(floor.Point), Ruling: floor.InOrder, Seen: x.Acted}
	case *floor.Consult:
		*c = floor.Consult{Session: "s1", Text: english("It is closed."), Seconds: 30, Seen: x.Acted}
	case *floor.Object:
		*c = floor.Object{Session: "s1", Party: fenland.Ref()}
		return fen
	case *floor.EnterTurn:
		began := g.w.now.Add(-time.Duration(1+g.number(60)) * time.Minute)
		*c = floor.EnterTurn{Session: "s1", Kind: pick(g, floor.Kinds...), Ruling: pick(g, floor.Rulings...), Sitting: 1, Item: 1, Party: pick(g, moor, fenland).Ref(), Began: began, Ended: began.Add(50 * time.Second),
			Floor: locale.English, Speaker: pick(g, "", "Head of delegation"), Cut: g.number(2) == 0}
		if n := g.number(len(x.Turns) + 1); g.number(2) == 0 {
			c.Number, c.Reason = n, english("The clock was read wrongly.")
		}
	case *floor.DescribeTurn:
		*c = floor.DescribeTurn{Session: "s1", Number: max(1, g.number(len(x.Turns)+1)), Floor: locale.French, Speaker: pick(g, "", "Minister")}
	case *floor.AskHands:
		*c = floor.AskHands{Session: "s1", Text: english("Shall it be closed?"), Seen: x.Acted}
	case *floor.ShowHand:
		*c = floor.ShowHand{Session: "s1", Party: fenland.Ref(), Answer: pick(g, floor.Answers...)}
		return fen
	case *floor.EndHands:
		c.Session = "s1"
	case *floor.Conclude:
		c.Session = "s1"
		if q := x.Asked(); q != nil {
			c.Objects = len(q.Objects)
		}
	}
	return nobody
}

// TestNoteToTheChair: a note to the chair is no part of what everybody reads: its entry is for those who moderate, and its words for the chair.
func TestNoteToTheChair(t *testing.T) {
	t.Parallel()
	w := seated(t)
	assembled(w)
	if _, err := w.ask(conversation.Ask{By: fen, Command: floor.Ask{Session: "s1", Item: 1, Party: fenland.Ref(), Note: "By telephone."}}); err != nil {
		t.Fatal(err)
	}
	x := w.st.Floors.Floor("s1")
	if len(x.Requests) != 1 || x.Requests[0].Note != w.st.Head {
		t.Fatal(x.Requests)
	}
	all := map[string]conversation.Audience{"the chair": {Roles: delegation.RoleSet(0).With(delegation.Chair)}, "a rapporteur": {Roles: delegation.RoleSet(0).With(delegation.Rapporteur)}, "whoever asked": {As: []delegation.Participant{fen}}}
	maps.Copy(all, audiences)
	for name, a := range all {
		got := false
		var q floor.Request
		r := reading(w.st, a, w.now, func(r *conversation.Reading) {
			q = r.Floor.Floor("s1").Requests[0]
			got = r.Floor.NoteOf(q) != 0
		})
		if _, shown := r.Show(w.words)[q.Note]; got != shown || got != (a.Roles.Has(delegation.Chair, delegation.Officer)) {
			t.Errorf("%s reads the note: %v, and its words are shown: %v", name, got, shown)
		}
	}
	if w.st.MaySeeFact(conversation.Public, &floor.Noted{Session: "s1", Request: 1}) || !w.st.MaySeeFact(conversation.Public, &floor.Requested{Session: "s1"}) {
		t.Error("the note is everybody's, or the request nobody's")
	}
}

// TestNotesEnd: a note to the chair is erased when its request waits no more, because the party took it back, the chair struck it or gave the floor, or ruled on a point
// of order that was not heard; those of others stay.
func TestNotesEnd(t *testing.T) {
	t.Parallel()
	for how, end := range map[string]func(w *world, x *floor.Floor) (delegation.Participant, any){
		"left": func(*world, *floor.Floor) (delegation.Participant, any) {
			return fen, floor.Leave{Session: "s1", Item: 1, Party: fenland.Ref()}
		},
		"ruled": func(_ *world, x *floor.Floor) (delegation.Participant, any) {
			return cora, floor.Rule{Session: "s1", Request: 1, Ruling: floor.OutOfOrder, Seen: x.Acted}
		},
		"struck": func(_ *world, x *floor.Floor) (delegation.Participant, any) {
			return cora, floor.Strike{Session: "s1", Request: 1, Reason: english("Because."), Seen: x.Acted}
		},
		"given": func(_ *world, x *floor.Floor) (delegation.Participant, any) {
			return cora, floor.Give{Session: "s1", Request: 1, Seen: x.Acted}
		},
	} {
		w := seated(t)
		assembled(w)
		w.must(fen, floor.Ask{Session: "s1", Kind: map[string]string{"ruled": floor.Point}[how], Item: 1, Party: fenland.Ref(), Note: "By telephone."})
		const port, pia = delegation.Party(200), delegation.Participant(200)
		w.must(olga, delegation.EnterParty{Party: port, Category: "state", Country: "CH", Name: "Port"}, delegation.Authorise{Participant: pia, Party: port})
		w.must(pia, floor.Ask{Session: "s1", Item: 1, Party: port.Ref(), Note: "She is late."})
		x := w.st.Floors.Floor("s1")
		mine, other := x.Requests[0].Note, x.Requests[1].Note
		by, c := end(w, x)
		w.must(by, c)
		_, gone := w.st.Erased(mine)
		_, too := w.st.Erased(other)
		if mine == 0 || other == 0 || !gone || too {
			t.Errorf("%s: the note is gone: %v, that of another request: %v", how, gone, too)
		}
	}
}

// TestTheListIsOfTheEligible: whoever asked, and may have the floor, stands on the list once, and nobody else does, whatever the chair moved, gave
// and struck; who had the floor is not on it, and counts as having had it; and a replay draws the same.
func TestTheListIsOfTheEligible(t *testing.T) {
	t.Parallel()
	const first, many = 200, 9
	rapid.Check(t, func(t *rapid.T) {
		w := seated(t)
		assembled(w)
		for i := range many {
			y := delegation.Party(first + i)
			w.must(olga, delegation.EnterParty{Party: y, Category: pick3(i, "state", "ngo", "state"), Country: pick3(i, "CH", "", "FR"), Name: "P"},
				delegation.Authorise{Participant: delegation.Participant(first + i), Party: y})
		}
		gone, spoke := map[int]bool{}, map[cite.Ref]int{}
		for range rapid.IntRange(5, 40).Draw(t, "acts") {
			i := rapid.IntRange(0, many-1).Draw(t, "who")
			y, who := delegation.Party(first+i), delegation.Participant(first+i)
			x := w.st.Floors.Floor("s1")
			n := rapid.IntRange(0, len(x.Requests)).Draw(t, "request")
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0, 1, 2:
				_, _ = w.do(who, floor.Ask{Session: "s1", Item: 1, Party: y.Ref(), Minutes: i})
			case 3:
				_, _ = w.do(who, floor.Leave{Session: "s1", Item: 1, Party: y.Ref()})
			case 4:
				_, _ = w.do(cora, floor.MovePlace{Session: "s1", Request: n, To: 1 + i, Reason: english("Because."), Seen: x.Acted})
			case 5:
				if _, err := w.do(cora, floor.Give{Session: "s1", Request: n, Seen: x.Acted}); err == nil {
					r, _ := w.st.Floors.Floor("s1").Request(n)
					spoke[r.Party]++
				}
			case 6:
				if rapid.IntRange(0, 3).Draw(t, "end") == 0 && !gone[i] {
					w.must(olga, delegation.Unauthorise{Participant: who, Party: y})
					gone[i] = true
				} else {
					_, _ = w.do(cora, floor.Strike{Session: "s1", Request: n, Reason: english("Because."), Seen: x.Acted})
				}
			}
			w.now = w.now.Add(time.Second)
		}
		want := map[string]int{}
		for _, r := range w.st.Floors.Floor("s1").Requests {
			if r.Became == floor.Waits && !gone[int(delegation.Party(speaking.Party(r.Party)))-first] {
				want[string(r.Party)] = spoke[r.Party]
			}
		}
		reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) {
			_, list := r.Floor.Drawn("s1", 1, "en")
			got := map[string]int{}
			for _, p := range list.Places {
				if _, twice := got[p.Party]; twice {
					t.Fatal("somebody stands on the list twice")
				}
				got[p.Party] = p.Reason.Spoken
			}
			if !maps.Equal(got, want) {
				t.Fatalf("on the list are %v, want %v", got, want)
			}
		})
		if w.replayed() != w.st.Digest() {
			t.Fatal("a replay gives another floor")
		}
	})
}

// TestGroupThroughAMember: a group has the floor through a member that belongs to it and may speak. What was asked through one that left it, or that is accredited no
// more, stands on no list, and is not part of the place that is given through another.
func TestGroupThroughAMember(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		change func(*world)
		gone   bool  // nobody speaks through the boats any more
		given  []int // with the request through the moor
	}{
		"both may":           {func(*world) {}, false, []int{3, 1, 2}},
		"a member that left": {func(w *world) { w.must(olga, delegation.Compose{Group: isles, Members: []delegation.Party{moor}}) }, true, []int{3}},
		"a group no more":    {func(w *world) { w.must(olga, delegation.Compose{Group: isles}) }, true, nil},
		"accreditation over": {func(w *world) { w.must(olga, accreditation.Terminate{Party: boats.Ref(), Reason: "It closed."}) }, true, []int{3}},
	} {
		w, _ := opened(t)
		assembled(w)
		w.must(ben, asking(boats, "ngo", 7))
		w.must(olga, granting(boats, accreditation.AsParty, w.now.Add(30*time.Minute)), delegation.EnterParty{Party: moor, Category: "state", Name: "Moor"}, delegation.EnterParty{Party: isles, Category: "state", Name: "Isles"},
			delegation.Authorise{Participant: dan, Party: boats}, delegation.Authorise{Participant: mina, Party: moor}, delegation.Compose{Group: isles, Members: []delegation.Party{boats, moor}})
		w.must(dan, floor.Ask{Session: "s1", Item: 1, Party: isles.Ref(), Through: boats.Ref()})
		w.must(olga, floor.Enter{Session: "s1", Item: 1, Party: isles.Ref(), Through: boats.Ref()})
		w.must(mina, floor.Ask{Session: "s1", Item: 1, Party: isles.Ref(), Through: moor.Ref()})
		c.change(w)
		give := func(n int) string {
			_, err := w.do(cora, floor.Give{Session: "s1", Request: n, Seen: w.st.Floors.Floor("s1").Acted})
			return keyOf(err)
		}
		for n := 1; n < 3 && c.gone; n++ {
			if got := give(n); got != "floor.speaks_no_more" {
				t.Errorf("%s: request %d is given: %s", what, n, got)
			}
		}
		drawn := ""
		reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) {
			_, list := r.Floor.Drawn("s1", 1, "en")
			for _, p := range list.Places {
				drawn += fmt.Sprint(p.Requests)
			}
		})
		if want := map[bool]string{true: "[00003]", false: "[00001 00002 00003]"}[c.gone]; c.given != nil && drawn != want || c.given == nil && drawn != "" {
			t.Errorf("%s: on the list are %s", what, drawn)
		}
		if c.given == nil {
			continue
		}
		if got := give(3); got != "" {
			t.Fatal(what, got)
		}
		if turn := w.st.Floors.Floor("s1").Turns[0]; turn.Through != moor.Ref() || !slices.Equal(turn.Requests, c.given) {
			t.Errorf("%s: the floor is given through %s for %v", what, turn.Through, turn.Requests)
		}
	}
}

func pick3(i int, all ...string) string { return all[i%len(all)] }

// TestSpeakerIsPutRight: as what somebody spoke is erased where it is said anew, of a turn that the chair gave and of one that was entered afterwards; that of another
// turn stays.
func TestSpeakerIsPutRight(t *testing.T) {
	t.Parallel()
	w := seated(t)
	assembled(w)
	began := w.now
	w.now = w.now.Add(10 * time.Minute)
	turn := floor.EnterTurn{Session: "s1", Sitting: 1, Item: 1, Party: fenland.Ref(), Began: began, Ended: began.Add(time.Minute), Speaker: "Jane Doe"}
	other := turn
	other.Began, other.Ended, other.Speaker = turn.Ended, turn.Ended.Add(time.Minute), "Head of delegation"
	w.must(olga, turn, other)
	said := func(n int) cite.Position { return w.st.Floors.Floor("s1").Turns[n-1].Said }
	gone := func(p cite.Position) bool { _, gone := w.st.Erased(p); return gone }
	first, stays := said(1), said(2)
	turn.Number, turn.Speaker, turn.Reason = 1, "Minister", english("It named a person.")
	w.must(olga, turn)
	second := said(1)
	if !gone(first) || gone(second) || second == first {
		t.Errorf("put right: the first is gone: %v, the second: %v", gone(first), gone(second))
	}
	w.must(olga, floor.DescribeTurn{Session: "s1", Number: 1, Speaker: ""})
	if !gone(second) || gone(stays) {
		t.Errorf("said anew: the second is gone: %v, that of another turn: %v", gone(second), gone(stays))
	}
}
