package replay

import (
	"context"
	"sync"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/speaking"
)

// most is how many replays are kept ready.
const most = 16

// Keeper keeps the replays ready that are watched.
type Keeper struct {
	Sec *plenary.Secretariat

	mu   sync.Mutex
	kept map[key]*Replay
}

// key names a replay. A conversation that took the address of another has other instants.
type key struct {
	slug string
	ref  cite.Ref
	hour speaking.Hour
}

// Of gives the replay of an hour of a session, which is made where nobody watched it before.
func (k *Keeper) Of(ctx context.Context, slug string, session cite.Ref, h speaking.Hour) (*Replay, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	is := key{slug, session, h}
	if r := k.kept[is]; r != nil {
		return r, nil
	}
	r, err := of(ctx, k.Sec, slug, session, h)
	if err != nil {
		return nil, err
	}
	if len(k.kept) >= most {
		k.kept = nil // they are made again
	}
	if k.kept == nil {
		k.kept = map[key]*Replay{}
	}
	k.kept[is] = r
	return r, nil
}
