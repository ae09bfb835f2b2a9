// Package dossier makes the pages of a dossier: the paper with its notes, and a page for each source. They are read from a disk, without
// Plenary and without a network: each links only to its neighbours in the archive.
package dossier
