// Package compiler checks considerations before they are published, as a compiler checks a program: each sentence has sources that are
// there and can be read; what stands in quotation marks is in one of them, to the byte; a word like "most" agrees with the count of those who
// spoke; no translation says more than the original; a second person, who did not write the sentence, has said that its sources bear it out;
// and no position that a minority of the parties on the roll holds is left out.
//
//	draft ──> sentences ──> sources ──> counts ──> findings, each with its place and what would mend it
//
// It is pure: what people wrote is handed to it by whoever may read it. Without their words nothing is said about quotations.
package compiler
