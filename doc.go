// Package plenary is the secretariat: the only writer. It takes asks, has the conversation decide them
// against its state, puts the facts on the record, and shows nobody anything that is not durable.
//
// One ask goes one way:
//
//	ask ──> decide ──> append + apply ahead ──> commit ──> release
//
// Under the write lock each waiting ask is decided and applied, so the second sees the first; the
// lock is given back; the batch becomes durable with one fsync; then everybody who waited is
// answered. A reader builds a view from a snapshot of the state, notes the position of the state it saw, and
// sends nothing before that position is durable. When a commit fails, the state is dropped and
// folded again from the record, and those who waited are told to try again.
package plenary
