package mail

import (
	"strconv"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/locale"
)

// worded tells who proposed in which words their proposal stands now. Where a reason was written to them, that is an answer, and
// they have its letter.
var worded = notice{
	name:    "worded",
	several: true,
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*formulation.Worded)
		if f.Answer != cite.None {
			return nil
		}
		return toProposers(f.Of, f.Ref)
	},
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}

// dissolved tells who proposed that the question in which their proposal stood is none any more.
var dissolved = notice{
	name:    "dissolved",
	several: true,
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*formulation.Dissolved)
		return toProposers(f.Of, f.Ref)
	},
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}

// toProposers makes one letter for each contribution among some proposals, leading to a question.
func toProposers(proposals []cite.Ref, question cite.Ref) []letter {
	out := toAuthors(proposals, func(locale.Lang) []any { return []any{"question", strconv.Itoa(question.Number())} })
	for i := range out {
		out[i].path = string(question)
	}
	return out
}
