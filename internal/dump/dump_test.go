package dump_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/dump"
	"pgregory.net/rapid"
)

// small is plain: it is written as it stands in memory.
type small struct {
	N    uint16
	Yes  bool
	Many [3]int64
}

// thing has everything that a state may hold.
type thing struct {
	Text     string
	At       time.Time
	Rows     []small
	Names    []string
	None     []string
	ByName   map[string][]small
	Numbers  map[int64]float32
	Missing  map[int]int
	Next     *thing
	Same     *thing
	Other    map[string]*small
	Pair     [2]string
	hidden   int8
	derived  int            `digest:"-"`
	double   func(int) int  //nolint:unused // is there, and is not written
	Derived2 map[string]int `digest:"-"`
	inner    inner
}

// inner derives a field.
type inner struct {
	N      int
	square int `digest:"-"`
}

// Restored derives the square.
func (i *inner) Restored() { i.square = i.N * i.N }

// Restored adds up what is derived inside.
func (t *thing) Restored() { t.derived = t.inner.square + len(t.Text) }

func (t *thing) same(o *thing) bool {
	a, b := *t, *o
	a.double, b.double = nil, nil
	a.Next, b.Next, a.Same, b.Same = nil, nil, nil, nil
	return reflect.DeepEqual(a, b)
}

// TestRoundTrip: what is read is what was written, with what it derives; pointers that were one are one.
func TestRoundTrip(t *testing.T) {
	double := func(n int) int { return 2 * n }
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOf(rapid.Custom(func(t *rapid.T) small {
			return small{rapid.Uint16().Draw(t, "n"), rapid.Bool().Draw(t, "yes"), [3]int64{rapid.Int64().Draw(t, "many")}}
		}))
		v := &thing{Text: rapid.String().Draw(t, "text"), At: time.Unix(rapid.Int64Range(-1e9, 1e10).Draw(t, "at"), 17).UTC(), Rows: rows.Draw(t, "rows"), Names: rapid.SliceOf(rapid.String()).Draw(t, "names"),
			ByName: rapid.MapOf(rapid.String(), rows).Draw(t, "by name"), Numbers: rapid.MapOf(rapid.Int64(), rapid.Float32Range(0, 1)).Draw(t, "numbers"), Pair: [2]string{"a", rapid.String().Draw(t, "pair")},
			hidden: rapid.Int8().Draw(t, "hidden"), double: double, inner: inner{N: rapid.IntRange(0, 99).Draw(t, "inner")}}
		one := &small{N: 7}
		v.Other = map[string]*small{"a": one, "b": one, "c": {N: 7}, "none": nil}
		v.Next = &thing{Text: "next", inner: inner{N: 2}}
		v.Same, v.Next.Next = v.Next, v.Next // it leads to itself
		v.Next.Restored()
		v.inner.Restored()
		v.Restored()
		var b bytes.Buffer
		if err := dump.Write(&b, v); err != nil {
			t.Fatal(err)
		}
		written := b.Bytes()
		got := &thing{double: double}
		if err := dump.Read(bytes.NewReader(written), got); err != nil {
			t.Fatal(err)
		}
		if !got.same(v) || got.double(4) != 8 || got.Next != got.Same || got.Next.Next != got.Next || got.Next.Text != "next" {
			t.Fatalf("%+v\nwas %+v", got, v)
		}
		if got.Other["a"] != got.Other["b"] || got.Other["a"] == got.Other["c"] || got.Other["none"] != nil {
			t.Error("pointers that were one are two, or the other way round")
		}
		// Not all of it, or something behind it, is never taken for it.
		cut := rapid.IntRange(0, len(written)-1).Draw(t, "cut")
		if err := dump.Read(bytes.NewReader(written[:cut]), &thing{double: double}); !errors.Is(err, dump.ErrBroken) {
			t.Errorf("%d of %d bytes: %v", cut, len(written), err)
		}
		if err := dump.Read(io.MultiReader(bytes.NewReader(written), bytes.NewReader([]byte{0})), &thing{double: double}); !errors.Is(err, dump.ErrBroken) {
			t.Errorf("one byte more: %v", err)
		}
	})
}

// TestNilAndEmpty: a slice or a map that is empty is not one that is not there.
func TestNilAndEmpty(t *testing.T) {
	v := thing{Names: []string{}, Numbers: map[int64]float32{}}
	var b bytes.Buffer
	if err := dump.Write(&b, &v); err != nil {
		t.Fatal(err)
	}
	got := thing{None: []string{"of another"}, Missing: map[int]int{1: 1}, Next: &thing{}}
	if err := dump.Read(&b, &got); err != nil {
		t.Fatal(err)
	}
	if got.Names == nil || got.Numbers == nil || got.None != nil || got.Missing != nil || got.Next != nil {
		t.Errorf("%+v", got)
	}
}

// TestLeftOut: what is marked as left out stands as it stood.
func TestLeftOut(t *testing.T) {
	v := thing{Derived2: map[string]int{"a": 1}}
	var b bytes.Buffer
	if err := dump.Write(&b, &v); err != nil {
		t.Fatal(err)
	}
	got := thing{Derived2: map[string]int{"mine": 2}}
	if err := dump.Read(&b, &got); err != nil || got.Derived2["mine"] != 2 || len(got.Derived2) != 1 {
		t.Error(got.Derived2, err)
	}
}

// TestCannot: what cannot be written down is said to be so, and so is a function that nobody has at reading.
func TestCannot(t *testing.T) {
	for name, err := range map[string]error{
		"a channel":    dump.Write(io.Discard, &struct{ C chan int }{}),
		"an interface": dump.Write(io.Discard, &struct{ In []map[string]any }{}),
		"in a pointer": dump.Read(bytes.NewReader(nil), &struct{ P *struct{ C chan int } }{}),
	} {
		if !errors.Is(err, dump.ErrCannot) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v := thing{double: func(n int) int { return n }}
	var b bytes.Buffer
	if err := dump.Write(&b, &v); err != nil {
		t.Fatal(err)
	}
	if err := dump.Read(&b, &thing{}); !errors.Is(err, dump.ErrBroken) {
		t.Error("a function that is not there:", err)
	}
}
