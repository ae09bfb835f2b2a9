// Package dump writes down everything that a value holds, fields that are not exported included, and makes the value again. It is for
// copies that may be thrown away at any time, and that only the program that wrote them reads: the bytes are those of this machine's memory,
// and what they mean is told by the types of the program alone. What has to be kept is written in a form of its own, see record.
//
// What a value holds is what internal/digest takes into its hash. A field that is marked `digest:"-"` is left out, and stands after reading as
// it stood in what is read into; a type that derives such fields from others does so again in a method Restored, see Restorer.
package dump

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"unsafe"
)

// Restorer is a type with fields that are left out: Restored derives them from the others. It is called on every struct that was read, on
// those inside of another before that other, when everything was read.
type Restorer interface{ Restored() }

// ErrCannot says that a value holds something that cannot be written down, such as a channel.
var ErrCannot = errors.New("dump: cannot be written down")

// ErrBroken says that what is read is not what Write wrote.
var ErrBroken = errors.New("dump: this program did not write it, or not all of it")

// Write writes down what a pointer points to. Where two pointers in it are one, they are one after reading. Functions are not written: a
// value that has one must have it in what Read reads into.
func Write[T any](to io.Writer, v *T) error {
	c, err := codecs{}.of(reflect.TypeFor[T]())
	if err != nil {
		return err
	}
	w := &writer{Writer: bufio.NewWriterSize(to, buffer), seen: map[target]uint64{}}
	c.write(w, unsafe.Pointer(v))
	return w.Flush()
}

// Read makes of what Write wrote what it was, in a value that is as a new one is. After an error that value is good for nothing.
func Read[T any](from io.Reader, v *T) error {
	c, err := codecs{}.of(reflect.TypeFor[T]())
	if err != nil {
		return err
	}
	r := &reader{Reader: bufio.NewReaderSize(from, buffer)}
	c.read(r, unsafe.Pointer(v))
	if r.err != nil {
		return r.err
	}
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows: %w", ErrBroken, err)
	}
	for _, restored := range r.after {
		restored()
	}
	return nil
}

const buffer = 1 << 16

// target is what a pointer points to: a struct and its first field are two things at one address.
type target struct {
	at unsafe.Pointer
	of reflect.Type
}

// writer writes; the first error is told by Flush.
type writer struct {
	*bufio.Writer
	seen map[target]uint64 // counted from 1, in the order in which they were met
	b    [binary.MaxVarintLen64]byte
}

func (w *writer) number(n uint64) { _, _ = w.Write(binary.AppendUvarint(w.b[:0], n)) }

func (w *writer) bytes(p unsafe.Pointer, n uintptr) { _, _ = w.Write(unsafe.Slice((*byte)(p), n)) }

// reader reads until its first error; after that everything is empty.
type reader struct {
	*bufio.Reader
	err   error
	seen  []target
	after []func()
}

func (r *reader) number() uint64 {
	if r.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(r)
	if err != nil {
		r.fail("%v", err)
	}
	return n
}

// length is a number of things; a number that cannot be is refused before anything is made of that many.
func (r *reader) length() int {
	n := r.number()
	if n > 1<<32 {
		r.fail("%d things", n)
		return 0
	}
	return int(n)
}

func (r *reader) bytes(p unsafe.Pointer, n uintptr) {
	if r.err != nil {
		return
	}
	if _, err := io.ReadFull(r, unsafe.Slice((*byte)(p), n)); err != nil {
		r.fail("%v", err)
	}
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: "+format, append([]any{ErrBroken}, args...)...)
	}
}
