package cow

// Index finds things by a number that each of them has. The things are numbered from 0 in the order in which they
// were added, and nothing is kept but eight to twelve bytes of each. The zero Index is empty.
type Index struct {
	heads Slice[uint32] // by the low bits of the hash: the newest thing there, counted from 1
	next  Slice[uint32] // by thing: the one before it under the same bits, counted from 1
}

// firstHeads is how many heads an index begins with.
const firstHeads = 64

// Add adds the next thing under its number. numberOf tells the number of a thing that was added before.
func (x *Index) Add(number uint64, numberOf func(thing int) uint64) {
	id := x.next.Len()
	if id == x.heads.Len() {
		x.grow(max(firstHeads, 2*id), numberOf)
	}
	head := x.heads.Edit(x.bits(number))
	x.next.Append(*head)
	*head = uint32(id + 1)
}

func (x *Index) bits(number uint64) int {
	return int(HashInt(number) & uint64(x.heads.Len()-1))
}

func (x *Index) grow(heads int, numberOf func(int) uint64) {
	n := x.next.Len()
	*x = Index{}
	for range heads {
		x.heads.Append(0)
	}
	for id := range n {
		head := x.heads.Edit(x.bits(numberOf(id)))
		x.next.Append(*head)
		*head = uint32(id + 1)
	}
}

// Each hands over the things that may have a number, the newest first: all that have it, and some that have
// another.
func (x *Index) Each(number uint64, visit func(thing int)) {
	if x.heads.Len() == 0 {
		return
	}
	for id := *x.heads.At(x.bits(number)); id > 0; id = *x.next.At(int(id) - 1) {
		visit(int(id) - 1)
	}
}

// Snapshot is the index as it is now.
func (x *Index) Snapshot() Index { return Index{heads: x.heads.Snapshot(), next: x.next.Snapshot()} }
