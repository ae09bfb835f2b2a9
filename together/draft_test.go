package together

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// roll is who speaks for whom.
type roll map[delegation.Participant][]delegation.Party

func (r roll) SpeaksFor(p delegation.Participant) []delegation.Party { return r[p] }

func (r roll) WritesFor(p delegation.Participant) []delegation.Party { return r[p] }

func (roll) Members(delegation.Party) []delegation.Party { return nil }

func (roll) Heads(delegation.Participant, delegation.Party) bool { return true }

// seats is a party with a head: who only prepares, and who speaks and is not its head, are in its delegation.
type seats struct{ roll }

func (seats) WritesFor(delegation.Participant) []delegation.Party { return []delegation.Party{arcadia} }

func (seats) Heads(p delegation.Participant, _ delegation.Party) bool { return p == head }

const arcadia, ruritania delegation.Party = 7, 8

// The people: two who may speak for Arcadia and a head, one who may speak for another party, one who only writes.
const (
	ana, ben, head, foreign, drafter delegation.Participant = 1, 2, 3, 4, 5
)

func people() roll {
	return roll{ana: {arcadia}, ben: {arcadia}, head: {arcadia, ruritania}, foreign: {ruritania}}
}

var t0 = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func by(who delegation.Participant, text int) Mark { return Mark{By: who, At: t0, Text: text} }

func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	if err != nil {
		return "fault: " + err.Error()
	}
	return ""
}

// TestMay tries who may do what with the drafts of a party, for every kind of person.
func TestMay(t *testing.T) {
	all := Rights{true, true, true, true}
	for who, want := range map[delegation.Participant]Rights{ana: all, ben: all, head: all, foreign: {}, drafter: {}, 0: {}} {
		if got := May(people(), who, arcadia); got != want {
			t.Errorf("%d: %+v", who, got)
		}
	}
	for who, want := range map[delegation.Participant]Rights{
		ana: {Write: true, Review: true, Submit: true}, head: all, drafter: {Write: true},
	} {
		if got := May(seats{people()}, who, arcadia); got != want {
			t.Errorf("where there is a head, %d: %+v", who, got)
		}
	}
	if May(roll{0: {arcadia}}, 0, arcadia).Write {
		t.Error("nobody in particular may write")
	}
}

// TestMatrix tries every act of every person in every state of a draft: who is refused, and with what.
func TestMatrix(t *testing.T) {
	const text = 5
	asked, reviewed := by(ana, text), by(ben, text)
	states := []struct {
		name string
		Draft
	}{
		{"writing", Draft{Clearance: ByBoth}},
		{"review", Draft{Clearance: ByBoth, Asked: &asked}},
		{"head", Draft{Clearance: ByBoth, Asked: &asked, Cleared: []Mark{reviewed}}},
		{"cleared", Draft{Clearance: ByBoth, Asked: &asked, Cleared: []Mark{reviewed, by(head, text)}}},
		{"free", Draft{}},
	}
	acts := map[string]func(*Draft, roll, Mark) error{
		"ask":    func(d *Draft, r roll, m Mark) error { return d.Ask(r, m, text) },
		"clear":  func(d *Draft, r roll, m Mark) error { return d.Clear(r, m, text) },
		"return": func(d *Draft, r roll, m Mark) error { return d.Return(r, m, text) },
		"settle": func(d *Draft, r roll, m Mark) error { return d.Settle(r, m.By, ByHead) },
		"send":   func(d *Draft, r roll, m Mark) error { return d.MaySend(r, m, text) },
	}
	who := []delegation.Participant{ana, ben, head, foreign, drafter, 0}
	// In the order of who: Ana sent it for clearance, Ben reviewed it.
	want := map[string]string{
		"writing ask":    "- - - - - -", // whoever sees it: the pages show it to nobody else
		"writing clear":  "not_asked not_asked not_asked not_asked not_asked not_asked",
		"writing return": "not_asked not_asked not_asked not_asked not_asked not_asked",
		"writing settle": "- - - not_yours not_yours not_yours",
		"writing send":   "not_cleared not_cleared not_cleared not_yours not_yours not_yours",
		"review ask":     "asked asked asked asked asked asked",
		"review clear":   "own - - not_yours not_yours not_yours",
		"review return":  "own - - not_yours not_yours not_yours",
		"review settle":  "- - - not_yours not_yours not_yours",
		"review send":    "not_cleared not_cleared not_cleared not_yours not_yours not_yours",
		"head ask":       "asked asked asked asked asked asked",
		"head clear":     "own own - not_yours not_yours not_yours",
		"head return":    "own own - not_yours not_yours not_yours",
		"head settle":    "- - - not_yours not_yours not_yours",
		"head send":      "not_cleared not_cleared not_cleared not_yours not_yours not_yours",
		"cleared ask":    "asked asked asked asked asked asked",
		"cleared clear":  "not_asked not_asked not_asked not_asked not_asked not_asked",
		"cleared return": "not_asked not_asked not_asked not_asked not_asked not_asked",
		"cleared settle": "- - - not_yours not_yours not_yours",
		"cleared send":   "- - - not_yours not_yours not_yours",
		"free ask":       "no_clearance no_clearance no_clearance no_clearance no_clearance no_clearance",
		"free clear":     "not_asked not_asked not_asked not_asked not_asked not_asked",
		"free return":    "not_asked not_asked not_asked not_asked not_asked not_asked",
		"free settle":    "- - - not_yours not_yours not_yours",
		"free send":      "- - - not_yours not_yours not_yours",
	}
	if len(want) != len(states)*len(acts) {
		t.Fatal("a cell is missing")
	}
	for _, s := range states {
		for name, act := range acts {
			got := ""
			for _, p := range who {
				d := s.Draft
				d.Party = arcadia
				cell := key(act(&d, people(), by(p, text)))
				if cell == "" {
					cell = "-"
				}
				if len(cell) > 9 && cell[:9] == "together." {
					cell = cell[9:]
				}
				got += " " + cell
			}
			if got[1:] != want[s.name+" "+name] {
				t.Errorf("%s, %s:\n got %s\nwant %s", s.name, name, got[1:], want[s.name+" "+name])
			}
		}
	}
}

// TestClearance walks from writing to cleared; every act refuses a text that is not the one that was read.
func TestClearance(t *testing.T) {
	d := Draft{Party: arcadia, Clearance: ByBoth}
	r := people()
	stage := func(text int, want Stage) {
		t.Helper()
		if got := d.Standing(r, text).Stage; got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
	stage(3, Writing)
	for _, act := range []func(Roll, Mark, int) error{d.Ask, d.Clear, d.Return, func(r Roll, m Mark, text int) error { return d.MaySend(r, m, text) }} {
		if k := key(act(r, by(ana, 2), 3)); k != "together.moved" {
			t.Error(k)
		}
	}
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(d.Ask(r, by(drafter, 3), 3))
	stage(3, Review)
	ok(d.Clear(r, by(ana, 3), 3))
	stage(3, Head)
	ok(d.Return(r, by(head, 3), 3))
	if stage(3, Writing); d.Returned == nil || d.Returned.By != head || d.Last().By != head {
		t.Error("it does not say who returned it")
	}
	ok(d.Ask(r, by(drafter, 3), 3))
	if d.Returned != nil {
		t.Error("it is still returned")
	}
	ok(d.Clear(r, by(ana, 3), 3))
	ok(d.Clear(r, by(head, 3), 3))
	stage(3, Cleared)
	ok(d.MaySend(r, by(ben, 3), 3))

	d = Draft{Party: arcadia, Clearance: ByHead}
	ok(d.Ask(r, by(ana, 3), 3))
	stage(3, Head)
	ok(d.Clear(r, by(ben, 3), 3))
	stage(3, Cleared)
	d.Became = "c1"
	stage(3, Sent)
}

// TestEditVoids: whatever was given for a text, any later text has none of it, and says so.
func TestEditVoids(t *testing.T) {
	r := people()
	for _, cleared := range [][]delegation.Participant{nil, {ben}, {ben, head}} {
		d := Draft{Party: arcadia, Clearance: ByBoth}
		m := by(ana, 9)
		d.Asked = &m
		for _, who := range cleared {
			d.Cleared = append(d.Cleared, by(who, 9))
		}
		if got := d.Standing(r, 10); got != (Standing{Stage: Writing, Edited: true}) {
			t.Errorf("%d clearances: %+v", len(cleared), got)
		}
		if k := key(d.MaySend(r, by(head, 10), 10)); k != "together.not_cleared" {
			t.Error(k)
		}
		if err := d.Ask(r, by(ana, 10), 10); err != nil || len(d.Cleared) != 0 {
			t.Error("it cannot be sent for clearance again", err)
		}
	}
	// A clearance of another text than the one that waits counts for nothing.
	m := by(ana, 9)
	d := Draft{Party: arcadia, Clearance: ByHead, Asked: &m, Cleared: []Mark{by(ben, 8)}}
	if got := d.Standing(r, 9); got.Stage != Head || !got.Ended {
		t.Errorf("%+v", got)
	}
}

// TestMandateEnds: a clearance ends with the mandate of whoever gave it, and with it what rests on it; who lost the mandate does
// nothing more.
func TestMandateEnds(t *testing.T) {
	r := people()
	m := by(ana, 4)
	d := Draft{Party: arcadia, Clearance: ByBoth, Asked: &m, Cleared: []Mark{by(ben, 4), by(head, 4)}}
	delete(r, head)
	if got := d.Standing(r, 4); got != (Standing{Stage: Head, Ended: true}) {
		t.Errorf("%+v", got)
	}
	for name, err := range map[string]error{"send": d.MaySend(r, by(head, 4), 4), "settle": d.Settle(r, head, NoClearance), "clear": d.MayClear(r, head, 4)} {
		if key(err) != "together.not_yours" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if k := key(d.MaySend(r, by(ana, 4), 4)); k != "together.not_cleared" {
		t.Error(k)
	}
	delete(r, ben)
	if got := d.Standing(r, 4); got != (Standing{Stage: Review, Ended: true}) {
		t.Errorf("%+v", got)
	}
	r = people()
	r[foreign] = append(r[foreign], arcadia) // somebody new takes over
	delete(r, ben)
	if err := d.Clear(r, by(foreign, 4), 4); err != nil || len(d.Cleared) != 1 || d.Cleared[0].By != foreign {
		t.Error(d.Cleared, err)
	}
}

// TestSettle: another way voids what was cleared, the same leaves it; there are three.
func TestSettle(t *testing.T) {
	m := by(ana, 4)
	d := Draft{Party: arcadia, Clearance: ByHead, Asked: &m, Cleared: []Mark{by(head, 4)}}
	if err := d.Settle(people(), head, ByHead); err != nil || len(d.Cleared) != 1 {
		t.Error("the same way voids it", err)
	}
	if err := d.Settle(people(), head, ByBoth); err != nil || d.Asked != nil || len(d.Cleared) != 0 || d.Last() != nil {
		t.Error("another way voids nothing", err)
	}
	for _, n := range []int{-1, 3} {
		if k := key(d.Settle(people(), head, n)); k != "together.clearance" {
			t.Error(n, k)
		}
	}
}

// TestAnyOrder: whatever people do in whatever order, what is cleared was cleared by as many different people as it takes, none of
// them who sent it for clearance, and all of them have read this text.
func TestAnyOrder(t *testing.T) {
	r := people()
	who := []delegation.Participant{ana, ben, head, foreign, drafter}
	seed := uint64(1)
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	cleared := 0
	for range 2_000 {
		d := Draft{Party: arcadia, Clearance: 1 + next(2)}
		text := 1
		for range 12 {
			m := by(who[next(len(who))], text-next(2))
			switch next(5) {
			case 0:
				text++
			case 1:
				_ = d.Ask(r, m, text)
			case 2, 3:
				_ = d.Clear(r, m, text)
			case 4:
				_ = d.Return(r, m, text)
			}
			if d.Standing(r, text).Stage != Cleared {
				continue
			}
			cleared++
			var gave []delegation.Participant
			for _, c := range d.Cleared {
				if c.Text != text || c.By == d.Asked.By || slices.Contains(gave, c.By) || !May(r, c.By, arcadia).Head {
					t.Fatalf("%+v", d)
				}
				gave = append(gave, c.By)
			}
			if len(gave) != d.Clearance || d.Asked.Text != text {
				t.Fatalf("%+v", d)
			}
		}
	}
	if cleared < 100 {
		t.Error("hardly anything was cleared:", cleared)
	}
}

// answers are answers at questions, "q1" first.
func answers(texts ...string) (out []Answer) {
	for i, s := range texts {
		out = append(out, Answer{At: fmt.Sprint("q", i+1), Text: s})
	}
	return out
}

// TestMerge puts together what two wrote in one section, by what stood in front of each.
func TestMerge(t *testing.T) {
	const base = "The ferry runs on Monday. It is late on Friday."
	for name, c := range map[string]struct{ was, kept, mine, want, clash Answer }{
		"only they":      {want: Answer{Text: "Mine"}, mine: Answer{Text: "Mine"}},
		"only others":    {was: Answer{Text: "A"}, kept: Answer{Text: "B"}, mine: Answer{Text: "A"}, want: Answer{Text: "B"}},
		"apart":          {was: Answer{Text: base}, kept: Answer{Text: "The blue ferry runs on Monday. It is late on Friday."}, mine: Answer{Text: "The ferry runs on Monday. It is never late on Friday."}, want: Answer{Text: "The blue ferry runs on Monday. It is never late on Friday."}},
		"the same words": {was: Answer{Text: base}, kept: Answer{Text: "The ferry runs on Tuesday. It is late on Friday."}, mine: Answer{Text: "The ferry runs on Sunday. It is late on Friday."}, want: Answer{Text: "The ferry runs on Tuesday. It is late on Friday."}, clash: Answer{Text: "The ferry runs on Tuesday. It is late on Friday."}},
		"alike":          {was: Answer{Text: "A"}, kept: Answer{Text: "B"}, mine: Answer{Text: "B"}, want: Answer{Text: "B"}},
		"choices apart":  {was: Answer{Picks: []int{1}}, kept: Answer{Picks: []int{1}, Text: "Words"}, mine: Answer{Picks: []int{2}}, want: Answer{Picks: []int{2}, Text: "Words"}},
		"choices":        {was: Answer{Picks: []int{1}}, kept: Answer{Picks: []int{2}}, mine: Answer{Picks: []int{3}}, want: Answer{Picks: []int{2}}, clash: Answer{Picks: []int{2}}},
		"stance":         {was: Answer{}, kept: Answer{Stance: "yes"}, mine: Answer{Stance: "no"}, want: Answer{Stance: "yes"}, clash: Answer{Stance: "yes"}},
		"stance alone":   {was: Answer{Stance: "no"}, kept: Answer{Stance: "no"}, mine: Answer{Stance: "yes"}, want: Answer{Stance: "yes"}},
		"wording":        {was: Answer{Wording: base}, kept: Answer{Wording: base + " Always."}, mine: Answer{Wording: "Now. " + base}, want: Answer{Wording: "Now. " + base + " Always."}},
		"a number":       {was: Answer{Value: "1"}, kept: Answer{Value: "2"}, mine: Answer{Value: "3"}, want: Answer{Value: "2"}, clash: Answer{Value: "2"}},
		"a date":         {was: Answer{Text: "A"}, kept: Answer{Text: "A"}, mine: Answer{Text: "A", Value: "2030-01-31"}, want: Answer{Text: "A", Value: "2030-01-31"}},
		"emptied":        {was: Answer{Text: "A"}, kept: Answer{Text: "A"}, mine: Answer{}},
		"a side clashes": {was: Answer{Picks: []int{1}, Text: "A"}, kept: Answer{Picks: []int{2}, Text: "A"}, mine: Answer{Picks: []int{3}, Text: "B"}, want: Answer{Picks: []int{2}, Text: "B"}, clash: Answer{Picks: []int{2}, Text: "A"}},
	} {
		for _, a := range []*Answer{&c.was, &c.kept, &c.mine, &c.want, &c.clash} {
			a.At = "x3"
		}
		out, clash := Merge([]Answer{c.was}, slices.DeleteFunc([]Answer{c.kept}, Answer.Empty), []Answer{c.mine})
		if got := answerIn(out, "x3"); !got.Same(c.want) || c.want.Empty() != (len(out) == 0) {
			t.Errorf("%s: %+v", name, got)
		}
		if got := answerIn(clash, "x3"); !got.Same(c.clash) || c.clash.Empty() != (len(clash) == 0) {
			t.Errorf("%s clashes: %+v", name, got)
		}
	}
	// A table is taken as one: no cell of one stands beside a cell of the other.
	cells := []Answer{{At: "q1", Text: "1 | 2"}}
	if out, clash := Merge(cells, answers("9 | 2"), answers("1 | 8"), "q1"); len(clash) != 1 || out[0].Text != "9 | 2" {
		t.Error("two changed a table:", out, clash)
	}
	if out, clash := Merge(cells, cells, answers("1 | 8"), "q1"); len(clash) != 0 || out[0].Text != "1 | 8" {
		t.Error("one changed a table:", out, clash)
	}
	out, _ := Merge(nil, []Answer{{At: "x10", Text: "d"}, {At: "x2", Text: "c"}}, []Answer{{At: "q11", Text: "b"}, {At: "q2", Text: "a"}})
	order := ""
	for _, a := range out {
		order += a.Text
	}
	if order != "abcd" {
		t.Error("the answers stand in no order:", order)
	}
	if _, err := Clean([]Answer{{At: ""}}); key(err) != "form.unreadable" {
		t.Error(err)
	}
}

// TestDraftOver: nothing is asked of one that became a contribution.
func TestDraftOver(t *testing.T) {
	d := Draft{Party: arcadia, Became: cite.Ref("c3")}
	if k := key(d.MayClear(people(), ana, 0)); k != "together.not_asked" {
		t.Error(k)
	}
}
