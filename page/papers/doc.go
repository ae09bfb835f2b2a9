// Package papers makes the pages on which papers are read: an edition with its margins, one element, what an
// edition changed and why, what became of each element, and where a printed number is to be found now.
package papers
