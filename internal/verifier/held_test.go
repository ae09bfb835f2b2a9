package verifier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// TestReceiptIn compares each receipt of the vectors with the database, sound and with what it shows dropped,
// replaced or renamed: a receipt that the record does not hold is never "held".
func TestReceiptIn(t *testing.T) {
	v := load(t)
	ctx := context.Background()
	tried := 0
	for i, r := range v.Records {
		for _, c := range r.Receipts {
			id := fmt.Sprint(int64(i+1)<<40 | c.Position)
			for _, broken := range []struct {
				name, sql string
				want      Comparison
			}{
				{"sound", "", Held},
				{"the entry is gone", "DELETE FROM envelope WHERE id=" + id, NotHeld},
				{"another entry stands there", "UPDATE envelope SET bytes=CAST(replace(CAST(bytes AS TEXT),'2026-','2027-') AS BLOB) WHERE id=" + id, NotHeld},
				{"its data are others", "UPDATE data SET salted=zeroblob(60) WHERE id=" + id, NotHeld},
				{"an entry before it is another", "UPDATE envelope SET bytes=CAST(replace(CAST(bytes AS TEXT),'2026-','2025-') AS BLOB) WHERE id=" + fmt.Sprint(int64(i+1)<<40|1), NotHeld},
				{"everything after it is gone", "DELETE FROM envelope WHERE id>=" + id + " AND id < " + fmt.Sprint(int64(i+2)<<40), NotHeld},
				{"the record is gone", "DELETE FROM record WHERE number=" + fmt.Sprint(i+1), NotHeld},
				{"the record has another name", "UPDATE record SET origin='elsewhere.example/' || id", NotHeld},
			} {
				path := makeDatabase(t, t.TempDir())
				if broken.sql != "" {
					db, err := sqlite3.Open("file:" + filepath.ToSlash(path))
					if err = errors.Join(err, db.Exec(broken.sql), db.Close()); err != nil {
						t.Fatal(broken.name, err)
					}
				}
				report, err := ReceiptIn(ctx, []byte(c.File), r.VerifierKey, path)
				if report.Record != broken.want || errors.Is(err, ErrWrong) == (broken.want == Held) || report.Signer != r.Origin {
					t.Errorf("%s, %s: %v %v", c.Name, broken.name, report, err)
				}
				if says := strings.Contains(report.Verdict(), "does NOT hold it"); says != (broken.want == NotHeld) {
					t.Errorf("%s, %s: %q", c.Name, broken.name, report.Verdict())
				}
				tried++
			}
			if report, err := ReceiptIn(ctx, []byte(strings.Replace(c.File, `"rule"`, `"role"`, 1)), r.VerifierKey, makeDatabase(t, t.TempDir())); err == nil || report.Record != NotCompared {
				t.Error("a receipt that is none was compared:", report)
			}
		}
	}
	if tried == 0 {
		t.Error("no receipt in the vectors")
	}
	if _, err := ReceiptIn(ctx, []byte(v.Records[0].Receipts[0].File), "", filepath.Join(t.TempDir(), "record.db")); err == nil || errors.Is(err, ErrWrong) {
		t.Error("no database:", err)
	}
}

// TestWhiteSpace: what editors and mail programs do to a file does not change what it says; anything else does.
func TestWhiteSpace(t *testing.T) {
	r := load(t).Records[0]
	file := []byte(r.Receipts[0].File)
	for name, b := range map[string][]byte{
		"CRLF":              bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")),
		"a byte order mark": append([]byte("\xef\xbb\xbf"), file...),
		"more line ends":    append(append([]byte("\n\n"), file...), "\r\n \t\n"...),
		"tabs":              bytes.ReplaceAll(file, []byte("\n "), []byte("\n\t\t")),
	} {
		if report, err := Receipt(b, r.VerifierKey); err != nil {
			t.Errorf("%s: %v", name, report)
		}
	}
	for name, b := range map[string][]byte{
		"two byte order marks":           append([]byte("\xef\xbb\xbf\xef\xbb\xbf"), file...),
		"a letter behind it":             append(bytes.Clone(file), 'x'),
		"white space within a string":    bytes.Replace(file, []byte("plenary-receipt"), []byte("plenary- receipt"), 1),
		"a letter escaped that need not": bytes.Replace(file, []byte(`"plenary-receipt`), []byte(`"\u0070lenary-receipt`), 1),
	} {
		if report, err := Receipt(b, r.VerifierKey); err == nil {
			t.Errorf("%s: %v", name, report)
		}
	}
}
