package part

import (
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
)

// OwnCategories lists the categories that somebody may choose who speaks on their own word; a member state speaks
// through its party, and what is closed is not offered.
func OwnCategories(st *conversation.Reading, l locale.Lang) []frame.Choice {
	var out []frame.Choice
	for _, c := range st.Categories {
		if c.State || !c.Offered() {
			continue
		}
		n, _ := c.Name.For(l)
		out = append(out, frame.Choice{ID: c.ID, Name: n})
	}
	return out
}
