package page

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// PointRow is one part of a contribution in a list: who said it, where, and how it begins.
type PointRow struct {
	Ref          cite.Ref      `json:"ref"`
	Contribution cite.Ref      `json:"contribution"`
	On           cite.Ref      `json:"on"`
	Symbol       string        `json:"symbol"`
	Kind         string        `json:"kind,omitempty"` // of the element
	Label        string        `json:"label,omitempty"`
	Name         string        `json:"name,omitempty"`
	Org          string        `json:"organisation,omitempty"`
	Category     string        `json:"category"`
	Country      string        `json:"country,omitempty"`
	Language     locale.Lang   `json:"language"`
	Stance       string        `json:"stance,omitempty"`
	Text         string        `json:"text,omitempty"`    // its first words
	Wording      string        `json:"wording,omitempty"` // the first words of what it proposes
	Late         bool          `json:"late,omitempty"`
	Redacted     bool          `json:"redacted,omitempty"`
	Answer       cite.Ref      `json:"answer,omitempty"`
	Reopened     bool          `json:"reopened,omitempty"`
	Outcome      string        `json:"outcome,omitempty"`
	Verdict      string        `json:"reaction,omitempty"` // the author's last word on this answer
	Reaction     LocalizedText `json:"reaction_text,omitzero"`
	reactedAt    cite.Position
	c            *Contribution
	n            int
}

// firstWords is how much of a text a list of points shows, in characters.
const firstWords = 200

// pointRows makes the points of a page; the parts of one contribution share it.
type pointRows struct {
	st   *conversation.Reading
	l    locale.Lang
	made map[cite.Ref]*Contribution
	all  []*PointRow
}

func newPointRows(st *conversation.Reading, l locale.Lang) *pointRows {
	return &pointRows{st: st, l: l, made: map[cite.Ref]*Contribution{}}
}

// point makes a point of a part; nil where the audience may not read it.
func (ps *pointRows) point(r cite.Ref) *PointRow {
	c, ok := ps.made[r.Root()]
	if !ok {
		if row, known := ps.st.Consultation.Row(r); known && ps.st.MaySee(r) >= conversation.Redacted {
			c = contributionOf(ps.st, row, ps.l)
		}
		ps.made[r.Root()] = c
	}
	n := r.PartNumber()
	if c == nil || n < 1 || n > len(c.Parts) {
		return nil
	}
	p := &PointRow{Ref: r, Contribution: c.Ref, On: c.Parts[n-1].On, Symbol: c.Parts[n-1].Symbol, Kind: c.Parts[n-1].Kind, Label: c.Parts[n-1].Label, Category: c.Category, Country: c.Country, Language: c.Parts[n-1].Language,
		Stance: c.Parts[n-1].Stance, Late: c.Late, Redacted: c.Redacted, c: c, n: n}
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

func (ps *pointRows) need() []cite.Position {
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

func (ps *pointRows) fill(words map[cite.Position]cite.Words) {
	for _, c := range ps.made {
		if c != nil {
			c.Fill(words)
		}
	}
	for _, p := range ps.all {
		p.Name, p.Org = p.c.Name, p.c.Org
		if part, ok := p.part(); ok {
			p.Text, p.Wording = shorten(part.Text, firstWords), shorten(part.Wording, firstWords)
		}
		if p.reactedAt > 0 {
			p.Reaction.Text = words[p.reactedAt]["text"]
		}
	}
}

// part is the whole of what the point says; not ok where its words are gone.
func (p *PointRow) part() (ContributionPart, bool) {
	if p.n > len(p.c.Parts) {
		return ContributionPart{}, false
	}
	return p.c.Parts[p.n-1], true
}

// Open reports whether the point still waits for an answer.
func (p *PointRow) Open() bool { return p.Answer == cite.None || p.Reopened }
