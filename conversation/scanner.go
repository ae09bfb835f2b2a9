package conversation

import (
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
)

// A long record is almost all contributions and their publishing, so these two kinds are read without
// reflection, many times as fast. Only the spelling that Encode writes is read here: at anything else
// fastDecode gives nil and the fact is read as any JSON.
func fastDecode(kind string, body []byte) cite.Fact {
	q := scanner{rest: string(body), ok: true} // one string, of which the fields are parts
	switch kind {
	case "consultation.received/1":
		f := q.received()
		if q.ok && q.rest == "" {
			return f
		}
	case "consultation.published/1":
		f := &consultation.ContributionPublished{}
		q.must(`{"contribution":`)
		f.Contribution = cite.Ref(q.text())
		if q.may(`,"by":`) {
			f.By = q.text()
		}
		q.must(`,"at":`)
		f.At = q.time()
		q.must(`}`)
		if q.ok && q.rest == "" {
			return f
		}
	}
	return nil
}

type scanner struct {
	rest string
	ok   bool
}

func (q *scanner) may(s string) bool {
	rest, ok := strings.CutPrefix(q.rest, s)
	q.rest = rest
	return ok
}

func (q *scanner) must(s string) { q.ok = q.may(s) && q.ok }

// text reads a string without escapes, in ASCII.
func (q *scanner) text() string {
	if !q.may(`"`) {
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

func (q *scanner) digits() string {
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

func (q *scanner) number() uint64 {
	n, err := strconv.ParseUint(q.digits(), 10, 64)
	q.ok = q.ok && err == nil
	return n
}

func (q *scanner) int() int {
	n, err := strconv.Atoi(q.digits())
	q.ok = q.ok && err == nil
	return n
}

func (q *scanner) time() time.Time {
	s := q.text()
	if !strings.HasSuffix(s, "Z") {
		q.ok = false
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	q.ok = q.ok && err == nil
	return t
}

func (q *scanner) received() *consultation.Received {
	f := &consultation.Received{}
	q.must(`{"ref":`)
	f.Ref = cite.Ref(q.text())
	q.must(`,"call":`)
	f.Call = cite.Ref(q.text())
	q.must(`,"by":`)
	f.By = q.text()
	q.must(`,"for":`)
	f.For = q.text()
	q.must(`,"category":`)
	f.Category = q.text()
	if q.may(`,"country":`) {
		f.Country = q.text()
	}
	f.Known = q.may(`,"known":true`)
	q.must(`,"assurance":`)
	f.Assurance = q.text()
	q.must(`,"parts":[`)
	for more := q.ok; more && q.ok; more = q.may(`,`) {
		f.Parts = append(f.Parts, q.part())
	}
	q.must(`],"received":`)
	f.Received = q.time()
	if q.may(`,"told":`) {
		f.Told = q.time()
	}
	q.must(`,"rule":`)
	f.Rule = q.text()
	q.must(`,"deadline":`)
	f.Deadline = q.time()
	f.Published = q.may(`,"published":true`)
	q.must(`}`)
	return f
}

func (q *scanner) part() consultation.ReceivedPart {
	var p consultation.ReceivedPart
	q.must(`{"on":`)
	p.On = cite.Ref(q.text())
	q.must(`,"language":`)
	p.Language = q.text()
	if q.may(`,"stance":`) {
		p.Stance = q.text()
	}
	q.must(`,"bytes":`)
	p.Bytes = q.int()
	if q.may(`,"wording":`) {
		p.Wording = q.int()
	}
	if q.may(`,"likeness":`) {
		p.Likeness = q.number()
	}
	p.Earlier = q.may(`,"earlier":true`)
	q.must(`}`)
	return p
}
