package desk

import (
	"net/url"
	"slices"

	"github.com/openplenary/plenary/answering"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// What the list of points may show.
const (
	ShowOpen         = "open"
	ShowAll          = "all"
	ShowNotSatisfied = "not_satisfied"
	ShowMisses       = "misses"
)

// ShowPoints lists what the list of points may show, beside each outcome.
var ShowPoints = append([]string{ShowOpen, ShowMisses, ShowNotSatisfied, ShowAll}, consultation.Outcomes...)

// LedgerView is how far the answers are.
type LedgerView struct {
	consultation.AnswerCounts
	Outcomes []part.OutcomeCount `json:"outcomes"`
}

func newLedger(l consultation.AnswerCounts) LedgerView {
	v := LedgerView{AnswerCounts: l}
	for i, name := range consultation.Outcomes {
		v.Outcomes = append(v.Outcomes, part.OutcomeCount{Outcome: name, Points: l.By[i+1]})
	}
	return v
}

// Points is the officer's list of points: how far the answers are, and what is still open.
type Points struct {
	Ledger LedgerView       `json:"ledger"`
	Show   string           `json:"show"`
	Paper  cite.Ref         `json:"paper,omitempty"`
	Total  int              `json:"total"`
	Items  []part.PointCard `json:"items"`
	Next   cite.Ref         `json:"next,omitempty"`
	// Later are those that the reader put off: on the first page, and in no other list of open points.
	Later  []part.PointCard `json:"later,omitempty"`
	Drafts []DraftedPoint   `json:"drafts,omitempty"` // answers that are being written, on the first page of open points
	First  cite.Ref         `json:"-"`                // the point to begin with
	Papers []frame.Choice   `json:"-"`
}

// DraftedPoint is a point with the draft of its answer.
type DraftedPoint struct {
	part.PointCard
	Draft AnswerDraft `json:"draft"`          // how far it is
	Line  string      `json:"line,omitempty"` // that heads it, in the language of the page
	// Outdated is how many of the points that it answers their authors corrected since it was written.
	Outdated int  `json:"corrected_since,omitempty"`
	Done     bool `json:"done,omitempty"` // the point has an answer meanwhile that this draft does not revise
}

// Waits reports whether the reader is the one who reads it for the second time.
func (d DraftedPoint) Waits() bool { return d.Draft.State == answering.Offered && !d.Draft.Mine }

// QueuePoints is how many points a page of the officer's list shows.
const QueuePoints = 25

// PointsQuery says which points are listed.
type PointsQuery struct {
	Show  string     // one of ShowPoints
	Paper cite.Ref   // None for all
	After cite.Ref   // the last point of the page before, None for the first page
	Later []cite.Ref // what the reader put off
}

// NewPoints builds the page. Of the open points those come first whose author said that the answer misses them, then
// the oldest; what the reader put off comes last.
func NewPoints(st *conversation.Reading, q PointsQuery, l locale.Lang) *Points {
	v := &Points{Show: q.Show, Paper: q.Paper, Ledger: newLedger(st.Consultation.AnswerCounts(q.Paper))}
	f := consultation.PointQuery{Paper: q.Paper, After: q.After}
	switch show := q.Show; show {
	case ShowAll:
	case ShowNotSatisfied, ShowMisses:
		f.Verdict = show
	default:
		if o, ok := consultation.ParseOutcome(show); ok {
			f.Outcome = o
		} else {
			v.Show, f.Open = ShowOpen, true
		}
	}
	refs, total := st.Consultation.Points(f, QueuePoints+1)
	v.Total = total
	if len(refs) > QueuePoints {
		refs = refs[:QueuePoints]
		v.Next = refs[QueuePoints-1]
	}
	if v.Show == ShowOpen {
		reopened, _ := st.Consultation.Points(consultation.PointQuery{Paper: q.Paper, Open: true, Verdict: consultation.Misses}, QueuePoints)
		refs = slices.DeleteFunc(refs, func(r cite.Ref) bool { return slices.Contains(reopened, r) || slices.Contains(q.Later, r) })
		if q.After == cite.None {
			reopened = slices.DeleteFunc(reopened, func(r cite.Ref) bool { return slices.Contains(q.Later, r) })
			refs = append(reopened, refs...)
			for _, r := range q.Later {
				if d, again := st.Consultation.Answer(r); d == cite.None || again {
					v.Later = v.add(st, v.Later, r, l)
				}
			}
		}
	}
	for _, r := range refs {
		v.Items = v.add(st, v.Items, r, l)
	}
	switch {
	case len(v.Items) > 0:
		v.First = v.Items[0].Part.Ref
	case len(v.Later) > 0:
		v.First = v.Later[0].Part.Ref
	}
	for _, p := range st.Papers.All() {
		v.Papers = append(v.Papers, frame.Choice{ID: string(p.Ref), Name: string(p.Latest().Symbol)})
	}
	return v
}

// add puts a point into a list, if the reader may read it and it is on the paper that was chosen.
func (v *Points) add(st *conversation.Reading, to []part.PointCard, r cite.Ref, l locale.Lang) []part.PointCard {
	p, ok := part.NewPointCard(st, r, l)
	if !ok || v.Paper != cite.None && p.Part.On.Root() != v.Paper {
		return to
	}
	p.Alike = len(st.Consultation.Alike(r))
	if d, reopened := st.Consultation.Answer(r); d != cite.None && !reopened {
		if is, ok := st.Consultation.Disposition(d); ok {
			p.Answer = is.Outcome.String()
		}
	}
	return append(to, p)
}

// Waiting adds the answers that are being written: those first that wait for the reader.
func (v *Points) Waiting(st *conversation.Reading, drafts []answering.Draft, me string, l locale.Lang) {
	if v.Show != ShowOpen {
		return
	}
	var mine []cite.Ref
	for _, d := range drafts {
		p, ok := part.NewPointCard(st, d.Point, l)
		if !ok || v.Paper != cite.None && p.Part.On.Root() != v.Paper {
			continue
		}
		has, reopened := st.Consultation.Answer(d.Point)
		row := DraftedPoint{PointCard: p, Draft: AnswerDraft{State: d.State, Mine: d.By == me, Note: d.Note, Version: d.Version, Changed: d.Changed}, Done: has != d.Revises && !reopened,
			Outdated: len(Outdated(st, d, d.Point))}
		row.Line, _ = d.Heading.For(l)
		v.Drafts = append(v.Drafts, row)
		if row.Draft.Mine && d.State == answering.Offered {
			mine = append(mine, d.Point)
		}
	}
	for i := range v.Items { // what waits for another officer is not what to begin with
		if !slices.Contains(mine, v.Items[i].Part.Ref) {
			v.First = v.Items[i].Part.Ref
			break
		}
	}
	slices.SortStableFunc(v.Drafts, func(a, b DraftedPoint) int { return rank(b) - rank(a) })
}

// rank is how soon the reader should look at a draft.
func rank(d DraftedPoint) int {
	switch {
	case d.Waits():
		return 3
	case d.Draft.Mine && d.Draft.State == answering.Returned:
		return 2
	case d.Draft.Mine:
		return 1
	}
	return 0
}

// Query is the address of another page of the list.
func (v *Points) Query(after cite.Ref) string {
	q := url.Values{}
	q.Set("show", v.Show)
	if v.Paper != cite.None {
		q.Set("paper", string(v.Paper))
	}
	if after != cite.None {
		q.Set("points-after", string(after))
	}
	return q.Encode()
}

// Need lists the words of the points.
func (v *Points) Need() []cite.Position {
	var out []cite.Position
	v.each(func(p *part.PointCard) { out = append(out, p.Need()...) })
	return out
}

// Fill gives them.
func (v *Points) Fill(words map[cite.Position]cite.Words) {
	v.each(func(p *part.PointCard) { p.Fill(words) })
}

// each hands over every point of the page.
func (v *Points) each(do func(*part.PointCard)) {
	for i := range v.Items {
		do(&v.Items[i])
	}
	for i := range v.Later {
		do(&v.Later[i])
	}
	for i := range v.Drafts {
		do(&v.Drafts[i].PointCard)
	}
}

// Title is the page's title.
func (v *Points) Title(f *frame.Frame) string { return f.T("desk.points.title") }
