package part

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// Point is one part of a contribution in a list of points.
type Point struct {
	*Contribution
	Part ContributionPart `json:"part"`
	// Alike counts the points with the same words, this one included; Answer is what it has.
	Alike  int    `json:"alike,omitempty"`
	Answer string `json:"answer_outcome,omitempty"`
	index  int
}

// NewPoint builds the view of one part as an audience may see it.
func NewPoint(st *conversation.Reading, part cite.Ref, l locale.Lang) (Point, bool) {
	c, ok := NewContribution(st, part, l)
	n := part.PartNumber()
	if !ok || n < 1 || n > len(c.Parts) {
		return Point{}, false
	}
	return Point{Contribution: c, Part: c.Parts[n-1], index: n - 1}, true
}

// HiddenPoint is the view of a part whose words the audience may not see any more: where it stands, and no more.
func HiddenPoint(st *conversation.Reading, part cite.Ref, l locale.Lang) (Point, bool) {
	p := Point{index: -1}
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
func (p *Point) Fill(words map[cite.Position]cite.Words) {
	p.Contribution.Fill(words)
	if p.index >= 0 && p.index < len(p.Contribution.Parts) {
		p.Part = p.Contribution.Parts[p.index]
	} else {
		p.Part.Text, p.Part.Wording = "", "" // erased
	}
}

// Excerpt is the beginning of what the point says.
func (p *Point) Excerpt(n int) frame.LocalizedText {
	if p.Part.Text == "" {
		return frame.LocalizedText{Text: frame.Shorten(p.Part.Wording, n), Lang: p.Part.Language}
	}
	return frame.LocalizedText{Text: frame.Shorten(p.Part.Text, n), Lang: p.Part.Language}
}

// PointRow is one part of a contribution in a list: who said it, where, and how it begins.
type PointRow struct {
	Ref          cite.Ref            `json:"ref"`
	Contribution cite.Ref            `json:"contribution"`
	On           cite.Ref            `json:"on"`
	Symbol       string              `json:"symbol"`
	Kind         string              `json:"kind,omitempty"` // of the element
	Label        string              `json:"label,omitempty"`
	Name         string              `json:"name,omitempty"`
	Org          string              `json:"organisation,omitempty"`
	Category     string              `json:"category"`
	Country      string              `json:"country,omitempty"`
	Language     locale.Lang         `json:"language"`
	Stance       string              `json:"stance,omitempty"`
	Text         string              `json:"text,omitempty"`    // its first words
	Wording      string              `json:"wording,omitempty"` // the first words of what it proposes
	Late         bool                `json:"late,omitempty"`
	Redacted     bool                `json:"redacted,omitempty"`
	Answer       cite.Ref            `json:"answer,omitempty"`
	Reopened     bool                `json:"reopened,omitempty"`
	Outcome      string              `json:"outcome,omitempty"`
	Verdict      string              `json:"reaction,omitempty"` // the author's last word on this answer
	Reaction     frame.LocalizedText `json:"reaction_text,omitzero"`
	reactedAt    cite.Position
	Whole        *Contribution `json:"-"` // what it is a part of
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
	p := &PointRow{Ref: r, Contribution: c.Ref, On: c.Parts[n-1].On, Symbol: c.Parts[n-1].Symbol, Kind: c.Parts[n-1].Kind, Label: c.Parts[n-1].Label, Category: c.Category, Country: c.Country, Language: c.Parts[n-1].Language,
		Stance: c.Parts[n-1].Stance, Late: c.Late, Redacted: c.Redacted, Whole: c, n: n}
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
		if part, ok := p.Said(); ok {
			p.Text, p.Wording = frame.Shorten(part.Text, firstWords), frame.Shorten(part.Wording, firstWords)
		}
		if p.reactedAt > 0 {
			p.Reaction.Text = words[p.reactedAt]["text"]
		}
	}
}

// Said is the whole of what the point says; not ok where its words are gone.
func (p *PointRow) Said() (ContributionPart, bool) {
	if p.n > len(p.Whole.Parts) {
		return ContributionPart{}, false
	}
	return p.Whole.Parts[p.n-1], true
}

// Open reports whether the point still waits for an answer.
func (p *PointRow) Open() bool { return p.Answer == cite.None || p.Reopened }
