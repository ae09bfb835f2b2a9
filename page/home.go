package page

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Index lists the conversations of an instance.
type Index struct {
	words
	Conversations []IndexRow `json:"conversations"`
}

// IndexRow is one conversation of the list.
type IndexRow struct {
	Slug          string        `json:"slug"`
	Name          LocalizedText `json:"title"`
	Lead          LocalizedText `json:"lead"`
	Open          int           `json:"open_calls"`
	Published     int           `json:"published"`
	Demonstration bool          `json:"demonstration,omitempty"`
	Convened      time.Time     `json:"convened"`
}

// Title is the page's title.
func (v *Index) Title(f *Frame) string { return f.T("index.title") }

// NewIndexRow describes one conversation.
func NewIndexRow(st *conversation.Reading, l locale.Lang) IndexRow {
	t, in := st.Title.For(l)
	lead, lin := st.Lead.For(l)
	return IndexRow{Slug: st.Slug, Name: LocalizedText{t, in}, Lead: LocalizedText{lead, lin}, Open: len(st.OpenCalls()), Published: st.Consultation.Total().Published, Demonstration: st.Demonstration, Convened: st.Convened}
}

// Home is the first page of a conversation.
type Home struct {
	Name      LocalizedText       `json:"title"`
	Lead      LocalizedText       `json:"lead"`
	Stages    []Stage             `json:"stages"`
	Open      []Call              `json:"open_calls"`
	Ask       *Element            `json:"ask,omitempty"` // the paragraph that the home page asks about
	AskCall   cite.Ref            `json:"ask_call,omitempty"`
	Three     consultation.Counts `json:"counts"`
	Tally     consultation.Tally  `json:"tally"`
	Holds     bool                `json:"tally_holds"`
	Papers    []PaperRow          `json:"papers"`
	Documents []DocumentRow       `json:"documents"`
	Latest    []*Contribution     `json:"latest"`
	Voice     *Example            `json:"voice,omitempty"`
	Overview  bool                `json:"overview,omitempty"` // there are questions and subjects to see together
	Questions int                 `json:"crosscutting_questions,omitempty"`
	Subjects  int                 `json:"subjects,omitempty"`
	Revised   []PaperRow          `json:"revised,omitempty"` // newest editions that revise another
	Chairs    []Chair             `json:"chairs,omitempty"`  // of a demonstration
	Head      cite.Position       `json:"position"`
	Demo      bool                `json:"demonstration,omitempty"`
	MapOff    bool                `json:"-"`
	Until     time.Time           `json:"-"` // when the page is another, whatever happens
}

// Stage is a step of the calendar as it stands.
type Stage struct {
	Number   int           `json:"number"`
	Kind     string        `json:"kind"`
	Name     LocalizedText `json:"title"`
	From     string        `json:"from,omitempty"`
	To       string        `json:"to,omitempty"`
	State    string        `json:"state"`
	Outcome  LocalizedText `json:"outcome,omitzero"`
	Promised LocalizedText `json:"promised,omitzero"`
	Source   string        `json:"source,omitempty"`
	Target   cite.Ref      `json:"target,omitempty"`
}

// PaperRow is one edition of a paper in a list.
type PaperRow struct {
	Ref       cite.Ref      `json:"ref"`
	Symbol    string        `json:"symbol"`
	Name      LocalizedText `json:"title"`
	Date      string        `json:"date"`
	Issues    int           `json:"issues"`
	Languages []locale.Lang `json:"languages"`
	Source    string        `json:"source,omitempty"`
}

// DocumentRow is a document kept elsewhere.
type DocumentRow struct {
	Symbol string        `json:"symbol"`
	Name   LocalizedText `json:"title"`
	Date   string        `json:"date,omitempty"`
	Source string        `json:"source"`
}

// Call is a call for comments.
type Call struct {
	Ref        cite.Ref           `json:"ref"`
	Name       LocalizedText      `json:"title"`
	Text       LocalizedText      `json:"text,omitzero"`
	Paper      cite.Ref           `json:"paper"`
	Edition    cite.Ref           `json:"edition"`
	Symbol     string             `json:"symbol"`
	Opens      time.Time          `json:"opens"`
	Closes     time.Time          `json:"closes"`
	Zone       string             `json:"zone"`
	State      string             `json:"state"` // planned, open, closed
	Late       string             `json:"late"`
	Moderation string             `json:"moderation"`
	Extended   int                `json:"extended,omitempty"`
	Tally      consultation.Tally `json:"tally"`
}

func said(t locale.Text, l locale.Lang) LocalizedText {
	s, in := t.For(l)
	return LocalizedText{s, in}
}

func newCall(st *conversation.Reading, k consultation.Call, l locale.Lang) Call {
	v := Call{Ref: k.Ref, Name: said(k.Title, l), Text: said(k.Text, l), Paper: k.Paper, Edition: k.Edition, Opens: k.Opens, Closes: k.Closes, Zone: k.Zone, Late: k.Late, Moderation: k.Moderation,
		Extended: k.Extended, Tally: st.Consultation.Tally(k.Ref), State: "planned"}
	if e, ok := st.Papers.Edition(k.Edition); ok {
		v.Symbol = string(e.Symbol)
	}
	switch {
	case k.OpenAt(st.Now):
		v.State = "open"
	case !st.Now.Before(k.Closes):
		v.State = "closed"
	}
	return v
}

// Takes reports whether the call takes contributions now: open, or closed but keeping late ones.
func (c Call) Takes() bool {
	return c.State == "open" || c.State == "closed" && c.Late == consultation.LateKept
}

func paperRow(e *paper.Edition, l locale.Lang) PaperRow {
	return PaperRow{Ref: e.Ref, Symbol: string(e.Symbol), Name: said(e.Title, l), Date: e.Date, Issues: e.Issues(), Languages: e.Languages(), Source: e.Source}
}

func stagesOf(st *conversation.Reading, l locale.Lang) []Stage {
	out := make([]Stage, len(st.Stages))
	for i, s := range st.Stages {
		out[i] = Stage{Number: s.Number, Kind: s.Kind, Name: said(s.Title, l), From: s.From, To: s.To, State: s.State, Outcome: said(s.Outcome, l), Promised: said(s.Promised, l), Source: s.Source, Target: s.Target}
		if k, ok := st.Consultation.Call(s.Target); ok {
			// A stage that is a call shows what its instants say, whatever was planned.
			switch {
			case k.OpenAt(st.Now):
				out[i].State = conversation.Open
			case !st.Now.Before(k.Closes):
				out[i].State = conversation.Closed
			}
		}
	}
	return out
}

// NewHome builds the home page. d says what a demonstration leads to; it is zero elsewhere.
func NewHome(st *conversation.Reading, l locale.Lang, d Demonstration) *Home {
	v := &Home{Name: said(st.Title, l), Lead: said(st.Lead, l), Stages: stagesOf(st, l), Three: st.Consultation.Counts(), Tally: st.Consultation.Total(), Head: st.Head(), Demo: st.Demonstration, MapOff: st.Maps.Off}
	v.Holds = v.Tally.Holds()
	for _, k := range st.OpenCalls() {
		v.Open = append(v.Open, newCall(st, k, l))
	}
	next := st.Consultation.Due()
	v.Until = next
	for i := len(st.Papers.All()) - 1; i >= 0; i-- {
		p := st.Papers.All()[i]
		for j := len(p.Editions) - 1; j >= 0; j-- {
			v.Papers = append(v.Papers, paperRow(p.Editions[j], l))
		}
	}
	v.Questions, v.Subjects = len(st.Crosscutting), len(st.Subjects)
	v.Overview = v.Questions > 0 && v.Subjects > 0
	for _, p := range st.Papers.All() {
		if len(p.Editions) > 1 {
			v.Revised = append(v.Revised, paperRow(p.Latest(), l))
		}
	}
	v.Documents = documentRows(st, l)
	rows, _ := st.Consultation.List(consultation.Filter{}, 5)
	for _, r := range rows {
		v.Latest = append(v.Latest, contributionOf(st, r, l))
	}
	if d.Voice != cite.None {
		v.Voice = newVoice(st, d.Voice, l)
		v.Chairs = chairs(st, d)
	}
	if len(v.Open) > 0 {
		v.ask(st, l)
	}
	return v
}

// ask chooses the paragraph that the home page asks about: of the open call's paper, the element with
// the most voices.
func (v *Home) ask(st *conversation.Reading, l locale.Lang) {
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
		if n := st.Consultation.OnElement(el.Ref).Contributions; n > most {
			best, most = el.Ref, n
		}
	}
	if best != cite.None {
		x := newElement(st, e, best, l)
		v.Ask, v.AskCall = &x, v.Open[0].Ref
	}
}

func documentRows(st *conversation.Reading, l locale.Lang) []DocumentRow {
	var out []DocumentRow
	for _, d := range st.Documents {
		out = append(out, DocumentRow{Symbol: d.Symbol, Name: said(d.Title, l), Date: d.Date, Source: d.Source})
	}
	return out
}

// Need lists the words of the latest contributions.
func (v *Home) Need() []cite.Position {
	var out []cite.Position
	for _, c := range v.Latest {
		out = append(out, c.Need()...)
	}
	if v.Voice != nil {
		out = append(out, v.Voice.Need()...)
	}
	return out
}

// Fill gives them.
func (v *Home) Fill(words map[cite.Position]cite.Words) {
	for _, c := range v.Latest {
		c.Fill(words)
	}
	if v.Voice != nil {
		v.Voice.Fill(words)
	}
}

// Without leaves out everything that needs words, where some of them are damaged: the rest of the page is the
// door to everything else.
func (v *Home) Without() { v.Latest, v.Voice = nil, nil }

// Title is the page's title.
func (v *Home) Title(*Frame) string { return v.Name.Text }

// Documents lists the papers and the cited documents of a conversation.
type Documents struct {
	words
	Papers    []PaperRow    `json:"papers"`
	Documents []DocumentRow `json:"documents"`
}

// NewDocuments builds the page.
func NewDocuments(st *conversation.Reading, l locale.Lang) *Documents {
	v := &Documents{Documents: documentRows(st, l)}
	for _, p := range st.Papers.All() {
		for _, e := range p.Editions {
			v.Papers = append(v.Papers, paperRow(e, l))
		}
	}
	return v
}

// Title is the page's title.
func (v *Documents) Title(f *Frame) string { return f.T("documents.title") }

// CallPage is the page of one call.
type CallPage struct {
	words
	Call
	PaperRow *PaperRow `json:"paper_edition,omitempty"`
	Until    time.Time `json:"-"`
}

// NewCallPage builds the page.
func NewCallPage(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*CallPage, bool) {
	k, ok := st.Consultation.Call(ref)
	if !ok {
		return nil, false
	}
	v := &CallPage{Call: newCall(st, k, l)}
	if e, ok := st.Papers.Edition(k.Edition); ok {
		r := paperRow(e, l)
		v.PaperRow = &r
	}

	return v, true
}

// Title is the page's title.
func (v *CallPage) Title(*Frame) string { return v.Name.Text }
