package channel

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/studio"
)

// Recording is where a channel of a sitting can be heard and seen afterwards.
type Recording struct {
	// Sitting is the number of the sitting.
	Sitting int `json:"sitting"`
	// Channel is the language, floor for the sound of the floor, or sign.
	Channel string `json:"channel"`
	// Begins is the instant at which it begins.
	Begins time.Time `json:"begins"`
	// Address is where it is; {t} in it stands for the second, else #t= is added.
	Address string `json:"address"`
	of      studio.Recording
}

// Recordings are those of a session.
type Recordings []*Recording

// NewRecordings lists the recordings of a session, by sitting and channel.
func NewRecordings(st *conversation.Reading, of cite.Ref) Recordings {
	out := Recordings{}
	for _, r := range st.Studio.Recordings(of) {
		out = append(out, &Recording{Sitting: r.Sitting, Channel: r.Channel, Begins: r.Begins, of: r})
	}
	order := studio.Channels()
	slices.SortStableFunc(out, func(a, b *Recording) int {
		if a.Sitting != b.Sitting {
			return a.Sitting - b.Sitting
		}
		return slices.Index(order, a.Channel) - slices.Index(order, b.Channel)
	})
	return out
}

// In are those of a sitting in which a channel is heard; those of the sound of the floor where there is none of it. "" is any.
func (v Recordings) In(sitting int, channel string) (out Recordings) {
	for _, c := range []string{channel, studio.Original} {
		for _, r := range v {
			if r.Sitting == sitting && (c == "" || r.Channel == c) {
				out = append(out, r)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// Need are the addresses.
func (v Recordings) Need() (out []cite.Position) {
	for _, r := range v {
		out = append(out, r.of.Entry)
	}
	return out
}

// Fill gives them.
func (v Recordings) Fill(words map[cite.Position]cite.Words) {
	for _, r := range v {
		r.Address = words[r.of.Entry]["link"]
	}
}
