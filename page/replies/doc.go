// Package replies makes the pages of a round of replies: the points of a call with the replies to each beside it, and the form by
// which an officer opens a round.
package replies
