package poll

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/openplenary/plenary/refusal"
)

// Mark is what a ballot says of one theme.
type Mark struct {
	Option int // the number of the theme, from 1
	Value  int // its rank, 1 for the first place, equal ones are ties; its points, at most MaxPoints; 1 where it is approved
}

// Choice is what a ballot says, in the one spelling in which it is kept and listed: "1:2 3:1", the themes by their numbers. Of ranks only
// their order counts, so they are counted from 1 without gaps. An empty ballot is "".
func (p *Poll) Choice(marks []Mark) (string, error) {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(x, y Mark) int { return cmp.Compare(x.Option, y.Option) })
	most := 1
	switch p.Method {
	case Schulze:
		most = p.Options
	case Points:
		most = MaxPoints
	}
	for i, m := range marks {
		switch {
		//mutants:guard a ballot names what was put to the vote, and nothing else
		case m.Option < 1 || m.Option > p.Options:
			return "", refusal.In("marks", "poll.option", "n", m.Option)
		//mutants:guard a ballot says one thing of a theme
		case i > 0 && marks[i-1].Option == m.Option:
			return "", refusal.In("marks", "poll.twice", "n", m.Option)
		//mutants:guard no ballot weighs more than another
		case m.Value > most || m.Value < 1 && (p.Method != Points || m.Value < 0):
			return "", refusal.In("marks", "poll.value", "n", m.Option, "max", most)
		}
	}
	if p.Method == Schulze {
		ranks := map[int]bool{}
		for _, m := range marks {
			ranks[m.Value] = true
		}
		for i := range marks {
			dense := 1
			for r := range ranks {
				if r < marks[i].Value {
					dense++
				}
			}
			marks[i].Value = dense
		}
	}
	said := make([]string, len(marks))
	for i, m := range marks {
		said[i] = strconv.Itoa(m.Option) + ":" + strconv.Itoa(m.Value)
	}
	return strings.Join(said, " "), nil
}

// Marks reads a choice; ok is false where it is not in the one spelling.
func (p *Poll) Marks(choice string) (marks []Mark, ok bool) {
	for s := range strings.FieldsSeq(choice) {
		o, v, _ := strings.Cut(s, ":")
		option, err1 := strconv.Atoi(o)
		value, err2 := strconv.Atoi(v)
		if err1 != nil || err2 != nil {
			return nil, false
		}
		marks = append(marks, Mark{option, value})
	}
	again, err := p.Choice(marks)
	return marks, err == nil && again == choice
}
