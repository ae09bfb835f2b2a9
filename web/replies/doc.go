// Package replies answers for rounds of replies: the page of a round, and the form by which an officer opens one. What is sent to a
// round comes in as every contribution does.
package replies
