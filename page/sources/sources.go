// Package sources makes the page on which a second person reads each sentence of considerations beside what it cites, says whether this bears
// it out, and sees what else stands in the way of publishing.
package sources

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/compiler"
	"github.com/openplenary/plenary/conversation/quoting"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/priority"
	"github.com/openplenary/plenary/quote"
	"github.com/openplenary/plenary/refusal"
)

// List is the list of the considerations that are being drafted.
type List struct {
	Drafts []Draft `json:"drafts"`
	// Lost are the published sentences that rest on something which is not there to be read any more.
	Lost   []LostRow `json:"lost,omitempty"`
	losses []lostOf
	// Officer says that the reader may begin a draft.
	Officer bool `json:"-"`
}

// LostRow is a published sentence, with why it is listed.
type LostRow struct {
	part.PassageRow
	Why string `json:"why"`
}

// lostOf are what the sentences of an edition have lost.
type lostOf struct {
	rows   map[cite.Ref]part.PassageRow
	losses *quoting.Losses
}

// NewList lists drafts, and the published sentences that rest on something which is gone.
func NewList(st *conversation.Reading, drafts []Drafted, l locale.Lang) *List {
	v := &List{}
	for _, d := range drafts {
		v.Drafts = append(v.Drafts, NewDraft(st, d))
	}
	for _, p := range st.Papers.All() {
		e := p.Latest()
		x := lostOf{map[cite.Ref]part.PassageRow{}, quoting.NewLosses(st, e)}
		for i := range e.Elements {
			if paper.Compiled(e.Kind) {
				r := e.Elements[i].Ref
				x.rows[r] = part.NewPassageRow(st, cite.Element(e.Ref, r.ElementNumber()), l)
			}
		}
		v.losses = append(v.losses, x)
	}
	v.lost()
	return v
}

// lost lists what is known to be lost.
func (v *List) lost() {
	v.Lost = nil
	for _, x := range v.losses {
		for _, l := range x.losses.All {
			v.Lost = append(v.Lost, LostRow{x.rows[l.Element], l.Why})
		}
	}
}

// Need lists the words that tell what is lost.
func (v *List) Need() (out []cite.Position) {
	for _, x := range v.losses {
		out = append(out, x.losses.Need()...)
	}
	return out
}

// Fill gives them.
func (v *List) Fill(words map[cite.Position]cite.Words) {
	for _, x := range v.losses {
		x.losses.Fill(words)
	}
	v.lost()
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
	// Asked is when a second reader was last asked for, zero for never.
	Asked time.Time `json:"asked,omitzero"`
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
	ID     string              `json:"id"`
	Number string              `json:"number,omitempty"`
	Text   frame.LocalizedText `json:"text"`
	Seal   paper.Seal          `json:"seal"`
	// Translations are what a second reader may compare as well.
	Translations []Translation `json:"translations,omitempty"`
	Sources      []*Source     `json:"sources"`
	Wrong        []Finding     `json:"wrong,omitempty"`
	Marks        []Mark        `json:"marks,omitempty"`
	// Own says that the reader wrote it, and is no second reader of it.
	Own bool `json:"own,omitempty"`
	// Said is what the reader said of it, "" for nothing.
	Said string `json:"said,omitempty"`
	// Stale counts what second readers said of it when it had other words or other sources.
	Stale int `json:"stale,omitempty"`
	// Search is what may be put to it, where the reader looks for that.
	Search *Search `json:"-"`
	// Typed are words that were to be quoted, where that was refused.
	Typed *Typed `json:"-"`
	Passage
}

// Translation is a translation of a sentence.
type Translation struct {
	Text frame.LocalizedText `json:"text"`
	Seal paper.Seal          `json:"seal"`
	// Read says that the reader said that they read it, as it stands now.
	Read bool `json:"read,omitempty"`
}

// Mark is what somebody said of a sentence.
type Mark struct {
	Verdict string    `json:"verdict"`
	At      time.Time `json:"at"`
	// In are the languages in which they read it, as it stands now, the original first.
	In []locale.Lang `json:"in"`
}

// Source is something that a sentence cites, with its words.
type Source struct {
	Ref     cite.Ref              `json:"ref"`
	Point   *part.PointCard       `json:"point,omitempty"`
	Passage *part.PassageRow      `json:"passage,omitempty"`
	Answer  *part.AnswerBrief     `json:"answer,omitempty"`
	Theme   frame.LocalizedText   `json:"theme,omitzero"` // of an order, or a question that was formulated together
	Texts   []frame.LocalizedText `json:"texts,omitempty"`
	// Quoted are the words that it cites, where it cites a range of bytes.
	Quoted frame.LocalizedText `json:"quoted,omitzero"`
	reason consultation.Reason
	lang   locale.Lang
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
	// Passages are those of the draft, in the order of the elements that would be published.
	Passages []Passage
	Asked    time.Time
}

// Passage is what the draft knows of an element, and no edition does.
type Passage struct {
	ID     int        `json:"-"` // its number in the draft
	Seen   string     `json:"-"` // the mark of its words
	Sealed paper.Seal `json:"-"` // under which it was marked, where it says something else now
}

// New builds the page of a draft, with what the compiler found.
func New(st *conversation.Reading, d Drafted, found []compiler.Finding, who Reader, l locale.Lang) *Page {
	c := d.Publish
	v := &Page{Draft: NewDraft(st, d), Wrong: d.Wrong, InTheWay: len(found) + len(d.Wrong), Officer: who.Officer, Asked: d.Asked}
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
		if i < len(d.Passages) {
			s.Passage = d.Passages[i]
		}
		was := s.Sealed
		if was == "" {
			was = s.Seal // where a source was changed, it is of the same seal
		}
		if len(s.Marks) == 0 {
			s.Stale = len(slices.DeleteFunc(st.Papers.Marked(was), func(m paper.Mark) bool { return slices.Contains(el.Wrote, m.By) && was == s.Seal }))
		}
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
		if (el.Kind == paper.Paragraph || el.Kind == paper.Question) && len(st.Papers.Marks(el)) == 0 {
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
	seals := el.TranslationSeals()
	for _, l := range locale.All {
		if seal := seals[l]; seal != "" {
			s.Translations = append(s.Translations, Translation{Text: frame.LocalizedText{Text: el.Text.In[l], Lang: l}, Seal: seal})
		}
	}
	for _, m := range st.Papers.Marks(el) {
		s.marked(el, m, slices.Contains(who.As, m.By))
	}
	return s
}

// marked notes what somebody said of it, and whether that is the reader.
func (s *Sentence) marked(el *paper.Element, m paper.Mark, mine bool) {
	k := Mark{m.Verdict, m.At, []locale.Lang{el.Text.Original}}
	for i := range s.Translations {
		t := &s.Translations[i]
		if m.Of(el, t.Text.Lang) {
			k.In = append(k.In, t.Text.Lang)
			t.Read = t.Read || mine
		}
	}
	s.Marks = append(s.Marks, k)
	if mine {
		s.Said = m.Verdict
	}
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
		if e, ok := st.Papers.Edition(r); ok {
			if el, ok := e.Element(r.Element()); ok {
				v.quoted(el.Text.In[locale.Lang(langOf(r))], locale.Lang(langOf(r)))
			}
		}
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
	case 'o':
		if o, ok := st.Priorities.Order(r); ok {
			v.Theme = themeName(st, o, r.ThemeNumber(), l)
		}
	}
	return v
}

// langOf is the language that a reference to a text names: "fr" of "p1.e2.x3.fr[1:2]".
func langOf(r cite.Ref) string {
	head, _, _ := strings.Cut(string(r), "[")
	return head[strings.LastIndexByte(head, '.')+1:]
}

// quoted takes the words that a reference with a range names out of the text as the reader may read it.
func (v *Source) quoted(text string, l locale.Lang) {
	if at, ok := v.Ref.Span(); ok && !strings.Contains(text, cite.Bar) {
		if words, ok := quote.Cut(text, at); ok {
			v.Quoted = frame.LocalizedText{Text: words, Lang: l}
		}
	}
}

// themeName is how a theme of an order is called: in the secretariat's own words, else as what it names.
func themeName(st *conversation.Reading, o *priority.Order, n int, l locale.Lang) frame.LocalizedText {
	t, ok := o.Theme(n)
	if !ok || !t.Title.Empty() || len(t.Names) == 0 {
		return frame.Localize(t.Title, l)
	}
	return part.NewPassageRow(st, t.Names[0], l).Text
}

// Title is the page's title.
func (v *Page) Title(f *frame.Frame) string { return f.T("sources.title") }

// Need lists the words that are wanted: those of every source.
func (v *Page) Need() (out []cite.Position) {
	for _, s := range v.Sentences {
		for _, x := range s.Sources {
			out = append(out, x.need()...)
		}
	}
	return out
}

// need lists the words that are wanted of a source.
func (v *Source) need() (out []cite.Position) {
	if v.Point != nil {
		out = append(out, v.Point.Need()...)
	}
	if v.Answer != nil {
		out = append(append(out, v.Answer.Need()...), v.reason.At)
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
		v.quoted(v.Point.Part.Text, v.Point.Part.Language)
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

// look is the address at which sources of a sentence are looked for.
func (s *Sentence) look(f *frame.Frame, v *Page) templ.SafeURL {
	return templ.SafeURL(string(f.In("/desk/sources/"+v.Key)) + "?for=" + strconv.Itoa(s.Passage.ID) + "#" + s.ID)
}

// typed are words of a source that were to be quoted, where that was refused.
func (s *Sentence) typed(x *Source) string {
	if s.Typed != nil && s.Typed.Ref == x.Ref {
		return s.Typed.Words
	}
	return ""
}

// Typed are words that somebody wanted to quote of a source.
type Typed struct {
	Ref   cite.Ref
	Words string
}

// at is where the source is read: a range of bytes has no page of its own.
func (v *Source) at() cite.Ref {
	head, _, _ := strings.Cut(string(v.Ref), "[")
	return cite.Ref(head)
}

// quotable reports whether words of it can be cited by where they stand.
func (v *Source) quotable() bool {
	return v.Point != nil && v.Point.Part.Text != "" || v.Passage != nil && v.Passage.Text.Text != ""
}

// wordless reports whether its words cannot be read here. A point that takes a stance and says nothing has none.
func (v *Source) wordless() bool {
	return len(v.Texts) == 0 && v.Theme.Text == "" && (v.Point == nil || v.Point.Part.Stance == "")
}
