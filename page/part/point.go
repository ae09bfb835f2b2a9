package part

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Point is the view of one part of a contribution: where it stands, and what it says. Places that need more put it
// beside.
type Point struct {
	Ref      cite.Ref    `json:"ref"`
	On       cite.Ref    `json:"on"`
	Label    string      `json:"label,omitempty"` // "13(i)", in the edition it was written on
	Symbol   string      `json:"symbol"`
	Kind     string      `json:"kind,omitempty"` // of the element: paragraph, question, ...
	Language locale.Lang `json:"language"`
	Stance   string      `json:"stance,omitempty"`
	Text     string      `json:"text,omitempty"`
	Wording  string      `json:"wording,omitempty"` // that it proposes
	// Corrected is when the author sent the last correction of these words, zero for none; AnsweredBefore says that the answer
	// was made before it, from other words.
	Corrected      time.Time `json:"corrected,omitzero"`
	AnsweredBefore bool      `json:"answered_before_correction,omitempty"` // the answer it has was given to words that its author corrected since
	stands         cite.Position
}

// Begin is the point with the beginnings of its words, at most n characters of each.
func (p Point) Begin(n int) Point {
	p.Text, p.Wording = frame.Shorten(p.Text, n), frame.Shorten(p.Wording, n)
	return p
}

// Excerpt is the beginning of what the point says, at most n characters, or of what it proposes where it says nothing
// else.
func (p Point) Excerpt(n int) frame.LocalizedText {
	text := frame.Shorten(p.Text, n)
	if text == "" {
		text = frame.Shorten(p.Wording, n)
	}
	return frame.LocalizedText{Text: text, Lang: p.Language}
}

// PointCard is a point with the contribution that it is part of.
type PointCard struct {
	*Contribution
	Part ContributionPart `json:"part"`
	// Alike counts the points with the same words, this one included; Answer is what it has.
	Alike  int    `json:"alike,omitempty"`
	Answer string `json:"answer_outcome,omitempty"`
	index  int
}

// NewPointCard builds the view of one part; ok is false where the audience may not read it.
func NewPointCard(st *conversation.Reading, part cite.Ref, l locale.Lang) (PointCard, bool) {
	c, ok := NewContribution(st, part, l)
	n := part.PartNumber()
	if !ok || n < 1 || n > len(c.Parts) {
		return PointCard{}, false
	}
	return PointCard{Contribution: c, Part: c.Parts[n-1], index: n - 1}, true
}

// HiddenPointCard is the view of a part whose words the audience may not see any more: where it stands, and no more.
func HiddenPointCard(st *conversation.Reading, part cite.Ref, l locale.Lang) (PointCard, bool) {
	p := PointCard{index: -1}
	c, ok := NewContribution(st, part, l)
	if ok {
		p.Contribution, p.Part.Ref = c, part
		if row, there := st.Consultation.Row(part); there && part.PartNumber() <= row.Parts {
			p.Part.On = st.Consultation.Part(row.Ref, part.PartNumber()).On
		}
	}
	return p, ok
}

// Fill gives the words.
func (p *PointCard) Fill(words map[cite.Position]cite.Words) {
	p.Contribution.Fill(words)
	if p.index >= 0 && p.index < len(p.Contribution.Parts) {
		p.Part = p.Contribution.Parts[p.index]
	} else {
		p.Part.Text, p.Part.Wording = "", "" // erased
	}
}

// Excerpt is the beginning of what the point says.
func (p *PointCard) Excerpt(n int) frame.LocalizedText { return p.Part.Excerpt(n) }

// PointRow is a point in a list: who said it, where, how it begins, and what was answered.
type PointRow struct {
	Point                            // the beginning of its words
	Contribution cite.Ref            `json:"contribution"`
	Name         string              `json:"name,omitempty"`
	Org          string              `json:"organisation,omitempty"`
	Category     string              `json:"category"`
	Country      string              `json:"country,omitempty"`
	Late         bool                `json:"late,omitempty"`
	Redacted     bool                `json:"redacted,omitempty"`
	Answer       cite.Ref            `json:"answer,omitempty"`
	Reopened     bool                `json:"reopened,omitempty"`
	Outcome      string              `json:"outcome,omitempty"`
	Verdict      string              `json:"reaction,omitempty"` // the author's last word on this answer
	Reaction     frame.LocalizedText `json:"reaction_text,omitzero"`
	ReplyTo      cite.Ref            `json:"reply_to,omitempty"` // the point that it replies to
	Whole        *Contribution       `json:"-"`                  // what it is a part of
	reactedAt    cite.Position
	n            int
}

// firstWords is how much of a text a list of points shows, in characters.
const firstWords = 200

// PointRows makes the points of a page; the parts of one contribution share it.
type PointRows struct {
	st   *conversation.Reading
	l    locale.Lang
	made map[cite.Ref]*Contribution
	all  []*PointRow
}

// NewPointRows begins a page of points.
func NewPointRows(st *conversation.Reading, l locale.Lang) *PointRows {
	return &PointRows{st: st, l: l, made: map[cite.Ref]*Contribution{}}
}

// Point makes a point of a part; nil where the audience may not read it.
func (ps *PointRows) Point(r cite.Ref) *PointRow {
	c, ok := ps.made[r.Root()]
	if !ok {
		if row, known := ps.st.Consultation.Row(r); known && ps.st.MaySee(r) >= conversation.Redacted {
			c = ContributionOf(ps.st, row, ps.l)
		}
		ps.made[r.Root()] = c
	}
	n := r.PartNumber()
	if c == nil || n < 1 || n > len(c.Parts) {
		return nil
	}
	p := &PointRow{Point: c.Parts[n-1].Point, Contribution: c.Ref, Category: c.Category, Country: c.Country, Late: c.Late, Redacted: c.Redacted, ReplyTo: c.Parts[n-1].ReplyTo, Whole: c, n: n}
	p.Answer, p.Reopened = ps.st.Consultation.Answer(r)
	if d, ok := ps.st.Consultation.Disposition(p.Answer); ok {
		p.Outcome = d.Outcome.String()
		if rs := ps.st.Consultation.Reactions(r); len(rs) > 0 && rs[len(rs)-1].Disposition == d.Ref {
			last := rs[len(rs)-1]
			p.Verdict, p.Reaction.Lang, p.reactedAt = last.Verdict, last.Language, last.Position
		}
	}
	ps.all = append(ps.all, p)
	return p
}

// Need lists the words of the points and of the reactions.
func (ps *PointRows) Need() []cite.Position {
	var out []cite.Position
	for _, c := range ps.made {
		if c != nil {
			out = append(out, c.Need()...)
		}
	}
	for _, p := range ps.all {
		if p.reactedAt > 0 {
			out = append(out, p.reactedAt)
		}
	}
	return out
}

// Fill gives them.
func (ps *PointRows) Fill(words map[cite.Position]cite.Words) {
	for _, c := range ps.made {
		if c != nil {
			c.Fill(words)
		}
	}
	for _, p := range ps.all {
		p.Name, p.Org = p.Whole.Name, p.Whole.Org
		if said, ok := p.Said(); ok {
			p.Point = said.Begin(firstWords)
		}
		p.Reaction.Text = words[p.reactedAt]["text"] // none where nobody said anything to it
	}
}

// Said is the point with the whole of its words; not ok where they are gone.
func (p *PointRow) Said() (Point, bool) {
	if p.n > len(p.Whole.Parts) {
		return Point{}, false
	}
	return p.Whole.Parts[p.n-1].Point, true
}

// Open reports whether the point still waits for an answer.
func (p *PointRow) Open() bool { return p.Answer == cite.None || p.Reopened }
