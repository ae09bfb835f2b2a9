package serve

import "testing"

// Nothing of a page that was kept ready is left when words were erased.
func TestDropPages(t *testing.T) {
	s := &Server{cache: newCache()}
	s.cache.put("a", &cached{body: []byte("the words")})
	s.cache.put("b", &cached{body: []byte("other words")})
	s.DropPages("ferries")
	if s.cache.get("a") != nil || s.cache.get("b") != nil || s.cache.size != 0 {
		t.Error("kept", s.cache.size)
	}
}
