package roster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration"
)

var t0 = time.Date(2020, 6, 1, 9, 0, 0, 0, time.UTC)

// room is a session with a few seats, and a clock.
type room struct {
	t *testing.T
	*Store
	Terms
	now time.Time
}

func newRoom(t *testing.T, active, passive int, change func(*registration.Terms)) *room {
	t.Helper()
	db, err := privatetest.Open(t, filepath.Join(t.TempDir(), private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	o := &registration.Offer{Session: "s2", Terms: registration.Terms{Opens: t0, Closes: t0.AddDate(0, 0, 30), Active: active, Passive: passive},
		Fields: []registration.Asked{{Field: registration.Field{Label: locale.Plain("en", "Diet"), Kind: registration.Line}}}}
	if change != nil {
		change(&o.Terms)
	}
	return &room{t, New(db), Terms{Slug: "ferries", Offer: o}, t0}
}

func (r *room) of(who uint64) Of { return Of{"ferries", "s2", who} }

// begins begins for somebody, and gives the seat that is held.
func (r *room) begins(who uint64, wants string, party ...string) string {
	r.t.Helper()
	b := Registration{Of: r.of(who), Wants: wants, Category: "ngo"}
	if len(party) > 0 {
		b.Party = "y" + b.Party.Root() + "1"
	}
	got, err := r.Begin(r.t.Context(), r.Terms, b, r.now)
	if err != nil {
		return key(err)
	}
	return got.Seat
}

// confirms confirms, and gives what became of it: "confirmed active", or why not.
func (r *room) confirms(who uint64) string {
	r.t.Helper()
	got, err := r.Confirm(r.t.Context(), r.Terms, r.of(who), Said{Person{Name: fmt.Sprint("Person ", who)}, map[int]string{1: "none"}}, r.now)
	if err != nil {
		return key(err)
	}
	return strings.TrimSpace(got.Status + " " + got.Seat)
}

func (r *room) registers(who uint64, wants string) string {
	r.t.Helper()
	r.begins(who, wants)
	return r.confirms(who)
}

func (r *room) mine(who uint64) Registration {
	r.t.Helper()
	got, _, err := r.Mine(r.t.Context(), r.of(who))
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

// state is what became of people: "1:confirmed active 2:confirmed".
func (r *room) state() string {
	r.t.Helper()
	if err := r.Settle(r.t.Context(), r.Terms, r.now); err != nil {
		r.t.Fatal(err)
	}
	all, err := r.All(r.t.Context(), "ferries", "s2")
	if err != nil {
		r.t.Fatal(err)
	}
	slices.SortStableFunc(all, func(a, b Registration) int { return int(a.Participant) - int(b.Participant) })
	var out []string
	for _, x := range all {
		out = append(out, strings.TrimSpace(fmt.Sprint(x.Participant, ":", x.Status, " ", x.Seat)))
	}
	return strings.Join(out, ", ")
}

func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	return err.Error()
}

func is(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// TestSeatsAreHeldAndPassOn: a seat is held from the first step to the last; who comes late waits in order, with a passive seat meanwhile, and moves up
// by themselves when one is given up, taken back or refused.
func TestSeatsAreHeldAndPassOn(t *testing.T) {
	r := newRoom(t, 2, 1, nil)
	is(t, "first", r.begins(1, "active"), "active")
	is(t, "second", r.registers(2, "active"), "confirmed active")
	is(t, "third has a passive seat meanwhile", r.begins(3, "active"), "passive")
	is(t, "third", r.confirms(3), "confirmed passive")
	is(t, "fourth waits", r.registers(4, "active"), "confirmed")
	is(t, "fifth waits for a passive one", r.registers(5, "passive"), "confirmed")
	r.now = t0.Add(registration.HoldFor - time.Second)
	is(t, "the first keeps what was held", r.confirms(1), "confirmed active")
	is(t, "all", r.state(), "1:confirmed active, 2:confirmed active, 3:confirmed passive, 4:confirmed, 5:confirmed")

	// The second takes it back: the third moves up, and leaves their passive seat to the fourth, who waited longer than the fifth.
	files, err := r.TakeBack(t.Context(), r.Terms, r.mine(2).ID, r.now)
	if err != nil || len(files) != 0 {
		t.Fatal(files, err)
	}
	is(t, "moved up", r.state(), "1:confirmed active, 3:confirmed active, 4:confirmed passive, 5:confirmed")
	if err := r.Refuse(t.Context(), r.Terms, r.mine(1).ID, "Not accredited.", r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "refused", r.state(), "1:refused, 3:confirmed active, 4:confirmed active, 5:confirmed passive")
	is(t, "who was refused", r.confirms(1), "registration.was_refused")
	is(t, "who was refused begins again", r.begins(1, "active"), "registration.already")

	// More seats are offered, or fewer: nobody loses theirs.
	r.Offer.Terms.Active = 1
	is(t, "fewer", r.state(), "1:refused, 3:confirmed active, 4:confirmed active, 5:confirmed passive")
	is(t, "none is free", r.registers(6, "active"), "confirmed")
	r.Offer.Terms.Active = 3
	got, err := r.Confirm(t.Context(), r.Terms, r.of(4), Said{Person{Name: "Another Name"}, nil}, r.now)
	if err != nil || got.Status != Confirmed || got.Name != "Another Name" {
		t.Error("a name is put right where nobody decides:", got.Status, err)
	}
	is(t, "more", r.state(), "1:refused, 3:confirmed active, 4:confirmed active, 5:confirmed passive, 6:confirmed active")
}

// TestHoldEnds: a seat that was held too long goes to whoever waits, and who comes back after it has a seat only if one is free. Who began before the close
// may finish after it; nobody begins then.
func TestHoldEnds(t *testing.T) {
	r := newRoom(t, 1, 0, nil)
	r.now = t0.Add(-time.Second)
	is(t, "before the opening", r.begins(1, "active"), "registration.not_open")
	r.now = t0
	is(t, "held", r.begins(1, "active"), "active")
	is(t, "held again", r.begins(1, "active"), "active")
	is(t, "waits", r.registers(2, "active"), "confirmed")
	r.now = t0.Add(registration.HoldFor)
	is(t, "late", r.confirms(1), "confirmed")
	is(t, "passed on", r.state(), "1:confirmed, 2:confirmed active")
	is(t, "their form again", r.confirms(1), "confirmed")

	last := newRoom(t, 2, 0, nil)
	last.now = last.Offer.Terms.Closes.Add(-time.Nanosecond)
	is(t, "in the last instant", last.begins(1, "active"), "active")
	last.now = last.Offer.Terms.Closes
	is(t, "at the close", last.begins(2, "active"), "registration.closed")
	is(t, "nothing was begun", last.confirms(2), "registration.closed")
	is(t, "another kind of seat", last.begins(1, "active"), "active")
	is(t, "finishes", last.confirms(1), "confirmed active")

	late := newRoom(t, 2, 0, nil)
	late.now = late.Offer.Terms.Closes.Add(-time.Minute)
	late.begins(1, "active")
	late.now = late.now.Add(registration.HoldFor)
	is(t, "after close and hold", late.confirms(1), "registration.closed")
	is(t, "given up", late.state(), "")
}

// TestTwoHundredPress: two hundred people press at once for ten seats; ten have one, and the others wait, each at a place of their own. Two hundred
// times the same person is one registration.
func TestTwoHundredPress(t *testing.T) {
	r := newRoom(t, 10, 5, nil)
	press := func(who func(int) uint64) {
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				of := who(i)
				if _, err := r.Begin(context.Background(), r.Terms, Registration{Of: r.of(of), Wants: "active", Category: "ngo"}, r.now); err != nil && len(refusal.Of(err)) == 0 {
					t.Error(err)
				}
				if _, err := r.Confirm(context.Background(), r.Terms, r.of(of), Said{Person{Name: "N"}, nil}, r.now); err != nil && len(refusal.Of(err)) == 0 {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	press(func(i int) uint64 { return uint64(i + 1) })
	all, err := r.All(t.Context(), "ferries", "s2")
	if err != nil || len(all) != 200 {
		t.Fatal(len(all), err)
	}
	n, places := map[string]int{}, map[int64]bool{}
	for _, x := range all {
		n[x.Seat]++
		places[x.Place] = true
	}
	if n["active"] != 10 || n["passive"] != 5 || n[""] != 185 || len(places) != 200 {
		t.Error(n, len(places))
	}
	left, waiting, err := r.Left(t.Context(), r.Terms)
	if err != nil || left["active"] != 0 || left["passive"] != 0 || waiting != 190 {
		t.Error(left, waiting, err)
	}
	press(func(int) uint64 { return 1000 })
	if all, _ = r.All(t.Context(), "ferries", "s2"); len(all) != 201 {
		t.Error(len(all))
	}
}

// TestSecretariatDecides: a registration waits for a decision with its seat; what has to be answered must be there; a name that changes is decided on
// again, and the badge is taken back.
func TestSecretariatDecides(t *testing.T) {
	r := newRoom(t, 1, 1, func(o *registration.Terms) { o.Approval = true })
	r.Offer.Fields[0].Required = true
	is(t, "asked", r.registers(1, "active"), "asked active")
	is(t, "seat kept", r.registers(2, "active"), "asked passive")
	one := r.mine(1)
	if one.Code != "" {
		t.Error("a badge before the decision")
	}
	if _, err := r.Confirm(t.Context(), r.Terms, r.of(1), Said{one.Person, map[int]string{}}, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "incomplete", key(r.Approve(t.Context(), r.Terms, one.ID, r.now)), "registration.incomplete")
	is(t, "answered", r.confirms(1), "asked active")
	if err := r.Approve(t.Context(), r.Terms, one.ID, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "twice", key(r.Approve(t.Context(), r.Terms, one.ID, r.now)), "registration.decided")
	one = r.mine(1)
	is(t, "same name", r.confirms(1), "confirmed active")
	is(t, "same badge", r.mine(1).Code, one.Code)
	got, err := r.Confirm(t.Context(), r.Terms, r.of(1), Said{Person{Name: "Somebody Else"}, map[int]string{1: "x"}}, r.now)
	if err != nil || got.Status != Asked || got.Code != "" || got.Seat != "active" {
		t.Errorf("%+v %v", got, err)
	}
	is(t, "the old badge", r.checks(one.Code), Revoked)
	is(t, "without a reason", key(r.Refuse(t.Context(), r.Terms, one.ID, " ", r.now)), "registration.reason")
	if err := r.Refuse(t.Context(), r.Terms, one.ID, "No letter.", r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "moved up, and still waits for the decision", r.state(), "1:refused, 2:asked active")
	is(t, "refused twice", key(r.Refuse(t.Context(), r.Terms, one.ID, "No letter.", r.now)), "registration.decided")
	if err := r.Approve(t.Context(), r.Terms, one.ID, r.now); err != nil { // the letter came
		t.Fatal(err)
	}
	is(t, "waits, with the seat that is free", r.state(), "1:confirmed passive, 2:asked active")
	is(t, "nobody", key(r.Approve(t.Context(), r.Terms, 77, r.now)), "registration.unknown")
}

func (r *room) checks(code string) string {
	r.t.Helper()
	said, _, err := r.CheckIn(r.t.Context(), r.Terms, code, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	return said
}

// TestRefusalStays: whoever was refused takes back what is kept of them, and begins anew; the secretariat decides on them again, whatever the terms, and a hold that ends
// does not wipe it out.
func TestRefusalStays(t *testing.T) {
	r := newRoom(t, 1, 1, nil)
	is(t, "registered", r.registers(1, "active"), "confirmed active")
	one := r.mine(1)
	if err := r.Refuse(t.Context(), r.Terms, one.ID, "No letter.", r.now); err != nil {
		t.Fatal(err)
	}
	takeBack := func() Registration {
		t.Helper()
		if _, err := r.TakeBack(t.Context(), r.Terms, r.mine(1).ID, r.now); err != nil {
			t.Fatal(err)
		}
		got := r.mine(1)
		if got.Name+got.Post+got.Code+got.Seat != "" || len(got.Answers) > 0 || !got.Cleared() || got.Reason != "No letter." || got.Tells() != got.told {
			t.Errorf("what is kept of a refusal: %+v", got)
		}
		return got
	}
	is(t, "nobody is approved", key(r.Approve(t.Context(), r.Terms, takeBack().ID, r.now)), "registration.incomplete")
	is(t, "held", r.begins(1, "active"), "active")
	r.now = r.now.Add(time.Hour)
	is(t, "the hold ended", r.state(), "1:refused")
	is(t, "again", r.registers(1, "active"), "asked active")
	takeBack()
	is(t, "and again", r.registers(1, "active"), "asked active")
	one = r.mine(1)
	if err := r.Approve(t.Context(), r.Terms, one.ID, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "approved", r.state(), "1:confirmed active")
	if one = r.mine(1); one.Reason != "" || one.Code == "" {
		t.Errorf("%+v", one)
	}
	got, err := r.Confirm(t.Context(), r.Terms, r.of(1), Said{Person{Name: "Somebody Else"}, nil}, r.now)
	if err != nil || got.Status != Asked || got.Code != "" {
		t.Errorf("another name after the decision: %+v %v", got, err)
	}
}

// TestNameOfWhoCame: whoever was checked in keeps the name that stands on their certificate.
func TestNameOfWhoCame(t *testing.T) {
	r := newRoom(t, 1, 1, nil)
	r.registers(1, "active")
	if said := r.checks(r.mine(1).Code); said != Welcome {
		t.Fatal(said)
	}
	is(t, "the same name", r.confirms(1), "confirmed active")
	_, err := r.Confirm(t.Context(), r.Terms, r.of(1), Said{Person{Name: "Somebody Else"}, nil}, r.now)
	is(t, "another name", key(err), "registration.arrived")
}

// TestCheckIn: each code that is shown has a clear answer.
func TestCheckIn(t *testing.T) {
	r := newRoom(t, 3, 1, nil)
	r.registers(1, "active")
	r.registers(2, "active")
	code := r.mine(1).Code
	typed := strings.ToLower(" " + Shown(code) + " ")
	typed = strings.NewReplacer("0", "o", "1", "l").Replace(typed)
	is(t, "typed by hand", r.checks(typed), Welcome)
	is(t, "shown twice", r.checks(code), Before)
	if at := r.mine(1).Arrived; !at.Equal(r.now) {
		t.Error(at)
	}
	slipped := []byte(code)
	slipped[3] = letters[(strings.IndexByte(letters, code[3])+1)%32]
	is(t, "one letter wrong", r.checks(string(slipped)), Mistyped)
	is(t, "no code", r.checks("hello"), Mistyped)
	is(t, "forged", r.checks(string(slipped[:codeSize])+string(slip(string(slipped[:codeSize])))), Forged)
	two := r.mine(2)
	if err := r.Renew(t.Context(), "ferries", "s2", two.ID, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "lost and found", r.checks(two.Code), Revoked)
	is(t, "the new one", r.checks(r.mine(2).Code), Welcome)
	elsewhere := *r.Offer
	elsewhere.Session = "s3"
	said, _, err := r.CheckIn(t.Context(), Terms{Slug: "ferries", Offer: &elsewhere}, code, r.now)
	if said != Another || err != nil {
		t.Error(said, err)
	}
	if said, _, err = r.CheckIn(t.Context(), Terms{Slug: "bridges", Offer: r.Offer}, code, r.now); said != Forged || err != nil {
		t.Error(said, err)
	}
	if _, err := r.TakeBack(t.Context(), r.Terms, r.mine(1).ID, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "of somebody who takes no part any more", r.checks(code), Revoked)
	r.Offer.Fields[0].Required = true
	r.begins(3, "active")
	if _, err := r.Confirm(t.Context(), r.Terms, r.of(3), Said{Person{Name: "C"}, map[int]string{}}, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "something is missing", r.checks(r.mine(3).Code), Lacking)
	r.registers(4, "passive")
	r.registers(5, "passive")
	if r.mine(5).Code != "" {
		t.Error("who waits has a badge")
	}
	is(t, "who waits", key(r.Renew(t.Context(), "ferries", "s2", r.mine(5).ID, r.now)), "registration.no_badge")
	// A seat that is taken without its code being: nobody comes in with it.
	if _, err := r.db.Exec(`UPDATE registration SET seat = '' WHERE participant = 4`); err != nil {
		t.Fatal(err)
	}
	is(t, "without a seat", r.checks(r.mine(4).Code), Revoked)
}

// TestDelegation: whoever manages a delegation registers its members, three hundred at once, all of them or none. A party has as many active seats as
// each may. Who signs in with the address that was named has the registration.
func TestDelegation(t *testing.T) {
	r := newRoom(t, 400, 1000, func(o *registration.Terms) { o.Each = 2 })
	var members []Member
	for i := range registration.MaxMembers {
		members = append(members, Member{Person: Person{Name: fmt.Sprint("Member ", i)}, Email: fmt.Sprintf("m%d@example.org", i), Seat: "active"})
	}
	b := Registration{Of: r.of(0), Entered: 9, Party: "y1", Category: "member_state"}
	enter := func(m ...Member) string {
		if err := r.Enter(t.Context(), r.Terms, b, m, r.now); err != nil {
			return key(err)
		}
		return ""
	}
	is(t, "one too many", enter(append(members, Member{Person: Person{Name: "X"}, Seat: "active"})...), "registration.members")
	is(t, "three hundred", enter(members...), "")
	all, err := r.All(t.Context(), "ferries", "s2")
	if err != nil || len(all) != 300 || all[0].Name != "Member 0" || all[1].Seat != "active" || all[2].Seat != "passive" || !all[2].Waits() || all[2].Code == "" {
		t.Fatal(len(all), err, all[2])
	}
	is(t, "another one", enter(Member{Person: Person{Name: "X"}, Seat: "active"}), "registration.members")
	if _, err := r.TakeBack(t.Context(), r.Terms, all[0].ID, r.now); err != nil {
		t.Fatal(err)
	}
	if got, _, _ := r.Find(t.Context(), "ferries", "s2", all[2].ID); got.Seat != "active" {
		t.Error("the next of the party did not move up")
	}
	is(t, "an address twice", enter(Member{Person: Person{Name: "X"}, Email: "M5@example.org", Seat: "passive"}), "registration.member_twice")
	is(t, "no address", enter(Member{Person: Person{Name: "Y"}, Seat: "passive"}), "")
	if _, err := r.TakeBack(t.Context(), r.Terms, all[0].ID, r.now); err != nil {
		t.Fatal(err)
	}
	if err := r.Claim(t.Context(), "ferries", "M7@Example.org", 77); err != nil {
		t.Fatal(err)
	}
	if got := r.mine(77); got.Name != "Member 7" || got.Email != "" {
		t.Errorf("%+v", got)
	}
	r.registers(78, "passive")
	if err := r.Claim(t.Context(), "ferries", "m8@example.org", 78); err != nil {
		t.Fatal(err)
	}
	if got := r.mine(78); got.Name != "Person 78" {
		t.Error("a registration was taken over")
	}
	if _, err := r.TakeBack(t.Context(), r.Terms, all[1].ID, r.now); err != nil {
		t.Fatal(err)
	}
	// The same again registers nobody twice, whether they wrote an address, or signed in since.
	is(t, "a name twice", enter(Member{Person: Person{Name: "y"}, Seat: "passive"}), "registration.member_twice")
	is(t, "who signed in since", enter(Member{Person: Person{Name: "Member 7"}, Email: "m7@example.org", Seat: "passive"}), "registration.member_twice")

	// Another delegation does not learn whom this one registered; whoever it is has the first registration, and only that.
	b.Party, r.now = "y2", r.now.Add(time.Second)
	is(t, "another delegation", enter(Member{Person: Person{Name: "Member 9"}, Email: "m9@example.org", Seat: "passive"}), "")
	if err := r.Claim(t.Context(), "ferries", "m9@example.org", 79); err != nil {
		t.Fatal(err)
	}
	if got := r.mine(79); got.Party != "y1" {
		t.Errorf("%+v", got)
	}
	r.now = r.Offer.Terms.Closes
	is(t, "after the close", enter(Member{Person: Person{Name: "Z"}, Seat: "passive"}), "registration.closed")
}

// TestEnded: whoever takes part for their party no more has no badge, and the seat goes to whoever waits; the secretariat does not undo it.
func TestEnded(t *testing.T) {
	r := newRoom(t, 1, 0, nil)
	is(t, "of a party", r.begins(1, "active", "party"), "active")
	r.confirms(1)
	r.registers(2, "active")
	code := r.mine(1).Code
	all, err := r.Representing(t.Context(), "ferries", "s2")
	if err != nil || len(all) != 1 || all[0].Participant != 1 {
		t.Fatal(all, err)
	}
	if err := r.End(t.Context(), r.Terms, []int64{all[0].ID, 404}, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "what became of them", r.state(), "1:ended, 2:confirmed active")
	is(t, "the badge", r.checks(code), Revoked)
	is(t, "confirmed again", r.confirms(1), "registration.was_ended")
	is(t, "approved", key(r.Approve(t.Context(), r.Terms, all[0].ID, r.now)), "registration.decided")
	is(t, "told", r.mine(1).Tells(), Ended)
}

// TestPast: when a session has ended nobody registers, moves up or is approved any more.
func TestPast(t *testing.T) {
	r := newRoom(t, 1, 0, nil)
	r.registers(1, "active")
	r.registers(2, "active")
	one := r.mine(1)
	if r.Ends = r.now.Add(time.Hour); r.Refuse(t.Context(), r.Terms, one.ID, "No letter.", r.Ends) != nil {
		t.Fatal("not refused")
	}
	r.now = r.Ends
	is(t, "nobody moves up", r.state(), "1:refused, 2:confirmed")
	is(t, "begins", r.begins(3, "active"), "registration.closed")
	is(t, "approved", key(r.Approve(t.Context(), r.Terms, one.ID, r.now)), "registration.past")
}

// TestDiscarded: of a session that is long over stays what is counted, and nothing of anybody.
func TestDiscarded(t *testing.T) {
	r := newRoom(t, 1, 1, nil)
	r.registers(1, "active")
	one := r.mine(1)
	if _, err := r.Enclose(t.Context(), one.ID, 3, "file-1", "LETTER.pdf"); err != nil {
		t.Fatal(err)
	}
	if err := r.SetLink(t.Context(), "ferries", "s2", "active", "https://meet.example"); err != nil {
		t.Fatal(err)
	}
	kept := []registration.Figure{{About: registration.BySeat, Of: 9, Said: 9, Cells: []registration.Cell{{ID: "active", N: 9}}}}
	files, ok, err := r.Discard(t.Context(), r.Terms, kept, r.now)
	if err != nil || !ok || !slices.Equal(files, []string{"file-1"}) {
		t.Fatal(files, ok, err)
	}
	is(t, "nobody", r.state(), "")
	is(t, "the badge", r.checks(one.Code), Forged)
	if link, err := r.Link(t.Context(), "ferries", "s2", "active"); link != "" || err != nil {
		t.Error(link, err)
	}
	got, at, err := r.Figures(t.Context(), "ferries", "s2")
	if err != nil || !at.Equal(r.now) || fmt.Sprint(got) != fmt.Sprint(kept) {
		t.Error(got, at, err)
	}
	if files, ok, err = r.Discard(t.Context(), r.Terms, nil, r.now); len(files) > 0 || ok || err != nil {
		t.Error("there was nothing any more", files, ok, err)
	}
	if _, err := r.ForgetAll(t.Context(), "ferries", r.now); err != nil {
		t.Fatal(err)
	}
	if got, _, _ = r.Figures(t.Context(), "ferries", "s2"); len(got) > 0 {
		t.Error("figures of a conversation that is gone")
	}
}

// TestForgotten: with an account go its registrations, what was answered and its files; the seat is free; that somebody registered others is forgotten; of the badge it stays
// that it was taken back.
func TestForgotten(t *testing.T) {
	r := newRoom(t, 1, 0, nil)
	r.registers(1, "active")
	r.registers(2, "active")
	one := r.mine(1)
	if was, err := r.Enclose(t.Context(), one.ID, 3, "file-1", "LETTER.pdf"); was != "" || err != nil {
		t.Fatal(was, err)
	}
	if was, err := r.Enclose(t.Context(), one.ID, 3, "file-2", "LETTER.pdf"); was != "file-1" || err != nil {
		t.Fatal(was, err)
	}
	if files, err := r.Files(t.Context()); !slices.Equal(files, []string{"file-2"}) || err != nil {
		t.Error(files, err)
	}
	is(t, "putting right keeps files", r.confirms(1), "confirmed active")
	if got := r.mine(1); got.Files[3] != "LETTER.pdf" || got.Answers[1] != "none" {
		t.Errorf("%+v", got)
	}
	if err := r.Enter(t.Context(), r.Terms, Registration{Of: r.of(0), Entered: 1, Party: "y1"}, []Member{{Person: Person{Name: "M"}, Email: "m@example.org", Seat: "active"}}, r.now); err != nil {
		t.Fatal(err)
	}
	files, err := r.Forget(t.Context(), "ferries", 1, r.now)
	if err != nil || !slices.Equal(files, []string{"file-2"}) {
		t.Error(files, err)
	}
	is(t, "the seat passed on", r.state(), "0:confirmed, 2:confirmed active")
	is(t, "the badge", r.checks(one.Code), Revoked)
	all, _ := r.All(t.Context(), "ferries", "s2")
	i := slices.IndexFunc(all, func(x Registration) bool { return x.Participant == 0 })
	if i < 0 || all[i].Entered != Forgotten {
		t.Errorf("who registered others is remembered, or that somebody did is not: %+v", all)
	}
	if _, err := r.Forget(t.Context(), "ferries", 0, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "nobody’s number is that of a member", r.state(), "0:confirmed, 2:confirmed active")
	if got := r.mine(2).Entered; got != 0 {
		t.Error("who registered by themselves was registered by", got)
	}
	if _, err := r.ForgetAddresses(t.Context(), r.now, "M@example.org"); err != nil {
		t.Fatal(err)
	}
	is(t, "the address", r.state(), "2:confirmed active")
	if _, err := r.ForgetAll(t.Context(), "ferries", r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "all", r.state(), "")
	is(t, "not even that there was a badge", r.checks(one.Code), Forged)
	var n int
	if err := r.db.QueryRow(`SELECT COUNT(*) FROM registration_answer`).Scan(&n); n != 0 || err != nil {
		t.Error(n, err)
	}
}

// TestOneLetterEach: each thing that becomes so is told once, by whoever comes first, and not after it is so no more.
func TestOneLetterEach(t *testing.T) {
	r := newRoom(t, 1, 0, nil)
	r.begins(1, "active")
	told := func() (out []string) {
		all, err := r.Untold(t.Context(), "ferries", "s2")
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			for range 2 { // two who write letters
				if err := r.db.Within(t.Context(), func(tx *sql.Tx) error {
					ok, err := Told(t.Context(), tx, x)
					if ok {
						out = append(out, fmt.Sprint(x.Participant, " ", x.Tells()))
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		return out
	}
	is(t, "a seat that is held", fmt.Sprint(told()), "[]")
	r.confirms(1)
	r.registers(2, "active")
	is(t, "both", fmt.Sprint(told()), "[1 confirmed_active 2 waiting]")
	is(t, "nothing new", fmt.Sprint(told()), "[]")
	stale, _ := r.Untold(t.Context(), "ferries", "s2")
	if err := r.Refuse(t.Context(), r.Terms, r.mine(1).ID, "No.", r.now); err != nil {
		t.Fatal(err)
	}
	was := r.mine(2)
	was.Seat, was.Status = "", Refused // a letter of what is not so any more
	if err := r.db.Within(t.Context(), func(tx *sql.Tx) error {
		ok, err := Told(t.Context(), tx, was)
		if ok {
			t.Error("what is not so any more is told")
		}
		return err
	}); err != nil || len(stale) != 0 {
		t.Fatal(err)
	}
	is(t, "refused, and moved up", fmt.Sprint(told()), "[1 refused 2 confirmed_active]")
}

// TestLinks: a link is that of one kind of seat, and takes the place of the one before.
func TestLinks(t *testing.T) {
	r := newRoom(t, 1, 1, nil)
	link := func(seat string) string {
		l, err := r.Link(t.Context(), "ferries", "s2", seat)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, l := range []string{"https://example.org/leaked", "https://example.org/new"} {
		if err := r.SetLink(t.Context(), "ferries", "s2", "active", l); err != nil {
			t.Fatal(err)
		}
	}
	is(t, "active", link("active"), "https://example.org/new")
	is(t, "passive", link("passive"), "")
	if err := r.SetLink(t.Context(), "ferries", "s2", "active", ""); err != nil {
		t.Fatal(err)
	}
	is(t, "none", link("active"), "")
}

// TestHeldIsNotRegistered: a seat that is held while somebody fills in is no registration: nobody is told of it, nothing is decided on it,
// and whoever gave it up does not confirm it.
func TestHeldIsNotRegistered(t *testing.T) {
	r := newRoom(t, 1, 1, func(o *registration.Terms) { o.Approval = true })
	is(t, "held", r.begins(1, "active"), "active")
	held := r.mine(1)
	is(t, "told", held.Tells(), "")
	is(t, "approved", key(r.Approve(t.Context(), r.Terms, held.ID, r.now)), "registration.unknown")
	is(t, "refused", key(r.Refuse(t.Context(), r.Terms, held.ID, "No.", r.now)), "registration.decided")
	is(t, "confirmed", r.confirms(1), "asked active")
	is(t, "then told", r.mine(1).Tells(), "asked")
	is(t, "never begun", r.confirms(2), "registration.given_up")
	is(t, "the second", r.registers(2, "passive"), "asked passive")
	is(t, "the third waits", r.registers(3, "passive"), "asked")
	is(t, "told that they wait", r.mine(3).Tells(), "waiting")
	if err := r.Approve(t.Context(), r.Terms, held.ID, r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "told of the seat", r.mine(1).Tells(), "confirmed_active")
	if err := r.Refuse(t.Context(), r.Terms, held.ID, "No.", r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "told of the end", r.mine(1).Tells(), "refused")
}

// TestMemberOfParty: whom a delegation registers waits for the decision too, and has their answers from that delegation alone.
func TestMemberOfParty(t *testing.T) {
	r := newRoom(t, 5, 5, func(o *registration.Terms) { o.Approval = true })
	if err := r.Enter(t.Context(), r.Terms, Registration{Of: r.of(0), Entered: 9, Party: "y1", Category: "member_state"}, []Member{{Person: Person{Name: "No Address"}, Seat: "active"}, {Person: Person{Name: "Bo"}, Email: "bo@example.org", Seat: "active"}}, r.now); err != nil {
		t.Fatal(err)
	}
	all, err := r.All(t.Context(), "ferries", "s2")
	if err != nil || len(all) != 2 || all[0].Status != Asked || all[0].Code != "" || !all[0].ByName() || all[1].ByName() {
		t.Fatal(all, err)
	}
	answers := func(party cite.Ref, id int64) string {
		if err := r.AnswerFor(t.Context(), r.Terms, party, id, map[int]string{1: "none"}); err != nil {
			return key(err)
		}
		got, _, err := r.Find(t.Context(), "ferries", "s2", id)
		if err != nil {
			t.Fatal(err)
		}
		return got.Answers[1]
	}
	is(t, "another delegation", answers("y2", all[0].ID), "registration.unknown")
	is(t, "who answers themselves", answers("y1", all[1].ID), "registration.unknown")
	is(t, "nobody", answers("y1", 77), "registration.unknown")
	is(t, "its own", answers("y1", all[0].ID), "none")
	if err := r.Refuse(t.Context(), r.Terms, all[0].ID, "No.", r.now); err != nil {
		t.Fatal(err)
	}
	is(t, "who was refused", answers("y1", all[0].ID), "registration.was_refused")
	// Whoever is nobody has no registration, and makes none theirs.
	if err := errors.Join(r.Claim(t.Context(), "ferries", "", 5), r.Claim(t.Context(), "ferries", "bo@example.org", 0)); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := r.Mine(t.Context(), r.of(5)); ok || err != nil {
		t.Error("a registration without an address became somebody's", got, err)
	}
	if got, ok, err := r.Mine(t.Context(), r.of(0)); ok || err != nil {
		t.Error("nobody has a registration", got, err)
	}
	if got, _, err := r.Find(t.Context(), "ferries", "s2", all[1].ID); err != nil || got.Email != "bo@example.org" {
		t.Error(got, err)
	}
}
