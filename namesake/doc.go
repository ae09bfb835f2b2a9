// Package namesake knows which names of a conversation look alike, so that those who moderate are told when somebody
// writes under a name that could be taken for somebody else's: "Ada Poloznik" and "Adа Poloznik" with a Cyrillic letter.
// Nobody is refused for it: real people and real bodies share names.
//
// It follows each record and keeps, in the private database, two keyed hashes of each name under which a contribution
// was sent: one of what the eye takes from it, one of how it is written. The names themselves are not kept, and the
// hashes of a contribution go when its words are erased. Whoever sends waits for none of this; whoever moderates asks
// for the names of one page, each of which costs two steps into an index, however many contributions there are.
//
//	Received ──> hashes of name, organisation, affiliation
//	Erased   ──> gone
package namesake
