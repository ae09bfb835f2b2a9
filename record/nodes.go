package record

import (
	"fmt"
	"github.com/openplenary/plenary/record/merkle"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// tileHashes lets tlog compute proofs from the tiles of one record. It vouches for none of them.
type tileHashes struct {
	log *Log
	id  ID
}

// ReadHashes gives the hashes of nodes of the tree by their index as tlog numbers them.
func (r tileHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		level, n := tlog.SplitStoredHashIndex(x)
		run := int64(1) << (level % merkle.Height) // so many hashes of the tile are below the node
		at := tileAt{r.id, level / merkle.Height, n * run / merkle.Width}
		from := n * run % merkle.Width
		t := r.log.nodes.get(at)
		if t == nil || t.width < from+run {
			b, err := r.log.engine.Tile(r.id, at.level, at.n)
			if err != nil {
				return nil, err
			}
			t = newTileNodes(b)
			if t.width < from+run {
				return nil, fmt.Errorf("%w: tile %d/%d has %d bytes, needs %d", ErrDamaged, at.level, at.n, len(b), (from+run)*tlog.HashSize)
			}
			r.log.nodes.put(at, t)
		}
		out[i] = t.levels[level%merkle.Height][from/run]
	}
	return out, nil
}

// tileAt is where a tile stands.
type tileAt struct {
	id    ID
	level int
	n     int64
}

// tileNodes are a tile and what is computed of it: levels[k] has the roots over whole runs of 2^k of its hashes.
type tileNodes struct {
	width  int64 // hashes in the tile
	levels [merkle.Height][]tlog.Hash
}

func newTileNodes(b []byte) *tileNodes {
	t := &tileNodes{width: int64(len(b) / tlog.HashSize)}
	t.levels[0] = make([]tlog.Hash, t.width)
	for i := range t.levels[0] {
		copy(t.levels[0][i][:], b[i*tlog.HashSize:])
	}
	for k := 1; k < merkle.Height; k++ {
		below := t.levels[k-1]
		t.levels[k] = make([]tlog.Hash, len(below)/2)
		for i := range t.levels[k] {
			t.levels[k][i] = tlog.NodeHash(below[2*i], below[2*i+1])
		}
	}
	return t
}

// keptTiles is of how many tiles the nodes are kept, up to 16 kB each: they are hashed once for many receipts.
const keptTiles = 256

// nodeCache keeps tiles that were asked for. What a tile has does not change; it only gets more hashes while it is not
// full, and is then read again.
type nodeCache struct {
	mu    sync.RWMutex
	tiles map[tileAt]*tileNodes
}

func (c *nodeCache) get(at tileAt) *tileNodes {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.tiles[at]
}

func (c *nodeCache) put(at tileAt, t *tileNodes) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tiles == nil {
		c.tiles = map[tileAt]*tileNodes{}
	}
	for other := range c.tiles { // one at random makes room
		if len(c.tiles) < keptTiles {
			break
		}
		delete(c.tiles, other)
	}
	c.tiles[at] = t
}
