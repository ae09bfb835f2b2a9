package mail

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// published tells an author that a moderator let the public read what they sent.
var published = notice{
	name: "published",
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*consultation.ContributionPublished)
		return []letter{{about: f.Contribution, path: string(f.Contribution)}}
	},
	holds: func(s consultation.Status) bool { return s == consultation.Published },
}

// withheld tells an author on what ground the public does not read what they sent.
var withheld = notice{
	name: "withheld",
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*consultation.ContributionWithheld)
		return []letter{{about: f.Contribution, path: string(f.Contribution), args: func(l locale.Lang) []any { return []any{"ground", l.T("ground." + f.Ground)} }}}
	},
	holds: func(s consultation.Status) bool { return s == consultation.Withheld },
}
