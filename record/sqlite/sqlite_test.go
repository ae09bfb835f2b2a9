package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/ncruces/go-sqlite3/driver"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/record/recordtest"
	"github.com/openplenary/plenary/record/sqlite"
)

type file struct {
	t    *testing.T
	path string
}

func (f file) Open() (record.Engine, error) { return sqlite.Open(f.path, sqlite.Options{}) }

func (f file) Flip(id record.ID, p cite.Position, part string) bool {
	db, err := sql.Open("sqlite3", "file:"+f.path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer db.Close()
	column := map[string]string{"envelope": "bytes", "data": "salted", "text": "salted"}[part]
	row := int64(1)<<40 | int64(p)
	var b []byte
	if err := db.QueryRow(fmt.Sprintf("SELECT %s FROM %s WHERE id = ?", column, part), row).Scan(&b); err != nil {
		f.t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if _, err := db.Exec(fmt.Sprintf("UPDATE %s SET %s = ? WHERE id = ?", part, column), b, row); err != nil {
		f.t.Fatal(err)
	}
	return true
}

func (f file) Hide(id record.ID, p cite.Position) bool {
	db, err := sql.Open("sqlite3", "file:"+f.path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("DELETE FROM text WHERE id = ?", int64(1)<<40|int64(p)); err != nil {
		f.t.Fatal(err)
	}
	return true
}

func TestEngine(t *testing.T) {
	recordtest.Run(t, func(t *testing.T) recordtest.Store { return file{t, filepath.Join(t.TempDir(), "record.db")} })
}

func BenchmarkWrite64(b *testing.B) {
	e, err := sqlite.Open(filepath.Join(b.TempDir(), "record.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	h := recordtest.NewFixture(b, single{e})
	defer h.Close()
	id := h.NewRecord()
	text := make([]byte, 700)
	data := make([]byte, 324)
	var wg sync.WaitGroup
	b.ResetTimer()
	work := make(chan int, 64)
	for w := 0; w < 64; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range work {
				if _, err := h.Write(id, record.New{Data: data, Text: text}); err != nil {
					b.Error(err)
				}
			}
		}()
	}
	for i := 0; i < b.N; i++ {
		work <- i
	}
	close(work)
	wg.Wait()
}

type single struct{ e record.Engine }

func (s single) Open() (record.Engine, error)               { return s.e, nil }
func (s single) Flip(record.ID, cite.Position, string) bool { return false }
func (s single) Hide(record.ID, cite.Position) bool         { return false }
