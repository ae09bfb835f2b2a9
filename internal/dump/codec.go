package dump

import (
	"fmt"
	"reflect"
	"time"
	"unsafe"
)

// codec writes and reads values of one type.
type codec struct {
	size  uintptr
	plain bool // its bytes are all of it
	write func(*writer, unsafe.Pointer)
	read  func(*reader, unsafe.Pointer)
}

// codecs are those of the types that a type is made of. One that is still being made is there without its functions: types may hold
// themselves behind pointers, slices and maps.
type codecs map[reflect.Type]*codec

func (m codecs) of(t reflect.Type) (*codec, error) {
	if c, ok := m[t]; ok {
		return c, nil
	}
	c := &codec{size: t.Size()}
	m[t] = c
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr, reflect.Float32, reflect.Float64:
		c.asBytes()
		return c, nil
	case reflect.String:
		c.write, c.read = writeString, readString
		return c, nil
	case reflect.Func:
		c.write, c.read = writeFunc, readFunc
		return c, nil
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			c.write, c.read = writeTime, readTime
			return c, nil
		}
		return c, m.structOf(c, t)
	case reflect.Array:
		e, err := m.of(t.Elem())
		if err == nil {
			c.array(e, t.Len())
		}
		return c, err
	case reflect.Slice:
		e, err := m.of(t.Elem())
		if err == nil {
			c.slice(e, t)
		}
		return c, err
	case reflect.Pointer:
		e, err := m.of(t.Elem())
		if err == nil {
			c.pointer(e, t.Elem())
		}
		return c, err
	case reflect.Map:
		return c, m.mapOf(c, t)
	}
	return nil, fmt.Errorf("%w: a %s", ErrCannot, t)
}

// asBytes has a value written as it stands in memory.
func (c *codec) asBytes() {
	c.plain = true
	c.write = func(w *writer, p unsafe.Pointer) { w.bytes(p, c.size) }
	c.read = func(r *reader, p unsafe.Pointer) { r.bytes(p, c.size) }
}

func writeString(w *writer, p unsafe.Pointer) {
	s := *(*string)(p)
	w.number(uint64(len(s)))
	_, _ = w.WriteString(s)
}

func readString(r *reader, p unsafe.Pointer) {
	b := make([]byte, r.length())
	if len(b) > 0 {
		r.bytes(unsafe.Pointer(&b[0]), uintptr(len(b)))
	}
	*(*string)(p) = unsafe.String(unsafe.SliceData(b), len(b)) // nobody else has the bytes
}

// writeFunc notes whether there is one.
func writeFunc(w *writer, p unsafe.Pointer) {
	n := uint64(0)
	if *(*unsafe.Pointer)(p) != nil {
		n = 1
	}
	w.number(n)
}

func readFunc(r *reader, p unsafe.Pointer) {
	if there := r.number() == 1; r.err == nil && there != (*(*unsafe.Pointer)(p) != nil) {
		r.fail("a function is where none was, or the other way round")
	}
}

// writeTime writes an instant; the place on earth is none of it, as in internal/digest.
func writeTime(w *writer, p unsafe.Pointer) {
	t := *(*time.Time)(p)
	s, n := t.Unix(), int64(t.Nanosecond())
	w.bytes(unsafe.Pointer(&s), 8)
	w.bytes(unsafe.Pointer(&n), 8)
}

func readTime(r *reader, p unsafe.Pointer) {
	var s, n int64
	r.bytes(unsafe.Pointer(&s), 8)
	r.bytes(unsafe.Pointer(&n), 8)
	*(*time.Time)(p) = time.Unix(s, n).UTC()
}

// field is a field of a struct that is written.
type field struct {
	*codec
	offset uintptr
}

func (m codecs) structOf(c *codec, t reflect.Type) error {
	var fields []field
	plain := true
	for f := range t.Fields() {
		if f.Tag.Get("digest") == "-" {
			plain = false
			continue
		}
		fc, err := m.of(f.Type)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		plain = plain && fc.plain
		fields = append(fields, field{fc, f.Offset})
	}
	restores := reflect.PointerTo(t).Implements(reflect.TypeFor[Restorer]())
	if plain && !restores {
		c.asBytes()
		return nil
	}
	c.write = func(w *writer, p unsafe.Pointer) {
		for _, f := range fields {
			f.write(w, unsafe.Add(p, f.offset))
		}
	}
	c.read = func(r *reader, p unsafe.Pointer) {
		for _, f := range fields {
			f.read(r, unsafe.Add(p, f.offset))
		}
		if restores {
			r.after = append(r.after, reflect.NewAt(t, p).Interface().(Restorer).Restored)
		}
	}
	return nil
}

func (c *codec) array(e *codec, n int) {
	if e.plain {
		c.asBytes()
		return
	}
	c.write = func(w *writer, p unsafe.Pointer) {
		for i := range n {
			e.write(w, unsafe.Add(p, uintptr(i)*e.size))
		}
	}
	c.read = func(r *reader, p unsafe.Pointer) {
		for i := range n {
			e.read(r, unsafe.Add(p, uintptr(i)*e.size))
		}
	}
}

// slice writes a length, counted from 1 so that 0 is none, and the values. One whose values are plain is one run of bytes.
func (c *codec) slice(e *codec, t reflect.Type) {
	c.write = func(w *writer, p unsafe.Pointer) {
		v := reflect.NewAt(t, p).Elem()
		if v.IsNil() {
			w.number(0)
			return
		}
		n, first := uintptr(v.Len()), v.UnsafePointer()
		w.number(uint64(n) + 1)
		if e.plain {
			w.bytes(first, n*e.size)
			return
		}
		for i := range n {
			e.write(w, unsafe.Add(first, i*e.size))
		}
	}
	c.read = func(r *reader, p unsafe.Pointer) {
		v := reflect.NewAt(t, p).Elem()
		n := r.length()
		if n == 0 || r.err != nil {
			v.SetZero()
			return
		}
		v.Set(reflect.MakeSlice(t, n-1, n-1))
		first := v.UnsafePointer()
		if e.plain {
			r.bytes(first, uintptr(n-1)*e.size)
			return
		}
		for i := range uintptr(n - 1) {
			if e.read(r, unsafe.Add(first, i*e.size)); r.err != nil {
				return
			}
		}
	}
}

// pointer writes 0 for none, 1 and what is pointed to when that is met for the first time, else which of those it is, counted from 2.
func (c *codec) pointer(e *codec, t reflect.Type) {
	c.write = func(w *writer, p unsafe.Pointer) {
		to := target{*(*unsafe.Pointer)(p), t}
		if to.at == nil {
			w.number(0)
			return
		}
		if n, ok := w.seen[to]; ok {
			w.number(n + 2)
			return
		}
		w.seen[to] = uint64(len(w.seen))
		w.number(1)
		e.write(w, to.at)
	}
	c.read = func(r *reader, p unsafe.Pointer) {
		to := (*unsafe.Pointer)(p)
		switch n := r.number(); {
		case n == 0:
			*to = nil
		case n == 1:
			if *to == nil {
				*to = reflect.New(t).UnsafePointer()
			}
			r.seen = append(r.seen, target{*to, t})
			e.read(r, *to)
		case n-2 < uint64(len(r.seen)) && r.seen[n-2].of == t:
			*to = r.seen[n-2].at
		default:
			r.fail("a pointer to %s %d", t, n)
		}
	}
}

// mapOf writes a length, counted from 1 so that 0 is none, and the keys with their values, in no order.
func (m codecs) mapOf(c *codec, t reflect.Type) error {
	k, err := m.of(t.Key())
	if err != nil {
		return err
	}
	e, err := m.of(t.Elem())
	if err != nil {
		return err
	}
	c.write = func(w *writer, p unsafe.Pointer) {
		v := reflect.NewAt(t, p).Elem()
		if v.IsNil() {
			w.number(0)
			return
		}
		w.number(uint64(v.Len()) + 1)
		key, value := reflect.New(t.Key()), reflect.New(t.Elem())
		for it := v.MapRange(); it.Next(); {
			key.Elem().SetIterKey(it)
			value.Elem().SetIterValue(it)
			k.write(w, key.UnsafePointer())
			e.write(w, value.UnsafePointer())
		}
	}
	c.read = func(r *reader, p unsafe.Pointer) {
		v := reflect.NewAt(t, p).Elem()
		n := r.length()
		if n == 0 || r.err != nil {
			v.SetZero()
			return
		}
		v.Set(reflect.MakeMapWithSize(t, n-1))
		for range n - 1 {
			key, value := reflect.New(t.Key()), reflect.New(t.Elem())
			k.read(r, key.UnsafePointer())
			e.read(r, value.UnsafePointer())
			if r.err != nil {
				return
			}
			v.SetMapIndex(key.Elem(), value.Elem())
		}
	}
	return nil
}
