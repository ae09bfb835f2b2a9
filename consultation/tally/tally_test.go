package tally

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openplenary/plenary/consultation"
	"pgregory.net/rapid"
)

// TestCounter: what is counted is what a count by hand finds: contributions, parts, parts without an answer, parties, and
// texts, of which two contributions are one where they say the same in the same order.
func TestCounter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var c Counter
		points, open := 0, 0
		parties, texts := map[uint64]bool{}, map[string]bool{}
		rows := rapid.IntRange(0, 8).Draw(r, "contributions")
		for n := 1; n <= rows; n++ {
			p := consultation.PublishedPart{Number: n, Party: rapid.Uint64Range(1, 3).Draw(r, "party")}
			parties[p.Party] = true
			var said []string
			for range rapid.IntRange(1, 3).Draw(r, "parts") {
				p.Likeness = rapid.Uint64Range(0, 2).Draw(r, "text") * 0x9e3779b97f4a7c15
				p.Answer, p.Reopened = rapid.IntRange(0, 1).Draw(r, "answer"), rapid.Bool().Draw(r, "reopened")
				points++
				if p.Answer == 0 || p.Reopened {
					open++
				}
				if p.Likeness != 0 || len(said) > 0 { // a stance alone before the first words says no other text
					said = append(said, fmt.Sprint(p.Likeness))
				}
				c.Add(&p)
			}
			if len(said) == 0 {
				said = []string{"of its own", fmt.Sprint(n)}
			}
			texts[strings.Join(said, " ")] = true
		}
		spoke, different := c.Done()
		if c.Submissions != rows || c.Points != points || c.Open != open || spoke != len(parties) || different != len(texts) {
			r.Fatalf("%+v, %d parties, %d texts; by hand %d contributions, %d points, %d open, %d parties, %d texts", c, spoke, different, rows, points, open, len(parties), len(texts))
		}
		if again, same := c.Done(); again != spoke || same != different {
			r.Fatalf("asked again, %d parties and %d texts", again, same)
		}
	})
}
