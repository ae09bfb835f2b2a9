package locale

import "testing"

func TestLikeness(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"", "", 0}, {"a b", "c d", 0}, {"A ferry returns.", "a FERRY, returns", 1}, {"a a b", "a b b", 2.0 / 3}, {"机器生成", "机器", 2.0 / 3}, {"هل يحمي؟", "هل يحمي", 1},
	} {
		if got := BagOf(c.a).Likeness(BagOf(c.b)); got < c.want-1e-9 || got > c.want+1e-9 {
			t.Errorf("%q and %q: %v, want %v", c.a, c.b, got, c.want)
		}
		if BagOf(c.a).Likeness(BagOf(c.b)) != BagOf(c.b).Likeness(BagOf(c.a)) {
			t.Errorf("%q and %q: not the same both ways", c.a, c.b)
		}
	}
}
