package mail

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
)

// receipt tells an author that what they sent is on the record, and where the proof of it stands.
var receipt = notice{
	name: "receipt",
	find: func(_ *conversation.State, fact cite.Fact) []letter {
		f := fact.(*consultation.Received)
		return []letter{{about: f.Ref, path: string(f.Ref) + "/receipt"}}
	},
	holds: func(s consultation.Status) bool { return s != consultation.Withdrawn && s != consultation.Erased },
}
