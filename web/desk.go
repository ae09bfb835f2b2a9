package web

// deskPolicy are the rows of the officers' pages.
var deskPolicy = []Rule{}

func (s *Server) registerDesk() {}
