package booth

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/page/part/channel"
	noun "github.com/openplenary/plenary/studio"
)

// What is done in a booth.
const (
	DoSignal = "signal"
	DoTake   = "take"
	DoPass   = "pass"
	DoBack   = "back"
)

// Own is a booth in which the reader works.
type Own struct {
	Row
	On    bool // the reader is on air
	Other bool // a colleague is
	Asks  bool // the reader asked a colleague for it
	Asked bool // a colleague asks the reader for it
	First bool // another colleague asked before the reader could
}

// Text is what a party means to say, for the interpreters alone.
type Text struct {
	part.Named
	Item     int
	Language locale.Lang
	text     string
	entry    cite.Position
}

// Booth is the page of an interpreter. It has no JSON twin: its acts have.
type Booth struct {
	Floor *floor.Page
	Own   []*Own
	Texts []*Text // that of who speaks first, then of who is next
	Links channel.Links
	// Spoken is the language that is spoken on the floor; "" where nobody said so.
	Spoken locale.Lang
}

// NewBooth builds the page for somebody who works in a booth of the session; ok is false for anybody else.
func NewBooth(st *conversation.Reading, ref cite.Ref, me []delegation.Participant, l locale.Lang) (*Booth, bool) {
	x, ok := st.Sessions.Session(ref)
	all := st.Studio.Booths(ref)
	if !ok || x.Ref != ref || len(all) == 0 {
		return nil, false
	}
	page, ok := floor.New(st, ref, l)
	if !ok {
		return nil, false
	}
	v := &Booth{Floor: page, Links: channel.New(st, x, "")}
	k := st.Studio.Of(ref)
	stands := channel.Stands(k, page.Sitting)
	mine := func(who cite.Ref) bool {
		return slices.ContainsFunc(me, func(p delegation.Participant) bool { return p.Ref() == who })
	}
	for _, c := range all {
		y := &Own{Row: Row{Channel: c}}
		if i := slices.IndexFunc(stands, func(s channel.Stand) bool { return s.Channel == c }); i >= 0 {
			y.Stand = &stands[i]
		}
		air := k.OnAir(page.Sitting, c)
		y.On, y.Other = mine(air.On), air.On != cite.None && !mine(air.On)
		y.Asks, y.Asked = mine(air.Asks), air.Asks != cite.None && y.On
		y.First = y.Other && air.Asks != cite.None && !y.Asks
		v.Own = append(v.Own, y)
	}
	if t := st.Floor.Floor(ref).Current(); t != nil {
		v.Spoken = t.Floor
	}
	for _, t := range st.Studio.Texts(ref) {
		v.Texts = append(v.Texts, &Text{Named: part.NewNamed(st, speaking.Party(t.Party)), Item: t.Item, Language: t.Language, entry: t.Entry})
	}
	place := func(t *Text) int {
		if s := page.Speaker; s != nil && s.Party == t.Party && s.Item == t.Item {
			return -1
		}
		for i, p := range page.Places {
			if p.Party == t.Party {
				return i
			}
		}
		return len(page.Places)
	}
	slices.SortStableFunc(v.Texts, func(a, b *Text) int { return place(a) - place(b) })
	return v, true
}

// Need are the names of the parties, the texts and the addresses.
func (v *Booth) Need() []cite.Position {
	out := slices.Concat(v.Floor.Need(), v.Links.Need())
	for _, t := range v.Texts {
		out = append(out, t.entry, t.Named.Need())
	}
	return out
}

// Fill gives them.
func (v *Booth) Fill(words map[cite.Position]cite.Words) {
	v.Floor.Fill(words)
	v.Links.Fill(words)
	for _, t := range v.Texts {
		t.Named.Fill(words)
		t.text = words[t.entry]["text"]
	}
	v.Texts = slices.DeleteFunc(v.Texts, func(t *Text) bool { return t.text == "" }) // it was said
}

// Title is the page's title.
func (v *Booth) Title(f *frame.Frame) string {
	var all []string
	for _, y := range v.Own {
		all = append(all, channel.Name(f.Lang, y.Channel))
	}
	return f.T("studio.booth_page") + frame.Colon(f) + f.Lang.List(all)
}

// called is the name of who hands a text in.
func (t *Text) called() string {
	if t.Name != "" {
		return t.Name
	}
	return string(t.Party)
}

// language is the language that is spoken, as the page calls it.
func (v *Booth) language(f *frame.Frame) string {
	if v.Spoken == "" {
		return f.T("studio.spoken_unknown")
	}
	return v.Spoken.NameIn(f.Lang)
}

var signals = noun.Signals
