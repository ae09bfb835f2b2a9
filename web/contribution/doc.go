// Package contribution answers requests about contributions: writing, sending and withdrawing them, reading them one by
// one and as lists, moderating them, their receipts, and what was answered to them.
package contribution
