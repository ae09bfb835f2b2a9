package consultation

import (
	"slices"

	"github.com/openplenary/plenary/cite"
)

// Joint is a party that submitted a contribution with the one that leads: the contribution is counted where that one is, and this where parties are.
type Joint struct {
	Party    uint64
	Category uint16 // CategoryName spells it
	country  uint16
}

// Joining is a party that submits a contribution with the one that leads, by its reference, and where it is counted.
type Joining struct{ Party, Category, Country string }

// SetJoint says which parties are counted with a contribution beside the one that leads, in place of those before.
func (b *State) SetJoint(c cite.Ref, with []Joining) error {
	if !b.has(c) {
		return b.gap(nil, c)
	}
	all := make([]Joint, len(with))
	for i, j := range with {
		all[i].Party, _ = cite.ParseNumber(j.Party[min(1, len(j.Party)):])
		all[i].Category, all[i].country = b.names.ID(j.Category), b.names.ID(j.Country)
	}
	w := b.rows.At(c.Number() - 1)
	if w.Status == Published {
		b.countPublished(w, -1)
		defer b.countPublished(w, 1)
	}
	b.joint.Set(w.Number, all)
	return nil
}

// jointly are the parties that submitted a contribution with the one that leads.
func (b *State) jointly(w *Row) (all []Joint) {
	if b.joint.Len() > 0 {
		all = b.joint.Get(w.Number)
	}
	return all
}

// speaks reports whether a party is one of those that speak in a contribution.
func (b *State) speaks(w *Row, party uint64) bool {
	return w.party == party || slices.ContainsFunc(b.jointly(w), func(j Joint) bool { return j.Party == party })
}

// Speaks reports whether a party, by its reference, leads a contribution or submitted it with the one that leads.
func (b *State) Speaks(c cite.Ref, party string) bool {
	n, err := cite.ParseNumber(party[min(1, len(party)):])
	return err == nil && b.has(c) && b.speaks(b.rows.At(c.Number()-1), n)
}
