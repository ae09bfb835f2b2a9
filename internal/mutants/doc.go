// Mutants asks of the tests what they would notice. It changes the program in small ways, one at a time (a
// guard left out, a limit moved by one, "and" made "or"), runs the tests that reach the change, and prints
// each change after which they all still pass: a survivor. Every survivor is a rule that nobody holds.
//
//	go run ./internal/mutants                  60 changes anywhere, chosen by the seed that is printed
//	go run ./internal/mutants -seed 7 ./web    of one room, the same ones again
//	go run ./internal/mutants -guards          every change of every guard of privacy or of a right
//
// A guard is marked in the code, above the statement or in the comment of the function that it is:
//
//	//mutants:guard what is withheld has no files for others
//	if c.Visibility != conversation.Full { ... }
//
// The tree is never touched. All changes are compiled at once into one set of test programs, by an overlay,
// each behind a switch; a variable of the environment (PLENARY_MUTANT) turns one on. Each test is run once
// with none on, to see which switches it comes by and that it passes. A change is then tried with those
// tests alone, the room's own first.
package main
