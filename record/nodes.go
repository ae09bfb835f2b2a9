package record

import (
	"errors"
	"fmt"

	"github.com/openplenary/plenary/record/merkle"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHashes lets tlog compute proofs from the tiles of one record. It vouches for none of them.
type tileHashes struct {
	log  *Log
	id   ID
	size int64 // of the tree that is asked for, which is durable; another node may have signed it before this one has heard of its entries
}

// ReadHashes gives the hashes of nodes of the tree by their index as tlog numbers them.
func (r tileHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	durable := max(r.size, int64(r.log.Durable(r.id)))
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, err := r.log.nodes.Node(r.id, x, func(level int, n int64) ([]byte, error) {
			b, err := r.log.engine.Tile(r.id, level, n)
			// What is not durable may be lost, and others take its place: it is not kept.
			have := max(0, durable>>(uint(level)*merkle.Height)-n*merkle.Width) * tlog.HashSize
			return b[:min(int64(len(b)), have)], err
		})
		if errors.Is(err, merkle.ErrNarrow) {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}
