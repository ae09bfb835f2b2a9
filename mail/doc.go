// Package mail writes to people: it follows the record, keeps the letters that are due in a queue, and
// hands them to a mail server until it has taken them.
//
// A letter is in the queue before anybody is told that it will come, and stays there until a server has
// said that it took it; so an absent, slow or broken server delays letters and loses none, and nothing
// that people send to the house ever waits for a server.
//
//	queued ──> sending ──> sent
//	   ^          │
//	   └──────────┘ refused or unreachable: again after 1, 5, 30 minutes, 2, 4, 8 hours, ...
//	              └──> failed, after three days (sign-in: when the link is over)
//
// What a crash leaves in "sending" may have been taken already; it goes again under the same Message-ID.
// So a letter is never lost, and comes twice at most once per crash.
//
// The follower reads each entry of a record once. What it makes of an entry and its place on the record
// are stored in one transaction, under a key of conversation, participant, position and notice: read
// again, the same entry makes no second letter.
//
// Of what was sent, only this key, the Message-ID and the times stay: no address and no words.
package mail
