package consultation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// Mask is something of a contribution that the public does not read any more: a passage of its words, all of one of
// them, or an attached file.
type Mask struct {
	// Field names the words: "2.text" and "2.wording" of part 2, "name", "body" (the organisation), "affiliation", "title", "f1.name" (what
	// attached file 1 is called). "f1" is attached file 1 itself. "2.text@1", "title@1" and "reason@1" are words of correction 1.
	Field string `json:"field"`
	// From and To are the bytes of the passage, To the first one after it. To is 0 for the whole.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
}

// whole is a span that covers every text.
var whole = cite.Span{To: 1 << 30}

// Span is the passage in bytes; where the whole is masked, it goes beyond the end of every text.
func (m Mask) Span() cite.Span {
	if m.To == 0 {
		return whole
	}
	return cite.Span{From: m.From, To: m.To}
}

// String writes the mask as forms and scripts say it: "1.text[12:18]", or "name" for the whole.
func (m Mask) String() string {
	if m.To == 0 {
		return m.Field
	}
	return m.Field + m.Span().String()
}

// ParseMask reads what String writes. What is no mask of any contribution is told by the rule.
func ParseMask(s string) (Mask, bool) {
	field, bytes, some := strings.Cut(s, "[")
	m := Mask{Field: field}
	if some {
		span, ok := cite.ParseBytes(strings.Replace(strings.TrimSuffix(bytes, "]"), ":", "-", 1))
		if !ok || !strings.HasSuffix(bytes, "]") {
			return Mask{}, false
		}
		m.From, m.To = span.From, span.To
	}
	return m, len(field) > 0 && len(field) < 20
}

// File is the number of the attached file that is masked by itself, 0 where the mask is on words.
func (m Mask) File() int {
	n, ok := strings.CutPrefix(m.Field, "f")
	if !ok {
		return 0
	}
	i, _ := strconv.Atoi(n)
	return i
}

// The fields of a contribution's words that may be masked, beside those of its parts and files.
const (
	FieldName        = "name"
	FieldBody        = "body"
	FieldAffiliation = "affiliation"
	FieldTitle       = "title" // what it is about in one line
)

// TextField names the text of a part.
func TextField(part int) string { return strconv.Itoa(part) + ".text" }

// WordingField names the wording that a part proposes.
func WordingField(part int) string { return strconv.Itoa(part) + ".wording" }

// FileNameField names what an attached file is called.
func FileNameField(file int) string { return FileField(file) + ".name" }

// FileField names an attached file itself.
func FileField(file int) string { return "f" + strconv.Itoa(file) }

// MaxMasks is how many passages one redaction takes.
const MaxMasks = 1000

// Redact takes words or files of a contribution from what the public reads; those who moderate can still look, and the bytes stay on the record until they are erased.
type Redact struct {
	Part   cite.Ref      // a passage of a text, c418.2[120:188]; or the contribution, c418, where Masks say what
	Masks  []Mask        // at most MaxMasks
	Ground string        // one of Grounds
	Seen   cite.Position // the last entry that touched it when it was looked at: refused where its author corrected it since; 0 for whichever
}

// Check looks whether the ground is one.
func (c Redact) Check() (Redact, error) {
	var in input.Check
	in.OneOf("ground", c.Ground, Grounds, "ground.missing")
	in.If(len(c.Masks) > MaxMasks, "part", "redact.many", "max", MaxMasks)
	return c, in.Err()
}

// masks lists what a redaction takes.
func (c Redact) masks() []Mask {
	out := slices.Clone(c.Masks)
	if span, ok := c.Part.Span(); ok {
		out = append(out, Mask{Field: TextField(c.Part.PartNumber()), From: span.From, To: span.To})
	}
	return out
}

// Masked reports whether masks cover a mask already.
func Masked(by []Mask, m Mask) bool {
	s := m.Span()
	for {
		from := s.From
		for _, k := range by {
			if t := k.Span(); k.Field == m.Field && t.From <= s.From && t.To > s.From {
				s.From = t.To
			}
		}
		if s.From >= s.To {
			return true
		}
		if s.From == from {
			return false
		}
	}
}

// maskable reports whether a mask is on something that a contribution has.
func (b *State) maskable(row Contribution, m Mask) bool {
	if m.From < 0 || m.To < 0 || m.From >= m.To && (m.From != 0 || m.To != 0) {
		return false
	}
	within := func(n int) bool { return m.To <= n }
	if strings.Contains(m.Field, "@") {
		return b.maskableIn(row, m)
	}
	if rest, ok := strings.CutPrefix(m.Field, "f"); ok {
		n, name := strings.CutSuffix(rest, ".name")
		i, err := strconv.Atoi(n)
		return err == nil && i >= 1 && i <= int(row.Files) && (m.Field == FileNameField(i) && within(4*MaxName) || !name && m.Field == FileField(i) && m.To == 0)
	}
	switch m.Field {
	case FieldName, FieldAffiliation, FieldTitle:
		return within(4 * MaxName)
	case FieldBody:
		return within(4*MaxName) && !row.Known // the name of a party that is known stands on the roll
	}
	n, kind, _ := strings.Cut(m.Field, ".")
	i, err := strconv.Atoi(n)
	if err != nil || i < 1 || i > row.Parts || strconv.Itoa(i) != n {
		return false
	}
	p := b.Part(row.Ref, i)
	return kind == "text" && within(p.Bytes) || kind == "wording" && within(p.Wording)
}

// redactable checks a redaction and gives what it takes that is not taken yet.
func (b *State) redactable(c Redact) (Contribution, []Mask, error) {
	row, ok := b.Row(c.Part.Root())
	if n := c.Part.PartNumber(); !ok || n > row.Parts || c.Part.FileNumber() > 0 {
		return row, nil, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	masks := c.masks()
	if len(masks) == 0 || slices.ContainsFunc(masks, func(m Mask) bool { return !b.maskable(row, m) }) {
		return row, nil, refusal.In("part", "redact.passage")
	}
	if _, err := b.decidable(row.Ref, 0, Pending, Published, Withheld); err != nil {
		return row, nil, err
	}
	if _, span := c.Part.Span(); span && slices.ContainsFunc(b.Corrections(row.Ref), func(k Correction) bool { return k.Of(c.Part.PartNumber()) }) {
		return row, nil, refusal.In("part", "redact.corrected") // it may be meant of any of its texts
	}
	by := b.Masks(row.Ref)
	if masks = slices.DeleteFunc(masks, func(m Mask) bool { return Masked(by, m) }); len(masks) == 0 {
		return row, nil, refusal.New(refusal.Conflict, "redact.already")
	}
	return row, masks, nil
}

// Redact decides: where two people are needed, it is proposed.
func (b *State) Redact(act cite.Act, c Redact) (cite.Proposal, error) {
	row, masks, err := b.redactable(c)
	if err != nil {
		return cite.Proposal{}, err
	}
	//mutants:guard published text is redacted by two people where the conversation asks for two
	if b.NeedsTwo(row.Ref) {
		return b.proposeRedaction(act, row, c, masks)
	}
	if len(c.Masks) == 0 {
		return cite.Proposal{Body: PassageRedacted{Part: c.Part, Ground: c.Ground, By: act.By, At: act.At}}, nil
	}
	return cite.Proposal{Body: PassageRedacted{Part: row.Ref, Masks: masks, Ground: c.Ground, By: act.By, At: act.At}}, nil
}

// Masks lists what of a contribution is taken from the public, oldest first.
func (b *State) Masks(c cite.Ref) []Mask { return b.redactions.Get(c.Root()) }

// FileWithheld reports whether an attached file is kept from the public by itself.
func (b *State) FileWithheld(file cite.Ref) bool {
	n := file.FileNumber()
	return n > 0 && slices.ContainsFunc(b.Masks(file), func(m Mask) bool { return m.File() == n })
}

// masks lists what the fact takes.
func (f *PassageRedacted) masks() []Mask { return Redact{Part: f.Part, Masks: f.Masks}.masks() }

// Apply notes what is blacked out.
func (f *PassageRedacted) Apply(b *State, at cite.Entry) error {
	if !b.has(f.Part) {
		return b.gap(f, f.Part)
	}
	ref := f.Part.Root()
	b.redactions.Set(ref, append(slices.Clip(b.redactions.Get(ref)), f.masks()...))
	w := b.rows.Edit(ref.Number() - 1)
	w.Changed = at.Position
	if !w.Redacted {
		b.count(w, -1)
		w.Redacted = true
		b.count(w, 1)
	}
	b.alone(w)
	b.settle(ref, f.Proposed)
	return nil
}

// alone has a contribution of which something is black be a text of its own, in every count: whoever guesses what is black
// could else read there that they are right.
func (b *State) alone(w *Row) {
	if w.Status == Published {
		b.counts.Texts = bump(b.texts, w.likeness, -1)
		b.counts.Texts = bump(b.texts, uint64(w.Number), 1)
	}
	for i := range int(w.parts) {
		b.parts.Edit(int(w.first) + i).likeness = 0
	}
	w.likeness = uint64(w.Number)
}

// Removal is a redaction or an erasure of a published text that one person proposed and another has to confirm, where
// the conversation asks for two.
type Removal struct {
	At     cite.Position // of the proposal
	By     string        // who proposed it
	When   time.Time
	Erase  bool   // all of its words; else Masks
	Masks  []Mask // empty for an erasure
	Ground string
}

// Removals lists what was proposed of a contribution and is neither confirmed nor declined, oldest first.
func (b *State) Removals(c cite.Ref) []Removal { return b.removals.Get(c.Root()) }

// Proposed lists the contributions of which something is proposed to be removed, in the order of their numbers.
func (b *State) Proposed() []cite.Ref { return b.proposed }

// proposeRedaction proposes what is not proposed already.
func (b *State) proposeRedaction(act cite.Act, row Contribution, c Redact, masks []Mask) (cite.Proposal, error) {
	for _, r := range b.Removals(row.Ref) {
		masks = slices.DeleteFunc(masks, func(m Mask) bool { return Masked(r.Masks, m) })
	}
	if len(masks) == 0 {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "removal.proposed")
	}
	return cite.Proposal{Body: RemovalProposed{Contribution: row.Ref, Masks: masks, Ground: c.Ground, By: act.By, At: act.At}}, nil
}

// Removing is what of a contribution is taken from the public, and what is to be.
type Removing struct {
	Masks      []Mask
	Waiting    []Removal  // of this contribution, for another person
	Proposed   []cite.Ref // all contributions of which something waits
	NeedsTwo   bool       // to remove something of this contribution
	Two        bool       // to remove something of what is published
	One        ProposedOne
	Correcting []cite.Ref // all contributions of which a correction waits for a moderator
}

// Removing gives all of it.
func (b *State) Removing(c cite.Ref) Removing {
	return Removing{Masks: b.Masks(c), Waiting: b.Removals(c), Proposed: b.proposed, NeedsTwo: b.NeedsTwo(c), Two: b.TwoToRemove, One: b.OneProposed}
}

// ConfirmRemoval carries out what another proposed to redact or to erase.
type ConfirmRemoval struct {
	Contribution cite.Ref
	Proposal     cite.Position // the entry that proposed it
}

// Check has nothing to hold it to.
func (c ConfirmRemoval) Check() (ConfirmRemoval, error) { return c, nil }

// Removal finds what an entry proposed to remove of a contribution.
func (b *State) Removal(c cite.Ref, at cite.Position) (Removal, error) {
	for _, r := range b.Removals(c) {
		if r.At == at && c.Root() == c {
			return r, nil
		}
	}
	return Removal{}, refusal.New(refusal.Conflict, "removal.none")
}

// ConfirmRemoval decides on a redaction that another proposed. An erasure is confirmed, too, and what it comes to is
// the conversation's, which knows where the words stand.
func (b *State) ConfirmRemoval(act cite.Act, c ConfirmRemoval) (Removal, cite.Proposal, error) {
	r, err := b.Removal(c.Contribution, c.Proposal)
	if err != nil {
		return r, cite.Proposal{}, err
	}
	//mutants:guard nobody confirms what they proposed themselves
	if r.By == act.By {
		return r, cite.Proposal{}, refusal.New(refusal.Forbidden, "removal.same")
	}
	if r.Erase {
		return r, cite.Proposal{}, nil
	}
	row, masks, err := b.redactable(Redact{Part: c.Contribution, Masks: r.Masks})
	return r, cite.Proposal{Body: PassageRedacted{Part: row.Ref, Masks: masks, Ground: r.Ground, Proposed: r.At, By: act.By, At: act.At}}, err
}

// Apply notes what waits for another person.
func (f *RemovalProposed) Apply(b *State, at cite.Entry) error {
	if !b.has(f.Contribution) {
		return b.gap(f, f.Contribution)
	}
	rs := b.removals.Get(f.Contribution)
	b.removals.Set(f.Contribution, append(slices.Clip(rs), Removal{At: at.Position, By: f.By, When: f.At, Erase: f.Erase, Masks: f.Masks, Ground: f.Ground}))
	if len(rs) == 0 {
		i, _ := slices.BinarySearchFunc(b.proposed, f.Contribution, func(x, y cite.Ref) int { return x.Number() - y.Number() })
		b.proposed = slices.Insert(slices.Clone(b.proposed), i, f.Contribution)
	}
	return nil
}

// Decline folds that what was proposed of a contribution stays.
func (b *State) Decline(f cite.Fact, c cite.Ref, proposed cite.Position) error {
	if !b.has(c) {
		return b.gap(f, c)
	}
	b.settle(c, proposed)
	return nil
}

// settle takes a proposal off the list; all of them at position 0 stays as it is.
func (b *State) settle(c cite.Ref, proposal cite.Position) {
	if proposal > 0 {
		b.keepRemovals(c, func(r Removal) bool { return r.At != proposal })
	}
}

// keepRemovals drops the proposals about a contribution that are not to be kept.
func (b *State) keepRemovals(c cite.Ref, keep func(Removal) bool) {
	was := b.removals.Get(c)
	if len(was) == 0 {
		return
	}
	var left []Removal
	for _, r := range was {
		if keep(r) {
			left = append(left, r)
		}
	}
	b.removals.Set(c, left)
	if len(left) == 0 {
		b.proposed = slices.DeleteFunc(slices.Clone(b.proposed), func(r cite.Ref) bool { return r == c })
	}
}
