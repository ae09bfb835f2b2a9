// Package replay lets an hour of a sitting that was held be watched again, thirty times as fast and over and over. What is shown is the floor as the facts of
// the record made it, folded up to an instant that moves; everybody who watches sees the same instant. Nothing is written, nothing is
// kept but the states of the floor in that hour, and nothing is counted: a replay is a way of reading.
package replay
