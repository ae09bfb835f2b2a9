// Package paper keeps the papers of a conversation: issues papers, information papers, considerations.
//
// A paper is drafted privately and comes onto the record when it is published, as an edition under a
// document symbol: themes, issues, paragraphs and lettered questions, in several languages. An element
// keeps its reference through all editions (p3.x17); the number shown beside it ("13(i)") belongs to
// one edition. Counters of references never derive from positions in the text.
//
//	draft (private) ──publish──> edition 1 ──publish──> edition 2 ──> ...
//
// The document this room produces is the paper itself, in each language.
package paper
