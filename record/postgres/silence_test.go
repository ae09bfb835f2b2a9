package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
)

// TestSilence: where a network takes everything and gives nothing back, whoever reads without a limit of their own is told that the
// server is away, and reads when it is back. The address asks for a server that can be written to, as one with a standby does.
func TestSilence(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	id := create(t, d.url)
	c := newCutter(t, d.server.Address())
	o := through(c, d)
	o.URL += "&target_session_attrs=read-write"
	n := open(t, o)
	at, err := n.write(t.Context(), id, "said aloud")
	if err != nil {
		t.Fatal(err)
	}
	read := func() error {
		rows, err := n.engine.Texts(context.Background(), id, []cite.Position{at})
		if err == nil && len(rows) != 1 {
			t.Errorf("%d texts", len(rows))
		}
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	c.deafen()
	if err := read(); !errors.Is(err, record.ErrAway) || errors.Is(err, context.Canceled) {
		t.Errorf("of a silent server: %v", err)
	}
	for err := read(); err != nil; err = read() {
		if !errors.Is(err, record.ErrAway) {
			t.Fatal(err)
		}
	}
	// What was sent into the silence, and written, is acknowledged once the server is asked on another connection.
	turn, err := n.Turn(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turn.Append(record.New{Data: []byte("said into the silence")}); err != nil {
		t.Fatal(err)
	}
	c.deafen()
	done := make(chan error, 1)
	turn.Commit(func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := d.server.Value(t, d.name, "SELECT position FROM plenary.record"); got != "2" {
		t.Errorf("the head is at %s", got)
	}
}
