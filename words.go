package plenary

import (
	"context"
	"slices"
	"sync"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

// wordCache keeps the words of entries that were read lately, bounded in bytes: two generations, of
// which the older is thrown away whole when the younger is full.
type wordCache struct {
	mu         sync.Mutex
	young, old map[cite.Position]cite.Words
	size       int
	epoch      int // raised by drop, so that words read before an erasure are not kept after it
}

// half of what the cache may hold, in bytes.
const cacheHalf = 16 << 20

func (c *wordCache) get(p cite.Position) (cite.Words, bool) {
	if w, ok := c.young[p]; ok {
		return w, true
	}
	w, ok := c.old[p]
	if ok {
		c.put(p, w)
	}
	return w, ok
}

func (c *wordCache) put(p cite.Position, w cite.Words) {
	if c.young == nil || c.size > cacheHalf {
		c.old, c.young, c.size = c.young, map[cite.Position]cite.Words{}, 0
	}
	c.young[p] = w
	c.size += 100
	for k, v := range w {
		c.size += len(k) + len(v) + 64
	}
}

func (c *wordCache) drop(p cite.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.young, p)
	delete(c.old, p)
	c.epoch++
}

// clear forgets everything: what was erased meanwhile is not known one by one.
func (c *wordCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old, c.size = nil, nil, 0
	c.epoch++
}

// take puts what is kept into out, and returns what is not and the epoch.
func (c *wordCache) take(at []cite.Position, out map[cite.Position]cite.Words) (missing []cite.Position, epoch int) {
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

// Words reads the words of entries. An entry without words, or whose words were erased, is absent.
// The maps are shared: they must not be changed.
func (s *Secretariat) Words(ctx context.Context, slug string, at []cite.Position) (map[cite.Position]cite.Words, error) {
	w, err := s.writer(slug)
	if err != nil {
		return nil, err
	}
	out := make(map[cite.Position]cite.Words, len(at))
	c := &w.words
	//mutants:guard what was erased in entries that are missing is not read
	at = slices.DeleteFunc(slices.Clone(at), w.isTaken)
	missing, epoch := c.take(at, out)
	if len(missing) == 0 {
		return out, nil
	}
	texts, err := s.log.Texts(ctx, w.id, missing)
	if err != nil {
		return nil, s.unreadable(slug, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for p, b := range texts {
		words, err := conversation.DecodeWords(b)
		if err != nil {
			return nil, err
		}
		out[p] = words
		if c.epoch == epoch {
			c.put(p, words)
		}
	}
	return out, nil
}
