package browser

import (
	"path/filepath"
	"testing"

	"github.com/openplenary/plenary/locale"
)

// How long a page may be on a phone that is 360 pixels wide, in pixels: what a thumb goes through.
const (
	longFirst = 5_500 // the first page of a conversation
	long      = 12_000
)

// TestLengths measures pages on a phone, in every language, of a demonstration that no other test has announced anything in.
// Those that go on are followed to their end.
func TestLengths(t *testing.T) {
	own, stop, err := startDemo(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	v := visitor(t)
	v.host = own
	v.size(360, 740)
	for _, l := range locale.All {
		for path, most := range map[string]int{house: longFirst, "/c/cameras": longFirst, house + "/contributions": long, house + "/p1": long, house + "/p2": long,
			house + "/p1.e2/redline": long, house + "/p1.e2/redline?all=yes": long, house + "/p1/responses": long, house + "/p2/responses": long, "/c/cameras/p1/responses": long} {
			next := "/" + string(l) + path
			for n := 1; next != "" && n < 40; n++ {
				v.open(next)
				if high := eval[int](v, `document.documentElement.scrollHeight`); high > most {
					t.Errorf("%s, page %d, is %d pixels long, and %d is the most", next, n, high, most)
				} else if n == 1 {
					t.Logf("%s: %d", next, high)
				}
				next = ""
				if path != house+"/contributions" { // a list of many pages that are made alike
					next = eval[string](v, `(a => a ? a.pathname + a.search : "")(document.querySelector("main a[rel=next]"))`)
				}
			}
		}
	}
}
