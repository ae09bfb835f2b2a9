// Package roster keeps who registers for sessions: persons, what they answered, the seats that they hold, and the codes of their badges. None
// of it is on a record, and all of it goes with the registration that it belongs to, or with the account of whoever it is.
//
//	held ──> asked ──> confirmed ──> arrived
//	 │         └──> refused
//	 └──> given up when its time is over
//
// A seat is held from the first step of the form on, so that nobody who fills it in loses it. Who asks for a seat when none is free waits in
// the order in which they confirmed, with a passive seat meanwhile where there is one, and moves up by itself whenever a seat becomes
// free. All of that is one transaction at a time, so that no seat is given twice.
package roster
