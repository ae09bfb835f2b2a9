package snapshot

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"io"
)

// frame is how many bytes are sealed together. All frames are full but the last, which is the only one that is not, and may be empty.
const frame = 1 << 16

// nonce numbers the frames: one in another place does not open.
func nonce(n uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 4, 12), n) }

// sealer seals what is written to it.
type sealer struct {
	to    io.Writer
	seal  cipher.AEAD
	n     uint64
	plain []byte
	out   []byte
}

func (s *sealer) Write(b []byte) (n int, err error) {
	for n < len(b) {
		k := min(len(b)-n, frame-len(s.plain))
		s.plain = append(s.plain, b[n:n+k]...)
		n += k
		if len(s.plain) == frame {
			if err := s.flush(); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// end writes the last frame.
func (s *sealer) end() error { return s.flush() }

func (s *sealer) flush() error {
	s.out = s.seal.Seal(s.out[:0], nonce(s.n), s.plain, nil)
	s.n++
	s.plain = s.plain[:0]
	_, err := s.to.Write(s.out)
	return err
}

// opener opens what a sealer sealed. Nothing is handed on that was changed, and no end that was none.
type opener struct {
	from   io.Reader
	seal   cipher.AEAD
	n      uint64
	sealed []byte // as long as a full frame is
	opened []byte // what the last frame held
	plain  []byte // what of it was not handed on yet
	last   bool
}

func (o *opener) Read(b []byte) (int, error) {
	for len(o.plain) == 0 {
		if o.last {
			return 0, io.EOF
		}
		k, err := io.ReadFull(o.from, o.sealed)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, errors.Join(io.ErrUnexpectedEOF, err) // the last frame is never full
		}
		o.last = k < len(o.sealed)
		if o.opened, err = o.seal.Open(o.opened[:0], nonce(o.n), o.sealed[:k], nil); err != nil {
			return 0, err
		}
		o.plain = o.opened
		o.n++
	}
	k := copy(b, o.plain)
	o.plain = o.plain[k:]
	return k, nil
}
