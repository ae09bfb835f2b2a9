// Package part holds the views that pages share: the one view of a contribution and of a point in it, of an
// answer, of a passage and of where it stands, of a paper and of a call in a list. A page puts beside them what
// its own place needs.
package part
