package attachment

import (
	"bytes"
	"io"
	"testing"

	"github.com/openplenary/plenary/private/privatetest"
)

// BenchmarkFile keeps a file of 10 MiB, and reads it. With PostgreSQL it goes into rows.
func BenchmarkFile(b *testing.B) {
	dir := b.TempDir()
	db, err := privatetest.Open(b, dir+"/private.db")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	s, err := New(db, dir)
	if err != nil {
		b.Fatal(err)
	}
	s.SetRoom(Room{})
	whole := pdf(10 << 20)
	b.SetBytes(int64(len(whole)))
	for b.Loop() {
		f, err := s.Keep(ctx, bytes.NewReader(whole), "a.pdf", t0)
		if err != nil {
			b.Fatal(err)
		}
		r, _, err := s.Open(ctx, f.ID)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != int64(len(whole)) {
			b.Fatal(n, err)
		}
		_ = r.Close()
	}
}
