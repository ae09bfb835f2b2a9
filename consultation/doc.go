// Package consultation keeps what people were asked and what they answered: calls for comments,
// contributions and their parts, what a moderator did with them, and receipts.
//
//	call:          announced ──opens──> open ──closes──> closed        (extended while not closed)
//
//	contribution:  received ─> pending ─┬─> published ─┬─> (redacted)
//	                                    │              ├─> withheld
//	                                    └─> withheld   ├─> withdrawn by its author
//	                                                   └─> erased
//
// A contribution is one sending of one party to one call; it has parts, one for each place it is
// anchored to: an element of an edition of a paper, or the whole. What was received is never lost:
// received = published + not published + withdrawn + pending, at every position.
//
// The documents this room produces are the list of contributions and the receipt.
package consultation
