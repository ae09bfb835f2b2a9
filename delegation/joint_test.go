package delegation

import (
	"testing"

	"github.com/openplenary/plenary/cite"
)

// The parties of a contribution that several submit.
const (
	leads, joins, group, declares, other Party = 70, 71, 72, 73, 74
)

// jointly is a roll on which joins and the group, by which declares spoke, submitted c1 with leads.
func jointly(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for _, p := range []Party{leads, joins, group, declares, other} {
		if _, err := w.do(EnterParty{Party: p, Category: "state", Name: "A party"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.do(Compose{Group: group, Members: []Party{declares, other}}); err != nil {
		t.Fatal(err)
	}
	facts, err := w.Join(cite.Act{At: noon}, "c1", leads, []Joining{{Party: joins, By: 1}, {Party: group, Through: declares, By: 2}})
	if err != nil || len(facts) != 2 {
		t.Fatal(facts, err)
	}
	for _, f := range facts {
		w.fold(f.Body)
	}
	return w
}

// TestJoin: the party that leads does not submit with itself, none is named twice, and not more than fit.
func TestJoin(t *testing.T) {
	t.Parallel()
	w := jointly(t)
	many := make([]Joining, MaxJoint+1)
	for i := range many {
		many[i].Party = Party(1000 + i)
	}
	for i, c := range []struct {
		with []Joining
		want string
	}{
		{nil, ""}, {many[1:], ""}, {many, "joint.many"}, {[]Joining{{Party: leads}}, "joint.itself"}, {[]Joining{{Party: joins}, {Party: other}, {Party: joins}}, "joint.twice"},
	} {
		facts, err := w.Join(cite.Act{At: noon}, "c2", leads, c.with)
		if got := key(err); got != c.want || got == "" && len(facts) != len(c.with) {
			t.Errorf("%d: %q, want %q; %d facts", i, got, c.want, len(facts))
		}
	}
	if got := w.JointlyBy("c1.1"); len(got) != 2 || got[0].Party != joins || got[1].Through != declares || got[0].Category != "state" {
		t.Errorf("%+v", got)
	}
}

// TestJointStands: a party that submitted with others takes its stand for itself, and a member of a group for that, but for the one
// that declared; the last word counts; nobody else takes one.
func TestJointStands(t *testing.T) {
	t.Parallel()
	w := jointly(t)
	held := w.Snapshot()
	w.Roll = w.Own()
	stand := func(p Party, c cite.Ref, s string) string {
		f, err := w.Align(cite.Act{At: noon}, p, Align{Contribution: c, Stand: s})
		if err == nil {
			w.fold(f.Body)
		}
		return key(err)
	}
	for i, c := range []struct {
		party Party
		on    cite.Ref
		stand string
		want  string
	}{
		{leads, "c1", Dissociated, "joint.not_party"},
		{joins, "c2", Dissociated, "group.not_for"},
		{declares, "c1", Aligned, "group.declared"},
		{joins, "c1", Aligned, "group.stands"},
		{joins, "c1", Dissociated, ""},
		{joins, "c1", Dissociated, "group.stands"},
		{other, "c1", Aligned, ""},
		{other, "c1", Aligned, "group.stands"},
		{other, "c1", Dissociated, ""},
	} {
		if got := stand(c.party, c.on, c.stand); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	if got := w.JointlyBy("c1"); !got[0].Dissociated || got[1].Dissociated {
		t.Errorf("what a member says is taken for what the group says, or nothing is: %+v", got)
	}
	if got := stand(joins, "c1", Aligned); got != "" || w.JointlyBy("c1")[0].Dissociated {
		t.Error("the last word does not count:", got)
	}
	if got := held.JointlyBy("c1"); len(held.Stands("c1")) > 0 || got[0].Dissociated {
		t.Error("a snapshot changes")
	}
}
