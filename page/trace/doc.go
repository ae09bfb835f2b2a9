// Package trace makes the page that follows a passage, an answer or a contribution to what caused it and to what
// came of it.
package trace
