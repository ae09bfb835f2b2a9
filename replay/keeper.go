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
	kept map[key]*making
}

// making is a replay that is ready once it was made. Whoever watches another session does not wait for it.
type making struct {
	mu sync.Mutex
	is *Replay
}

// key names a replay. A conversation that took the address of another has other instants.
type key struct {
	slug string
	ref  cite.Ref
	hour speaking.Hour
}

// Of gives the replay of an hour of a session, which is made where nobody watched it before.
func (k *Keeper) Of(ctx context.Context, slug string, session cite.Ref, h speaking.Hour) (*Replay, error) {
	x := k.of(key{slug, session, h})
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.is == nil {
		r, err := of(ctx, k.Sec, slug, session, h)
		if err != nil {
			return nil, err
		}
		x.is = r
	}
	return x.is, nil
}

// of finds the place of a replay, or makes one.
func (k *Keeper) of(is key) *making {
	k.mu.Lock()
	defer k.mu.Unlock()
	x := k.kept[is]
	if x == nil {
		if k.kept == nil || len(k.kept) >= most { // they are made again
			k.kept = map[key]*making{}
		}
		x = &making{}
		k.kept[is] = x
	}
	return x
}
