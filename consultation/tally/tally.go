// Package tally counts published parts of contributions: how many there are, how many parties speak in them, how many
// texts they are.
package tally

import (
	"slices"

	"github.com/openplenary/plenary/consultation"
)

// Counter counts published parts that are added contribution by contribution. The zero value has counted nothing.
type Counter struct {
	Submissions int // contributions
	Points      int // their parts
	Open        int // parts that wait for an answer

	row            int
	like           uint64
	parties, texts []uint64
}

// Add counts a part. The parts of one contribution are added one after the other.
func (c *Counter) Add(p *consultation.PublishedPart) {
	if c.row != p.Number {
		c.close()
		c.row, c.like = p.Number, 0
		c.Submissions++
		c.parties = append(c.parties, p.Party)
		for _, j := range p.Joint {
			c.Join(j.Party)
		}
	}
	c.like = c.like*consultation.LikenessStep + p.Likeness // as the state folds the parts of a contribution
	c.Points++
	if p.Open() {
		c.Open++
	}
}

// Join counts a party that speaks in a contribution which is counted where another leads it.
func (c *Counter) Join(party uint64) { c.parties = append(c.parties, party) }

func (c *Counter) close() {
	switch {
	case c.row == 0:
	case c.like == 0: // nothing to compare: a text of its own
		c.texts = append(c.texts, uint64(c.row)|1<<63)
	default:
		c.texts = append(c.texts, c.like)
	}
}

// Done is how many parties spoke, and how many texts there are: two contributions are one text where they say the same
// in what was added.
func (c *Counter) Done() (parties, texts int) {
	c.close()
	c.row = 0
	slices.Sort(c.parties)
	slices.Sort(c.texts)
	c.parties, c.texts = slices.Compact(c.parties), slices.Compact(c.texts)
	return len(c.parties), len(c.texts)
}
