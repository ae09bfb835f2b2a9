package cow

import "slices"

// piece is how many values are copied when one of them is changed for the first time after a snapshot.
const piece = 256

// Slice is a list that only grows and whose values may change. The zero Slice is empty. It is read by many
// goroutines or changed by one; its snapshots are read by whoever has them.
type Slice[T any] struct {
	pieces [][]T
	n      int
	own    []bool `digest:"-"` // which pieces no snapshot holds
	frozen bool   `digest:"-"`
}

// Len is how many values there are.
func (s *Slice[T]) Len() int { return s.n }

// At is value i, to be read.
func (s *Slice[T]) At(i int) *T { return &s.pieces[uint(i)/piece][uint(i)%piece] }

// Edit is value i, to be changed. It is good until the next Snapshot.
func (s *Slice[T]) Edit(i int) *T {
	s.thaw()
	k := i / piece
	if !s.own[k] {
		was := s.pieces[k]
		s.pieces[k], s.own[k] = append(make([]T, 0, cap(was)), was...), true
	}
	return &s.pieces[k][i%piece]
}

// Append adds a value at the end.
func (s *Slice[T]) Append(v T) {
	s.thaw()
	k := s.n / piece
	if k == len(s.pieces) {
		var next []T
		if k > 0 { // the first grows with what it holds: most tables are small
			next = make([]T, 0, piece)
		}
		s.pieces, s.own = append(s.pieces, next), append(s.own, true)
	}
	// A snapshot that holds the piece too ends before the new value.
	s.pieces[k] = append(s.pieces[k], v)
	s.n++
}

// Pieces hands over all values in order, many at a time and with the place of the first, until visit says no. They
// are to be read.
func (s *Slice[T]) Pieces(visit func(first int, values []T) bool) {
	for k, p := range s.pieces {
		if !visit(k*piece, p) {
			return
		}
	}
}

// Snapshot is the list as it is now.
func (s *Slice[T]) Snapshot() Slice[T] {
	clear(s.own)
	return Slice[T]{pieces: slices.Clone(s.pieces), n: s.n, frozen: true}
}

// Restored makes of a list that was read by internal/dump one that may be changed, as the one that was written could be.
func (s *Slice[T]) Restored() { s.own, s.frozen = owned(len(s.pieces)), false }

// owned says of so many parts that no snapshot holds them.
func owned(n int) []bool {
	own := make([]bool, n)
	for i := range own {
		own[i] = true
	}
	return own
}

func (s *Slice[T]) thaw() {
	if s.frozen {
		panic("cow: a snapshot is not changed")
	}
}
