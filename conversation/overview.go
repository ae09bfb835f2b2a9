package conversation

import (
	"cmp"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/paper"
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

var levelNames = [...]string{"too_few", "far_apart", "apart", "mixed", "close", "together"}

// Levels lists the levels as the catalogues name them.
var Levels = levelNames[:]

// String is the level in catalogue keys.
func (l Level) String() string { return levelNames[min(int(l), len(levelNames)-1)] }

// Below these it is too few to say: five parties, and as many pairs as five parties make on one question.
const (
	MinParties = 5
	MinPairs   = MinParties * (MinParties - 1) / 2
)

// Stances counts parties by their own explicit answer to one question. Of several answers of one party to
// the same question the last one counts.
type Stances struct {
	Yes           int `json:"yes"`
	InPart        int `json:"in_part"`
	No            int `json:"no"`
	WrongQuestion int `json:"wrong_question"`
}

// Parties is how many parties answered.
func (s Stances) Parties() int { return s.Yes + s.InPart + s.No + s.WrongQuestion }

func (s *Stances) add(v consultation.Stance) {
	switch v {
	case consultation.Yes:
		s.Yes++
	case consultation.InPart:
		s.InPart++
	case consultation.No:
		s.No++
	case consultation.WrongQuestion:
		s.WrongQuestion++
	}
}

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

// Overview is the whole table, at one position.
type Overview struct {
	Cells  []Cell // row by row: one for each cross-cutting question and subject
	Points int    // everything published
	Placed int    // of them, those that stand in at least one cell
}

// Overview counts the table in one pass over what is published, once for a snapshot.
func (s *State) Overview() *Overview { return keep(s, "overview", s.overview) }

func (s *State) overview() *Overview {
	g := s.grid()
	out := &Overview{Cells: make([]Cell, len(s.Crosscutting)*len(s.Subjects))}
	counters := make([]counter, len(out.Cells))
	s.Consultation.Walk(func(p *consultation.PublishedPart) {
		a := g.anchor(p)
		out.Points++
		if len(a.cells) > 0 {
			out.Placed++
		}
		for _, c := range a.cells {
			counters[c].add(p)
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
		c.Count, c.Agreement.Stating = counters[i].done(), distinct(stating[i])
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

// cellKey tells the cells of a table apart.
type cellKey struct{ row, column int }

// gathered is what stands behind a cell, with all of its parts.
type gathered struct {
	Evidence
	parts []partNumber // oldest first
}

// partNumber is part n of a contribution.
type partNumber struct{ contribution, n uint32 }

func (p partNumber) compare(q partNumber) int {
	return cmp.Or(cmp.Compare(p.contribution, q.contribution), cmp.Compare(p.n, q.n))
}

// Evidence opens a cell: at most limit of its parts, those after the part after (None for the first). The
// counts are those of the overview. They are worked out once for a snapshot.
func (s *State) Evidence(row, subject string, after cite.Ref, limit int) (*Evidence, bool) {
	r := slices.IndexFunc(s.Crosscutting, func(l Label) bool { return l.ID == row })
	c := slices.IndexFunc(s.Subjects, func(l Label) bool { return l.ID == subject })
	if r < 0 || c < 0 {
		return nil, false
	}
	g := keep(s, cellKey{r, c}, func() *gathered { return s.gather(r, c) })
	out, from := g.Evidence, 0
	if after.Kind() == 'c' {
		at, found := slices.BinarySearchFunc(g.parts, partNumber{uint32(after.Number()), uint32(after.PartNumber())}, partNumber.compare)
		if from = at; found {
			from++
		}
	}
	for _, p := range g.parts[from:min(from+limit, len(g.parts))] {
		out.Parts = append(out.Parts, cite.Part(cite.Contribution(int(p.contribution)), int(p.n)))
	}
	out.More = from+limit < len(g.parts)
	return &out, true
}

// gather counts a cell in one pass over what is published.
func (s *State) gather(r, c int) *gathered {
	g := s.grid()
	cell := uint16(r*len(s.Subjects) + c)
	out := &gathered{Evidence: Evidence{Cell: Cell{Row: s.Crosscutting[r].ID, Subject: s.Subjects[c].ID}, On: g.on(cell)}}
	out.Elements, out.Issues, out.Questions = g.elements[cell][0], g.elements[cell][1], g.elements[cell][2]

	var here, everything counter
	category := map[uint16]int{} // as the walk numbers them -> index
	names := make([]string, len(s.Categories))
	for i := range s.Categories {
		names[i] = s.Categories[i].ID
	}
	in, of := make([]counter, len(names)), make([]counter, len(names))
	state := map[uint64]int{}
	for _, y := range s.Roll.Entered() {
		standing, _ := s.Roll.Party(y)
		if l, ok := s.Category(standing.Category); ok && l.State {
			state[uint64(y)] = len(out.States)
			out.States = append(out.States, StatePosition{Party: y})
		}
	}
	s.Consultation.Walk(func(p *consultation.PublishedPart) {
		k, ok := category[p.Category]
		if !ok {
			name := s.Consultation.CategoryName(p.Category)
			if k = slices.Index(names, name); k < 0 { // not the conversation's: counted all the same
				k = len(names)
				names, in, of = append(names, name), append(in, counter{}), append(of, counter{})
			}
			category[p.Category] = k
		}
		everything.add(p)
		of[k].add(p)
		a := g.anchor(p)
		if !slices.Contains(a.cells, cell) {
			return
		}
		here.add(p)
		in[k].add(p)
		a.stance(p)
		if a.gone != cite.None && !slices.Contains(out.Gone, a.gone) {
			out.Gone = append(out.Gone, a.gone)
		}
		if i, ok := state[p.Party]; ok && p.Known {
			out.States[i].Said = append(out.States[i].Said, p.Ref())
		}
		out.parts = append(out.parts, partNumber{uint32(p.Number), uint32(p.Part)})
	})
	out.Count, out.Everything = here.done(), everything.done()
	for i, name := range names {
		out.By = append(out.By, Constituency{Category: name, Count: in[i].done(), Everything: of[i].done()})
	}
	var stating []uint64
	by := make([][]uint64, len(names))
	for _, q := range g.questions {
		if !slices.Contains(q.cells, cell) || len(q.said) == 0 {
			continue
		}
		asked := Asked{On: q.on, By: make([]Stances, len(names))}
		all := q.last()
		apart := make([][]stated, len(names))
		for _, t := range all {
			k := category[t.category]
			asked.All.add(t.stance)
			asked.By[k].add(t.stance)
			stating, by[k], apart[k] = append(stating, t.party), append(by[k], t.party), append(apart[k], t)
		}
		out.Agreement.add(ownWords(all))
		for k := range out.By {
			out.By[k].Agreement.add(ownWords(apart[k]))
		}
		out.Asked = append(out.Asked, asked)
	}
	out.Agreement.Stating = distinct(stating)
	for k := range out.By {
		out.By[k].Agreement.Stating = distinct(by[k])
	}
	g.sort(out.Asked)
	return out
}

// grid knows which cells an anchor falls into.
type grid struct {
	state     *State
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

func (s *State) grid() *grid {
	g := &grid{state: s, rows: map[string]int{}, columns: map[string]int{}, latest: map[cite.Ref][]uint16{}, elements: make([][3]int, len(s.Crosscutting)*len(s.Subjects)),
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
	subjects, crosscutting := Labels(e, x)
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
			n.add(t.stance)
		}
		seen[v] = true
	}
	return n
}

// counter makes a Count of parts that come contribution by contribution.
type counter struct {
	count          Count
	row            int
	like           uint64
	parties, texts []uint64
}

func (c *counter) add(p *consultation.PublishedPart) {
	if c.row != p.Number {
		c.close()
		c.row, c.like = p.Number, 0
		c.count.Submissions++
		c.parties = append(c.parties, p.Party)
	}
	c.like = c.like*1099511628211 + p.Likeness // as the book folds the parts of a contribution
	c.count.Points++
	if p.Open() {
		c.count.Open++
	}
}

func (c *counter) close() {
	switch {
	case c.row == 0:
	case c.like == 0: // nothing to compare: a text of its own
		c.texts = append(c.texts, uint64(c.row)|1<<63)
	default:
		c.texts = append(c.texts, c.like)
	}
}

func (c *counter) done() Count {
	c.close()
	c.row = 0
	c.count.Parties, c.count.Texts = distinct(c.parties), distinct(c.texts)
	return c.count
}

func distinct(of []uint64) int {
	slices.Sort(of)
	return len(slices.Compact(of))
}
