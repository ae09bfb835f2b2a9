package speakers

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Point is that somebody rose to a point of order. Points of order are taken at once, and their list is never closed.
type Point struct {
	Ref   string
	At    time.Time
	Party string
}

// points are points of order by their time, then by their reference.
func points(asked []Point) []Point {
	out := slices.Clone(asked)
	slices.SortStableFunc(out, func(a, b Point) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Ref, b.Ref)) })
	return out
}

// Reply is that a party asked for a right of reply. Replies are heard at the end of the sitting, and their list is never
// closed.
type Reply struct {
	Ref   string
	At    time.Time
	Party string
	Item  string // of the agenda
	Given int    // how many the party has had on this item
}

// ReplyPlace is a place on the list of replies.
type ReplyPlace struct {
	Reply
	Number int           // the party's first on this item is 1
	Time   time.Duration // what it has
}

// replies is the list of rights of reply, by their time, then by their reference; refused are the references of those that
// are more than a party may have on an item.
func (s *Settings) replies(asked []Reply) (list []ReplyPlace, refused []string) {
	asked = slices.Clone(asked)
	slices.SortStableFunc(asked, func(a, b Reply) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Ref, b.Ref)) })
	type key struct{ party, item string }
	given := map[key]int{}
	for _, r := range asked { // what is said twice of a party counts once
		k := key{r.Party, r.Item}
		given[k] = max(given[k], r.Given)
	}
	for _, r := range asked {
		k := key{r.Party, r.Item}
		n := given[k]
		if n < 0 || n >= len(s.Replies) {
			refused = append(refused, r.Ref)
			continue
		}
		given[k]++
		list = append(list, ReplyPlace{Reply: r, Number: n + 1, Time: s.Replies[n]})
	}
	return list, refused
}
