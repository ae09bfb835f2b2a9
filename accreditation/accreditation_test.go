package accreditation

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/refusal"
)

// noon is when these tests play.
var noon = time.Date(2020, 1, 2, 12, 0, 0, 0, time.UTC)

const (
	boats cite.Ref = "y0000000000001"
	other cite.Ref = "y0000000000002"
	third cite.Ref = "y0000000000003"

	bo, ida, olga = "u0000000000001", "u0000000000002", "u0000000000003"
)

// world is a state on which commands are played as the house plays them: checked, decided, written and read again, folded.
type world struct {
	t testing.TB
	*State
	n    cite.Position
	now  time.Time
	body Body     // of whoever requests
	twin cite.Ref // on the roll
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, State: NewState(), now: noon, body: Body{Category: "ngo", Assurance: "email_proven"}}
	w.must(olga, SetOffer{Categories: []string{"state", "ngo"}, As: Capacities})
	return w
}

func (w *world) fold(body cite.Fact) {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	read := reflect.New(reflect.TypeOf(body))
	if err := json.Unmarshal(data, read.Interface()); err != nil {
		w.t.Fatal(err)
	}
	if got := read.Elem().Interface(); !reflect.DeepEqual(got, any(body)) {
		w.t.Fatalf("%+v was written, %+v is read", body, got)
	}
	w.n++
	if err := read.Interface().(interface {
		Apply(*State, cite.Entry) error
	}).Apply(w.State, cite.Entry{Position: w.n}); err != nil {
		w.t.Fatal(err)
	}
}

func play[C interface{ Check() (C, error) }](w *world, by string, rule func(cite.Act, C) (cite.Proposal, error), c C) error {
	w.t.Helper()
	c, err := c.Check()
	if err != nil {
		return err
	}
	p, err := rule(cite.Act{By: by, At: w.now}, c)
	if err == nil {
		w.fold(p.Body)
	}
	return err
}

func (w *world) do(by string, command any) error {
	w.t.Helper()
	switch c := command.(type) {
	case SetOffer:
		return play(w, by, w.State.SetOffer, c)
	case Ask:
		return play(w, by, func(act cite.Act, c Ask) (cite.Proposal, error) { return w.State.Ask(act, w.body, c) }, c)
	case Retract:
		return play(w, by, w.State.Retract, c)
	case Accredit:
		return play(w, by, func(act cite.Act, c Accredit) (cite.Proposal, error) { return w.State.Accredit(act, w.twin, c) }, c)
	case Refuse:
		return play(w, by, w.State.Refuse, c)
	case Prolong:
		return play(w, by, w.State.Prolong, c)
	case Terminate:
		return play(w, by, w.State.Terminate, c)
	case Remind:
		return play(w, by, w.State.Remind, c)
	}
	w.t.Fatalf("no command: %T", command)
	return nil
}

func (w *world) must(by string, commands ...any) {
	w.t.Helper()
	for _, c := range commands {
		if err := w.do(by, c); err != nil {
			w.t.Fatalf("%T: %v", c, err)
		}
	}
}

func ask(party cite.Ref, alike uint64) Ask {
	return Ask{Party: party, Name: "Boats", Category: "ngo", As: AsParty, Alike: alike}
}

// TestRules: for each rule what was done before, who asks for what, and the refusal.
func TestRules(t *testing.T) {
	t.Parallel()
	asked := []any{ask(boats, 7)}
	day := noon.AddDate(0, 1, 0)
	yes := Accredit{Party: boats, Name: "Boats", Reason: "Signed."}
	for _, c := range []struct {
		name    string
		before  []any // of bo, and what officers ask for of Olga
		by      string
		command any
		want    string // the key of the first refusal
	}{
		{"it is requested", nil, bo, ask(boats, 7), ""},
		{"nothing is offered", []any{SetOffer{}}, bo, ask(boats, 7), "accreditation.closed"},
		{"not in this category", []any{SetOffer{Categories: []string{"state"}, As: Capacities}}, bo, ask(boats, 7), "accreditation.category"},
		{"not as a party", []any{SetOffer{Categories: []string{"ngo"}, As: []string{AsObserver}}}, bo, ask(boats, 7), "accreditation.as"},
		{"as nothing there is", nil, bo, Ask{Party: boats, Name: "B", Category: "ngo", As: "king"}, "accreditation.as"},
		{"a body has a name", nil, bo, Ask{Party: boats, Name: " ", Category: "ngo", As: AsParty}, "name.missing"},
		{"a party is a party", nil, bo, Ask{Party: "p1", Name: "B", Category: "ngo", As: AsParty}, "party.unknown"},
		{"interests have their bounds", nil, bo, Ask{Party: boats, Name: "B", Category: "ngo", As: AsParty, Interests: strings.Repeat("é", MaxInterests)}, ""},
		{"and not one more", nil, bo, Ask{Party: boats, Name: "B", Category: "ngo", As: AsParty, Interests: strings.Repeat("é", MaxInterests+1)}, "line.long"},
		{"twice for one body", asked, bo, ask(other, 7), "accreditation.waiting"},
		{"under the same number", asked, ida, ask(boats, 8), "accreditation.waiting"},
		{"another for the same body", asked, ida, ask(other, 7), ""},
		{"for two bodies", asked, bo, ask(other, 8), ""},
		{"again after it was declined", []any{ask(boats, 7), Refuse{boats, "No."}}, bo, ask(other, 7), ""},
		{"an offer is set once", nil, olga, SetOffer{Categories: []string{"ngo", "state", "ngo"}, As: Capacities}, "settings.unchanged"},
		{"an offer of what there is", nil, olga, SetOffer{Categories: []string{"ngo"}, As: []string{"king"}}, "accreditation.as"},

		{"it is taken back", asked, bo, Retract{boats}, ""},
		{"not by another", asked, ida, Retract{boats}, "accreditation.unknown"},
		{"not what is not there", nil, bo, Retract{boats}, "accreditation.unknown"},
		{"not twice", []any{ask(boats, 7), Retract{boats}}, bo, Retract{boats}, "accreditation.decided"},
		{"after it was declined", []any{ask(boats, 7), Refuse{boats, "No."}}, bo, Retract{boats}, ""},
		{"not after it was granted", []any{ask(boats, 7), yes}, bo, Retract{boats}, "accreditation.decided"},

		{"it is granted", asked, olga, yes, ""},
		{"for a reason", asked, olga, Accredit{Party: boats, Name: "Boats"}, "accreditation.reason"},
		{"under a name", asked, olga, Accredit{Party: boats, Reason: "Signed."}, "name.missing"},
		{"not one's own", asked, bo, yes, "accreditation.own"},
		{"not what was taken back", []any{ask(boats, 7), Retract{boats}}, olga, yes, "accreditation.unknown"},
		{"not twice", []any{ask(boats, 7), yes}, olga, yes, "accreditation.decided"},
		{"until a day", asked, olga, Accredit{Party: boats, Name: "Boats", Until: day, Reason: "Signed."}, ""},
		{"until a day that comes", asked, olga, Accredit{Party: boats, Name: "Boats", Until: noon, Reason: "Signed."}, "accreditation.past"},
		{"for ten years", asked, olga, Accredit{Party: boats, Name: "Boats", Until: noon.AddDate(10, 0, 0), Reason: "Signed."}, ""},
		{"not for longer", asked, olga, Accredit{Party: boats, Name: "Boats", Until: noon.AddDate(10, 0, 1), Reason: "Signed."}, "accreditation.far"},
		{"for one occasion until a day", asked, olga, Accredit{Party: boats, Name: "Boats", As: AsAdHoc, Until: day, Reason: "Signed."}, ""},
		{"for one occasion without an end", asked, olga, Accredit{Party: boats, Name: "Boats", As: AsAdHoc, Reason: "Signed."}, "accreditation.ad_hoc"},
		{"as nothing there is", asked, olga, Accredit{Party: boats, Name: "Boats", As: "king", Reason: "Signed."}, "accreditation.as"},
		{"into a party by hand", asked, olga, Accredit{Party: boats, Into: third, Reason: "The same."}, ""},
		{"into one, until a day", asked, olga, Accredit{Party: boats, Into: third, Until: day, Reason: "The same."}, "accreditation.into_until"},
		{"into what is no party", asked, olga, Accredit{Party: boats, Into: "p1", Reason: "The same."}, "party.unknown"},

		{"it is declined", asked, olga, Refuse{boats, "No letter."}, ""},
		{"declined for a reason", asked, olga, Refuse{boats, " "}, "accreditation.reason"},
		{"one's own is not declined", asked, bo, Refuse{boats, "No."}, "accreditation.own"},
		{"declined once", []any{ask(boats, 7), Refuse{boats, "No."}}, olga, Refuse{boats, "No."}, "accreditation.decided"},

		{"it is prolonged", []any{ask(boats, 7), yes}, olga, Prolong{boats, day, "They asked."}, ""},
		{"for a reason", []any{ask(boats, 7), yes}, olga, Prolong{boats, day, ""}, "accreditation.reason"},
		{"to what it is", []any{ask(boats, 7), yes}, olga, Prolong{boats, time.Time{}, "So."}, "accreditation.same"},
		{"not what is not accredited", asked, olga, Prolong{boats, day, "So."}, "accreditation.unknown"},
		{"not what was ended", []any{ask(boats, 7), yes, Terminate{boats, "Wrong."}}, olga, Prolong{boats, day, "So."}, "accreditation.ended"},
		{"into the past", []any{ask(boats, 7), yes}, olga, Prolong{boats, noon.AddDate(0, 0, -1), "So."}, "accreditation.past"},

		{"it is ended", []any{ask(boats, 7), yes}, olga, Terminate{boats, "Wrong."}, ""},
		{"for a reason", []any{ask(boats, 7), yes}, olga, Terminate{boats, ""}, "accreditation.reason"},
		{"once", []any{ask(boats, 7), yes, Terminate{boats, "Wrong."}}, olga, Terminate{boats, "Wrong."}, "accreditation.ended"},
		{"not what is not accredited", asked, olga, Terminate{boats, "Wrong."}, "accreditation.unknown"},
		{"nobody is reminded of no end", []any{ask(boats, 7), yes}, olga, Remind{boats}, "accreditation.remind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, b := range c.before {
				by := olga
				switch b.(type) {
				case Ask, Retract:
					by = bo
				}
				w.must(by, b)
			}
			err := w.do(c.by, c.command)
			got := ""
			if rs := refusal.Of(err); len(rs) > 0 {
				got = rs[0].Key
			}
			if got != c.want || err != nil && got == "" {
				t.Errorf("%q %v, want %q", got, err, c.want)
			}
		})
	}
}

// TestMany: somebody has five requests that wait, and no more; of states there is a country.
func TestMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range MaxWaiting {
		w.must(bo, ask(cite.Ref("y000000000001"+string(rune('0'+i))), uint64(100+i)))
	}
	if rs := refusal.Of(w.do(bo, ask(third, 7))); len(rs) != 1 || rs[0].Key != "accreditation.many" || rs[0].Kind != refusal.TooMany {
		t.Error(rs)
	}
	w.must(ida, ask(third, 7))
	w.body = Body{Category: "state", State: true}
	if rs := refusal.Of(w.do(ida, ask(other, 9))); len(rs) != 1 || rs[0].Key != "accreditation.country" || rs[0].Field != "country" {
		t.Error(rs)
	}
}

// TestStanding: who stands when, as what, and who is counted; a snapshot keeps what was so when it was made.
func TestStanding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	end := noon.AddDate(0, 2, 0)
	w.must(bo, ask(boats, 7))
	w.must(ida, ask(other, 8))
	if got := w.Waiting(); len(got) != 2 || got[0].Party != boats || got[0].Became() != Waiting || got[0].Speaks() != boats {
		t.Errorf("%+v", got)
	}
	w.must(olga, Accredit{Party: boats, Name: "Boats", Until: end, Reason: "Signed."}, Accredit{Party: other, Name: "Oars", As: AsObserver, Reason: "To listen."})
	x, ok := w.Standing(boats)
	if !ok || x.As != AsParty || !x.Since.Equal(noon) || !x.Until.Equal(end) || !slices.Equal(x.Requests, []cite.Position{2}) || x.Reason != 4 {
		t.Errorf("%+v", x)
	}
	for _, c := range []struct {
		party cite.Ref
		at    time.Time
		want  bool
	}{{boats, noon, true}, {boats, end.Add(-1), true}, {boats, end, false}, {other, end, true}, {third, end, true}} {
		if w.Stands(c.party, c.at) != c.want {
			t.Errorf("%s at %s: not %v", c.party, c.at, c.want)
		}
	}
	if w.Observes(boats) || !w.Observes(other) || w.Observes(third) || !w.Counts(boats) || w.Counts(other) || !w.Counts(third) {
		t.Error("who observes")
	}
	held := w.State.Snapshot()
	w.must(olga, Terminate{boats, "Wrong."})
	if !held.Stands(boats, noon) || w.Stands(boats, noon) || w.Counts(boats) || !held.Counts(boats) {
		t.Error("a snapshot changed, or what was ended stands")
	}
	for name, f := range map[string]interface {
		Apply(*State, cite.Entry) error
	}{"a refusal": &Refused{Party: third}, "an end": &Terminated{Party: third}, "a decision": &Accredited{Party: third}} {
		if f.Apply(w.State, cite.Entry{Position: 99}) == nil {
			t.Errorf("%s of what is not there is folded", name)
		}
	}
}

// TestInto: another person of a body that is accredited already; what they disclosed is kept with what was disclosed before, and the
// party stays what it is.
func TestInto(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	end := noon.AddDate(0, 2, 0)
	w.must(bo, ask(boats, 7))
	w.must(ida, ask(other, 7))
	mine, _ := w.Find(boats)
	if !w.Alike(mine) || w.State.Twin(mine, noon) != cite.None {
		t.Error("another request waits, and nobody stands yet")
	}
	w.must(olga, Accredit{Party: boats, Name: "Boats", Until: end, Reason: "Signed."})
	r, _ := w.Find(other)
	if w.Alike(r) || w.State.Twin(r, noon) != boats || w.State.Twin(r, end) != cite.None {
		t.Error("the twin is not found while it stands")
	}
	w.twin = boats
	if rs := refusal.Of(w.do(olga, Accredit{Party: other, Name: "Boats", Reason: "So."})); len(rs) != 1 || rs[0].Key != "accreditation.twin" || rs[0].Field != "into" {
		t.Error(rs)
	}
	w.must(olga, Accredit{Party: other, Into: boats, As: AsObserver, Reason: "The same body."})
	if x, _ := w.Standing(boats); x.As != AsParty || !x.Until.Equal(end) || !slices.Equal(x.Requests, []cite.Position{2, 3}) {
		t.Errorf("%+v", x)
	}
	if _, ok := w.Standing(other); ok {
		t.Error("a second party is accredited")
	}
	if r, _ := w.Find(other); r.Speaks() != boats || r.Became() != Granted {
		t.Errorf("%+v", r)
	}
	w.must(bo, ask(third, 8))
	w.must(olga, Accredit{Party: third, Name: "Boats", Apart: true, Reason: "Another body."})
	w.now = end
	w.must(ida, ask("y0000000000004", 9))
	if rs := refusal.Of(w.do(olga, Accredit{Party: "y0000000000004", Into: boats, Reason: "So."})); len(rs) != 1 || rs[0].Key != "accreditation.over" {
		t.Error(rs)
	}
}

// TestRemind: whoever speaks for a party is told once before it is over, half of a short time before; again after it was prolonged; and
// not of what was ended.
func TestRemind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	long, short := noon.AddDate(0, 6, 0), noon.Add(48*time.Hour)
	w.must(bo, ask(boats, 7), ask(other, 8), ask(third, 9))
	w.must(olga, Accredit{Party: boats, Name: "B", Until: long, Reason: "So."}, Accredit{Party: other, Name: "O", Until: short, Reason: "So."}, Accredit{Party: third, Name: "T", Until: long, Reason: "So."},
		Terminate{third, "Wrong."})
	due := func(at time.Time) []cite.Ref { refs, _ := w.Due(at); return refs }
	if refs, next := w.Due(noon); len(refs) != 0 || !next.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("%v, next %s", refs, next)
	}
	if got := w.Reminders(); len(got) != 2 {
		t.Errorf("reminders at %v", got)
	}
	if got := due(noon.Add(24 * time.Hour)); !slices.Equal(got, []cite.Ref{other}) {
		t.Errorf("%v", got)
	}
	if got := due(short); len(got) != 0 {
		t.Errorf("of what is over: %v", got)
	}
	at := long.Add(-RemindBefore)
	if got := due(at.Add(-1)); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	w.now = at.Add(-1)
	if rs := refusal.Of(w.do(olga, Remind{boats})); len(rs) != 1 || rs[0].Key != "accreditation.remind" {
		t.Error(rs)
	}
	w.now = at
	if got := due(at); !slices.Equal(got, []cite.Ref{boats}) {
		t.Errorf("%v", got)
	}
	w.must("", Remind{boats})
	if got := due(at); len(got) != 0 {
		t.Errorf("twice: %v", got)
	}
	w.must(olga, Prolong{boats, long.AddDate(1, 0, 0), "They asked."})
	if got := due(long.AddDate(1, 0, 0).Add(-RemindBefore)); !slices.Equal(got, []cite.Ref{boats}) {
		t.Errorf("after it was prolonged: %v", got)
	}
}

// TestFacts: what the house is told of each fact. What was requested and not granted is not public.
func TestFacts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fact    cite.Fact
		kind    string
		about   cite.Ref
		touches []cite.Ref
	}{
		{Offered{}, "offered", cite.Public, []cite.Ref{Any}},
		{Requested{Party: boats}, "requested", cite.None, []cite.Ref{boats, Any}},
		{Retracted{Party: boats}, "retracted", cite.None, []cite.Ref{boats, Any}},
		{Refused{Party: boats}, "refused", cite.None, []cite.Ref{boats, Any}},
		{Accredited{Party: boats}, "accredited", cite.Public, []cite.Ref{boats, Any}},
		{Accredited{Party: boats, Into: other}, "accredited", cite.Public, []cite.Ref{boats, Any, other}},
		{Prolonged{Party: boats}, "prolonged", cite.Public, []cite.Ref{boats, Any}},
		{Terminated{Party: boats}, "terminated", cite.Public, []cite.Ref{boats, Any}},
		{Reminded{Party: boats}, "reminded", cite.Public, []cite.Ref{boats, Any}},
	} {
		want := cite.Description{Kind: "accreditation." + c.kind + "/1", Touches: c.touches, About: c.about}
		if got := c.fact.Describe(); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// TestFolded: names are the same name however they are spelt out, and others are others.
func TestFolded(t *testing.T) {
	t.Parallel()
	if Folded("Boats for All") != Folded(" BOATS, for  all! ") || Folded("Boats") == Folded("Oats") {
		t.Error("names are not compared by their letters")
	}
}
