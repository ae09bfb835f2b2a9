// Package dossier answers with the dossiers of considerations: one archive with the paper, all that it rests on, and the proofs. What is in it
// is what everybody reads, whoever asks.
package dossier
