package attachment

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/openplenary/plenary/private"
)

// TestRows: what is kept in rows is read back whole or not at all, whichever row is missing or was changed; what came only in part is
// swept; and all of it comes to a folder.
func TestRows(t *testing.T) {
	dir := t.TempDir()
	s, err := New(openDB(t, dir), dir)
	if err != nil {
		t.Fatal(err)
	}
	if !s.db.Shared() {
		return // that is the second run
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := s.db.ExecContext(ctx, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	f := keep(t, s, pdf(3*pieceSize), "a.pdf") // four rows
	if sum, err := s.Summary(ctx); err != nil || sum.Where != "rows" || sum.Files != 1 || sum.Waiting != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
	for _, n := range []int{0, 1, 3} {
		exec(`UPDATE attachment_piece SET n = -1 WHERE id = $1 AND n = $2`, f.ID, n)
		if err := s.Check(ctx); !errors.Is(err, ErrDamaged) {
			t.Errorf("without row %d: %v", n, err)
		}
		exec(`UPDATE attachment_piece SET n = $2 WHERE id = $1 AND n = -1`, f.ID, n)
		exec(`UPDATE attachment_piece SET bytes = set_byte(bytes, 5, 255 - get_byte(bytes, 5)) WHERE id = $1 AND n = $2`, f.ID, n)
		if err := s.Check(ctx); !errors.Is(err, ErrDamaged) {
			t.Errorf("with another row %d: %v", n, err)
		}
		exec(`UPDATE attachment_piece SET bytes = set_byte(bytes, 5, 255 - get_byte(bytes, 5)) WHERE id = $1 AND n = $2`, f.ID, n)
	}
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Cited(ctx, f.ID); err != nil {
		t.Fatal(err)
	}
	exec(`INSERT INTO attachment_piece SELECT 'bb' || SUBSTR(id, 3), n, size, 1, bytes FROM attachment_piece WHERE n > 0`)
	if n, err := s.Sweep(ctx, time.Now().Add(time.Hour), nil); n != 1 || err != nil {
		t.Errorf("%d were swept: %v", n, err)
	}
	// As it is moved.
	back := t.TempDir()
	db, err := private.Open(filepath.Join(back, private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := private.Carry(ctx, s.db, db); err != nil {
		t.Fatal(err)
	}
	to, err := New(db, back)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is there
		if n, err := Carry(ctx, s, to); n != 1 || err != nil {
			t.Errorf("%d came: %v", n, err)
		}
	}
	if err := to.Check(ctx); err != nil || len(to.all(t)) != 1 {
		t.Error(err, to.all(t))
	}
}
