// Package transcript makes the pages of what was said in the sittings of a session, word for word: a transcript in a language with who spoke when, and the
// desk at which one is entered, put right and erased passage by passage.
package transcript
