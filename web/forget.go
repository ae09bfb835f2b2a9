package web

// DropPages drops every page that is kept ready: words of a conversation were erased. Pages that show them are
// made anew anyway, because they were touched; this sees to it that the old ones are not in memory either.
func (s *Server) DropPages(string) {
	c := s.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.pages)
	c.size = 0
}
