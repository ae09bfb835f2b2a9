// Package priorities answers for the orders in which themes are taken up: which there are, what stands behind a theme, the tables of
// both, and the desk at which officers declare, propose and decide.
package priorities
