// Package correction is what authors put right in what they sent. A correction is a later fact and takes nothing back: the
// contribution says from then on what the correction says, what stood before stays where it stands, and both can be read.
//
//	correction:  sent ─┬─> stands                       (the call publishes at once, or the contribution waits itself)
//	                   └─> waits ─┬─> stands             (a moderator published it)
//	                              └─> withheld           (the contribution says what it said)
//
// It can be sent while the call is open. Where something of the contribution is blacked out, or is to be, it waits for a
// moderator in every call: it might say again what is black.
package correction

import (
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Most is how many corrections of one contribution are taken, those that were withheld counted.
const Most = 20

// Correct puts right what a contribution says: it is its author's, or that of the party for which it was sent. What it said before can still be read.
type Correct struct {
	Contribution cite.Ref
	Parts        []Part // those that say something else; a part that is not named stays as it is
	// Retitle: the line that says what it is about is Title from now on, none where Title is empty. Else it stays as it is.
	Retitle bool
	Title   string        // at most consultation.MaxHeading characters
	Reason  string        // why, for everybody who reads it; at most consultation.MaxReason bytes, may be empty
	Seen    cite.Position // the last entry that touched it when it was looked at: refused where another came since; 0 for whichever
}

// Part is what one part says from now on, all of it.
type Part struct {
	Part    int    // 1, 2, ... of the contribution
	Text    string // at most consultation.MaxText bytes
	Wording string // that it proposes; at most consultation.MaxWording bytes
	// Likeness is a keyed hash of text and wording as Check leaves them. Whoever asks computes it; it is no part of what was
	// sent.
	Likeness uint64 `api:"-"`
}

// Check cleans what was written and holds it to the limits of a contribution.
func (c Correct) Check() (Correct, error) {
	var in input.Check
	in.If(len(c.Parts) > consultation.MaxParts, "text", "contribution.parts", "max", consultation.MaxParts)
	if err := in.Err(); err != nil {
		return c, err
	}
	in.Line("title", &c.Title, consultation.MaxHeading)
	in.Text("reason", &c.Reason, consultation.MaxReason)
	c.Parts = slices.Clone(c.Parts)
	for i := range c.Parts {
		in.Text("text", &c.Parts[i].Text, consultation.MaxText)
		in.Text("wording", &c.Parts[i].Wording, consultation.MaxWording)
	}
	if strings.TrimSpace(c.Reason) == "" {
		c.Reason = ""
	}
	return c, in.Err()
}

// found finds the contribution that is corrected. not is why whoever corrects does not act for it.
func found(b *consultation.State, not error, c Correct) (consultation.Contribution, error) {
	row, ok := b.Row(c.Contribution)
	if !ok || row.Ref != c.Contribution {
		return row, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	//mutants:guard nobody puts right what is another's
	if not != nil {
		return row, not
	}
	if row.Status != consultation.Pending && row.Status != consultation.Published {
		return row, refusal.New(refusal.Conflict, "contribution.decided", "status", row.Status.String())
	}
	//mutants:guard nothing is corrected that was changed since it was looked at
	if c.Seen != 0 && row.Changed != c.Seen {
		return row, refusal.New(refusal.Conflict, "contribution.changed")
	}
	return row, nil
}

// allowed says why a contribution cannot be corrected at an instant, whatever the correction says; nil where it can.
func allowed(b *consultation.State, row consultation.Contribution, at time.Time) error {
	k, ok := b.Call(row.Call)
	if !ok {
		return refusal.New(refusal.Hidden, "call.unknown")
	}
	//mutants:guard what was said is put right while the call is open
	if !k.OpenAt(at) {
		return refusal.New(refusal.NotNow, "correction.closed", "closes", k.Closes)
	}
	switch all := b.Corrections(row.Ref); {
	case len(all) >= Most:
		return refusal.New(refusal.Conflict, "correction.most", "max", Most)
	case len(all) > 0 && all[len(all)-1].Waits() && row.Status == consultation.Published:
		return refusal.New(refusal.Conflict, "correction.waits")
	}
	return nil
}

// Decide decides. From says who corrects and when; not, why they do not act for the contribution, nil where they do: the conversation looks that up.
func Decide(b *consultation.State, from consultation.Sender, not error, c Correct) (cite.Proposal, error) {
	row, err := found(b, not, c)
	if err != nil {
		return cite.Proposal{}, err
	}
	k, _ := b.Call(row.Call)
	f := Corrected{Contribution: row.Ref, Number: len(b.Corrections(row.Ref)) + 1, Call: row.Call, Title: c.Retitle, Reason: c.Reason != "",
		Assurance: row.Assurance, Received: from.Received.UTC(), Told: from.Told, Rule: consultation.OnTime, Deadline: k.Closes, By: from.By}
	if err := allowed(b, row, f.At()); err != nil {
		return cite.Proposal{}, err
	}
	//mutants:guard what might say again what is black waits for a moderator
	f.Held = row.Status == consultation.Published && (k.Moderation == consultation.ModerateBefore || row.Redacted || len(b.Removals(row.Ref)) > 0)
	words := cite.Words{}
	put := func(name, s string) {
		if s != "" {
			words[name] = s
		}
	}
	var in input.Check
	for _, p := range c.Parts {
		if p.Part < 1 || p.Part > row.Parts || slices.ContainsFunc(f.Parts, func(q consultation.CorrectedPart) bool { return q.Part == p.Part }) {
			in.Refuse("text", "contribution.anchor")
			continue
		}
		in.If(p.Text == "" && p.Wording == "" && row.Files == 0 && b.Part(row.Ref, p.Part).Stance == consultation.NoStance, "text", "contribution.empty")
		f.Parts = append(f.Parts, consultation.CorrectedPart{Part: p.Part, Bytes: len(p.Text), Wording: len(p.Wording), Likeness: p.Likeness})
		put(consultation.TextField(p.Part), p.Text)
		put(consultation.WordingField(p.Part), p.Wording)
	}
	in.If(len(f.Parts) == 0 && !f.Title && in.Found() == 0, "text", "correction.same")
	if f.Title {
		put(consultation.FieldTitle, c.Title)
	}
	put(consultation.FieldReason, c.Reason)
	if len(words) == 0 {
		words["none"] = "-" // a receipt proves words, and what has none was erased
	}
	return cite.Proposal{Body: f, Words: words}, in.Err()
}

// Apply adds the correction. It stands where nobody has to decide on it.
func (f *Corrected) Apply(b *consultation.State, at cite.Entry) error {
	return b.Correct(f, at, f.Contribution, func(all []consultation.Correction) []consultation.Correction {
		k := consultation.Correction{Position: at.Position, At: f.At(), By: f.By, Title: f.Title, Reasoned: f.Reason, Parts: f.Parts}
		if !f.Held {
			k.Stands = at.Position
		}
		return append(all, k)
	})
}

// Stands reports whether the correction is what its contribution says, or was before a later one.
func (f *Corrected) Stands(b *consultation.State) bool {
	all := b.Corrections(f.Contribution)
	return f.Number >= 1 && f.Number <= len(all) && all[f.Number-1].Stands > 0
}

// Standing are those of the corrections of a contribution that it says, or said before a later one.
func Standing(all []consultation.Correction) (out []consultation.Correction) {
	for _, k := range all {
		if k.Stands > 0 {
			out = append(out, k)
		}
	}
	return out
}

// Since are the corrections of a part that stand since after an entry: whoever read it then has not read what it says now.
func Since(all []consultation.Correction, part int, seen cite.Position) (out []consultation.Correction) {
	for _, k := range all {
		if k.Stands > seen && k.Of(part) {
			out = append(out, k)
		}
	}
	return out
}

// Known are those of the corrections of a contribution of which a reader learns, by whose words were granted to them: one
// that waits is known to those who may read it.
func Known(all []consultation.Correction, granted func(cite.Position) bool) []consultation.Correction {
	//mutants:guard that a correction waits is known to its author and those who moderate
	if n := len(all); n > 0 && all[n-1].Waits() && !granted(all[n-1].Position) {
		return all[:n-1]
	}
	return all
}

// Lay lays corrections that stand over the words of a contribution, which came at an entry; original is where the words
// are from then on as they came.
func Lay(words map[cite.Position]cite.Words, at, original cite.Position, standing []consultation.Correction) {
	now, ok := words[at]
	if !ok {
		return
	}
	words[original] = now
	for _, k := range standing {
		if said, ok := words[k.Position]; ok {
			now = k.Over(now, said)
		}
	}
	words[at] = now
}

// Waiting lists the contributions of which a correction waits for a moderator, in the order of their numbers.
func Waiting(b *consultation.State) (out []cite.Ref) {
	for c, all := range b.AllCorrections() {
		if row, _ := b.Row(c); row.Status == consultation.Published && all[len(all)-1].Waits() {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(x, y cite.Ref) int { return x.Number() - y.Number() })
	return out
}

// Publish lets everybody who may read a contribution read the correction of it that waits.
type Publish struct {
	Contribution cite.Ref
	Seen         cite.Position // the last entry that touched it when it was looked at: refused where another came since; 0 for whichever
}

// Check has nothing to hold it to.
func (c Publish) Check() (Publish, error) { return c, nil }

// Withhold keeps the correction of a contribution that waits from the public, on a ground and with a reason in words.
type Withhold struct {
	Contribution cite.Ref
	Ground       string        // one of consultation.Grounds
	Reason       string        // at most consultation.MaxReason bytes
	Seen         cite.Position // the last entry that touched it when it was looked at: refused where another came since; 0 for whichever
}

// Check cleans the reason and looks whether the ground is one.
func (c Withhold) Check() (Withhold, error) {
	w, err := consultation.Withhold{Ground: c.Ground, Reason: c.Reason}.Check()
	c.Reason = w.Reason
	return c, err
}

// waiting finds the number of the correction that waits.
func waiting(b *consultation.State, c cite.Ref, seen cite.Position) (int, error) {
	row, ok := b.Row(c)
	all := b.Corrections(c)
	switch {
	case !ok || row.Ref != c:
		return 0, refusal.New(refusal.Hidden, "contribution.unknown")
	case row.Status != consultation.Published:
		return 0, refusal.New(refusal.Conflict, "contribution.decided", "status", row.Status.String())
	case len(all) == 0 || !all[len(all)-1].Waits():
		return 0, refusal.New(refusal.Conflict, "correction.none")
	//mutants:guard nothing is decided in a row that was changed since it was looked at
	case seen != 0 && row.Changed != seen:
		return 0, refusal.New(refusal.Conflict, "contribution.changed")
	}
	return len(all), nil
}

// DecidePublish decides.
func DecidePublish(b *consultation.State, act cite.Act, c Publish) (cite.Proposal, error) {
	n, err := waiting(b, c.Contribution, c.Seen)
	return cite.Proposal{Body: Published{Contribution: c.Contribution, Number: n, By: act.By, At: act.At}}, err
}

// DecideWithhold decides.
func DecideWithhold(b *consultation.State, act cite.Act, c Withhold) (cite.Proposal, error) {
	n, err := waiting(b, c.Contribution, c.Seen)
	return cite.Proposal{Body: Withheld{Contribution: c.Contribution, Number: n, Ground: c.Ground, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, err
}

// Apply has the correction stand.
func (f *Published) Apply(b *consultation.State, at cite.Entry) error {
	return b.Correct(f, at, f.Contribution, func(all []consultation.Correction) []consultation.Correction {
		if n := len(all); n > 0 && n == f.Number {
			all[n-1].Stands = at.Position
		}
		return all
	})
}

// Apply notes that the correction does not stand, and where the reason is.
func (f *Withheld) Apply(b *consultation.State, at cite.Entry) error {
	return b.Correct(f, at, f.Contribution, func(all []consultation.Correction) []consultation.Correction {
		if n := len(all); n > 0 && n == f.Number {
			all[n-1].Withheld, all[n-1].Ground = at.Position, f.Ground
		}
		return all
	})
}
