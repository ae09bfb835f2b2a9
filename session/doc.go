// Package session keeps the sessions of a conversation: when and where it meets, in which sittings, and what is on its agenda. An item of
// the agenda names the passages of papers and the documents that it is about, and what was said before that it takes up. When a
// sitting was opened and closed, and that nobody objected to the agenda, are facts with their true instants.
//
// An intervention is a contribution to the call that belongs to the session. Here stands what is known of it beyond that: under which item, and
// whether it was spoken in a sitting, from when until when, in which language, and whether it was cut off by time. What is filed in writing is
// an intervention as much as what was spoken.
//
// What was planned is put right by a later fact, with a reason; nothing that was planned disappears.
package session
