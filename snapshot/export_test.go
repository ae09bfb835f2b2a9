package snapshot

// LeaveFree has so many bytes of the disk left to the record, and returns what sets it back.
func LeaveFree(n int64) (back func()) {
	was := leastFree
	leastFree = n
	return func() { leastFree = was }
}
