// Package fault holds the tests that break things: they kill the real binary, fill its disk, fail its
// fsyncs, flip bits in its files, and then ask for the one promise of the record. Nothing that was
// acknowledged may be lost, altered, reordered or doubled, and what is damaged is said to be damaged.
//
// There is no other code here. What a test believes, it reads itself: from the answers of the server over
// HTTP, from a log of acknowledgements that each client syncs to the disk, from SQL on record.db, and from
// the second verifier (internal/verifier), which shares nothing with the house.
//
// # Running
//
//	go test -timeout 30m ./internal/fault            everything, some seven minutes on two idle cores
//	go test -short ./internal/fault                  fewer rounds and samples, about one minute
//	PLENARY_SOAK=1 go test -timeout 3h -run 'TestKill|TestBitFlips' ./internal/fault
//	PLENARY_SEED=123 go test -run TestKill ./internal/fault
//
// The seed is printed. The directory of a failure is kept and its name printed. What a machine does not
// permit (mounting a small tmpfs) is skipped with a sentence.
package fault
