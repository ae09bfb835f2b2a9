package plenary

import (
	"context"
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
)

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
	missing, epoch := c.Take(at, out)
	if len(missing) == 0 {
		return out, nil
	}
	texts, err := s.log.Texts(ctx, w.id, missing)
	if err != nil {
		return nil, s.unreadable(slug, err)
	}
	read := make(map[cite.Position]cite.Words, len(texts))
	for p, b := range texts {
		if read[p], err = conversation.DecodeWords(b); err != nil {
			return nil, err
		}
		out[p] = read[p]
	}
	c.Keep(read, epoch)
	return out, nil
}
