package bucket

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/minio/minio-go/v7"
)

// marked is the name under which a bucket says whose it is.
const marked = "plenary"

// Mark says whose the bucket is: what Claim was told, "" where it is nobody's.
func (b *Bucket) Mark(ctx context.Context) (string, error) {
	r, err := b.Get(ctx, marked)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.NewSectionReader(r, 0, min(r.Size(), 200)))
	return strings.TrimSpace(string(text)), err
}

// Claim takes a bucket that is nobody's, and says whose it is then: somebody else's where they were faster.
func (b *Bucket) Claim(ctx context.Context, mark string) (string, error) {
	if of, err := b.Mark(ctx); of != "" || err != nil {
		return of, err
	}
	text := []byte(mark + "\n")
	var o minio.PutObjectOptions
	o.SetMatchETagExcept("*")
	err := b.put(ctx, marked, bytes.NewReader(text), int64(len(text)), o)
	switch r := (minio.ErrorResponse{}); {
	case errors.As(err, &r) && r.Code == "NotImplemented": // it knows no condition
		err = b.Put(ctx, marked, bytes.NewReader(text), int64(len(text)))
	case errors.As(err, &r) && (r.Code == minio.PreconditionFailed || r.Code == "ConditionalRequestConflict"):
		err = nil
	}
	if err != nil {
		return "", err
	}
	return b.Mark(ctx)
}

// Release has the bucket be nobody's. What is in it stays.
func (b *Bucket) Release(ctx context.Context) error { return b.Remove(ctx, marked) }

// Try writes something small, reads it, lists it and removes it, and says which of them cannot be done.
func (b *Bucket) Try(ctx context.Context) error {
	name := "try-" + rand.Text()
	text := []byte("Plenary looks whether files can be kept here: " + name + "\n")
	if err := b.Put(ctx, name, bytes.NewReader(text), int64(len(text))); err != nil {
		return err
	}
	r, err := b.Get(ctx, name)
	if err == nil {
		has := make([]byte, len(text))
		if _, err = r.ReadAt(has, 0); err == nil && !bytes.Equal(has, text) {
			err = fmt.Errorf("%w: it gives back something else than it was given", ErrRefused)
		}
	}
	if err == nil {
		var all []Listed
		if all, err = b.List(ctx, name); err == nil && len(all) != 1 {
			err = fmt.Errorf("%w: it does not list what it was given", ErrRefused)
		}
	}
	return errors.Join(err, b.Remove(ctx, name))
}
