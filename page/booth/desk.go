package booth

import (
	"slices"
	"strconv"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/floor"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part/channel"
	noun "github.com/openplenary/plenary/studio"
)

// What is done at the desk.
const (
	DoLink      = "link"
	DoUnlink    = "unlink"
	DoInterpret = "interpret"
	DoAssign    = "assign"
	DoUnassign  = "unassign"
	DoRecord    = "record"
	DoUnrecord  = "unrecord"
)

// Entered is a link as it stands at the desk.
type Entered struct {
	noun.Link
	address string
}

// Row is a channel at the desk: how interpretation stands in the sitting that is open, and who works in its booth.
type Row struct {
	Channel string
	Stand   *channel.Stand // nil where nothing was said
	Who     []Person
	Air     string // who is on air; "" for nobody
}

// Person is somebody who works in a booth.
type Person struct {
	Participant cite.Ref
	Name        string // "" where nobody knows
}

// Feed is a program that writes captions, with when it last sent some.
type Feed struct {
	Sitting  int
	Language locale.Lang
	Last     time.Time // zero where nothing came yet
}

// Desk is where sound and picture of a session are looked after. It has no JSON twin: its acts have.
type Desk struct {
	Floor        *floor.Page
	Session      cite.Ref
	Name         frame.LocalizedText
	Zone         string
	Sittings     []frame.Choice // that were not called off
	Links        []*Entered     // for those who enter them
	Rows         []Row
	Sitting      int // that is open; 0 for none
	Keeps        bool
	Recordings   channel.Recordings
	Closed       []frame.Choice // sittings that are closed
	Signals      []channel.Signal
	Feeds        []Feed         // of captions
	Assigns      bool           // the reader gives out the booths
	Interpreters []frame.Choice // who may be given one
	typed        func(field string) (string, bool)
}

// NewDesk builds the page; names are those by which participants are known to each other. ok is false where there is no such session.
func NewDesk(st *conversation.Reading, ref cite.Ref, names map[delegation.Participant]string, l locale.Lang) (*Desk, bool) {
	x, ok := st.Sessions.Session(ref)
	if !ok || x.Ref != ref {
		return nil, false
	}
	v := &Desk{Session: x.Ref, Name: frame.Localize(x.Plan.Title, l), Zone: x.Plan.Zone, Keeps: st.Studio.Keeps(), Assigns: st.Audience.Roles.Has(delegation.Officer)}
	v.Floor, _ = floor.New(st, ref, l)
	for i, t := range x.Sittings {
		if !t.Off {
			v.Sittings = append(v.Sittings, frame.Choice{ID: strconv.Itoa(i + 1), Name: l.T("session.sitting_n", "n", i+1)})
		}
		if !t.Closed.IsZero() {
			v.Closed = append(v.Closed, frame.Choice{ID: strconv.Itoa(i + 1), Name: l.T("session.sitting_n", "n", i+1)})
		}
		if !t.Opened.IsZero() && t.Closed.IsZero() {
			v.Sitting = i + 1
		}
	}
	k := st.Studio.Of(ref)
	for _, y := range st.Studio.Entered(ref) {
		v.Links = append(v.Links, &Entered{Link: y})
	}
	stands := channel.Stands(k, v.Sitting)
	called := func(p delegation.Participant) string {
		if s := names[p]; s != "" {
			return s
		}
		return string(p.Ref())
	}
	for _, c := range noun.Interpreted() {
		row := Row{Channel: c}
		if i := slices.IndexFunc(stands, func(s channel.Stand) bool { return s.Channel == c }); i >= 0 {
			row.Stand = &stands[i]
		}
		for _, who := range k.Booth(c) {
			var p delegation.Participant
			_ = p.UnmarshalText([]byte(who)) // none where it is none
			row.Who = append(row.Who, Person{Participant: who, Name: called(p)})
		}
		if on := k.OnAir(v.Sitting, c).On; on != cite.None {
			var p delegation.Participant
			_ = p.UnmarshalText([]byte(on)) // none where it is none
			row.Air = called(p)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Recordings = channel.NewRecordings(st, ref)
	v.Signals = channel.Signals(st, ref, v.Sitting)
	for _, y := range st.Transcripts.Feeds(ref) {
		feed := Feed{Sitting: y.Sitting, Language: y.Language}
		if tr, ok := st.Transcripts.Find(y.Of); ok {
			feed.Last = tr.At
		}
		v.Feeds = append(v.Feeds, feed)
	}
	if v.Assigns {
		for _, p := range st.Roll.Holders(delegation.Interpreter) {
			v.Interpreters = append(v.Interpreters, frame.Choice{ID: string(p.Ref()), Name: called(p)})
		}
	}
	return v, true
}

// Typed shows the form as it was sent.
func (v *Desk) Typed(typed func(string) (string, bool)) { v.typed = typed }

// val is what a field shows: what was typed, else what is usual.
func (v *Desk) val(field, usual string) string {
	if v.typed != nil {
		if s, ok := v.typed(field); ok {
			return s
		}
	}
	return usual
}

// Need are the addresses.
func (v *Desk) Need() (out []cite.Position) {
	out = append(v.Floor.Need(), v.Recordings.Need()...)
	for _, l := range v.Links {
		out = append(out, l.Entry)
	}
	return out
}

// Fill gives them.
func (v *Desk) Fill(words map[cite.Position]cite.Words) {
	v.Floor.Fill(words)
	v.Recordings.Fill(words)
	for _, l := range v.Links {
		l.address = words[l.Entry]["link"]
	}
}

// Title is the page's title.
func (v *Desk) Title(f *frame.Frame) string { return f.T("studio.desk") }

// sittings are the choices of the form for a link.
func (v *Desk) sittings(f *frame.Frame) []frame.Choice {
	return append([]frame.Choice{{ID: "0", Name: f.T("studio.each_sitting")}}, v.Sittings...)
}

// sitting is what a sitting of a link is called.
func sitting(f *frame.Frame, n int) string {
	if n == 0 {
		return f.T("studio.each_sitting")
	}
	return f.T("session.sitting_n", "n", n)
}

// channels are the choices of a form.
func channels(f *frame.Frame, all []string) (out []frame.Choice) {
	for _, c := range all {
		out = append(out, frame.Choice{ID: c, Name: channel.Name(f.Lang, c)})
	}
	return out
}

func readers(f *frame.Frame) (out []frame.Choice) {
	for _, r := range noun.Readers {
		out = append(out, frame.Choice{ID: r, Name: f.T("studio.for." + r)})
	}
	return out
}
