package consult

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// CallPage is the page of one call.
type CallPage struct {
	part.Call
	PaperRow   *part.PaperRow `json:"paper_edition,omitempty"`
	Extensions []Extension    `json:"extensions,omitempty"` // oldest first
	Until      time.Time      `json:"-"`
}

// Extension is a later deadline, with its reason and the deadline that it replaced.
type Extension struct {
	Was     time.Time     `json:"was"`
	Closes  time.Time     `json:"closes"`
	Entered cite.Position `json:"position"`
	Reason  string        `json:"reason"`
}

// NewCallPage builds the page.
func NewCallPage(st *conversation.Reading, ref cite.Ref, l locale.Lang) (*CallPage, bool) {
	k, ok := st.Consultation.Call(ref)
	if !ok {
		return nil, false
	}
	v := &CallPage{Call: part.NewCall(st, k, l)}
	if e, ok := st.Papers.Edition(k.Edition); ok {
		r := part.NewPaperRow(e, l)
		v.PaperRow = &r
	}
	for _, e := range k.Extensions {
		v.Extensions = append(v.Extensions, Extension{Was: e.Was, Closes: e.Closes, Entered: e.Entered})
	}
	return v, true
}

// Need lists where the reasons stand.
func (v *CallPage) Need() []cite.Position {
	out := make([]cite.Position, len(v.Extensions))
	for i, e := range v.Extensions {
		out[i] = e.Entered
	}
	return out
}

// Fill gives them.
func (v *CallPage) Fill(words map[cite.Position]cite.Words) {
	for i := range v.Extensions {
		e := &v.Extensions[i]
		e.Reason = words[e.Entered]["reason"]
	}
}

// Title is the page's title.
func (v *CallPage) Title(*frame.Frame) string { return v.Name.Text }
