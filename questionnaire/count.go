package questionnaire

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/openplenary/plenary/cite"
)

// Count counts what was chosen at one question.
type Count struct {
	Said     int   // contributions that say anything there: choose, type, decline or write
	Chose    int   // contributions that chose or typed something, or gave a file
	Picks    []int // how many chose each thing, from the first on; how many put it first, alone or with others, at a ranking; of a table how many filled in each cell
	Declined int   // contributions that do not answer on purpose
	Worded   int   // contributions that answer in words
	NotAsked int   // contributions of which the question was not asked, because of what they chose before
	Files    int   // files that were given
	Spread   Spread

	typed []uint32   // the places of values, as they are counted
	lists [][]uint32 // and those of others that were added
	of    *sorted    // the values
}

// Spread says how the values that were typed at a question lie, by their sizes. It is empty where nobody typed any.
type Spread struct {
	Least, Lower, Median, Upper, Greatest float64 // Lower and Upper are the quartiles: a quarter of the values lies at or below, at or above
	Bins                                  []Bin   // from the least to the greatest
}

// Bin counts the values from one size to another, this one not among them except in the last bin.
type Bin struct {
	From, To float64
	N        int
}

// maxBins is how many bins a spread has at most.
const maxBins = 10

// Counts are what was chosen at each question of a call, and by how many contributions that answer at least one.
type Counts struct {
	Of        int // contributions that answer at least one question
	Questions []Count
}

// Counts counts what the contributions to a call chose, question by question, in groups: group says in which one a
// contribution counts, by its number, from 0, or -1 for one that does not count at all. It is nil for a call without questions.
func (s *State) Counts(call cite.Ref, groups int, group func(contribution int) int) []Counts {
	form, ok := s.Form(call)
	if !ok {
		return nil
	}
	k := s.counting(form, groups)
	out := make([]Counts, groups)
	for i := range out {
		out[i].Questions = k.empty()
	}
	for from := 0; from < s.given.Len(); from += blockSize {
		b := k.block(from, min(from+blockSize, s.given.Len()), group)
		for i := range b.counts {
			out[i].add(&b.counts[i])
		}
	}
	for i := range out {
		for j := range out[i].Questions {
			out[i].Questions[j].spread()
		}
	}
	return out
}

// CountsBy counts what the contributions to a call chose: all of them together, and those of each category, by its identifier.
// standing says of a contribution, by its number, the number of its category, which name spells, and whether it counts. Nothing is
// counted by category of a call without questions: then by is nil.
func (s *State) CountsBy(call cite.Ref, ids []string, name func(category uint16) string, standing func(contribution int) (category uint16, counts bool)) (all Counts, by []Counts) {
	at := map[uint16]int{}
	groups := s.Counts(call, len(ids)+1, func(n int) int {
		category, counts := standing(n)
		if !counts {
			return -1
		}
		i, known := at[category]
		if !known {
			if i = slices.Index(ids, name(category)); i < 0 {
				i = len(ids)
			}
			at[category] = i
		}
		return i
	})
	if groups == nil {
		return all, nil
	}
	return Together(groups), groups[:len(ids)]
}

// blockSize is of how many contributions what was counted is kept, as long as they stay in their groups: so one that is published
// or taken away costs no count of all.
const blockSize = 2048

// counted is what was counted of whole blocks of contributions. All snapshots share it: what contributions chose never changes.
type counted struct {
	mu sync.Mutex
	of map[blockAt]*block
}

// blockAt is a block at the questions of a call, by the entry that set them.
type blockAt struct {
	asked cite.Position
	from  int
}

// block is what some contributions chose, in groups; one without contributions has no questions.
type block struct {
	in     []int16 // the group of each, -1 for none
	counts []Counts
}

// block counts contributions by their places among all that were given.
func (k *counting) block(from, to int, group func(int) int) *block {
	in, some := make([]int16, to-from), false
	for i := range in {
		g := k.s.given.At(from + i)
		if in[i] = -1; g.call == k.call {
			in[i] = int16(group(int(g.contribution)))
			some = some || in[i] >= 0
		}
	}
	if !some {
		return &block{}
	}
	at := blockAt{k.asked, from}
	keeps := k.s.counted != nil && len(in) == blockSize
	if keeps {
		k.s.counted.mu.Lock()
		defer k.s.counted.mu.Unlock()
		if b := k.s.counted.of[at]; b != nil && len(b.counts) == k.groups && slices.Equal(b.in, in) {
			return b
		}
	}
	b := &block{in: in, counts: make([]Counts, k.groups)}
	for i, group := range in {
		if group < 0 {
			continue
		}
		c := &b.counts[group]
		if c.Questions == nil {
			c.Questions = k.empty()
		}
		c.Of++
		k.count(k.s.given.At(from+i), c.Questions)
	}
	if keeps {
		if k.s.counted.of == nil {
			k.s.counted.of = map[blockAt]*block{}
		}
		k.s.counted.of[at] = b
	}
	return b
}

// empty are the counts of nothing.
func (k *counting) empty() []Count {
	out := make([]Count, len(k.questions))
	picks := make([]int, k.picks)
	for j := range out {
		out[j].of = k.values[j]
		out[j].Picks, picks = picks[:k.most[j]:k.most[j]], picks[k.most[j]:]
	}
	return out
}

// add adds what was counted of others at the same questions.
func (c *Counts) add(g *Counts) {
	c.Of += g.Of
	for i := range g.Questions {
		sum, c := &c.Questions[i], &g.Questions[i]
		sum.Said, sum.Chose, sum.Declined, sum.Worded = sum.Said+c.Said, sum.Chose+c.Chose, sum.Declined+c.Declined, sum.Worded+c.Worded
		sum.NotAsked, sum.Files = sum.NotAsked+c.NotAsked, sum.Files+c.Files
		if len(c.typed) > 0 {
			sum.lists = append(sum.lists, c.typed)
		}
		sum.lists = append(sum.lists, c.lists...)
		for j, n := range c.Picks {
			sum.Picks[j] += n
		}
	}
}

// Together adds up groups that were counted at the same questions; there is at least one.
func Together(groups []Counts) Counts {
	out := Counts{Questions: make([]Count, len(groups[0].Questions))}
	for i := range out.Questions {
		first := &groups[0].Questions[i]
		out.Questions[i].Picks, out.Questions[i].of = make([]int, len(first.Picks)), first.of
	}
	for i := range groups {
		out.add(&groups[i])
	}
	for i := range out.Questions {
		out.Questions[i].spread()
	}
	return out
}

// counting is what is the same for all contributions to a call that are counted.
type counting struct {
	s          *State
	call       uint16
	asked      cite.Position
	groups     int
	questions  []*Question
	most       []int // how many things of each question are counted
	picks      int   // of all questions
	values     []*sorted
	conditions []conditions // of those questions that have any, in order
	kinds      [MaxQuestions + 1]uint8
}

// How the picks of a question are counted.
const (
	plainly uint8 = iota
	ranked
	filed
)

// conditions are the two that a question may have: that of its section, and its own.
type conditions struct {
	question        int
	section, itself chosenAmong
}

// chosenAmong holds where one of some things was chosen at a question; where there is no question, always.
type chosenAmong struct {
	question int
	picks    uint32 // a bit for each
}

func (c Condition) among() chosenAmong {
	out := chosenAmong{question: c.Question}
	for _, p := range c.Picks {
		out.picks |= 1 << p
	}
	return out
}

func (s *State) counting(form *Form, groups int) *counting {
	k := &counting{s: s, call: uint16(form.Call.Number()), asked: form.Asked, groups: groups}
	for i := range form.Sections {
		section := &form.Sections[i]
		for j := range section.Questions {
			q := &section.Questions[j]
			k.questions = append(k.questions, q)
			n := len(k.questions)
			if !section.If.Always() || !q.If.Always() {
				k.conditions = append(k.conditions, conditions{n, section.If.among(), q.If.among()})
			}
			switch q.Kind {
			case Ranking:
				k.kinds[n] = ranked
			case File:
				k.kinds[n] = filed
			}
			most := q.picks()
			if q.Kind == File {
				most = 0 // their number is
			}
			k.most, k.picks = append(k.most, most), k.picks+most
			var of *sorted
			if v := s.valuesAt(uint16(form.Call.Number()), uint8(n)); v != nil && Typed(q.Kind) {
				of = sortedOf(v, q)
			}
			k.values = append(k.values, of)
		}
	}
	return k
}

// count adds what one contribution chose.
func (k *counting) count(g *given, out []Count) {
	said := uint64(0) // MaxQuestions of them, a bit each
	var picked [MaxQuestions + 1]uint32
	say := func(question uint8) *Count {
		c := &out[question-1]
		if bit := uint64(1) << question; said&bit == 0 {
			said |= bit
			c.Said++
		}
		return c
	}
	var room [MaxRows * MaxColumns]uint8
	for j, end := int(g.first), int(g.first)+int(g.picks); j < end; {
		p := *k.s.picks.At(j)
		j++
		if int(p.question) < 1 || int(p.question) > len(out) {
			continue
		}
		c := say(p.question)
		if p.pick == inWords {
			c.Worded++
			continue
		}
		run := append(room[:0], p.pick)
		for ; j < end; j++ {
			next := k.s.picks.At(j)
			if next.question != p.question || next.pick == inWords {
				break
			}
			run = append(run, next.pick)
		}
		picked[p.question] = c.chose(k.kinds[p.question], run)
	}
	for j := range int(g.typed) {
		t := k.s.typed.At(int(g.firstTyped) + j)
		if t.question >= 1 && int(t.question) <= len(out) {
			c := say(t.question)
			c.Chose++
			c.typed = append(c.typed, t.value)
		}
	}
	k.notAsked(&picked, out)
}

// chose adds the picks of one contribution at the question, and gives them as bits.
func (c *Count) chose(kind uint8, run []uint8) (picked uint32) {
	if len(run) == 1 && run[0] == 0 {
		c.Declined++
		return 0
	}
	switch kind {
	case ranked:
		c.Chose++
		c.first(run)
		return 0
	case filed:
		c.Chose++
		c.Files += len(run)
		return 0
	}
	any := false
	for _, p := range run {
		if p > 0 && int(p) <= len(c.Picks) {
			c.Picks[p-1]++
			picked |= 1 << (p & 31)
			any = true
		}
	}
	if any {
		c.Chose++
	}
	return picked
}

// first counts what stands on the first place of a ranking.
func (c *Count) first(places []uint8) {
	best := uint8(inWords)
	for _, p := range places {
		if p > 0 {
			best = min(best, p)
		}
	}
	for i, p := range places[:min(len(places), len(c.Picks))] {
		if p == best {
			c.Picks[i]++
		}
	}
}

// notAsked counts the questions that were not asked of whoever picked so.
func (k *counting) notAsked(picked *[MaxQuestions + 1]uint32, out []Count) {
	not := uint64(0)
	holds := func(c chosenAmong) bool {
		return c.question == 0 || not>>c.question&1 == 0 && picked[c.question]&c.picks != 0
	}
	for _, c := range k.conditions {
		if !holds(c.section) || !holds(c.itself) {
			not |= 1 << c.question
			out[c.question-1].NotAsked++
		}
	}
}

// sorted are the values of a question by their sizes.
type sorted struct {
	places []uint32 // of the values, the least first
	sizes  []float64
	steps  float64 // no two sizes lie closer than this, where it is not 0
	day    bool    // only whole sizes mean something
}

func sortedOf(v *values, q *Question) *sorted {
	out := &sorted{places: make([]uint32, v.all.Len()), sizes: make([]float64, v.all.Len()), day: q.Kind == Date}
	if q.Kind == Date || q.Whole {
		out.steps = 1
	}
	for i := range out.places {
		out.places[i], out.sizes[i] = uint32(i), v.all.At(i).size
	}
	slices.SortFunc(out.places, func(a, b uint32) int { return cmp.Compare(out.sizes[a], out.sizes[b]) })
	return out
}

// spread works out how the values lie.
func (c *Count) spread() {
	n := 0
	for _, list := range c.lists {
		n += len(list)
	}
	if c.of == nil || n == 0 {
		return
	}
	times := make([]int, len(c.of.places))
	for _, list := range c.lists {
		for _, at := range list {
			times[at]++
		}
	}
	places := slices.DeleteFunc(slices.Clone(c.of.places), func(at uint32) bool { return times[at] == 0 })
	of := func(quarter int) float64 { // between two values where it falls between them
		rank := float64(quarter) * float64(n-1) / 4
		low := int(rank)
		a, b := c.of.at(places, times, low), c.of.at(places, times, min(low+1, n-1))
		v := a + (b-a)*(rank-float64(low))
		if c.of.day {
			v = math.Floor(v)
		}
		return v
	}
	c.Spread = Spread{Least: of(0), Lower: of(1), Median: of(2), Upper: of(3), Greatest: of(4)}
	c.Spread.Bins = bins(c.Spread.Least, c.Spread.Greatest, c.of.steps)
	i, last := 0, len(c.Spread.Bins)-1
	for _, at := range places {
		for i < last && c.of.sizes[at] >= c.Spread.Bins[i].To {
			i++
		}
		c.Spread.Bins[i].N += times[at]
	}
}

// at is the size of the value of a rank, counted from 0 along the values as often as they were typed.
func (s *sorted) at(places []uint32, times []int, rank int) float64 {
	for _, p := range places {
		if rank -= times[p]; rank < 0 {
			return s.sizes[p]
		}
	}
	return s.sizes[places[len(places)-1]]
}

// bins are the empty bins from one size to another, of whole steps where sizes lie on such.
func bins(from, to, step float64) []Bin {
	n, width := maxBins, (to-from)/maxBins
	if step > 0 {
		width = math.Ceil((to - from + step) / maxBins)
		n = int(math.Ceil((to - from + step) / width))
	} else if width == 0 {
		n, width = 1, 0
	}
	out := make([]Bin, n)
	for i := range out {
		out[i].From, out[i].To = from+float64(i)*width, from+float64(i+1)*width
	}
	if step == 0 {
		out[n-1].To = to
	}
	return out
}
