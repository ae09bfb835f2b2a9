package cow

import "slices"

// Names gives short strings small numbers, for tables whose rows hold no texts. A number may be made to spell another string; then
// several spell one. The zero value has none. There are at most 65,536.
type Names struct {
	ids   map[string]uint16 `digest:"-"` // for whoever writes
	names []string
}

// ID is the number of a string; one that is new gets the next.
func (n *Names) ID(s string) uint16 {
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

// Name is what a number spells; there must be one.
func (n *Names) Name(id uint16) string { return n.names[id] }

// Known is the first number that spells a string; ok is false where none does.
func (n *Names) Known(s string) (id uint16, ok bool) {
	i := slices.Index(n.names, s)
	return uint16(max(i, 0)), i >= 0
}

// All are the numbers that spell a string.
func (n *Names) All(s string) (ids []uint16) {
	for i, name := range n.names {
		if name == s {
			ids = append(ids, uint16(i))
		}
	}
	return ids
}

// Merge has the numbers of one string spell another from now on. The empty string stays what it is.
func (n *Names) Merge(from, into string) {
	if from == "" {
		return
	}
	n.ID(into)
	n.names = slices.Clone(n.names) // snapshots hold the one before
	for i, name := range n.names {
		if name == from {
			n.names[i] = into
		}
	}
	n.Restored()
}

// Restored finds the numbers again by what they spell: of several that spell one string the first.
func (n *Names) Restored() {
	n.ids = make(map[string]uint16, len(n.names))
	for i, name := range n.names {
		if _, ok := n.ids[name]; !ok {
			n.ids[name] = uint16(i)
		}
	}
}

// Snapshot is what is there now, to be read whatever is added or merged later.
func (n *Names) Snapshot() Names { return Names{names: n.names} }
