//go:build !unix

package bench

import "errors"

// cluster cannot be measured here: what keeps its database alive, Patroni, runs on Unix.
func (b *bench) cluster() error {
	return errors.New("bench: a cluster is measured on Linux or macOS: Patroni runs there")
}
