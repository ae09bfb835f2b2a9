package paper

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// What became of an element in the next edition.
const (
	Unchanged   = "unchanged"
	TextChanged = "text_changed"
	Moved       = "moved"
	Split       = "split"
	Merged      = "merged"
	Deleted     = "deleted"
)

// FateNames lists what may become of an element, in the order of the concordance.
var ChangeNames = []string{Unchanged, TextChanged, Moved, Split, Merged, Deleted}

// Fate is what became of one element of an edition in the next one.
type ElementChange struct {
	From   cite.Ref   `json:"from"`         // named through time
	Change string     `json:"fate"`         // one of FateNames
	To     []cite.Ref `json:"to,omitempty"` // the elements that go on from it, named through time
	// TextChanged: beside being moved, split or merged, its words are others.
	TextChanged bool `json:"text_changed,omitempty"`
	// Corrected is the entry that corrected what was computed, 0 if none did.
	Corrected cite.Position `json:"-"`
}

// Concord computes what became of each element of an edition in the next.
//
// Nothing is guessed: an element goes on where its reference stands, and where another says that it goes
// on from it (Element.From). What has several successors is split, what shares its successor is merged,
// what has none is deleted. What has one of its own is moved if another element holds it, or if it changed
// places with its neighbours; else its text is changed, or nothing is. A new number alone is no change, and
// what was put in or taken out around an element does not move it.
func Concord(before, after *Edition) []ElementChange {
	successors := make(map[cite.Ref][]cite.Ref, len(before.Elements))
	sources := make(map[cite.Ref]int, len(after.Elements))
	add := func(from, to cite.Ref) {
		if _, ok := before.index[from]; ok && !slices.Contains(successors[from], to) {
			successors[from] = append(successors[from], to)
			sources[to]++
		}
	}
	for i := range after.Elements {
		el := &after.Elements[i]
		add(el.Ref, el.Ref)
		for _, x := range el.From {
			add(x, el.Ref)
		}
	}
	stayed := inPlace(before, after)
	out := make([]ElementChange, len(before.Elements))
	for i := range before.Elements {
		el := &before.Elements[i]
		f := ElementChange{From: el.Ref, To: successors[el.Ref]}
		for _, x := range f.To {
			y := &after.Elements[after.index[x]]
			f.TextChanged = f.TextChanged || !sameText(el.Text, y.Text)
		}
		switch {
		case len(f.To) == 0:
			f.Change = Deleted
		case len(f.To) > 1:
			f.Change = Split
		case sources[f.To[0]] > 1:
			f.Change = Merged
		case f.To[0] != el.Ref || !stayed[el.Ref]:
			f.Change = Moved
		case f.TextChanged:
			f.Change, f.TextChanged = TextChanged, false
		default:
			f.Change = Unchanged
		}
		out[i] = f
	}
	return out
}

// sameText compares the originals: a translation that was mended changes nothing of what is said.
func sameText(a, b locale.Text) bool {
	return strings.TrimSpace(a.In[a.Original]) == strings.TrimSpace(b.In[b.Original])
}

// inPlace finds the elements that the same element holds in both editions and that kept their order among
// those that do: of each such family, a longest run in rising order stays, the others moved. Only what stands
// in both editions counts: a question whose paragraph was taken out stays where it was.
func inPlace(before, after *Edition) map[cite.Ref]bool {
	was, is := before.shared(after), after.shared(before)
	families := map[cite.Ref][]int{} // by holder, the places in the new edition, in the old order
	var holders []cite.Ref
	for i := range was.Elements {
		x := was.Elements[i].Ref
		h := was.Holder(x)
		if h != is.Holder(x) {
			continue
		}
		if families[h] == nil {
			holders = append(holders, h)
		}
		families[h] = append(families[h], is.index[x])
	}
	stayed := map[cite.Ref]bool{}
	for _, h := range holders {
		for _, j := range rising(families[h]) {
			stayed[is.Elements[j].Ref] = true
		}
	}
	return stayed
}

// shared is the edition with only those elements that another has too.
func (e *Edition) shared(other *Edition) *Edition {
	out := &Edition{}
	for i := range e.Elements {
		if other.has(e.Elements[i].Ref) {
			out.Elements = append(out.Elements, e.Elements[i])
		}
	}
	out.build()
	return out
}

// rising is a longest rising subsequence (by patience sorting: Aldous and Diaconis, 1999).
func rising(in []int) []int {
	var tails []int // index in in of the smallest end of a run of each length
	back := make([]int, len(in))
	for i, v := range in {
		at, _ := slices.BinarySearchFunc(tails, v, func(t, v int) int { return in[t] - v })
		back[i] = -1
		if at > 0 {
			back[i] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, i)
		} else {
			tails[at] = i
		}
	}
	if len(tails) == 0 {
		return nil
	}
	var out []int
	for i := tails[len(tails)-1]; i >= 0; i = back[i] {
		out = append(out, in[i])
	}
	slices.Reverse(out)
	return out
}

// Fate is what became, in this edition, of an element of the edition before.
func (e *Edition) Change(x cite.Ref) (ElementChange, bool) {
	i, ok := e.changeIndex[x]
	if !ok {
		return ElementChange{}, false
	}
	return e.Changes[i], true
}

// Place is where an element of an earlier edition is found in a later one.
type Location struct {
	Elements []cite.Ref // named through time; none if it was deleted
	Change   string     // the strongest of what happened to it on the way
	Changed  bool       // its words are others
	Gone     cite.Ref   // the edition that deleted it
}

// strength orders fates: what a reader must know most comes last.
func strength(fate string) int { return slices.Index(ChangeNames, fate) }

// Follow walks an element of an edition through the concordances up to another, later one.
func (p *Paper) Follow(x cite.Ref, from, to int) Location {
	out := Location{Elements: []cite.Ref{x}, Change: Unchanged}
	for n := from + 1; n <= to && n <= len(p.Editions); n++ {
		e := p.Editions[n-1]
		var next []cite.Ref
		for _, y := range out.Elements {
			f, ok := e.Change(y)
			if !ok {
				continue
			}
			if strength(f.Change) > strength(out.Change) {
				out.Change = f.Change
			}
			out.Changed = out.Changed || f.TextChanged || f.Change == TextChanged
			for _, t := range f.To {
				if !slices.Contains(next, t) {
					next = append(next, t)
				}
			}
		}
		out.Elements = next
		if len(next) == 0 {
			out.Change, out.Gone = Deleted, e.Ref
			return out
		}
		if out.Change == Deleted { // a piece of it was; another goes on
			out.Change = Split
		}
	}
	return out
}

// Sources lists the elements of earlier editions (named through time, itself first) that went on to be x
// in edition n: what was said on them was said on what is now x.
func (p *Paper) Sources(x cite.Ref, n int) []cite.Ref {
	all := []cite.Ref{x}
	current := []cite.Ref{x}
	for ; n > 1 && n <= len(p.Editions); n-- {
		e := p.Editions[n-1]
		var earlier []cite.Ref
		for i := range e.Changes {
			f := &e.Changes[i]
			for _, t := range f.To {
				if slices.Contains(current, t) && !slices.Contains(earlier, f.From) {
					earlier = append(earlier, f.From)
				}
			}
		}
		for _, y := range earlier {
			if !slices.Contains(all, y) {
				all = append(all, y)
			}
		}
		current = earlier
	}
	return all
}

// SourcesIn is Sources for all elements of edition n at once: only those that go on from another than
// themselves are in it.
func (p *Paper) SourcesIn(n int) map[cite.Ref][]cite.Ref {
	var now map[cite.Ref][]cite.Ref
	for k := 2; k <= n && k <= len(p.Editions); k++ {
		next := map[cite.Ref][]cite.Ref{}
		for i := range p.Editions[k-1].Changes {
			f := &p.Editions[k-1].Changes[i]
			for _, to := range f.To {
				if to != f.From || len(now[f.From]) > 0 {
					next[to] = append(append(next[to], f.From), now[f.From]...)
				}
			}
		}
		for x, all := range next {
			slices.Sort(all)
			all = slices.DeleteFunc(slices.Compact(all), func(y cite.Ref) bool { return y == x })
			next[x] = append([]cite.Ref{x}, all...)
		}
		now = next
	}
	return now
}

// Cited is what a citation is filed under: an element through time, a part, a disposition.
func Cited(r cite.Ref) cite.Ref {
	if x := r.Element(); x != cite.None {
		return x
	}
	head, _, _ := strings.Cut(string(r), "[")
	return cite.Ref(head)
}

// Citable reports whether a sentence may cite a reference: an element of an edition or through time, a part of a contribution, an answer, a
// theme of an order, a question that was formulated together.
func Citable(r cite.Ref) bool {
	switch r.Kind() {
	case 'p':
		return r.ElementNumber() > 0
	case 'c':
		return r.PartNumber() > 0
	case 'o':
		return r.ThemeNumber() > 0
	}
	return r.Kind() == 'd' || r.Kind() == 'q'
}

// Citing lists the elements of editions (p2.e1.x3) that rest on something, oldest first.
func (s *State) Citing(r cite.Ref) []cite.Ref { return s.citing[Cited(r)] }

// Reserve gives a reference to an element that the next edition shall have.
type Reserve struct {
	Paper cite.Ref
	Kind  string
	Name  locale.Text
}

// maxReserved is how many elements may be reserved at a time.
const maxReserved = 200

// Check cleans the working title and looks whether the kind is one.
func (c Reserve) Check() (Reserve, error) {
	var in input.Check
	in.If(level(c.Kind) < 0, "kind", "paper.element_kind", "n", 1)
	in.Lines("name", &c.Name, input.MaxTitle)
	in.If(c.Name.In[c.Name.Original] == "", "name", "paper.reserve_name")
	return c, in.Err()
}

// Reserve decides.
func (s *State) Reserve(act cite.Act, c Reserve) (Reserved, error) {
	p, ok := s.Paper(c.Paper)
	if !ok {
		return Reserved{}, refusal.New(refusal.Hidden, "paper.unknown")
	}
	if len(p.Reserved) >= maxReserved {
		return Reserved{}, refusal.New(refusal.NotNow, "paper.reserve_many", "max", maxReserved)
	}
	return Reserved{Ref: cite.Element(p.Ref, p.elements+1), ElementKind: c.Kind, Name: c.Name, By: act.By, At: act.At}, nil
}

// Promised reports whether an element is reserved for the next edition.
func (p *Paper) Promised(x cite.Ref) bool {
	return slices.ContainsFunc(p.Reserved, func(r Reserved) bool { return r.Ref == x })
}

// Changeable reports whether an answer may say that a passage is changed because of it: an element of an edition that is out, one that
// the next edition may change, or one reserved for it.
func (s *State) Changeable(r cite.Ref) bool {
	x := r.Element()
	p, ok := s.Paper(r)
	if !ok || x == cite.None {
		return false
	}
	if n := r.EditionNumber(); n > 0 {
		e, ok := p.Edition(n)
		if !ok || r != cite.Element(e.Ref, x.ElementNumber()) {
			return false
		}
		_, ok = e.Element(x)
		return ok
	}
	_, ok = p.Latest().Element(x)
	return r == x && (ok || p.Promised(x))
}

// CorrectConcordance says what really became of an element, with the reason why the computed fate is
// wrong.
type CorrectConcordance struct {
	Edition cite.Ref // the later edition
	From    cite.Ref
	Change  string
	To      []cite.Ref
	Reason  string
}

// Check cleans the reason and holds the correction to its bounds.
func (c CorrectConcordance) Check() (CorrectConcordance, error) {
	var in input.Check
	in.If(strength(c.Change) < 0, "fate", "concordance.fate")
	switch n := len(c.To); {
	case c.Change == Deleted && n > 0, c.Change == Split && n < 2, c.Change != Deleted && c.Change != Split && n != 1:
		in.Refuse("to", "concordance.number")
	}
	in.Text("reason", &c.Reason, maxCorrection)
	c.Reason = strings.TrimSpace(c.Reason)
	in.If(c.Reason == "", "reason", "reason.missing")
	return c, in.Err()
}

// CorrectConcordance decides.
func (s *State) CorrectConcordance(act cite.Act, c CorrectConcordance) (cite.Proposal, error) {
	e, ok := s.Edition(c.Edition)
	if !ok || e.Ref != c.Edition {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "paper.unknown")
	}
	was, ok := e.Change(c.From)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "paper.unknown")
	}
	seen := map[cite.Ref]bool{}
	for _, x := range c.To {
		if _, there := e.index[x]; !there || seen[x] {
			return cite.Proposal{}, refusal.In("to", "concordance.to")
		}
		seen[x] = true
	}
	f := ElementChange{From: c.From, Change: c.Change, To: c.To}
	if c.Change == Moved || c.Change == Split || c.Change == Merged {
		f.TextChanged = was.TextChanged || was.Change == TextChanged
	}
	return cite.Proposal{Body: ConcordanceCorrected{Edition: e.Ref, Change: f, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// maxCorrection is the longest reason of a correction, in bytes.
const maxCorrection = 4 << 10
