package home

import (
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/calendar"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// Index lists the conversations of an instance.
type Index struct {
	frame.NoWords
	Conversations []part.ConversationRow `json:"conversations"`
	// Unread are the conversations of which nothing can be shown, because their records cannot be read.
	Unread []Unread `json:"unread,omitempty"`
}

// Unread is a conversation whose record cannot be read from a position on.
type Unread struct {
	Conversation string        `json:"conversation"`
	From         cite.Position `json:"from"`
	// Unlisted says that the entries from there on are missing, and that what they took from view is not known.
	Unlisted bool `json:"unlisted,omitempty"`
}

// key is the sentence that says why nothing is shown.
func (u Unread) key() string {
	if u.Unlisted {
		return "refusal.record.unlisted"
	}
	return "refusal.record.unread"
}

// Title is the page's title.
func (v *Index) Title(f *frame.Frame) string { return f.T("index.title") }

// Page is the first page of a conversation.
type Page struct {
	Name frame.LocalizedText `json:"title"`
	Lead frame.LocalizedText `json:"lead"`
	// Life is where the conversation stands in its life.
	Life string `json:"life"`
	// Last is the last word of a conversation that is archived.
	Last frame.LocalizedText `json:"last,omitzero"`
	// Contact says whom to ask.
	Contact frame.LocalizedText `json:"contact,omitzero"`
	Stages  []Stage             `json:"stages"`
	// Open are the open calls: the one that the page asks first, then those that close first.
	Open []CallRow `json:"open_calls"`
	// Ended are calls that were closed early or withdrawn, until the deadline that was announced.
	Ended   []CallRow     `json:"ended_calls,omitempty"`
	Ask     *part.Element `json:"ask,omitempty"` // the paragraph that the home page asks about
	AskCall cite.Ref      `json:"ask_call,omitempty"`
	AskOf   string        `json:"ask_of,omitempty"`     // the symbol of the edition that it stands in
	Whole   bool          `json:"whole_form,omitempty"` // the first open call can be answered at once
	// Categories are those that the box asks to choose from; none where whoever says none has one.
	Categories []frame.Choice       `json:"-"`
	Three      consultation.Counts  `json:"counts"`
	Tally      consultation.Tally   `json:"tally"`
	Holds      bool                 `json:"tally_holds"`
	Papers     []part.PaperRow      `json:"papers"`
	Documents  []DocumentRow        `json:"documents"`
	Latest     []*part.Contribution `json:"latest"`
	Voice      *Example             `json:"voice,omitempty"`
	Overview   bool                 `json:"overview,omitempty"`  // there are questions and subjects to see together
	Orders     bool                 `json:"orders,omitempty"`    // themes are put in order
	Sessions   bool                 `json:"sessions,omitempty"`  // sessions are planned
	Roll       int                  `json:"roll,omitempty"`      // parties on the roll, where bodies can request accreditation or were accredited
	Accredits  bool                 `json:"accredits,omitempty"` // bodies can request accreditation
	Questions  int                  `json:"crosscutting_questions,omitempty"`
	Subjects   int                  `json:"subjects,omitempty"`
	Revised    []part.PaperRow      `json:"revised,omitempty"`  // newest editions that revise another
	Answered   []part.PaperRow      `json:"answered,omitempty"` // newest editions of papers on which points were answered
	Chairs     []Chair              `json:"chairs,omitempty"`   // of a demonstration
	Head       cite.Position        `json:"position"`
	Demo       bool                 `json:"demonstration,omitempty"`
	Second     Second               `json:"second,omitzero"` // of a demonstration
	Watch      cite.Ref             `json:"watch,omitempty"` // a session of which an hour can be watched again, in a demonstration
	MapOff     bool                 `json:"-"`
	Until      time.Time            `json:"-"` // when the page is another, whatever happens
}

// CallRow is a call on the first page, with the last thing that became of it.
type CallRow struct {
	part.Call
	// Turn is the last thing that became of it since it was announced.
	Turn *part.Turn `json:"turn,omitempty"`
}

// newCallRow describes a call.
func newCallRow(st *conversation.Reading, k consultation.Call, l locale.Lang) CallRow {
	v := CallRow{Call: part.NewCall(st, k, l)}
	if turns := part.NewTurns(k); len(turns) > 0 {
		v.Turn = &turns[len(turns)-1]
	}
	return v
}

// calls finds the open calls, first the one that an officer chose, and those that ended before their time.
func (v *Page) calls(st *conversation.Reading, l locale.Lang) {
	for _, k := range st.OpenCalls() {
		row := newCallRow(st, k, l)
		if k.Ref == st.First.Call {
			v.Open = slices.Insert(v.Open, 0, row)
		} else {
			v.Open = append(v.Open, row)
		}
	}
	for _, k := range st.Consultation.Calls() {
		if until, cut := k.Cut(); cut && st.Now.Before(until) {
			v.Ended = append(v.Ended, newCallRow(st, k, l))
		}
	}
}

// turns lists what became of calls, as the page shows it.
func (v *Page) turns() (out []*part.Turn) {
	for _, row := range slices.Concat(v.Open, v.Ended) {
		if row.Turn != nil {
			out = append(out, row.Turn)
		}
	}
	for i := range v.Stages {
		if t := v.Stages[i].Turn; t != nil {
			out = append(out, t)
		}
	}
	return out
}

// Stage is a step of the calendar as it stands.
type Stage struct {
	Number   int                 `json:"number"`
	Kind     string              `json:"kind"`
	Name     frame.LocalizedText `json:"title"`
	From     string              `json:"from,omitempty"`
	To       string              `json:"to,omitempty"`
	State    string              `json:"state"`
	Outcome  frame.LocalizedText `json:"outcome,omitzero"`
	Promised frame.LocalizedText `json:"promised,omitzero"`
	Source   string              `json:"source,omitempty"`
	Target   cite.Ref            `json:"target,omitempty"`
	// Due is the day for which it was first promised.
	Due string `json:"first_promised_for,omitempty"`
	// Days is how many days after that it came about, or how late it is now; 0 where it is in time.
	Days int `json:"days_late,omitempty"`
	// Turn is the last thing that became of the call that it is about.
	Turn *part.Turn `json:"turn,omitempty"`
}

// DocumentRow is a document kept elsewhere.
type DocumentRow struct {
	Symbol string              `json:"symbol"`
	Name   frame.LocalizedText `json:"title"`
	Date   string              `json:"date,omitempty"`
	Source string              `json:"source"`
}

// stagesOf is the calendar as it stands, in a language.
func stagesOf(st *conversation.Reading, l locale.Lang) []Stage {
	var out []Stage
	for _, s := range calendar.Of(st) {
		v := Stage{Number: s.Number, Kind: s.Kind, Name: frame.Localize(s.Title, l), From: s.From, To: s.To, State: s.State,
			Outcome: frame.Localize(s.Outcome, l), Promised: frame.Localize(s.Promised, l), Source: s.Source, Target: s.Target, Due: s.Due, Days: s.Days}
		if k, ok := st.Consultation.Call(s.Target); ok {
			v.Turn = newCallRow(st, k, l).Turn
		}
		out = append(out, v)
	}
	return out
}

// latestOf is among how many of the contributions that were entered last those are sought that were received last.
const latestOf = 100

// New builds the home page. d says what a demonstration leads to; it is zero elsewhere.
func New(st *conversation.Reading, l locale.Lang, d Demonstration) *Page {
	v := &Page{Name: frame.Localize(st.Title, l), Lead: frame.LocalizeAs(st.Lead, l, st.Marks.Standing(settings.LeadText, st.Lead, l)), Life: st.Life.String(),
		Last: frame.LocalizeAs(st.Last, l, st.Marks.Standing(settings.LastText, st.Last, l)), Contact: frame.Localize(st.Contact, l),
		Stages: stagesOf(st, l), Three: st.Consultation.Counts(), Tally: st.Consultation.Total(), Head: st.Head(), Demo: st.Demonstration, MapOff: st.Maps.Off}
	v.Holds = v.Tally.Holds()
	v.calls(st, l)
	next := st.Consultation.Due()
	v.Until = next
	for i := len(st.Papers.All()) - 1; i >= 0; i-- {
		p := st.Papers.All()[i]
		for j := len(p.Editions) - 1; j >= 0; j-- {
			v.Papers = append(v.Papers, part.NewPaperRow(p.Editions[j], l))
		}
	}
	slices.SortStableFunc(v.Papers, func(a, b part.PaperRow) int { return strings.Compare(b.Date, a.Date) })
	v.Questions, v.Subjects = len(st.Crosscutting), len(st.Subjects)
	v.Overview, v.Orders, v.Sessions = v.Questions > 0 && v.Subjects > 0, len(st.Priorities.Orders()) > 0, len(st.Sessions.Sessions()) > 0
	if of := st.Roll.Accreditation(); of.Offer().Open() || slices.ContainsFunc(st.Roll.Entered(), func(p delegation.Party) bool { _, ok := of.Accredited(p); return ok }) {
		v.Roll, v.Accredits = len(st.Roll.Entered()), of.Offer().Open()
	}
	for _, p := range st.Papers.All() {
		if e, ok := p.Revision(); ok {
			v.Revised = append(v.Revised, part.NewPaperRow(e, l))
		}
		if st.Consultation.AnswerCounts(p.Ref).Answered > 0 {
			v.Answered = append(v.Answered, part.NewPaperRow(p.Latest(), l))
		}
	}
	v.Documents = documentRows(st, l)
	rows, _ := st.Consultation.List(consultation.Filter{}, latestOf)
	// The last that were received: a demonstration enters some later than they were said.
	slices.SortStableFunc(rows, func(a, b consultation.Contribution) int { return b.Received.Compare(a.Received) })
	for _, r := range rows[:min(len(rows), 3)] {
		v.Latest = append(v.Latest, part.ContributionOf(st, r, l))
	}
	if d.Second != "" {
		v.Second = Second{Slug: d.Second, Name: frame.Localize(d.SecondTitle, l)}
	}
	v.Watch = d.Watch
	if d.Voice != cite.None {
		v.Voice = newExample(st, d, l)
		v.Chairs = chairs(st, d)
	}
	if len(v.Open) > 0 {
		v.Whole = part.HasForm(st, &v.Open[0].Call)
		if !v.Open[0].Gathers { // a question and why it matters do not fit a box
			v.ask(st, l)
		}
	}
	return v
}

// ask chooses the paragraph that the home page asks about: the one that an officer chose, else, of the open call's paper,
// the element with the most voices.
func (v *Page) ask(st *conversation.Reading, l locale.Lang) {
	e, ok := st.Papers.Edition(v.Open[0].Paper)
	if !ok {
		return
	}
	best, most := cite.None, -1
	for i := range e.Elements {
		el := &e.Elements[i]
		if el.Kind != paper.Paragraph && el.Kind != paper.Question {
			continue
		}
		if x := st.First.On.Element(); x != cite.None && x == el.Ref.Element() && st.First.Call == v.Open[0].Ref {
			best = el.Ref
			break
		}
		if n := st.Consultation.OnElement(el.Ref).Contributions; n > most {
			best, most = el.Ref, n
		}
	}
	if best != cite.None {
		x := part.NewElement(st, e, best, l)
		v.Ask, v.AskCall, v.AskOf = &x, v.Open[0].Ref, string(e.Symbol)
		if st.Unsaid() == "" {
			v.Categories = part.OwnCategories(st, l)
		}
	}
}

func documentRows(st *conversation.Reading, l locale.Lang) []DocumentRow {
	var out []DocumentRow
	for _, d := range st.Documents {
		out = append(out, DocumentRow{Symbol: d.Symbol, Name: frame.Localize(d.Title, l), Date: d.Date, Source: d.Source})
	}
	return out
}

// Need lists the words of the latest contributions.
func (v *Page) Need() []cite.Position {
	var out []cite.Position
	for _, c := range v.Latest {
		out = append(out, c.Need()...)
	}
	if v.Voice != nil {
		out = append(out, v.Voice.Need()...)
	}
	for _, t := range v.turns() {
		out = append(out, t.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	for _, c := range v.Latest {
		c.Fill(words)
	}
	if v.Voice != nil {
		v.Voice.Fill(words)
	}
	for _, t := range v.turns() {
		t.Fill(words)
	}
}

// Without leaves out everything that needs words, where some of them are damaged: the rest of the page is the
// door to everything else.
func (v *Page) Without() {
	v.Latest, v.Voice = nil, nil
	for _, rows := range [][]CallRow{v.Open, v.Ended} {
		for i := range rows {
			rows[i].Turn = nil
		}
	}
	for i := range v.Stages {
		v.Stages[i].Turn = nil
	}
}

// Title is the page's title.
func (v *Page) Title(*frame.Frame) string { return v.Name.Text }

// Documents lists the papers and the cited documents of a conversation.
type Documents struct {
	frame.NoWords
	Papers    []part.PaperRow `json:"papers"`
	Documents []DocumentRow   `json:"documents"`
}

// NewDocuments builds the page.
func NewDocuments(st *conversation.Reading, l locale.Lang) *Documents {
	v := &Documents{Documents: documentRows(st, l)}
	for _, p := range st.Papers.All() {
		for _, e := range p.Editions {
			v.Papers = append(v.Papers, part.NewPaperRow(e, l))
		}
	}
	return v
}

// Title is the page's title.
func (v *Documents) Title(f *frame.Frame) string { return f.T("documents.title") }
