// Package recent keeps the words of entries that were read lately, so that a page that is asked for again does not read them from the disk
// again. What is erased is forgotten at once.
package recent

import (
	"sync"

	"github.com/openplenary/plenary/cite"
)

// Words keeps the words of entries that were read lately, bounded in bytes: two generations, of
// which the older is thrown away whole when the younger is full.
type Words struct {
	mu         sync.Mutex
	young, old map[cite.Position]cite.Words
	size       int
	epoch      int // raised by drop, so that words read before an erasure are not kept after it
}

// half of what the cache may hold, in bytes.
const cacheHalf = 16 << 20

func (c *Words) get(p cite.Position) (cite.Words, bool) {
	if w, ok := c.young[p]; ok {
		return w, true
	}
	w, ok := c.old[p]
	if ok {
		c.put(p, w)
	}
	return w, ok
}

func (c *Words) put(p cite.Position, w cite.Words) {
	if c.young == nil || c.size > cacheHalf {
		c.old, c.young, c.size = c.young, map[cite.Position]cite.Words{}, 0
	}
	c.young[p] = w
	c.size += 100
	for k, v := range w {
		c.size += len(k) + len(v) + 64
	}
}

// Drop forgets the words of an entry, which were erased.
func (c *Words) Drop(p cite.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.young, p)
	delete(c.old, p)
	c.epoch++
}

// Clear forgets everything: what was erased meanwhile is not known one by one.
func (c *Words) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old, c.size = nil, nil, 0
	c.epoch++
}

// Take puts what is kept into out, and returns what is not and the epoch.
func (c *Words) Take(at []cite.Position, out map[cite.Position]cite.Words) (missing []cite.Position, epoch int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range at {
		if w, ok := c.get(p); ok {
			out[p] = w
		} else {
			missing = append(missing, p)
		}
	}
	return missing, c.epoch
}

// Keep keeps words that were read after Take gave an epoch, unless something was erased since.
func (c *Words) Keep(words map[cite.Position]cite.Words, epoch int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch != epoch {
		return
	}
	for p, w := range words {
		c.put(p, w)
	}
}
