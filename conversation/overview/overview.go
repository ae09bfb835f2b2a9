// Package overview counts what was said: a table with a row for each cross-cutting question and a column for each
// subject area, and the evidence that stands behind each of its cells. It reads several nouns at once and keeps
// nothing; a conversation works the table out once for a position.
package overview

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/tally"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/settings"
)

// The overview is a table: a row for each cross-cutting question, a column for each subject area. What is
// said on an element that carries both labels counts in that cell. A part that was written on an earlier
// edition counts where its element went; where it was deleted, where it stood.

// Level says in one of six words how close the parties of a cell are.
type Level uint8

// The levels, from what cannot be told to agreement.
const (
	TooFew Level = iota
	FarApart
	Apart
	Mixed
	Close
	Together
)

// Levels lists the levels as the catalogues name them.
var Levels = []string{"too_few", "far_apart", "apart", "mixed", "close", "together"}

// String is the level in catalogue keys.
func (l Level) String() string { return Levels[min(int(l), len(Levels)-1)] }

// Below these it is too few to say: five parties, and as many pairs as five parties make on one question.
const (
	MinParties = 5
	MinPairs   = MinParties * (MinParties - 1) / 2
)

// Stances counts parties by their own explicit answer to one question.
type Stances = consultation.Stances

// Agreement compares parties that answered the same question in words of their own, two at a time: of all
// such pairs, how many gave the same answer. So a question is only ever compared with itself, one with more
// answers weighs more, few answers do not look like agreement, and a letter that many send is one voice.
type Agreement struct {
	Stating int `json:"parties_with_stance"` // parties that took an explicit stance
	Pairs   int `json:"pairs"`
	Alike   int `json:"pairs_alike"`
}

func (a *Agreement) add(s Stances) {
	pairs := func(n int) int { return n * (n - 1) / 2 }
	a.Pairs += pairs(s.Parties())
	a.Alike += pairs(s.Yes) + pairs(s.InPart) + pairs(s.No) + pairs(s.WrongQuestion)
}

// Level is the published formula. Under two pairs in five alike: far apart; up to half: apart; up to two
// thirds: mixed; under nine tenths: close; else together.
func (a Agreement) Level() Level {
	switch {
	case a.Stating < MinParties || a.Pairs < MinPairs:
		return TooFew
	case 5*a.Alike < 2*a.Pairs:
		return FarApart
	case 2*a.Alike <= a.Pairs:
		return Apart
	case 3*a.Alike <= 2*a.Pairs:
		return Mixed
	case 10*a.Alike < 9*a.Pairs:
		return Close
	}
	return Together
}

// Percent is the share of pairs alike, rounded down so that nobody reads more agreement than there is.
func (a Agreement) Percent() int { return 100 * a.Alike / max(1, a.Pairs) }

// Count counts published parts: the three counts side by side, the parts themselves, and those that wait
// for an answer. Two submissions are one text where they say the same on what is counted.
type Count struct {
	Submissions int `json:"submissions"`
	Parties     int `json:"parties"`
	Texts       int `json:"texts"`
	Points      int `json:"points"`
	Open        int `json:"open_points"`
}

// Cell is one cell of the overview.
type Cell struct {
	Row     string `json:"question"`
	Subject string `json:"subject"`
	Count
	Agreement
	// Elements are those of the newest editions that carry both labels, of all kinds.
	Elements  int `json:"elements"`
	Issues    int `json:"issues"`
	Questions int `json:"questions"`
}

// Table is the whole overview, at one position.
type Table struct {
	Cells  []Cell // row by row: one for each cross-cutting question and subject
	Points int    // everything published
	Placed int    // of them, those that stand in at least one cell
}

// From is what is counted: the nouns of a conversation, none of which may change meanwhile.
type From struct {
	*settings.Settings
	Roll         *delegation.Roll
	Papers       *paper.State
	Consultation *consultation.State
}

// Table counts the table in one pass over what is published.
func (s From) Table() *Table {
	g := s.grid()
	out := &Table{Cells: make([]Cell, len(s.Crosscutting)*len(s.Subjects))}
	counters := make([]tally.Counter, len(out.Cells))
	s.Consultation.Walk(func(p *consultation.PublishedPart) {
		a := g.anchor(p)
		out.Points++
		if len(a.cells) > 0 {
			out.Placed++
		}
		for _, c := range a.cells {
			counters[c].Add(p)
		}
		a.stance(p)
	})
	stating := make([][]uint64, len(out.Cells))
	for _, q := range g.questions {
		all := q.last()
		voices := ownWords(all)
		for _, c := range q.cells {
			out.Cells[c].Agreement.add(voices)
			for _, t := range all {
				stating[c] = append(stating[c], t.party)
			}
		}
	}
	for i := range out.Cells {
		c := &out.Cells[i]
		c.Row, c.Subject = s.Crosscutting[i/len(s.Subjects)].ID, s.Subjects[i%len(s.Subjects)].ID
		c.Count, c.Agreement.Stating = done(&counters[i]), distinct(stating[i])
		c.Elements, c.Issues, c.Questions = g.elements[i][0], g.elements[i][1], g.elements[i][2]
	}
	return out
}

// Evidence is what stands behind one cell.
type Evidence struct {
	Cell
	Everything Count           // of the conversation, for denominators
	On         []cite.Ref      // the elements of the newest editions, in their order: p1.e2.x3
	Gone       []cite.Ref      // elements that were spoken on and are deleted since, in their last edition
	By         []Constituency  // each category of the conversation, in its order
	Asked      []Asked         // the questions that parties took a stance on
	States     []StatePosition // the states on the roll, in the order of their entry
	Parts      []cite.Ref      // one page of the parts, oldest first
	More       bool            // there are parts after these
}

// Constituency counts one stakeholder category in a cell, and in the whole conversation.
type Constituency struct {
	Category string
	Count
	Agreement
	Everything Count
}

// Asked is one question, as it was worded when it was answered, with the parties' own stances.
type Asked struct {
	On  cite.Ref // an element of an edition
	All Stances
	By  []Stances // as Evidence.By
}

// Position is what a state on the roll said itself in a cell: its own parts, in order. None: not stated.
type StatePosition struct {
	Party delegation.Party
	Said  []cite.Ref
}

// Behind is what stands behind a cell, with all of its parts.
type Behind struct {
	Evidence
	parts []partNumber // oldest first
	spoke []uint64     // parties on the roll, as often as they did
}

// partNumber is part n of a contribution.
type partNumber struct{ contribution, n uint32 }

func (p partNumber) compare(q partNumber) int {
	return cmp.Or(cmp.Compare(p.contribution, q.contribution), cmp.Compare(p.n, q.n))
}

// Cell finds the row and the column of a cell by the identifiers of its cross-cutting question and its subject area.
func (s From) Cell(row, subject string) (r, c int, ok bool) {
	r, c = settings.Place(s.Crosscutting, row), settings.Place(s.Subjects, subject)
	return r, c, r >= 0 && c >= 0
}

// Page is the evidence with at most limit of its parts, those after the part after (None for the first).
func (b *Behind) Page(after cite.Ref, limit int) *Evidence {
	out, from := b.Evidence, 0
	if after.Kind() == 'c' {
		at, found := slices.BinarySearchFunc(b.parts, partNumber{uint32(after.Number()), uint32(after.PartNumber())}, partNumber.compare)
		if from = at; found {
			from++
		}
	}
	for _, p := range b.parts[from:min(from+limit, len(b.parts))] {
		out.Parts = append(out.Parts, cite.Part(cite.Contribution(int(p.contribution)), int(p.n)))
	}
	out.More = from+limit < len(b.parts)
	return &out
}

// Gather counts what stands behind the cell of a row and a column in one pass over what is published.
func (s From) Gather(r, c int) *Behind {
	g := s.grid()
	cell := uint16(r*len(s.Subjects) + c)
	out := s.gather(g, cell, func(*consultation.PublishedPart) bool { return true })
	out.Row, out.Subject = s.Crosscutting[r].ID, s.Subjects[c].ID
	return out
}

// gather counts what stands behind a cell, of those parts that are counted.
func (s From) gather(g *grid, cell uint16, counted func(*consultation.PublishedPart) bool) *Behind {
	out := &Behind{Evidence: Evidence{On: g.on(cell)}}
	out.Elements, out.Issues, out.Questions = g.elements[cell][0], g.elements[cell][1], g.elements[cell][2]

	var here, everything tally.Counter
	by := constituencies{of: s, category: map[uint16]int{}}
	for _, c := range s.Categories {
		if c.Into == "" { // what was said in one that was merged is counted with the other
			by.add(c.ID)
		}
	}
	state := map[uint64]int{}
	for _, y := range s.Roll.Entered() {
		standing, _ := s.Roll.Party(y)
		if l, ok := s.Category(standing.Category); ok && l.State {
			state[uint64(y)] = len(out.States)
			out.States = append(out.States, StatePosition{Party: y})
		}
	}
	s.Consultation.Walk(func(p *consultation.PublishedPart) {
		if !counted(p) {
			return
		}
		everything.Add(p)
		by.count(p, false)
		a := g.anchor(p)
		if !slices.Contains(a.cells, cell) {
			return
		}
		here.Add(p)
		by.count(p, true)
		if p.Known {
			out.spoke = append(out.spoke, p.Party)
		}
		a.stance(p)
		if a.gone != cite.None && !slices.Contains(out.Gone, a.gone) {
			out.Gone = append(out.Gone, a.gone)
		}
		if i, ok := state[p.Party]; ok && p.Known {
			out.States[i].Said = append(out.States[i].Said, p.Ref())
		}
		for _, j := range p.Joint {
			out.spoke = append(out.spoke, j.Party)
			if i, ok := state[j.Party]; ok {
				out.States[i].Said = append(out.States[i].Said, p.Ref())
			}
		}
		out.parts = append(out.parts, partNumber{uint32(p.Number), uint32(p.Part)})
	})
	out.Count, out.Everything = done(&here), done(&everything)
	for i, name := range by.names {
		out.By = append(out.By, Constituency{Category: name, Count: done(by.here[i]), Everything: done(by.everything[i])})
	}
	var stating []uint64
	each := make([][]uint64, len(by.names))
	for _, q := range g.questions {
		if !slices.Contains(q.cells, cell) || len(q.said) == 0 {
			continue
		}
		asked := Asked{On: q.on, By: make([]Stances, len(by.names))}
		all := q.last()
		apart := make([][]stated, len(by.names))
		for _, t := range all {
			k := by.index(t.category)
			asked.All.Add(t.stance)
			asked.By[k].Add(t.stance)
			stating, each[k], apart[k] = append(stating, t.party), append(each[k], t.party), append(apart[k], t)
		}
		out.Agreement.add(ownWords(all))
		for k := range out.By {
			out.By[k].Agreement.add(ownWords(apart[k]))
		}
		out.Asked = append(out.Asked, asked)
	}
	out.Agreement.Stating = distinct(stating)
	for k := range out.By {
		out.By[k].Agreement.Stating = distinct(each[k])
	}
	g.sort(out.Asked)
	return out
}

// constituencies count by category what is in a cell, and everything.
type constituencies struct {
	of               From
	names            []string
	category         map[uint16]int // as the walk numbers them -> index
	here, everything []*tally.Counter
}

func (c *constituencies) add(name string) {
	c.names, c.here, c.everything = append(c.names, name), append(c.here, &tally.Counter{}), append(c.everything, &tally.Counter{})
}

// index is the place of a category; one that is not the conversation's is counted all the same.
func (c *constituencies) index(category uint16) int {
	k, ok := c.category[category]
	if !ok {
		name := c.of.Consultation.CategoryName(category)
		if k = slices.Index(c.names, name); k < 0 {
			k = len(c.names)
			c.add(name)
		}
		c.category[category] = k
	}
	return k
}

// count counts a part in the category of the party that leads its contribution, and each party that submitted it with that one in
// its own.
func (c *constituencies) count(p *consultation.PublishedPart, here bool) {
	of := func(category uint16) *tally.Counter {
		k := c.index(category)
		if here {
			return c.here[k]
		}
		return c.everything[k]
	}
	own := *p
	own.Joint = nil // the others are counted in their own
	of(p.Category).Add(&own)
	for _, j := range p.Joint {
		of(j.Category).Join(j.Party)
	}
}

// grid knows which cells an anchor falls into.
type grid struct {
	state     From
	theme     *theme // of which the one cell is, nil for those of labels
	rows      map[string]int
	columns   map[string]int
	latest    map[cite.Ref][]uint16 // cells of the elements of the newest editions, by reference through time
	elements  [][3]int              // of each cell: elements, issues, questions
	anchors   map[anchorKey]*anchored
	questions []*question
	asked     map[cite.Ref]*question
	last      anchorKey // parts of one contribution often stand on one element
	lastOf    *anchored
}

type anchorKey struct{ paper, edition, element int }

// anchored is an element of an edition that somebody wrote on.
type anchored struct {
	cells    []uint16
	gone     cite.Ref // the element in its own edition, if it was deleted since
	question *question
}

// question is a question with the words it had when it was answered.
type question struct {
	on    cite.Ref
	cells []uint16
	said  []stated
}

type stated struct {
	party    uint64
	likeness uint64
	category uint16
	stance   consultation.Stance
}

func (s From) grid() *grid { return s.gridOf(nil) }

// gridOf is the grid of a theme, nil for that of labels.
func (s From) gridOf(of *theme) *grid {
	g := &grid{state: s, theme: of, rows: map[string]int{}, columns: map[string]int{}, latest: map[cite.Ref][]uint16{}, elements: make([][3]int, max(1, len(s.Crosscutting)*len(s.Subjects))),
		anchors: map[anchorKey]*anchored{}, asked: map[cite.Ref]*question{}}
	for i := range s.Crosscutting {
		g.rows[s.Crosscutting[i].ID] = i
	}
	for i := range s.Subjects {
		g.columns[s.Subjects[i].ID] = i
	}
	for _, p := range s.Papers.All {
		e := p.Latest()
		for i := range e.Elements {
			el := &e.Elements[i]
			cells := g.cells(e, el.Ref)
			g.latest[el.Ref] = cells
			for _, c := range cells {
				g.elements[c][0]++
				switch el.Kind {
				case paper.Issue:
					g.elements[c][1]++
				case paper.Question:
					g.elements[c][2]++
				}
			}
		}
	}
	return g
}

// cells are those that an element of an edition falls into.
func (g *grid) cells(e *paper.Edition, x cite.Ref) []uint16 {
	if g.theme != nil {
		return g.theme.cells(e, x)
	}
	subjects, crosscutting := e.Labels(x)
	var out []uint16
	for _, r := range crosscutting {
		for _, c := range subjects {
			i, ok1 := g.rows[r]
			j, ok2 := g.columns[c]
			if k := uint16(i*len(g.columns) + j); ok1 && ok2 && !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return out
}

// on lists the elements of the newest editions that fall into a cell.
func (g *grid) on(cell uint16) []cite.Ref {
	var out []cite.Ref
	for _, p := range g.state.Papers.All {
		e := p.Latest()
		for i := range e.Elements {
			if x := e.Elements[i].Ref; slices.Contains(g.latest[x], cell) {
				out = append(out, cite.Element(e.Ref, x.ElementNumber()))
			}
		}
	}
	return out
}

// anchor is what a part stands on.
func (g *grid) anchor(p *consultation.PublishedPart) *anchored {
	k := anchorKey{p.Paper, p.Edition, p.Element}
	if k == g.last && g.lastOf != nil {
		return g.lastOf
	}
	a, ok := g.anchors[k]
	if !ok {
		a = g.look(k)
		g.anchors[k] = a
	}
	g.last, g.lastOf = k, a
	return a
}

func (g *grid) look(k anchorKey) *anchored {
	a := &anchored{}
	ref := cite.Paper(k.paper)
	pp, ok := g.state.Papers.Paper(ref)
	if !ok || k.element == 0 {
		return a // the whole paper carries no labels
	}
	own, ok := pp.Edition(k.edition)
	if !ok {
		return a
	}
	x := cite.Element(ref, k.element)
	asked := cite.Element(own.Ref, k.element)
	place := pp.Follow(x, k.edition, len(pp.Editions))
	if len(place.Elements) == 0 {
		a.gone, a.cells = asked, g.cells(own, x)
	} else {
		for _, y := range place.Elements {
			for _, c := range g.latest[y] {
				if !slices.Contains(a.cells, c) {
					a.cells = append(a.cells, c)
				}
			}
		}
		// A stance is on words: it is counted with those on the same words in later editions, and on others
		// no more.
		for n := k.edition + 1; n <= len(pp.Editions); n++ {
			now := pp.Follow(x, k.edition, n)
			if len(now.Elements) != 1 || now.Changed || now.Change == paper.Merged || now.Change == paper.Split {
				break
			}
			asked = cite.Element(pp.Editions[n-1].Ref, now.Elements[0].ElementNumber())
		}
	}
	a.question = g.asked[asked]
	if a.question == nil {
		a.question = &question{on: asked, cells: a.cells}
		g.asked[asked] = a.question
		g.questions = append(g.questions, a.question)
	}
	return a
}

// sort puts questions in the order of papers, the newest wording of each place first.
func (g *grid) sort(all []Asked) {
	at := func(r cite.Ref) (int, int, int) {
		e, ok := g.state.Papers.Edition(r)
		if !ok {
			return 0, 0, 0
		}
		i := slices.IndexFunc(e.Elements, func(el paper.Element) bool { return el.Ref == r.Element() })
		return r.Number(), -r.EditionNumber(), i
	}
	slices.SortFunc(all, func(a, b Asked) int {
		p1, e1, i1 := at(a.On)
		p2, e2, i2 := at(b.On)
		return cmp.Or(cmp.Compare(p1, p2), cmp.Compare(e1, e2), cmp.Compare(i1, i2))
	})
}

func (a *anchored) stance(p *consultation.PublishedPart) {
	if a.question != nil && p.Stance != consultation.NoStance {
		a.question.said = append(a.question.said, stated{p.Party, p.Likeness, p.Category, p.Stance})
		for _, j := range p.Joint {
			a.question.said = append(a.question.said, stated{j.Party, p.Likeness, j.Category, p.Stance})
		}
	}
}

// last leaves of each party what it said last.
func (q *question) last() []stated {
	slices.SortStableFunc(q.said, func(a, b stated) int { return cmp.Compare(a.party, b.party) })
	out := q.said[:0]
	for i, t := range q.said {
		if i+1 == len(q.said) || q.said[i+1].party != t.party {
			out = append(out, t)
		}
	}
	q.said = out
	return out
}

// ownWords counts stances with each of those that came with the same words once.
func ownWords(of []stated) (n Stances) {
	type voice struct {
		likeness uint64
		stance   consultation.Stance
	}
	seen := make(map[voice]bool, len(of))
	for _, t := range of {
		v := voice{t.likeness, t.stance}
		if t.likeness == 0 || !seen[v] {
			n.Add(t.stance)
		}
		seen[v] = true
	}
	return n
}

// done is what was counted.
func done(c *tally.Counter) Count {
	parties, texts := c.Done()
	return Count{Submissions: c.Submissions, Parties: parties, Texts: texts, Points: c.Points, Open: c.Open}
}

func distinct(of []uint64) int {
	slices.Sort(of)
	return len(slices.Compact(of))
}
