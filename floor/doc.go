// Package floor keeps who asks for the floor of a session and who has it: the rules by which its lists of speakers are drawn, the lists of its
// items, the requests, what the chair moved, and each time that the floor was given, with its clock.
//
// A list belongs to an item of the agenda; points of order and rights of reply stand beside it and are never closed. Whoever asks does so for a
// party, and a party has one place on a list however many ask for it. Order and forecasts are not kept: whoever reads draws them from these
// facts by the declared rules, which is why everybody reads the same, and why it does not matter when a server was started.
//
//	request:  waits ──> heard
//	            ├──> withdrawn by the party
//	            └──> struck by the chair, who says why
//	turn:     runs <──> stands ──> ended, or cut off by time
//
// A note to the chair is no part of this: it is a fact of its own, which those read who hold an office.
package floor
