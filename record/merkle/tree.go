// Package merkle grows the hash tree of a record, entry by entry, and keeps of it what is needed to go on: its right edge.
package merkle

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Height is the height of a tile: 2^8 hashes of one level.
const Height = 8

// Width is how many hashes a full tile has.
const Width = 1 << Height

// Tile is a run of up to 256 hashes of one tile level. Level 0 holds leaf hashes; level L holds the
// roots of full subtrees of 256^L leaves. N counts tiles within a level from 0.
type Tile struct {
	Level  int
	N      int64
	Hashes []byte // 32 bytes each
}

// Tree is the right edge of the Merkle tree: enough to append leaves and to know the root. The zero Tree has no leaves.
type Tree struct {
	size  int64
	stack []tlog.Hash // roots of the full subtrees that make up the tree, largest first
	// edge has the hashes of the last, not yet full tile of each level. What stands there is never changed: tiles are lent
	// from it, and a full one is given away.
	edge [][]byte
}

// Size is how many leaves there are.
func (t *Tree) Size() int64 { return t.size }

// Append adds a leaf and hands every tile that became full to full.
func (t *Tree) Append(leaf tlog.Hash, full func(Tile)) {
	t.push(0, leaf, full)
	n, h := t.size, leaf
	for level := 1; n&1 == 1; level++ {
		h = tlog.NodeHash(t.stack[len(t.stack)-1], h)
		t.stack = t.stack[:len(t.stack)-1]
		n >>= 1
		if level%Height == 0 {
			t.push(level/Height, h, full)
		}
	}
	t.stack = append(t.stack, h)
	t.size++
}

func (t *Tree) push(level int, h tlog.Hash, full func(Tile)) {
	for len(t.edge) <= level {
		t.edge = append(t.edge, newEdge())
	}
	e := append(t.edge[level], h[:]...)
	t.edge[level] = e
	if len(e) == Width*tlog.HashSize {
		// Subtrees of this level finished so far, this one included, fill whole tiles.
		done := (t.size + 1) >> (uint(level) * Height)
		full(Tile{Level: level, N: done/Width - 1, Hashes: e})
		t.edge[level] = newEdge()
	}
}

// newEdge has room for one tile.
func newEdge() []byte { return make([]byte, 0, Width*tlog.HashSize) }

// Partial gives the tiles of the right edge that are not full. They stay as they are while the tree grows.
func (t *Tree) Partial() []Tile {
	var tiles []Tile
	for level, e := range t.edge {
		if len(e) > 0 {
			tiles = append(tiles, Tile{Level: level, N: (t.size >> (uint(level) * Height)) / Width, Hashes: e[:len(e):len(e)]})
		}
	}
	return tiles
}

// Root is the hash of the whole tree (RFC 6962, section 2.1); of the empty tree, that of no bytes.
func (t *Tree) Root() tlog.Hash {
	if t.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	h := t.stack[len(t.stack)-1]
	for i := len(t.stack) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.stack[i], h)
	}
	return h
}

// ErrMissing says that a tile is not there, or has fewer hashes than the tree of that size has.
var ErrMissing = errors.New("merkle: a tile is missing")

// Load makes the right edge of the tree of a size from its tiles, as they are stored: each has its hashes, or more of a greater tree.
func Load(size int64, tile func(level int, n int64) ([]byte, error)) (*Tree, error) {
	t := &Tree{size: size}
	levels := 0
	for s := size; s > 0; s >>= Height {
		levels++
	}
	t.edge = make([][]byte, levels)
	for level := 0; level < levels; level++ {
		done := size >> (uint(level) * Height)
		t.edge[level] = newEdge()
		want := int(done%Width) * tlog.HashSize
		if want == 0 {
			continue
		}
		b, err := tile(level, done/Width)
		if err != nil {
			return nil, err
		}
		if len(b) < want {
			return nil, fmt.Errorf("%w: %d/%d", ErrMissing, level, done/Width)
		}
		t.edge[level] = append(t.edge[level], b[:want]...)
	}
	for level := levels - 1; level >= 0; level-- {
		e := t.edge[level]
		for bit := Height - 1; bit >= 0; bit-- {
			run := (1 << bit) * tlog.HashSize
			if (len(t.edge[level])/tlog.HashSize)&(1<<bit) != 0 {
				t.stack = append(t.stack, subtree(e[:run]))
				e = e[run:]
			}
		}
	}
	return t, nil
}

// subtree is the root over a run of 2^k hashes.
func subtree(hashes []byte) tlog.Hash {
	if len(hashes) == tlog.HashSize {
		var h tlog.Hash
		copy(h[:], hashes)
		return h
	}
	half := len(hashes) / 2
	return tlog.NodeHash(subtree(hashes[:half]), subtree(hashes[half:]))
}
