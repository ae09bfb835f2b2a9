package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/openplenary/plenary/internal/verifier"
)

// row is one entry as it lies in record.db.
type row struct {
	envelope, data, text []byte // data and text with their salts
}

// lying is what lies in record.db, read with SQL and nothing of the house.
type lying struct {
	rows        map[int64]row
	checkpoints map[string]bool
	byText      map[string][]string // the words of each contribution -> their references
	tokens      int
	taken       int // acts that took contributions from view, or gave them back
}

const saltSize = 32

// lies reads a record database, beside a server or without one.
func lies(t testing.TB, dir string) (*lying, error) { return readDir(t, dir, false) }

// liesErased is lies where texts may have been erased; those are under "".
func liesErased(t testing.TB, dir string) (*lying, error) { return readDir(t, dir, true) }

func readDir(t testing.TB, dir string, erased bool) (*lying, error) {
	t.Helper()
	c, err := sqlite3.OpenFlags("file:"+filepath.Join(dir, "record.db")+"?mode=ro", sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.Exec("PRAGMA busy_timeout=10000; BEGIN"); err != nil {
		return nil, err
	}
	l := &lying{rows: map[int64]row{}, checkpoints: map[string]bool{}, byText: map[string][]string{}}
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
		r := row{s.ColumnBlob(1, nil), s.ColumnBlob(2, nil), s.ColumnBlob(3, nil)}
		l.rows[p] = r
		if len(r.data) < saltSize {
			return fmt.Errorf("entry %d has no data", p)
		}
		kind, body, _ := bytes.Cut(r.data[saltSize:], []byte("\n"))
		if string(kind) != "consultation.received/1" {
			if slices.Contains([]string{"consultation.withheld/1", "consultation.published/1", "conversation.erased/1"}, string(kind)) {
				var f struct{ Contribution string }
				if err := json.Unmarshal(body, &f); err != nil {
					return fmt.Errorf("entry %d: %w", p, err)
				}
				if string(kind) != "conversation.erased/1" || !gone[f.Contribution] { // one act erases all that was said of it
					l.taken++
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
		if r.text == nil && erased {
			l.byText[""] = append(l.byText[""], f.Ref)
			return nil
		}
		if len(r.text) < saltSize {
			return fmt.Errorf("entry %d has no text", p)
		}
		if err := json.Unmarshal(r.text[saltSize:], &words); err != nil {
			return fmt.Errorf("entry %d: %w", p, err)
		}
		if len(f.Parts) != 1 || f.Parts[0].Bytes != len(words["1.text"]) {
			return fmt.Errorf("entry %d: parts %v, %d bytes of text", p, f.Parts, len(words["1.text"]))
		}
		l.byText[words["1.text"]] = append(l.byText[words["1.text"]], f.Ref)
		return nil
	}); err != nil {
		return nil, err
	}
	for p := int64(1); p <= int64(len(l.rows)); p++ {
		if _, ok := l.rows[p]; !ok {
			return nil, fmt.Errorf("%d entries, but none at %d", len(l.rows), p)
		}
	}
	if err := each(`SELECT note FROM checkpoint`, func(s *sqlite3.Stmt) error {
		l.checkpoints[s.ColumnText(0)] = true
		return nil
	}); err != nil {
		return nil, err
	}
	if err := each(`SELECT count(*) FROM token`, func(s *sqlite3.Stmt) error { l.tokens = s.ColumnInt(0); return nil }); err != nil {
		return nil, err
	}
	return l, nil
}

// receiptParts are the parts of a receipt file that stand on the record.
type receiptParts struct {
	Proof struct {
		Envelope, Checkpoint []byte
		Path                 []json.RawMessage
	}
	Data, Text []byte
	Key        string
	Meaning    struct{ Contribution string }
}

// holds checks that an acknowledged contribution is on the record once, with the bytes of its receipt,
// under a checkpoint that the record has kept. (That the kept checkpoints have the roots of the entries is
// what verifier.Database finds out.)
func (l *lying) holds(c *sent) error {
	refs := l.byText[c.Text]
	if len(refs) != 1 || refs[0] != c.Ref {
		return fmt.Errorf("%s (token %s) was acknowledged; on the record: %v", c.Ref, c.Token, refs)
	}
	if c.Receipt == nil {
		return nil
	}
	var r receiptParts
	if err := json.Unmarshal(c.Receipt, &r); err != nil {
		return fmt.Errorf("%s: %w", c.Ref, err)
	}
	at := int64(0)
	for _, line := range strings.Split(string(r.Proof.Envelope), "\n") {
		if s, ok := strings.CutPrefix(line, "position "); ok {
			at, _ = strconv.ParseInt(s, 10, 64)
		}
	}
	have, ok := l.rows[at]
	switch {
	case !ok:
		return fmt.Errorf("%s: its receipt stands at %d, where there is nothing", c.Ref, at)
	case !bytes.Equal(have.envelope, r.Proof.Envelope) || !bytes.Equal(have.data, r.Data) || !bytes.Equal(have.text, r.Text):
		return fmt.Errorf("%s: entry %d is not what its receipt says", c.Ref, at)
	case !l.checkpoints[string(r.Proof.Checkpoint)]:
		return fmt.Errorf("%s: the checkpoint of its receipt is not on the record", c.Ref)
	case r.Meaning.Contribution != c.Ref:
		return fmt.Errorf("%s: its receipt is of %s", c.Ref, r.Meaning.Contribution)
	}
	return nil
}

// proven checks a receipt with the second verifier and the key of the instance.
func proven(b []byte, key string) error {
	r, err := verifier.Receipt(b, key)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(r.Verdict(), "signed by ") {
		return fmt.Errorf("%s", r.Verdict())
	}
	return nil
}

// holdsAll checks all acknowledged contributions; and that whatever else is on the record was sent.
func holdsAll(t testing.TB, dir, key string, acked []*sent, posted map[string]bool) *lying {
	t.Helper()
	l, err := liesErased(t, dir)
	if err != nil {
		t.Errorf("%s: %v", dir, err)
		return nil
	}
	wrong := 0
	for _, c := range acked {
		err := l.holds(c)
		if err == nil && c.Receipt != nil && key != "" {
			err = proven(c.Receipt, key)
		}
		if err != nil {
			if wrong++; wrong <= 5 {
				t.Error(err)
			}
		}
	}
	if wrong > 5 {
		t.Errorf("… and %d more", wrong-5)
	}
	for text, refs := range l.byText {
		if text == "" { // erased
			continue
		}
		if len(refs) != 1 {
			t.Errorf("on the record as %v: %.60q", refs, text)
		}
		if posted != nil && !posted[text] {
			t.Errorf("nobody sent what %v says: %.60q", refs, text)
		}
	}
	return l
}
