package mail

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// isRead holds of what is read, or may be.
func isRead(s consultation.Status) bool {
	return s == consultation.Published || s == consultation.Pending
}

// corrected tells an author that their correction is on the record: they, and nobody else, should know of it.
var corrected = notice{
	name: "corrected",
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*correction.Corrected)
		return []letter{{about: f.Contribution, path: string(f.Contribution)}}
	},
	holds: isRead,
}

// correctionPublished tells an author that a moderator let the public read their correction.
var correctionPublished = notice{
	name: "correction_published",
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*correction.Published)
		return []letter{{about: f.Contribution, path: string(f.Contribution)}}
	},
	holds: isRead,
}

// correctionWithheld tells an author on what ground the public does not read their correction.
var correctionWithheld = notice{
	name: "correction_withheld",
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*correction.Withheld)
		return []letter{{f.Contribution, string(f.Contribution), func(l locale.Lang) []any { return []any{"ground", l.T("ground." + f.Ground)} }}}
	},
	holds: isRead,
}
