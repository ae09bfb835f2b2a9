package editor

import (
	"sync"
	"time"

	view "github.com/openplenary/plenary/page/desk"
)

// openFor is how long somebody counts as having a passage open of whom nothing more is heard.
const openFor = 10 * time.Minute

// openPassages is who has which passages of which drafts open, so that others are told. It is kept in memory alone and
// forbids nothing. Its methods may be called from many goroutines; its zero value knows of nobody.
type openPassages struct {
	mu sync.Mutex
	by map[openBy]openAt
}

// openBy is somebody who has a draft open.
type openBy struct {
	key     string
	account int64
}

type openAt struct {
	passage     int
	name        string
	since, last time.Time
}

// open notes that somebody has a passage open. Whoever opens another has closed the one before.
func (o *openPassages) open(key string, passage int, account int64, name string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.by == nil {
		o.by = map[openBy]openAt{}
	}
	for who, at := range o.by {
		if now.Sub(at.last) > openFor {
			delete(o.by, who)
		}
	}
	who := openBy{key, account}
	at := o.by[who]
	if at.passage != passage {
		at = openAt{passage: passage, since: now}
	}
	at.name, at.last = name, now
	o.by[who] = at
}

// others lists the passages of a draft that somebody else than an account has open.
func (o *openPassages) others(key string, account int64, now time.Time) map[int]view.Other {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := map[int]view.Other{}
	for who, at := range o.by {
		if who.key == key && who.account != account && now.Sub(at.last) <= openFor {
			out[at.passage] = view.Other{Name: at.name, Since: at.since}
		}
	}
	return out
}
