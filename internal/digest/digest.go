// Package digest hashes a value with everything that it holds. Two states of a conversation that were made in two ways, as it
// happened and out of the record, have the same digest or are not the same.
package digest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"reflect"
	"slices"
	"time"
)

// Of is the SHA-256, in hexadecimal, of everything that a value holds, fields that are not exported included. A field that
// is marked `digest:"-"` is left out. It panics where there is something whose content cannot be told, such as a function.
func Of(v any) string {
	h := sha256.New()
	add(h, reflect.ValueOf(v))
	return hex.EncodeToString(h.Sum(nil))
}

func add(h hash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		n := uint64(0)
		if v.Bool() {
			n = 1
		}
		number(h, n)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number(h, uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		number(h, v.Uint())
	case reflect.Float32, reflect.Float64:
		number(h, math.Float64bits(v.Float()))
	case reflect.String:
		number(h, uint64(v.Len()))
		h.Write([]byte(v.String()))
	case reflect.Slice, reflect.Array:
		number(h, uint64(v.Len()))
		for i := range v.Len() {
			add(h, v.Index(i))
		}
	case reflect.Map:
		addMap(h, v)
	case reflect.Pointer:
		if v.IsNil() {
			number(h, 0)
			return
		}
		add(h, v.Elem())
	case reflect.Struct:
		addStruct(h, v)
	default:
		panic(fmt.Sprintf("digest: a %s has no digest", v.Type()))
	}
}

func number(h hash.Hash, n uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	h.Write(b[:])
}

// addMap takes the entries in the order of the bytes of their keys.
func addMap(h hash.Hash, v reflect.Value) {
	type entry struct{ key, value []byte }
	entries := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		k, e := sha256.New(), sha256.New()
		add(k, it.Key())
		add(e, it.Value())
		entries = append(entries, entry{k.Sum(nil), e.Sum(nil)})
	}
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare(a.key, b.key) })
	number(h, uint64(len(entries)))
	for _, e := range entries {
		h.Write(e.key)
		h.Write(e.value)
	}
}

func addStruct(h hash.Hash, v reflect.Value) {
	t := v.Type()
	if t == reflect.TypeFor[time.Time]() {
		number(h, v.Field(0).Uint()) // seconds and nanoseconds; the place on earth is none of it
		number(h, uint64(v.Field(1).Int()))
		return
	}
	for i := range v.NumField() {
		if t.Field(i).Tag.Get("digest") != "-" {
			add(h, v.Field(i))
		}
	}
}
