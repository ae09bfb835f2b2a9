package part

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Turn is something that became of a call after it was announced, with its reason.
type Turn struct {
	Kind     string        `json:"kind"` // extended, corrected, stopped, withdrawn
	At       time.Time     `json:"at"`
	Position cite.Position `json:"position"`
	// Was is the deadline before, where it was changed; Closes the one since.
	Was    time.Time `json:"was,omitzero"`
	Closes time.Time `json:"closes,omitzero"`
	Reason string    `json:"reason,omitempty"`
	// Before is what was corrected, as it stood before.
	Before []Before `json:"before,omitempty"`
	Zone   string   `json:"-"`
}

// Before is one part of a call as it stood before it was corrected.
type Before struct {
	Part string              `json:"part"`          // title, text, terms, late, moderation, who, opens
	Text frame.LocalizedText `json:"text,omitzero"` // of a text; without words where the language is new
	Rule string              `json:"rule,omitempty"`
	At   time.Time           `json:"at,omitzero"`
}

// NewTurns lists what became of a call, oldest first.
func NewTurns(k consultation.Call) []Turn {
	out := make([]Turn, len(k.Turns))
	title, text, terms := k.Title, k.Text, k.Terms // as they stood after the turn
	for i, t := range slices.Backward(k.Turns) {
		v := Turn{Kind: t.Kind, At: t.At, Position: t.Entered, Was: t.Was, Closes: t.Closes, Zone: k.Zone}
		if t.Kind == consultation.TurnCorrected {
			v.was("title", t.Title, &title)
			v.was("text", t.Text, &text)
			v.was("terms", t.Terms, &terms)
			for _, rule := range [][2]string{{"late", t.Late}, {"moderation", t.Moderation}, {"who", t.Who}} {
				if rule[1] != "" {
					v.Before = append(v.Before, Before{Part: rule[0], Rule: rule[1]})
				}
			}
			if !t.Opened.IsZero() {
				v.Before = append(v.Before, Before{Part: "opens", At: t.Opened})
			}
		}
		out[i] = v
	}
	return out
}

// was adds what a text said before in each language in which it says something else now. One that was not changed has
// no original.
func (t *Turn) was(part string, before locale.Text, now *locale.Text) {
	if before.Original == "" {
		return
	}
	for _, l := range locale.All {
		if before.In[l] != now.In[l] {
			t.Before = append(t.Before, Before{Part: part, Text: frame.LocalizedText{Text: before.In[l], Lang: l}})
		}
	}
	*now = before
}

// Need is where the reason stands.
func (t *Turn) Need() []cite.Position { return []cite.Position{t.Position} }

// Fill gives it.
func (t *Turn) Fill(words map[cite.Position]cite.Words) { t.Reason = words[t.Position]["reason"] }
