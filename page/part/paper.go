package part

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

// ConversationRow is one conversation of the list.
type ConversationRow struct {
	Slug          string              `json:"slug"`
	Name          frame.LocalizedText `json:"title"`
	Lead          frame.LocalizedText `json:"lead"`
	Open          int                 `json:"open_calls"`
	Published     int                 `json:"published"`
	Demonstration bool                `json:"demonstration,omitempty"`
	Convened      time.Time           `json:"convened"`
}

// NewConversationRow describes one conversation.
func NewConversationRow(st *conversation.Reading, l locale.Lang) ConversationRow {
	t, in := st.Title.For(l)
	lead, lin := st.Lead.For(l)
	return ConversationRow{Slug: st.Slug, Name: frame.LocalizedText{Text: t, Lang: in}, Lead: frame.LocalizedText{Text: lead, Lang: lin},
		Open: len(st.OpenCalls()), Published: st.Consultation.Total().Published, Demonstration: st.Demonstration, Convened: st.Convened}
}

// PaperRow is one edition of a paper in a list.
type PaperRow struct {
	Ref       cite.Ref            `json:"ref"`
	Symbol    string              `json:"symbol"`
	Name      frame.LocalizedText `json:"title"`
	Date      string              `json:"date"`
	Issues    int                 `json:"issues"`
	Languages []locale.Lang       `json:"languages"`
	Source    string              `json:"source,omitempty"`
}

// Call is a call for comments.
type Call struct {
	Ref        cite.Ref            `json:"ref"`
	Name       frame.LocalizedText `json:"title"`
	Text       frame.LocalizedText `json:"text,omitzero"`
	Paper      cite.Ref            `json:"paper"`
	Edition    cite.Ref            `json:"edition"`
	Symbol     string              `json:"symbol"`
	Opens      time.Time           `json:"opens"`
	Closes     time.Time           `json:"closes"`
	Zone       string              `json:"zone"`
	State      string              `json:"state"` // planned, open, closed, withdrawn
	Late       string              `json:"late"`
	Moderation string              `json:"moderation"`
	Who        string              `json:"who"`               // may answer
	Terms      frame.LocalizedText `json:"terms,omitzero"`    // of publication, the call's own
	Stopped    bool                `json:"stopped,omitempty"` // closed before the deadline that was announced
	Extended   int                 `json:"extended,omitempty"`
	Gathers    bool                `json:"gathers_questions,omitempty"` // whoever answers proposes questions
	Order      cite.Ref            `json:"order,omitempty"`             // of themes, on whose proposal comments are taken
	RepliesTo  cite.Ref            `json:"replies_to,omitempty"`        // the call whose points are replied to
	MayReply   string              `json:"may_reply,omitempty"`         // who may, where it takes replies: took_part or all
	Tally      consultation.Tally  `json:"tally"`
}

// NewCall describes a call as it stands now.
func NewCall(st *conversation.Reading, k consultation.Call, l locale.Lang) Call {
	text := func(name string) frame.LocalizedText {
		t, _ := life.Text(&k, name)
		return frame.LocalizeAs(t, l, k.Marks.Standing(name, t, l))
	}
	v := Call{Ref: k.Ref, Name: text(life.TitleText), Text: text(life.BodyText), Paper: k.Paper, Edition: k.Edition, Opens: k.Opens,
		Closes: k.Closes, Zone: k.Zone, Late: k.Late, Moderation: k.Moderation, Who: k.Who, Terms: text(life.TermsText),
		Extended: k.Extended, Tally: st.Consultation.Tally(k.Ref), State: "planned"}
	if e, ok := st.Papers.Edition(k.Edition); ok {
		v.Symbol = string(e.Symbol)
	}
	_, v.Gathers = st.Formulation.Gathering(k.Ref)
	if o, ok := st.Priorities.ByCall(k.Ref); ok {
		v.Order = o.Ref
	}
	if r, ok := st.Replies.Round(k.Ref); ok {
		v.RepliesTo, v.MayReply = r.Of, r.Who
	}
	switch {
	case k.OpenAt(st.Now):
		v.State = "open"
	case k.Withdrawn != 0:
		v.State = "withdrawn"
	case !st.Now.Before(k.Closes):
		v.State = "closed"
		_, v.Stopped = k.Cut()
	}
	return v
}

// Takes reports whether the call takes contributions now: open, or closed but keeping late ones.
func (c Call) Takes() bool {
	return c.State == "open" || c.State == "closed" && c.Late == consultation.LateKept
}

// Over reports whether nothing can be sent to the call any more.
func (c Call) Over() bool { return c.State != "planned" && !c.Takes() }

// NewPaperRow describes an edition.
func NewPaperRow(e *paper.Edition, l locale.Lang) PaperRow {
	return PaperRow{Ref: e.Ref, Symbol: string(e.Symbol), Name: frame.Localize(e.Title, l), Date: e.Date, Issues: e.Issues(), Languages: e.Languages(), Source: e.Source}
}

// Numbered is a number before a text, nothing where there is none.
func Numbered(number string) string {
	if number == "" {
		return ""
	}
	return number + ". "
}

// IssueHeading is the heading of an issue, in the language of its title: with its number where it has one.
func IssueHeading(l locale.Lang, number, title string) string {
	if number == "" {
		return title
	}
	return l.T("paper.issue_heading", "number", number, "title", title)
}

// Element is one element of an edition with what was said on it.
type Element struct {
	Ref           cite.Ref            `json:"ref"` // in this edition: p1.e1.x4
	Kind          string              `json:"kind"`
	Number        string              `json:"number,omitempty"`
	Label         string              `json:"label,omitempty"`
	Text          frame.LocalizedText `json:"text"`
	Second        frame.LocalizedText `json:"second,omitzero"` // the same in a second language, side by side
	Subjects      []string            `json:"subjects,omitempty"`
	Stance        bool                `json:"stance_asked,omitempty"`
	Contributions int                 `json:"contributions"`
	Countries     int                 `json:"countries"`
	Change        *Change             `json:"change,omitempty"` // what this edition made of it, and why
	// NotesBefore is how many footnotes the edition has before those of the text: they are numbered through the edition.
	NotesBefore int `json:"notes_before,omitempty"`
	// Rests are the numbers of the notes that name what it rests on.
	Rests []int `json:"rests_on,omitempty"`
	// SecondBefore is the same for the text in the second language.
	SecondBefore int `json:"-"`
}

// Through is the element's reference through time.
func (e Element) Through() cite.Ref { return e.Ref.Element() }

// NewElement describes an element of an edition with the counts of what was said on it.
func NewElement(st *conversation.Reading, e *paper.Edition, x cite.Ref, l locale.Lang) Element {
	el, _ := e.Element(x)
	v := st.Consultation.OnElement(x)
	return Element{Ref: cite.Element(e.Ref, x.ElementNumber()), Kind: el.Kind, Number: el.Number, Label: e.Label(x), Text: ElementText(st, e, x, l), Subjects: el.Subjects, Stance: el.Stance,
		Contributions: v.Contributions, Countries: v.Countries()}
}

// PassageText is the text of a passage of an edition for a reader of a language, with what it is.
func PassageText(st *conversation.Reading, e *paper.Edition, x paper.Passage, l locale.Lang) frame.LocalizedText {
	t, _ := e.Passage(x)
	p, ok := st.Papers.Paper(e.Ref)
	if !ok {
		return frame.Localize(t, l)
	}
	return frame.LocalizeAs(t, l, p.Standing(e.Ref.EditionNumber(), x, l))
}

// ElementText is the text of an element of an edition for a reader of a language, with what it is.
func ElementText(st *conversation.Reading, e *paper.Edition, x cite.Ref, l locale.Lang) frame.LocalizedText {
	return PassageText(st, e, paper.PassageOf(x), l)
}

// Asked is the kind of element that the whole form of a call asks about: questions, and paragraphs where an edition has
// no questions.
func Asked(e *paper.Edition) string {
	if slices.ContainsFunc(e.Elements, func(el paper.Element) bool { return el.Kind == paper.Question }) {
		return paper.Question
	}
	return paper.Paragraph
}

// HasForm reports whether a call has a whole form: questions of its own, or something of its paper to answer; none
// where it gathers questions or takes replies.
func HasForm(st *conversation.Reading, k *Call) bool {
	if k.Gathers || k.RepliesTo != cite.None {
		return false
	}
	if _, ok := st.Consultation.Questions(k.Ref); ok {
		return true
	}
	p, ok := st.Papers.Paper(k.Paper)
	return ok && slices.ContainsFunc(p.Latest().Elements, func(el paper.Element) bool { return el.Kind == Asked(p.Latest()) })
}
