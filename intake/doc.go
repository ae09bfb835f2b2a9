// Package intake is a contribution's way in, whoever brings it: the form on the web, a program, a form that was
// filled in offline, a mailbox, an officer's import. All of them hand in the same value, a Contribution, and it
// goes one way:
//
//	cleaned and held to its bounds -> limits -> files claimed -> address kept -> asked -> notes
//
// A file comes before the fact that cites it, and so does the address that letters go to: a crash in between
// leaves a file or an address too many, which is found and removed, and never a contribution without them. What
// is refused gives both back. What is sent a second time under the same token gets the first answer, and the
// files of the second time are removed.
//
// Somebody without an account is known by the token alone: their number, and that of the party they speak for,
// derive from it. Whoever keeps the token can show later that the contribution is theirs.
//
// A contribution that is still being written is a Draft. It is kept as it was typed, cleaned and nothing more.
package intake
