package preparation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// Labelled looks up what the elements of a paper are labelled with and what they cite; exists reports whether everybody may read that something was
// there.
func Labelled(s *settings.Settings, elements []paper.Element, exists func(cite.Ref) bool) error {
	if no := paper.UnknownLabels(elements, settings.IDs(s.Subjects), settings.IDs(s.Crosscutting)); len(no) > 0 {
		return no
	}
	for i, el := range elements {
		for _, r := range el.Cites {
			if !exists(r) {
				return refusal.In("elements", "paper.cites", "n", i+1, "ref", string(r))
			}
		}
	}
	return nil
}
