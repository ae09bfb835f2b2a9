package bench

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/openplenary/plenary"
)

// asks measures contributions from the ask to the answer: decided, folded, on the disk. Each has a token
// and a text of its own.
// Then one caller asks alone, and the syncs of the record are counted.
func (b *bench) asks() (err error) {
	in, err := plenary.OpenInstance(b.ctx, plenary.InstanceOptions{Dir: filepath.Join(b.dir, "asks")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := convene(b.ctx, in.Secretariat, false); err != nil {
		return err
	}
	speakers := make([]*speaker, callers)
	for i := range speakers {
		if speakers[i], err = speakerOf(b.ctx, in.Secretariat, uint64(i)); err != nil {
			return err
		}
	}
	var value, limit []float64
	for range rounds {
		v, err := b.rawLimit()
		if err != nil {
			return err
		}
		limit = append(limit, v)
		v, err = throughput(b.ctx, b.round, func(caller, _ int) error {
			_, err := in.Do(b.ctx, slug, speakers[caller].ask(in.Secretariat, openCall))
			return err
		})
		if err != nil {
			return err
		}
		value = append(value, v)
	}
	if err := b.say(figure{Name: "asks.acknowledged", Value: median(value), Unit: "asks/s", Limit: median(limit), N: rounds}); err != nil {
		return err
	}
	return b.alone()
}

// alone counts syncs. What counts them is not free, so nothing else is measured there.
func (b *bench) alone() (err error) {
	in, err := plenary.OpenInstance(b.ctx, plenary.InstanceOptions{Dir: filepath.Join(b.dir, "alone"), VFS: countingDisk})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := convene(b.ctx, in.Secretariat, false); err != nil {
		return err
	}
	s, err := speakerOf(b.ctx, in.Secretariat, 1)
	if err != nil {
		return err
	}
	before, n := synced.Load(), 0
	for begun := time.Now(); time.Since(begun) < b.round; n++ {
		if _, err := in.Do(b.ctx, slug, s.ask(in.Secretariat, openCall)); err != nil {
			return err
		}
	}
	return b.say(figure{Name: "asks.alone.syncs", Value: number(synced.Load()-before) / number(n), Unit: "syncs/ask", N: n})
}
