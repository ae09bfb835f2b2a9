// Package scan reads JSON of which the exact spelling is known, many times as fast as JSON is read that may be spelled in any
// way. What is spelled otherwise is not read wrongly: it is not read at all.
package scan

import (
	"strconv"
	"strings"
	"time"
)

// Scanner reads a text from its beginning. After the first thing that is not there, nothing is OK any more.
type Scanner struct {
	rest string
	ok   bool
}

// May passes over s where it comes next, and reports whether it did.
func (q *Scanner) May(s string) bool {
	rest, ok := strings.CutPrefix(q.rest, s)
	q.rest = rest
	return ok
}

// Must passes over s, which comes next.
func (q *Scanner) Must(s string) { q.ok = q.May(s) && q.ok }

// Text reads a string without escapes, in ASCII.
func (q *Scanner) Text() string {
	if !q.May(`"`) {
		q.ok = false
		return ""
	}
	for i := 0; i < len(q.rest); i++ {
		switch c := q.rest[i]; {
		case c == '"':
			s := q.rest[:i]
			q.rest = q.rest[i+1:]
			return s
		case c < 0x20, c == '\\', c >= 0x7f:
			q.ok = false
			return ""
		}
	}
	q.ok = false
	return ""
}

func (q *Scanner) digits() string {
	i := 0
	for i < len(q.rest) && q.rest[i] >= '0' && q.rest[i] <= '9' {
		i++
	}
	s := q.rest[:i]
	q.rest = q.rest[i:]
	if s == "" || s[0] == '0' && len(s) > 1 {
		q.ok = false
	}
	return s
}

// Number reads a whole number without a sign.
func (q *Scanner) Number() uint64 {
	n, err := strconv.ParseUint(q.digits(), 10, 64)
	q.ok = q.ok && err == nil
	return n
}

// Int is Number for an int.
func (q *Scanner) Int() int {
	n, err := strconv.Atoi(q.digits())
	q.ok = q.ok && err == nil
	return n
}

// Time reads an instant as RFC 3339 writes it, in UTC.
func (q *Scanner) Time() time.Time {
	s := q.Text()
	if !strings.HasSuffix(s, "Z") {
		q.ok = false
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	q.ok = q.ok && err == nil
	return t
}

// New reads a text.
func New(text []byte) *Scanner {
	return &Scanner{rest: string(text), ok: true} // one string, of which what is read are parts
}

// OK reports whether all was there until now.
func (q *Scanner) OK() bool { return q.ok }

// Done reports whether all was there, and the text is at its end.
func (q *Scanner) Done() bool { return q.ok && q.rest == "" }
