package priorities

import (
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
)

// What the form for a new order has room for; a program may send more.
const (
	Criteria = 5  // criteria
	Titles   = 12 // themes with titles of their own
)

// Offered is a passage that may be a theme.
type Offered struct {
	part.PassageRow
	Theme string // the number of the theme that it was put in
}

// Placing is a theme on the bench: its place and the reason for it, as they stand or were typed.
type Placing struct {
	Theme
	Place  string
	Reason frame.Tongues
	from   Reason // that stands now, from which the officer begins
}

// Bench is where officers begin an order of themes, propose it and decide. It has no JSON twin: its acts have.
type Bench struct {
	Orders   []Row // all, the newest first; on the bench where one is begun
	Order    *Row  // the one that is worked on; nil where one is begun
	Name     frame.Tongues
	Criteria []frame.Tongues
	Titles   []frame.Tongues
	Offered  []Offered
	Themes   []*Placing
	Calls    []part.Call // at which comments can be taken
	Call     string      // the one that was chosen
	At       *part.Call  // at which comments are taken
	Open     int         // comments without an answer
	Two      bool        // a decision takes two people here
	Again    bool        // it takes the place of the decision that holds
	Why      frame.Tongues
	Gone     frame.Tongues // why it is given up
	List     bool          // to decide although comments have no answer
	Seen     cite.Position // where the order changed last
	Do       string        // which form was sent
	at       cite.Position // with the reasons that stand
}

// NewBench builds the bench where an order is begun.
func NewBench(st *conversation.Reading, l locale.Lang) *Bench {
	v := &Bench{Orders: NewList(st, l).Orders, Name: frame.NewTongues("title", locale.Text{}, st.Languages, nil)}
	for n := range Criteria {
		v.Criteria = append(v.Criteria, frame.NewTongues(CriterionField(n+1), locale.Text{}, st.Languages, nil))
	}
	for n := range Titles {
		v.Titles = append(v.Titles, frame.NewTongues(TitleField(n+1), locale.Text{}, st.Languages, nil))
	}
	for _, p := range st.Papers.All() {
		e := p.Latest()
		if paper.Compiled(e.Kind) {
			continue
		}
		for _, x := range themes(e) {
			v.Offered = append(v.Offered, Offered{PassageRow: part.NewPassageRow(st, cite.Element(e.Ref, x.ElementNumber()), l)})
		}
	}
	return v
}

// themes are the elements of an edition that may be themes: its issues, or its themes where it has none, else all of it.
func themes(e *paper.Edition) (out []cite.Ref) {
	for _, kind := range []string{paper.Issue, paper.Theme, ""} {
		for i := range e.Elements {
			if el := &e.Elements[i]; kind == "" || el.Kind == kind {
				out = append(out, el.Ref)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// CriterionField is the field of criterion n.
func CriterionField(n int) string { return "criterion" + strconv.Itoa(n) }

// TitleField is the field of the title of theme n.
func TitleField(n int) string { return "title" + strconv.Itoa(n) }

// ReasonField is the field of the reason for theme n.
func ReasonField(n int) string { return "reason" + strconv.Itoa(n) }

// PlaceField is the field of the place of theme n.
func PlaceField(n int) string { return "place" + strconv.Itoa(n) }

// AboutField is the field of the theme in which a passage is put.
func AboutField(x cite.Ref) string { return "about-" + x.ID() }

// NewOrderBench builds the bench of an order; ok is false where there is none.
func NewOrderBench(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*Bench, bool) {
	o, ok := st.Priorities.Order(ref)
	if !ok || ref.ThemeNumber() > 0 {
		return nil, false
	}
	row := newRow(st, o, l)
	v := &Bench{Order: &row, Seen: o.Seen(), Two: st.Review.Required, Again: o.Decided() != nil,
		Why: frame.NewTongues("why", locale.Text{}, st.Languages, nil), Gone: frame.NewTongues("gone", locale.Text{}, st.Languages, nil)}
	for n := range o.Themes {
		v.Themes = append(v.Themes, v.placing(st, o, n+1, l))
	}
	_, open := st.Priorities.Comments(o)
	v.Open = len(open)
	if k, ok := st.Consultation.Call(o.Call); ok {
		c := part.NewCall(st, k, l)
		v.At = &c
		return v, true
	}
	for _, k := range st.Consultation.Calls() {
		if c := part.NewCall(st, k, l); (c.State == "open" || c.State == "planned") && !c.Gathers && c.Tally.Received == 0 {
			if _, taken := st.Priorities.ByCall(c.Ref); !taken {
				v.Calls = append(v.Calls, c)
			}
		}
	}
	return v, true
}

// placing is theme n, with its place and reason in the order that holds.
func (v *Bench) placing(st *conversation.Reading, o *priority.Order, n int, l locale.Lang) *Placing {
	t := &Placing{Theme: newTheme(st, o, n, l), Reason: frame.NewTongues(ReasonField(n), locale.Text{}, st.Languages, nil)}
	now := o.Now()
	if now == nil {
		return t
	}
	p, left := now.NotTaken(n)
	if !left {
		i := now.Place(n)
		p, t.Place = now.Places[i-1], strconv.Itoa(i)
	}
	v.at = now.Position
	t.from = newReason(now.Position, "reason."+strconv.Itoa(n), p.Original, p.Languages, p.Original)
	t.Reason = frame.NewTongues(ReasonField(n), locale.Text{Original: p.Original}, st.Languages, nil)
	return t
}

// Typed puts what came back with a form in place of what the bench says.
func (v *Bench) Typed(do string, typed func(field string) (string, bool)) {
	get := func(field string, to *string) {
		if s, ok := typed(field); ok {
			*to = s
		}
	}
	v.Do = do
	v.Name, v.Why, v.Gone = v.Name.Typed(typed), v.Why.Typed(typed), v.Gone.Typed(typed)
	for _, list := range [][]frame.Tongues{v.Criteria, v.Titles} {
		for i := range list {
			list[i] = list[i].Typed(typed)
		}
	}
	for i := range v.Offered {
		get(AboutField(v.Offered[i].Ref), &v.Offered[i].Theme)
	}
	for _, t := range v.Themes {
		t.Reason = t.Reason.Typed(typed)
		get(PlaceField(t.Number), &t.Place)
	}
	get("call", &v.Call)
	_, v.List = typed("list")
}

// Need is the entry with the reasons that stand.
func (v *Bench) Need() []cite.Position {
	if v.at == 0 {
		return nil
	}
	return []cite.Position{v.at}
}

// Fill begins the reasons from those that stand.
func (v *Bench) Fill(words map[cite.Position]cite.Words) {
	if v.Do == "decide" {
		return
	}
	for _, t := range v.Themes {
		t.Reason.Rows = slices.Clone(t.Reason.Rows)
		for i := range t.Reason.Rows {
			r := &t.Reason.Rows[i]
			r.Value = words[v.at][t.from.name+"."+string(r.Lang)]
		}
	}
}

// Title is the page's title.
func (v *Bench) Title(f *frame.Frame) string { return f.T("priority.bench") }
