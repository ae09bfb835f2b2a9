// Package script runs conversation scripts against the real Secretariat: for tests, where each rule of the
// house has a small script, and for the demonstration, which is a long one.
//
// A script is plain text. A block is a line with a verb, some words and perhaps a name for the result,
// followed by indented keys; blank lines part blocks, a line that begins with "#" is a remark:
//
//	at 2020-01-21T09:40Z
//
//	submit => $librarian
//	  as: @librarian
//	  call: comments
//	  on: 10
//	  category: individual
//	  language: fr
//	  text: |
//	    Je suis bibliothécaire …
//
//	publish $librarian
//	  as: @moderator
//
//	withdraw $librarian
//	  as: @somebody-else
//	  expect: contribution.unknown
//
// Private things go by alias: @maria is a person (a participant's number, drawn at first use), %fenland a
// party, $librarian a reference that a block brought into being. A script holds no addresses, keys or
// random numbers.
//
// A script has its own clock, which the record calls told. It moves only forward, by "at", or by the
// key "at:" of a block; "clock back" lets it begin again, for what was entered later than it happened, and "clock real" gives it
// back to the machine. Calls open and close on it when
// the script says "tick", and between the blocks that "include" reads.
//
// The key "expect:" says that a block must be refused, and with which refusal; "assert" blocks say what
// must be true. The verbs are listed in verbs.go.
package script
