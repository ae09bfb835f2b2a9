package settings

import (
	"maps"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
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
	Disclaimer locale.Text // at most 1000 characters in each language
}

// maxDisclaimer is the longest disclaimer in one language, in characters.
const maxDisclaimer = 1000

// Check cleans the disclaimer and holds it to its bounds.
func (c SetMap) Check() (SetMap, error) {
	var in input.Check
	in.Texts("disclaimer", &c.Disclaimer, maxDisclaimer)
	if c.Disclaimer.Empty() {
		c.Disclaimer = locale.Text{} // the common sentence, however the empty text was spelled
	} else {
		in.If(c.Disclaimer.In[c.Disclaimer.Original] == "", "disclaimer", "map.disclaimer")
	}
	return c, in.Err()
}

// SetMap decides.
func (s *State) SetMap(act cite.Act, c SetMap) (cite.Proposal, error) {
	if c.Off == s.Maps.Off && c.Disclaimer.Original == s.Maps.Disclaimer.Original && maps.Equal(c.Disclaimer.In, s.Maps.Disclaimer.In) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "map.unchanged")
	}
	return cite.Proposal{Body: MapSet{Off: c.Off, Disclaimer: c.Disclaimer, By: act.By, At: act.At}}, nil
}

// MapSet: from now on the maps are as described.
type MapSet struct {
	Off        bool        `json:"off,omitempty"`
	Disclaimer locale.Text `json:"disclaimer,omitzero"`
	By         string      `json:"by,omitempty"`
	At         time.Time   `json:"at"`
}

// Describe: what was settled is public.
func (MapSet) Describe() cite.Description {
	return cite.Description{Kind: "conversation.map_set/1", Touches: []cite.Ref{Any}, About: cite.Public}
}

// Apply settles it.
func (f *MapSet) Apply(s *State, _ cite.Entry) error {
	s.Maps = Maps{Off: f.Off, Disclaimer: f.Disclaimer}
	return nil
}

// ByCountry reports whether people are asked from which country they speak. A conversation that shows no map and has no
// countries and no groups of its own does not ask.
func (s *Settings) ByCountry() bool { return !s.Maps.Off || len(s.Groups)+len(s.Countries) > 0 }
