// Package priorities makes the pages of the orders in which themes are taken up: which there are, one of them with its reasons and
// all that it was before, what stands behind a theme, and the desk at which officers declare, propose and decide.
package priorities
