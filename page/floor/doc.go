// Package floor makes the pages of the floor of a session: who speaks and who is next, the list of speakers with the reason for each place, where
// somebody asks for the floor and sees their place, what became of what a party asked, the chair's console, and the list to print.
package floor
