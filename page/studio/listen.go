package studio

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part/channel"
)

// Listen is where a session is heard and seen, for one reader, now.
type Listen struct {
	Session cite.Ref
	Name    frame.LocalizedText
	Links   channel.Links
	// Join leads to where the reader joins as who has a seat; "" where they do not, or are not told yet.
	Join string
	// States are how interpretation stands in the sitting that is open.
	States []channel.Stand
	Zone   string
}

// NewListen builds the page for somebody with a seat of a kind, "" for none; ok is false where there is no such session.
func NewListen(st *conversation.Reading, ref cite.Ref, seat string, l locale.Lang) (*Listen, bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, false
	}
	v := &Listen{Session: x.Ref, Name: frame.Localize(x.Plan.Title, l), Links: channel.New(st, x, seat), Zone: x.Plan.Zone}
	k := st.Studio.Of(ref)
	for i, t := range x.Sittings {
		if !t.Opened.IsZero() && t.Closed.IsZero() {
			v.States = channel.Stands(k, i+1)
		}
	}
	return v, true
}

// Need are the addresses.
func (v *Listen) Need() []cite.Position { return v.Links.Need() }

// Fill gives them.
func (v *Listen) Fill(words map[cite.Position]cite.Words) { v.Links.Fill(words) }

// Title is the page's title.
func (v *Listen) Title(f *frame.Frame) string {
	return f.T("studio.listen") + frame.Colon(f) + v.Name.Text
}
