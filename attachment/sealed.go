package attachment

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A stored file is a run of chunks, each sealed with AES-256-GCM under the file's own key: 64 KiB of
// the document (the last one may be shorter, never empty) and a tag of 16 bytes. The nonce is the
// number of the chunk and whether it is the last; the id of the file is authenticated too. So no chunk
// can be changed, moved, dropped, or put into another file without being noticed.
const (
	chunkSize = 64 << 10
	tagSize   = 16
	keySize   = 32
)

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func nonce(chunk int64, last bool) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n, uint64(chunk))
	if last {
		n[11] = 1
	}
	return n
}

// sealedSize is how long a stored file is that holds a document of a size.
func sealedSize(size int64) int64 { return size + (size+chunkSize-1)/chunkSize*tagSize }

// sealed reads a stored file. Reading is of whole, verified chunks; one goroutine at a time.
type sealed struct {
	file  stored
	aead  cipher.AEAD
	id    string
	size  int64
	pos   int64
	at    int64 // number of the chunk in plain, -1 for none
	plain []byte
	raw   []byte
}

// openSealed opens a stored file whose document has a size.
func openSealed(f stored, key []byte, id string, size int64) (*sealed, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	return &sealed{file: f, aead: aead, id: id, size: size, at: -1, raw: make([]byte, chunkSize+tagSize)}, nil
}

func (s *sealed) chunk(n int64) ([]byte, error) {
	if n == s.at {
		return s.plain, nil
	}
	length := min(chunkSize, s.size-n*chunkSize)
	last := (n+1)*chunkSize >= s.size
	raw := s.raw[:length+tagSize]
	if _, err := s.file.ReadAt(raw, n*(chunkSize+tagSize)); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: %s is too short", ErrDamaged, s.id)
		}
		return nil, err
	}
	s.at = -1
	plain, err := s.aead.Open(s.plain[:0], nonce(n, last), raw, []byte(s.id))
	if err != nil {
		return nil, fmt.Errorf("%w: chunk %d of %s", ErrDamaged, n, s.id)
	}
	s.at, s.plain = n, plain
	return plain, nil
}

// ReadAt reads from a place of the document.
func (s *sealed) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= s.size {
			return n, io.EOF
		}
		plain, err := s.chunk(off / chunkSize)
		if err != nil {
			return n, err
		}
		k := copy(p[n:], plain[off%chunkSize:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}

// Read reads on.
func (s *sealed) Read(p []byte) (int, error) {
	if s.pos >= s.size {
		return 0, io.EOF
	}
	plain, err := s.chunk(s.pos / chunkSize)
	if err != nil {
		return 0, err
	}
	n := copy(p, plain[s.pos%chunkSize:])
	s.pos += int64(n)
	return n, nil
}

// Seek moves to a place of the document.
func (s *sealed) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.pos
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return 0, errors.New("attachment: seek before the beginning")
	}
	s.pos = offset
	return offset, nil
}

// Close closes the stored file.
func (s *sealed) Close() error { return s.file.Close() }
