package delegation

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// The people of the tests: in Fenland's delegation each of the capacities is held, and in Moor's the head.
const (
	fenland Party = 50
	moor    Party = 51

	head      Participant = 10
	focal     Participant = 11
	focal2    Participant = 12
	alternate Participant = 13
	member    Participant = 14
	plain     Participant = 15 // without a capacity
	expired   Participant = 16 // a focal point whose mandate has ended
	revoked   Participant = 17 // was a focal point
	foreign   Participant = 18 // head of Moor
	nobody    Participant = 19
)

// delegations is a world with them.
func delegations(t testing.TB) *world {
	w := newWorld(t)
	w.at = noon.Add(-48 * time.Hour)
	for _, c := range []any{
		EnterParty{Party: fenland, Name: "Fenland"}, EnterParty{Party: moor, Name: "Moor"},
		Authorise{Participant: head, Party: fenland, Capacity: Head}, Authorise{Participant: focal, Party: fenland, Capacity: FocalPoint},
		Authorise{Participant: focal2, Party: fenland, Capacity: FocalPoint}, Authorise{Participant: alternate, Party: fenland, Capacity: Alternate},
		Authorise{Participant: member, Party: fenland, Capacity: Member}, Authorise{Participant: plain, Party: fenland},
		Authorise{Participant: expired, Party: fenland, Capacity: FocalPoint, Until: noon}, Authorise{Participant: revoked, Party: fenland, Capacity: FocalPoint},
		Unauthorise{Participant: revoked, Party: fenland}, Authorise{Participant: foreign, Party: moor, Capacity: Head},
	} {
		w.must(c)
	}
	w.at = noon
	return w
}

func (w *world) must(c any) {
	w.t.Helper()
	if _, err := w.do(c); err != nil {
		w.t.Fatalf("%+v: %v", c, err)
	}
}

// key is the key of a refusal, "" where there is none.
func key(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	return ""
}

// TestMatrix: every capacity, and every way to have none, by every act of a delegation. A cell is the key of the refusal, or "ok".
func TestMatrix(t *testing.T) {
	t.Parallel()
	const no, out = "delegation.manages", "delegation.outside"
	acts := []struct {
		name string
		act  any
	}{
		{"speak", nil},
		{"bring in a member", Appoint{Party: fenland, Participant: nobody, Capacity: Member, Reached: true}},
		{"bring in a focal point", Appoint{Party: fenland, Participant: nobody, Capacity: FocalPoint, Reached: true}},
		{"name a head", Appoint{Party: fenland, Participant: nobody, Capacity: Head, Reached: true}},
		{"bring in by number", Appoint{Party: fenland, Participant: nobody, Capacity: Member}},
		{"bring in a number that was in it", Appoint{Party: fenland, Participant: revoked, Capacity: Member}},
		{"make a member an alternate", Appoint{Party: fenland, Participant: member, Capacity: Alternate}},
		{"make the head a member", Appoint{Party: fenland, Participant: head, Capacity: Member}},
		{"end the alternate", End{Party: fenland, Participant: alternate}},
		{"end the head", End{Party: fenland, Participant: head}},
		{"end a focal point", End{Party: fenland, Participant: focal2}},
		{"hand over to the member", HandOver{Party: fenland, Participant: member, Stays: Alternate}},
		{"hand over to the head", HandOver{Party: fenland, Participant: head}},
		{"hand over by number", HandOver{Party: fenland, Participant: nobody, Stays: Alternate}},
		{"hand over to who is over", HandOver{Party: fenland, Participant: expired, Stays: Alternate}},
		{"act in another delegation", End{Party: moor, Participant: foreign}},
	}
	want := map[Participant][]string{
		head:      {"ok", "ok", "ok", "delegation.head", out, out, "ok", "delegation.self", "ok", "ok", "ok", "ok", "delegation.self", out, out, no},
		focal:     {"ok", "ok", "ok", "delegation.head", out, out, "ok", "delegation.is_head", "ok", "delegation.is_head", "ok", "ok", "delegation.is_head", out, out, no},
		alternate: {"ok", no, no, no, no, no, no, no, "ok", no, no, no, no, no, no, no},
		member:    {"no", no, no, no, no, no, no, no, no, no, no, no, no, no, no, no},
		plain:     {"ok", no, no, no, no, no, no, no, no, no, no, no, no, no, no, no},
		expired:   {"no", no, no, no, no, no, no, no, no, no, no, no, no, no, no, no},
		revoked:   {"no", no, no, no, no, no, no, no, no, no, no, no, no, no, no, no},
		foreign:   {"no", no, no, no, no, no, no, no, no, no, no, no, no, no, no, "delegation.last"},
		nobody:    {"no", no, no, no, no, no, no, no, no, no, no, no, no, no, no, no},
	}
	for who, row := range want {
		for i, a := range acts {
			w := delegations(t)
			w.by = who
			got := "ok"
			if a.act == nil {
				if !w.MaySpeak(who, fenland, noon) {
					got = "no"
				}
			} else if _, err := w.do(a.act); err != nil {
				got = key(err)
			}
			if got != row[i] {
				t.Errorf("%s, %s: %q, want %q", who.Ref(), a.name, got, row[i])
			}
		}
	}
}

// TestMandate: a mandate holds until its end and not at it; given anew it holds again; one that is given and says nothing new is
// refused, and one without capacity and end takes none away.
func TestMandate(t *testing.T) {
	t.Parallel()
	w := delegations(t)
	for _, c := range []struct {
		at       time.Time
		speaks   bool
		manages  bool
		speaking int
	}{{noon.Add(-time.Nanosecond), true, true, 1}, {noon, false, false, 0}, {noon.Add(time.Hour), false, false, 0}} {
		if w.MaySpeak(expired, fenland, c.at) != c.speaks || w.Manages(expired, fenland, c.at) != c.manages || len(w.SpeaksFor(expired, c.at)) != c.speaking {
			t.Errorf("at %s: not %v", c.at, c.speaks)
		}
	}
	for _, c := range []struct {
		command Authorise
		want    string
	}{
		{Authorise{Participant: head, Party: fenland}, "party.authorised"},
		{Authorise{Participant: head, Party: fenland, Capacity: Head}, "party.authorised"},
		{Authorise{Participant: head, Party: fenland, Capacity: "king"}, "delegation.capacity"},
		{Authorise{Participant: head, Party: fenland, Capacity: Head, Until: noon}, "delegation.until"},
		{Authorise{Participant: head, Party: fenland, Capacity: Head, Until: noon.Add(time.Hour)}, ""},
		{Authorise{Participant: expired, Party: fenland}, ""},
		{Authorise{Participant: plain, Party: fenland, Capacity: Member}, ""},
	} {
		if _, err := w.do(c.command); key(err) != c.want {
			t.Errorf("%+v: %v, want %q", c.command, err, c.want)
		}
	}
	if !w.MaySpeak(expired, fenland, noon) || w.Manages(expired, fenland, noon) || w.MaySpeak(plain, fenland, noon) {
		t.Error("what was given anew does not hold")
	}
	if a, ok := w.Holds(head, fenland); !ok || a.Capacity != Head || !a.Until.Equal(noon.Add(time.Hour)) || len(w.Held(head)) != 1 {
		t.Errorf("the head holds %+v", w.Held(head))
	}
}

// TestLast: whoever is the last who manages a delegation stays until they handed over, which is one act; an end that has come
// counts as gone.
func TestLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []any{EnterParty{Party: fenland, Name: "Fenland"}, Authorise{Participant: head, Party: fenland, Capacity: Head},
		Authorise{Participant: focal, Party: fenland, Capacity: FocalPoint, Until: noon.Add(time.Hour)}, Authorise{Participant: member, Party: fenland, Capacity: Member}} {
		w.must(c)
	}
	w.at, w.by = noon.Add(time.Hour), head
	if _, err := w.do(End{Party: fenland, Participant: head}); key(err) != "delegation.last" {
		t.Errorf("the last leaves: %v", err)
	}
	if _, err := w.do(HandOver{Party: fenland, Participant: head}); key(err) != "delegation.self" {
		t.Errorf("to herself: %v", err)
	}
	if _, err := w.do(HandOver{Party: fenland, Participant: 0, Stays: FocalPoint}); len(refusal.Of(err)) != 2 {
		t.Errorf("to nobody: %v", err)
	}
	p, err := w.do(HandOver{Party: fenland, Participant: member, Stays: Alternate})
	if want := (HandedOver{Party: fenland, From: head, To: member, Capacity: Head, Stays: Alternate, At: w.at}); err != nil || !reflect.DeepEqual(p.Body, want) {
		t.Fatalf("%+v, %v", p.Body, err)
	}
	if w.Manages(head, fenland, w.at) || !w.MaySpeak(head, fenland, w.at) || !w.Manages(member, fenland, w.at) {
		t.Error("it was not handed over")
	}
	w.must(End{Party: fenland, Participant: head})
	w.by = member
	if _, err := w.do(End{Party: fenland, Participant: head}); key(err) != "party.no_authority" {
		t.Errorf("twice: %v", err)
	}
	var did []string
	for _, s := range w.Steps(fenland) {
		did = append(did, s.Did+" "+string(s.Capacity))
	}
	if want := []string{"authorised head", "authorised focal_point", "authorised member", "handed_over head", "ended alternate"}; !reflect.DeepEqual(did, want) {
		t.Errorf("what was done is %q", did)
	}
}

// TestFull: a delegation has an end, and who is in it already can still get another capacity.
func TestFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(EnterParty{Party: fenland, Name: "Fenland"})
	for n := range MaxDelegation {
		w.fold(Authorised{Participant: Participant(1000 + n), Party: fenland, Capacity: Member})
	}
	if _, err := w.do(Authorise{Participant: 1, Party: fenland}); key(err) != "delegation.full" {
		t.Errorf("one more than %d: %v", MaxDelegation, err)
	}
	w.must(Authorise{Participant: 1000, Party: fenland, Capacity: Head})
	if all := w.Delegation(fenland); len(all) != MaxDelegation || all[0].Participant != 1000 {
		t.Errorf("%d, the first %+v", len(all), all[0])
	}
}

// TestGroups: who may be a member of what; a group has no delegation; who declares for it, and how the others stand.
func TestGroups(t *testing.T) {
	t.Parallel()
	const isles, coast, marsh Party = 60, 61, 62
	w := delegations(t)
	for _, c := range []any{EnterParty{Party: isles, Name: "Isles"}, EnterParty{Party: coast, Name: "Coast"}, EnterParty{Party: marsh, Name: "Marsh"}} {
		w.must(c)
	}
	var many []Party
	for n := range MaxMembers + 1 {
		many = append(many, Party(1000+n))
	}
	for _, c := range []struct {
		command Compose
		want    string
	}{
		{Compose{Group: 99, Members: []Party{moor}}, "party.unknown"},
		{Compose{Group: isles, Members: []Party{99}}, "group.member"},
		{Compose{Group: isles, Members: []Party{isles}}, "group.member"},
		{Compose{Group: isles, Members: []Party{moor, moor}}, "group.member"},
		{Compose{Group: isles, Members: many}, "group.members"},
		{Compose{Group: fenland, Members: []Party{moor}}, "group.delegation"},
		{Compose{Group: isles, Members: []Party{moor, fenland}}, ""},
		{Compose{Group: isles, Members: []Party{moor, fenland}}, "group.same"},
		{Compose{Group: coast, Members: []Party{isles}}, "group.member"},
		{Compose{Group: moor, Members: []Party{marsh}}, "group.member"},
		{Compose{Group: coast, Members: []Party{fenland, marsh}}, ""},
	} {
		if _, err := w.do(c.command); key(err) != c.want {
			t.Errorf("%+v: %v, want %q", c.command, err, c.want)
		}
	}
	if _, err := w.do(Authorise{Participant: nobody, Party: isles}); key(err) != "group.no_delegation" {
		t.Errorf("a group has a delegation: %v", err)
	}
	if got := w.Groups(fenland); !reflect.DeepEqual(got, []Party{isles, coast}) {
		t.Errorf("Fenland is in %v", got)
	}
	for _, c := range []struct {
		who           Participant
		group, member Party
		may           bool
	}{{head, isles, fenland, true}, {head, isles, moor, false}, {foreign, isles, moor, true}, {foreign, coast, moor, false}, {member, isles, fenland, false},
		{expired, isles, fenland, false}, {nobody, isles, fenland, false}, {head, fenland, fenland, false}} {
		if w.MayDeclare(c.who, c.group, c.member, noon) != c.may {
			t.Errorf("%+v", c)
		}
	}
	const said = cite.Ref("c7")
	w.fold(Declared{Contribution: said, Group: isles, Member: fenland})
	align := func(y Party, c Align) string {
		t.Helper()
		c, err := c.Check()
		if err == nil {
			var p cite.Proposal
			if p, err = w.Align(cite.Act{By: string(olga.Ref()), At: noon}, y, c); err == nil {
				w.fold(p.Body)
			}
		}
		return key(err)
	}
	for i, c := range []struct {
		y    Party
		c    Align
		want string
	}{
		{moor, Align{Contribution: said, Stand: "supports"}, "group.stand"},
		{moor, Align{Contribution: "c8", Stand: Aligned}, "group.not_for"},
		{marsh, Align{Contribution: said, Stand: Aligned}, "group.not_member"},
		{fenland, Align{Contribution: said, Stand: Dissociated}, "group.declared"},
		{moor, Align{Contribution: said, Stand: Aligned}, ""},
		{moor, Align{Contribution: said, Stand: Aligned}, "group.stands"},
		{moor, Align{Contribution: said, Stand: Dissociated}, ""},
	} {
		if got := align(c.y, c.c); got != c.want {
			t.Errorf("%s: %q, want %q", strconv.Itoa(i), got, c.want)
		}
	}
	if all := w.Stands("c7.1"); len(all) != 1 || all[0].Party != moor || all[0].Stand != Dissociated {
		t.Errorf("they stand %+v", all)
	}
	w.must(Compose{Group: coast})
	if w.IsGroup(coast) || !w.IsGroup(isles) {
		t.Error("a group without members is one")
	}
}
