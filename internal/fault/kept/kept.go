// Package kept says whether a record kept its promises: it reads with SQL what lies in record.db, and holds against it what clients were
// told. It uses nothing of the house that wrote the record, the second verifier aside, which shares nothing with it either.
package kept

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/internal/verifier"
)

// Sent is a contribution as a client sends it, and what came back.
type Sent struct {
	Token   string
	Text    string
	Email   string `json:",omitempty"`
	Ref     string // of the contribution, once acknowledged
	Receipt []byte // the file, once fetched
}

// Row is one entry as it lies in record.db.
type Row struct {
	Envelope, Data, Text []byte // data and text with their salts
}

// Record is what lies in record.db, read with SQL and nothing of the house.
type Record struct {
	Rows        map[int64]Row
	Checkpoints map[string]bool
	ByText      map[string][]string // the words of each contribution -> their references
	Tokens      int
	Taken       int // acts that took contributions from view, or gave them back
}

const saltSize = 32

// Read reads the record database of a directory, beside a server or without one. Where texts may have been erased, their contributions
// are under "".
func Read(dir string, erased bool) (*Record, error) {
	c, err := sqlite3.OpenFlags("file:"+filepath.Join(dir, "record.db")+"?mode=ro", sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.Exec("PRAGMA busy_timeout=10000; BEGIN"); err != nil {
		return nil, err
	}
	l := &Record{Rows: map[int64]Row{}, Checkpoints: map[string]bool{}, ByText: map[string][]string{}}
	gone := map[string]bool{}
	each := func(sql string, f func(*sqlite3.Stmt) error) error {
		s, _, err := c.Prepare(sql)
		if err != nil {
			return err
		}
		defer s.Close()
		for s.Step() {
			if err := f(s); err != nil {
				return err
			}
		}
		return s.Err()
	}
	if err := each(`SELECT envelope.id, bytes, data.salted, text.salted FROM envelope LEFT JOIN data USING(id) LEFT JOIN text USING(id) WHERE envelope.id >> 40 = 1`, func(s *sqlite3.Stmt) error {
		p := s.ColumnInt64(0) & (1<<40 - 1)
		r := Row{s.ColumnBlob(1, nil), s.ColumnBlob(2, nil), s.ColumnBlob(3, nil)}
		l.Rows[p] = r
		if len(r.Data) < saltSize {
			return fmt.Errorf("entry %d has no data", p)
		}
		kind, body, _ := bytes.Cut(r.Data[saltSize:], []byte("\n"))
		if string(kind) != "consultation.received/1" {
			if slices.Contains([]string{"consultation.withheld/1", "consultation.published/1", "conversation.erased/1"}, string(kind)) {
				var f struct{ Contribution string }
				if err := json.Unmarshal(body, &f); err != nil {
					return fmt.Errorf("entry %d: %w", p, err)
				}
				if string(kind) != "conversation.erased/1" || !gone[f.Contribution] { // one act erases all that was said of it
					l.Taken++
				}
				gone[f.Contribution] = gone[f.Contribution] || string(kind) == "conversation.erased/1"
			}
			return nil
		}
		var f struct {
			Ref   string
			Parts []struct{ Bytes int }
		}
		var words map[string]string
		if err := json.Unmarshal(body, &f); err != nil {
			return fmt.Errorf("entry %d: %w", p, err)
		}
		if r.Text == nil && erased {
			l.ByText[""] = append(l.ByText[""], f.Ref)
			return nil
		}
		if len(r.Text) < saltSize {
			return fmt.Errorf("entry %d has no text", p)
		}
		if err := json.Unmarshal(r.Text[saltSize:], &words); err != nil {
			return fmt.Errorf("entry %d: %w", p, err)
		}
		if len(f.Parts) != 1 || f.Parts[0].Bytes != len(words["1.text"]) {
			return fmt.Errorf("entry %d: parts %v, %d bytes of text", p, f.Parts, len(words["1.text"]))
		}
		l.ByText[words["1.text"]] = append(l.ByText[words["1.text"]], f.Ref)
		return nil
	}); err != nil {
		return nil, err
	}
	for p := int64(1); p <= int64(len(l.Rows)); p++ {
		if _, ok := l.Rows[p]; !ok {
			return nil, fmt.Errorf("%d entries, but none at %d", len(l.Rows), p)
		}
	}
	if err := each(`SELECT note FROM checkpoint`, func(s *sqlite3.Stmt) error {
		l.Checkpoints[s.ColumnText(0)] = true
		return nil
	}); err != nil {
		return nil, err
	}
	if err := each(`SELECT count(*) FROM token`, func(s *sqlite3.Stmt) error { l.Tokens = s.ColumnInt(0); return nil }); err != nil {
		return nil, err
	}
	return l, nil
}

// Receipt has the parts of a receipt file that stand on the record.
type Receipt struct {
	Proof struct {
		Envelope, Checkpoint []byte
		Path                 []json.RawMessage
	}
	Data, Text []byte
	Key        string
	Meaning    struct{ Contribution string }
}

// Holds checks that an acknowledged contribution is on the record once, with the bytes of its receipt,
// under a checkpoint that the record has kept. (That the kept checkpoints have the roots of the entries is
// what verifier.Database finds out.)
func (l *Record) Holds(c Sent) error {
	refs := l.ByText[c.Text]
	if len(refs) != 1 || refs[0] != c.Ref {
		return fmt.Errorf("%s (token %s) was acknowledged; on the record: %v", c.Ref, c.Token, refs)
	}
	if c.Receipt == nil {
		return nil
	}
	var r Receipt
	if err := json.Unmarshal(c.Receipt, &r); err != nil {
		return fmt.Errorf("%s: %w", c.Ref, err)
	}
	at := int64(0)
	for _, line := range strings.Split(string(r.Proof.Envelope), "\n") {
		if s, ok := strings.CutPrefix(line, "position "); ok {
			at, _ = strconv.ParseInt(s, 10, 64)
		}
	}
	have, ok := l.Rows[at]
	switch {
	case !ok:
		return fmt.Errorf("%s: its receipt stands at %d, where there is nothing", c.Ref, at)
	case !bytes.Equal(have.Envelope, r.Proof.Envelope) || !bytes.Equal(have.Data, r.Data) || !bytes.Equal(have.Text, r.Text):
		return fmt.Errorf("%s: entry %d is not what its receipt says", c.Ref, at)
	case !l.Checkpoints[string(r.Proof.Checkpoint)]:
		return fmt.Errorf("%s: the checkpoint of its receipt is not on the record", c.Ref)
	case r.Meaning.Contribution != c.Ref:
		return fmt.Errorf("%s: its receipt is of %s", c.Ref, r.Meaning.Contribution)
	}
	return nil
}

// Proven checks a receipt with the second verifier and the key of the instance.
func Proven(b []byte, key string) error {
	r, err := verifier.Receipt(b, key)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(r.Verdict(), "signed by ") {
		return fmt.Errorf("%s", r.Verdict())
	}
	return nil
}
