// Package receipt spells out what the receipt of a contribution is: its file, what an entry means that somebody has a receipt of, and
// the entries that stand beside it where several parties submitted the contribution.
package receipt
