package questions

import (
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// BenchSize is how many proposals the bench offers at a time.
const BenchSize = 40

// BenchForm is what stands in the forms of the bench.
type BenchForm struct {
	Of      []cite.Ref // the proposals that are chosen
	Wording frame.Tongues
	Reason  frame.Tongues
	Outcome string // with which proposals are left out
	Why     string // a question is dissolved
	Days    string // that authors have to object
	Do      string // which form was sent
}

// BenchTheme is a theme as the bench has it: its title in each language.
type BenchTheme struct {
	Number int // 1, 2, ...
	Title  frame.Tongues
}

// BenchQuestion is a question as the bench puts it in order.
type BenchQuestion struct {
	*Question
	Theme int // in which it stands, 0 for none
	Place int // in its theme, from 1
}

// Bench is where the rapporteur puts proposals into words and in order. It has no JSON twin: its acts have.
type Bench struct {
	Call      part.Call
	Gathers   bool // the call gathers questions
	Two       bool // an answer takes two people here: proposals are answered on the desk for answers
	Begun     bool // something was sent to it: it cannot be made to gather questions any more
	Days      int
	Waiting   []*Proposal // that nobody has decided on
	More      cite.Ref    // the last of them, where there are more
	After     cite.Ref
	Reworded  *Question // the question that gets other words; nil for a new one
	Own       []*Source // the proposals that it is made of
	Themes    []BenchTheme
	Questions []BenchQuestion
	Arranged  cite.Position // where they were put in order last
	Read      cite.Position // the last entry that the page rests on
	Counts    Counts
	Form      BenchForm
}

// NewBench builds the bench of a call: to give a question other words, or, with None, to begin one; ok is false where there
// is no such call or question.
func NewBench(st *conversation.Reading, call, question, after cite.Ref, l locale.Lang) (*Bench, bool) {
	k, ok := st.Consultation.Call(call)
	if !ok {
		return nil, false
	}
	v := &Bench{Call: part.NewCall(st, k, l), After: after}
	_, asks := st.Consultation.Questions(call)
	v.Begun = asks || v.Call.Tally.Received > 0 || v.Call.State == "withdrawn"
	g, gathers := st.Formulation.Gathering(call)
	v.Form.Wording, v.Form.Reason = frame.NewTongues("wording", locale.Text{}, st.Languages, nil), frame.NewTongues("reason", locale.Text{}, st.Languages, nil)
	if v.Gathers = gathers; !gathers {
		return v, true
	}
	v.Two = st.Review.Required
	v.Days, v.Arranged, v.Read = g.Days, g.Arranged, st.Head()
	if question != cite.None {
		q, there := st.Formulation.Question(question)
		if !there || q.Call != call || q.Dissolved != 0 {
			return nil, false
		}
		v.Reworded = newQuestion(st, q, l)
		for _, p := range q.Now().Of {
			if c, ok := part.NewPointCard(st, p, l); ok {
				v.Own = append(v.Own, newSource(st, c, q.Now()))
				v.Form.Of = append(v.Form.Of, p)
			}
		}
	}
	v.wait(st, l)
	v.order(st, g, l)
	return v, true
}

// wait lists the proposals that nobody has decided on.
func (v *Bench) wait(st *conversation.Reading, l locale.Lang) {
	passed := v.After == cite.None
	for _, p := range st.Formulation.Proposals(v.Call.Ref) {
		is := stateOf(st, p)
		v.Counts.add(is)
		switch {
		case passed && is == Waiting && len(v.Waiting) < BenchSize:
			if c, ok := part.NewPointCard(st, p, l); ok {
				v.Waiting = append(v.Waiting, &Proposal{PointCard: c, Proposed: part.NewProposed(st, p, v.Call.Ref, l), State: is})
			}
		case passed && is == Waiting && v.More == cite.None && len(v.Waiting) > 0:
			v.More = v.Waiting[len(v.Waiting)-1].Part.Ref
		}
		passed = passed || p == v.After
	}
}

// Keep ticks proposals that were chosen; those that the page does not list come first, so that proposals of several pages can be
// put together. What is none that waits is left out.
func (v *Bench) Keep(st *conversation.Reading, of []cite.Ref, l locale.Lang) {
	v.Form.Of = of
	var first []*Proposal
	for _, r := range of {
		listed := slices.ContainsFunc(v.Waiting, func(p *Proposal) bool { return p.Part.Ref == r }) ||
			slices.ContainsFunc(v.Own, func(s *Source) bool { return s.Part.Ref == r })
		if row, ok := st.Consultation.Row(r); listed || !ok || row.Call != v.Call.Ref || stateOf(st, r) != Waiting {
			continue
		}
		if c, ok := part.NewPointCard(st, r, l); ok {
			first = append(first, &Proposal{PointCard: c, Proposed: part.NewProposed(st, r, v.Call.Ref, l), State: Waiting})
		}
	}
	v.Waiting = append(first, v.Waiting...)
}

// order is the order in which the questions stand, and a theme more than there are.
func (v *Bench) order(st *conversation.Reading, g *formulation.Gathering, l locale.Lang) {
	at := map[cite.Ref][2]int{}
	for i, t := range g.Themes {
		v.Themes = append(v.Themes, BenchTheme{i + 1, frame.NewTongues("theme"+strconv.Itoa(i+1), t.Title, st.Languages, nil)})
		for j, r := range t.Questions {
			at[r] = [2]int{i + 1, j + 1}
		}
	}
	if n := len(v.Themes); n < formulation.MaxThemes {
		v.Themes = append(v.Themes, BenchTheme{n + 1, frame.NewTongues("theme"+strconv.Itoa(n+1), locale.Text{}, st.Languages, nil)})
	}
	for _, q := range st.Formulation.Questions(g.Call) {
		v.Questions = append(v.Questions, BenchQuestion{newQuestion(st, q, l), at[q.Ref][0], at[q.Ref][1]})
	}
}

func (v *Bench) each(do func(worded)) {
	for _, p := range v.Waiting {
		do(&p.PointCard)
	}
	for _, s := range v.Own {
		do(&s.PointCard)
	}
	for _, q := range v.Questions {
		do(q.Question)
	}
	if v.Reworded != nil {
		do(v.Reworded)
	}
}

// Need are the entries with the words of the page.
func (v *Bench) Need() (out []cite.Position) {
	v.each(func(x worded) { out = append(out, x.Need()...) })
	return out
}

// Fill gives the words. A question that gets other words begins from those that it has.
func (v *Bench) Fill(words map[cite.Position]cite.Words) {
	v.each(func(x worded) { x.Fill(words) })
	if v.Reworded == nil || v.Form.Do != "" {
		return
	}
	has := locale.Text{Original: v.Reworded.Wording.Lang, In: map[locale.Lang]string{}}
	var languages []locale.Lang
	for _, r := range v.Form.Wording.Rows {
		languages = append(languages, r.Lang)
		has.In[r.Lang] = words[v.Reworded.Seen]["wording."+string(r.Lang)]
	}
	if v.Reworded.Proposed && !v.Reworded.Gone && !v.Reworded.asked.Redacted { // what is not for everybody is not typed for the rapporteur, nor bars
		has.In[has.Original] = v.Reworded.Wording.Text
	}
	v.Form.Wording = frame.NewTongues("wording", has, languages, nil)
}

// Title is the page's title.
func (v *Bench) Title(f *frame.Frame) string { return f.T("questions.bench") }

// chosen reports whether a proposal is ticked.
func (v *Bench) chosen(p cite.Ref) bool { return slices.Contains(v.Form.Of, p) }

// at is the address of the bench.
func (v *Bench) at(f *frame.Frame) string {
	return string(f.In("/desk/questions/" + string(v.Call.Ref)))
}
