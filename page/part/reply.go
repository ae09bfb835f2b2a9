package part

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// Exchange is what a point replies to and who replied to it, in their words.
type Exchange struct {
	// To is the point that it replies to; nil where it replies to none, or to one that the reader may not read any more.
	To *PointRow `json:"to,omitempty"`
	// Replies are the published replies to it, oldest first.
	Replies []*PointRow `json:"replies,omitempty"`
	// Round is the call that takes replies to it now, None for none.
	Round cite.Ref `json:"round,omitempty"`
	rows  *PointRows
}

// NewExchange is what a part of a contribution to a call replies to, and who replied to it; nil where there is nothing of that
// and no round is open.
func NewExchange(st *conversation.Reading, part, call cite.Ref, l locale.Lang) *Exchange {
	v := &Exchange{rows: NewPointRows(st, l), Round: OpenRound(st, call)}
	to := st.Replies.To(part)
	if to != cite.None {
		v.To = v.rows.Point(to)
	}
	for _, r := range st.Replies.On(part) {
		if p := v.rows.Point(r); p != nil {
			v.Replies = append(v.Replies, p)
		}
	}
	if to == cite.None && len(v.Replies) == 0 && v.Round == cite.None {
		return nil
	}
	return v
}

// OpenRound is the call that takes replies to the points of a call now, None for none.
func OpenRound(st *conversation.Reading, of cite.Ref) cite.Ref {
	for _, r := range st.Replies.Rounds(of) {
		if k, ok := st.Consultation.Call(r.Call); ok && k.OpenAt(st.Now) {
			return r.Call
		}
	}
	return cite.None
}

// Need lists the words of the points.
func (v *Exchange) Need() []cite.Position {
	if v == nil {
		return nil
	}
	return v.rows.Need()
}

// Fill gives them.
func (v *Exchange) Fill(words map[cite.Position]cite.Words) {
	if v != nil {
		v.rows.Fill(words)
	}
}
