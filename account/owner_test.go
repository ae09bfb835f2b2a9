package account

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
)

// owner is an account with a number in two conversations, to one of which somebody else is invited.
func owner(t *testing.T, s *Store) ID {
	t.Helper()
	id, err := s.Ensure(ctx, "Ana@Quay.example", locale.French, t0)
	if err != nil {
		t.Fatal(err)
	}
	for slug, n := range map[string]uint64{"ferries": 11, "bridges": 12} {
		if _, err := s.Participant(ctx, id, slug, func() (uint64, error) { return n, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Invite(ctx, "bert@quay.example", "ferries", 13, t0); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestPerson: other rooms know the owner of an account by their address and by their numbers, and nobody else by these.
func TestPerson(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	id := owner(t, s)
	begin(t, s, "ana@quay.example", "b", t0)
	p, ok, err := s.Person(ctx, id)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	slices.SortFunc(p.Numbers, func(a, b Number) int { return strings.Compare(a.Slug, b.Slug) })
	if !slices.Equal(p.Numbers, []Number{{"bridges", 12}, {"ferries", 11}}) {
		t.Errorf("%+v", p.Numbers)
	}
	if len(p.Addresses) < 2 || strings.ToLower(p.Addresses[0]) != "ana@quay.example" || !slices.Contains(p.Addresses[1:], "ana@quay.example") {
		t.Errorf("%q", p.Addresses)
	}
	if _, ok, err := s.Person(ctx, id+1); ok || err != nil {
		t.Errorf("nobody: %v, %v", ok, err)
	}
}

// TestParticipantsOfAll lists by conversation who leads to a person, and of whom that is forgotten; what leads from a
// conversation that is given up to persons goes, and from no other.
func TestParticipantsOfAll(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	owner(t, s)
	if _, err := s.Invite(ctx, "carl@quay.example", "bridges", 99, t0); err != nil {
		t.Fatal(err)
	}
	for _, n := range []uint64{99, 100} { // nothing led from the second to anybody
		if err := s.Forget(ctx, "bridges", n); err != nil {
			t.Fatal(err)
		}
	}
	lists := func(want map[string][]uint64) {
		t.Helper()
		got, err := s.Participants(ctx)
		if err != nil || len(got) != len(want) {
			t.Fatal(got, err)
		}
		for slug, all := range want {
			if len(got[slug]) != len(all) {
				t.Errorf("%s: %v", slug, got[slug])
			}
			for _, n := range all {
				if !got[slug][n] {
					t.Errorf("%s lacks %d", slug, n)
				}
			}
		}
	}
	lists(map[string][]uint64{"ferries": {11, 13}, "bridges": {12, 99}})
	if err := s.ForgetAll(ctx, "bridges"); err != nil {
		t.Fatal(err)
	}
	lists(map[string][]uint64{"ferries": {11, 13}})
}

// TestEndOne: an owner ends one of their sessions by its name, once, and nobody else's; the others go on.
func TestEndOne(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	id := owner(t, s)
	other, err := s.Ensure(ctx, "bert@quay.example", locale.French, t0)
	if err != nil {
		t.Fatal(err)
	}
	var cookies []string
	for range 2 {
		c, err := s.NewSessionOn(ctx, id, "a browser", t0)
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, c)
	}
	name := s.SessionName(cookies[0])
	all, err := s.Sessions(ctx, id, t0)
	if err != nil || len(all) != 2 || !slices.ContainsFunc(all, func(o Opened) bool { return o.Name == name }) || name == s.SessionName(cookies[1]) {
		t.Fatalf("%+v, %v, %s", all, err, name)
	}
	for what, end := range map[string]func() (bool, error){
		"somebody else's": func() (bool, error) { return s.EndOne(ctx, other, name) },
		"no name":         func() (bool, error) { return s.EndOne(ctx, id, "") },
	} {
		if ok, err := end(); ok || err != nil {
			t.Errorf("%s: %v, %v", what, ok, err)
		}
	}
	for _, c := range cookies {
		if _, ok, err := s.Session(ctx, c, t0); !ok || err != nil {
			t.Error("a session is over before it is ended", err)
		}
	}
	for i, want := range []bool{true, false} {
		if ok, err := s.EndOne(ctx, id, name); ok != want || err != nil {
			t.Errorf("ended for the %d. time: %v, %v", i+1, ok, err)
		}
	}
	for i, c := range cookies {
		if _, ok, err := s.Session(ctx, c, t0); ok != (i == 1) || err != nil {
			t.Errorf("session %d goes on: %v, %v", i, ok, err)
		}
	}
}

// TestFresh: a proof is fresh for ten minutes, and none never is.
func TestFresh(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]bool{0: true, FreshFor - 1: true, FreshFor: false, time.Hour: false} {
		if Fresh(t0, t0.Add(after)) != want {
			t.Errorf("after %s: %v", after, !want)
		}
	}
	if Fresh(time.Time{}, time.Time{}) {
		t.Error("no proof is fresh")
	}
}
