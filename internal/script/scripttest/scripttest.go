// Package scripttest has what tests need that play a script and look at what became of it.
package scripttest

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/record"
)

// New is a Secretariat over a record in memory, whose clock is now, and what runs scripts against it. It is closed when the test ends.
func New(t testing.TB, now func() time.Time) (*plenary.Secretariat, *script.Runner) {
	t.Helper()
	key, err := record.NewKey(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(record.NewMemory(), record.Options{Key: key, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	sec, err := plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: now, Random: rand.Reader, Secret: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sec.Close() })
	return sec, script.New(sec)
}
