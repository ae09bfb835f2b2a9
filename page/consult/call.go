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
	frame.NoWords
	part.Call
	PaperRow *part.PaperRow `json:"paper_edition,omitempty"`
	Until    time.Time      `json:"-"`
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

	return v, true
}

// Title is the page's title.
func (v *CallPage) Title(*frame.Frame) string { return v.Name.Text }
