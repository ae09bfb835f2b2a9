package papers

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/dossier"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/markup"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/note"
	"github.com/openplenary/plenary/page/part/ties"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/quote"
)

// Paper is an edition of a paper with its margins.
type Paper struct {
	part.PaperRow
	Original locale.Lang         `json:"original"`
	TextLang locale.Lang         `json:"text_language"`
	Second   locale.Lang         `json:"second_language,omitempty"`
	Status   string              `json:"translation_status,omitempty"` // official or unofficial; incomplete while a text is missing or older than its original
	InPart   []locale.Lang       `json:"languages_in_part,omitempty"`  // in which some of it is written, and not all
	Missing  int                 `json:"texts_missing,omitempty"`      // in the language, and shown in the original
	Older    int                 `json:"texts_older,omitempty"`        // than their original
	Note     frame.LocalizedText `json:"note,omitzero"`
	// SecondReading is of considerations alone.
	SecondReading *SecondReading `json:"second_reading,omitempty"`
	// Lost are the sentences that rest on something which is not there to be read any more.
	Lost      []quoting.Lost  `json:"lost_sources,omitempty"`
	Position  cite.Position   `json:"position"`
	Elements  []part.Element  `json:"elements"`
	Call      *part.Call      `json:"call,omitempty"` // a call that takes contributions on it now
	Latest    cite.Ref        `json:"latest"`         // the newest edition
	Published time.Time       `json:"published"`
	Arrivals  []Arrival       `json:"arrivals,omitempty"` // from the number of an earlier edition
	Editions  []EditionChoice `json:"-"`
	Until     time.Time       `json:"-"`
	Pictures  []paper.Picture `json:"pictures,omitempty"` // that its texts show
	// Notes are what the sentences of considerations rest on, each once, in the order in which they are cited.
	Notes []*note.Note `json:"notes,omitempty"`
	// Dossier is where the archive is with the paper, all that it rests on and the proofs: what follows the address of the conversation. Of
	// compiled papers alone.
	Dossier string `json:"dossier,omitempty"`
	// PicturesAt is where the pictures are, without the language and the conversation, "" for where an edition has them.
	PicturesAt string `json:"-"`
	losses     *quoting.Losses
	requoted   map[cite.Ref]bool // translations of sentences that quote in other words than the original
}

// NewPaper builds the page. text is the language of the paper's text, second a language beside it or "".
func NewPaper(st *conversation.Reading, ref cite.Ref, l, text, second locale.Lang) (*Paper, bool) {
	e, ok := st.Papers.Edition(ref)
	if !ok {
		return nil, false
	}
	p, _ := st.Papers.Paper(ref)
	v := &Paper{PaperRow: part.NewPaperRow(e, text), Original: e.Title.Original, TextLang: text, Second: second, Note: frame.Localize(e.Note, l),
		Position: e.At, Published: e.Published, Latest: p.Latest().Ref, Pictures: e.Pictures}
	if text != e.Title.Original {
		v.Status = e.StatusIn(text)
	}
	for _, l := range locale.All {
		if !slices.Contains(v.Languages, l) && (e.Title.In[l] != "" || slices.ContainsFunc(e.Elements, func(el paper.Element) bool { return el.Text.In[l] != "" })) {
			v.InPart = append(v.InPart, l)
		}
	}
	v.Call = callOn(st, e, l)
	translation := p.Translation(e.Ref.EditionNumber(), text)
	if v.Missing, v.Older = translation.LacksTexts(), translation.OlderTexts(); !translation.Whole() {
		v.Status = "incomplete"
	}

	v.Editions = editionChoices(p)
	v.Elements = make([]part.Element, len(e.Elements))
	for i := range e.Elements {
		v.Elements[i] = part.NewElement(st, e, e.Elements[i].Ref, text)
		if is := v.Elements[i].Text.Is; is == locale.IsOfficial || is == v.Status { // the paper says it of all
			v.Elements[i].Text.Hush()
		}
		if second != "" {
			v.Elements[i].Second = part.ElementText(st, e, e.Elements[i].Ref, second)
		}
	}
	v.secondReading(st, e, l)
	v.noted(st, e, l)
	v.losses, v.requoted = quoting.NewLosses(st, e), requoted(e, text)
	v.Lost = v.losses.All
	v.countNotes()
	v.explain(st, p, e, l)
	v.addWithin(e)
	return v, true
}

// SecondReading counts the sentences of considerations or of a summary, and those that somebody who did not write them has read against what they cite.
type SecondReading struct {
	// Kind is what the paper is: considerations, or summary.
	Kind string `json:"kind"`
	// Sentences is how many sentences the edition has.
	Sentences int `json:"sentences"`
	// Read is how many of them a second person has read against what they cite.
	Read int `json:"read"`
	// ReadIn is how many of them a second person has read in each language: a translation only where they said that they read it, as it stands now.
	ReadIn map[locale.Lang]int `json:"read_in"`
	// Final: they came out after their review; else they are preliminary.
	Final bool `json:"final,omitempty"`
	// Reviews are the calls at which they are reviewed; of a final edition, those at which the edition before it was.
	Reviews []Review `json:"reviews,omitempty"`
}

// Review is a call at which considerations were reviewed, and what was said there.
type Review struct {
	part.Call
	// Points is how many published points were made there, Answered how many of them have an answer.
	Points   int `json:"points"`
	Answered int `json:"answered"`
	// Days is for how many whole days the call took comments, or takes them.
	Days int `json:"days"`
}

// reviewed finds the calls at which considerations are reviewed, until the next edition came.
func (v *Paper) reviewed(st *conversation.Reading, e *paper.Edition, l locale.Lang) {
	v.SecondReading.Final = e.Final
	for _, k := range st.Consultation.Calls() {
		if k.Paper != e.Ref.Root() || k.Withdrawn != 0 || k.Edition != e.Ref && (!e.Final || e.Published.Before(k.Closes)) {
			continue
		}
		if takesOther(st, k.Ref) {
			continue
		}
		r := Review{Call: part.NewCall(st, k, l), Days: int(k.Lasted(time.Time{}) / consultation.Day)}
		_, r.Points = st.Consultation.Points(consultation.PointQuery{Call: k.Ref}, 0)
		_, open := st.Consultation.Points(consultation.PointQuery{Call: k.Ref, Open: true}, 0)
		r.Answered = r.Points - open
		v.SecondReading.Reviews = append(v.SecondReading.Reviews, r)
	}
}

// takesOther reports whether a call on a paper takes something else than comments on it: what is said in a session, replies, questions, or comments on
// an order of themes.
func takesOther(st *conversation.Reading, call cite.Ref) bool {
	_, heard := st.Sessions.ByCall(call)
	_, replies := st.Replies.Round(call)
	_, gathers := st.Formulation.Gathering(call)
	_, orders := st.Priorities.ByCall(call)
	return heard || replies || gathers || orders
}

// noted numbers what the sentences of considerations rest on.
func (v *Paper) noted(st *conversation.Reading, e *paper.Edition, l locale.Lang) {
	if !paper.Compiled(e.Kind) {
		return
	}
	v.Dossier = "/" + string(e.Ref) + "/dossier.zip"
	numbers := map[cite.Ref]int{}
	for i := range e.Elements {
		for _, c := range e.Elements[i].Cites {
			r := dossier.Called(st, e.At, c)
			if numbers[r] == 0 {
				n := note.New(st, r, l)
				n.N = len(v.Notes) + 1
				numbers[r] = n.N
				v.Notes = append(v.Notes, n)
			}
			if n := numbers[r]; !slices.Contains(v.Elements[i].Rests, n) {
				v.Elements[i].Rests = append(v.Elements[i].Rests, n)
			}
		}
	}
}

// secondReading counts the sentences of considerations.
func (v *Paper) secondReading(st *conversation.Reading, e *paper.Edition, l locale.Lang) {
	if !paper.Compiled(e.Kind) {
		return
	}
	v.SecondReading = &SecondReading{Kind: e.Kind, ReadIn: map[locale.Lang]int{}}
	v.reviewed(st, e, l)
	for i := range e.Elements {
		el := &e.Elements[i]
		if el.Kind != paper.Paragraph && el.Kind != paper.Question {
			continue
		}
		v.SecondReading.Sentences++
		marks := st.Papers.Marks(el)
		if len(marks) > 0 {
			v.SecondReading.Read++
		}
		for _, l := range locale.All {
			if el.Text.In[l] != "" && slices.ContainsFunc(marks, func(m paper.Mark) bool { return m.Of(el, l) }) {
				v.SecondReading.ReadIn[l]++
			}
		}
	}
}

// Unpublished is the page of an edition that is not out: it has lost nothing, and the compiler says what its sentences do not rest on.
func (v *Paper) Unpublished() *Paper {
	v.losses, v.Lost = &quoting.Losses{}, nil
	return v
}

// Losses are what is known of them before the words are read, for whoever looks up when that was.
func (v *Paper) Losses() []quoting.Lost { return v.losses.All }

// Losses are what is known of them before the words are read, for whoever looks up when that was.
func (v *ElementPage) Losses() []quoting.Lost { return v.losses.All }

// requoted are the sentences of considerations whose translation quotes in other words than the original.
func requoted(e *paper.Edition, l locale.Lang) map[cite.Ref]bool {
	out := map[cite.Ref]bool{}
	for i := range e.Elements {
		if t := e.Elements[i].Text; paper.Compiled(e.Kind) && l != t.Original && quote.Other(t.In[t.Original], t.In[l]) {
			out[e.Elements[i].Ref] = true
		}
	}
	return out
}

// countNotes numbers the footnotes through the edition.
func (v *Paper) countNotes() {
	first, second := 0, 0
	for i := range v.Elements {
		el := &v.Elements[i]
		el.NotesBefore, el.SecondBefore = first, second
		first, second = first+markup.Notes(el.Text.Text), second+markup.Notes(el.Second.Text)
	}
}

// marking is how the text of an element stands on the page: its footnotes are numbered through the edition.
func (v *Paper) marking(f *frame.Frame, e *part.Element, s frame.LocalizedText) frame.Marking {
	m := frame.Marking{ID: e.Through().ID(), First: e.NotesBefore, Back: f.T("paper.note_back"), Picture: func(name string) (frame.Picture, bool) {
		at := v.PicturesAt
		if at == "" {
			at = "/picture/" + string(v.Ref) + "/"
		}
		return pictureAt(f, v.Pictures, at, name)
	}}
	if s == e.Second {
		m.ID, m.First = m.ID+"-2", e.SecondBefore
	}
	return m
}

// pictureAt finds a picture of an edition by its name, and where it is: under an address of the conversation.
func pictureAt(f *frame.Frame, all []paper.Picture, at, name string) (frame.Picture, bool) {
	if i := slices.IndexFunc(all, func(p paper.Picture) bool { return p.Name == name }); i >= 0 {
		return part.PictureAt(f, at, all[i]), true
	}
	return frame.Picture{}, false
}

// addWithin adds to what was said on each issue what was said on its elements, which come after it. A contribution with
// parts on several of them counts once for each: the margin says how often the issue was answered.
func (v *Paper) addWithin(e *paper.Edition) {
	issue := -1
	for i := range e.Elements {
		if e.Elements[i].Kind == paper.Issue {
			issue = i
		} else if issue >= 0 && e.Within(e.Elements[i].Ref, e.Elements[issue].Ref) {
			v.Elements[issue].Contributions += v.Elements[i].Contributions
		}
	}
}

// callOn is the call that takes contributions on an edition now: one that is open, else none.
func callOn(st *conversation.Reading, e *paper.Edition, l locale.Lang) *part.Call {
	for _, k := range st.OpenCalls() {
		if k.Paper == e.Ref.Root() {
			c := part.NewCall(st, k, l)
			return &c
		}
	}
	return nil
}

// Issues lists the issues, for the outline.
func (v *Paper) Issues() []part.Element {
	var out []part.Element
	for _, e := range v.Elements {
		if e.Kind == paper.Issue {
			out = append(out, e)
		}
	}
	return out
}

// Title is the page's title.
func (v *Paper) Title(*frame.Frame) string { return v.Symbol + " " + v.Name.Text }

// ElementPage is one element with the contributions on it.
type ElementPage struct {
	part.Element
	Paper    part.PaperRow        `json:"paper"`
	Above    []part.Element       `json:"above"` // what holds it, the widest first
	Below    []part.Element       `json:"below"` // what it directly holds
	Editions []ElementIn          `json:"editions"`
	Voices   []*part.Contribution `json:"voices"`                  // equal words once
	Stands   []int                `json:"stands_for"`              // how many say each of them
	Answers  []ElementAnswer      `json:"answers,omitempty"`       // to what was said on it, the widest first
	Others   int                  `json:"other_answers,omitempty"` // that are not listed
	Waiting  int                  `json:"unanswered,omitempty"`
	Total    int                  `json:"total"`
	Call     *part.Call           `json:"call,omitempty"`
	Until    time.Time            `json:"-"`
	// Trail is the way to the element and on from it.
	Trail Trail `json:"trail"`
	// Ties are what it rests on, and what rests on it, counted.
	Ties ties.Of `json:"ties"`
	// Asked are the questions formulated together that it takes up, and what stands in it.
	Asked []Asked `json:"asked,omitempty"`
	// Lost says what the sentence rests on that is not there to be read any more.
	Lost   []quoting.Lost `json:"lost_sources,omitempty"`
	losses *quoting.Losses
	told   frame.LocalizedText // what most of the reasons of the answers are
}

// ElementAnswer is an answer to comments on an element.
type ElementAnswer struct {
	*part.Answer
	Here int `json:"points_here"`
}

// Bounds of an element's page.
const (
	elementVoices  = 30   // different texts
	elementRead    = 2000 // contributions looked at for them
	elementAnswers = 8
)

// ElementIn is the element as one edition has it.
type ElementIn struct {
	Ref    cite.Ref `json:"ref"`
	Symbol string   `json:"symbol"`
	Label  string   `json:"label"`
}

// NewElementPage builds the page.
func NewElementPage(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*ElementPage, bool) {
	e, ok := st.Papers.Edition(ref)
	x := ref.Element()
	if !ok || x == cite.None {
		return nil, false
	}
	if _, ok := e.Element(x); !ok {
		// Not in the newest edition: the newest that has it.
		p, _ := st.Papers.Paper(ref)
		for i := len(p.Editions) - 1; i >= 0 && !ok && ref.EditionNumber() == 0; i-- {
			if _, ok = p.Editions[i].Element(x); ok {
				e = p.Editions[i]
			}
		}
		if !ok {
			return nil, false
		}
	}
	v := &ElementPage{Element: part.NewElement(st, e, x, l), Trail: newTrail(st, e, x, l),
		Ties: ties.New(st, cite.Element(e.Ref, x.ElementNumber())), Asked: askedFor(st, e, x, l), Paper: part.NewPaperRow(e, l), Call: callOn(st, e, l),
		losses: quoting.LossesOf(st, e, x)}
	v.Lost = v.losses.All
	for up := e.Holder(x); up != cite.None; up = e.Holder(up) {
		v.Above = append([]part.Element{part.NewElement(st, e, up, l)}, v.Above...)
	}
	p, _ := st.Papers.Paper(ref)
	sources := p.SourcesIn(e.Ref.EditionNumber())
	if xs := sources[x]; xs != nil {
		v.Contributions, v.Countries = st.Consultation.CountsOn(xs...)
	}
	within := []cite.Ref{}
	for i := range e.Elements {
		r := e.Elements[i].Ref
		if e.Holder(r) == x {
			v.Below = append(v.Below, part.NewElement(st, e, r, l))
		}
		if e.Within(r, x) {
			within = append(append(within, r), sources[r]...) // what was said on what it goes on from, too
		}
	}
	for _, ed := range p.Editions {
		if _, ok := ed.Element(x); ok {
			v.Editions = append(v.Editions, ElementIn{cite.Element(ed.Ref, x.ElementNumber()), string(ed.Symbol), ed.Label(x)})
		}
	}
	rows, total := st.Consultation.List(consultation.Filter{Element: within}, elementRead)
	v.Total = total
	rows, v.Stands = st.Consultation.SameWords(rows, elementVoices)
	answers, open := st.Consultation.AnswersOn(0, within...)
	v.Waiting = open
	v.Others = max(0, len(answers)-elementAnswers)
	for _, s := range answers[:min(len(answers), elementAnswers)] {
		v.Answers = append(v.Answers, ElementAnswer{part.NewAnswer(st, s.Disposition, l), s.Parts})
	}
	for _, r := range rows {
		v.Voices = append(v.Voices, part.ContributionOf(st, r, l))
	}

	return v, true
}

// Need lists the words of the voices.
func (v *ElementPage) Need() []cite.Position {
	out := v.losses.Need()
	for _, c := range v.Voices {
		out = append(out, c.Need()...)
	}
	for _, a := range v.Answers {
		out = append(out, a.Need()...)
	}
	v.Trail.Change.Each(func(a *part.AnswerBrief) { out = append(out, a.Need()...) })
	for _, a := range v.Asked {
		for i := range a.Proposals {
			out = append(out, a.Proposals[i].Need()...)
		}
	}
	return out
}

// Fill gives them.
func (v *ElementPage) Fill(words map[cite.Position]cite.Words) {
	v.Lost = v.losses.Fill(words)
	for _, c := range v.Voices {
		c.Fill(words)
	}
	var reasons []*frame.LocalizedText
	for _, a := range v.Answers {
		a.Fill(words)
		reasons = append(reasons, &a.Reason)
	}
	v.told = frame.Mostly(reasons)
	v.Trail.Change.Each(func(a *part.AnswerBrief) { a.Fill(words) })
	for _, a := range v.Asked {
		for i := range a.Proposals {
			a.Proposals[i].Fill(words)
		}
	}
}

// Title is the page's title.
func (v *ElementPage) Title(f *frame.Frame) string {
	return f.T("kind."+v.Kind) + " " + v.Label + ": " + frame.Shorten(v.Text.Text, 60)
}
