package desk

import (
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// CallForm announces a call, or extends one.
type CallForm struct {
	frame.NoWords
	Extends *part.Call      `json:"extends,omitempty"`
	Form    CallWriting     `json:"form"`
	Texts   []frame.Tongues `json:"-"` // what the call says, a field for each language
	Langs   []locale.Lang   `json:"-"` // of the conversation
	Papers  []frame.Choice  `json:"-"`
	Zones   []frame.Choice  `json:"-"`
}

// CallWriting is what stands in the form beside the texts.
type CallWriting struct {
	Paper      string `json:"paper"`
	OpensDate  string `json:"opens_date"`
	OpensTime  string `json:"opens_time"`
	ClosesDate string `json:"closes_date"`
	ClosesTime string `json:"closes_time"`
	Zone       string `json:"zone"`
	Late       string `json:"late"`
	Moderation string `json:"moderation"`
	Who        string `json:"who"`
	Reason     string `json:"reason"`
}

// callTexts are the fields of what a call says.
func callTexts(st *conversation.Reading, k consultation.Call) []frame.Tongues {
	var out []frame.Tongues
	for _, x := range []struct {
		name string
		text locale.Text
	}{{"title", k.Title}, {"text", k.Text}, {"terms", k.Terms}} {
		out = append(out, frame.NewTongues(x.name, Begun(x.text, st.Title.Original), st.Languages, func(l locale.Lang) bool { return k.Marks.Older(x.name, l) }))
	}
	return out
}

// NewCallForm builds the page that announces a call: it opens now, unless somebody says otherwise.
func NewCallForm(st *conversation.Reading, l locale.Lang) *CallForm {
	here := frame.InZone(st.Now, frame.ZoneOrUTC(st.Zone))
	v := &CallForm{Langs: st.Languages, Zones: zoneChoices(l, st.Zone), Texts: callTexts(st, consultation.Call{})}
	v.Form = CallWriting{OpensDate: here.Format(time.DateOnly), OpensTime: here.Format("15:04"),
		ClosesTime: "23:59", Zone: frame.ZoneOrUTC(st.Zone), Late: consultation.LateKept, Moderation: consultation.ModerateBefore, Who: consultation.Everybody}
	for _, p := range slices.Backward(st.Papers.All()) {
		e := p.Latest()
		v.Papers = append(v.Papers, frame.Choice{ID: string(p.Ref), Name: string(e.Symbol) + ", " + frame.Localize(e.Title, l).Text})
	}
	if len(v.Papers) == 1 {
		v.Form.Paper = v.Papers[0].ID
	}
	return v
}

// About begins the form with the paper that the call is about, and with who may answer it.
func (v *CallForm) About(paper cite.Ref, who string) {
	if slices.ContainsFunc(v.Papers, func(c frame.Choice) bool { return c.ID == string(paper) }) {
		v.Form.Paper = string(paper)
	}
	if slices.Contains(consultation.WhoMayAnswer, who) {
		v.Form.Who = who
	}
}

// announcedEnd is when a call closes, or, where it was closed before its time, when it would have.
func announcedEnd(k *consultation.Call) time.Time {
	for i := len(k.Turns) - 1; i >= 0; i-- {
		if t := k.Turns[i]; !t.Was.IsZero() {
			if t.Was.After(k.Closes) {
				return t.Was
			}
			break
		}
	}
	return k.Closes
}

// NewCallExtension builds the page that gives a call a later deadline.
func NewCallExtension(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*CallForm, bool) {
	k, ok := st.Consultation.Call(ref)
	if !ok {
		return nil, false
	}
	c := part.NewCall(st, k, l)
	here := frame.InZone(announcedEnd(&k), k.Zone)
	return &CallForm{Extends: &c, Form: CallWriting{ClosesDate: here.Format(time.DateOnly), ClosesTime: here.Format("15:04"), Zone: k.Zone}}, true
}

// Title is the page's title.
func (v *CallForm) Title(f *frame.Frame) string {
	if v.Extends != nil {
		return f.T("desk.extend.title")
	}
	return f.T("desk.call.title")
}

// CallDesk is the page on which a call is put right, given documents, put on the first page, closed and withdrawn.
type CallDesk struct {
	part.Call
	Texts     []frame.Tongues // what it says
	Form      CallWriting     // the rules as they are, or as they were typed
	Was       CallWriting     // the rules as they are
	Planned   bool            // it has not opened
	Open      bool
	Withdrawn bool
	Turns     []part.Turn
	Lacks     Lacks      // its texts and questions that lack a language
	Hints     part.Hints // about its questions, while they can be changed
	Documents []part.CallDocument
	Document  frame.Tongues // the title of one to add
	Source    string        // its address
	First     bool          // the box on the first page asks this call
	On        string        // the passage that it asks about, "" for the one with the most contributions
	Places    []frame.Choice
	Reasons   map[string]string // as they were typed, by the name of the field
	// NewToken makes the token of one of the page's forms.
	NewToken func() string
}

// placeWords is how much of a passage stands in the list of those that can be asked about, in characters.
const placeWords = 60

// NewCallDesk builds the page.
func NewCallDesk(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*CallDesk, bool) {
	k, ok := st.Consultation.Call(ref)
	if !ok {
		return nil, false
	}
	opens, closes := frame.InZone(k.Opens, k.Zone), frame.InZone(k.Closes, k.Zone)
	v := &CallDesk{Call: part.NewCall(st, k, l), Texts: callTexts(st, k), Planned: st.Now.Before(k.Opens), Open: k.OpenAt(st.Now), Withdrawn: k.Withdrawn != 0, Turns: part.NewTurns(k),
		Documents: part.NewCallDocuments(k, l), Document: frame.NewTongues("document", locale.Text{Original: st.Title.Original}, st.Languages, nil),
		First: st.First.Call == ref, Reasons: map[string]string{}, Lacks: callLacks(st, k), Hints: part.CallHints(st, ref)}
	v.Was = CallWriting{Paper: string(k.Paper), OpensDate: opens.Format(time.DateOnly), OpensTime: opens.Format("15:04"), ClosesDate: closes.Format(time.DateOnly), ClosesTime: closes.Format("15:04"),
		Zone: k.Zone, Late: k.Late, Moderation: k.Moderation, Who: k.Who}
	v.Form = v.Was
	if v.First && st.First.On != cite.None {
		v.On = string(st.First.On.Element())
	}
	if e, ok := st.Papers.Edition(k.Paper); ok {
		for i := range e.Elements {
			if x := &e.Elements[i]; x.Kind == paper.Paragraph || x.Kind == paper.Question {
				el := part.NewElement(st, e, x.Ref, l)
				v.Places = append(v.Places, frame.Choice{ID: string(x.Ref.Element()), Name: strings.TrimSpace(el.Label + " " + shortened(el.Text.Text, placeWords))})
			}
		}
	}
	return v, true
}

// shortened is the beginning of a text, whole where it fits.
func shortened(s string, most int) string {
	r := []rune(locale.OneLine(s))
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimSpace(string(r[:most])) + " …"
}

// Need lists where the reasons stand.
func (v *CallDesk) Need() (out []cite.Position) {
	for i := range v.Turns {
		out = append(out, v.Turns[i].Need()...)
	}
	return out
}

// Fill gives them.
func (v *CallDesk) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Turns {
		v.Turns[i].Fill(words)
	}
}

// Title is the page's title.
func (v *CallDesk) Title(f *frame.Frame) string {
	return f.T("desk.call.manage") + " – " + v.Name.Text
}
