package consultation_test

import (
	"errors"
	"fmt"
	. "github.com/openplenary/plenary/consultation"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/refusal"
)

// with changes a copy of a command.
func with[C any](c C, change func(*C)) C { change(&c); return c }

func TestAnnounce(t *testing.T) {
	t.Parallel()
	good := announcing(LateKept, ModerateBefore)
	change := func(f func(*AnnounceCall)) AnnounceCall { return with(good, f) }
	fact := CallAnnounced{Ref: "k3", Title: en("Call"), Paper: "p1", Edition: "p1.e1", Opens: noon, Closes: in(10), Zone: "UTC", Late: LateKept, Moderation: ModerateBefore, By: person(1), At: in(1)}
	table(t, []row{
		{"a call is announced", nil, good, cite.Proposal{Body: fact}, nil},
		{"on a paper that exists", nil, change(func(c *AnnounceCall) { c.Paper = "p9" }), cite.Proposal{}, refusal.In("paper", "call.paper")},
		{"that ends after now", nil, as{1, in(10), good}, cite.Proposal{}, refusal.In("closes", "call.past")},
		{"were it by a second", nil, as{1, in(10).Add(-time.Second), good}, cite.Proposal{Body: with(fact, func(f *CallAnnounced) { f.At = in(10).Add(-time.Second) })}, nil},
		{"both are said at once", nil, as{1, in(10), change(func(c *AnnounceCall) { c.Paper = "p9" })}, cite.Proposal{}, refusal.Several{refusal.In("paper", "call.paper"), refusal.In("closes", "call.past")}},
		{"with a title", nil, change(func(c *AnnounceCall) { c.Title = en(" ") }), cite.Proposal{}, refusal.In("title", "call.title")},
		{"of at most 300 characters", nil, change(func(c *AnnounceCall) { c.Title = en(strings.Repeat("é", 301)) }), cite.Proposal{},
			refusal.Several{refusal.In("title", "line.long", "max", 300), refusal.In("title", "call.title")}},
		{"with a text of at most 10,000 characters", nil, change(func(c *AnnounceCall) { c.Text = en(strings.Repeat("é", 10_001)) }), cite.Proposal{}, refusal.In("text", "line.long", "max", 10_000)},
		{"it opens at an instant", nil, change(func(c *AnnounceCall) { c.Opens = time.Time{} }), cite.Proposal{}, refusal.In("closes", "call.order")},
		{"and closes at one", nil, change(func(c *AnnounceCall) { c.Closes = time.Time{} }), cite.Proposal{}, refusal.In("closes", "call.order")},
		{"after it opened", nil, change(func(c *AnnounceCall) { c.Closes = c.Opens }), cite.Proposal{}, refusal.In("closes", "call.order")},
		{"in a zone of the world", nil, change(func(c *AnnounceCall) { c.Zone = "Europe/Ferries" }), cite.Proposal{}, refusal.In("zone", "zone.unknown")},
		{"late ones are kept or refused", nil, change(func(c *AnnounceCall) { c.Late = "lost" }), cite.Proposal{}, refusal.In("late", "call.late")},
		{"moderators come before or after", nil, change(func(c *AnnounceCall) { c.Moderation = "never" }), cite.Proposal{}, refusal.In("moderation", "call.moderation")},
		{"instants are the world's", nil, change(func(c *AnnounceCall) { c.Opens = c.Opens.In(time.FixedZone("", 3600)) }), cite.Proposal{Body: fact}, nil},
	})
}

func TestExtend(t *testing.T) {
	t.Parallel()
	extend := func(to time.Time) life.Extend { return life.Extend{Call: "k1", Closes: to, Reason: "Asked for."} }
	later := func(at, to time.Time) cite.Proposal {
		return cite.Proposal{Body: life.Extended{Call: "k1", Closes: to, By: person(1), At: at}, Words: cite.Words{"reason": "Asked for."}}
	}
	table(t, []row{
		{"to later", nil, extend(in(11)), later(in(1), in(11)), nil},
		{"were it by a second", nil, extend(in(10).Add(time.Second)), later(in(1), in(10).Add(time.Second)), nil},
		{"not to the same instant", nil, extend(in(10)), cite.Proposal{}, refusal.In("closes", "call.extension")},
		{"never to earlier", nil, extend(in(9)), cite.Proposal{}, refusal.In("closes", "call.extension")},
		{"when it has closed, too", []any{as{0, in(10), life.Close{Call: "k1"}}}, as{1, in(12), extend(in(13))}, later(in(12), in(13)), nil},
		{"but not to what is past", nil, as{1, in(12), extend(in(11))}, cite.Proposal{}, refusal.In("closes", "call.extension")},
		{"nor to now", nil, as{1, in(12), extend(in(12))}, cite.Proposal{}, refusal.In("closes", "call.extension")},
		{"a call that exists", nil, with(extend(in(11)), func(c *life.Extend) { c.Call = "k3" }), cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")},
		{"with a reason", nil, with(extend(in(11)), func(c *life.Extend) { c.Reason = " \n" }), cite.Proposal{}, refusal.In("reason", "desk.reason")},
		{"of at most 2,000 characters", nil, with(extend(in(11)), func(c *life.Extend) { c.Reason = strings.Repeat("é", 2001) }), cite.Proposal{}, refusal.In("reason", "line.long", "max", 2000)},
	})
	w := newWorld(t)
	w.must(as{0, in(10), life.Close{Call: "k1"}}, as{1, in(10), extend(in(12))}, as{1, in(11), extend(in(13))})
	if k, _ := w.Call("k1"); k.Closed != 0 || !k.Closes.Equal(in(13)) || k.Extended != 2 || !k.OpenAt(in(12)) {
		t.Errorf("after two extensions: %+v", k)
	} else if want := []Turn{{Kind: TurnExtended, Entered: k.Turns[0].Entered, At: in(10), Was: in(10), Closes: in(12)},
		{Kind: TurnExtended, Entered: k.Turns[0].Entered + 1, At: in(11), Was: in(12), Closes: in(13)}}; !reflect.DeepEqual(k.Turns, want) {
		t.Errorf("the deadlines before: %+v, want %+v", k.Turns, want)
	}
}

func TestOpenAndClose(t *testing.T) {
	t.Parallel()
	table(t, []row{
		{"a call opens at its instant", nil, as{0, noon, life.Open{Call: "k1"}}, cite.Proposal{Body: life.Opened{Call: "k1", At: noon}}, nil},
		{"not before", nil, as{0, noon.Add(-1), life.Open{Call: "k1"}}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.opening")},
		{"once", []any{life.Open{Call: "k1"}}, life.Open{Call: "k1"}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.opening")},
		{"if it is one", nil, life.Open{Call: "k3"}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.opening")},
		{"it closes at its instant", nil, as{0, in(10), life.Close{Call: "k1"}}, cite.Proposal{Body: life.Closed{Call: "k1", At: in(10)}}, nil},
		{"and not before", nil, as{0, in(10).Add(-1), life.Close{Call: "k1"}}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.closing")},
		{"and once", []any{as{0, in(10), life.Close{Call: "k1"}}}, as{0, in(11), life.Close{Call: "k1"}}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.closing")},
		{"and if it is one", nil, as{0, in(10), life.Close{Call: "k3"}}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.closing")},
	})
}

// TestOpenAt: a call takes contributions from its first instant up to, not including, the deadline.
func TestOpenAt(t *testing.T) {
	t.Parallel()
	k := &Call{Opens: noon, Closes: in(10)}
	for at, open := range map[time.Time]bool{noon.Add(-1): false, noon: true, in(10).Add(-1): true, in(10): false} {
		if k.OpenAt(at) != open {
			t.Errorf("at %s it is not %v", at, open)
		}
	}
}

// TestDue: what the timekeeper writes, and when it looks again.
func TestDue(t *testing.T) {
	t.Parallel()
	w := &world{t: t, State: NewState(), by: person(1), at: in(-2)}
	w.must(announcing(LateKept, ModerateBefore), with(announcing(LateKept, ModerateBefore), func(c *AnnounceCall) { c.Opens, c.Closes = in(5), in(8) }))
	look := func(at time.Time, open, shut string, next time.Time) {
		t.Helper()
		o, s, n := life.Due(w.State, at)
		if !slices.Equal(o, refs(open)) || !slices.Equal(s, refs(shut)) || !n.Equal(next) {
			t.Errorf("at %s: %v, %v, %s; want %s, %s, %s", at, o, s, n, open, shut, next)
		}
	}
	look(in(-1), "", "", noon)
	look(noon.Add(-1), "", "", noon)
	look(noon, "k1", "", in(5))
	look(in(9), "k1 k2", "k2", in(10))
	w.must(as{0, noon, life.Open{Call: "k1"}})
	look(noon, "", "", in(5))
	w.must(as{0, in(5), life.Open{Call: "k2"}})
	look(in(5), "", "", in(8))
	look(in(10), "", "k1 k2", time.Time{})
	w.must(as{0, in(10), life.Close{Call: "k1"}}, as{0, in(10), life.Close{Call: "k2"}})
	look(in(10), "", "", time.Time{})
}

func refs(s string) (out []cite.Ref) {
	for _, f := range strings.Fields(s) {
		out = append(out, cite.Ref(f))
	}
	return out
}

// TestGaps: a fact that does not follow on what is there is an error and changes nothing.
func TestGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(as{2, time.Time{}, send("k2", "p1.e1.x1")}, answering(Accepted, "c1.1"))
	before := fmt.Sprintf("%+v", *w.State)
	for _, f := range []cite.Fact{
		CallAnnounced{Ref: "k2"}, CallAnnounced{Ref: "k4"}, life.Extended{Call: "k3"}, life.Opened{Call: "k3"}, life.Closed{Call: "k0"},
		Received{Ref: "c1", Call: "k1"}, Received{Ref: "c3", Call: "k1"}, Received{Ref: "c2", Call: "k3"},
		ContributionPublished{Contribution: "c2"}, ContributionWithheld{Contribution: "c2"}, ContributionWithdrawn{Contribution: "p1"}, PassageRedacted{Part: "c2.1[0:2]"},
		Answered{Ref: "d1"}, Answered{Ref: "d3"}, Answered{Ref: "d2", Parts: []cite.Ref{"c1.2"}},
		PassageLinked{Disposition: "d2"}, ReasonTranslated{Disposition: "d2"}, reaction.Reacted{Disposition: "d2", Part: "c1.1"}, reaction.Reacted{Disposition: "d1", Part: "c1.2"},
	} {
		if err := w.fold(f); !errors.Is(err, ErrGap) {
			t.Errorf("%T %+v: %v", f, f, err)
		}
	}
	for _, r := range []cite.Ref{"c0", "c2", "p1", ""} {
		if err := w.Erase(cite.Entry{}, r); !errors.Is(err, ErrGap) {
			t.Errorf("%q is erased: %v", r, err)
		}
	}
	if fmt.Sprintf("%+v", *w.State) != before {
		t.Error("something is changed")
	}
}

// TestFacts: what the house is told of each fact: its kind, what it brings into being, what shows something else
// from now on, and who may read its data.
func TestFacts(t *testing.T) {
	t.Parallel()
	k, c, d := []cite.Ref{"k1"}, []cite.Ref{"c1"}, []cite.Ref{"d1"}
	for _, x := range []struct {
		fact cite.Fact
		want cite.Description
	}{
		{CallAnnounced{Ref: "k1"}, cite.Description{Kind: "consultation.call_announced/1", Minted: k, Touches: k, About: cite.Public}},
		{life.Extended{Call: "k1"}, cite.Description{Kind: "consultation.call_extended/1", Touches: k, About: cite.Public}},
		{life.Opened{Call: "k1"}, cite.Description{Kind: "consultation.call_opened/1", Touches: k, About: cite.Public}},
		{life.Closed{Call: "k1"}, cite.Description{Kind: "consultation.call_closed/1", Touches: k, About: cite.Public}},
		{Received{Ref: "c1"}, cite.Description{Kind: "consultation.received/1", Minted: c, Touches: c, About: "c1"}},
		{ContributionPublished{Contribution: "c1"}, cite.Description{Kind: "consultation.published/1", Touches: c, About: cite.Public}},
		{ContributionWithheld{Contribution: "c1"}, cite.Description{Kind: "consultation.withheld/1", Touches: c, About: cite.Public}},
		{ContributionWithdrawn{Contribution: "c1"}, cite.Description{Kind: "consultation.withdrawn/1", Touches: c, About: cite.Public}},
		{PassageRedacted{Part: "c1.2[3:4]"}, cite.Description{Kind: "consultation.redacted/1", Touches: c}}, // not public: it says where to look
		{Answered{Ref: "d1", Parts: []cite.Ref{"c1.1", "c2.1"}}, cite.Description{Kind: "consultation.answered/1", Minted: d, Touches: []cite.Ref{"d1", "c1.1", "c2.1"}, About: cite.Public}},
		{PassageLinked{Disposition: "d1"}, cite.Description{Kind: "consultation.passage_linked/1", Touches: d, About: cite.Public}},
		{ReasonTranslated{Disposition: "d1"}, cite.Description{Kind: "consultation.reason_translated/1", Touches: d, About: cite.Public}},
		{reaction.Reacted{Disposition: "d1", Part: "c1.2"}, cite.Description{Kind: "consultation.reacted/1", Touches: []cite.Ref{"d1", "c1"}, About: "c1.2"}},
	} {
		if got := x.fact.Describe(); !reflect.DeepEqual(got, x.want) {
			t.Errorf("%T: %+v, want %+v", x.fact, got, x.want)
		}
	}
}
