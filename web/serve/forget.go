package serve

// DropPages drops every page that is kept ready: words of a conversation were erased, and the old page may not
// be in memory either.
func (s *Server) DropPages(string) {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	s.cache.young, s.cache.old, s.cache.size = map[string]*cached{}, map[string]*cached{}, 0
}
