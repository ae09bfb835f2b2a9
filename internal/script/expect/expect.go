// Package expect compares what a script expects with a state.
package expect

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/speaking"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
)

// Same says what is otherwise than expected; nil where it is not.
func Same(what, got, want string) error {
	if got != want {
		return fmt.Errorf("%s: %s, want %s", what, got, want)
	}
	return nil
}

// counts compares the counts that are named; those that are not may be anything.
func counts(are map[string]int, words []string) error {
	if len(words)%2 != 0 {
		return errors.New("want pairs of a count and a number")
	}
	for i := 0; i < len(words); i += 2 {
		got, ok := are[words[i]]
		if !ok {
			return fmt.Errorf("cannot assert %q", words[i])
		}
		if err := Same(words[i], strconv.Itoa(got), words[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// Tally compares the counts of contributions that are named.
func Tally(t consultation.Tally, words []string) error {
	return counts(map[string]int{"received": t.Received, "published": t.Published, "late": t.Late, "redacted": t.Redacted,
		"withheld": t.Withheld, "erased": t.Erased, "withdrawn": t.Withdrawn, "pending": t.Pending}, words)
}

// Ledger compares the counts of parts that are named.
func Ledger(l consultation.AnswerCounts, words []string) error {
	return counts(map[string]int{"answered": l.Answered, "unanswered": l.Unanswered, "reopened": l.Reopened, "parts-pending": l.Pending, "gone": l.Gone}, words)
}

// read looks at a state as everybody does at an instant.
func read(st *conversation.State, now time.Time, look func(*conversation.Reading)) {
	r := conversation.NewReading(st, conversation.Readers, now)
	defer r.Close()
	look(r)
}

// List compares who stands on the list of an item, in its order.
func List(st *conversation.State, now time.Time, item cite.Ref, want []cite.Ref) error {
	var is []cite.Ref
	read(st, now, func(r *conversation.Reading) {
		_, list := r.Floor.Drawn(item.Root(), item.ItemNumber(), locale.English)
		for _, p := range list.Places {
			is = append(is, cite.Ref(p.Party))
		}
	})
	if !slices.Equal(is, want) {
		return fmt.Errorf("on the list are %v, want %v", is, want)
	}
	return nil
}

// Floor compares who has the floor of a session, and how many seconds are left of it: "place y… 100 runs", or "nobody".
func Floor(st *conversation.State, now time.Time, session cite.Ref, want ...string) error {
	is := "nobody"
	read(st, now, func(r *conversation.Reading) {
		if t := r.Floor.Floor(session).Current(); t != nil {
			runs := map[bool]string{true: "runs", false: "stands"}[t.Runs()]
			is = fmt.Sprint(t.Kind, " ", t.Party, " ", int(speaking.Clock(t).Left(now)/time.Second), " ", runs)
		}
	})
	return Same("floor", is, strings.Join(want, " "))
}

// Turn compares a turn of a session by its number: "1 place y… 240", the seconds that were used, and perhaps "afterwards", "cut" and the language.
func Turn(st *conversation.State, now time.Time, session cite.Ref, want ...string) error {
	is := "none"
	read(st, now, func(r *conversation.Reading) {
		for _, t := range r.Floor.Floor(session).Turns {
			if len(want) == 0 || strconv.Itoa(t.Number) != want[0] {
				continue
			}
			is = fmt.Sprint(t.Number, " ", t.Kind, " ", t.Party, " ", int(speaking.Clock(&t).Used(now)/time.Second))
			if !t.Entered.IsZero() {
				is += " afterwards"
			}
			if t.Cut {
				is += " cut"
			}
			if t.Ruling != "" {
				is += " " + t.Ruling
			}
			if t.Floor != "" {
				is += " " + string(t.Floor)
			}
		}
	})
	return Same("turn", is, strings.Join(want, " "))
}

// Raised compares the last show of hands of a session: "2 1 0 of 3", those in favour, not in favour, without a view, and "ended" where it is over.
func Raised(st *conversation.State, now time.Time, session cite.Ref, want ...string) error {
	is := "none"
	read(st, now, func(r *conversation.Reading) {
		all := r.Floor.Floor(session).Shows
		if len(all) == 0 {
			return
		}
		q := &all[len(all)-1]
		is = fmt.Sprint(q.Count(floor.Favours), " ", q.Count(floor.Opposes), " ", q.Count(floor.NoView), " of ", q.Of)
		if !q.Ended.IsZero() {
			is += " ended"
		}
	})
	return Same("hands", is, strings.Join(want, " "))
}

// Cut compares who on the list of an item would be cut if the sitting that is open ends as planned.
func Cut(st *conversation.State, now time.Time, item cite.Ref, want []cite.Ref) error {
	var is []cite.Ref
	read(st, now, func(r *conversation.Reading) {
		sheet, list := r.Floor.Drawn(item.Root(), item.ItemNumber(), locale.English)
		x, ok := r.Sessions.Session(item.Root())
		if !ok || speaking.Sits(x) == 0 {
			return
		}
		t, _ := x.Sitting(speaking.Sits(x))
		f := sheet.Settings.Forecast(list.Places, r.Floor.Moment(r.Floor.Floor(item)), t.Ends)
		for _, i := range f.Cut {
			is = append(is, cite.Ref(list.Places[i].Party))
		}
	})
	if !slices.Equal(is, want) {
		return fmt.Errorf("cut are %v, want %v", is, want)
	}
	return nil
}
