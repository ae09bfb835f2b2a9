// Package settings keeps what a conversation has settled: its title and languages, its calendar of stages, the lists
// of labels that people and papers are put under, the documents that it cites, its maps. They are settled when it is
// convened and put right by later facts.
package settings
