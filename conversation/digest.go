package conversation

import "github.com/openplenary/plenary/internal/digest"

// Digest is a hash over everything the state holds, for comparing a replay with what was live. It reads every
// field of every room by reflection, so that a new one cannot be left out; what is derived and may
// differ is marked `digest:"-"`.
func (s *State) Digest() string { return digest.Of(s) }
