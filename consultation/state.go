package consultation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/cow"
	"github.com/openplenary/plenary/locale"
)

// Row is what rules and lists need of a contribution. It holds no pointers and no texts, so that a
// million cost little and the garbage collector passes them by.
type Row struct {
	Position  cite.Position // where it was received
	Decided   cite.Position // where its status was last decided, 0 while pending
	Changed   cite.Position // the last entry that touched it
	by, party uint64
	received  int64 // Unix nanoseconds of the instant that rules use
	likeness  uint64
	first     uint32 // its first part in Book.parts
	Number    uint32
	call      uint16
	category  uint16
	country   uint16
	parts     uint8
	Files     uint8
	Status    Status
	assurance uint8
	ground    uint8
	Late      bool
	Redacted  bool
	Known     bool
	Earlier   bool
	Corrected uint8 // how many corrections its author sent, whatever became of them
	Shown     bool  // everybody could read it, now or once
}

// Words is equal for contributions that say the same words, part by part; of one without words it says nothing.
func (w *Row) Words() uint64 { return w.likeness }

// part is one part of a contribution, pointer-free.
type part struct {
	row      uint32
	paper    uint16
	edition  uint16
	element  uint32 // 0: the whole paper
	bytes    uint32
	wording  uint32
	answer   uint32 // number of its disposition, 0 for none
	likeness uint64
	language uint8 // its place in locale.Written
	question uint8 // of the call's own, 0 for none
	stance   Stance
	earlier  bool
	reopened bool // its author said that the answer misses the point
}

// Part is the data of one part.
type Part struct {
	Ref      cite.Ref
	On       cite.Ref
	Language locale.Lang
	Stance   Stance
	Bytes    int
	Wording  int
	Earlier  bool
	Question int // of the call's own questions, 0 for none
}

// Contribution is a row with its references spelled out.
type Contribution struct {
	Row
	Ref       cite.Ref
	Call      cite.Ref
	By        string // the participant's reference
	For       string // the party's reference
	Category  string
	Country   string
	Assurance string
	Ground    string
	Parts     int
	Received  time.Time
}

// Anonymous is the contribution without who sent it and for whom: what is left to be seen of one that was taken
// back, withheld or erased.
func (c Contribution) Anonymous() Contribution {
	c.By, c.For, c.Known, c.by, c.party = "", "", false, 0, 0
	return c
}

// Tally counts contributions, each exactly once.
type Tally struct {
	Received  int `json:"received"`
	Published int `json:"published"`
	Late      int `json:"late"`     // of the published
	Redacted  int `json:"redacted"` // of the published
	Withheld  int `json:"withheld"`
	Erased    int `json:"erased"`
	Withdrawn int `json:"withdrawn"`
	Pending   int `json:"pending"`
}

// Holds reports the invariant: everything received is somewhere, once.
func (t Tally) Holds() bool {
	return t.Received == t.Published+t.Withheld+t.Erased+t.Withdrawn+t.Pending
}

// Three are the three counts that stand side by side, of what is published.
type Counts struct {
	Submissions int `json:"submissions"`
	Parties     int `json:"parties"`
	Texts       int `json:"texts"`
	Countries   int `json:"countries"`
}

// ElementCounts counts the published contributions on one element, and their countries.
type ElementCounts struct {
	Contributions int
	countries     int
}

// Countries is how many countries they come from.
func (v ElementCounts) Countries() int { return v.countries }

// elementCountry is a country that contributions on an element come from.
type elementCountry struct {
	element cite.Ref
	country uint16
}

// State is the state of this room. What only counts or spells what the rest holds is kept for whoever writes, and
// no snapshot has it.
type State struct {
	Calls []*Call // a call that changes is replaced by another
	// TwoToRemove: two people are needed to redact or erase what is published.
	TwoToRemove bool
	OneProposed ProposedOne // that one be enough

	rows        cow.Slice[Row]
	parts       cow.Slice[part]
	names       cow.Names // categories and countries
	tallies     []Tally   // by call
	total       Tally
	counts      Counts                      // of what is published; its submissions are counted by total
	elements    cow.Map[cite.Ref, []uint32] // rows anchored to an element (through time), by its reference
	voices      cow.Map[cite.Ref, ElementCounts]
	countries   []int32                          // published rows by country
	redactions  cow.Map[cite.Ref, []Mask]        // by contribution
	removals    cow.Map[cite.Ref, []Removal]     // proposed, by contribution
	proposed    []cite.Ref                       // those with removals
	waiting     uint32                           // no row before this one is pending
	withheld    cow.Map[uint32, []cite.Position] // entries that say why a contribution was withheld
	corrections cow.Map[cite.Ref, []Correction]  // by contribution
	joint       cow.Map[uint32, []Joint]         // by the number of the contribution: joint.go
	recast      []uint32                         // parts that say something else than when they were added to byWords
	facets      cow.Slice[facet]                 // list.go
	byAuthor    cow.Index                        // rows
	byWords     cow.Index                        // parts, by their likeness
	answers     answers                          // answers and reactions: disposition.go

	facetOf  map[facetKey]uint32      `digest:"-"`
	speaking map[uint64]int32         `digest:"-"` // published rows by party
	texts    map[uint64]int32         `digest:"-"` // published rows by likeness
	nations  map[elementCountry]int32 `digest:"-"` // published rows on an element from a country
	located  map[uint64]location      `digest:"-"` // of parts, spelled once
}

// LikenessStep folds the likenesses of parts into that of the whole.
const LikenessStep = 1099511628211

// location is what a part is anchored to, through time: a paper, and maybe an element of it.
type location struct{ paper, element cite.Ref }

func (b *State) location(p *part) location {
	k := uint64(p.paper)<<32 | uint64(p.element)
	s, ok := b.located[k]
	if !ok {
		s.paper = cite.Paper(int(p.paper))
		if p.element > 0 {
			s.element = cite.Element(s.paper, int(p.element))
		}
		b.located[k] = s
	}
	return s
}

// Touched adds what a fact about a contribution touches: its call, and the papers and elements that its
// parts are anchored to.
func (b *State) Touched(to []cite.Ref, c cite.Ref) []cite.Ref {
	n := c.Number()
	if c.Kind() != 'c' || n < 1 || n > b.rows.Len() {
		return to
	}
	w := b.rows.At(n - 1)
	if k := int(w.call); k >= 1 && k <= len(b.Calls) {
		to = append(to, b.Calls[k-1].Ref)
	}
	for i := w.first; i < w.first+uint32(w.parts); i++ {
		p := b.location(b.parts.At(int(i)))
		to = append(to, p.paper)
		if p.element != cite.None {
			to = append(to, p.element)
		}
	}
	return to
}

// NewState is the state before anything was asked.
func NewState() *State {
	b := &State{elements: cow.NewMap[cite.Ref, []uint32](cow.HashString), voices: cow.NewMap[cite.Ref, ElementCounts](cow.HashString),
		redactions: cow.NewMap[cite.Ref, []Mask](cow.HashString), corrections: cow.NewMap[cite.Ref, []Correction](cow.HashString), removals: cow.NewMap[cite.Ref, []Removal](cow.HashString),
		withheld: cow.NewMap[uint32, []cite.Position](cow.HashInt), joint: cow.NewMap[uint32, []Joint](cow.HashInt), answers: newAnswers(),
		facetOf: map[facetKey]uint32{}, speaking: map[uint64]int32{}, texts: map[uint64]int32{}, nations: map[elementCountry]int32{}, located: map[uint64]location{}}
	b.names.ID("")
	return b
}

// Snapshot is the state as it is now, to be read whatever becomes of this one. It costs little, however many
// contributions there are.
func (b *State) Snapshot() *State {
	return &State{Calls: slices.Clone(b.Calls), TwoToRemove: b.TwoToRemove, OneProposed: b.OneProposed, names: b.names.Snapshot(), joint: b.joint.Snapshot(),
		rows: b.rows.Snapshot(), parts: b.parts.Snapshot(), facets: b.facets.Snapshot(), byAuthor: b.byAuthor.Snapshot(), byWords: b.byWords.Snapshot(),
		tallies: slices.Clone(b.tallies), total: b.total, counts: b.counts, countries: slices.Clone(b.countries), waiting: b.waiting,
		elements: b.elements.Snapshot(), voices: b.voices.Snapshot(), redactions: b.redactions.Snapshot(), removals: b.removals.Snapshot(), proposed: b.proposed,
		withheld: b.withheld.Snapshot(), corrections: b.corrections.Snapshot(), recast: b.recast, answers: b.answers.snapshot()}
}

var assurances = []string{Anonymous, EmailProven, Vouched, OpenID}

// Len is how many contributions were received.
func (b *State) Len() int { return b.rows.Len() }

// Row finds a contribution by any reference into it.
func (b *State) Row(r cite.Ref) (Contribution, bool) {
	n := r.Number()
	if r.Kind() != 'c' || n < 1 || n > b.rows.Len() {
		return Contribution{}, false
	}
	return b.decode(b.rows.At(n - 1)), true
}

func (b *State) decode(w *Row) Contribution {
	c := Contribution{Row: *w, Ref: cite.Contribution(int(w.Number)), Call: cite.Call(int(w.call)), By: "u" + cite.FormatNumber(w.by), For: "y" + cite.FormatNumber(w.party),
		Category: b.names.Name(w.category), Country: b.names.Name(w.country), Assurance: assurances[w.assurance], Parts: int(w.parts), Received: time.Unix(0, w.received).UTC()}
	if w.ground > 0 {
		c.Ground = Grounds[w.ground-1]
	}
	return c
}

// Part is part n of a contribution; n must be one of its parts.
func (b *State) Part(c cite.Ref, n int) Part {
	return b.decodePart(b.rows.At(c.Number()-1), n)
}

func (b *State) decodePart(w *Row, n int) Part {
	p := b.parts.At(int(w.first) + n - 1)
	ref := cite.Part(cite.Contribution(int(w.Number)), n)
	return Part{Ref: ref, On: p.on(), Language: locale.Written()[p.language], Stance: p.stance, Bytes: int(p.bytes), Wording: int(p.wording), Earlier: p.earlier, Question: int(p.question)}
}

func (p *part) on() cite.Ref {
	r := cite.EditionOf(cite.Paper(int(p.paper)), int(p.edition))
	if p.element > 0 {
		r = cite.Element(r, int(p.element))
	}
	return r
}

// Total counts all contributions of the conversation.
func (b *State) Total() Tally { return b.total }

// Tally counts the contributions to one call.
func (b *State) Tally(call cite.Ref) Tally {
	if _, ok := b.Call(call); ok {
		return b.tallies[call.Number()-1]
	}
	return Tally{}
}

// Counts are the three counts of everything published.
func (b *State) Counts() Counts {
	c := b.counts
	c.Submissions = b.total.Published
	return c
}

// OnElement counts the published contributions on an element, named through time.
func (b *State) OnElement(x cite.Ref) ElementCounts { return b.voices.Get(x) }

// By lists what a participant sent, oldest first.
func (b *State) By(participant string) []cite.Ref {
	n, err := cite.ParseNumber(participant[min(1, len(participant)):])
	if err != nil {
		return nil
	}
	var out []cite.Ref
	b.byAuthor.Each(n, func(i int) {
		if b.rows.At(i).by == n {
			out = append(out, cite.Contribution(i+1))
		}
	})
	slices.Reverse(out)
	return out
}

// Pending lists what waits for a moderator, oldest first.
func (b *State) Pending() []cite.Ref {
	out := make([]cite.Ref, 0, b.total.Pending)
	for i := int(b.waiting); len(out) < b.total.Pending; i++ {
		if b.rows.At(i).Status == Pending {
			out = append(out, cite.Contribution(i+1))
		}
	}
	return out
}

// ErrGap says that a fact speaks of what the book has not: an entry before it is missing. Everything in the
// book stands under a number without gaps, so nothing after that can be folded.
var ErrGap = errors.New("consultation: an entry before this one is missing")

// gap is the error of a fact that does not follow on what the state holds. Such a fact changes nothing.
func (b *State) gap(f cite.Fact, r cite.Ref) error {
	return fmt.Errorf("%w: %T of %s, after %d calls and %d contributions", ErrGap, f, r, len(b.Calls), b.rows.Len())
}

// has reports whether a reference is into a contribution that was received.
func (b *State) has(r cite.Ref) bool {
	return r.Kind() == 'c' && r.Number() >= 1 && r.Number() <= b.rows.Len()
}

// decided folds what became of a contribution.
func (b *State) decided(f cite.Fact, at cite.Entry, c cite.Ref, s Status, ground string) error {
	if !b.has(c) {
		return b.gap(f, c)
	}
	b.decide(at, c, s, ground)
	return nil
}

// Erase notes that the text of a contribution was erased.
func (b *State) Erase(at cite.Entry, c cite.Ref) error {
	if !b.has(c) {
		return fmt.Errorf("%w: %s is erased, after %d contributions", ErrGap, c, b.rows.Len())
	}
	b.decide(at, c, Erased, "")
	b.keepRemovals(c, func(Removal) bool { return false })
	return nil
}

func (b *State) receive(at cite.Entry, f *Received) {
	id := uint32(b.rows.Len())
	by, _ := cite.ParseNumber(f.By[min(1, len(f.By)):])
	party, _ := cite.ParseNumber(f.For[min(1, len(f.For)):])
	w := Row{Position: at.Position, Changed: at.Position, by: by, party: party, received: f.At().UnixNano(), first: uint32(b.parts.Len()), Number: id + 1,
		call: uint16(f.Call.Number()), category: b.names.ID(f.Category), country: b.names.ID(f.Country), parts: uint8(len(f.Parts)), Files: uint8(len(f.Files)),
		assurance: uint8(max(0, slices.Index(assurances, f.Assurance))), Late: f.Rule == Late, Known: f.Known}
	for _, p := range f.Parts {
		stance, _ := ParseStance(p.Stance)
		language, _ := locale.WrittenAt(locale.Lang(p.Language)) // the first for one that nobody knows
		pt := part{row: id, paper: uint16(p.On.Number()), edition: uint16(p.On.EditionNumber()), element: uint32(p.On.ElementNumber()), bytes: uint32(p.Bytes), wording: uint32(p.Wording),
			language: uint8(language), stance: stance, earlier: p.Earlier, likeness: p.Likeness, question: uint8(p.Question)}
		b.byWords.Add(pt.likeness, func(i int) uint64 { return b.parts.At(i).likeness })
		b.parts.Append(pt)
		w.likeness = w.likeness*LikenessStep + p.Likeness
		w.Earlier = w.Earlier || p.Earlier
		if x := b.location(&pt).element; x != cite.None {
			if ids := b.elements.Get(x); len(ids) == 0 || ids[len(ids)-1] != id {
				b.elements.Set(x, append(ids, id))
			}
		}
	}
	w.likeness = cmp.Or(w.likeness, uint64(id)+1) // where there is nothing to compare it is a text of its own
	b.byAuthor.Add(by, func(i int) uint64 { return b.rows.At(i).by })
	b.rows.Append(w)
	b.file(&w)
	b.count(&w, 1)
	b.total.Received++
	b.tallies[w.call-1].Received++
	if f.Published {
		b.decide(at, f.Ref, Published, "")
	}
}

func (b *State) decide(at cite.Entry, c cite.Ref, s Status, ground string) {
	w := b.rows.Edit(c.Number() - 1)
	b.count(w, -1)
	if w.Status == Published && s != Published {
		b.countPublished(w, -1)
	}
	if w.Status != Published && s == Published {
		b.countPublished(w, 1)
	}
	w.Status, w.Shown, w.ground = s, w.Shown || s == Published, uint8(slices.Index(Grounds, ground)+1)
	w.Decided, w.Changed = at.Position, at.Position
	b.count(w, 1)
	for int(b.waiting) < b.rows.Len() && b.rows.At(int(b.waiting)).Status != Pending {
		b.waiting++
	}
}

// count adds n to the tallies where the row stands.
func (b *State) count(w *Row, n int) {
	b.addCounts(w, n)
	b.facets.Edit(int(b.facetOf[b.facetKey(w)])).counts[w.Status] += int32(n)
	for _, t := range [...]*Tally{&b.total, &b.tallies[w.call-1]} {
		switch w.Status {
		case Pending:
			t.Pending += n
		case Published:
			t.Published += n
			if w.Late {
				t.Late += n
			}
			if w.Redacted {
				t.Redacted += n
			}
		case Withheld:
			t.Withheld += n
		case Withdrawn:
			t.Withdrawn += n
		case Erased:
			t.Erased += n
		}
	}
}

// countPublished adds n to the counts of what is published.
func (b *State) countPublished(w *Row, n int32) {
	b.counts.Parties = bump(b.speaking, w.party, n)
	for _, j := range b.jointly(w) {
		b.counts.Parties = bump(b.speaking, j.Party, n)
	}
	b.counts.Texts = bump(b.texts, w.likeness, n)
	if w.country != 0 {
		for len(b.countries) <= int(w.country) {
			b.countries = append(b.countries, 0)
		}
		c := &b.countries[w.country]
		was := *c > 0
		if *c += n; was != (*c > 0) {
			b.counts.Countries += int(n)
		}
	}
	b.elementsOf(w, func(x cite.Ref) {
		v := b.voices.Get(x)
		v.Contributions += int(n)
		if w.country != 0 {
			from := elementCountry{x, w.country}
			was := b.nations[from] > 0
			if bump(b.nations, from, n); was != (b.nations[from] > 0) {
				v.countries += int(n)
			}
		}
		b.voices.Set(x, v)
	})
}

// elementsOf hands over the elements that a contribution is anchored to, named through time, each once.
func (b *State) elementsOf(w *Row, visit func(cite.Ref)) {
	var seen [MaxParts]cite.Ref
	k := 0
	for i := w.first; i < w.first+uint32(w.parts); i++ {
		x := b.location(b.parts.At(int(i))).element
		if x == cite.None || slices.Contains(seen[:k], x) {
			continue
		}
		seen[k] = x
		k++
		visit(x)
	}
}

// Restored counts and spells again what no snapshot has: see internal/dump.
func (b *State) Restored() {
	b.facetOf, b.located, b.nations = make(map[facetKey]uint32, b.facets.Len()), map[uint64]location{}, map[elementCountry]int32{}
	b.speaking, b.texts = make(map[uint64]int32, b.counts.Parties), make(map[uint64]int32, b.counts.Texts)
	b.facets.Pieces(func(first int, facets []facet) bool {
		for i := range facets {
			b.facetOf[facets[i].facetKey] = uint32(first + i)
		}
		return true
	})
	b.rows.Pieces(func(_ int, rows []Row) bool {
		for i := range rows {
			w := &rows[i]
			if w.Status != Published {
				continue
			}
			b.speaking[w.party]++
			for _, j := range b.jointly(w) {
				b.speaking[j.Party]++
			}
			b.texts[w.likeness]++
			if w.country != 0 {
				b.elementsOf(w, func(x cite.Ref) { b.nations[elementCountry{x, w.country}]++ })
			}
		}
		return true
	})
}

// bump adds n to a count and gives how many counts there are. What is counted down to nothing is none.
func bump[K comparable](m map[K]int32, k K, n int32) int {
	if m[k] += n; m[k] == 0 {
		delete(m, k)
	}
	return len(m)
}

// WithheldAt lists the entries that said why a contribution was withheld, oldest first.
func (b *State) WithheldAt(c cite.Ref) []cite.Position { return b.withheld.Get(uint32(c.Number() - 1)) }

// LanguagesPresent lists the languages of the published contributions, in the order of locale.Written.
func (b *State) LanguagesPresent() (out []locale.Lang) {
	var present languageSet
	b.facets.Pieces(func(_ int, facets []facet) bool {
		for i := range facets {
			if facets[i].counts[Published] > 0 {
				present = present.or(facets[i].languages)
			}
		}
		return true
	})
	for i, l := range locale.Written() {
		if present.has(uint8(i)) {
			out = append(out, l)
		}
	}
	return out
}

// CountriesPresent lists the codes of the countries of published contributions, sorted.
func (b *State) CountriesPresent() []string {
	out := make([]string, 0, b.counts.Countries)
	for id, n := range b.countries {
		if n > 0 {
			out = append(out, b.names.Name(uint16(id)))
		}
	}
	slices.Sort(out)
	return out
}

// MergeCategory counts the contributions of one category under another from now on.
func (b *State) MergeCategory(from, into string) { b.names.Merge(from, into) }
