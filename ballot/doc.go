// Package ballot counts ballots: in which order people put some options, by approval, by ranking or by points.
//
// A ballot is what one voter said of the options that were put to the vote. By approval it names those that the voter
// finds good enough; by ranking it gives each a place, the same to several where the voter likes; by points it gives each
// a number. What a ranking leaves out stands below all that it ranks, and equal among itself; what the other two leave out
// gets nothing. An empty ballot is one that was cast and says nothing: it counts among the ballots, and moves no option.
//
// A count shows everything it went through, so that anybody can do it again by hand: how many ballots there are, the
// table each method works with, the order that comes of it with its ties, and how many ballots would have changed the
// first place. It says nothing of who voted, and it decides nothing: an indicative ballot is no decision.
//
//	lines of a file ──> ballots ──> tables ──> order ──> how firm it is
package ballot
