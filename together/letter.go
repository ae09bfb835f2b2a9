package together

import "github.com/openplenary/plenary/delegation"

// Letter is news of a draft for one person, by mail. It says that something happened, and nothing of the text.
type Letter struct {
	Slug  string
	Draft Draft
	To    delegation.Participant
	Kind  string           // one of those below
	Other delegation.Party // that was invited; 0 where none is spoken of
	Page  string           // of the draft, to which it leads: "draft", "whole", "joint", or a place on one of them; "" to the contribution that it became
}

// What a letter says.
const (
	LetterNamed    = "named"    // its reader may write the draft
	LetterClear    = "clear"    // it waits for its reader's clearance
	LetterCleared  = "cleared"  // it was cleared, and can be sent
	LetterReturned = "returned" // it was returned with notes
	LetterInvited  = "invited"  // the party of its reader is invited to submit it
	LetterJoined   = "joined"   // a party that was invited authorised it
	LetterVoided   = "voided"   // the text was changed that the party of its reader authorised
	LetterDeclined = "declined" // a party that was invited declined
	LetterSent     = "sent"     // it was sent, with the party of its reader, and leads to what it became
)
