package ballot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
)

// Method is how ballots are marked and counted.
type Method string

// The methods.
const (
	// Approval: a ballot names the options that it approves; the order is that of how many ballots approve.
	Approval Method = "approval"
	// Schulze: a ballot ranks; the order is that of the strongest paths of pairwise preferences. See schulze.go.
	Schulze Method = "schulze"
	// Points: a ballot gives points; the order is that of the sums.
	Points Method = "points"
)

// Methods lists the methods.
var Methods = []Method{Approval, Schulze, Points}

// Bounds of a count. They keep it to minutes and to a gigabyte whatever the file says.
const (
	MaxOptions = 200        // options
	MaxBallots = 2_000_000  // ballots
	MaxMarks   = 30_000_000 // lines: an option on a ballot each
	MaxValue   = 1_000_000  // a rank, or points for one option
	MaxName    = 200        // characters of the name of an option or a ballot
	maxLine    = 64 << 10   // bytes of a line, give or take the buffer it is read through
)

// mark is one option on one ballot.
type mark struct {
	ballot int32
	value  int32 // a rank, at last counted from 0 without gaps; or points; 1 for approved
	option uint8
}

// kind is all ballots that say the same.
type kind struct {
	marks []mark // by their options
	count int
}

// Ballots are ballots as they were read: which of them is whose is forgotten, and so is the order in which they came.
type Ballots struct {
	method  Method
	options []string
	kinds   []kind // by what they say, so that a count is the same in whatever order they came
	total   int    // ballots, empty ones among them
	empty   int
}

// Place is one place of an order: the options that share it, in the order of the options.
type Place []string

// MarshalJSON writes a place that one option holds as its name, a shared one as the list of names.
func (p Place) MarshalJSON() ([]byte, error) {
	if len(p) == 1 {
		return json.Marshal(p[0])
	}
	return json.Marshal([]string(p))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Place) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte{'['}) {
		return json.Unmarshal(b, (*[]string)(p))
	}
	*p = make(Place, 1)
	return json.Unmarshal(b, &(*p)[0])
}

// Result is a count with every table it went through. Tables have a row, and where they are square a column, for each
// option, in the order of Options.
type Result struct {
	Method  Method `json:"method"`  // by which it was counted: approval, schulze or points
	Ballots int    `json:"ballots"` // how many were cast
	Empty   int    `json:"empty"`   // how many of them say nothing
	// Options are those that were put to the vote, as they were given; where they were not, those that a ballot names, by
	// their characters.
	Options []string `json:"options"`
	// Named is how many ballots name each option at all.
	Named []int `json:"named"`
	// Counts is how many ballots approve each option (Approval).
	Counts []int `json:"counts,omitempty"`
	// Sums are the points of each option (Points).
	Sums []int `json:"sums,omitempty"`
	// Pairwise has, in row i and column j, how many ballots put option i above option j (Schulze).
	Pairwise [][]int `json:"pairwise,omitempty"`
	// Strengths has, in row i and column j, how strong the strongest path from option i to option j is: how many ballots are
	// for its weakest step; 0 where there is no path (Schulze).
	Strengths [][]int `json:"strengths,omitempty"`
	// Condorcet is the option that more ballots put above each other than below; "" where there is none (Schulze).
	Condorcet string `json:"condorcet,omitempty"`
	// Order are the options, the first place first.
	Order []Place `json:"order"`
	// Level are pairs that stand on different places and of which neither is better than the other by itself (Schulze); what
	// parts them is a third option.
	Level [][2]string `json:"level,omitempty"`
	// Sensitivity says how many ballots more or less would have changed the first place.
	Sensitivity Sensitivity `json:"sensitivity"`
}

// Count counts.
func (b *Ballots) Count() *Result {
	r := &Result{Method: b.method, Ballots: b.total, Empty: b.empty, Options: b.options, Named: make([]int, len(b.options))}
	for _, k := range b.kinds {
		for _, m := range k.marks {
			r.Named[m.option] += k.count
		}
	}
	if b.method == Schulze {
		b.schulze(r)
		return r
	}
	sums := b.sums()
	if r.Sums = sums; b.method == Approval {
		r.Counts, r.Sums = sums, nil
	}
	for _, place := range bySum(sums) {
		r.Order = append(r.Order, b.names(place))
	}
	r.Sensitivity = b.sumSensitivity(sums)
	return r
}

// names are the names of some options.
func (b *Ballots) names(options []int) Place {
	out := make(Place, len(options))
	for i, o := range options {
		out[i] = b.options[o]
	}
	return out
}

// sums adds up the marks of each option.
func (b *Ballots) sums() []int {
	out := make([]int, len(b.options))
	for _, k := range b.kinds {
		for _, m := range k.marks {
			out[m.option] += int(m.value) * k.count
		}
	}
	return out
}

// bySum orders options by their sums, the greatest first; equal ones share a place.
func bySum(sums []int) (places [][]int) {
	order := make([]int, len(sums))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(sums[j], sums[i]) })
	for i, o := range order {
		if i > 0 && sums[o] == sums[order[i-1]] {
			last := len(places) - 1
			places[last] = append(places[last], o)
		} else {
			places = append(places, []int{o})
		}
	}
	return places
}
