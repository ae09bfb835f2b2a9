package survey

import (
	"math"
	"slices"
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/overview"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/part"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// Overview is the table of cross-cutting questions by subject areas.
type Overview struct {
	frame.NoWords
	Subjects []NamedLabel  `json:"subjects"`
	Rows     []OverviewRow `json:"rows"`
	Points   int           `json:"points"` // everything published
	Placed   int           `json:"placed"` // of them, what stands in the table
	Invented bool          `json:"invented,omitempty"`
	Head     cite.Position `json:"position"`
}

// NamedLabel is a label of the conversation in the language of the page.
type NamedLabel struct {
	ID   string              `json:"id"`
	Name frame.LocalizedText `json:"name"`
}

// OverviewRow is one cross-cutting question.
type OverviewRow struct {
	NamedLabel
	Cells []OverviewCell `json:"cells"` // in the order of the subjects
}

// OverviewCell is one cell, with its convergence in a word.
type OverviewCell struct {
	overview.Cell
	Convergence string  `json:"convergence"` // nothing, too_few, far_apart, apart, mixed, close, together
	side        float64 // of its square
}

// nothing is the convergence of a cell where nothing was said.
const nothing = "nothing"

func convergence(c overview.Cell) string {
	if c.Points == 0 {
		return nothing
	}
	return c.Level().String()
}

func names(of []settings.Label, l locale.Lang) []NamedLabel {
	out := make([]NamedLabel, len(of))
	for i := range of {
		out[i] = NamedLabel{of[i].ID, frame.Localize(of[i].Name, l)}
	}
	return out
}

// Squares of the overview, in units of a drawing that is 56 by 56: the largest, and the least that has room for its
// number inside.
const (
	largest = 52
	roomy   = 22
)

// NewOverview builds the page.
func NewOverview(st *conversation.Reading, l locale.Lang) *Overview {
	o := st.Overview()
	v := &Overview{Subjects: names(st.Subjects, l), Points: o.Points, Placed: o.Placed, Invented: st.Demonstration}
	st.Stamp(&v.Head)
	most := 1
	for _, c := range o.Cells {
		most = max(most, c.Texts)
	}
	for i, n := range names(st.Crosscutting, l) {
		row := OverviewRow{NamedLabel: n}
		for _, c := range o.Cells[i*len(v.Subjects) : (i+1)*len(v.Subjects)] {
			// The area is how much was said.
			side := max(8, largest*math.Sqrt(float64(c.Texts)/float64(most)))
			row.Cells = append(row.Cells, OverviewCell{c, convergence(c), side})
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// Title is the page's title.
func (v *Overview) Title(f *frame.Frame) string { return f.T("overview.title") }

// Evidence is the page behind a cell of the overview.
type Evidence struct {
	overview.Cell
	Convergence string              `json:"convergence"`
	RowName     frame.LocalizedText `json:"question_name"`
	SubjectName frame.LocalizedText `json:"subject_name"`
	Everything  overview.Count      `json:"conversation"` // the same counts for everything published
	By          []ConstituencyRow   `json:"constituencies"`
	Asked       []AskedRow          `json:"stances"`
	Stated      []StateRow          `json:"states"`
	NotStated   []StateRow          `json:"states_not_stated"`
	On          []part.PassageRow   `json:"passages"`
	Gone        []part.PassageRow   `json:"passages_deleted,omitempty"`
	Said        []*part.PointRow    `json:"points_page"`
	Next        cite.Ref            `json:"next,omitempty"` // After of the next page
	After       cite.Ref            `json:"-"`
	lang        locale.Lang
	Invented    bool          `json:"invented,omitempty"`
	Head        cite.Position `json:"position"`
	made        *part.PointRows
}

// ConstituencyRow counts one stakeholder category.
type ConstituencyRow struct {
	NamedLabel
	overview.Count
	overview.Agreement
	Convergence string         `json:"convergence"`
	Everything  overview.Count `json:"conversation"`
}

// AskedRow is what parties answered to one question, as it was worded when they did.
type AskedRow struct {
	part.PassageRow
	All overview.Stances `json:"all"`
	By  []StanceRow      `json:"by"` // constituencies that answered it
}

// StanceRow is what one constituency answered.
type StanceRow struct {
	NamedLabel
	overview.Stances
}

// StateRow is a member state that is on the roll, with what it said itself.
type StateRow struct {
	Party   cite.Ref         `json:"party"`
	Name    string           `json:"name"`
	Country string           `json:"country,omitempty"`
	Group   string           `json:"group,omitempty"`
	Said    []*part.PointRow `json:"said,omitempty"`
	More    int              `json:"more,omitempty"` // what it said beside
	at      cite.Position
}

// maxSaid is how many parts of one state the table of positions quotes.
const maxSaid = 5

// NewEvidence builds the page; not ok where there is no such cell.
func NewEvidence(st *conversation.Reading, row, subject string, after cite.Ref, l locale.Lang) (*Evidence, bool) {
	e, ok := st.Evidence(row, subject, after, part.PageSize)
	if !ok {
		return nil, false
	}
	v := &Evidence{Cell: e.Cell, Convergence: convergence(e.Cell), Everything: e.Everything, After: after, Invented: st.Demonstration, made: part.NewPointRows(st, l), lang: l}
	st.Stamp(&v.Head)
	if c, ok := st.Cross(row); ok {
		v.RowName = frame.Localize(c.Name, l)
	}
	if c, ok := st.Subject(subject); ok {
		v.SubjectName = frame.Localize(c.Name, l)
	}
	for _, k := range e.By {
		r := ConstituencyRow{NamedLabel: NamedLabel{ID: k.Category, Name: frame.LocalizedText{Text: k.Category, Lang: l}}, Count: k.Count,
			Agreement: k.Agreement, Convergence: nothing, Everything: k.Everything}
		if c, ok := st.Category(k.Category); ok {
			r.Name = frame.Localize(c.Name, l)
		}
		if k.Points > 0 {
			r.Convergence = k.Level().String()
		}
		v.By = append(v.By, r)
	}
	for _, q := range e.Asked {
		r := AskedRow{PassageRow: part.NewPassageRow(st, q.On, l), All: q.All}
		for i, s := range q.By {
			if s.Parties() > 0 {
				r.By = append(r.By, StanceRow{v.By[i].NamedLabel, s})
			}
		}
		v.Asked = append(v.Asked, r)
	}
	for i := range e.States {
		v.state(st, &e.States[i], l)
	}
	for _, r := range e.On {
		v.On = append(v.On, part.NewPassageRow(st, r, l))
	}
	for _, r := range e.Gone {
		v.Gone = append(v.Gone, part.NewPassageRow(st, r, l))
	}
	for _, r := range e.Parts {
		if p := v.made.Point(r); p != nil {
			v.Said = append(v.Said, p)
		}
	}
	if e.More {
		v.Next = e.Parts[len(e.Parts)-1]
	}
	return v, true
}

// state adds a member state to those that said something, or to the others.
func (v *Evidence) state(st *conversation.Reading, p *overview.StatePosition, l locale.Lang) {
	standing, _ := st.Roll.Party(p.Party)
	r := StateRow{Party: p.Party.Ref(), at: standing.Named}
	if standing.Country != "" {
		r.Country = st.CountryName(standing.Country, l)
		r.Group = ownGroup(st, standing.Country, l)
	}
	for _, said := range p.Said {
		if len(r.Said) == maxSaid {
			r.More++
		} else if pt := v.made.Point(said); pt != nil {
			r.Said = append(r.Said, pt)
		}
	}
	if len(p.Said) > 0 {
		v.Stated = append(v.Stated, r)
	} else {
		v.NotStated = append(v.NotStated, r)
	}
}

// ownGroup is the regional group of a country of the conversation's own, "" where it says none.
func ownGroup(st *conversation.Reading, country string, l locale.Lang) string {
	for _, c := range st.Countries {
		if i := slices.IndexFunc(st.Groups, func(g settings.Label) bool { return g.ID == c.Group }); c.ID == country && i >= 0 {
			return frame.Localize(st.Groups[i].Name, l).Text
		}
	}
	return ""
}

// Need lists the words of the points and the names of the states.
func (v *Evidence) Need() []cite.Position {
	out := v.made.Need()
	for _, list := range [][]StateRow{v.Stated, v.NotStated} {
		for _, s := range list {
			out = append(out, s.at)
		}
	}
	return out
}

// Fill gives them.
func (v *Evidence) Fill(words map[cite.Position]cite.Words) {
	v.made.Fill(words)
	for _, list := range [][]StateRow{v.Stated, v.NotStated} {
		for i := range list {
			s := &list[i]
			if s.Name = words[s.at]["name"]; s.Name == "" {
				s.Name = s.Country // the name was erased
			}
		}
		locale.SortBy(v.lang, list, func(s StateRow) string { return s.Name })
	}
}

// Title is the page's title.
func (v *Evidence) Title(*frame.Frame) string { return v.RowName.Text + " · " + v.SubjectName.Text }

// step is the class of a convergence's colour: the key gives the steps.
func step(convergence string) string {
	if i := slices.Index(overview.Levels, convergence); i > 0 {
		return "f" + strconv.Itoa(i)
	}
	return "f0"
}

// pixels writes a length of a drawing.
func pixels(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// steps are the levels that have a colour, for the key.
func steps() []string { return overview.Levels[overview.FarApart:] }

func heading(kind string) bool { return kind == paper.Theme || kind == paper.Issue }
