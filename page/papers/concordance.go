package papers

import (
	"slices"
	"strings"
	"unicode"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
)

// maxAnchored is how many comments a row of the concordance lists.
const maxAnchored = 20

// ConcordanceRow is one row of a concordance: what became of an element of the edition before.
type ConcordanceRow struct {
	part.Location                      // in the edition before
	Words         frame.LocalizedText  `json:"words"` // the first of its words
	Fate          string               `json:"fate"`
	TextChanged   bool                 `json:"text_changed,omitempty"`
	To            []part.Location      `json:"to,omitempty"`
	Pictures      []part.PictureChange `json:"pictures,omitempty"` // what became of its pictures, none where they are as they were
	Comments      int                  `json:"comments"`
	Corrected     cite.Position        `json:"corrected,omitempty"` // the entry that corrected it
	Anchored      []part.Author        `json:"anchored,omitempty"`  // the first comments, in the row that is open
}

// ChangeCount counts the elements of one fate, and the comments anchored to them.
type ChangeCount struct {
	Fate     string `json:"fate"`
	Elements int    `json:"elements"`
	Comments int    `json:"comments"`
}

// Concordance says what became of each element of an edition in the next one, and so of each comment.
type Concordance struct {
	Paper    part.PaperRow     `json:"paper"`
	Before   *part.PaperRow    `json:"before,omitempty"`
	Chosen   string            `json:"chosen,omitempty"` // fate
	Counts   []ChangeCount     `json:"counts"`
	Elements int               `json:"elements"`
	Comments int               `json:"comments"`
	Rows     []*ConcordanceRow `json:"rows"`
	Open     cite.Ref          `json:"-"` // whose comments are listed
	Correct  cite.Ref          `json:"-"` // that an officer is correcting
	Officer  bool              `json:"-"`
	Typed    Correction        `json:"-"`
}

// Correction is what an officer typed to correct a row.
type Correction struct{ Fate, To, Reason string }

// ConcordanceQuery is what a reader asks of a concordance.
type ConcordanceQuery struct {
	Change  string   // chooses rows, one of paper.ChangeNames; anything else for all
	Open    cite.Ref // the element whose comments are listed
	Correct cite.Ref // the element whose row is being corrected
}

// NewConcordance builds the page of an edition; ok is false where there is no such edition.
func NewConcordance(st *conversation.Reading, ref cite.Ref, q ConcordanceQuery, l locale.Lang) (*Concordance, bool) {
	e, ok := st.Papers.Edition(ref)
	if !ok || ref.ElementNumber() > 0 {
		return nil, false
	}
	p, _ := st.Papers.Paper(ref)
	v := &Concordance{Paper: part.NewPaperRow(e, l), Open: q.Open, Correct: q.Correct}
	if slices.Contains(paper.ChangeNames, q.Change) {
		v.Chosen = q.Change
	}
	before, ok := p.Edition(e.Ref.EditionNumber() - 1)
	if !ok {
		return v, true
	}
	row := part.NewPaperRow(before, l)
	v.Before = &row
	counts := map[string]*ChangeCount{}
	for _, name := range paper.ChangeNames {
		v.Counts = append(v.Counts, ChangeCount{Fate: name})
	}
	for i := range v.Counts {
		counts[v.Counts[i].Fate] = &v.Counts[i]
	}
	for i := range e.Changes {
		fate := &e.Changes[i]
		spot := part.LocationOf(before, fate.From)
		n := st.Consultation.CountOn(spot.Ref)
		counts[fate.Change].Elements++
		counts[fate.Change].Comments += n
		v.Elements++
		v.Comments += n
		if v.Chosen != "" && fate.Change != v.Chosen {
			continue
		}
		r := &ConcordanceRow{Location: spot, Fate: fate.Change, TextChanged: fate.TextChanged, Comments: n, Corrected: fate.Corrected}
		el, _ := before.Element(fate.From)
		r.Words = frame.Localize(el.Text, l)
		r.Words.Text = frame.Shorten(frame.Plain(r.Words.Text), 60)
		now := make([]*paper.Element, len(fate.To))
		for i, x := range fate.To {
			r.To = append(r.To, part.LocationOf(e, x))
			now[i], _ = e.Element(x)
		}
		r.Pictures = part.PicturesOf(before, el, e, now, l)
		if fate.From == q.Open {
			for _, ref := range st.Consultation.On(spot.Ref, maxAnchored) {
				if au, ok := part.NewAuthor(st, ref, l); ok {
					r.Anchored = append(r.Anchored, au)
				}
			}
		}
		v.Rows = append(v.Rows, r)
	}
	return v, true
}

// Need lists the words of the names.
func (v *Concordance) Need() []cite.Position {
	var out []cite.Position
	for _, r := range v.Rows {
		for i := range r.Anchored {
			out = append(out, r.Anchored[i].Need()...)
		}
	}
	return out
}

// Fill gives them.
func (v *Concordance) Fill(words map[cite.Position]cite.Words) {
	for _, r := range v.Rows {
		for i := range r.Anchored {
			r.Anchored[i].Fill(words)
		}
	}
}

// Title is the page's title.
func (v *Concordance) Title(f *frame.Frame) string {
	return f.T("concordance.title_of", "symbol", v.Paper.Symbol)
}

// fateChoices are the fates for a form.
func fateChoices(f *frame.Frame) []frame.Choice { return frame.Choices(f, "fate.", paper.ChangeNames) }

// Targets reads the elements that an officer named by the numbers that an edition prints ("19(i), issue 8")
// or by reference ("p1.x4"). ok is false where one of them is none.
func Targets(e *paper.Edition, s string) (out []cite.Ref, ok bool) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;،؛、；，\n", r) }) {
		w = strings.TrimSpace(w)
		if w == "" {
			continue
		}
		x, found := e.Find(label(w))
		if !found {
			r, err := cite.ParseRef(w)
			if x = r.Element(); err != nil || x.Root() != e.Ref.Root() {
				return nil, false
			}
		}
		out = append(out, x)
	}
	return out, true
}

// Named is how Targets reads a spot again: its number, or its reference where it has none.
func Named(s part.Location) string {
	switch {
	case s.Label == "" || s.Kind == paper.Theme:
		return string(s.Ref.Element())
	case s.Kind == paper.Issue:
		return "issue " + s.Label
	}
	return s.Label
}

// label reads a number as people type it: the word for an issue in any of the six languages, digits and
// brackets of full width or of Arabic, spaces anywhere.
func label(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	for _, l := range locale.All {
		for _, kind := range []string{paper.Issue, paper.Paragraph, paper.Question} {
			word := l.T("kind." + kind)
			if len(s) <= len(word) || !strings.EqualFold(s[:len(word)], word) {
				continue
			}
			rest := strings.ReplaceAll(s[len(word):], " ", "")
			if kind == paper.Issue {
				return "issue " + rest
			}
			return rest
		}
	}
	return strings.TrimSuffix(strings.ReplaceAll(s, " ", ""), ".")
}

// EditionChoice is an edition in a form.
type EditionChoice struct {
	Number int
	Symbol string
}

func editionChoices(p *paper.Paper) []EditionChoice {
	out := make([]EditionChoice, len(p.Editions))
	for i, e := range p.Editions {
		out[i] = EditionChoice{i + 1, string(e.Symbol)}
	}
	return out
}

// Find answers where a number printed in an edition is to be found now.
type Find struct {
	frame.NoWords
	Paper    cite.Ref              `json:"paper"`
	Number   string                `json:"number"` // as it was asked for
	Edition  int                   `json:"edition"`
	In       part.PaperRow         `json:"in"` // the edition that prints it
	Was      *part.Location        `json:"was,omitempty"`
	Words    frame.LocalizedText   `json:"words,omitzero"`
	Fate     string                `json:"fate,omitempty"`
	Changed  bool                  `json:"text_changed,omitempty"`
	GoneIn   cite.Ref              `json:"gone_in,omitempty"` // the edition that deleted it
	Now      []part.Location       `json:"now,omitempty"`
	NowWords []frame.LocalizedText `json:"-"`
	Newest   part.PaperRow         `json:"newest"`
	Editions []EditionChoice       `json:"-"`
}

// NewFind looks a number up: in edition n, or 0 for the newest edition that prints it.
func NewFind(st *conversation.Reading, ref cite.Ref, n int, number string, l locale.Lang) (*Find, bool) {
	p, ok := st.Papers.Paper(ref)
	if !ok || ref.ElementNumber() > 0 {
		return nil, false
	}
	if n == 0 {
		n = ref.EditionNumber()
	}
	if n > len(p.Editions) || n < 0 {
		return nil, false
	}
	newest := p.Latest()
	v := &Find{Paper: p.Ref, Number: number, Edition: n, Newest: part.NewPaperRow(newest, l), In: part.NewPaperRow(newest, l), Editions: editionChoices(p)}
	if n > 0 {
		v.In = part.NewPaperRow(p.Editions[n-1], l)
	}
	if number == "" {
		return v, true
	}
	for k := len(p.Editions); k >= 1; k-- {
		if n > 0 && k != n {
			continue
		}
		e := p.Editions[k-1]
		x, place, ok := st.Find(e, label(number))
		if !ok {
			continue
		}
		was := part.LocationOf(e, x)
		v.In, v.Was, v.Fate, v.Changed, v.GoneIn = part.NewPaperRow(e, l), &was, place.Change, place.Changed, place.Gone
		el, _ := e.Element(x)
		v.Words = frame.Localize(el.Text, l)
		for _, y := range place.Elements {
			v.Now = append(v.Now, part.LocationOf(newest, y))
			el, _ := newest.Element(y)
			v.NowWords = append(v.NowWords, frame.Localize(el.Text, l))
		}
		break
	}
	return v, true
}

// Title is the page's title.
func (v *Find) Title(f *frame.Frame) string { return f.T("find.title") }

// Arrival says on a paper's page what became of the number by which a reader came.
type Arrival struct {
	Was     part.Location `json:"was"`
	Now     part.Location `json:"now"`
	Issue   string        `json:"issue,omitempty"`
	Fate    string        `json:"fate"`
	Changed bool          `json:"text_changed,omitempty"`
}

// Arrive notes that the reader was sent here from an element of an earlier edition.
func (v *Paper) Arrive(st *conversation.Reading, was cite.Ref) {
	p, ok := st.Papers.Paper(v.Ref)
	if !ok || was.Root() != v.Ref.Root() || was.ElementNumber() == 0 {
		return
	}
	e, _ := st.Papers.Edition(v.Ref)
	old, ok := p.Edition(was.EditionNumber())
	if !ok || old.Ref.EditionNumber() >= e.Ref.EditionNumber() {
		return
	}
	if _, ok := old.Element(was.Element()); !ok {
		return
	}
	place := p.Follow(was.Element(), old.Ref.EditionNumber(), e.Ref.EditionNumber())
	for _, y := range place.Elements {
		a := Arrival{Was: part.LocationOf(old, was.Element()), Now: part.LocationOf(e, y), Fate: place.Change, Changed: place.Changed}
		if issue := e.IssueOf(y); issue != y {
			a.Issue = e.Label(issue)
		}
		v.Arrivals = append(v.Arrivals, a)
	}
}
