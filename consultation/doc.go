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
//	point:         unanswered ──answered──> answered ─┬─> answered anew (revised)
//	                    ^                             └─> reopened: its author says that the answer misses
//	                    └──────────────────────────────────┘        the point
//
// A point is a part of a published contribution. The secretariat answers groups of like points: an outcome,
// a reason, and the passages of the paper that it changes. Its author may say what they think of it.
//
// The documents this room produces are the list of contributions, the receipt, and the comments and answers
// of a paper.
package consultation
