package home

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
)

// Heard is an item of a session's agenda that takes the voice up, and what was said there.
type Heard struct {
	Item    cite.Ref            `json:"item"` // s1.i2
	Name    frame.LocalizedText `json:"title"`
	Session frame.LocalizedText `json:"session_title"` // what the session is called
	Day     string              `json:"day,omitempty"` // on which the session began, where it met
	// Spoken is the first intervention under the item that was spoken to its end.
	Spoken *part.PointCard `json:"spoken,omitempty"`
	Cut    *part.PointCard `json:"cut,omitempty"`   // one that time cut off
	Filed  cite.Ref        `json:"filed,omitempty"` // what its party filed in writing then
}

// Ranked is a theme under which a passage falls that the voice changed, in an order that was decided.
type Ranked struct {
	Theme cite.Ref  `json:"theme"` // o1.t1
	Place int       `json:"place"` // from 1
	At    time.Time `json:"at"`    // when it was decided
}

// heard lists the items that take up the voice, in the order of their sessions.
func (v *Example) heard(st *conversation.Reading, point cite.Ref, l locale.Lang) {
	for _, item := range st.Sessions.TakenUp(point) {
		x, ok := st.Sessions.Session(item)
		if !ok {
			continue
		}
		it, ok := x.Item(item.ItemNumber())
		if !ok || it.Off {
			continue
		}
		h := &Heard{Item: item, Name: frame.Localize(it.Title, l), Session: frame.Localize(x.Plan.Title, l)}
		if begins := x.Begins(); !begins.IsZero() {
			h.Day = frame.InZone(begins, x.Plan.Zone).Format(time.DateOnly)
		}
		for _, i := range st.Sessions.Interventions(x) {
			if i.Item != item || i.Spoken == nil {
				continue
			}
			card, ok := part.NewPointCard(st, cite.Part(i.Contribution, 1), l)
			switch {
			case !ok:
			case i.Spoken.Cut && h.Cut == nil:
				h.Cut, h.Filed = &card, i.Filed
			case !i.Spoken.Cut && h.Spoken == nil:
				h.Spoken = &card
			}
		}
		v.Heard = append(v.Heard, h)
	}
	slices.SortStableFunc(v.Heard, func(a, b *Heard) int { return cmp.Compare(a.Day, b.Day) })
}

// ranked finds the place of what the voice changed in an order of themes that was decided.
func (v *Example) ranked(st *conversation.Reading) {
	if len(v.New) == 0 {
		return
	}
	e, ok := st.Papers.Edition(v.After.Ref)
	if !ok {
		return
	}
	x := v.New[0].Ref.Element()
	for _, theme := range st.Priorities.Of(e, x) {
		o, ok := st.Priorities.Order(theme.Root())
		if !ok || o.Decided() == nil {
			continue
		}
		if place := o.Decided().Place(theme.ThemeNumber()); place > 0 {
			v.Ranked = &Ranked{Theme: theme, Place: place, At: o.Decided().At}
			return
		}
	}
}

// cards are the interventions that are shown.
func (v *Example) cards() (out []*part.PointCard) {
	for _, h := range v.Heard {
		for _, c := range []*part.PointCard{h.Spoken, h.Cut} {
			if c != nil {
				out = append(out, c)
			}
		}
	}
	return out
}
