package fault

import (
	"testing"

	"github.com/openplenary/plenary/internal/fault/kept"
)

// sent is a contribution as a client sends it, and what came back.
type sent = kept.Sent

// holdsAll checks all acknowledged contributions; and that whatever else is on the record was sent.
func holdsAll(t testing.TB, dir, key string, acked []*sent, posted map[string]bool) *kept.Record {
	t.Helper()
	l, err := kept.Read(dir, true)
	if err != nil {
		t.Errorf("%s: %v", dir, err)
		return nil
	}
	wrong := 0
	for _, c := range acked {
		err := l.Holds(*c)
		if err == nil && c.Receipt != nil && key != "" {
			err = kept.Proven(c.Receipt, key)
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
	for text, refs := range l.ByText {
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
