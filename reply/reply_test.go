package reply

import (
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	return ""
}

// TestOpen: a round begins when the call has closed, once, and not to replies.
func TestOpen(t *testing.T) {
	s := NewState()
	f := Opened{Call: "k2", Of: "k1", Who: TookPart}
	if err := f.Apply(s, cite.Entry{Position: 5}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		of   cite.Ref
		call Call
		want string
	}{
		"closed":               {"k3", Call{Closes: noon}, ""},
		"open still":           {"k3", Call{Closes: noon.Add(1)}, "reply.early"},
		"withdrawn":            {"k3", Call{Closes: noon, Withdrawn: true}, "reply.withdrawn"},
		"that has one already": {"k1", Call{Closes: noon, Standing: "k2"}, "reply.again"},
		"a round itself":       {"k2", Call{Closes: noon}, "reply.of_reply"},
	} {
		p, err := s.Open(cite.Act{By: "u1", At: noon}, c.call, "k4", Open{Of: c.of, Who: All})
		if key(err) != c.want {
			t.Errorf("%s: %q, want %q", name, key(err), c.want)
		}
		if got, ok := p.Body.(Opened); c.want == "" && (!ok || got != Opened{Call: "k4", Of: c.of, Who: All, By: "u1", At: noon}) {
			t.Errorf("%s: %+v", name, p.Body)
		}
	}
	if _, err := (Open{Who: "everybody"}).Check(); key(err) != "reply.who" {
		t.Errorf("anybody at all: %v", err)
	}
	if r, ok := s.Round("k2"); !ok || r.Position != 5 || len(s.Rounds("k1")) != 1 || len(s.Rounds("k2")) != 0 {
		t.Errorf("%+v", r)
	}
	if _, ok := s.Round("k1"); ok {
		t.Error("the call itself is a round")
	}
}

// TestReply: who may reply to what.
func TestReply(t *testing.T) {
	s := NewState()
	f := Opened{Call: "k2", Of: "k1", Who: TookPart}
	if err := f.Apply(s, cite.Entry{Position: 5}); err != nil {
		t.Fatal(err)
	}
	s.Sent("c9.1", "c3.1", "ya")
	round, _ := s.Round("k2")
	open := round
	open.Who = All
	me := Speaker{For: "ya", Known: true, TookPart: true}
	point := Point{Ref: "c1.1", Call: "k1", For: "yb", Published: true}
	with := func(change func(*Point)) []Point { p := point; change(&p); return []Point{p} }
	for name, c := range map[string]struct {
		round  Round
		who    Speaker
		points []Point
		want   string
	}{
		"a point":                        {round, me, []Point{point}, ""},
		"two points":                     {round, me, append(with(func(p *Point) { p.Ref = "c1.2" }), point), ""},
		"in a round for all":             {open, Speaker{For: "ya", Known: true}, []Point{point}, ""},
		"without signing in":             {open, Speaker{For: "ya", TookPart: true}, []Point{point}, "reply.sign_in"},
		"without having taken part":      {round, Speaker{For: "ya", Known: true}, []Point{point}, "reply.took_part"},
		"to a passage":                   {round, me, with(func(p *Point) { p.Ref = "p1.e1.x2" }), "reply.point"},
		"to a whole contribution":        {round, me, with(func(p *Point) { p.Ref = "c1" }), "reply.point"},
		"to what is not published":       {round, me, with(func(p *Point) { p.Published = false }), "reply.unpublished"},
		"to a reply":                     {round, me, with(func(p *Point) { p.Call = "k2" }), "reply.reply"},
		"to a reply nobody may read":     {round, me, with(func(p *Point) { p.Call, p.Published = "k2", false }), "reply.unpublished"},
		"to a point of another call":     {round, me, with(func(p *Point) { p.Call = "k3" }), "reply.elsewhere"},
		"to one's own":                   {round, me, with(func(p *Point) { p.For = "ya" }), "reply.own"},
		"again":                          {round, me, with(func(p *Point) { p.Ref = "c3.1" }), "reply.once"},
		"where somebody else replied":    {round, Speaker{For: "yc", Known: true, TookPart: true}, with(func(p *Point) { p.Ref = "c3.1" }), ""},
		"twice in one contribution":      {round, me, []Point{point, point}, "reply.once"},
		"to a point and to what is none": {round, me, append([]Point{point}, with(func(p *Point) { p.Ref = "k1" })...), "reply.point"},
	} {
		if got := key(s.Reply(c.round, c.who, c.points)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestSnapshot: a snapshot stays as it is, whatever is sent later.
func TestSnapshot(t *testing.T) {
	s := NewState()
	f := Opened{Call: "k2", Of: "k1", Who: All}
	if err := f.Apply(s, cite.Entry{Position: 5}); err != nil {
		t.Fatal(err)
	}
	s.Sent("c9.1", "c10.1", "ya")
	before := s.Snapshot()
	s.Sent("c11.1", "c10.1", "yb")
	s.Sent("c12.1", "c3.2", "yb")
	g := Opened{Call: "k3", Of: "k1", Who: All}
	if err := g.Apply(s, cite.Entry{Position: 9}); err != nil {
		t.Fatal(err)
	}
	if len(before.Given("c10.1")) != 1 || len(before.Rounds("k1")) != 1 || before.Replies("c12") || before.To("c12.1") != cite.None {
		t.Errorf("%+v", before)
	}
	if !slices.Equal(s.Points(), []cite.Ref{"c3.2", "c10.1"}) || len(s.Given("c10.1")) != 2 || s.To("c11.1") != "c10.1" || !s.Replies("c11") || s.Replies("c10") {
		t.Errorf("%v", s.Points())
	}
	if !s.Replied("c10.1", "ya") || s.Replied("c10.1", "yc") {
		t.Error("who replied is not known")
	}
}
