package conversation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// mixed is a conversation with contributions in each status: c1 waits, c2 is published, with a passage blacked out
// of its second part, c3 is withheld, c4 withdrawn and answered. All are Ann's.
func mixed(t testing.TB) *world {
	t.Helper()
	w := seated(t)
	w.must(ann, send("k1", "p1.e1.x3"), send("k2", "p1.e1.x3", "p1.e1.x4"), send("k2", "p1.e1.x3"), send("k2", "p1.e1.x3"))
	w.must(olga, answering(consultation.Noted, "c4.1", "c2.1"))
	w.must(mo, consultation.Redact{Part: "c2.2[0:7]", Ground: "abuse"}, consultation.Withhold{Contribution: "c3", Ground: "abuse", Reason: "Rude."})
	w.must(ann, consultation.Withdraw{Contribution: "c4"})
	return w
}

// TestLists: what waits is listed and counted for those who moderate, and for nobody else; not even its author
// finds it in a list of everybody's.
func TestLists(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	const pending, published, withheld, withdrawn = consultation.Pending, consultation.Published, consultation.Withheld, consultation.Withdrawn
	for _, c := range []struct {
		status []consultation.Status
		public string
		staff  string
	}{
		{nil, "c2", "c2"},
		{[]consultation.Status{pending}, "", "c1"},
		{[]consultation.Status{pending, published}, "c2", "c2 c1"},
		{[]consultation.Status{pending, withheld, withdrawn}, "c4 c3", "c4 c3 c1"},
		{[]consultation.Status{withheld}, "c3", "c3"},
	} {
		for name, a := range audiences {
			for _, element := range [][]cite.Ref{nil, {"p1.x3"}} {
				want := c.public
				switch {
				case name == "moderator" || name == "officer" || name == "asking":
					want = c.staff
				case element != nil: // what a tombstone was on is told by none of them
					want = strings.NewReplacer("c4 c3", "", "c3", "").Replace(c.public)
				}
				reading(w.st, a, w.now, func(r *conversation.Reading) {
					asked := slices.Clone(c.status)
					page, total := r.Consultation.List(consultation.Filter{Status: asked, Element: element}, 9)
					var got []string
					for _, row := range page {
						got = append(got, string(row.Ref))
					}
					if !slices.Equal(got, strings.Fields(want)) || total != len(got) {
						t.Errorf("the %s lists %v of %d with status %v, want %s", name, got, total, c.status, want)
					}
					if !slices.Equal(asked, c.status) {
						t.Errorf("the filter of whoever asked was changed to %v", asked)
					}
				})
			}
		}
	}
	for name, a := range audiences {
		staff, own := name == "moderator" || name == "officer" || name == "asking", name == "author"
		r := reading(w.st, a, w.now, func(r *conversation.Reading) {
			if got := r.Consultation.Pending(); (len(got) == 1) != staff || r.Staff() != staff {
				t.Errorf("for the %s %v wait", name, got)
			}
			if got := r.Consultation.By(string(ann.Ref())); (len(got) == 4) != own || !own && got != nil {
				t.Errorf("the %s finds %v of Ann", name, got)
			}
			if got := r.Consultation.Alike("c2.1"); !slices.Equal(got, []cite.Ref{"c2.1"}) {
				t.Errorf("for the %s %v say what c2.1 says", name, got)
			}
			for ref, want := range map[cite.Ref]bool{"c1": own, "c1.1": own, "c9": false} {
				if r.Own(ref) != want {
					t.Errorf("%s is the %s's: %v", ref, name, !want)
				}
			}
			for part, d := range map[cite.Ref]cite.Ref{"c1.1": "", "c2.1": "d1", "c2.2": "", "c4.1": "d1", "c9.1": ""} {
				if got, _ := r.Consultation.Answer(part); got != d {
					t.Errorf("for the %s %s is answered by %s", name, part, got)
				}
			}
		})
		for _, ref := range []cite.Ref{"c", "c1"} {
			if !slices.Contains(r.Refs(), ref) && !slices.Contains(r.Refs(), conversation.AnyContribution) {
				t.Errorf("the %s's page rests on %v, and not on %s", name, r.Refs(), ref)
			}
		}
	}
}

// TestGranted: words are shown that were granted, in black where they are redacted, and the words themselves stay as
// they are.
func TestGranted(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	before := map[cite.Position]cite.Words{}
	for p, ws := range w.words {
		before[p] = maps.Clone(ws)
	}
	row, _ := w.st.Consultation.Row("c2")
	r := reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) { r.Consultation.Row("c2") })
	shown := r.Show(w.words)
	if len(shown) != 1 || shown[row.Position]["1.text"] != "Ferries, said 0 times." || shown[row.Position]["2.text"] != "█████, said 1 times." || shown[row.Position]["name"] != "A name" {
		t.Errorf("shown are %v", shown)
	}
	for p := range w.words {
		if !maps.Equal(w.words[p], before[p]) {
			t.Errorf("the words at %d have become %q", p, w.words[p])
		}
		if r.Granted(p) != (p == row.Position) {
			t.Errorf("granted at %d: %v", p, r.Granted(p))
		}
	}
	r = reading(w.st, audiences["author"], w.now, func(r *conversation.Reading) { r.Consultation.Row("c2") })
	if got := r.Show(w.words)[row.Position]; !maps.Equal(got, w.words[row.Position]) {
		t.Errorf("the author reads %q", got)
	}
	// The name of a party that an officer entered is everybody's; reasons of answers are.
	st, _ := w.st.Roll.Party(fenland)
	d, _ := w.st.Consultation.Disposition("d1")
	r = reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) {
		r.Roll.Party(fenland)
		r.Consultation.Disposition("d1")
	})
	if shown := r.Show(w.words); shown[st.Entered]["name"] != "Fenland" || shown[d.Position]["reason.en"] != "Because." || len(shown) != 2 {
		t.Errorf("shown are %v", shown)
	}
}

// TestOpenCalls: which calls are open for a reader at an instant, and until when that stays so.
func TestOpenCalls(t *testing.T) {
	t.Parallel()
	w := seated(t)
	later := announcing(consultation.LateKept, consultation.ModerateBefore)
	later.Opens, later.Closes = noon.Add(3*time.Hour), noon.Add(4*time.Hour)
	w.must(olga, later)
	for _, c := range []struct {
		at    time.Duration
		open  string
		until time.Duration // 0: for ever
	}{
		{-1, "", 1}, // a nanosecond before noon, until noon
		{0, "k1 k2", 3 * time.Hour},
		{3 * time.Hour, "k3 k1 k2", 4 * time.Hour},
		{4*time.Hour - 1, "k3 k1 k2", 4 * time.Hour},
		{4 * time.Hour, "k1 k2", 10 * time.Hour},
		{10 * time.Hour, "", 0},
	} {
		var got []string
		r := reading(w.st, conversation.Public, noon.Add(c.at), func(r *conversation.Reading) {
			for _, k := range r.OpenCalls() {
				got = append(got, string(k.Ref))
			}
		})
		want := noon.Add(c.until)
		if c.at < 0 {
			want = noon
		} else if c.until == 0 {
			want = time.Time{}
		}
		if !slices.Equal(got, strings.Fields(c.open)) || !r.Until().Equal(want) || !slices.Contains(r.Refs(), conversation.AnyCall) {
			t.Errorf("at %s: %v open until %s, on %v; want %s until %s", c.at, got, r.Until(), r.Refs(), c.open, want)
		}
		for name, ask := range map[string]func(*conversation.Reading){"the list": func(r *conversation.Reading) { r.Consultation.Calls() }, "one": func(r *conversation.Reading) { r.Consultation.Call("k3") }} {
			r := reading(w.st, conversation.Public, noon.Add(c.at), ask)
			if name == "the list" && !r.Until().Equal(want) || !r.Until().IsZero() && !r.Until().After(r.Now) {
				t.Errorf("at %s %s of calls reads so until %s", c.at, name, r.Until())
			}
		}
	}
}

// TestRests: on what a page rests: few references one by one, many as a whole, and the position since when.
func TestRests(t *testing.T) {
	t.Parallel()
	w := mixed(t)
	for range 70 {
		w.must(ben, send("k2", "p1.e1.x3"))
	}
	rests := func(ask func(*conversation.Reading)) []cite.Ref {
		return reading(w.st, conversation.Public, w.now, ask).Refs()
	}
	rows := func(n int) func(*conversation.Reading) {
		return func(r *conversation.Reading) {
			for i := range n {
				r.Consultation.Row(cite.Contribution(i + 1))
			}
			r.Consultation.Disposition("d1")
		}
	}
	for _, c := range []struct {
		name string
		got  []cite.Ref
		want string
	}{
		{"nothing was asked", rests(func(*conversation.Reading) {}), "settings"},
		{"two contributions", rests(rows(2)), "c1 c2 d1 settings"},
		{"many", rests(rows(61)), "c d1 settings"},
		{"all, and one by one", rests(func(r *conversation.Reading) { rows(3)(r); r.Consultation.Total(); r.Consultation.Verdict("x") }), "c d settings"},
		{"anything", rests(func(r *conversation.Reading) { rows(3)(r); r.Head() }), "*"},
		{"may see", rests(func(r *conversation.Reading) { r.MaySee("p1.x2"); r.MaySee("k1"); r.MaySee("c1.1"); r.MaySee("d1") }), "c1 d1 k p settings"},
	} {
		if !slices.Equal(c.got, func() (out []cite.Ref) {
			for _, f := range strings.Fields(c.want) {
				out = append(out, cite.Ref(f))
			}
			return out
		}()) {
			t.Errorf("%s: it rests on %v, want %s", c.name, c.got, c.want)
		}
	}
	if got := len(rests(rows(60))); got != 62 {
		t.Errorf("60 contributions are noted as %d", got)
	}
	var stamp cite.Position
	row, _ := w.st.Consultation.Row("c4")
	r := reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) { r.Consultation.Row("c4"); r.Stamp(&stamp) })
	if stamp != row.Changed || r.Since() != row.Changed {
		t.Errorf("it stands since %d, stamped %d; want %d", r.Since(), stamp, row.Changed)
	}
	// Whether an ask would be refused is asked without doing it.
	ask := conversation.Ask{By: ann, Received: w.now, Command: consultation.Withdraw{Contribution: "c2"}}
	before := w.st.Digest()
	reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) {
		if err := r.Refused(ask); err != nil {
			t.Error(err)
		}
		ask.By = ben
		if err := r.Refused(ask); err == nil {
			t.Error("Ben may take back what is Ann's")
		}
		if got := r.Roll.Holders(delegation.Chair); !slices.Equal(got, []delegation.Participant{cora}) {
			t.Errorf("the chairs are %v", got)
		}
	})
	if w.st.Digest() != before {
		t.Error("asking changes something")
	}
}
