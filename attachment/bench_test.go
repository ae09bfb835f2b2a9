package attachment

import (
	"bytes"
	"io"
	"testing"

	"github.com/openplenary/plenary/attachment/bucket/buckettest"
	"github.com/openplenary/plenary/private/privatetest"
)

// BenchmarkFile keeps a file of 10 MiB, and reads it: in a folder, with PostgreSQL in rows, and in an object store on this machine.
func BenchmarkFile(b *testing.B) {
	b.Run("beside the database", func(b *testing.B) { keepAndRead(b, "") })
	b.Run("in an object store", func(b *testing.B) { keepAndRead(b, buckettest.Start(b).Bucket(b, "files", "")) })
}

func keepAndRead(b *testing.B, address string) {
	dir := b.TempDir()
	db, err := privatetest.Open(b, dir+"/private.db")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	s, err := New(db, dir)
	if err == nil && address != "" {
		s, err = Open(ctx, db, dir, bucketAt(b, address))
	}
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
