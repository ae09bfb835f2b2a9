// Package delegation keeps the roll: who takes part in a conversation, for whom they speak, and which
// office they hold in it.
//
// A Participant is a person, known on the record only by a random number. A Party is who is spoken
// for: a delegation of a member state, an observer, a body, or an individual speaking for
// themselves. Names are words that can be erased; numbers, categories and countries stay.
//
//	party:        entered ──> (renamed) ──> ...
//	participant:  granted a role ──> revoked
//	              authorised to speak for a party ──> ended
//
// The document this room produces is the list of participants.
package delegation
