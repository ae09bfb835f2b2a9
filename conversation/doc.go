// Package conversation composes the nouns into one conversation: its calendar of stages, the rules that
// span nouns, and the one rule of who may see what.
//
// A conversation is the fold of its record. Decide looks at the state and an ask and answers with
// facts or with a refusal; Apply folds a fact into the state; the same Apply replays the record at
// start. Neither reads a clock, a disk or a random number, and neither reads the words that may be
// erased: so a replay after erasures gives the same state.
package conversation
