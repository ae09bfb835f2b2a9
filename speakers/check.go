package speakers

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
)

const (
	maxReference = 100 // characters
	maxSpoken    = 10_000
	maxFound     = 20 // that are refused in one answer

	day = 24 * time.Hour
)

// Check cleans a sheet and refuses what no list can be drawn from, by field, "requests[3].minutes": as the file of plenary
// speakers names them. It names some twenty at most.
func (s Sheet) Check() (Sheet, error) {
	var in check
	in.few("requests", len(s.Requests), MaxRequests)
	in.few("moves", len(s.Moves), MaxMoves)
	in.few("rights_of_reply", len(s.Replies), MaxRequests)
	in.few("points_of_order", len(s.Points), MaxRequests)
	in.few("settings.categories", len(s.Settings.Categories), MaxCategories)
	in.few("settings.regions", len(s.Settings.Regions), MaxCategories)
	in.few("settings.reply_limits", len(s.Settings.Replies), MaxCategories)
	if err := in.Err(); err != nil {
		return s, err
	}
	s.Settings.Categories, s.Settings.Regions = in.names("settings.categories", s.Settings.Categories), in.names("settings.regions", s.Settings.Regions)
	in.If(len(s.Settings.Categories) == 0, "settings.categories", "speakers.missing")
	s.Requests, s.Moves = slices.Clone(s.Requests), slices.Clone(s.Moves)
	s.Replies, s.Points = slices.Clone(s.Replies), slices.Clone(s.Points)
	for _, step := range []func(*Sheet){in.settings, in.requests, in.moves, in.beside} {
		if in.Found() == 0 { // what rests on what is wrong would seem wrong, too
			step(&s)
		}
	}
	return s, in.Err()
}

// check collects what is wrong with a sheet.
type check struct {
	input.Check
	seen map[string]bool // references on the list that is being read
}

// full says that enough was found.
func (in *check) full() bool { return in.Found() >= maxFound }

func (in *check) few(field string, n, most int) { in.If(n > most, field, "speakers.many", "max", most) }

// word cleans a line that must say something, and says whether it does.
func (in *check) word(field string, s *string, max int) bool {
	before := in.Found()
	in.Line(field, s, max)
	in.If(*s == "" && in.Found() == before, field, "speakers.missing")
	return in.Found() == before
}

// minutes refuses what is no time for a speaker.
func (in *check) minutes(field string, d time.Duration) {
	in.If(d < time.Minute || d > day, field, "speakers.range", "min", 1, "max", 1440)
}

func (in *check) count(field string, n int) {
	in.If(n < 0 || n > maxSpoken, field, "speakers.range", "min", 0, "max", maxSpoken)
}

func (in *check) settings(sheet *Sheet) {
	s := &sheet.Settings
	for _, name := range s.Categories {
		in.minutes("settings.limits."+name, s.Limits[name])
	}
	for _, name := range slices.Sorted(maps.Keys(s.Limits)) {
		if !slices.Contains(s.Categories, name) && !in.full() {
			name, _ = locale.CleanLine(name, input.MaxName) // what is no line has no name
			in.Refuse("settings.limits."+name, "speakers.category", "name", name)
		}
	}
	in.If(s.Changeover < 0 || s.Changeover > time.Hour, "settings.changeover_s", "speakers.range", "min", 0, "max", 3600)
	in.If(s.Overrun < 0 || s.Overrun > day, "settings.overrun_min", "speakers.range", "min", 0, "max", 1440)
	in.If(s.ReplyReserve < 0 || s.ReplyReserve > day, "settings.reply_reserve_min", "speakers.range", "min", 0, "max", 1440)
	for i, limit := range s.Replies {
		in.minutes(fmt.Sprintf("settings.reply_limits[%d]", i), limit)
	}
}

// names cleans names, each of which may stand once.
func (in *check) names(field string, list []string) []string {
	list = slices.Clone(list)
	for i := range list {
		if at := fmt.Sprintf("%s[%d]", field, i); in.word(at, &list[i], input.MaxName) {
			in.If(slices.Contains(list[:i], list[i]), at, "speakers.twice", "name", list[i])
		}
	}
	return list
}

// asked checks what all requests have: a reference that no other on the list has, a time, a party.
func (in *check) asked(at string, ref *string, when time.Time, party *string) {
	if in.seen == nil {
		in.seen = map[string]bool{}
	}
	if in.word(at+".id", ref, maxReference) {
		in.If(in.seen[*ref], at+".id", "speakers.twice", "name", *ref)
		in.seen[*ref] = true
	}
	in.If(when.IsZero(), at+".at", "speakers.missing")
	in.word(at+".party", party, input.MaxName)
}

func (in *check) requests(s *Sheet) {
	parties := make(map[string]*Request, len(s.Requests))
	for i := range s.Requests {
		if in.full() {
			return
		}
		r, at := &s.Requests[i], fmt.Sprintf("requests[%d]", i)
		in.asked(at, &r.Ref, r.At, &r.Party)
		in.minutes(at+".minutes", r.Time)
		in.count(at+".spoken", r.Spoken)
		in.Line(at+".item", &r.Item, input.MaxName)
		in.Line(at+".speaker", &r.Speaker, input.MaxName)
		if in.Line(at+".region", &r.Region, input.MaxName); r.Region == "" {
			r.Region = NoRegion
		}
		in.If(len(s.Settings.Regions) > 0 && r.Region != NoRegion && !slices.Contains(s.Settings.Regions, r.Region), at+".region", "speakers.region", "name", r.Region)
		if in.word(at+".category", &r.Category, input.MaxName) {
			in.If(!slices.Contains(s.Settings.Categories, r.Category), at+".category", "speakers.category", "name", r.Category)
		}
		if r.Party == "" || s.late(r) {
			continue
		}
		first := parties[r.Party]
		if first != nil {
			in.same(at, first, r)
		}
		if first == nil || first.Heard {
			parties[r.Party] = r
		}
	}
}

// same refuses a request that says another thing of its party than the first one.
func (in *check) same(at string, first, r *Request) {
	differs := func(field string, one, other any) {
		in.If(one != other, at+"."+field, "speakers.differs", "party", r.Party, "ref", first.Ref, "one", fmt.Sprint(one), "other", fmt.Sprint(other))
	}
	differs("category", r.Category, first.Category)
	differs("region", r.Region, first.Region)
	if !r.Heard && !first.Heard {
		differs("spoken", r.Spoken, first.Spoken)
	}
}

// placeOf is what place a request belongs to.
type placeOf struct {
	party, item string
	heard, late bool
}

func (in *check) moves(s *Sheet) {
	places := make(map[string]placeOf, len(s.Requests))
	for i := range s.Requests {
		r := &s.Requests[i]
		places[r.Ref] = placeOf{r.Party, r.Item, r.Heard, s.late(r)}
	}
	// place is that of a request, which must have one.
	place := func(field string, ref *string) (placeOf, bool) {
		if !in.word(field, ref, maxReference) {
			return placeOf{}, false
		}
		p, ok := places[*ref]
		in.If(!ok, field, "speakers.nobody", "ref", *ref)
		in.If(p.late, field, "speakers.late", "ref", *ref)
		return p, ok && !p.late
	}
	for i := range s.Moves {
		if in.full() {
			return
		}
		m, at := &s.Moves[i], fmt.Sprintf("moves[%d]", i)
		moved, ok := place(at+".request", &m.Request)
		m.Before, m.After = slices.Clone(m.Before), slices.Clone(m.After)
		beside := func(field string, refs []string) {
			if in.few(field, len(refs), MaxCategories); len(refs) > MaxCategories {
				return
			}
			for j := range refs {
				other, there := place(field, &refs[j])
				in.If(ok && there && moved == other, field, "speakers.itself")
			}
		}
		beside(at+".before", m.Before)
		beside(at+".after", m.After)
		in.word(at+".by", &m.By, input.MaxName)
		in.If(m.At.IsZero(), at+".at", "speakers.missing")
		in.word(at+".why", &m.Why, input.MaxOutcome)
	}
}

// beside checks the lists of replies and of points of order.
func (in *check) beside(s *Sheet) {
	in.seen = nil
	for i := range s.Replies {
		if in.full() {
			return
		}
		r, at := &s.Replies[i], fmt.Sprintf("rights_of_reply[%d]", i)
		in.asked(at, &r.Ref, r.At, &r.Party)
		in.Line(at+".item", &r.Item, input.MaxName)
		in.count(at+".given", r.Given)
	}
	in.seen = nil
	for i := range s.Points {
		if in.full() {
			return
		}
		p := &s.Points[i]
		in.asked(fmt.Sprintf("points_of_order[%d]", i), &p.Ref, p.At, &p.Party)
	}
}
