package became

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Why a point goes to the next session.
const (
	Misses       = consultation.Misses       // its author says that the answer misses the point
	NotSatisfied = consultation.NotSatisfied // its author is not satisfied with the answer
	Deferred     = "deferred"                // the answer puts it off
)

// NextSize is how many points a page of the list shows.
const NextSize = 50

// Next lists what goes to the next session: the points whose authors are not satisfied with the answer or say that it misses them, those
// that were deferred, and the changes that answers promised and no edition has made.
type Next struct {
	Call   *part.Call `json:"call,omitempty"` // of which they are; none for all calls
	Counts Counts     `json:"counts"`
	Points []*Left    `json:"points"`       // one page of them, in the order in which they came
	Total  int        `json:"points_total"` // how many there are on all pages
	// More is the last point of this page, where there are more.
	More cite.Ref `json:"next,omitempty"`
	// After is the last point of the page before.
	After cite.Ref `json:"after,omitempty"`
	// Unmade are answers that promise a change which no edition has made, the first of them.
	Unmade   []cite.Ref `json:"changes_not_made,omitempty"`
	Invented bool       `json:"invented,omitempty"`
	Print    bool       `json:"-"`
	made     *part.PointRows
}

// Counts count the published points, what their authors said of the answers, and the changes that the answers promise.
type Counts struct {
	Answered     int `json:"answered"`         // points that were given an answer, those that are open again among them
	Reacted      int `json:"reacted"`          // of the answered: their author's last word is about this answer
	Satisfied    int `json:"satisfied"`        // of the reacted: the author is satisfied
	NotSatisfied int `json:"not_satisfied"`    // of the reacted: the author is not
	Misses       int `json:"misses"`           // of the reacted: the author says that the answer misses the point
	Deferred     int `json:"deferred"`         // of the answered
	Promised     int `json:"changes_promised"` // passages that answers say they change
	Made         int `json:"changes_made"`     // of these, that an edition changed
}

// Left is a point that goes to the next session.
type Left struct {
	*part.PointRow
	Why []string `json:"why"` // misses, not_satisfied, deferred
}

// remainingOf asks what is left of a call, of all of them for none.
type remainingOf cite.Ref

// remainder is what is left, as everybody may read it.
type remainder struct {
	counts Counts
	points []leftOver
	unmade []cite.Ref
}

type leftOver struct {
	part cite.Ref
	why  []string
}

// remaining counts what is left of a call, once.
func remaining(st *conversation.Reading, call cite.Ref) *remainder {
	return conversation.Keep(st, remainingOf(call), func(public *conversation.Reading) *remainder {
		v := &remainder{}
		for n := range public.Consultation.Dispositions() {
			if d, ok := public.Consultation.Disposition(cite.Disposition(n + 1)); ok {
				v.answer(public, d, call)
			}
		}
		slices.SortFunc(v.points, func(a, b leftOver) int {
			return cmp.Or(a.part.Number()-b.part.Number(), a.part.PartNumber()-b.part.PartNumber())
		})
		return v
	})
}

// answer counts one answer, with the points that it answers at a call.
func (v *remainder) answer(st *conversation.Reading, d *consultation.Disposition, call cite.Ref) {
	mine := 0
	for _, of := range st.PublishedParts(d) {
		row, ok := st.Consultation.Row(of)
		if !ok || call != cite.None && row.Call != call {
			continue
		}
		mine++
		v.point(st, d, of)
	}
	if mine == 0 {
		return
	}
	left := false
	for _, x := range d.Changes {
		v.counts.Promised++
		if _, made := st.Effect(d, x); made {
			v.counts.Made++
		} else {
			left = true
		}
	}
	if left {
		v.unmade = append(v.unmade, d.Ref)
	}
}

// point counts a point that an answer answers.
func (v *remainder) point(st *conversation.Reading, d *consultation.Disposition, of cite.Ref) {
	var why []string
	_, reopened := st.Consultation.Answer(of)
	v.counts.Answered++
	if rs := st.Consultation.Reactions(of); len(rs) > 0 && rs[len(rs)-1].Disposition == d.Ref {
		switch last := rs[len(rs)-1]; {
		case reopened:
			why = append(why, Misses)
			v.counts.Misses++
		case last.Verdict == consultation.Satisfied:
			v.counts.Satisfied++
		default:
			why = append(why, NotSatisfied)
			v.counts.NotSatisfied++
		}
		v.counts.Reacted++
	}
	if d.Outcome == consultation.Deferred && !reopened {
		why = append(why, Deferred)
		v.counts.Deferred++
	}
	if len(why) > 0 {
		v.points = append(v.points, leftOver{of, why})
	}
}

// NewNext builds the list for a call, or for all of them; ok is false where there is no such call.
func NewNext(st *conversation.Reading, call, after cite.Ref, printed bool, l locale.Lang) (*Next, bool) {
	v := &Next{Invented: st.Demonstration, Print: printed, made: part.NewPointRows(st, l)}
	if call != cite.None {
		k, ok := st.Consultation.Call(call)
		if !ok {
			return nil, false
		}
		c := part.NewCall(st, k, l)
		v.Call = &c
	}
	all := remaining(st, call)
	v.Counts, v.Total = all.counts, len(all.points)
	v.Unmade = all.unmade[:min(len(all.unmade), NextSize)]
	rest := all.points
	if i := slices.IndexFunc(rest, func(x leftOver) bool { return x.part == after }); i >= 0 && after != cite.None {
		rest, v.After = rest[i+1:], after
	}
	size := NextSize
	if printed {
		size = 10 * NextSize
	}
	if len(rest) > size {
		rest = rest[:size]
		v.More = rest[size-1].part
	}
	for _, x := range rest {
		if p := v.made.Point(x.part); p != nil {
			v.Points = append(v.Points, &Left{PointRow: p, Why: x.why})
		}
	}
	return v, true
}

// Need lists the words of the points.
func (v *Next) Need() []cite.Position { return v.made.Need() }

// Fill gives them.
func (v *Next) Fill(words map[cite.Position]cite.Words) { v.made.Fill(words) }

// Title is the page's title.
func (v *Next) Title(f *frame.Frame) string { return f.T("left.title") }
