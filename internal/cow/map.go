package cow

import (
	"iter"
	"maps"
	"slices"
)

// Map is a map that only grows and whose values may be replaced. It is read by many goroutines or changed by one;
// its snapshots are read by whoever has them.
type Map[K comparable, V any] struct {
	shards []map[K]V // as many as a power of four
	n      int
	hash   func(K) uint64 `digest:"-"`
	own    []bool         `digest:"-"` // which shards no snapshot holds
	frozen bool           `digest:"-"`
}

// perShard is how many keys a shard has on average before there are more shards.
const perShard = 128

// NewMap is an empty map. The hash must give the same number for the same key in every process, so that two maps
// that were changed alike are alike in every byte.
func NewMap[K comparable, V any](hash func(K) uint64) Map[K, V] {
	return Map[K, V]{shards: []map[K]V{{}}, own: []bool{true}, hash: hash}
}

// Len is how many keys there are.
func (m *Map[K, V]) Len() int { return m.n }

func (m *Map[K, V]) shard(k K) int {
	if len(m.shards) == 1 {
		return 0
	}
	return int(m.hash(k) & uint64(len(m.shards)-1))
}

// Get is the value of a key, the zero value where it has none.
func (m *Map[K, V]) Get(k K) V { return m.shards[m.shard(k)][k] }

// Find is Get, and whether the key has a value.
func (m *Map[K, V]) Find(k K) (V, bool) {
	v, ok := m.shards[m.shard(k)][k]
	return v, ok
}

// Set gives a key a value.
func (m *Map[K, V]) Set(k K, v V) {
	if m.frozen {
		panic("cow: a snapshot is not changed")
	}
	i := m.shard(k)
	if !m.own[i] {
		m.shards[i], m.own[i] = maps.Clone(m.shards[i]), true
	}
	s := m.shards[i]
	before := len(s)
	s[k] = v
	if m.n += len(s) - before; m.n > perShard*len(m.shards) {
		m.grow()
	}
}

func (m *Map[K, V]) grow() {
	old := m.shards
	m.shards, m.own = make([]map[K]V, 4*len(old)), make([]bool, 4*len(old))
	for i := range m.shards {
		m.shards[i], m.own[i] = make(map[K]V, perShard/3), true
	}
	for _, s := range old {
		for k, v := range s {
			m.shards[m.shard(k)][k] = v
		}
	}
}

// All hands over the keys with their values, in no order.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, s := range m.shards {
			for k, v := range s {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// Snapshot is the map as it is now.
func (m *Map[K, V]) Snapshot() Map[K, V] {
	clear(m.own)
	return Map[K, V]{shards: slices.Clone(m.shards), n: m.n, hash: m.hash, frozen: true}
}

// Restored makes of a map that was read by internal/dump one that may be changed, as the one that was written could be.
func (m *Map[K, V]) Restored() { m.own, m.frozen = owned(len(m.shards)), false }

// HashString is a hash of the bytes of a key (FNV-1a).
func HashString[K ~string](k K) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(k) {
		h = (h ^ uint64(k[i])) * 1099511628211
	}
	return h ^ h>>32
}

// HashInt is a hash of a number.
func HashInt[K ~int64 | ~uint64 | ~uint32](k K) uint64 {
	h := uint64(k) * 0x9E3779B97F4A7C15
	return h ^ h>>32
}
