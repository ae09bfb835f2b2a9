package consultation_test

import (
	. "github.com/openplenary/plenary/consultation"
	"slices"
	"testing"

	"github.com/openplenary/plenary/cite"
)

// TestJointlyCounted: the parties that submitted a contribution with the one that leads are counted and found with it while it is
// published, each in its own country; a snapshot stays as it was, and what is not there has no parties.
func TestJointlyCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(as{by: 1, command: send("k2", "p1.e1.x1")}, as{by: 2, command: send("k1", "p1.e1.x1")})
	before, was := w.Snapshot(), w.Counts()
	with := []Joining{{Party: body(8), Category: "state", Country: "XA"}, {Party: body(9), Category: "ngo"}}
	if err := w.SetJoint("c1", with); err != nil {
		t.Fatal(err)
	}
	if err := w.SetJoint("c9", with); err == nil {
		t.Error("what is not there has parties")
	}
	list := func(s *State, n uint64) int {
		_, total := s.List(Filter{Party: body(n)}, 10)
		return total
	}
	if now := w.Counts(); now.Submissions != was.Submissions || now.Parties != was.Parties+2 || before.Counts() != was {
		t.Errorf("%+v, before %+v and %+v", now, was, before.Counts())
	}
	if list(w.State, 8) != 1 || list(w.State, 9) != 1 || list(before, 8) != 0 || !w.Speaks("c1.1", body(9)) || w.Speaks("c1", body(7)) || w.Speaks("c9", body(9)) || before.Speaks("c1", body(9)) {
		t.Error("who submitted it with others is not found with it, or somebody else is")
	}
	if got, want := w.ByCountry(), []FromCountry{{"", 1, 2}, {"XA", 0, 1}}; !slices.Equal(got, want) {
		t.Error(got)
	}
	if got := w.CountsOf([]cite.Ref{"c1.1"}); got.Submissions != 1 || got.Parties != 3 {
		t.Errorf("%+v", got)
	}
	w.Walk(func(p *PublishedPart) {
		if len(p.Joint) != 2 || w.CategoryName(p.Joint[0].Category) != "state" {
			t.Errorf("%+v", p)
		}
	})
	if err := w.SetJoint("c1", with[:1]); err != nil || w.Counts().Parties != was.Parties+1 || list(w.State, 9) != 0 {
		t.Error(err, w.Counts())
	}
	w.must(as{by: 1, command: Withdraw{Contribution: "c1"}})
	if w.Counts().Parties != 0 || list(w.State, 8) != 0 {
		t.Error("what was withdrawn is counted:", w.Counts())
	}
	// What waits is counted when it is published, with all that submit it.
	if err := w.SetJoint("c2", with); err != nil || w.Counts().Parties != 0 {
		t.Error(err, w.Counts())
	}
	w.must(PublishContribution{Contribution: "c2"})
	if w.Counts().Parties != 3 {
		t.Error(w.Counts())
	}
}
