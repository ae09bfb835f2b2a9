package studio

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// MaxText is how many characters a text for interpreters has at most: some twenty minutes.
const MaxText = 20_000

// Text is what a party means to say under an item, handed in for the interpreters. What is said counts, not what was handed in. The words stand beside its entry,
// until it has been said.
type Text struct {
	Item     int
	Party    cite.Ref
	Language locale.Lang // in which it is written
	Entry    cite.Position
	At       time.Time
}

// Handed finds the text that a party handed in under an item.
func (s *Studio) Handed(item int, party cite.Ref) (Text, bool) {
	i := slices.IndexFunc(s.Texts, func(x Text) bool { return x.Item == item && x.Party == party })
	if i < 0 {
		return Text{}, false
	}
	return s.Texts[i], true
}

// HandIn hands in for the interpreters what a party means to say under an item, in the place of what it handed in before; or takes it back.
type HandIn struct {
	Session  cite.Ref    // s2
	Item     int         // of the agenda
	Party    cite.Ref    // for which whoever hands it in speaks
	Language locale.Lang // in which it is written, one of the six
	Text     string      // at most MaxText characters; "" takes it back
}

// Check cleans the text.
func (c HandIn) Check() (HandIn, error) {
	var in input.Check
	in.Text("text", &c.Text, MaxText)
	if c.Text != "" {
		in.Language("language", c.Language)
	}
	return c, in.Err()
}

// HandIn decides. The item was looked up before, and that whoever asks speaks for the party.
func (s *Rooms) HandIn(act cite.Act, c HandIn) (cite.Proposal, error) {
	if _, had := s.Of(c.Session).Handed(c.Item, c.Party); c.Text == "" && !had {
		return cite.Proposal{}, refusal.In("text", "studio.no_text")
	}
	f := cite.Proposal{Body: TextHanded{Session: c.Session, Item: c.Item, Party: c.Party, Language: c.Language, Off: c.Text == "", By: act.By, At: act.At}}
	if c.Text != "" {
		f.Words = cite.Words{"text": c.Text}
	}
	return f, nil
}

// TextHanded: a party handed in for the interpreters what it means to say, or took it back. Words: text.
type TextHanded struct {
	Session  cite.Ref    `json:"session"`
	Item     int         `json:"item"`
	Party    cite.Ref    `json:"party"`
	Language locale.Lang `json:"language,omitempty"`
	Off      bool        `json:"off,omitempty"` // it was taken back
	By       string      `json:"by,omitempty"`
	At       time.Time   `json:"at"`
}

// Describe: what is not said yet is nobody's; that there is something is for those who hold an office.
func (f TextHanded) Describe() cite.Description {
	return cite.Description{Kind: "studio.text-handed/1", Touches: []cite.Ref{f.Session, Any}, About: cite.None}
}

// Apply keeps where it stands.
func (f *TextHanded) Apply(s *Rooms, at cite.Entry) error {
	return s.change(f.Session, func(x *Studio) error {
		x.Texts = slices.DeleteFunc(slices.Clone(x.Texts), func(o Text) bool { return o.Item == f.Item && o.Party == f.Party })
		if !f.Off {
			x.Texts = append(x.Texts, Text{Item: f.Item, Party: f.Party, Language: f.Language, Entry: at.Position, At: f.At})
		}
		return nil
	})
}
