package part

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/paper"
)

// Author is somebody behind a change.
type Author struct {
	Ref     cite.Ref      `json:"ref"` // the part
	Name    string        `json:"name,omitempty"`
	Country string        `json:"country,omitempty"`
	By      *Contribution `json:"-"` // who said it, with the name as it may be shown
}

// NewAuthor is who said a part; ok is false where the audience may see nothing of it.
func NewAuthor(st *conversation.Reading, part cite.Ref, l locale.Lang) (Author, bool) {
	c, ok := NewContribution(st, part, l)
	if !ok {
		return Author{}, false
	}
	return Author{Ref: part, Country: c.Country, By: c}, true
}

// Need lists the words of the name.
func (a *Author) Need() []cite.Position { return a.By.Need() }

// Fill gives them.
func (a *Author) Fill(words map[cite.Position]cite.Words) {
	a.By.Fill(words)
	a.Name = a.By.Signed()
}

// WhyAnswer is an answer behind a change. Its points are those that everybody may read.
type WhyAnswer struct {
	Answer
	Gone        int      `json:"not_shown,omitempty"`   // points that were withdrawn, withheld or erased since
	Translation string   `json:"translation,omitempty"` // of the reason, where it is none of the original
	Authors     []Author `json:"authors,omitempty"`     // the first few
}

// Why is what stands behind a change: answers, and the points that they answer. Without an answer the
// change is the secretariat's own initiative.
type Why struct {
	Points    int          `json:"points"`
	Parties   int          `json:"parties"`
	Countries int          `json:"countries"`
	Gone      int          `json:"not_shown,omitempty"`
	Own       bool         `json:"own_initiative,omitempty"`
	Held      bool         `json:"held,omitempty"` // the points asked for what a heading holds
	Answers   []*WhyAnswer `json:"answers,omitempty"`
	Again     bool         `json:"-"` // the passage above has the same answers
}

// Causes counts what is behind changes, for one audience, each answer once.
type Causes struct {
	st      *conversation.Reading
	l       locale.Lang
	answers map[cite.Ref]*Cause
}

// Cause is an answer with whom it answers.
type Cause struct {
	Disposition *consultation.Disposition
	Parts       []cite.Ref // that the audience may read
	who         [][2]string
	alone       Why // the counts of this answer alone
	counted     bool
}

// NewCauses counts for the audience of a reading; reasons are given in l where they are in it.
func NewCauses(st *conversation.Reading, l locale.Lang) *Causes {
	return &Causes{st: st, l: l, answers: map[cite.Ref]*Cause{}}
}

// Of is an answer with whom it answers, counted once.
func (w *Causes) Of(d *consultation.Disposition) *Cause {
	if a := w.answers[d.Ref]; a != nil {
		return a
	}
	a := &Cause{Disposition: d}
	for _, r := range w.st.PublishedParts(d) {
		if w.st.MaySee(r) < conversation.Redacted {
			continue
		}
		row, _ := w.st.Consultation.Row(r)
		a.Parts = append(a.Parts, r)
		a.who = append(a.who, [2]string{row.For, row.Country})
		for _, j := range w.st.Roll.JointlyBy(r) {
			if !j.Dissociated {
				a.who = append(a.who, [2]string{string(j.Party.Ref()), ""}) // countries are those of whoever leads
			}
		}
	}
	a.alone, a.counted = CountCauses(a), true
	w.answers[d.Ref] = a
	return a
}

// CountCauses counts points, and each party and country once.
func CountCauses(as ...*Cause) Why {
	if len(as) == 1 && as[0].counted {
		return as[0].alone
	}
	v := Why{Own: len(as) == 0}
	parties, countries := map[string]struct{}{}, map[string]struct{}{}
	for _, a := range as {
		v.Points += len(a.Parts)
		v.Gone += a.Disposition.Current - len(a.Parts)
		for _, who := range a.who {
			parties[who[0]] = struct{}{}
			if who[1] != "" {
				countries[who[1]] = struct{}{}
			}
		}
	}
	v.Parties, v.Countries = len(parties), len(countries)
	return v
}

// Behind lists the answers that any of some elements was changed for in the editions after from, up to to.
func (w *Causes) Behind(p *paper.Paper, xs []cite.Ref, from, to int) []*Cause {
	var out []*Cause
	for n := from + 1; n <= to; n++ {
		e, ok := p.Edition(n)
		if !ok {
			continue
		}
		for _, x := range xs {
			for _, d := range w.st.Behind(e, x) {
				if a := w.Of(d); !slices.Contains(out, a) {
					out = append(out, a)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *Cause) int { return a.Disposition.Ref.Number() - b.Disposition.Ref.Number() })
	return out
}

// Held counts what is behind the changes of all that a heading holds, in the editions after from: a heading has the
// reasons of what stands under it. ok is false where nobody asked for any of it.
func (w *Causes) Held(p *paper.Paper, e *paper.Edition, heading cite.Ref, from int) (v Why, ok bool) {
	sources := p.SourcesIn(e.Ref.EditionNumber())
	var xs []cite.Ref
	for i := range e.Elements {
		if x := e.Elements[i].Ref; x != heading && e.Within(x, heading) {
			xs = append(append(xs, x), sources[x]...)
		}
	}
	v = CountCauses(w.Behind(p, xs, from, e.Ref.EditionNumber())...)
	v.Held = true
	return v, v.Points > 0
}

// Why tells what stands behind a change, with the first few authors of each answer.
func (w *Causes) Why(as []*Cause, authors int) Why {
	v := CountCauses(as...)
	for _, a := range as {
		wa := &WhyAnswer{Answer: *AnswerOf(a.Disposition, w.l), Gone: a.Disposition.Current - len(a.Parts)}
		wa.Points, wa.Translation = len(a.Parts), wa.Status
		for _, r := range a.Parts[:min(authors, len(a.Parts))] {
			if au, ok := NewAuthor(w.st, r, w.l); ok {
				wa.Authors = append(wa.Authors, au)
			}
		}
		v.Answers = append(v.Answers, wa)
	}
	return v
}

// Need lists where the reason and the names stand.
func (a *WhyAnswer) Need() []cite.Position {
	out := a.Answer.Need()
	for i := range a.Authors {
		out = append(out, a.Authors[i].Need()...)
	}
	return out
}

// Fill gives the words.
func (a *WhyAnswer) Fill(words map[cite.Position]cite.Words) {
	a.Answer.Fill(words)
	for i := range a.Authors {
		a.Authors[i].Fill(words)
	}
}

// From says how many parties and countries the points come from.
func (v Why) From(f *frame.Frame) string {
	s := f.T("why.parties", "n", v.Parties)
	if v.Countries > 0 {
		s += f.T("list.comma") + " " + f.T("why.countries", "n", v.Countries)
	}
	return s
}

// Change is what an edition made of an element, for the margin of its paper.
type Change struct {
	Fate        string        `json:"fate"`
	TextChanged bool          `json:"text_changed,omitempty"`
	Points      int           `json:"points"`
	Gone        int           `json:"not_shown,omitempty"`
	Own         bool          `json:"own_initiative,omitempty"`
	Held        bool          `json:"held,omitempty"` // the points asked for what a heading holds
	Answers     []AnswerBrief `json:"answers,omitempty"`
}

// Each hands over the answers behind a change; behind none there are none.
func (c *Change) Each(do func(*AnswerBrief)) {
	if c != nil {
		for i := range c.Answers {
			do(&c.Answers[i])
		}
	}
}
