package cite_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"pgregory.net/rapid"
)

func TestParseRef(t *testing.T) {
	good := []string{"p3", "p3.e2", "p3.x17", "p3.e2.x17", "p3.e2.x17.fr", "p3.e2.x17.fr[10:40]", "k2", "q1", "o1", "o12.t3", "c418", "c418.2",
		"c418.2[0:188]", "c418.f1", "y0000000000001", "ufzzzzzzzzzzzz"}
	for _, s := range good {
		if r, err := cite.ParseRef(s); err != nil || string(r) != s {
			t.Errorf("ParseRef(%q) = %q, %v", s, r, err)
		}
	}
	bad := []string{"", "p", "p0", "p03", "z1", "p3.", "p3.e", "p3..x1", "p3.x17.e2", "p3.x1.fr", "p3.e2.x17.FR", "c418[1:2]", "c1.2[2:1]",
		"c1.2[1:1]", "c1.2[01:2]", "c1.2[1:2", "c1.2[1:2]x", "c1.f", "c1.", "c1.[0:1]", "[10:20]", ".x1", "p.", "c.1", "c1.f1[1:2]", "k1.1", "y123", "yg000000000000", "c-1", "o0", "o1.", "o1.t", "o1.t0", "o1.2", "o1.x2", "o1.t2.t3", "o1.t2[1:2]", "p1.t2", "c1.2[1:99999999999]", "c9999999999999", "C1", "c1 "}
	for _, s := range bad {
		if r, err := cite.ParseRef(s); err == nil {
			t.Errorf("ParseRef(%q) = %q, want an error", s, r)
		}
	}
	r := cite.Ref("p3.e2.x17.fr[10:40]")
	if r.Element() != "p3.x17" || r.Edition() != "p3.e2" || r.Root() != "p3" || cite.Ref("c418.2[1:2]").PartNumber() != 2 || r.Kind() != 'p' {
		t.Error("the segments of a reference are read wrongly")
	}
	if o := cite.Theme(cite.Order(12), 3); o != "o12.t3" || o.ThemeNumber() != 3 || o.Root() != "o12" || o.Number() != 12 || cite.Order(12).ThemeNumber() != 0 {
		t.Error("the theme of an order is read wrongly", o)
	}
	for s, want := range map[cite.Ref][2]cite.Ref{"p3.e1.x1": {"p3.x1", "p3.e1"}, "p3.x1": {"p3.x1", ""}, "p3.e2": {"", "p3.e2"}, "p3": {"", ""}, "p3.e2.x17.fr": {"p3.x17", "p3.e2"}, "c1.1": {"", ""}, "": {"", ""}} {
		if s.Element() != want[0] || s.Edition() != want[1] {
			t.Errorf("%q: the element is %q, the edition %q", s, s.Element(), s.Edition())
		}
	}
	if cite.Ref("p3.x17").ID() != "p3-x17" {
		t.Error("HTML id")
	}
	if s, ok := r.Span(); !ok || s != (cite.Span{From: 10, To: 40}) {
		t.Error("span", s)
	}
}

func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64().Draw(t, "n")
		got, err := cite.ParseNumber(cite.FormatNumber(n))
		if err != nil || got != n {
			t.Fatalf("%d -> %s -> %d, %v", n, cite.FormatNumber(n), got, err)
		}
	})
}

func TestSymbol(t *testing.T) {
	a, err := cite.ParseSymbol("WIPO/IP/AI/2/GE/20/1 REV.")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := cite.ParseSymbol("wipo/ip/ai/2/ge/20/1 Rev")
	if a.Key() != b.Key() {
		t.Error("one label, two keys", a.Key(), b.Key())
	}
	for _, s := range []string{"", " A", "A\nB", "A<b>", "Ä"} {
		if _, err := cite.ParseSymbol(s); err == nil {
			t.Errorf("%q accepted", s)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	f.Add("p3.e2.x17.fr[10:40]")
	f.Add("c418.2[120:188]")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := cite.ParseRef(s)
		if err != nil {
			return
		}
		// Whatever is accepted can be taken apart without a panic and is its own canonical form.
		_, _, _, _, _ = r.Element(), r.Edition(), r.PartNumber(), r.FileNumber(), r.Number()
		_, _ = r.Span()
		if string(r) != s {
			t.Fatalf("%q accepted as %q", s, r)
		}
	})
}
