// Package registration keeps what a session offers to those who want to take part in it: from when until when one registers, in which
// categories, how many seats there are of each kind, whether the secretariat decides on each, and what is asked beside the name. That is on
// the record, and is put right by later facts with their reasons.
//
// Who registers is on no record. It stands in the private database: see package roster. Here are the rules that both follow, on plain values:
// who may register, what of an answer is taken, which seat is free, and which figures are shown.
package registration
