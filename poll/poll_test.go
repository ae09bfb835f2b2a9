package poll

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func keys(err error) string {
	var out []string
	for _, r := range refusal.Of(err) {
		out = append(out, strings.TrimSpace(r.Field+" "+r.Key))
	}
	return strings.Join(out, ", ")
}

// world is a state, and the position of its last entry, with the words beside each.
type world struct {
	*testing.T
	*State
	at    cite.Position
	words map[cite.Position]string
}

func (w *world) fold(facts ...cite.Proposal) {
	w.Helper()
	for _, p := range facts {
		before := w.Snapshot()
		was := slices.Clone(before.polls)
		w.at++
		ptr := reflect.New(reflect.TypeOf(p.Body))
		ptr.Elem().Set(reflect.ValueOf(p.Body))
		if err := ptr.Interface().(interface {
			Apply(*State, cite.Entry) error
		}).Apply(w.State, cite.Entry{Position: w.at}); err != nil {
			w.Fatal(err)
		}
		if c, ok := p.Words["choice"]; ok {
			w.words[w.at] = c
		}
		if !slices.Equal(before.polls, was) {
			w.Fatal("a snapshot changes")
		}
	}
}

func act(at time.Time) cite.Act { return cite.Act{By: "u1", At: at} }

func terms(method string, secret bool) Terms {
	return Terms{Method: method, Secret: secret, Constituencies: Constituencies, Opens: noon, Closes: noon.Add(time.Hour), Zone: "UTC"}
}

// held is a world with a ballot on three themes.
func held(t *testing.T, method string, secret bool) *world {
	t.Helper()
	w := &world{T: t, State: NewState(), words: map[cite.Position]string{}}
	f, err := w.Hold(act(noon.Add(-time.Hour)), Hold{Order: "o1", Options: 3, Terms: terms(method, secret)})
	if err != nil {
		t.Fatal(keys(err))
	}
	w.fold(f)
	return w
}

var roll = []Group{{States, []cite.Ref{"y3", "y1", "y2"}}, {Observers, []cite.Ref{"y9"}}}

// taking is held, and open.
func taking(t *testing.T, method string, secret bool) *world {
	t.Helper()
	w := held(t, method, secret)
	f, err := w.Freeze(act(noon), roll, Freeze{Poll: "b1"})
	if err != nil {
		t.Fatal(keys(err))
	}
	w.fold(f)
	return w
}

func (w *world) votes(who Voter, at time.Time, marks ...Mark) error {
	f, before, err := w.Cast(cite.Act{By: string(who.Ref), At: at}, who, Cast{Poll: "b1", Marks: marks})
	if err == nil {
		w.fold(f)
		delete(w.words, before)
	}
	return err
}

func (w *world) count(at time.Time) error {
	p, _ := w.Poll("b1")
	c := Count{Poll: "b1", Seen: p.Last, Said: map[cite.Position]string{}}
	beside := map[cite.Position]cite.Words{}
	for _, p := range w.CastAt("b1") {
		c.Said[p] = ""
		if s, ok := w.words[p]; ok {
			beside[p] = cite.Words{"choice": s}
		}
	}
	c.Read(beside)
	facts, err := w.Count(act(at), c)
	if err == nil {
		w.fold(facts...)
	}
	return err
}

func party(r cite.Ref) Voter  { return Voter{Ref: r, Party: true, Assurance: "vouched"} }
func person(r cite.Ref) Voter { return Voter{Ref: r, Assurance: "email_proven"} }

// TestHand: one person's hand is in one voice of a ballot, until a colleague casts that ballot anew or takes it back.
func TestHand(t *testing.T) {
	t.Parallel()
	w := taking(t, Approval, true)
	cast := func(by string, who Voter, want string) {
		t.Helper()
		f, _, err := w.Cast(cite.Act{By: by, At: noon}, who, Cast{Poll: "b1"})
		if keys(err) != want {
			t.Errorf("%s for %s: %q, want %q", by, who.Ref, keys(err), want)
		}
		if err == nil {
			w.fold(f)
		}
	}
	back := func(by string, who Voter) {
		t.Helper()
		f, _, err := w.Return(cite.Act{By: by, At: noon}, who, Return{Poll: "b1"})
		if err != nil {
			t.Fatal(keys(err))
		}
		w.fold(f)
	}
	cast("u1", person("u1"), "")
	cast("u1", party("y1"), "poll.hand_own")
	cast("u2", party("y1"), "")
	cast("u2", party("y2"), "poll.hand_party")
	cast("u2", person("u2"), "poll.hand_party")
	cast("u2", party("y1"), "") // the same voice again
	before := w.Snapshot()
	back("u1", person("u1"))
	if before.Hand("b1", "u1") != "u1" || w.Hand("b1", "u1") != "" {
		t.Error("what was taken back is still somebody's hand, or a snapshot changed")
	}
	cast("u1", party("y1"), "")
	cast("u2", person("u2"), "")
	back("u3", party("y1"))
	cast("u1", party("y2"), "")
}

// TestChoice: what a ballot says is held to its method, and has one spelling.
func TestChoice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, want, no string
		marks            []Mark
	}{
		{Approval, "1:1 3:1", "", []Mark{{3, 1}, {1, 1}}},
		{Approval, "", "", nil},
		{Approval, "", "marks poll.value", []Mark{{1, 2}}},
		{Approval, "", "marks poll.value", []Mark{{1, 0}}},
		{Schulze, "1:2 2:1 3:2", "", []Mark{{1, 3}, {2, 1}, {3, 3}}},
		{Schulze, "2:1", "", []Mark{{2, 3}}},
		{Schulze, "", "marks poll.value", []Mark{{1, 4}}},
		{Schulze, "", "marks poll.value", []Mark{{1, 0}}},
		{Points, "1:0 2:10", "", []Mark{{2, 10}, {1, 0}}},
		{Points, "", "marks poll.value", []Mark{{1, 11}}},
		{Points, "", "marks poll.value", []Mark{{1, -1}}},
		{Points, "", "marks poll.option", []Mark{{4, 1}}},
		{Points, "", "marks poll.option", []Mark{{0, 1}}},
		{Points, "", "marks poll.twice", []Mark{{1, 1}, {2, 1}, {1, 2}}},
	} {
		p := &Poll{Terms: Terms{Method: c.method}, Options: 3}
		got, err := p.Choice(c.marks)
		if got != c.want || keys(err) != c.no {
			t.Errorf("%s %v: %q %q, want %q %q", c.method, c.marks, got, keys(err), c.want, c.no)
		}
	}
	p := &Poll{Terms: Terms{Method: Schulze}, Options: 3}
	for _, bad := range []string{"nonsense", "1:2", "2:1 1:1", "1:1  2:1", "4:1", "1:x", "1"} {
		if _, ok := p.Marks(bad); ok {
			t.Errorf("%q is read", bad)
		}
	}
}

// TestChoices: whatever is marked, what is kept is read back to the same, and says the same order.
func TestChoices(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		p := &Poll{Terms: Terms{Method: rapid.SampledFrom(Methods).Draw(r, "method")}, Options: 4}
		marks := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) Mark {
			return Mark{rapid.IntRange(0, 5).Draw(r, "option"), rapid.IntRange(-1, 5).Draw(r, "value")}
		}), 0, 5).Draw(r, "marks")
		choice, err := p.Choice(marks)
		if err != nil {
			return
		}
		again, ok := p.Marks(choice)
		if !ok || len(again) != len(marks) {
			r.Fatalf("%v: %q %v", marks, choice, again)
		}
		of := func(all []Mark, option int) int {
			return all[slices.IndexFunc(all, func(m Mark) bool { return m.Option == option })].Value
		}
		for _, x := range marks {
			for _, y := range marks {
				if (of(marks, x.Option) < of(marks, y.Option)) != (of(again, x.Option) < of(again, y.Option)) {
					r.Fatalf("%v: %q", marks, choice)
				}
			}
		}
	})
}

// TestTerms: terms are held to their bounds, altered before the ballot opens, and never afterwards.
func TestTerms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Terms)
		want   string
	}{
		"as they should be": {func(*Terms) {}, ""},
		"no method":         {func(c *Terms) { c.Method = "dice" }, "method poll.method"},
		"nobody":            {func(c *Terms) { c.Constituencies = nil }, "constituencies poll.constituencies"},
		"twice":             {func(c *Terms) { c.Constituencies = []string{States, States} }, "constituencies poll.constituencies"},
		"others":            {func(c *Terms) { c.Constituencies = []string{States, "gods"} }, "constituencies poll.constituencies"},
		"backwards":         {func(c *Terms) { c.Closes = c.Opens }, "closes call.order"},
	} {
		to := terms(Approval, false)
		c.change(&to)
		_, err := Hold{Order: "o1", Terms: to}.Check()
		_, again := Alter{Poll: "b1", Terms: to}.Check()
		if keys(err) != c.want || keys(again) != c.want {
			t.Errorf("%s: %q %q, want %q", name, keys(err), keys(again), c.want)
		}
	}
	w := held(t, Approval, false)
	if _, err := w.Hold(act(noon.Add(time.Hour)), Hold{Order: "o1", Terms: terms(Points, true)}); keys(err) != "closes call.past" {
		t.Error("one that is over is held:", keys(err))
	}
	f, err := w.Alter(act(noon.Add(-1)), Alter{Poll: "b1", Terms: terms(Points, true)})
	if err != nil {
		t.Fatal(keys(err))
	}
	w.fold(f)
	if p, _ := w.Poll("b1"); p.Method != Points || !p.Secret {
		t.Errorf("%+v", p)
	}
	if _, err := w.Alter(act(noon), Alter{Poll: "b1", Terms: terms(Points, true)}); keys(err) != "poll.frozen" {
		t.Error("altered at the instant of opening:", keys(err))
	}
	if _, err := w.Freeze(act(noon.Add(-1)), roll, Freeze{Poll: "b1"}); keys(err) != "poll.frozen" {
		t.Error("frozen before it opens:", keys(err))
	}
	w = taking(t, Approval, false)
	if _, err := w.Alter(act(noon.Add(-1)), Alter{Poll: "b1", Terms: terms(Points, true)}); keys(err) != "poll.frozen" {
		t.Error("altered though its roll is frozen:", keys(err))
	}
	if _, err := w.Freeze(act(noon), nil, Freeze{Poll: "b1"}); keys(err) != "poll.frozen" {
		t.Error("the roll is frozen twice:", keys(err))
	}
	p, _ := w.Poll("b1")
	if RollText(p.Roll) != "states y1\nstates y2\nstates y3\nobservers y9\n" || p.Hash != RollHash(p.Roll) || len(p.Hash) != 64 {
		t.Errorf("%q %s", RollText(p.Roll), p.Hash)
	}
}

// TestVoting: who is on the frozen roll votes while ballots are taken; the last one counts; it may be taken back.
func TestVoting(t *testing.T) {
	t.Parallel()
	w := held(t, Approval, false)
	if err := w.votes(party("y1"), noon); keys(err) != "poll.early" {
		t.Error("before it opens:", keys(err))
	}
	w = taking(t, Approval, false)
	if err := w.votes(party("y4"), noon); keys(err) != "for poll.roll" {
		t.Error("who is not on the roll:", keys(err))
	}
	last := noon.Add(time.Hour - 1)
	for _, c := range []struct {
		who  Voter
		mark Mark
	}{{party("y1"), Mark{1, 1}}, {party("y9"), Mark{2, 1}}, {person("u7"), Mark{3, 1}}, {party("y1"), Mark{2, 1}}} {
		if err := w.votes(c.who, last, c.mark); err != nil {
			t.Fatal(keys(err))
		}
	}
	v, _ := w.Vote("b1", "y1")
	if len(w.CastAt("b1")) != 3 || v.Times != 2 || w.words[v.Position] != "2:1" || len(w.words) != 3 {
		t.Errorf("%+v %v", v, w.words)
	}
	if w.Claimed(Claim{"b1", v.Position, "y1"}) != v.Position || w.Claimed(Claim{"b1", v.Position, "u7"}) != 0 || w.Claimed(Claim{"b1", v.Position + 1, "y1"}) != 0 || w.Claimed(Claim{"b2", v.Position, "y1"}) != 0 {
		t.Error("a ballot is proven to another")
	}
	f, before, err := w.Return(act(last), person("u7"), Return{Poll: "b1"})
	if err != nil || before == 0 {
		t.Fatal(keys(err))
	}
	w.fold(f)
	delete(w.words, before)
	if _, ok := w.Vote("b1", "u7"); ok || len(w.CastAt("b1")) != 2 {
		t.Error("what was taken back counts")
	}
	if _, _, err := w.Return(act(last), person("u7"), Return{Poll: "b1"}); keys(err) != "poll.none" {
		t.Error("taken back twice:", keys(err))
	}
	if err := w.votes(party("y2"), noon.Add(time.Hour)); keys(err) != "poll.over" {
		t.Error("after it closed:", keys(err))
	}
	p, _ := w.Poll("b1")
	if _, err := w.Count(act(noon.Add(time.Hour)), Count{Poll: "b1", Seen: p.Last - 1}); keys(err) != "poll.changed" {
		t.Error("a count of what was before:", keys(err))
	}
	if err := w.count(last); keys(err) != "poll.closing" {
		t.Error("counted before it closes:", keys(err))
	}
	if err := w.count(noon.Add(time.Hour)); err != nil {
		t.Fatal(keys(err))
	}
	p, _ = w.Poll("b1")
	want := []List{{States, "vouched", 1, false, []Said{{"2:1", 1, "y1"}}}, {Observers, "vouched", 1, false, []Said{{"2:1", 1, "y9"}}}}
	if !reflect.DeepEqual(p.Lists, want) || !reflect.DeepEqual(p.Voted, []Group{{States, []cite.Ref{"y1"}}, {Observers, []cite.Ref{"y9"}}}) {
		t.Errorf("%+v %+v", p.Lists, p.Voted)
	}
	if err := w.count(noon.Add(time.Hour)); keys(err) != "poll.closing" {
		t.Error("counted twice:", keys(err))
	}
	if err := w.votes(party("y2"), noon); keys(err) != "poll.over" {
		t.Error("after it was counted:", keys(err))
	}
	w = taking(t, Approval, false)
	p, _ = w.Poll("b1")
	p.Constituencies = []string{States}
	if err := w.votes(person("u1"), noon); keys(err) != "for poll.roll" {
		t.Error("a person where persons are not asked:", keys(err))
	}
}

// TestSecret: whose a secret ballot is stands nowhere, nor is told what few chose; persons' are secret in every ballot.
func TestSecret(t *testing.T) {
	t.Parallel()
	for _, secret := range []bool{false, true} {
		w := taking(t, Approval, secret)
		for i, who := range []cite.Ref{"u5", "u4", "u3", "u2", "u1"} {
			if err := w.votes(person(who), noon, Mark{1 + i%2, 1}); err != nil {
				t.Fatal(keys(err))
			}
		}
		for _, who := range []cite.Ref{"y3", "y2", "y1"} {
			if err := w.votes(party(who), noon, Mark{1, 1}); err != nil {
				t.Fatal(keys(err))
			}
		}
		other := person("u8")
		other.Assurance = "openid"
		if err := w.votes(other, noon, Mark{1, 1}); err != nil {
			t.Fatal(keys(err))
		}
		for p := range w.words { // of one the words were erased
			if v, _ := w.Vote("b1", "y2"); v.Position == p {
				delete(w.words, p)
			}
		}
		if err := w.count(noon.Add(time.Hour)); err != nil {
			t.Fatal(keys(err))
		}
		states := List{States, "vouched", 2, false, []Said{{"1:1", 1, "y1"}, {"1:1", 1, "y3"}}}
		if secret {
			states = List{States, "vouched", 2, true, nil}
		}
		want := []List{states, {Public, "email_proven", 5, false, []Said{{"1:1", 3, ""}, {"2:1", 2, ""}}}, {Public, "openid", 1, true, nil}}
		p, _ := w.Poll("b1")
		if !reflect.DeepEqual(p.Lists, want) || p.Gone != 1 || len(p.Voted[0].Parties) != 3 {
			t.Errorf("secret %v: %+v", secret, p)
		}
	}
}

// TestLong: a list that is too long for a fact goes on in the next.
func TestLong(t *testing.T) {
	t.Parallel()
	p := &Poll{Ref: "b1", Terms: terms(Approval, true)}
	var all []Said
	for n := range 20_000 {
		all = append(all, Said{Choice: strings.Repeat("1", n%97) + strings.Repeat("2", n/97), Count: 1})
	}
	facts := p.lists(cell{Public, "email_proven"}, all, noon)
	if len(facts) < 2 {
		t.Fatal("one fact")
	}
	w := taking(t, Approval, true)
	w.fold(facts...)
	now, _ := w.Poll("b1")
	if len(now.Lists) != 1 || now.Lists[0].Total != len(all) {
		t.Errorf("%d lists", len(now.Lists))
	}
	n := 0
	for _, b := range now.Lists[0].Ballots {
		n += b.Count
	}
	if n != len(all) {
		t.Error(n, "ballots are listed")
	}
}

// TestCallOff: a ballot is called off before it closes, with a reason; nothing more becomes of it.
func TestCallOff(t *testing.T) {
	t.Parallel()
	reason := locale.Plain("en", "Wrong.")
	if _, err := (CallOff{Poll: "b1"}).Check(); keys(err) != "reason desk.reason" {
		t.Error(keys(err))
	}
	w := taking(t, Approval, false)
	if _, err := w.CallOff(act(noon.Add(time.Hour)), CallOff{Poll: "b1", Reason: reason}); keys(err) != "poll.over" {
		t.Error("after it closed:", keys(err))
	}
	f, err := w.CallOff(act(noon), CallOff{Poll: "b1", Reason: reason})
	if err != nil || f.Words["reason.en"] != "Wrong." {
		t.Fatal(keys(err), f.Words)
	}
	w.fold(f)
	if err := w.votes(party("y1"), noon); keys(err) != "poll.dropped" {
		t.Error(keys(err))
	}
	w = taking(t, Approval, false)
	if err := w.count(noon.Add(time.Hour)); err != nil {
		t.Fatal(keys(err))
	}
	if _, err := w.CallOff(act(noon), CallOff{Poll: "b1", Reason: reason}); keys(err) != "poll.over" {
		t.Error("what was counted is called off:", keys(err))
	}
}

// TestDue: the clock asks for a ballot to be opened, then to be counted, and says when it looks again.
func TestDue(t *testing.T) {
	t.Parallel()
	w := held(t, Approval, false)
	for _, c := range []struct {
		at         time.Time
		open, shut int
		next       time.Time
	}{{noon.Add(-1), 0, 0, noon}, {noon, 1, 0, noon.Add(time.Hour)}} {
		if open, shut, next := w.Due(c.at); len(open) != c.open || len(shut) != c.shut || !next.Equal(c.next) {
			t.Errorf("%v: %v %v %v", c.at, open, shut, next)
		}
	}
	w = taking(t, Approval, false)
	if open, shut, next := w.Due(noon.Add(time.Hour - 1)); len(open)+len(shut) > 0 || !next.Equal(noon.Add(time.Hour)) {
		t.Error(open, shut, next)
	}
	if _, shut, next := w.Due(noon.Add(time.Hour)); len(shut) != 1 || !next.IsZero() {
		t.Error(shut, next)
	}
}

// TestGaps: a record that is not whole is not taken.
func TestGaps(t *testing.T) {
	t.Parallel()
	s := NewState()
	for _, f := range []interface {
		Apply(*State, cite.Entry) error
	}{&Held{Ref: "b2"}, &Altered{Poll: "b1"}, &Frozen{Poll: "b1"}, &Received{Poll: "b1"}, &Returned{Poll: "b1"}, &Listed{Poll: "b1"}, &Counted{Poll: "b1"}, &Dropped{Poll: "b1"}} {
		if f.Apply(s, cite.Entry{Position: 1}) == nil {
			t.Errorf("%T is taken", f)
		}
	}
}
