package consultation

import "github.com/openplenary/plenary/cite"

// PublishedPart is one published part as counts need it: numbers only, so that walking over all of them costs little.
type PublishedPart struct {
	Number                  int // of its contribution
	Part                    int // 1, 2, ... of the contribution
	Paper, Edition, Element int // Element is 0 for the whole paper
	Party                   uint64
	Category                uint16 // CategoryName spells it
	Likeness                uint64 // equal for equal words, 0 for none
	Stance                  Stance
	Answer                  int     // number of the disposition it has now, 0 for none
	Outcome                 Outcome // of that
	Reopened                bool    // its author said that the answer misses the point
	Known                   bool    // its party is on the roll
	Joint                   []Joint // the parties that submitted its contribution with that party
}

// Ref spells the reference of the part.
func (p *PublishedPart) Ref() cite.Ref { return cite.Part(cite.Contribution(p.Number), p.Part) }

// Open reports whether the part still waits for an answer.
func (p *PublishedPart) Open() bool { return p.Answer == 0 || p.Reopened }

// Walk hands over every published part, oldest contribution first, each one's in order. What it hands over is good until visit returns.
func (b *State) Walk(visit func(*PublishedPart)) {
	b.WalkFrom(1, func(p *PublishedPart) bool { visit(p); return true })
}

// WalkFrom is Walk from the contribution with a number on, until visit says no.
func (b *State) WalkFrom(number int, visit func(*PublishedPart) bool) {
	var p PublishedPart
	for i := max(0, number-1); i < b.rows.Len(); i++ {
		w := b.rows.At(i)
		if w.Status != Published {
			continue
		}
		p.Number, p.Party, p.Category, p.Known = int(w.Number), w.party, w.category, w.Known
		p.Joint = b.jointly(w)
		for j := range int(w.parts) {
			t := b.parts.At(int(w.first) + j)
			p.Part, p.Paper, p.Edition, p.Element, p.Likeness = j+1, int(t.paper), int(t.edition), int(t.element), t.likeness
			p.Stance, p.Answer, p.Reopened = t.stance, int(t.answer), t.reopened
			if p.Outcome = NoOutcome; p.Answer > 0 {
				p.Outcome = b.answers.dispositions.At(p.Answer - 1).Outcome
			}
			if !visit(&p) {
				return
			}
		}
	}
}

// CategoryName is the category that a walk numbers.
func (b *State) CategoryName(id uint16) string { return b.names.Name(id) }

// Standing is the status of a contribution, by its number, and the number of its category; it costs as little as a walk.
func (b *State) Standing(n int) (Status, uint16) {
	return b.rows.At(n - 1).Status, b.rows.At(n - 1).category
}
