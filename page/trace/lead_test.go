package trace

import (
	"slices"
	"testing"

	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// TestLead: what the trace of an answer says first: what was decided, on how many points, how many of them are not shown, and what it changed,
// and what rests on it. Nothing is said of none.
func TestLead(t *testing.T) {
	f := &frame.Frame{Lang: "en"}
	noted := f.T("outcome.noted") + frame.Stop(f)
	points := func(n int) string { return f.T("trace.to", "points", f.T("why.answer_points", "n", n)) }
	gone := func(n int) string { return f.T("why.gone", "n", n) }
	passages := func(n int) string { return f.T("fate.passages", "n", n) }
	for _, c := range []struct {
		why     part.Why
		changed int
		want    []string
	}{
		{part.Why{}, 0, []string{noted, f.T("trace.changed_nothing")}},
		{part.Why{Points: 1}, 1, []string{noted, points(1), passages(1)}},
		{part.Why{Gone: 1}, 0, []string{noted, gone(1), f.T("trace.changed_nothing")}},
		{part.Why{Points: 2, Gone: 3}, 2, []string{noted, points(2), gone(3), passages(2)}},
	} {
		v := &Page{About: traceAnswer, Why: c.why, Changed: c.changed}
		v.Outcome = "noted"
		if got, want := v.lead(f), append(c.want, v.Ties.Say(f)); !slices.Equal(got, want) {
			t.Errorf("%+v, %d: %q, want %q", c.why, c.changed, got, want)
		}
	}
}
