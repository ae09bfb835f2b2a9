package page

import (
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// Answer is a disposition as pages show it: the outcome, its reason in the reader's language where there
// is one, and the passages that it changes.
type Answer struct {
	Ref       cite.Ref         `json:"ref"`
	Position  cite.Position    `json:"position"`
	At        time.Time        `json:"at"`
	Outcome   string           `json:"outcome"`
	Of        cite.Ref         `json:"duplicate_of,omitempty"`
	Revises   cite.Ref         `json:"revises,omitempty"`
	Points    int              `json:"points"` // that it answers now
	Reason    LocalizedText    `json:"reason"`
	Original  locale.Lang      `json:"original"`
	Status    string           `json:"translation_status,omitempty"` // of Reason, where it is a translation
	Languages []locale.Lang    `json:"languages"`                    // in which the reason exists
	Changes   []ChangedPassage `json:"changes,omitempty"`
	reason    consultation.Reason
}

// ChangedPassage is a passage that an answer changes: as it was, and as it is.
type ChangedPassage struct {
	Ref      cite.Ref      `json:"ref"` // in the edition that changed it; through time while that is not out
	Kind     string        `json:"kind"`
	Label    string        `json:"label,omitempty"`
	Symbol   string        `json:"symbol,omitempty"`
	Name     LocalizedText `json:"name,omitzero"` // the working title of a passage that is still to come
	Promised bool          `json:"promised,omitempty"`
	Kept     bool          `json:"kept,omitempty"` // promised, and the edition left it as it was
	New      bool          `json:"new,omitempty"`
	Gone     bool          `json:"deleted,omitempty"`
	Lang     locale.Lang   `json:"lang,omitempty"`
	Ops      []paper.Op    `json:"redline,omitempty"`
}

// newAnswer builds the view of a disposition.
func newAnswer(st *conversation.Reading, r cite.Ref, l locale.Lang) *Answer {
	d, ok := st.Consultation.Disposition(r)
	if !ok {
		return nil
	}
	v := &Answer{Ref: d.Ref, Position: d.Position, At: d.At, Outcome: d.Outcome.String(), Of: d.Of, Revises: d.Revises, Points: d.Current, Original: d.Original}
	for _, x := range locale.All {
		if _, ok := d.Reasons[x]; ok {
			v.Languages = append(v.Languages, x)
		}
	}
	v.Reason.Lang = d.Original
	if _, ok := d.Reasons[l]; ok {
		v.Reason.Lang = l
	}
	v.reason = d.Reasons[v.Reason.Lang]
	v.Status = v.reason.Status
	for _, c := range d.Changes {
		v.Changes = append(v.Changes, changedPassage(st, d, c, l))
	}
	return v
}

// changedPassage looks up what a change of a disposition came to.
func changedPassage(st *conversation.Reading, d *consultation.Disposition, c cite.Ref, l locale.Lang) ChangedPassage {
	x := c.Element()
	p, _ := st.Papers.Paper(c)
	e, out := st.Effect(d, c)
	if !out {
		v := ChangedPassage{Ref: x, Promised: true}
		if el, ok := p.Latest().Element(x); ok {
			v.Kind, v.Label, v.Symbol = el.Kind, p.Latest().Label(x), string(p.Latest().Symbol)
		} else if i := slices.IndexFunc(p.Reserved, func(r paper.Reserved) bool { return r.Ref == x }); i >= 0 {
			v.Kind, v.Name = p.Reserved[i].ElementKind, said(p.Reserved[i].Name, l)
		}
		return v
	}
	v := ChangedPassage{Ref: cite.Element(e.Ref, x.ElementNumber()), Symbol: string(e.Symbol), Label: e.Label(x)}
	before, after := st.Texts(e, x, l)
	if el, ok := e.Element(x); ok {
		v.Kind = el.Kind
	} else {
		v.Gone = true
		if was, ok := p.Edition(e.Ref.EditionNumber() - 1); ok {
			if el, ok := was.Element(x); ok {
				v.Kind, v.Label = el.Kind, was.Label(x)
				v.Ref, v.Symbol = cite.Element(was.Ref, x.ElementNumber()), string(was.Symbol)
			}
		}
	}
	v.New = before.Text == "" && after.Text != ""
	v.Lang = after.Lang
	if v.Lang == "" {
		v.Lang = before.Lang
	}
	v.Ops = paper.Redline(before.Text, after.Text)
	v.Kept = before.Text == after.Text
	return v
}

// Need is where the reason's words are.
func (v *Answer) Need() []cite.Position {
	if v == nil || v.reason.At == 0 {
		return nil
	}
	return []cite.Position{v.reason.At}
}

// Fill gives them.
func (v *Answer) Fill(words map[cite.Position]cite.Words) {
	if v != nil {
		v.Reason.Text = words[v.reason.At][v.reason.Key]
	}
}

// ReactionView is what an author said of an answer.
type ReactionView struct {
	Position    cite.Position `json:"position"`
	Disposition cite.Ref      `json:"disposition"`
	Verdict     string        `json:"verdict"`
	At          time.Time     `json:"at"`
	Words       LocalizedText `json:"words,omitzero"`
	worded      bool
}

func reactionsOn(st *conversation.Reading, part cite.Ref) []ReactionView {
	var out []ReactionView
	for _, r := range st.Consultation.Reactions(part) {
		out = append(out, ReactionView{Position: r.Position, Disposition: r.Disposition, Verdict: r.Verdict, At: r.At, Words: LocalizedText{Lang: r.Language}, worded: r.Worded})
	}
	return out
}

// Point is one part of a contribution in a list of points.
type Point struct {
	*Contribution
	Part ContributionPart `json:"part"`
	// Alike counts the points with the same words, this one included; Answer is what it has.
	Alike  int    `json:"alike,omitempty"`
	Answer string `json:"answer_outcome,omitempty"`
	index  int
}

// newPoint builds the view of one part as an audience may see it.
func newPoint(st *conversation.Reading, part cite.Ref, l locale.Lang) (Point, bool) {
	c, ok := NewContribution(st, part, l)
	n := part.PartNumber()
	if !ok || n < 1 || n > len(c.Parts) {
		return Point{}, false
	}
	return Point{Contribution: c, Part: c.Parts[n-1], index: n - 1}, true
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
func (p *Point) Excerpt(n int) LocalizedText {
	if p.Part.Text == "" {
		return LocalizedText{shorten(p.Part.Wording, n), p.Part.Language}
	}
	return LocalizedText{shorten(p.Part.Text, n), p.Part.Language}
}

// PointsSize is how many points a page lists.
const PointsSize = 50

// DispositionPage is one answer with all the points that it answers.
type DispositionPage struct {
	*Answer
	Three    consultation.Counts `json:"counts"` // of the points answered
	Total    int                 `json:"total"`
	List     []Point             `json:"answered"`
	Next     cite.Ref            `json:"next,omitempty"` // After of the next page
	Citing   []Citing            `json:"cited_by,omitempty"`
	Verdicts map[string]int      `json:"verdicts,omitempty"`
	Officer  bool                `json:"-"`
	Choices  []PassageChoice     `json:"-"` // passages that an officer may link
	Typed    struct {
		Language, Status, Reason string
	} `json:"-"`
	TokenA, TokenB string          `json:"-"` // of the two forms
	Chosen         map[string]bool `json:"-"` // passages of a link that was refused
}

// Citing is an element of another paper that rests on something.
type Citing struct {
	Ref    cite.Ref      `json:"ref"`
	Symbol string        `json:"symbol"`
	Label  string        `json:"label"`
	Date   string        `json:"date"`
	Text   LocalizedText `json:"text"`
}

func citing(st *conversation.Reading, r cite.Ref, l locale.Lang) []Citing {
	var out []Citing
	for _, c := range st.Papers.Citing(r) {
		e, ok := st.Papers.Edition(c)
		if !ok {
			continue
		}
		if el, ok := e.Element(c.Element()); ok {
			out = append(out, Citing{Ref: c, Symbol: string(e.Symbol), Label: e.Label(c.Element()), Date: e.Date, Text: said(el.Text, l)})
		}
	}
	return out
}

// NewDispositionPage builds the page; after is the last point of the page before, None for the first.
func NewDispositionPage(st *conversation.Reading, ref, after cite.Ref, l locale.Lang) (*DispositionPage, bool) {
	if st.MaySee(ref) < conversation.Full {
		return nil, false
	}
	d, ok := st.Consultation.Disposition(ref)
	if !ok {
		return nil, false
	}
	v := &DispositionPage{Answer: newAnswer(st, ref, l), Citing: citing(st, ref, l), Verdicts: map[string]int{}, Officer: st.Audience.Roles.Has(delegation.Officer)}
	voices := st.PublishedParts(d)
	v.Total = len(voices)
	v.Three = st.Consultation.CountsOf(voices)
	begun := after == cite.None
	for _, r := range voices {
		if rs := st.Consultation.Reactions(r); len(rs) > 0 && rs[len(rs)-1].Disposition == d.Ref {
			v.Verdicts[rs[len(rs)-1].Verdict]++
		}
		switch {
		case !begun:
			begun = r == after
		case len(v.List) == PointsSize:
			v.Next = v.List[len(v.List)-1].Part.Ref
		default:
			if p, ok := newPoint(st, r, l); ok {
				v.List = append(v.List, p)
			}
		}
	}
	if v.Officer {
		v.Choices = passageChoices(st, d.Parts, l)
	}
	return v, true
}

// Need lists the words of the reason and of the points.
func (v *DispositionPage) Need() []cite.Position {
	out := v.Answer.Need()
	for i := range v.List {
		out = append(out, v.List[i].Need()...)
	}
	return out
}

// Fill gives them.
func (v *DispositionPage) Fill(words map[cite.Position]cite.Words) {
	v.Answer.Fill(words)
	for i := range v.List {
		v.List[i].Fill(words)
	}
}

var consultationOutcomes = consultation.Outcomes

// Title is the page's title.
func (v *DispositionPage) Title(f *Frame) string {
	return f.T("answer.title", "ref", string(v.Ref)) + ": " + f.T("outcome."+v.Outcome)
}

// PassageChoice is a passage that an answer may change, in a list to choose from.
type PassageChoice struct {
	Ref   cite.Ref
	Label string
	Text  LocalizedText
	Own   bool // the point is about it
}

// passageChoices lists the elements that an answer to some parts may change: of the papers they are on,
// the places they are on first, then all elements of the newest edition, then what is reserved.
func passageChoices(st *conversation.Reading, parts []cite.Ref, l locale.Lang) []PassageChoice {
	var out []PassageChoice
	seen := map[cite.Ref]bool{}
	for _, r := range parts {
		row, ok := st.Consultation.Row(r)
		if !ok {
			continue
		}
		on := st.Consultation.Part(row.Ref, r.PartNumber()).On
		p, ok := st.Papers.Paper(on)
		if !ok || seen[p.Ref] {
			continue
		}
		seen[p.Ref] = true
		latest := p.Latest()
		at := p.Follow(on.Element(), on.EditionNumber(), len(p.Editions))
		var rest []PassageChoice
		for i := range latest.Elements {
			el := &latest.Elements[i]
			c := PassageChoice{Ref: el.Ref, Label: strings.TrimSpace(l.T("kind."+el.Kind) + " " + latest.Label(el.Ref)), Text: said(el.Text, l), Own: slices.Contains(at.Elements, el.Ref)}
			c.Text.Text = shorten(c.Text.Text, 60)
			if c.Own {
				out = append(out, c)
			} else {
				rest = append(rest, c)
			}
		}
		for _, x := range p.Reserved {
			out = append(out, PassageChoice{Ref: x.Ref, Label: l.T("answer.reserved"), Text: said(x.Name, l)})
		}
		out = append(out, rest...)
	}
	return out
}
