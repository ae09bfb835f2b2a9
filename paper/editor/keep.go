package editor

import (
	"maps"
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// Settings is what is said of a passage beside its words and its number.
type Settings struct {
	Kind         string
	Subjects     []string
	Crosscutting []string
	Stance       bool
	From         []cite.Ref
	Cites        []cite.Ref
}

// SettingsOf is what is said of a passage.
func SettingsOf(e paper.DraftElement) Settings {
	return Settings{Kind: e.Kind, Subjects: e.Subjects, Crosscutting: e.Crosscutting, Stance: e.Stance, From: e.From, Cites: e.Cites}
}

// Mark stands for the settings as they are.
func (s Settings) Mark() string {
	for _, list := range []*[]string{&s.Subjects, &s.Crosscutting} {
		*list = append([]string{}, *list...)
	}
	for _, list := range []*[]cite.Ref{&s.From, &s.Cites} {
		*list = append([]cite.Ref{}, *list...)
	}
	return mark(s)
}

// Change is what somebody made of a passage, beside what they had seen of it.
type Change struct {
	ID   int
	Text map[locale.Lang]string // what they wrote, in the languages that they were shown
	Seen map[locale.Lang]string // the mark of what stood there: see TextMark
	Was  map[locale.Lang]string // what stood there, as far as it was sent along: it counts where its mark is that of Seen
	// Settings are what they chose, nil for no choice, and SettingsSeen the mark of what was chosen before.
	Settings     *Settings
	SettingsSeen string
	Number       string // what they wrote as its number
	NumberSeen   string // what stood there
}

// Keep puts into the draft what somebody made of a passage. What they left as it was stays as it is now, whoever has changed it
// since. A text that they and somebody else have changed at different places has both changes: then merged is true, and
// whoever wrote has not yet seen what stands there now. What cannot be put together is refused, and nothing is put in:
// "draft.passage_moved", with the field ("text", the language "other", or "settings"). A passage that was deleted since is
// refused as "draft.passage_gone".
func (w *Sheet) Keep(c Change) (merged bool, err error) {
	err = w.rework(func() error {
		i := w.Place(c.ID)
		if i < 0 {
			return gone()
		}
		e := &w.Elements[i]
		var no refusal.Several
		moved := func(field string) {
			no = append(no, &refusal.Refusal{Kind: refusal.Conflict, Key: "draft.passage_moved", Field: field})
		}
		e.Text = texts(e.Text)
		for _, l := range slices.Sorted(maps.Keys(c.Text)) {
			now, text := e.Text[l], strings.TrimSpace(c.Text[l])
			switch seen := c.Seen[l]; {
			case text == strings.TrimSpace(now) || TextMark(text) == seen:
			case TextMark(now) != seen:
				both, clean := "", false
				if TextMark(c.Was[l]) == seen {
					both, clean = Merge(c.Was[l], now, text)
				}
				switch {
				case clean:
					e.Text[l], merged = both, true
				case l == w.Original:
					moved("text")
				default:
					moved("other")
				}
			case text == "":
				delete(e.Text, l)
			default:
				e.Text[l] = text
			}
		}
		if c.Settings != nil {
			switch now := SettingsOf(*e).Mark(); c.Settings.Mark() {
			case now, c.SettingsSeen:
			default:
				if now != c.SettingsSeen {
					moved("settings")
				}
				put(e, *c.Settings)
			}
		}
		if c.Number != c.NumberSeen && c.Number != e.Number {
			e.Number, w.written = c.Number, true
			if w.taken(i) {
				no = append(no, refusal.In("number", "draft.number_taken", "number", c.Number))
			}
		}
		return no.Or()
	})
	return merged && err == nil, err
}

// put gives a passage its settings. One of another kind is counted among that kind.
func put(e *paper.DraftElement, s Settings) {
	if rank(s.Kind) >= 0 && s.Kind != e.Kind {
		e.Kind, e.Number = s.Kind, unset
	}
	e.Subjects, e.Crosscutting, e.Stance, e.From, e.Cites = s.Subjects, s.Crosscutting, s.Stance, s.From, s.Cites
}

// taken reports whether the number of the passage at a place is another's of its kind as well.
func (w *Sheet) taken(i int) (taken bool) {
	w.Twice(func(k, first int) {
		taken = taken || w.Elements[k].Number == w.Elements[i].Number && w.Elements[k].Kind == w.Elements[i].Kind && (k == i || first == i)
	})
	return taken
}

// HeadMark stands for the masthead of a draft as it is.
func HeadMark(d paper.Draft) string {
	d.Elements, d.Notes, d.Base = nil, nil, 0
	d.Title, d.Note, d.Status = texts(d.Title), texts(d.Note), texts(d.Status)
	return mark(d)
}
