package mail

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// answered tells the authors of points that the secretariat answered them, and how.
var answered = notice{
	name:    "answered",
	several: true,
	headed:  true,
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*consultation.Answered)
		return toAuthors(f.Parts, func(l locale.Lang) []any { return []any{"outcome", l.T("outcome." + f.Outcome)} })
	},
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}
