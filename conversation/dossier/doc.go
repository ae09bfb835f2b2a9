// Package dossier says what stands in the dossier of considerations: one archive with the paper, everything that its sentences rest on, and
// the proofs, which anybody can check without Plenary and without a network.
//
//	paper.json           the sentences: their words, what each cites, what each quotes and where that stands
//	sources/REF.json     what is cited, and what that rests on in its turn: the words as everybody may read them
//	entries/N.json       an entry of the record: its envelope, its path to the root, and what of it everybody may read
//	checkpoint           the signed root that all these paths lead to
//	index.html, sources/REF.html   the same for people
//	dossier.json         which files there are
//
// What is not everybody's is not in it. Of words that were erased, and of words of which a passage is blacked out, the entry is proved all the
// same, by the hash that it committed to.
//
// The package decides what is in it and in what form. Whoever has the record writes it.
package dossier
