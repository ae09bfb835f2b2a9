package dbfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrBroken says that commits stand behind a broken frame of a write-ahead log.
var ErrBroken = errors.New("the write-ahead log is broken")

// Sizes of the parts of a log, in bytes.
const (
	LogHead   = 32
	FrameHead = 24
)

// Logged reports whether there is a write-ahead log beside the database at path. Where there is none nobody has the
// database open for writing, and the file alone is the whole.
func Logged(path string) bool {
	_, err := os.Stat(path + "-wal")
	return !errors.Is(err, os.ErrNotExist)
}

// Journal reports whether the database at path says that it has a write-ahead log, or is none yet: bytes 18 and 19 of
// its header are 2 then.
func Journal(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true // whoever opens it says so
	}
	defer f.Close()
	var head [20]byte
	_, err = f.ReadAt(head[:], 0)
	return err != nil || head[18] == 2 && head[19] == 2
}

// ScanLog reads the write-ahead log of the database at path and changes nothing. ErrBroken says that whole commits stand
// behind a broken frame: SQLite drops them in silence when it opens the database. One commit there may be the last one,
// which a crash may have torn, and is no error. It reports whether the log is whole up to a frame that ends at
// end and carries a salt and a sum; end is 0 where nobody asks.
//
// The format is that of sqlite.org/fileformat2.html, section 4: a header of 32 bytes, and for each frame a header of
// 24 and a page. A checksum runs on from frame to frame; frames of an older round have other salts.
func ScanLog(path string, end int64, salt, check [8]byte) (reached bool, err error) {
	f, err := os.Open(path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	var head [LogHead]byte
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
	frame := make([]byte, FrameHead+size)
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
		here := LogHead + int64(n)*int64(len(frame))
		reached = reached || broken == 0 && here == end && string(frame[8:24]) == string(salt[:])+string(check[:])
		if broken > 0 && binary.BigEndian.Uint32(frame[4:]) > 0 {
			if commits++; commits > 1 {
				return reached, fmt.Errorf("%w: %s-wal at frame %d, and whole commits stand behind it", ErrBroken, path, broken)
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
