package record

import "testing"

// TestClone: what is written to a copy of an engine, or changed in it, is not in the other.
func TestClone(t *testing.T) {
	t.Parallel()
	var id ID
	m := NewMemory()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(m.Create(Meta{ID: id}))
	ok(m.commit(&Batch{Record: id, Head: 1, Rows: []Row{{Position: 1, Text: []byte("a")}}}))
	c := m.Clone()
	if head, _, err := c.Watch(id); err != nil || head != 1 {
		t.Errorf("the copy begins at %d: %v", head, err)
	}
	ok(c.commit(&Batch{Record: id, Before: 1, Head: 2, Rows: []Row{{Position: 2}}}))
	c.Tamper(id, 1, func(r *Row) { r.Text[0] = 'x' })
	head, err := m.Head(id)
	ok(err)
	rows, err := m.rows(id, 1, 1)
	ok(err)
	if head != 1 || string(rows[0].Text) != "a" {
		t.Errorf("the first is at %d and says %q", head, rows[0].Text)
	}
}
