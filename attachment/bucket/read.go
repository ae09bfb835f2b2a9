package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/minio/minio-go/v7"
)

// piece is how many bytes are asked for at once.
const piece = 1 << 20

// Reader reads what is under a name, a piece at a time; it remembers the last piece. It is for one goroutine.
type Reader struct {
	ctx  context.Context
	b    *Bucket
	name string
	size int64
	at   int64 // which piece it has, -1 for none
	has  []byte
}

// Get reads the first piece of what is under a name: fs.ErrNotExist where there is nothing. The context is that of all reading.
func (b *Bucket) Get(ctx context.Context, name string) (*Reader, error) {
	r := &Reader{ctx: ctx, b: b, name: name, size: -1}
	return r, r.fetch(0)
}

// Size is how many bytes there are.
func (r *Reader) Size() int64 { return r.size }

// ReadAt reads from a place.
func (r *Reader) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= r.size {
			return n, io.EOF
		}
		if at := off / piece; at != r.at {
			if err := r.fetch(at); err != nil {
				return n, err
			}
		}
		k := copy(p[n:], r.has[off%piece:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}

// Close ends the reading.
func (r *Reader) Close() error { return nil }

// fetch asks for a piece, once more where it broke off on its way.
func (r *Reader) fetch(at int64) error {
	r.at = -1
	size, err := r.once(at)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		size, err = r.once(at)
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %s comes broken off: %w", ErrAway, r.name, err)
	case err != nil:
		return err
	case r.size >= 0 && size != r.size:
		return fmt.Errorf("%w: %s has %d bytes, and had %d when its reading began", ErrRefused, r.name, size, r.size)
	}
	r.at, r.size = at, size
	return nil
}

func (r *Reader) once(at int64) (size int64, err error) {
	ctx, end := context.WithTimeout(r.ctx, shortly)
	defer end()
	from := at * piece
	var o minio.GetObjectOptions
	if err := o.SetRange(from, from+piece-1); err != nil {
		return 0, err
	}
	body, _, h, err := r.b.store.GetObject(ctx, r.b.name, r.b.prefix+r.name, o)
	var refused minio.ErrorResponse
	if errors.As(err, &refused) && refused.Code == "InvalidRange" { // it is empty, or shorter than it was
		r.has = nil
		return from, nil
	}
	if err := r.b.said(r.ctx, "read from", err); err != nil {
		return 0, err
	}
	defer body.Close()
	if size, err = total(h.Get("Content-Range"), h.Get("Content-Length"), from); err != nil {
		return 0, fmt.Errorf("%w: %s: %w", ErrRefused, r.name, err)
	}
	length := min(piece, size-from)
	if int64(cap(r.has)) < length {
		r.has = make([]byte, length)
	}
	r.has = r.has[:length]
	if _, err = io.ReadFull(body, r.has); err != nil && r.ctx.Err() == nil { // however it broke off
		err = errors.Join(io.ErrUnexpectedEOF, err)
	}
	return size, err
}

// total is how many bytes there are in all, as an answer with a part of them says.
func total(part, length string, from int64) (int64, error) {
	if part == "" && from == 0 { // the whole of it, however much was asked for
		return strconv.ParseInt(length, 10, 64)
	}
	given, all, _ := strings.Cut(strings.TrimPrefix(part, "bytes "), "/")
	begins, _, _ := strings.Cut(given, "-")
	if n, err := strconv.ParseInt(begins, 10, 64); err != nil || n != from {
		return 0, fmt.Errorf("it was asked for what begins at %d and answered with %q", from, part)
	}
	size, err := strconv.ParseInt(all, 10, 64)
	if err == nil && size <= from {
		err = fmt.Errorf("it answered with %q", part)
	}
	return size, err
}
