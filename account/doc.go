// Package account keeps what may be forgotten: which address a person can be reached at, how they prove
// that it is theirs, and which number they have on the record of each conversation.
//
// The record knows a participant only as a random number. Here, and only here, a number leads to a
// person: through the account they sign in to, through an address they left to be told what became of
// their contribution, or through an invitation they have not taken up yet. When a person asks to be
// forgotten, these rows go and the record stays as it is: rules never read anything kept here.
//
//	sign-in:  begun ──> finished (link in the browser that asked, or link and code, or code)
//	              └──> expired after 15 minutes, dead after 5 wrong codes
//	passkey:  added ──> used ──> removed by its owner
//	              └──> stopped for good, where its count of uses went back
//	session:  made ──> seen ──> ended (by its owner, 12 hours idle, 14 days old)
//
// Nothing that opens a door is stored as it is: of links, codes and cookies only keyed hashes are kept, of a
// passkey what its device shows to everybody.
// Whether an address has an account is not shown by what BeginSignIn answers or by how long it takes.
package account
