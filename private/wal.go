package private

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// soundLog looks whether the write-ahead log beside a database ends too early. SQLite reads it up to the
// first frame whose checksum is wrong and drops the rest in silence: that is right for the last commit, which
// a crash may have torn, and it is a loss of what was acknowledged where whole commits stand behind. So a log
// with two commits or more from a broken frame on is ErrDamaged, and nothing is touched.
//
// The format is that of sqlite.org/fileformat2.html, section 4: a header of 32 bytes, and for each frame a
// header of 24 and a page. A checksum runs on from frame to frame; frames of an older round have other salts.
//
// The mark (see mark.go) says besides how far the log must be whole: it finds also what the log cannot show itself,
// a flipped bit in its last commit, a log that was cut off or is missing.
func soundLog(path string) error {
	m, _, err := readMark(path)
	if err != nil {
		return err
	}
	reached, err := scanLog(path, m)
	if err == nil && m.set && !reached {
		err = fmt.Errorf("%w: %s-wal does not hold all that was committed (if you put back another database on purpose, remove %s)", ErrDamaged, path, markOf(path))
	}
	return err
}

// scanLog reads a write-ahead log, and reports whether it is whole up to where the mark says.
func scanLog(path string, m mark) (reached bool, err error) {
	f, err := os.Open(path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	var head [logHead]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return false, ended(err)
	}
	var order binary.ByteOrder = binary.LittleEndian
	magic := binary.BigEndian.Uint32(head[:])
	if magic&1 == 1 {
		order = binary.BigEndian
	}
	size := binary.BigEndian.Uint32(head[8:])
	if magic&^1 != 0x377f0682 || size < 512 || size > 65536 {
		return false, nil // not a log, or one whose header was never written: SQLite makes a new one
	}
	sum := walSum(order, [2]uint32{}, head[:24])
	whole := sum == [2]uint32{binary.BigEndian.Uint32(head[24:]), binary.BigEndian.Uint32(head[28:])}
	frame := make([]byte, frameHead+size)
	broken, commits := 0, 0
	if !whole {
		broken = 1
	}
	for n := 1; ; n++ {
		if _, err := io.ReadFull(f, frame); err != nil {
			return reached, ended(err)
		}
		if string(frame[8:16]) != string(head[16:24]) {
			return reached, nil // of an older round
		}
		if broken == 0 {
			sum = walSum(order, walSum(order, sum, frame[:8]), frame[24:])
			if sum != [2]uint32{binary.BigEndian.Uint32(frame[16:]), binary.BigEndian.Uint32(frame[20:])} {
				broken = n
			}
		}
		end := logHead + int64(n)*int64(len(frame))
		reached = reached || broken == 0 && end == m.end && string(frame[8:24]) == string(m.salt[:])+string(m.sum[:])
		if broken > 0 && binary.BigEndian.Uint32(frame[4:]) > 0 {
			if commits++; commits > 1 {
				return reached, fmt.Errorf("%w: %s-wal is broken at frame %d, and whole commits stand behind it", ErrDamaged, path, broken)
			}
		}
	}
}

// ended is the error of reading, nil where it is only that there is no more.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// walSum goes on with the checksum of a log over some bytes, a multiple of eight.
func walSum(order binary.ByteOrder, s [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += order.Uint32(b) + s[1]
		s[1] += order.Uint32(b[4:]) + s[0]
	}
	return s
}
