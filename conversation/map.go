package conversation

import (
	"maps"
	"time"
	"unicode/utf8"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Maps is what a conversation has settled about its maps: whether they are shown, and what stands under
// them about boundaries and names.
type Maps struct {
	Off        bool
	Disclaimer locale.Text // empty: the common sentence
}

// SetMap turns the maps of a conversation on or off and sets the sentence that stands under them.
type SetMap struct {
	Off        bool
	Disclaimer locale.Text
}

// MapSet: from now on the maps are as described.
type MapSet struct {
	Off        bool        `json:"off,omitempty"`
	Disclaimer locale.Text `json:"disclaimer,omitzero"`
	By         string      `json:"by,omitempty"`
	At         time.Time   `json:"at"`
}

// Kind names the fact on the record.
func (MapSet) Kind() string { return "conversation.map_set/1" }

// MapSettings stands in Changed for what SetMap sets.
const MapSettings cite.Ref = "map"

// maxDisclaimer is the longest disclaimer in one language, in characters.
const maxDisclaimer = 1000

func (s *State) setMap(now time.Time, by string, c SetMap) ([]Fact, error) {
	if c.Disclaimer.Empty() {
		c.Disclaimer = locale.Text{} // the common sentence, however the empty text was spelled
	} else if !c.Disclaimer.Original.Valid() || c.Disclaimer.In[c.Disclaimer.Original] == "" {
		return nil, refusal.In("disclaimer", "map.disclaimer")
	}
	for l, words := range c.Disclaimer.In {
		if !l.Valid() {
			return nil, refusal.In("disclaimer", "map.disclaimer")
		}
		if utf8.RuneCountInString(words) > maxDisclaimer {
			return nil, refusal.In("disclaimer", "line.long", "max", maxDisclaimer)
		}
	}
	if c.Off == s.Maps.Off && c.Disclaimer.Original == s.Maps.Disclaimer.Original && maps.Equal(c.Disclaimer.In, s.Maps.Disclaimer.In) {
		return nil, refusal.New(refusal.Conflict, "map.unchanged")
	}
	return []Fact{{Body: MapSet{Off: c.Off, Disclaimer: c.Disclaimer, By: by, At: now}}}, nil
}
