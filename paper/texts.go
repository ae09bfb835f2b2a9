package paper

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
)

// Said is a text and the language it is in.
type Said struct {
	Text string
	Lang locale.Lang
}

// Texts are the words of an element before an edition and in it, in a language if both editions have it in
// that, else in the original. What is not in an edition has no words there.
func (s *State) Texts(e *Edition, x cite.Ref, l locale.Lang) (before, after Said) {
	p, ok := s.Paper(e.Ref)
	if !ok {
		return before, after
	}
	in := func(e *Edition, l locale.Lang) (Said, bool) {
		el, ok := e.Element(x)
		if !ok {
			return Said{}, true
		}
		if l == "" {
			l = el.Text.Original
		}
		return Said{el.Text.In[l], l}, el.Text.In[l] != ""
	}
	was, old := p.Edition(e.Ref.EditionNumber() - 1)
	for _, try := range []locale.Lang{l, ""} {
		ok1, ok2 := true, true
		after, ok1 = in(e, try)
		before = Said{}
		if old {
			before, ok2 = in(was, try)
		}
		if ok1 && ok2 {
			break
		}
	}
	return before, after
}
