package cow

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// all lists the values of a slice.
func all(s *Slice[int]) []int {
	var out []int
	s.Pieces(func(first int, values []int) bool {
		if first != len(out) {
			panic("a piece in the wrong place")
		}
		out = append(out, values...)
		return true
	})
	return out
}

// TestSlice changes a slice and a plain one alike. Snapshots stay as they were.
func TestSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Slice[int]
		var plain []int
		type taken struct {
			at   Slice[int]
			want []int
		}
		var snapshots []taken
		for n := range rapid.IntRange(0, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				for range rapid.SampledFrom([]int{1, 5, piece}).Draw(t, "many") {
					s.Append(n)
					plain = append(plain, n)
				}
			case 1, 2:
				if len(plain) > 0 {
					i := rapid.IntRange(0, len(plain)-1).Draw(t, "edit")
					*s.Edit(i) = -n
					plain[i] = -n
				}
			case 3:
				snapshots = append(snapshots, taken{s.Snapshot(), slices.Clone(plain)})
			}
		}
		for _, x := range append(snapshots, taken{s, plain}) {
			if !slices.Equal(all(&x.at), x.want) || x.at.Len() != len(x.want) {
				t.Fatalf("%v, want %v", all(&x.at), x.want)
			}
			for i, v := range x.want {
				if *x.at.At(i) != v {
					t.Fatalf("value %d is %d, want %d", i, *x.at.At(i), v)
				}
			}
		}
	})
}

// TestMap is the same for maps.
func TestMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMap[uint32, int](HashInt)
		plain := map[uint32]int{}
		type taken struct {
			at   Map[uint32, int]
			want map[uint32]int
		}
		var snapshots []taken
		for n := range rapid.IntRange(0, 40).Draw(t, "steps") {
			if rapid.IntRange(0, 3).Draw(t, "step") == 0 {
				snapshots = append(snapshots, taken{m.Snapshot(), maps.Clone(plain)})
				continue
			}
			from := rapid.Uint32Range(0, 800).Draw(t, "from")
			for k := from; k < from+rapid.SampledFrom([]uint32{1, 1, 200}).Draw(t, "many"); k++ {
				m.Set(k, n)
				plain[k] = n
			}
		}
		for _, x := range append(snapshots, taken{m, plain}) {
			if got := maps.Collect(x.at.All()); !maps.Equal(got, x.want) || x.at.Len() != len(x.want) {
				t.Fatalf("%v, want %v", got, x.want)
			}
			for k := range uint32(1001) {
				want, there := x.want[k]
				if v, ok := x.at.Find(k); v != want || ok != there || x.at.Get(k) != want {
					t.Fatalf("%d is %d %v, want %d %v", k, v, ok, want, there)
				}
			}
		}
	})
}

// TestIndex finds what has a number among what was added before a snapshot.
func TestIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x Index
		var numbers []uint64
		var snapshots []Index
		var lengths []int
		for range rapid.IntRange(0, 400).Draw(t, "things") {
			n := rapid.Uint64Range(0, 50).Draw(t, "number")
			x.Add(n, func(i int) uint64 { return numbers[i] })
			numbers = append(numbers, n)
			if rapid.IntRange(0, 20).Draw(t, "look") == 0 {
				snapshots, lengths = append(snapshots, x.Snapshot()), append(lengths, len(numbers))
			}
		}
		for i, s := range append(snapshots, x) {
			known := numbers
			if i < len(lengths) {
				known = numbers[:lengths[i]]
			}
			for n := range uint64(52) {
				var got, want []int
				s.Each(n, func(thing int) {
					if known[thing] == n {
						got = append(got, thing)
					}
				})
				for thing, v := range slices.Backward(known) {
					if v == n {
						want = append(want, thing)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%d: %v, want %v", n, got, want)
				}
			}
		}
	})
}

// TestFrozen: a snapshot cannot be changed by mistake.
func TestFrozen(t *testing.T) {
	var s Slice[int]
	s.Append(1)
	snapshot := s.Snapshot()
	m := NewMap[string, int](HashString)
	frozen := m.Snapshot()
	for name, change := range map[string]func(){"append": func() { snapshot.Append(2) }, "edit": func() { snapshot.Edit(0) }, "set": func() { frozen.Set("a", 1) }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s changes a snapshot", name)
				}
			}()
			change()
		}()
	}
}
