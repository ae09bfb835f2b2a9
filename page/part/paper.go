package part

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
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
	State      string              `json:"state"` // planned, open, closed
	Late       string              `json:"late"`
	Moderation string              `json:"moderation"`
	Extended   int                 `json:"extended,omitempty"`
	Tally      consultation.Tally  `json:"tally"`
}

// NewCall describes a call as it stands now.
func NewCall(st *conversation.Reading, k consultation.Call, l locale.Lang) Call {
	v := Call{Ref: k.Ref, Name: frame.Localize(k.Title, l), Text: frame.Localize(k.Text, l), Paper: k.Paper, Edition: k.Edition, Opens: k.Opens,
		Closes: k.Closes, Zone: k.Zone, Late: k.Late, Moderation: k.Moderation,
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
	Second        frame.LocalizedText `json:"second,omitzero"`       // the same in a second language, side by side
	Translated    string              `json:"translation,omitempty"` // missing or older, where the text is no translation of the original as it now stands
	Subjects      []string            `json:"subjects,omitempty"`
	Stance        bool                `json:"stance_asked,omitempty"`
	Contributions int                 `json:"contributions"`
	Countries     int                 `json:"countries"`
	Change        *Change             `json:"change,omitempty"` // what this edition made of it, and why
}

// Through is the element's reference through time.
func (e Element) Through() cite.Ref { return e.Ref.Element() }

// NewElement describes an element of an edition with the counts of what was said on it.
func NewElement(st *conversation.Reading, e *paper.Edition, x cite.Ref, l locale.Lang) Element {
	el, _ := e.Element(x)
	v := st.Consultation.OnElement(x)
	return Element{Ref: cite.Element(e.Ref, x.ElementNumber()), Kind: el.Kind, Number: el.Number, Label: e.Label(x), Text: frame.Localize(el.Text, l), Subjects: el.Subjects, Stance: el.Stance,
		Contributions: v.Contributions, Countries: v.Countries()}
}
