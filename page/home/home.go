package home

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
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
}

// Title is the page's title.
func (v *Index) Title(f *frame.Frame) string { return f.T("index.title") }

// Page is the first page of a conversation.
type Page struct {
	Name    frame.LocalizedText `json:"title"`
	Lead    frame.LocalizedText `json:"lead"`
	Stages  []Stage             `json:"stages"`
	Open    []part.Call         `json:"open_calls"`
	Ask     *part.Element       `json:"ask,omitempty"` // the paragraph that the home page asks about
	AskCall cite.Ref            `json:"ask_call,omitempty"`
	AskOf   string              `json:"ask_of,omitempty"` // the symbol of the edition that it stands in
	// Categories are those that the box asks to choose from; none where whoever says none has one.
	Categories []frame.Choice       `json:"-"`
	Three      consultation.Counts  `json:"counts"`
	Tally      consultation.Tally   `json:"tally"`
	Holds      bool                 `json:"tally_holds"`
	Papers     []part.PaperRow      `json:"papers"`
	Documents  []DocumentRow        `json:"documents"`
	Latest     []*part.Contribution `json:"latest"`
	Voice      *Example             `json:"voice,omitempty"`
	Overview   bool                 `json:"overview,omitempty"` // there are questions and subjects to see together
	Questions  int                  `json:"crosscutting_questions,omitempty"`
	Subjects   int                  `json:"subjects,omitempty"`
	Revised    []part.PaperRow      `json:"revised,omitempty"` // newest editions that revise another
	Chairs     []Chair              `json:"chairs,omitempty"`  // of a demonstration
	Head       cite.Position        `json:"position"`
	Demo       bool                 `json:"demonstration,omitempty"`
	MapOff     bool                 `json:"-"`
	Until      time.Time            `json:"-"` // when the page is another, whatever happens
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
}

// DocumentRow is a document kept elsewhere.
type DocumentRow struct {
	Symbol string              `json:"symbol"`
	Name   frame.LocalizedText `json:"title"`
	Date   string              `json:"date,omitempty"`
	Source string              `json:"source"`
}

// stagesOf is the calendar as it stands: a stage that is a call or a paper shows what the record holds of it, whatever
// was planned.
func stagesOf(st *conversation.Reading, l locale.Lang) []Stage {
	out := make([]Stage, len(st.Stages))
	stages := linked(st)
	for i, s := range stages {
		out[i] = Stage{Number: s.Number, Kind: s.Kind, Name: frame.Localize(s.Title, l), From: s.From, To: s.To, State: s.State,
			Outcome: frame.Localize(s.Outcome, l), Promised: frame.Localize(s.Promised, l), Source: s.Source, Target: s.Target}
		if s.State != conversation.Planned && s.State != conversation.Open && s.State != conversation.Closed {
			continue
		}
		if k, ok := st.Consultation.Call(s.Target); ok {
			switch {
			case k.OpenAt(st.Now):
				out[i].State = conversation.Open
			case !st.Now.Before(k.Closes):
				out[i].State = conversation.Closed
			}
			out[i].From = frame.InZone(k.Opens, k.Zone).Format(time.DateOnly)
			out[i].To = frame.InZone(k.Closes.Add(-time.Nanosecond), k.Zone).Format(time.DateOnly) // a deadline at midnight is the day before
		} else if e, ok := st.Papers.Edition(s.Target); ok && s.Target.EditionNumber() > 0 {
			out[i].State, out[i].From, out[i].To = conversation.Issued, e.Date, ""
		}
	}
	return out
}

// linked is the calendar with a target for each planned call and paper that has none and has come: what no stage is
// about stands, in the order of the record, where the calendar plans the next of its kind.
func linked(st *conversation.Reading) []conversation.Stage {
	stages := slices.Clone(st.Stages)
	taken := map[cite.Ref]bool{}
	for _, s := range stages {
		taken[s.Target] = true
	}
	waiting := map[string][]cite.Ref{}
	for _, k := range st.Consultation.Calls() {
		if !taken[k.Ref] {
			waiting["call"] = append(waiting["call"], k.Ref)
		}
	}
	var editions []*paper.Edition
	for _, p := range st.Papers.All() {
		for n, e := range p.Editions {
			if p.Revised(n+1) && !taken[e.Ref] && !taken[p.Ref] {
				editions = append(editions, e)
			}
		}
	}
	slices.SortFunc(editions, func(a, b *paper.Edition) int { return cmp.Compare(a.At, b.At) })
	for _, e := range editions {
		kind := "paper"
		if e.Kind == paper.Considerations {
			kind = "considerations"
		}
		waiting[kind] = append(waiting[kind], e.Ref)
	}
	for i := range stages {
		s := &stages[i]
		if next := waiting[s.Kind]; s.Target == cite.None && s.State == conversation.Planned && len(next) > 0 {
			s.Target, waiting[s.Kind] = next[0], next[1:]
		}
	}
	return stages
}

// New builds the home page. d says what a demonstration leads to; it is zero elsewhere.
func New(st *conversation.Reading, l locale.Lang, d Demonstration) *Page {
	v := &Page{Name: frame.Localize(st.Title, l), Lead: frame.Localize(st.Lead, l), Stages: stagesOf(st, l), Three: st.Consultation.Counts(),
		Tally: st.Consultation.Total(), Head: st.Head(), Demo: st.Demonstration, MapOff: st.Maps.Off}
	v.Holds = v.Tally.Holds()
	for _, k := range st.OpenCalls() {
		v.Open = append(v.Open, part.NewCall(st, k, l))
	}
	next := st.Consultation.Due()
	v.Until = next
	for i := len(st.Papers.All()) - 1; i >= 0; i-- {
		p := st.Papers.All()[i]
		for j := len(p.Editions) - 1; j >= 0; j-- {
			v.Papers = append(v.Papers, part.NewPaperRow(p.Editions[j], l))
		}
	}
	v.Questions, v.Subjects = len(st.Crosscutting), len(st.Subjects)
	v.Overview = v.Questions > 0 && v.Subjects > 0
	for _, p := range st.Papers.All() {
		if e, ok := p.Revision(); ok {
			v.Revised = append(v.Revised, part.NewPaperRow(e, l))
		}
	}
	v.Documents = documentRows(st, l)
	rows, _ := st.Consultation.List(consultation.Filter{}, 5)
	for _, r := range rows {
		v.Latest = append(v.Latest, part.ContributionOf(st, r, l))
	}
	if d.Voice != cite.None {
		v.Voice = newExample(st, d.Voice, l)
		v.Chairs = chairs(st, d)
	}
	if len(v.Open) > 0 {
		v.ask(st, l)
	}
	return v
}

// ask chooses the paragraph that the home page asks about: of the open call's paper, the element with
// the most voices.
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
}

// Without leaves out everything that needs words, where some of them are damaged: the rest of the page is the
// door to everything else.
func (v *Page) Without() { v.Latest, v.Voice = nil, nil }

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
