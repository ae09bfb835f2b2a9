package bench

import (
	"errors"
	"path/filepath"

	"github.com/openplenary/plenary"
)

// asks measures contributions from the ask to the answer: decided, folded, on the disk. Each has a token
// and a text of its own.
func (b *bench) asks() (err error) {
	in, err := plenary.OpenInstance(b.ctx, plenary.InstanceOptions{Dir: filepath.Join(b.dir, "asks")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := convene(b.ctx, in.Secretariat); err != nil {
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
	return b.say(figure{Name: "asks.acknowledged", Value: median(value), Unit: "asks/s", Limit: median(limit), N: rounds})
}
