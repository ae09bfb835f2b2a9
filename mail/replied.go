package mail

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
)

// replied tells the author of a point that another party replied to it, once everybody may read the reply.
var replied = notice{
	name:    "replied",
	several: true,
	find:    repliedTo,
	holds:   func(s consultation.Status) bool { return s == consultation.Published },
}

// repliedTo finds the authors of the points that a contribution replies to.
func repliedTo(st *conversation.State, fact cite.Fact) []letter {
	if f, came := fact.(*consultation.Received); came && !f.Published {
		return nil // told when it is
	}
	row, ok := st.Consultation.Row(fact.Describe().Touches[0]) // the contribution that was received, or published
	//mutants:guard nobody is written to about a reply that they may not read
	if !ok || row.Status != consultation.Published {
		return nil
	}
	var points []cite.Ref
	for n := 1; n <= row.Parts; n++ {
		if to := st.Replies.To(cite.Part(row.Ref, n)); to != cite.None {
			points = append(points, to)
		}
	}
	return toAuthors(points, nil)
}
