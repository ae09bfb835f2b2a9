package part

import (
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// Correction is what the author put right in a contribution after it was sent. What stood before stays.
type Correction struct {
	Number   int           `json:"number"` // 1, 2, ... of the contribution
	Position cite.Position `json:"position"`
	At       time.Time     `json:"at"` // when the author sent it
	// Status is published where the contribution says it now or said it before a later one, pending where a moderator has
	// still to decide, withheld where it is not published.
	Status string `json:"status"`
	Ground string `json:"ground,omitempty"`
	Why    string `json:"withheld_reason,omitempty"` // of the moderator
	Reason string `json:"reason,omitempty"`          // of the author
	// Changes are absent where the audience may not read what it says.
	Changes []Reworded `json:"changes,omitempty"`
	k       consultation.Correction
}

// Reworded is the line, a text or a wording that a correction puts right.
type Reworded struct {
	Part     cite.Ref    `json:"part,omitempty"` // none for the line of the contribution
	Field    string      `json:"field"`          // title, text or wording
	Language locale.Lang `json:"language"`
	Before   string      `json:"before,omitempty"` // what stood until then, empty for nothing
	After    string      `json:"after,omitempty"`  // what the author says from then on, empty where they took it away
}

// Redline is how the one came from the other.
func (c Reworded) Redline() Redline { return plainRedline(c.Before, c.After) }

// plainRedline compares words that have no markup.
func plainRedline(before, after string) Redline {
	return Redline{Ops: paper.Redline(before, after), old: []frame.Run{{Text: before}}, now: []frame.Run{{Text: after}}}
}

// corrected says of a contribution what its author put right, as far as the audience may know it.
func (v *Contribution) corrected(st *conversation.Reading, row consultation.Contribution) {
	if row.Corrected == 0 {
		return
	}
	for n, k := range st.Consultation.Corrections(row.Ref) {
		c := Correction{Number: n + 1, Position: k.Position, At: k.At, Status: consultation.Published.String(), Ground: k.Ground, k: k}
		switch {
		case k.Withheld > 0:
			c.Status = consultation.Withheld.String()
		case k.Waits():
			c.Status = consultation.Pending.String()
			v.Correcting = k.At
		default:
			v.Corrected = k.At
		}
		v.all = append(v.all, c)
		for i := range v.Parts {
			p := &v.Parts[i]
			if k.Stands == 0 || !k.Of(p.Ref.PartNumber()) {
				continue
			}
			p.Corrected, p.stands = k.At, k.Stands
			if d, ok := st.Consultation.Disposition(answerOf(st, p.Ref)); ok {
				p.AnsweredBefore = d.Position < k.Stands
			}
		}
	}
}

func answerOf(st *conversation.Reading, part cite.Ref) cite.Ref {
	d, _ := st.Consultation.Answer(part)
	return d
}

// correctionsNeed lists the words of the corrections.
func (v *Contribution) correctionsNeed(out []cite.Position) []cite.Position {
	for _, c := range v.all {
		if out = append(out, c.Position); c.k.Withheld > 0 {
			out = append(out, c.k.Withheld)
		}
	}
	return out
}

// fillCorrections tells each correction from what stood before it.
func (v *Contribution) fillCorrections(words map[cite.Position]cite.Words) {
	if v.Corrections = nil; !v.whole || len(v.all) == 0 {
		return
	}
	now, ok := words[conversation.Original(v.Position)]
	v.asSent = now
	if !ok {
		now = words[v.Position] // none stands
	}
	for _, c := range v.all {
		if c.k.Withheld > 0 {
			c.Why = words[c.k.Withheld]["reason"]
		}
		if said, ok := words[c.Position]; ok {
			after := c.k.Over(now, said)
			c.Reason = said[consultation.FieldReason]
			c.Changes = v.changes(&c.k, now, after)
			if c.k.Stands > 0 {
				now = after
			}
		}
		v.Corrections = append(v.Corrections, c)
	}
}

// changes are the words that are others after a correction.
func (v *Contribution) changes(k *consultation.Correction, before, after cite.Words) (out []Reworded) {
	add := func(part cite.Ref, l locale.Lang, field, name string) {
		if before[name] != after[name] {
			out = append(out, Reworded{Part: part, Field: field, Language: l, Before: before[name], After: after[name]})
		}
	}
	if k.Title && len(v.Parts) > 0 {
		add(cite.None, v.Parts[0].Language, "title", consultation.FieldTitle)
	}
	for _, p := range v.Parts {
		if n := p.Ref.PartNumber(); k.Of(n) {
			add(p.Ref, p.Language, "text", consultation.TextField(n))
			add(p.Ref, p.Language, "wording", consultation.WordingField(n))
		}
	}
	return out
}

// Of are the corrections that stand of a part, or of the line where it is none, the last first.
func (v *Contribution) correctionsOf(part cite.Ref) (out []Correction) {
	for _, c := range v.Corrections {
		if c.Status != consultation.Published.String() {
			continue
		}
		of := c
		of.Changes = nil
		for _, x := range c.Changes {
			if x.Part == part {
				of.Changes = append(of.Changes, x)
			}
		}
		if len(of.Changes) > 0 {
			out = append([]Correction{of}, out...)
		}
	}
	return out
}

// CorrectedPoint is a point whose author put other words in place since somebody read it.
type CorrectedPoint struct {
	PointCard
	Changes []Reworded `json:"changes"` // from what it said then to what it says now; none where it says the same again
}

// ChangedBy are the words of a part that a correction which stands put right, those of the line of the contribution with its
// first part. It is filled where WithCorrections was asked for.
func (v *Contribution) ChangedBy(correction int, part cite.Ref) (out []Reworded) {
	if correction < 1 || correction > len(v.Corrections) || v.Corrections[correction-1].k.Stands == 0 {
		return nil
	}
	for _, x := range v.Corrections[correction-1].Changes {
		if x.Part == part || x.Part == cite.None && part.PartNumber() == 1 {
			out = append(out, x)
		}
	}
	return out
}

// CorrectionStep is the name of a correction of a part among the steps of a trace.
func CorrectionStep(part cite.Ref, correction int) string {
	return "k-" + part.ID() + "-" + strconv.Itoa(correction)
}

// step is where a correction of a part, or of the line where it is none, stands in the trace of its contribution.
func (v *Contribution) step(f *frame.Frame, of cite.Ref, c Correction) templ.SafeURL {
	if of == cite.None {
		of = cite.Part(v.Ref, 1)
	}
	return f.In("/" + string(v.Ref) + "/trace#" + CorrectionStep(of, c.Number))
}

// RewordedSince is how what a part says changed by the corrections that stand since after an entry: from what it said then to
// what it says now. It is filled where WithCorrections was asked for.
func (v *Contribution) RewordedSince(part cite.Ref, seen cite.Position) (out []Reworded) {
	for _, c := range v.Corrections {
		if c.k.Stands <= seen {
			continue
		}
		for _, x := range c.Changes {
			if x.Part != part {
				continue
			}
			if i := slices.IndexFunc(out, func(o Reworded) bool { return o.Field == x.Field }); i >= 0 {
				out[i].After = x.After
			} else {
				out = append(out, x)
			}
		}
	}
	return slices.DeleteFunc(out, func(x Reworded) bool { return x.Before == x.After })
}

// Undecided are the corrections that do not stand: one that waits, and those that were withheld.
func (v *Contribution) Undecided() (out []Correction) {
	for _, c := range v.Corrections {
		if c.Status != consultation.Published.String() {
			out = append(out, c)
		}
	}
	return out
}

// AsSent is a part with the words as they came, whatever was corrected since.
func (v *Contribution) AsSent(p ContributionPart) ContributionPart {
	if w := v.asSent; w != nil {
		n := p.Ref.PartNumber()
		p.Text, p.Wording = w[consultation.TextField(n)], w[consultation.WordingField(n)]
	}
	return p
}

// WithCorrections has the corrections of a contribution told one by one, and whether the reader can send one.
func (v *Contribution) WithCorrections() *Contribution {
	v.whole = true
	return v
}

// Correctable looks whether the reader can correct the contribution now; of somebody else's they are not told.
func (v *Contribution) Correctable(st *conversation.Reading, row consultation.Contribution) *Contribution {
	v.MayCorrect = refusal.New(refusal.Hidden, "contribution.unknown")
	if p, _ := st.Acts(row.Ref); p != 0 {
		v.MayCorrect = st.Refused(conversation.Ask{By: p, Received: st.Now, Command: correction.Correct{Contribution: row.Ref, Retitle: true}})
	}
	return v
}

// WhyNotCorrect says to whoever acts for what everybody reads or what waits why it cannot be corrected now; "" where it can.
func (v *Contribution) WhyNotCorrect(f *frame.Frame) string {
	if !v.Own && !v.Acts || v.MayCorrect == nil || v.Status != consultation.Published.String() && v.Status != consultation.Pending.String() {
		return ""
	}
	for _, r := range refusal.Of(v.MayCorrect) {
		return f.Sentence(r)
	}
	return ""
}
