// Package speech describes what is known of an intervention beside the contribution that it is: under which item of which session it stands,
// and whether it was spoken, cut off by time, or filed in writing.
package speech

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Speech is what is known of an intervention beside the contribution that it is.
type Speech struct {
	How     string    `json:"how"`               // spoken, cut, cut_filed, filed, rest
	Sitting int       `json:"sitting,omitempty"` // in which it was spoken
	From    time.Time `json:"from,omitzero"`     // when the floor was given
	To      time.Time `json:"to,omitzero"`       // when it was taken
	// Floor is the language that was spoken.
	Floor string `json:"floor,omitempty"`
	// Other is the contribution with the rest of it, or of which it is the rest.
	Other cite.Ref `json:"other,omitempty"`
	Late  bool     `json:"late,omitempty"` // it was filed after the deadline
	// Entered is when it was entered that it was spoken.
	Entered time.Time `json:"entered,omitzero"`
	// Position is the entry that says so.
	Position cite.Position `json:"position,omitempty"`
}

// New describes what is known of an intervention.
func New(i conversation.Intervention) Speech {
	v := Speech{How: i.How(), Late: i.Late, Other: i.Cut}
	if k := i.Spoken; k != nil {
		v = Speech{How: i.How(), Sitting: k.Sitting, From: k.From, To: k.To, Floor: string(k.Floor), Other: i.Filed, Entered: k.Entered, Position: k.Position}
	}
	return v
}

// Afterwards reports whether it was entered long after it was spoken.
func (v Speech) Afterwards() bool { return v.Entered.Sub(v.To) > time.Hour }

// Of is an intervention with where it stands.
type Of struct {
	Speech
	Session cite.Ref            `json:"session"`       // the session that it belongs to
	Name    frame.LocalizedText `json:"session_title"` // what the session is called
	// Said is where a transcript of it begins: the language and the passage; absent where there is none.
	Said  *Said               `json:"transcript,omitempty"`
	Zone  string              `json:"zone"`                // of the host
	Item  cite.Ref            `json:"item,omitempty"`      // absent where it stands under none
	Label string              `json:"label,omitempty"`     // the number of the item
	Title frame.LocalizedText `json:"item_title,omitzero"` // what the item is called
}

// Find describes a contribution as an intervention; nil of one that is none, or that the reader may not read.
func Find(st *conversation.Reading, c cite.Ref, l locale.Lang) *Of {
	i, x, ok := st.Sessions.Of(c)
	if !ok {
		return nil
	}
	v := &Of{Speech: New(i), Session: x.Ref, Name: frame.Localize(x.Plan.Title, l), Zone: x.Plan.Zone, Item: i.Item}
	v.Said = said(st, i, l)
	if it, ok := x.Item(i.Item.ItemNumber()); ok {
		v.Title = frame.Localize(it.Title, l)
		if v.Label = it.Label; v.Label == "" {
			v.Label = l.Number(i.Item.ItemNumber())
		}
	}
	return v
}

// Said is where a transcript has an intervention.
type Said struct {
	Sitting  int         `json:"sitting"` // its number in the session
	Language locale.Lang `json:"language"`
	Passage  int         `json:"passage"` // its first
}

// said finds an intervention in the transcripts of its sitting: in the reader's language, else in the first.
func said(st *conversation.Reading, i conversation.Intervention, l locale.Lang) (found *Said) {
	if i.Spoken == nil {
		return nil
	}
	for _, t := range st.Transcripts.Of(i.Item) {
		if t.Sitting != i.Spoken.Sitting || found != nil && t.Language != l {
			continue
		}
		if all := st.Transcripts.Under(t, i.Contribution); len(all) > 0 {
			found = &Said{Sitting: t.Sitting, Language: t.Language, Passage: all[0].Number}
		}
	}
	return found
}

// Clocks are from when until when somebody spoke, in the time of the host.
func (v Speech) Clocks(zone string) string {
	clock := func(t time.Time) string { return frame.InZone(t, zone).Format("15:04") }
	return clock(v.From) + "–" + clock(v.To)
}
