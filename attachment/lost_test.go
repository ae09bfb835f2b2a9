package attachment

import (
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/refusal"
)

// TestLost: of a file whose bytes are gone its reader is told that it is lost, and with its hash where the record has that; whoever runs the machine is told once, until it
// was read whole again, or is kept no more. What waits for something that cites it is counted apart.
func TestLost(t *testing.T) {
	s := newStore(t)
	var log strings.Builder
	s.Logger = slog.New(slog.NewTextHandler(&log, nil))
	b := pdf(chunkSize + 1000)
	f, g := keep(t, s, b, "a.pdf"), keep(t, s, b[:1000], "b.pdf")
	if err := s.Cited(ctx, f.ID); err != nil {
		t.Fatal(err)
	}
	sum, err := s.Summary(ctx)
	if err != nil || sum != (Summary{Where: "folder", Files: 2, Bytes: f.Size + g.Size, Waiting: 1, WaitingBytes: g.Size}) {
		t.Errorf("%+v, %v", sum, err)
	}
	if err := os.Rename(s.path(f.ID), s.path("away")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, _, err := s.Open(ctx, f.ID)
		if no := refusal.Of(err); len(no) != 1 || no[0].Key != "file.lost" || no[0].Kind != refusal.TryAgain || len(no[0].Args) > 0 {
			t.Errorf("%v", err)
		}
		_, _, err = s.OpenCited(ctx, f.ID)
		if no := refusal.Of(err); len(no) != 1 || no[0].Key != "file.lost_cited" || no[0].Args[1] != f.SHA {
			t.Errorf("%v", err)
		}
	}
	if now := s.Trouble(); now.Lost != 1 || !strings.Contains(now.What, f.ID) || now.At.IsZero() || now.At.After(time.Now()) {
		t.Errorf("%+v", now)
	}
	if err := os.Rename(s.path("away"), s.path(f.ID)); err != nil {
		t.Fatal(err)
	}
	r, _, err := s.Open(ctx, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 10)); err != nil || s.Trouble().Lost != 1 {
		t.Errorf("it is whole after ten bytes: %v", err)
	}
	if _, err := r.Seek(-10, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil || s.Trouble().Lost != 1 {
		t.Errorf("it is whole after its end: %v", err)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, r, f.Size); err != nil || s.Trouble().Lost != 0 { // whoever knows how long it is does not read on to its end
		t.Errorf("it was read whole, and is lost: %v", err)
	}
	r.Close()
	change(t, s.path(g.ID), func(x []byte) []byte { x[5] ^= 1; return x })
	if r, _, err = s.Open(ctx, g.ID); err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(r)
	r.Close()
	if no := refusal.Of(err); len(no) != 1 || no[0].Key != "file.lost" || s.Trouble().Lost != 1 {
		t.Errorf("%v", err)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 || strings.Count(log.String(), f.SHA) != 1 {
		t.Errorf("%d lines: %s", n, log.String())
	}
	if err := s.Erase(ctx, g.ID); err != nil || s.Trouble().Lost != 0 {
		t.Errorf("it is erased, and lost: %v", err)
	}
}
