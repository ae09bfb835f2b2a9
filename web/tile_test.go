package web

import "testing"

// TestParseTile: a tile has one address, and what is spelled otherwise is none: <level>/<number>, the number in groups of three
// digits of which all but the last begin with x, and .p/<width> for one that is not full.
func TestParseTile(t *testing.T) {
	t.Parallel()
	type tile struct {
		level int
		n     int64
		width int
	}
	for path, want := range map[string]tile{
		"0/000": {0, 0, 256}, "7/001": {7, 1, 256}, "0/999": {0, 999, 256}, "1/x001/000": {1, 1000, 256}, "0/x001/x234/067": {0, 1234067, 256}, "0/x001/x000/x000/x000/000": {0, 1e12, 256},
		"0/000.p/1": {0, 0, 1}, "0/000.p/255": {0, 0, 255}, "2/x012/345.p/17": {2, 12345, 17},
	} {
		if level, n, width, ok := parseTile(path); !ok || (tile{level, n, width}) != want {
			t.Errorf("%s: %d %d %d %v", path, level, n, width, ok)
		}
	}
	for _, path := range []string{"", "0", "000", "0/", "/000", "0/00", "0/0000", "0/0a0", "0/-01", "0/x00", "0/x000", "8/000", "-1/000", "00/000", "+1/000", "a/000", "0/001/000", "0/x000/001", "0/x000/x001/000", "0/x01/000", "0/x0001/000",
		"0/x001/x000/x000/x000/x000/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/-1", "0/000.p/", "0/000.p/a", "0/000.p/1.p/1", "0/000/", "0/000p/1", "0/x001/x00a/000"} {
		if level, n, width, ok := parseTile(path); ok {
			t.Errorf("%q is tile %d of level %d, %d wide", path, n, level, width)
		}
	}
}
