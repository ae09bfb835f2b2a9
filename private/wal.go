package private

import (
	"errors"
	"fmt"

	"github.com/openplenary/plenary/internal/dbfile"
)

// soundLog looks whether the write-ahead log beside a database ends too early. SQLite reads it up to the
// first frame whose checksum is wrong and drops the rest in silence: that is right for the last commit, which
// a crash may have torn, and it is a loss of what was acknowledged where whole commits stand behind. So a log
// with two commits or more from a broken frame on is ErrDamaged, and nothing is touched.
//
// The mark (see mark.go) says besides how far the log must be whole: it finds also what the log cannot show itself,
// a flipped bit in its last commit, a log that was cut off or is missing.
func soundLog(path string) error {
	m, _, err := readMark(path)
	if err != nil {
		return err
	}
	reached, err := dbfile.ScanLog(path, m.end, m.salt, m.sum)
	if errors.Is(err, dbfile.ErrBroken) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err == nil && m.set && !reached {
		err = fmt.Errorf("%w: %s-wal does not hold all that was committed (if you put back another database on purpose, remove %s)", ErrDamaged, path, markOf(path))
	}
	return err
}
