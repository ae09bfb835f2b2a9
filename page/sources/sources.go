// Package sources makes the page on which a second person reads each sentence of considerations beside what it cites, says whether this bears
// it out, and sees what else stands in the way of publishing.
package sources

import (
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// List is the list of the considerations that are being drafted.
type List struct {
	frame.NoWords
	Drafts []Draft `json:"drafts"`
}

// Draft is one of them.
type Draft struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	// Symbol is its document symbol, "" while it has none.
	Symbol string `json:"symbol,omitempty"`
	// Unread counts the sentences that nobody but those who wrote them has read against their sources.
	Unread int `json:"unread"`
}

// Title is the page's title.
func (v *List) Title(f *frame.Frame) string { return f.T("sources.title") }

// Page is a draft of considerations, sentence by sentence.
type Page struct {
	Draft
	// InTheWay counts what stands in the way of publishing.
	InTheWay int `json:"in_the_way"`
	// Wrong is what is wrong with the draft before its sentences can be looked at.
	Wrong     []*refusal.Refusal `json:"-"`
	Whole     []Finding          `json:"whole,omitempty"`
	Sentences []*Sentence        `json:"sentences"`
	// Terms are the words by which a sentence says how many, in the language of the original, with what each asks for.
	Terms []Term `json:"terms"`
	// Officer says that the reader may open the draft itself.
	Officer bool `json:"-"`
}

// Term is a word by which a sentence says how many.
type Term struct {
	Quantity string   `json:"quantity"`
	Words    []string `json:"words"`
}

// Finding is one thing that stands in the way of publishing.
type Finding struct {
	*refusal.Refusal
	// Ref is what it is about, where that can be opened.
	Ref cite.Ref `json:"ref,omitempty"`
}

// Sentence is one sentence with what it cites.
type Sentence struct {
	ID      string              `json:"id"`
	Number  string              `json:"number,omitempty"`
	Text    frame.LocalizedText `json:"text"`
	Seal    paper.Seal          `json:"seal"`
	Sources []*Source           `json:"sources"`
	Wrong   []Finding           `json:"wrong,omitempty"`
	Marks   []Mark              `json:"marks,omitempty"`
	// Own says that the reader wrote it, and is no second reader of it.
	Own bool `json:"own,omitempty"`
	// Said is what the reader said of it, "" for nothing.
	Said string `json:"said,omitempty"`
}

// Mark is what somebody said of a sentence.
type Mark struct {
	Verdict string    `json:"verdict"`
	At      time.Time `json:"at"`
}

// Source is something that a sentence cites, with its words.
type Source struct {
	Ref     cite.Ref              `json:"ref"`
	Point   *part.PointCard       `json:"point,omitempty"`
	Passage *part.PassageRow      `json:"passage,omitempty"`
	Answer  *part.AnswerBrief     `json:"answer,omitempty"`
	Texts   []frame.LocalizedText `json:"texts,omitempty"`
	reason  consultation.Reason
	lang    locale.Lang
}

// Reader is who reads the page.
type Reader struct {
	As      []string // the participants they are
	Officer bool
}

// Drafted is a draft of considerations: what would be published, and what is wrong with that already.
type Drafted struct {
	Key     string
	Publish paper.Publish
	Wrong   []*refusal.Refusal
}

// New builds the page of a draft, with what the compiler found.
func New(st *conversation.Reading, d Drafted, found []compiler.Finding, who Reader, l locale.Lang) *Page {
	c := d.Publish
	v := &Page{Draft: NewDraft(st, d), Wrong: d.Wrong, InTheWay: len(found) + len(d.Wrong), Officer: who.Officer}
	for _, q := range compiler.Quantities {
		v.Terms = append(v.Terms, Term{q.String(), compiler.Terms(c.Title.Original, q)})
	}
	of := map[int]*Sentence{}
	for i := range c.Elements {
		el := &c.Elements[i]
		if el.Kind != paper.Paragraph && el.Kind != paper.Question {
			continue
		}
		s := newSentence(st, el, i, who, l)
		of[i] = s
		v.Sentences = append(v.Sentences, s)
	}
	for _, x := range found {
		y := Finding{Refusal: x.Refusal, Ref: refOf(x.Refusal)}
		if s := of[x.Element]; s != nil {
			s.Wrong = append(s.Wrong, y)
		} else {
			v.Whole = append(v.Whole, y)
		}
	}
	return v
}

// refOf is what a finding is about, where that can be opened.
func refOf(r *refusal.Refusal) cite.Ref {
	for i := 0; i+1 < len(r.Args); i += 2 {
		if s, ok := r.Args[i+1].(string); ok && r.Args[i] == "ref" {
			return cite.Ref(s)
		}
	}
	return cite.None
}

// NewDraft is a draft in the list.
func NewDraft(st *conversation.Reading, x Drafted) Draft {
	c := x.Publish
	d := Draft{Key: x.Key, Title: c.Title.In[c.Title.Original], Symbol: c.Symbol}
	for i := range c.Elements {
		el := &c.Elements[i]
		if (el.Kind == paper.Paragraph || el.Kind == paper.Question) && len(st.Papers.Marks(el.Seal(), el.Wrote)) == 0 {
			d.Unread++
		}
	}
	return d
}

func newSentence(st *conversation.Reading, el *paper.Element, i int, who Reader, l locale.Lang) *Sentence {
	s := &Sentence{ID: "s" + strconv.Itoa(i+1), Number: el.Number, Text: frame.LocalizedText{Text: el.Text.In[el.Text.Original], Lang: el.Text.Original}, Seal: el.Seal()}
	for _, r := range el.Cites {
		s.Sources = append(s.Sources, newSource(st, r, l))
	}
	s.Own = slices.ContainsFunc(who.As, func(me string) bool { return slices.Contains(el.Wrote, me) })
	for _, m := range st.Papers.Marks(s.Seal, el.Wrote) {
		s.Marks = append(s.Marks, Mark{m.Verdict, m.At})
		if slices.Contains(who.As, m.By) {
			s.Said = m.Verdict
		}
	}
	return s
}

func newSource(st *conversation.Reading, r cite.Ref, l locale.Lang) *Source {
	v := &Source{Ref: r}
	switch r.Kind() {
	case 'c':
		if p, ok := part.NewPointCard(st, r, l); ok {
			v.Point = &p
		}
	case 'p':
		p := part.NewPassageRow(st, r, l)
		v.Passage = &p
		if p.Text.Text != "" {
			v.Texts = []frame.LocalizedText{p.Text}
		}
	case 'd':
		if d, ok := st.Consultation.Disposition(r); ok {
			b := part.BriefOf(d, d.Current, l)
			v.Answer, v.lang = &b, d.Original
			if reason, ok := d.Reasons[l]; ok {
				v.reason, v.lang = reason, l
			} else {
				v.reason = d.Reasons[d.Original]
			}
		}
	}
	return v
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string { return f.T("sources.title") }

// Need lists the words that are wanted: those of every source.
func (v *Page) Need() (out []cite.Position) {
	for _, s := range v.Sentences {
		for _, x := range s.Sources {
			if x.Point != nil {
				out = append(out, x.Point.Need()...)
			}
			if x.Answer != nil {
				out = append(append(out, x.Answer.Need()...), x.reason.At)
			}
		}
	}
	return out
}

// Fill gives the words.
func (v *Page) Fill(words map[cite.Position]cite.Words) {
	for _, s := range v.Sentences {
		for _, x := range s.Sources {
			x.fill(words)
		}
	}
}

func (v *Source) fill(words map[cite.Position]cite.Words) {
	switch {
	case v.Point != nil:
		v.Point.Fill(words)
		for _, text := range []string{v.Point.Part.Text, v.Point.Part.Wording} {
			if text != "" {
				v.Texts = append(v.Texts, frame.LocalizedText{Text: text, Lang: v.Point.Part.Language})
			}
		}
	case v.Answer != nil:
		v.Answer.Fill(words)
		if text := words[v.reason.At][v.reason.Key]; text != "" {
			v.Texts = append(v.Texts, frame.LocalizedText{Text: text, Lang: v.lang})
		}
	}
}

// pressed says whether a button is what the reader said.
func pressed(s *Sentence, verdict string) string { return strconv.FormatBool(s.Said == verdict) }
