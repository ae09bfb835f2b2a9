// Package accounts makes the pages of a reader's own account: signing in, its confirmation, the account itself,
// and the mailbox and the chairs of a demonstration.
package accounts
