// Package cite holds the ways in which one document, act or passage names another: the permanent
// reference ("c418.2[120:188]"), the position of an entry on a conversation's record, the document
// symbol ("WIPO/IP/AI/2/GE/20/1 REV."), and the proof that an entry stands on the record.
//
// Nouns never import one another; they cite each other by reference, as delegates cite documents.
// A reference is minted once, from a counter, and never changes its meaning; symbols and displayed
// numbers are labels that resolve to it.
package cite
