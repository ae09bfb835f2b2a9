package conversation

import "github.com/openplenary/plenary/internal/digest"

// Digest is a hash over everything the state holds, for comparing a replay with what was live.
func (s *State) Digest() string { return digest.Of(s) }
