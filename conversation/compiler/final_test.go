package compiler

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/paper"
)

// TestReviewIsAReview: an edition is final after a call on the paper that could be answered for some days, counted from when it was announced; a
// call for something else, or one that was withdrawn, is no review.
func TestReviewIsAReview(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * consultation.Day) }
	call := func(ref cite.Ref, announced, opens, closes int) *consultation.Call {
		return &consultation.Call{Ref: ref, Paper: "p2", At: ago(announced), Opens: ago(opens), Closes: ago(closes)}
	}
	withdrawn := call("k1", 30, 30, 1)
	withdrawn.Withdrawn = 9
	another := call("k1", 30, 30, 1)
	another.Paper = "p1"
	for name, c := range map[string]struct {
		calls []*consultation.Call
		want  string
	}{
		"none":                       {nil, "paper.final_unreviewed"},
		"withdrawn":                  {[]*consultation.Call{withdrawn}, "paper.final_unreviewed"},
		"of another paper":           {[]*consultation.Call{another}, "paper.final_unreviewed"},
		"of a session":               {[]*consultation.Call{call("k9", 30, 30, 1)}, "paper.final_unreviewed"},
		"a week":                     {[]*consultation.Call{call("k1", 30, 8, 1)}, ""},
		"less than a week":           {[]*consultation.Call{call("k1", 30, 7, 1)}, "paper.final_short"},
		"announced when it was over": {[]*consultation.Call{call("k1", 3, 30, 1)}, "paper.final_short"},
		"one of two is long enough":  {[]*consultation.Call{call("k1", 30, 3, 2), call("k2", 30, 12, 3)}, ""},
		"still open":                 {[]*consultation.Call{call("k1", 30, 12, 3), call("k2", 30, 12, -1)}, "paper.final_open"},
	} {
		h := &House{Consultation: &consultation.State{Calls: c.calls}, Other: func(r cite.Ref) bool { return r == "k9" }}
		got := ""
		for _, r := range h.final(cite.Act{At: now}, paper.Publish{Kind: paper.Considerations, Paper: "p2", Final: true}) {
			got += r.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
