package scan_test

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/internal/scan"
)

func TestScanner(t *testing.T) {
	q := scan.New([]byte(`{"name":"Ana","n":12,"big":18446744073709551615,"at":"2020-07-07T12:00:00Z"}`))
	q.Must(`{"name":`)
	name := q.Text()
	if q.May(`,"other":`) {
		t.Error("something is there that is not")
	}
	q.Must(`,"n":`)
	n := q.Int()
	q.Must(`,"big":`)
	big := q.Number()
	q.Must(`,"at":`)
	at := q.Time()
	if q.Done() {
		t.Error("done before the end")
	}
	q.Must(`}`)
	if !q.Done() || name != "Ana" || n != 12 || big != 1<<64-1 || !at.Equal(time.Date(2020, 7, 7, 12, 0, 0, 0, time.UTC)) {
		t.Error(q.OK(), name, n, big, at)
	}
}

// TestOtherwise: what is spelled otherwise is not read.
func TestOtherwise(t *testing.T) {
	for text, read := range map[string]func(*scan.Scanner){
		`"é"`: text, `"a\n"`: text, "\"a\nb\"": text, `"a`: text, `a`: text, `007`: number, `-1`: number, `18446744073709551616`: number, ``: number,
		`9223372036854775808`: func(q *scan.Scanner) { q.Int() }, `"2020-07-07T12:00:00+02:00"`: instant, `"7 July"`: instant,
	} {
		q := scan.New([]byte(text))
		if read(q); q.OK() {
			t.Errorf("%s was read", text)
		}
	}
}

func text(q *scan.Scanner)    { q.Text() }
func number(q *scan.Scanner)  { q.Number() }
func instant(q *scan.Scanner) { q.Time() }
