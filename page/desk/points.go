package desk

import (
	"cmp"
	"net/url"
	"slices"

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
	Papers []frame.Choice   `json:"-"`
}

// QueuePoints is how many points a page of the officer's list shows.
const QueuePoints = 25

// NewPoints builds the page.
func NewPoints(st *conversation.Reading, show string, paper, after cite.Ref, l locale.Lang) *Points {
	v := &Points{Show: show, Paper: paper, Ledger: newLedger(st.Consultation.AnswerCounts(paper))}
	f := consultation.PointQuery{Paper: paper, After: after}
	switch show {
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
	for _, r := range refs {
		p, ok := part.NewPointCard(st, r, l)
		if !ok {
			continue
		}
		p.Alike = len(st.Consultation.Alike(r))
		if d, reopened := st.Consultation.Answer(r); d != cite.None && !reopened {
			if is, ok := st.Consultation.Disposition(d); ok {
				p.Answer = is.Outcome.String()
			}
		}
		v.Items = append(v.Items, p)
	}
	for _, p := range st.Papers.All() {
		v.Papers = append(v.Papers, frame.Choice{ID: string(p.Ref), Name: string(p.Latest().Symbol)})
	}
	return v
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
	for i := range v.Items {
		out = append(out, v.Items[i].Need()...)
	}
	return out
}

// Fill gives them.
func (v *Points) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Items {
		v.Items[i].Fill(words)
	}
}

// Title is the page's title.
func (v *Points) Title(f *frame.Frame) string { return f.T("desk.points.title") }

// AnswerForm is what stands in the form of an answer.
type AnswerForm struct {
	Outcome string
	Of      string
	Reason  string // in several languages, see Lines
	New     string
	Alike   bool
	With    map[string]bool
	Changes map[string]bool
}

// AnswerPage is a point with all that an officer needs to answer it and the points like it.
type AnswerPage struct {
	part.PointCard
	Form    AnswerForm           `json:"-"`
	Current *part.Answer         `json:"current,omitempty"` // the answer it has
	Open    bool                 `json:"open"`              // not answered, or reopened
	Same    int                  `json:"same_words"`        // open points with the same words, this one not included
	Near    []NearPoint          `json:"near"`              // open points on the same place, the likest first
	Others  int                  `json:"others"`            // open points on the same place that are not listed
	Ledger  LedgerView           `json:"ledger"`
	Paper   cite.Ref             `json:"paper"`
	Choices []part.PassageChoice `json:"-"`
}

// NearPoint is another open point on the same place.
type NearPoint struct {
	part.PointCard
	Likeness float64 `json:"likeness"` // of the words, from 0 to 1
}

// Bounds of what is compared and offered beside a point.
const (
	nearCompared = 200
	nearShown    = 40
)

// NewAnswerPage builds the page; ok is false where the point cannot be answered. A form that was refused is
// shown whatever became of its point meanwhile, so that nothing typed is lost.
func NewAnswerPage(st *conversation.Reading, ref cite.Ref, l locale.Lang, refused bool) (*AnswerPage, bool) {
	p, ok := part.NewPointCard(st, ref, l)
	if !ok && refused {
		p, ok = part.HiddenPointCard(st, ref, l)
	}
	if !ok || p.Status != "published" && !refused {
		return nil, false
	}
	v := &AnswerPage{PointCard: p, Form: AnswerForm{Alike: true, With: map[string]bool{}, Changes: map[string]bool{}}, Paper: p.Part.On.Root(),
		Ledger: newLedger(st.Consultation.AnswerCounts(p.Part.On.Root()))}
	d, reopened := st.Consultation.Answer(ref)
	v.Open = d == cite.None || reopened
	if d != cite.None {
		v.Current = part.NewAnswer(st, d, l)
	}
	v.Contribution.Answered(st, l)
	alike := map[cite.Ref]bool{}
	for _, r := range OpenAlike(st, ref) {
		alike[r] = true
	}
	v.Same = len(alike)
	alike[ref] = true
	where := consultation.PointQuery{Paper: v.Paper, Open: true}
	if x := p.Part.On.Element(); x != cite.None {
		where.Element = []cite.Ref{x}
	} else {
		where.Element = []cite.Ref{cite.None} // the paper as a whole
	}
	refs, _ := st.Consultation.Points(where, nearCompared)
	for _, r := range refs {
		if alike[r] {
			continue
		}
		if near, ok := part.NewPointCard(st, r, l); ok {
			v.Near = append(v.Near, NearPoint{PointCard: near})
		}
	}
	v.Choices = part.PassageChoices(st, []cite.Ref{ref}, l)
	return v, true
}

// OpenAlike lists the open points with the same words as a part's, itself not included.
func OpenAlike(st *conversation.Reading, part cite.Ref) []cite.Ref {
	var out []cite.Ref
	for _, r := range st.Consultation.Alike(part) {
		if d, reopened := st.Consultation.Answer(r); r != part && (d == cite.None || reopened) {
			out = append(out, r)
		}
	}
	return out
}

// Need lists the words of the point, of its answers and of the points near it.
func (v *AnswerPage) Need() []cite.Position {
	out := append(v.Contribution.Need(), v.Current.Need()...)
	for i := range v.Near {
		out = append(out, v.Near[i].Need()...)
	}
	return out
}

// Fill gives them, and puts the likest of the near points first.
func (v *AnswerPage) Fill(words map[cite.Position]cite.Words) {
	v.PointCard.Fill(words)
	v.Current.Fill(words)
	mine := locale.BagOf(v.Part.Text + " " + v.Part.Wording)
	for i := range v.Near {
		n := &v.Near[i]
		n.Fill(words)
		n.Likeness = mine.Likeness(locale.BagOf(n.Part.Text + " " + n.Part.Wording))
	}
	slices.SortStableFunc(v.Near, func(a, b NearPoint) int { return cmp.Compare(b.Likeness, a.Likeness) })
	if len(v.Near) > nearShown {
		v.Others = len(v.Near) - nearShown
		v.Near = v.Near[:nearShown]
	}
}

// Title is the page's title.
func (v *AnswerPage) Title(f *frame.Frame) string {
	return f.T("desk.answer.title", "ref", string(v.Part.Ref))
}
