package consultation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
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
}

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
	language uint8
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
	Redacted []cite.Span
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

// Voices counts the published contributions on one element, and their countries.
type ElementCounts struct {
	Contributions int
	countries     map[uint16]int
}

// Countries is how many countries they come from.
func (v *ElementCounts) Countries() int { return len(v.countries) }

// Book is the state of this room.
type State struct {
	Calls []*Call

	rows       []Row
	parts      []part
	names      interned // categories and countries
	tallies    map[uint16]*Tally
	total      Tally
	elements   map[cite.Ref][]uint32 // rows anchored to an element (through time), by its reference
	authors    map[uint64][]uint32   // rows by participant
	voices     map[cite.Ref]*ElementCounts
	speaking   map[uint64]int32 // published rows by party
	texts      map[uint64]int32 // published rows by likeness
	countries  map[uint16]int32 // published rows by country
	redactions map[cite.Ref][]cite.Span
	pending    map[uint32]struct{}
	located    map[uint64]location        `digest:"-"` // of parts, spelled once
	answers    answers                    // answers and reactions: disposition.go
	withheld   map[uint32][]cite.Position // entries that say why a contribution was withheld
}

// place is what a part is anchored to, through time: a paper, and maybe an element of it.
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
	if c.Kind() != 'c' || n < 1 || n > len(b.rows) {
		return to
	}
	w := &b.rows[n-1]
	if k := int(w.call); k >= 1 && k <= len(b.Calls) {
		to = append(to, b.Calls[k-1].Ref)
	}
	for i := w.first; i < w.first+uint32(w.parts); i++ {
		p := b.location(&b.parts[i])
		to = append(to, p.paper)
		if p.element != cite.None {
			to = append(to, p.element)
		}
	}
	return to
}

// NewBook is an empty book.
func NewState() *State {
	b := &State{tallies: map[uint16]*Tally{}, elements: map[cite.Ref][]uint32{}, authors: map[uint64][]uint32{}, voices: map[cite.Ref]*ElementCounts{},
		speaking: map[uint64]int32{}, texts: map[uint64]int32{}, countries: map[uint16]int32{}, redactions: map[cite.Ref][]cite.Span{},
		pending: map[uint32]struct{}{}, located: map[uint64]location{}, answers: newAnswers(), withheld: map[uint32][]cite.Position{}}
	b.names.id("")
	return b
}

// interned gives short strings small numbers.
type interned struct {
	ids   map[string]uint16
	names []string
}

func (n *interned) id(s string) uint16 {
	if id, ok := n.ids[s]; ok {
		return id
	}
	if n.ids == nil {
		n.ids = map[string]uint16{}
	}
	id := uint16(len(n.names))
	n.names = append(n.names, s)
	n.ids[s] = id
	return id
}

func (n *interned) known(s string) (uint16, bool) { id, ok := n.ids[s]; return id, ok }

var assurances = []string{Anonymous, EmailProven, Vouched}

// Len is how many contributions were received.
func (b *State) Len() int { return len(b.rows) }

// Row finds a contribution by any reference into it.
func (b *State) Row(r cite.Ref) (Contribution, bool) {
	n := r.Number()
	if r.Kind() != 'c' || n < 1 || n > len(b.rows) {
		return Contribution{}, false
	}
	return b.decode(&b.rows[n-1]), true
}

func (b *State) decode(w *Row) Contribution {
	c := Contribution{Row: *w, Ref: cite.Contribution(int(w.Number)), Call: cite.Call(int(w.call)), By: "u" + cite.FormatNumber(w.by), For: "y" + cite.FormatNumber(w.party),
		Category: b.names.names[w.category], Country: b.names.names[w.country], Assurance: assurances[w.assurance], Parts: int(w.parts), Received: time.Unix(0, w.received).UTC()}
	if w.ground > 0 {
		c.Ground = Grounds[w.ground-1]
	}
	return c
}

// Part is part n of a contribution; n must be one of its parts.
func (b *State) Part(c cite.Ref, n int) Part {
	w := &b.rows[c.Number()-1]
	return b.decodePart(w, n)
}

func (b *State) decodePart(w *Row, n int) Part {
	p := &b.parts[int(w.first)+n-1]
	ref := cite.Part(cite.Contribution(int(w.Number)), n)
	return Part{Ref: ref, On: p.on(), Language: locale.All[p.language], Stance: p.stance, Bytes: int(p.bytes), Wording: int(p.wording), Earlier: p.earlier, Redacted: b.redactions[ref]}
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
	k, ok := b.Call(call)
	if !ok {
		return Tally{}
	}
	return *b.tallies[uint16(k.Ref.Number())]
}

// Three are the three counts of everything published.
func (b *State) Counts() Counts {
	return Counts{Submissions: b.total.Published, Parties: len(b.speaking), Texts: len(b.texts), Countries: len(b.countries)}
}

// Voices are the published contributions on an element, named through time; never nil.
func (b *State) OnElement(x cite.Ref) *ElementCounts {
	if v := b.voices[x]; v != nil {
		return v
	}
	return &ElementCounts{}
}

// By lists what a participant sent, oldest first.
func (b *State) By(participant string) []cite.Ref {
	n, err := cite.ParseNumber(participant[min(1, len(participant)):])
	if err != nil {
		return nil
	}
	var out []cite.Ref
	for _, i := range b.authors[n] {
		out = append(out, cite.Contribution(int(i)+1))
	}
	return out
}

// Pending lists what waits for a moderator, oldest first.
func (b *State) Pending() []cite.Ref {
	ids := make([]uint32, 0, len(b.pending))
	for i := range b.pending {
		ids = append(ids, i)
	}
	slices.Sort(ids)
	out := make([]cite.Ref, len(ids))
	for i, id := range ids {
		out[i] = cite.Contribution(int(id) + 1)
	}
	return out
}

// Filter chooses contributions. Zero fields choose all.
type Filter struct {
	Call     cite.Ref
	Element  []cite.Ref // on any of these elements, named through time
	Category string
	Country  string
	Party    string
	Language locale.Lang
	Since    time.Time // received at or after
	Until    time.Time // received before
	Late     bool
	Status   []Status // none: published
	Before   int      // contributions with a smaller number; 0 for the newest
}

// List gives the newest contributions that the filter chooses, at most limit of them, and how many it
// chooses in all (without regard to Before).
func (b *State) List(f Filter, limit int) (page []Contribution, total int) {
	status := f.Status
	if len(status) == 0 {
		status = []Status{Published}
	}
	var mask uint8
	for _, s := range status {
		mask |= 1 << s
	}
	category, known1 := b.names.known(f.Category)
	country, known2 := b.names.known(f.Country)
	if !known1 || !known2 {
		return nil, 0
	}
	var party uint64
	if f.Party != "" {
		n, err := cite.ParseNumber(f.Party[1:])
		if err != nil {
			return nil, 0
		}
		party = n
	}
	language := uint8(255)
	if f.Language != "" {
		if i := slices.Index(locale.All, f.Language); i >= 0 {
			language = uint8(i)
		} else {
			return nil, 0
		}
	}
	call := uint16(0)
	if f.Call != cite.None {
		k, ok := b.Call(f.Call)
		if !ok {
			return nil, 0
		}
		call = uint16(k.Ref.Number())
	}
	var since, until int64
	if !f.Since.IsZero() {
		since = f.Since.UnixNano()
	}
	if !f.Until.IsZero() {
		until = f.Until.UnixNano()
	}
	choose := func(w *Row) bool {
		switch {
		case mask&(1<<w.Status) == 0,
			call != 0 && w.call != call,
			category != 0 && w.category != category,
			country != 0 && w.country != country,
			party != 0 && w.party != party,
			since != 0 && w.received < since,
			until != 0 && w.received >= until,
			f.Late && !w.Late:
			return false
		}
		if language != 255 {
			for i := w.first; i < w.first+uint32(w.parts); i++ {
				if b.parts[i].language == language {
					return true
				}
			}
			return false
		}
		return true
	}
	take := func(w *Row) {
		total++
		if len(page) < limit && (f.Before == 0 || int(w.Number) < f.Before) {
			page = append(page, b.decode(w))
		}
	}
	switch {
	case len(f.Element) > 0:
		var ids []uint32
		for _, x := range f.Element {
			ids = append(ids, b.elements[x]...)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		for i := len(ids) - 1; i >= 0; i-- {
			if w := &b.rows[ids[i]]; choose(w) {
				take(w)
			}
		}
	case plain(f) && len(f.Status) == 0:
		// Everything published: the total is kept, only the page is walked.
		total = b.total.Published
		if call != 0 {
			total = b.Tally(f.Call).Published
		}
		start := len(b.rows)
		if f.Before > 0 {
			start = min(start, f.Before-1)
		}
		for i := start - 1; i >= 0 && len(page) < limit; i-- {
			if w := &b.rows[i]; choose(w) {
				page = append(page, b.decode(w))
			}
		}
	default:
		for i := len(b.rows) - 1; i >= 0; i-- {
			if w := &b.rows[i]; choose(w) {
				take(w)
			}
		}
	}
	return page, total
}

func plain(f Filter) bool {
	return f.Category == "" && f.Country == "" && f.Party == "" && f.Language == "" && f.Since.IsZero() && f.Until.IsZero() && !f.Late
}

// Facets count what is published, for the choices of the list's form.
type Facets struct {
	Categories map[string]int
	Countries  map[string]int
}

// Facets counts published contributions by category and by country.
func (b *State) Facets() Facets {
	f := Facets{Categories: map[string]int{}, Countries: map[string]int{}}
	for i := range b.rows {
		if w := &b.rows[i]; w.Status == Published {
			f.Categories[b.names.names[w.category]]++
		}
	}
	for id, n := range b.countries {
		f.Countries[b.names.names[id]] = int(n)
	}
	return f
}

// ErrGap says that a fact speaks of what the book has not: an entry before it is missing. Everything in the
// book stands under a number without gaps, so nothing after that can be folded.
var ErrGap = errors.New("consultation: an entry before this one is missing")

// gap is the error of a fact that does not follow on what the state holds. Such a fact changes nothing.
func (b *State) gap(f cite.Fact, r cite.Ref) error {
	return fmt.Errorf("%w: %T of %s, after %d calls and %d contributions", ErrGap, f, r, len(b.Calls), len(b.rows))
}

// has reports whether a reference is into a contribution that was received.
func (b *State) has(r cite.Ref) bool {
	return r.Kind() == 'c' && r.Number() >= 1 && r.Number() <= len(b.rows)
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
	if n := c.Number(); c.Kind() != 'c' || n < 1 || n > len(b.rows) {
		return fmt.Errorf("%w: %s is erased, after %d contributions", ErrGap, c, len(b.rows))
	}
	b.decide(at, c, Erased, "")
	return nil
}

func (b *State) receive(at cite.Entry, f *Received) {
	id := uint32(len(b.rows))
	by, _ := cite.ParseNumber(f.By[min(1, len(f.By)):])
	party, _ := cite.ParseNumber(f.For[min(1, len(f.For)):])
	w := Row{Position: at.Position, Changed: at.Position, by: by, party: party, received: f.At().UnixNano(), first: uint32(len(b.parts)), Number: id + 1,
		call: uint16(f.Call.Number()), category: b.names.id(f.Category), country: b.names.id(f.Country), parts: uint8(len(f.Parts)), Files: uint8(len(f.Files)),
		assurance: uint8(max(0, slices.Index(assurances, f.Assurance))), Late: f.Rule == Late, Known: f.Known}
	for _, p := range f.Parts {
		stance, _ := ParseStance(p.Stance)
		pt := part{row: id, paper: uint16(p.On.Number()), edition: uint16(p.On.EditionNumber()), element: uint32(p.On.ElementNumber()), bytes: uint32(p.Bytes), wording: uint32(p.Wording),
			language: uint8(max(0, slices.Index(locale.All, locale.Lang(p.Language)))), stance: stance, earlier: p.Earlier, likeness: p.Likeness}
		b.parts = append(b.parts, pt)
		w.likeness = w.likeness*1099511628211 + p.Likeness
		w.Earlier = w.Earlier || p.Earlier
		if x := b.location(&pt).element; x != cite.None {
			ids := b.elements[x]
			if len(ids) == 0 || ids[len(ids)-1] != id {
				b.elements[x] = append(ids, id)
			}
		}
	}
	if w.likeness == 0 { // nothing to compare: a text of its own
		w.likeness = uint64(id) + 1
	}
	b.rows = append(b.rows, w)
	b.authors[by] = append(b.authors[by], id)
	b.pending[id] = struct{}{}
	b.count(&b.rows[id], 1)
	b.total.Received++
	b.tallies[w.call].Received++
	if f.Published {
		b.decide(at, f.Ref, Published, "")
	}
}

func (b *State) decide(at cite.Entry, c cite.Ref, s Status, ground string) {
	w := &b.rows[c.Number()-1]
	id := w.Number - 1
	b.count(w, -1)
	if w.Status == Pending {
		delete(b.pending, id)
	}
	if w.Status == Published && s != Published {
		b.countPublished(w, -1)
	}
	if w.Status != Published && s == Published {
		b.countPublished(w, 1)
	}
	w.Status, w.ground = s, uint8(slices.Index(Grounds, ground)+1)
	w.Decided, w.Changed = at.Position, at.Position
	b.count(w, 1)
}

// count adds n to the tallies where the row stands.
func (b *State) count(w *Row, n int) {
	b.addCounts(w, n)
	for _, t := range []*Tally{&b.total, b.tallies[w.call]} {
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

// speak adds n to the counts of what is published.
func (b *State) countPublished(w *Row, n int32) {
	bump := func(m map[uint64]int32, k uint64) {
		if m[k] += n; m[k] == 0 {
			delete(m, k)
		}
	}
	bump(b.speaking, w.party)
	bump(b.texts, w.likeness)
	if w.country != 0 {
		if b.countries[w.country] += n; b.countries[w.country] == 0 {
			delete(b.countries, w.country)
		}
	}
	var seen [MaxParts]cite.Ref
	k := 0
	for i := w.first; i < w.first+uint32(w.parts); i++ {
		x := b.location(&b.parts[i]).element
		if x == cite.None || slices.Contains(seen[:k], x) {
			continue
		}
		seen[k] = x
		k++
		v := b.voices[x]
		if v == nil {
			v = &ElementCounts{countries: map[uint16]int{}}
			b.voices[x] = v
		}
		v.Contributions += int(n)
		if w.country != 0 {
			if v.countries[w.country] += int(n); v.countries[w.country] == 0 {
				delete(v.countries, w.country)
			}
		}
	}
}

// WithheldAt lists the entries that said why a contribution was withheld, oldest first.
func (b *State) WithheldAt(c cite.Ref) []cite.Position { return b.withheld[uint32(c.Number()-1)] }

// CountriesPresent lists the codes of the countries of published contributions, sorted.
func (b *State) CountriesPresent() []string {
	out := make([]string, 0, len(b.countries))
	for id := range b.countries {
		out = append(out, b.names.names[id])
	}
	slices.Sort(out)
	return out
}
