// Package together keeps the contribution of a party while several people write it. It stands beside the record: a draft is on no
// record, only those who write it or answer for the party see it, and what it comes to is sent as any contribution is.
//
//	writing ──> sent for clearance ──> cleared by a reviewer ──> cleared by the head ──> sent: one contribution, one receipt
//	   ^              └── returned with notes ──┘                        │
//	   └───────────────── any edit voids what was cleared ──────────────┘
//
// A draft is written section by section. Each section is saved by itself, and two who write in one section are put together where
// what they did does not touch; where it does, what is kept stays, and whoever saves is shown both. Nobody overwrites what they
// have not seen.
//
// The text of a draft has a number that grows with every edit of any section. Whoever clears, and whoever sends, says which number
// they have read: a clearance holds for that number and for no other, so an edit voids it whatever is done at the same moment. It
// also ends with the mandate of whoever gave it.
//
// Other parties may be invited to submit it too. Those in their delegations read the text, and somebody who speaks for each authorises
// the text with its number, which holds as a clearance does.
//
// May says who may write, clear and send; Authorises and Reads, who may for a party that was invited; nothing else in the
// house decides that.
package together
