package questions

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/ties"
)

// PageSize is how many proposals a page lists, and how many questions.
const PageSize = 20

// The states of a proposal.
const (
	Waiting = "waiting"  // nobody has decided on it
	Worded  = "worded"   // it stands in a question
	LeftOut = "left_out" // it has an answer that says why not
)

// States lists the states by which proposals can be chosen.
var States = []string{Waiting, Worded, LeftOut}

// Proposal is a proposal in a list.
type Proposal struct {
	part.PointCard
	*part.Proposed
	State string `json:"state"` // waiting, worded, left_out
}

// Counts counts the proposals of a call.
type Counts struct {
	Proposed int `json:"proposed"` // published proposals
	Waiting  int `json:"waiting"`  // that nobody has decided on
	Worded   int `json:"worded"`   // that stand in a question
	LeftOut  int `json:"left_out"` // that have an answer which says why not
}

// Of is how many are in a state, all of them for none.
func (c Counts) Of(state string) int {
	switch state {
	case Waiting:
		return c.Waiting
	case Worded:
		return c.Worded
	case LeftOut:
		return c.LeftOut
	}
	return c.Proposed
}

// Question is a question in a list.
type Question struct {
	Ref     cite.Ref            `json:"ref"`
	Wording frame.LocalizedText `json:"wording"`
	// Proposed: the words are those of its only proposal, in the language in which it was proposed.
	Proposed  bool          `json:"as_proposed,omitempty"`
	Of        []cite.Ref    `json:"of"`               // the proposals that it is made of
	Support   []part.Share  `json:"support"`          // by category; a number over all of them is not made
	TakenUp   []part.Citing `json:"taken_up"`         // by elements of editions, oldest first
	Until     time.Time     `json:"until"`            // until when authors may object
	Seen      cite.Position `json:"wording_position"` // the entry with its words
	Objecting int           `json:"objecting"`        // authors whose last word until then is that it misses what they asked, or that they are not content
	// Gone: its words are those of a proposal that not everybody may read any more.
	Gone bool `json:"words_gone,omitempty"`
	// Corrected is when the author last corrected the proposal whose words it has, after it was put into them; zero for never.
	Corrected time.Time `json:"proposal_corrected,omitzero"`
	asked     *part.PointCard
}

// newQuestion builds the view of a question.
func newQuestion(st *conversation.Reading, q *formulation.Question, l locale.Lang) *Question {
	w := q.Now()
	v := &Question{Ref: q.Ref, Of: w.Of, Proposed: w.AsProposed(), Until: w.Until, Seen: w.Position, TakenUp: part.CitingAt(st, st.Formulation.Takers(q.Ref), l),
		Support: part.Shares(st, st.Formulation.Constituencies(q.Call, w.Of...), l)}
	v.Wording.Lang = wordedIn(w, l)
	for _, p := range w.Of {
		if x := said(st, p, w); objects(x.inTime) {
			v.Objecting++
		}
	}
	if v.Proposed {
		if c, ok := part.NewPointCard(st, w.Of[0], l); ok {
			v.asked = &c
			v.Corrected = since(w, &c)
		}
		v.Gone = v.asked == nil || v.asked.Contribution.Status != consultation.Published.String()
	}
	return v
}

// since is when the author of a proposal corrected it after it was put into a wording, zero for never.
func since(w *formulation.Wording, p *part.PointCard) time.Time {
	if p.Part.Corrected.After(w.At) {
		return p.Part.Corrected
	}
	return time.Time{}
}

// wordedIn is the language in which a reader of l reads a wording.
func wordedIn(w *formulation.Wording, l locale.Lang) locale.Lang {
	if slices.Contains(w.Languages, l) {
		return l
	}
	return w.Original
}

// word is what the author of a proposal says of a wording.
type word struct {
	last   string // their last word; "" for none
	late   bool   // it was said after the date until which they could object
	inTime string // their last word until that date
}

// said is what the author says of a wording: of the answer by which it was told them.
func said(st *conversation.Reading, proposal cite.Ref, w *formulation.Wording) (out word) {
	for _, r := range st.Consultation.Reactions(proposal) {
		if r.Disposition != w.Answer {
			continue
		}
		out.last, out.late = r.Verdict, !r.At.Before(w.Until)
		if !out.late {
			out.inTime = r.Verdict
		}
	}
	return out
}

// objects reports whether a verdict is an objection.
func objects(verdict string) bool {
	return verdict == consultation.NotSatisfied || verdict == consultation.Misses
}

// Need are the entries with its words.
func (v *Question) Need() []cite.Position {
	if v.asked != nil {
		return v.asked.Need()
	}
	return []cite.Position{v.Seen}
}

// Fill gives the words.
func (v *Question) Fill(words map[cite.Position]cite.Words) {
	if v.asked != nil {
		v.asked.Fill(words)
		v.Wording = frame.LocalizedText{Text: v.asked.Part.Wording, Lang: v.asked.Part.Language}
		return
	}
	v.Wording.Text = words[v.Seen]["wording."+string(v.Wording.Lang)]
}

// Theme is a heading and the questions under it.
type Theme struct {
	Name      frame.LocalizedText `json:"name,omitzero"` // none for the questions under no theme
	Questions []*Question         `json:"questions"`
}

// themes puts questions, in the order of their call, under its themes; those under none stand last.
func themes(st *conversation.Reading, g *formulation.Gathering, some []*formulation.Question, l locale.Lang) (out []Theme) {
	under := map[cite.Ref]int{}
	for i, t := range g.Themes {
		for _, r := range t.Questions {
			under[r] = i + 1
		}
	}
	last := -1
	for _, q := range some {
		if n := under[q.Ref]; n != last {
			last = n
			out = append(out, Theme{})
			if n > 0 {
				out[len(out)-1].Name = frame.Localize(g.Themes[n-1].Title, l)
			}
		}
		t := &out[len(out)-1]
		t.Questions = append(t.Questions, newQuestion(st, q, l))
	}
	return out
}

// stateOf is the state of a proposal.
func stateOf(st *conversation.Reading, proposal cite.Ref) string {
	if st.Formulation.In(proposal) != cite.None {
		return Worded
	}
	if st.Formulation.LeftOut(proposal) {
		return LeftOut
	}
	return Waiting
}

// Page is what was proposed at a call, and what was made of it.
type Page struct {
	Call      part.Call   `json:"call"`
	Counts    Counts      `json:"counts"`
	Themes    []Theme     `json:"themes"`          // one page of the questions, in their order
	Proposals []*Proposal `json:"proposals"`       // one page of them, oldest first
	Chosen    string      `json:"state,omitempty"` // only proposals in this state are listed
	More      cite.Ref    `json:"next,omitempty"`  // the last proposal of this page, where there are more
	After     cite.Ref    `json:"after,omitempty"` // the last proposal of the page before
	// Questions is how many questions there are; MoreOf is the last of this page, where there are more, and AfterOf that of the page
	// before.
	Questions int      `json:"questions"`
	MoreOf    cite.Ref `json:"questions_next,omitempty"`  // the last question of this page, where more follow
	AfterOf   cite.Ref `json:"questions_after,omitempty"` // the question after which this page begins
}

// At says which part of the page is asked for.
type At struct {
	State    string   // only proposals in this state
	After    cite.Ref // proposals after this one, None for the first
	Question cite.Ref // questions after this one, None for the first
}

// NewPage builds the page; ok is false where the call gathers no questions.
func NewPage(st *conversation.Reading, call cite.Ref, at At, l locale.Lang) (*Page, bool) {
	k, there := st.Consultation.Call(call)
	g, ok := st.Formulation.Gathering(call)
	if !there || !ok {
		return nil, false
	}
	state, after := at.State, at.After
	v := &Page{Call: part.NewCall(st, k, l), Chosen: state, After: after}
	all := st.Formulation.Questions(call)
	v.Questions = len(all)
	if from := slices.IndexFunc(all, func(q *formulation.Question) bool { return q.Ref == at.Question }); from >= 0 {
		all, v.AfterOf = all[from+1:], at.Question
	}
	if len(all) > PageSize {
		all = all[:PageSize]
		v.MoreOf = all[PageSize-1].Ref
	}
	v.Themes = themes(st, g, all, l)
	passed := after == cite.None
	for _, p := range st.Formulation.Proposals(call) {
		is := stateOf(st, p)
		v.Counts.add(is)
		fits := state == "" || state == is
		switch {
		case passed && fits && len(v.Proposals) < PageSize:
			if c, ok := part.NewPointCard(st, p, l); ok {
				v.Proposals = append(v.Proposals, &Proposal{PointCard: c, Proposed: part.NewProposed(st, p, call, l), State: is})
			}
		case passed && fits && v.More == cite.None:
			v.More = v.Proposals[len(v.Proposals)-1].Part.Ref
		}
		passed = passed || p == after
	}
	return v, true
}

func (c *Counts) add(state string) {
	c.Proposed++
	switch state {
	case Waiting:
		c.Waiting++
	case Worded:
		c.Worded++
	case LeftOut:
		c.LeftOut++
	}
}

// worded is what has words.
type worded interface {
	Need() []cite.Position
	Fill(map[cite.Position]cite.Words)
}

// each hands over what has words.
func (v *Page) each(do func(worded)) {
	for _, t := range v.Themes {
		for _, q := range t.Questions {
			do(q)
		}
	}
	for _, p := range v.Proposals {
		do(&p.PointCard)
	}
}

// Need are the entries with the words of the page.
func (v *Page) Need() (out []cite.Position) {
	v.each(func(x worded) { out = append(out, x.Need()...) })
	return out
}

// Fill gives the words.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	v.each(func(x worded) { x.Fill(words) })
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string { return f.T("questions.title") }

// address is the page with another choice of proposals, or other questions.
func (v *Page) address(f *frame.Frame, at At) string {
	query := url.Values{}
	for name, value := range map[string]string{"state": at.State, "next": string(at.After), "questions": string(at.Question)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	path := string(f.In("/" + string(v.Call.Ref) + "/questions"))
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// Source is a proposal that a question is made of.
type Source struct {
	part.PointCard
	// Corrected is when its author last corrected it after it was put into the wording; zero for never.
	Corrected time.Time `json:"corrected_since,omitzero"`
	Said      string    `json:"said,omitempty"` // the author's last word on the wording: satisfied, not_satisfied, misses
	// Late: it was said after the date until which authors could object; it is kept, and not counted among the objections.
	Late bool `json:"said_late,omitempty"`
}

// newSource is a proposal with what its author says of a wording.
func newSource(st *conversation.Reading, p part.PointCard, w *formulation.Wording) *Source {
	x := said(st, p.Part.Ref, w)
	return &Source{PointCard: p, Said: x.last, Late: x.late}
}

// said is the last word of the author in the language of a page, "" for none.
func (s *Source) said(f *frame.Frame) string {
	switch {
	case s.Said == "":
		return ""
	case s.Late:
		return f.T("questions.said_late", "said", f.T("questions.said."+s.Said))
	}
	return f.T("questions.said." + s.Said)
}

// Wording is one wording of a question.
type Wording struct {
	Position cite.Position         `json:"position"`
	At       time.Time             `json:"at"`
	Of       []cite.Ref            `json:"of"` // the proposals that it was made of
	Said     frame.LocalizedText   `json:"wording"`
	In       []frame.LocalizedText `json:"languages,omitempty"` // the newest, in all of its languages
	before   string                // the wording before, in the same language; "" where there is none in it
	asked    *part.PointCard
}

// QuestionPage is a question, with what it is made of and every wording that it had.
type QuestionPage struct {
	*Question
	Call      part.Call     `json:"call"`
	Ties      ties.Of       `json:"ties"`                // what it rests on, and what rests on it, counted
	Sources   []*Source     `json:"proposals"`           // that it is made of
	Wordings  []*Wording    `json:"wordings"`            // the newest first
	Dissolved cite.Position `json:"dissolved,omitempty"` // the entry by which it was dissolved
	Reason    string        `json:"reason,omitempty"`    // why it was dissolved
	Open      bool          `json:"open,omitempty"`      // authors may still object
	Answer    cite.Ref      `json:"answer,omitempty"`    // by which the wording was told to the authors
}

// NewQuestionPage builds the page; ok is false where there is no such question.
func NewQuestionPage(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*QuestionPage, bool) {
	q, ok := st.Formulation.Question(ref)
	if !ok {
		return nil, false
	}
	v := &QuestionPage{Question: newQuestion(st, q, l), Ties: ties.New(st, q.Ref), Dissolved: q.Dissolved, Answer: q.Now().Answer}
	if k, ok := st.Consultation.Call(q.Call); ok {
		v.Call = part.NewCall(st, k, l)
	}
	v.Open = st.Formulation.Open(ref)
	for _, p := range q.Now().Of {
		if c, ok := part.NewPointCard(st, p, l); ok {
			x := newSource(st, c, q.Now())
			x.Corrected = since(q.Now(), &c)
			v.Sources = append(v.Sources, x)
		} else if c, ok := part.HiddenPointCard(st, p, l); ok {
			v.Sources = append(v.Sources, &Source{PointCard: c})
		}
	}
	for i := range q.Wordings {
		w := &q.Wordings[i]
		x := &Wording{Position: w.Position, At: w.At, Of: w.Of, Said: frame.LocalizedText{Lang: wordedIn(w, l)}}
		if w.AsProposed() {
			if c, ok := part.NewPointCard(st, w.Of[0], l); ok {
				x.asked = &c
			}
		}
		if i == len(q.Wordings)-1 {
			for _, in := range w.Languages {
				x.In = append(x.In, frame.LocalizedText{Lang: in})
			}
		}
		v.Wordings = append([]*Wording{x}, v.Wordings...)
	}
	return v, true
}

// Need are the entries with the words of the page.
func (v *QuestionPage) Need() []cite.Position {
	out := v.Question.Need()
	for _, s := range v.Sources {
		out = append(out, s.PointCard.Need()...)
	}
	for _, w := range v.Wordings {
		if out = append(out, w.Position); w.asked != nil {
			out = append(out, w.asked.Need()...)
		}
	}
	if v.Dissolved > 0 {
		out = append(out, v.Dissolved)
	}
	return out
}

// Fill gives the words.
func (v *QuestionPage) Fill(words map[cite.Position]cite.Words) {
	v.Question.Fill(words)
	for _, s := range v.Sources {
		s.PointCard.Fill(words)
	}
	before := map[locale.Lang]string{}
	for _, w := range slices.Backward(v.Wordings) {
		if w.asked != nil {
			w.asked.Fill(words)
			w.Said = frame.LocalizedText{Text: w.asked.Part.Wording, Lang: w.asked.Part.Language}
		} else {
			w.Said.Text = words[w.Position]["wording."+string(w.Said.Lang)]
		}
		w.before = before[w.Said.Lang]
		before[w.Said.Lang] = w.Said.Text
		for i := range w.In {
			w.In[i].Text = words[w.Position]["wording."+string(w.In[i].Lang)]
		}
	}
	v.Reason = words[v.Dissolved]["reason"]
}

// Title is the page's title.
func (v *QuestionPage) Title(f *frame.Frame) string {
	return f.T("questions.numbered", "n", strconv.Itoa(v.Ref.Number()))
}

// Redline compares a wording with the one before it.
func (w *Wording) Redline() part.Redline {
	return part.NewRedline([]string{w.before}, w.Said.Text)
}
