package verifier

import (
	"crypto/sha256"
	"errors"
)

// hash is a hash of the Merkle tree (RFC 6962, section 2.1).
type hash [sha256.Size]byte

// leafHash is SHA-256 of a zero byte and the envelope.
func leafHash(envelope []byte) (h hash) {
	d := sha256.New()
	d.Write([]byte{0})
	d.Write(envelope)
	d.Sum(h[:0])
	return h
}

// nodeHash is SHA-256 of a one byte and the two hashes below.
func nodeHash(left, right hash) hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// checkPath walks from a leaf up to the root (RFC 9162, section 2.1.3.2).
func checkPath(index, size int64, leaf hash, path []hash, root hash) error {
	if index < 0 || index >= size {
		return errors.New("the position lies outside of the tree")
	}
	n, last, h := index, size-1, leaf
	for _, p := range path {
		if last == 0 {
			return errors.New("the path is too long")
		}
		if n&1 == 1 || n == last {
			h = nodeHash(p, h)
			for n&1 == 0 && n != 0 {
				n >>= 1
				last >>= 1
			}
		} else {
			h = nodeHash(h, p)
		}
		n >>= 1
		last >>= 1
	}
	if last != 0 {
		return errors.New("the path is too short")
	}
	if h != root {
		return errors.New("the path does not lead to the root of the checkpoint")
	}
	return nil
}

// tree grows leaf by leaf. It keeps the roots of the full subtrees of which the tree consists, and the
// hashes of the last tile of each tile level.
type tree struct {
	size  int64
	peaks []peak
	edge  [][]byte // edge[L]: the hashes of the tile of level L that is not full yet
}

type peak struct {
	height int // of a subtree with 2^height leaves
	root   hash
}

const tileBytes = 256 * sha256.Size

// add adds a leaf and hands on each tile that it fills.
func (t *tree) add(leaf hash, full func(level int, n int64, hashes []byte)) {
	t.size++
	p := peak{0, leaf}
	for {
		if p.height%8 == 0 {
			level := p.height / 8
			for len(t.edge) <= level {
				t.edge = append(t.edge, nil)
			}
			t.edge[level] = append(t.edge[level], p.root[:]...)
			if len(t.edge[level]) == tileBytes {
				full(level, t.size>>(p.height+8)-1, t.edge[level])
				t.edge[level] = nil
			}
		}
		k := len(t.peaks) - 1
		if k < 0 || t.peaks[k].height != p.height {
			break
		}
		p = peak{p.height + 1, nodeHash(t.peaks[k].root, p.root)}
		t.peaks = t.peaks[:k]
	}
	t.peaks = append(t.peaks, p)
}

// partial hands on the tiles at the right edge that are not full.
func (t *tree) partial(each func(level int, n int64, hashes []byte)) {
	for level, e := range t.edge {
		if len(e) > 0 {
			each(level, t.size>>(8*(level+1)), e)
		}
	}
}

// root is the hash of the tree as it is; that of the empty tree is the hash of nothing.
func (t *tree) root() hash {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	k := len(t.peaks) - 1
	h := t.peaks[k].root
	for k--; k >= 0; k-- {
		h = nodeHash(t.peaks[k].root, h)
	}
	return h
}
