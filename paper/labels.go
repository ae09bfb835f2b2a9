package paper

import (
	"slices"
	"strings"

	"github.com/openplenary/plenary/refusal"
)

// maxUnknown is how many labels are refused at a time.
const maxUnknown = 20

// UnknownLabels names the subject areas and cross-cutting questions that elements are labelled with and that are not
// among the ids given, each with its element: its number in the list from 1 ("n") and how people know it.
func UnknownLabels(elements []Element, subjects, crosscutting []string) (no refusal.Several) {
	for i := range elements {
		el := &elements[i]
		look := func(key, name string, ids, known []string) {
			for _, id := range ids {
				if !slices.Contains(known, id) && len(no) < maxUnknown {
					no = append(no, refusal.In("elements", key, "element", el.name(), name, id, "n", i+1))
				}
			}
		}
		look("subject.unknown", "subject", el.Subjects, subjects)
		look("crosscutting.unknown", "id", el.Crosscutting, crosscutting)
	}
	return no
}

// name is an element's number and how it begins.
func (e *Element) name() string {
	const enough = 60
	words := []rune(strings.Join(strings.Fields(e.Text.In[e.Text.Original]), " "))
	if len(words) > enough {
		words = append(words[:enough-1], '…')
	}
	return strings.TrimSpace(e.Number + " " + string(words))
}
