// Package answering keeps the answers of the secretariat while they are written. It
// stands beside the record: a draft is on no record, nobody but the officers of the conversation sees it, and what it
// comes to is sent as any answer is.
//
//	writing ──> offered to another officer ──> released: the answer is on the record, and the draft is gone
//	   ^                  └──> returned with a note ──┐
//	   └──────────────────────────────────────────────┘
//
// A draft belongs to the point before which it was begun, and to all officers together: whoever saves it last has written
// it, and nobody overwrites what they have not seen. Whoever wrote a draft neither releases nor returns it.
package answering
