// Package reaction is what is said of an answer for the point that was answered: whether it is what was hoped for, or misses the point,
// which is open again then.
package reaction

import (
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// React is the word of an author on the answer to their own point, or of the party for which it was sent.
type React struct {
	Part     cite.Ref
	Verdict  string // one of consultation.Verdicts
	Language locale.Lang
	Text     string // at most consultation.MaxReaction bytes; needed where the answer is said to miss the point
}

// Check cleans the words and holds everything to its bounds.
func (c React) Check() (React, error) {
	var in input.Check
	in.OneOf("verdict", c.Verdict, consultation.Verdicts, "reaction.verdict")
	in.Text("text", &c.Text, consultation.MaxReaction)
	c.Text = strings.TrimSpace(c.Text)
	in.If(c.Verdict == consultation.Misses && c.Text == "", "text", "reaction.words")
	in.Written("language", c.Language)
	return c, in.Err()
}

// Decide decides, on a word on the answer that a point has. The conversation looks up why whoever asks does not act for the contribution; nil where they
// do.
func Decide(b *consultation.State, act cite.Act, not error, c React) (cite.Proposal, error) {
	row, ok := b.Row(c.Part)
	if n := c.Part.PartNumber(); !ok || n < 1 || n > row.Parts || c.Part != cite.Part(row.Ref, n) {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	//mutants:guard nobody says what another thinks of the answer to their point
	if not != nil {
		return cite.Proposal{}, not
	}
	if row.Status != consultation.Published {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "contribution.decided", "status", row.Status.String())
	}
	answer, reopened := b.Answer(c.Part)
	if answer == cite.None || reopened {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "reaction.unanswered")
	}
	if n := len(b.Reactions(c.Part)); n >= consultation.MaxReactions {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "reaction.many", "max", consultation.MaxReactions)
	}
	var words cite.Words
	if c.Text != "" {
		words = cite.Words{"text": c.Text}
	}
	return cite.Proposal{Body: Reacted{Part: c.Part, Disposition: answer, Verdict: c.Verdict, Language: string(c.Language), Bytes: len(c.Text),
		By: act.By, At: act.At}, Words: words}, nil
}

// Reacted: an author said what they think of the answer. Words: text.
type Reacted struct {
	Part        cite.Ref  `json:"part"`
	Disposition cite.Ref  `json:"disposition"`
	Verdict     string    `json:"verdict"`
	Language    string    `json:"language"`
	Bytes       int       `json:"bytes"`
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at"`
}

// Describe: its data are read by whoever may read the contribution.
func (f Reacted) Describe() cite.Description {
	return cite.Description{Kind: "consultation.reacted/1", Touches: []cite.Ref{f.Disposition, f.Part.Root()}, About: f.Part}
}

// Apply adds the author's word; where it says that the answer misses the point, that point is open again.
func (f *Reacted) Apply(b *consultation.State, at cite.Entry) error {
	return b.React(f, consultation.Reaction{Position: at.Position, Part: f.Part, Disposition: f.Disposition, Verdict: f.Verdict,
		Language: locale.Lang(f.Language), Worded: f.Bytes > 0, At: f.At})
}
