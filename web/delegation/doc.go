// Package delegation answers for the pages of those who speak for a party: their delegations, one delegation and what whoever
// manages it does there, and how a member of a group stands on what was said for the group.
package delegation
