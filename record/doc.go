// Package record keeps the official account of a conversation: who said and decided what, when. An
// account is one append-only sequence of entries, numbered from 1 without gaps. Whatever has been
// acknowledged is never lost, altered, reordered or duplicated, and anybody can check that.
//
// An entry has three parts. The envelope is public and stays for ever: it carries the position, the
// time and two commitments (salted hashes). The data are what rules read. The text is what may have to
// be erased: deleting it, with its salt, changes no rule and no hash. The envelopes are the leaves of
// a Merkle tree (RFC 6962) whose root the instance signs; a receipt is an envelope with its path to
// such a root.
//
// Whoever wants to write takes a Turn: it gives the head, takes new entries and commits them
// together. Commit makes them durable before it answers. Engines (memory here, record/sqlite) only
// keep rows; every rule of the format lives in this package, so that there is one.
package record
