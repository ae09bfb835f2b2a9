package mail

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// changed tells authors that a passage reads otherwise in a new edition because of what they said.
var changed = notice{
	name:    "changed",
	several: true,
	find: func(st *conversation.State, fact cite.Fact) []letter {
		f := fact.(*paper.Published)
		if f.Ref.EditionNumber() < 2 {
			return nil
		}
		return toAuthors(effective(st, f.Ref), func(locale.Lang) []any { return []any{"symbol", f.Symbol} })
	},
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}

// effective lists the parts whose answers changed the words of a passage in an edition.
func effective(st *conversation.State, edition cite.Ref) (parts []cite.Ref) {
	for n := 1; n <= st.Consultation.Dispositions(); n++ {
		d, _ := st.Consultation.Disposition(cite.Disposition(n))
		for _, c := range d.Changes {
			e, ok := st.Effect(d, c)
			if !ok || e.Ref != edition {
				continue
			}
			if before, after := st.Papers.Texts(e, c.Element(), ""); before.Text != after.Text { // else it was left as it was
				parts = append(parts, st.Consultation.PublishedParts(d)...)
				break
			}
		}
	}
	return parts
}
