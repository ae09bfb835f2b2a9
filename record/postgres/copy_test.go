package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/postgres"
	"github.com/openplenary/plenary/record/recordtest"
	"github.com/openplenary/plenary/record/sqlite"
	"github.com/openplenary/plenary/record/transfer"
)

// erasedBy reads what an entry says was erased.
func erasedBy(data []byte) []cite.Position {
	var p cite.Position
	if _, err := fmt.Sscanf(string(data), "test.erased/1 %d", &p); err != nil {
		return nil
	}
	return []cite.Position{p}
}

// logOf opens a log over an engine and reads every record.
func logOf(t *testing.T, e record.Engine) *record.Log {
	t.Helper()
	l, err := record.Open(e, record.Options{Key: recordtest.Key(t), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	l.ReadErasures(erasedBy)
	ms, err := l.Records()
	for _, m := range ms {
		err = errors.Join(err, l.Load(t.Context(), m.ID, func(record.Entry) error { return nil }))
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestCopy: records go from SQLite to PostgreSQL and back. A copy that is broken off is gone on with. Every entry, text, outcome,
// checkpoint and proof is the same; what was erased stays so. A copy that differs is found.
func TestCopy(t *testing.T) {
	d := newDatabase(t)
	file := func(name string) *sqlite.Engine {
		e, err := sqlite.Open(filepath.Join(t.TempDir(), name), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	from := file("from.db")
	l := logOf(t, from)
	n := node{Log: l}
	var ids []record.ID
	proofs := map[record.ID]cite.Proof{}
	for range 2 {
		id, err := l.NewID()
		if err == nil {
			err = l.Create(record.Meta{ID: id, Origin: "test.invalid/" + string(id)})
		}
		for i := 0; i < 300 && err == nil; i++ {
			_, err = n.write(t.Context(), id, fmt.Sprint(i))
		}
		if err == nil {
			proofs[id], err = l.Prove(t.Context(), id, 299)
		}
		if err == nil {
			_, err = n.write(t.Context(), id, "test.erased/1 7")
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	e, err := postgres.Open(t.Context(), postgres.Options{URL: d.url})
	if err != nil {
		t.Fatal(err)
	}
	logOf(t, e)
	ctx, cancel := context.WithCancel(t.Context())
	broken := transfer.Copy(ctx, transfer.Copying{From: from, To: e, Erased: erasedBy, Said: func(m record.Meta, at cite.Position) {
		if m.ID == ids[1] {
			cancel()
		}
	}})
	if !errors.Is(broken, context.Canceled) {
		t.Errorf("broken off: %v", broken)
	}
	said := 0
	for range 2 { // gone on with; then compared
		if err := transfer.Copy(t.Context(), transfer.Copying{From: from, To: e, Erased: erasedBy, Said: func(record.Meta, cite.Position) { said++ }}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(l *record.Log) {
		t.Helper()
		for _, id := range ids {
			if n, err := l.Verify(t.Context(), id); err != nil || n != 301 {
				t.Errorf("%d entries: %v", n, err)
			}
			p, err := l.Prove(t.Context(), id, 299)
			if err != nil || !bytes.Equal(p.Checkpoint, proofs[id].Checkpoint) || !bytes.Equal(p.Envelope, proofs[id].Envelope) || l.Origin(id) != "test.invalid/"+string(id) {
				t.Errorf("another proof: %v", err)
			}
			texts, err := l.Texts(t.Context(), id, []cite.Position{7, 8})
			if err != nil || texts[7] != nil || string(texts[8]) != "text of 7" {
				t.Errorf("texts: %v %v", texts, err)
			}
			turn, err := l.Turn(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if o, err := turn.Outcome(record.TokenHash([]byte(fmt.Sprintf("%-32s", "8")))); err != nil || o == nil || o.First != 9 {
				t.Errorf("an outcome: %v %v", o, err)
			}
			turn.Release()
		}
	}
	check(logOf(t, e))
	back := file("back.db")
	logOf(t, back)
	if err := transfer.Copy(t.Context(), transfer.Copying{From: e, To: back, Erased: erasedBy, Said: func(record.Meta, cite.Position) {}}); err != nil {
		t.Fatal(err)
	}
	check(logOf(t, back))
	for what, sql := range map[string]string{
		"a text":       "UPDATE plenary.text SET salted = salted || 'x' WHERE id & 1023 = 5",
		"an outcome":   "UPDATE plenary.token SET outcome = (SELECT outcome FROM plenary.token LIMIT 1)",
		"a checkpoint": "UPDATE plenary.checkpoint SET note = note || 'x'",
	} {
		broken := newDatabase(t)
		e, err := postgres.Open(t.Context(), postgres.Options{URL: broken.url})
		if err != nil {
			t.Fatal(err)
		}
		logOf(t, e)
		if err := transfer.Copy(t.Context(), transfer.Copying{From: from, To: e, Erased: erasedBy, Said: func(record.Meta, cite.Position) {}}); err != nil {
			t.Fatal(err)
		}
		broken.server.Exec(t, broken.name, sql)
		if err := transfer.Copy(t.Context(), transfer.Copying{From: from, To: e, Erased: erasedBy, Said: func(record.Meta, cite.Position) {}}); !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%s that differs: %v", what, err)
		}
		_ = e.Close()
	}
	if err := e.Create(record.Meta{ID: "5eed0000000000000000000000000001", Origin: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := transfer.Copy(t.Context(), transfer.Copying{From: from, To: e, Erased: erasedBy, Said: func(record.Meta, cite.Position) {}}); err == nil {
		t.Error("copied to where there is another record")
	}
	if err := errors.Join(from.Close(), back.Close(), e.Close()); err != nil {
		t.Error(err)
	}
}
