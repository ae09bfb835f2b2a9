package cite_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
)

// TestSpans compares what is read as a range, in an address and at the end of a reference, with a second reading of every short text over the
// signs that matter.
func TestSpans(t *testing.T) {
	t.Parallel()
	like := regexp.MustCompile(`^\[(0|[1-9][0-9]*):([1-9][0-9]*)\]$`)
	want := func(s string) (cite.Span, bool) {
		m := like.FindStringSubmatch(s)
		if m == nil {
			return cite.Span{}, false
		}
		from, err1 := strconv.Atoi(m[1])
		to, err2 := strconv.Atoi(m[2])
		if err1 != nil || err2 != nil || from >= to || to > 1<<20 {
			return cite.Span{}, false
		}
		return cite.Span{From: from, To: to}, true
	}
	compare := func(s string) {
		is, ok := want("[" + s)
		ref, err := cite.ParseRef("c1.2[" + s)
		got, taken := cite.Span{}, err == nil
		if taken {
			got, taken = ref.Span()
		}
		if taken != ok || got != is {
			t.Errorf("[%s is read as %v, %t; want %v, %t", s, got, taken, is, ok)
		}
		is, ok = want("[" + strings.Replace(s, "-", ":", 1) + "]")
		if got, taken := cite.ParseBytes(s); strings.Contains(s, "-") && (taken != ok || got != is) || !strings.Contains(s, "-") && taken {
			t.Errorf("%q is read as %v, %t; want %v, %t", s, got, taken, is, ok)
		}
	}
	const signs = "[]:-01x"
	var all func(s string, more int)
	all = func(s string, more int) {
		compare(s)
		for i := 0; more > 0 && i < len(signs); i++ {
			all(s+signs[i:i+1], more-1)
		}
	}
	all("", 6)
	for _, s := range []string{"1048575:1048576", "1048576:1048577", "0:1048576", "1048576:1048576", "0:9223372036854775808", "9223372036854775808:1", "9:10", "10:9", "00:1", "0:01", "+1:2", "1:+2", "1:2:3"} {
		compare(s + "]")
		compare(strings.Replace(s, ":", "-", 1))
	}
}
