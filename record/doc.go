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
// Whoever wants to write takes a Turn: it gives the head, hands over what others wrote, takes new entries
// and commits them together. Commit makes them durable before it answers. Several logs may stand over one
// storage; one of them has the right to write at a time. Engines (memory here, record/sqlite) only keep rows
// and hand out that right; every rule of the format lives in this package, so that there is one.
//
// What data mean is none of this package's business, but for one thing: which texts an entry says were
// erased. ReadErasures tells how to read that.
package record
