// Package channel is what pages show of the channels of a sitting: what they are called, how interpretation stands, and where they are heard.
package channel

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/studio"
)

// Name is what a channel is called.
func Name(l locale.Lang, channel string) string {
	if in := locale.Lang(channel); in.Valid() {
		return in.NameIn(l)
	}
	return l.T("studio.channel." + channel)
}

// Stand is how interpretation into a language stands in a sitting.
type Stand struct {
	// Channel is the language, or sign.
	Channel string `json:"channel"`
	// Is says how it stands: on or suspended.
	Is string `json:"is"`
	// Reason is why it is suspended: sound, staff or other; absent where it is not.
	Reason string `json:"reason,omitempty"`
	// Office is that in which it was said: interpreter, technician, chair, rapporteur or officer.
	Office string `json:"office"`
	// Since is when it was said.
	Since time.Time `json:"since"`
	// Position is its entry on the record.
	Position cite.Position `json:"position"`
	Sitting  int           `json:"sitting"` // its number
}

func made(x studio.State) Stand {
	return Stand{Channel: x.Channel, Is: x.Is, Reason: x.Reason, Office: x.Office, Since: x.At, Position: x.Position, Sitting: x.Sitting}
}

// Stands lists how interpretation stands in a sitting, in the order of channels.
func Stands(k *studio.Studio, sitting int) []Stand {
	out := []Stand{}
	for _, x := range k.Stand(sitting) {
		out = append(out, made(x))
	}
	return out
}

// All lists what was ever said of interpretation in the sittings of a session, oldest first.
func All(k *studio.Studio) []Stand {
	out := []Stand{}
	for _, x := range k.States {
		out = append(out, made(x))
	}
	return out
}

// Link is where a channel of a sitting is heard and seen.
type Link struct {
	// Sitting is the number of the sitting.
	Sitting int `json:"sitting"`
	// Channel is the language, floor for the sound of the floor, or sign.
	Channel string `json:"channel"`
	// For says to whom it is told: everybody, seated, active, passive or booth.
	For string `json:"for"`
	// Address is where it is.
	Address string `json:"address"`
	entry   cite.Position
}

// Links are those of a session that somebody is told now.
type Links struct {
	// All are in the order of sittings and channels.
	All []*Link
	// Others says that those who take part are told more now.
	Others bool
}

// New lists the links of a session that whoever has a seat of a kind, "" for none, is told now.
func New(st *conversation.Reading, x *session.Session, seat string) Links {
	v := Links{}
	told, others := st.Studio.Told(x, seat)
	for _, t := range told {
		v.All = append(v.All, &Link{Sitting: t.Sitting, Channel: t.Channel, For: t.For, entry: t.Entry})
	}
	v.Others = others
	return v
}

// Need are the addresses.
func (v Links) Need() (out []cite.Position) {
	for _, l := range v.All {
		out = append(out, l.entry)
	}
	return out
}

// Fill gives them.
func (v Links) Fill(words map[cite.Position]cite.Words) {
	for _, l := range v.All {
		l.Address = words[l.entry]["link"]
	}
}

// Signal is what a booth told the chair and the technician a moment ago.
type Signal struct {
	Channel, Kind string
	At            time.Time
}

// Signals lists what the booths of a sitting told, as those who work for it are shown now; none for anybody else.
func Signals(st *conversation.Reading, of cite.Ref, sitting int) (out []Signal) {
	for _, x := range st.Studio.Signals(of, sitting) {
		out = append(out, Signal{Channel: x.Channel, Kind: x.Kind, At: x.At})
	}
	return out
}
