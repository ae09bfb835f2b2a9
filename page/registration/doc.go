// Package registration makes the pages of registering for a session: what it offers, the form and what became of it, badge, letter of invitation
// and certificate, the list of participants, the members whom a delegation registers, and the desk of the secretariat.
package registration
