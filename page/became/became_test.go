package became_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/became"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// calendared is a conversation with what officers say of its calendar.
type calendared struct {
	*testing.T
	st *conversation.State
	at time.Time
}

func (w *calendared) say(fact cite.Fact) {
	w.Helper()
	if err := w.st.Apply(cite.Entry{Position: w.st.Head + 1, Time: w.at}, fact); err != nil {
		w.Fatal(err)
	}
}

func (w *calendared) stage(n int, change func(*settings.Stage)) {
	w.Helper()
	s := settings.Stage{Number: n, Kind: "paper", State: settings.Planned}
	if n <= len(w.st.Stages) {
		s = w.st.Stages[n-1]
	}
	change(&s)
	w.say(&settings.Staged{Stage: s, At: w.at})
}

func en(s string) locale.Text { return locale.Plain("en", s) }

func convened(t *testing.T, demonstration bool) *calendared {
	w := &calendared{t, conversation.NewState(), time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	w.say(&conversation.Convened{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{"en", "fr"}, Zone: "UTC", Demonstration: demonstration, At: w.at})
	return w
}

func (w *calendared) became(now time.Time) *became.Page {
	return became.New(conversation.NewReading(w.st, conversation.Public, now), "en")
}

// TestPromisesStay: whatever is said of a stage later, each name and day under which it was promised stays to be seen, and that it was given up;
// another thing in its place is not what was promised, and what names nothing has not come about.
func TestPromisesStay(t *testing.T) {
	t.Parallel()
	title := func(s string) func(*settings.Stage) { return func(x *settings.Stage) { x.Title = en(s) } }
	state := func(s string) func(*settings.Stage) { return func(x *settings.Stage) { x.State = s } }
	day := func(s string) func(*settings.Stage) { return func(x *settings.Stage) { x.To = s } }
	source := func(s string) func(*settings.Stage) {
		return func(x *settings.Stage) { x.Source = "https://example.org/" + s }
	}
	french := func(s string) func(*settings.Stage) {
		return func(x *settings.Stage) {
			x.Title = locale.Text{Original: x.Title.Original, In: map[locale.Lang]string{"en": x.Title.In["en"], "fr": s}}
		}
	}
	only := func(l locale.Lang) func(*settings.Stage) {
		return func(x *settings.Stage) { x.Title = locale.Plain(l, x.Title.In[l]) }
	}
	session := func(x *settings.Stage) { x.Kind = "session" }
	now := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		says   []func(*settings.Stage)
		fate   string
		before string
	}{
		"kept, with a source":           {[]func(*settings.Stage){title("Rules"), func(x *settings.Stage) { x.State = settings.Issued; source("rules")(x) }}, became.Kept, ""},
		"nothing is named":              {[]func(*settings.Stage){title("Rules"), state(settings.Issued)}, became.Unnamed, ""},
		"a session that nothing names":  {[]func(*settings.Stage){func(x *settings.Stage) { title("Crossing")(x); session(x) }, state(settings.Held)}, became.Unnamed, ""},
		"the source is the promise's":   {[]func(*settings.Stage){func(x *settings.Stage) { title("Rules")(x); source("promise")(x) }, state(settings.Issued)}, became.Unnamed, ""},
		"it is open":                    {[]func(*settings.Stage){title("Rules"), func(x *settings.Stage) { state(settings.Open)(x); source("open")(x) }}, became.Running, ""},
		"put off":                       {[]func(*settings.Stage){func(x *settings.Stage) { title("Rules")(x); day("2026-04-01")(x) }, day("2026-12-01")}, became.Late, ""},
		"put off twice":                 {[]func(*settings.Stage){func(x *settings.Stage) { title("Rules")(x); day("2026-04-01")(x) }, day("2026-06-01"), day("2026-12-01")}, became.Late, "Rules  2026-06-01 planned"},
		"renamed, then held":            {[]func(*settings.Stage){func(x *settings.Stage) { title("Rules")(x); day("2026-12-01")(x) }, title("Tea"), func(x *settings.Stage) { state(settings.Issued)(x); source("tea")(x) }}, became.Renamed, "Rules  2026-12-01 planned"},
		"renamed twice":                 {[]func(*settings.Stage){title("Rules"), title("Tea"), title("Cake")}, became.Undated, "Rules   planned; Tea   planned"},
		"renamed in two steps":          {[]func(*settings.Stage){title("Rules"), french("Thé"), only("fr"), func(x *settings.Stage) { state(settings.Issued)(x); source("tea")(x) }}, became.Renamed, "Rules   planned"},
		"translated":                    {[]func(*settings.Stage){title("Rules"), french("Règles"), func(x *settings.Stage) { state(settings.Issued)(x); source("rules")(x) }}, became.Kept, ""},
		"another kind":                  {[]func(*settings.Stage){title("Rules"), func(x *settings.Stage) { session(x); state(settings.Held)(x); source("tea")(x) }}, became.Renamed, "Rules   planned"},
		"dropped":                       {[]func(*settings.Stage){title("Rules"), state(settings.Dropped)}, became.Silent, ""},
		"dropped, then another is held": {[]func(*settings.Stage){title("Rules"), state(settings.Dropped), func(x *settings.Stage) { title("Tea")(x); state(settings.Held)(x); source("tea")(x) }}, became.Silent, "Rules   planned; Rules   dropped"},
		"dropped for a reason, the same": {[]func(*settings.Stage){title("Rules"), func(x *settings.Stage) { state(settings.Dropped)(x); x.Outcome = en("No ink.") }, func(x *settings.Stage) {
			title("Tea")(x)
			state(settings.Held)(x)
			source("tea")(x)
			x.Outcome = en("Tea.")
		}}, became.Reasoned, "Rules   planned; Rules   dropped No ink."},
		"dropped, then it came": {[]func(*settings.Stage){title("Rules"), state(settings.Dropped), func(x *settings.Stage) { state(settings.Issued)(x); source("rules")(x) }}, became.Kept, "Rules   dropped"},
	} {
		w := convened(t, false)
		for _, say := range c.says {
			w.stage(1, say)
		}
		s := w.became(now).Stages[0]
		var before []string
		for _, b := range s.Before {
			if b.Position < 2 || b.Position > w.st.Head {
				t.Errorf("%s: it read so from %d", name, b.Position)
			}
			before = append(before, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", b.Name.Text, b.From, b.To, b.State, b.Outcome.Text)))
		}
		if got := strings.Join(before, "; "); s.Fate != c.fate || got != c.before || s.Unnamed != (c.fate == became.Unnamed) {
			t.Errorf("%s: %s, before %q; want %s, %q", name, s.Fate, got, c.fate, c.before)
		}
	}
}

// TestAnotherPaperIsNotThePromised: a paper does not stand for the considerations that were promised by being considerations; by its name it does.
func TestAnotherPaperIsNotThePromised(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		title, fate string
		target      cite.Ref
	}{{"On tea", became.Undated, ""}, {"preliminary considerations", became.Kept, ""}, {"On tea", became.Kept, "p1.e1"}} {
		w := convened(t, false)
		w.stage(1, func(x *settings.Stage) { x.Kind, x.Title = "considerations", en("Preliminary considerations") })
		w.say(&paper.Published{Ref: "p1.e1", PaperKind: "considerations", Symbol: "F/1", Title: en(c.title), Date: "2026-03-02", At: w.at})
		if c.target != "" {
			w.stage(1, func(x *settings.Stage) { x.Target = c.target })
		}
		if s := w.became(w.at).Stages[0]; s.Fate != c.fate {
			t.Errorf("%q: %s, %+v", c.title, s.Fate, s)
		}
	}
}

// TestGuessed: a paper that stands where the calendar plans the next keeps no promise until somebody says that it is what was promised.
func TestGuessed(t *testing.T) {
	t.Parallel()
	w := convened(t, false)
	w.stage(1, func(x *settings.Stage) { x.Title = en("Rules of the crossing") })
	w.say(&paper.Published{Ref: "p1.e1", PaperKind: "issues_paper", Symbol: "F/1", Title: en("On tea"), Date: "2026-03-02", At: w.at})
	if s := w.became(w.at).Stages[0]; s.Target != "p1.e1" || s.Fate != became.Unnamed {
		t.Errorf("%+v", s)
	}
	w.stage(1, func(x *settings.Stage) { x.Target = "p1.e1" })
	if s := w.became(w.at).Stages[0]; s.Fate != became.Kept {
		t.Errorf("%+v", s)
	}
}

// TestPlayedPromise: in a demonstration, what was announced in reality and came about here alone says both; it is not among what came about.
func TestPlayedPromise(t *testing.T) {
	t.Parallel()
	w := convened(t, true)
	w.stage(1, func(x *settings.Stage) {
		x.Kind, x.Title, x.Source, x.Target = "considerations", en("Considerations"), "https://example.org/promise", "p1.e1"
	})
	w.say(&paper.Published{Ref: "p1.e1", PaperKind: "considerations", Symbol: "F/1", Title: en("Considerations"), Date: "2026-03-02", At: w.at})
	w.stage(2, func(x *settings.Stage) {
		x.Kind, x.Title, x.Source, x.State = "session", en("Crossing"), "https://example.org/report", settings.Held
	})
	page := w.became(w.at)
	if a, b := page.Stages[0], page.Stages[1]; a.Fate != became.Played || !a.Played || a.Source == "" || b.Fate != became.Kept || b.Played {
		t.Errorf("%+v\n%+v", a, b)
	}
	for _, s := range page.Sections {
		if s.Figures == nil {
			t.Errorf("the figures of %q are none instead of an empty list", s.Kind)
		}
	}
}
