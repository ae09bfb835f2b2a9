// Package accreditation keeps who asked to speak for a body, and what an officer decided on it.
//
// Somebody requests accreditation for a body, as a party, as an observer, or as an observer for one occasion. An officer
// decides, with a reason, from when on the body stands on the roll and until which day. What was wrong is ended, with a
// reason that everybody reads; what ends by its date needs no fact.
//
//	request:        waiting ──> accredited
//	                   ├──> refused
//	                   └──> retracted by whoever sent it
//	accreditation:  stands ──> prolonged ──> ...
//	                   ├──> over, by its date
//	                   └──> ended, with a reason
//
// A party that an officer entered by hand has no accreditation here, and stands as long as the roll says so.
//
// The name of the body and its interests are words, which can be erased. The letter and the contact that come with a request are
// on no record: they are kept beside it. The document this room produces is the list of accredited parties.
package accreditation
