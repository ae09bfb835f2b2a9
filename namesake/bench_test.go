package namesake_test

import (
	"fmt"
	"testing"
)

// BenchmarkOthers asks for the namesakes of a page of fifty contributions where a hundred thousand have sent something under
// names of their own.
func BenchmarkOthers(b *testing.B) {
	w := newWorld(b)
	const all = 100_000
	tx, err := w.db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	for i := range all {
		name := fmt.Sprintf("Ferryman %d", i)
		if _, err := tx.Exec(`INSERT INTO namesake(slug, alike, written, contribution) VALUES($1, $2, $3, $4)`, "ferries",
			int64(w.Derive("name alike", "ferries", name)), int64(w.Derive("name written", "ferries", name)), i+1); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	var page []string
	for i := range 50 {
		page = append(page, fmt.Sprintf("Ferryman %d", 1999*i))
	}
	for b.Loop() {
		if _, err := w.Others(b.Context(), "ferries", page); err != nil {
			b.Fatal(err)
		}
	}
}
