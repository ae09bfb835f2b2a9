package floor

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Replay is the floor of a sitting that was held, as it was at an instant that moves. It is marked as a replay wherever it is seen.
type Replay struct {
	*Page
	// Replay is how many times as fast as it was the sitting is shown.
	Replay int `json:"replay"`
	// Ended says that what is shown of the sitting is over, and begins again in a moment.
	Ended bool `json:"ended,omitempty"`
}

// Shown says how a replay is shown at an instant.
type Shown struct {
	Pace  int                            // how many times as fast as it was
	Ended bool                           // it is over
	Seen  func(then time.Time) time.Time // when those who watch see an instant of the sitting
}

// HourOf is what can be watched again of a session, by its own reference; ok is false where nothing can.
func HourOf(st *conversation.Reading, ref cite.Ref) (h speaking.Hour, ok bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return h, false
	}
	return speaking.HourOf(x, st.Floor.Floor(ref))
}

// NewReplay builds the page of a floor as it is read at an instant of the sitting.
func NewReplay(st *conversation.Reading, ref cite.Ref, l locale.Lang, how Shown) (*Replay, bool) {
	page, ok := New(st, ref, l)
	if !ok {
		return nil, false
	}
	for _, s := range []*Speaker{page.Speaker, page.Interrupted} {
		switch {
		case s == nil || s.Until.IsZero():
		case how.Ended: // the clock stands, as everything does
			s.Until = time.Time{}
		default:
			s.seen, s.pace = how.Seen(s.Until), how.Pace
		}
	}
	return &Replay{Page: page, Replay: how.Pace, Ended: how.Ended}, true
}

// Title is the page's title.
func (v *Replay) Title(f *frame.Frame) string { return f.T("floor.replay") + " · " + v.Page.Name.Text }
