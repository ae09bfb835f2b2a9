package merkle

import (
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// Cache keeps of which tiles the nodes were computed, of several trees that a key tells apart: a tile is hashed once for
// many proofs. What a tile has does not change; it only gets more hashes while it is not full, and is then read again. The zero
// Cache is empty; its methods may be called from many goroutines.
type Cache[K comparable] struct {
	mu    sync.RWMutex
	tiles map[place[K]]*nodes
}

// place is where a tile stands.
type place[K comparable] struct {
	tree  K
	level int
	n     int64
}

// nodes are a tile and what is computed of it: levels[k] has the roots over whole runs of 2^k of its hashes.
type nodes struct {
	width  int64 // hashes in the tile
	levels [Height][]tlog.Hash
}

// kept is of how many tiles the nodes are kept, up to 16 kB each.
const kept = 256

// ErrNarrow says that a tile has fewer hashes than the tree that it is of.
var ErrNarrow = fmt.Errorf("%w: it has too few hashes", ErrMissing)

// Node gives the hash of the node of a tree with an index as tlog numbers them. tile reads a tile, as far as it goes; its errors
// are passed on, and ErrNarrow says that it does not go far enough.
func (c *Cache[K]) Node(tree K, index int64, tile func(level int, n int64) ([]byte, error)) (tlog.Hash, error) {
	level, n := tlog.SplitStoredHashIndex(index)
	run := int64(1) << (level % Height) // so many hashes of the tile are below the node
	at := place[K]{tree, level / Height, n * run / Width}
	from := n * run % Width
	t := c.get(at)
	if t == nil || t.width < from+run {
		b, err := tile(at.level, at.n)
		if err != nil {
			return tlog.Hash{}, err
		}
		t = newNodes(b)
		if t.width < from+run {
			return tlog.Hash{}, fmt.Errorf("%w: tile %d/%d has %d bytes, needs %d", ErrNarrow, at.level, at.n, len(b), (from+run)*tlog.HashSize)
		}
		c.put(at, t)
	}
	return t.levels[level%Height][from/run], nil
}

func newNodes(b []byte) *nodes {
	t := &nodes{width: int64(len(b) / tlog.HashSize)}
	t.levels[0] = make([]tlog.Hash, t.width)
	for i := range t.levels[0] {
		copy(t.levels[0][i][:], b[i*tlog.HashSize:])
	}
	for k := 1; k < Height; k++ {
		below := t.levels[k-1]
		t.levels[k] = make([]tlog.Hash, len(below)/2)
		for i := range t.levels[k] {
			t.levels[k][i] = tlog.NodeHash(below[2*i], below[2*i+1])
		}
	}
	return t
}

func (c *Cache[K]) get(at place[K]) *nodes {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.tiles[at]
}

func (c *Cache[K]) put(at place[K], t *nodes) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tiles == nil {
		c.tiles = map[place[K]]*nodes{}
	}
	for other := range c.tiles { // one at random makes room
		if len(c.tiles) < kept {
			break
		}
		delete(c.tiles, other)
	}
	c.tiles[at] = t
}
