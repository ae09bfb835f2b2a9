// Package registration answers for registering for a session: what it offers, the form, badge, letters and certificate, where one joins, the list of
// participants, the members of a delegation, and the desk of the secretariat with its table and the check-in.
package registration
