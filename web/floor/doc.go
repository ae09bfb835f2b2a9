// Package floor answers for the floor of sessions: who speaks and who is next, asking for the floor, what became of what a party asked, and the
// console at which the chair gives the floor and the secretariat enters who wrote or called.
package floor
