package speaking

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/settings"
	"github.com/openplenary/plenary/speakers"
)

// Share is how much of the time some of the parties had.
type Share struct {
	Of         string // the class, or the identifier of the region; speakers.NoRegion for parties without one
	Name       string // what it is called
	Turns      int    // how many times they had the floor
	Seconds    int    // how long they spoke
	Parties    int    // how many of them had the floor
	Accredited int    // how many there were; only Accredited counts them
	had        map[cite.Ref]bool
}

// Shares is how the time of a session was shared, rights of reply and points of order left out.
type Shares struct {
	Share          // all of it
	Afterwards int // turns that were entered afterwards
	Classes    []Share
	Regions    []Share
}

func (s *Share) turn(t *floor.Turn, seconds int) {
	s.Turns++
	s.Seconds += seconds
	if s.had == nil {
		s.had = map[cite.Ref]bool{}
	}
	s.had[t.Party] = true
	s.Parties = len(s.had)
}

// of finds the share of a class or region among some, or adds it.
func of(to *[]Share, id, name string) *Share {
	i := slices.IndexFunc(*to, func(s Share) bool { return s.Of == id })
	if i < 0 {
		i, *to = len(*to), append(*to, Share{Of: id, Name: cmp.Or(name, id)})
	}
	return &(*to)[i]
}

// RegionNames are what regions are called in a language, by their identifiers.
func (r Reading) RegionNames(l locale.Lang) map[string]string {
	names := map[string]string{}
	for _, g := range r.House.Groups {
		names[g.ID], _ = g.Name.For(l)
	}
	for _, g := range r.House.CountryList().Groups() {
		names[g.ID], _ = g.Name.For(l)
	}
	for _, id := range []string{"Africa", "Americas", "Asia", "Europe", "Oceania"} {
		names[id] = l.T("map.region." + strings.ToLower(id))
	}
	return names
}

// region is the share of a region among some.
func region(to *[]Share, id string, names map[string]string, l locale.Lang) *Share {
	if id == "" {
		return of(to, speakers.NoRegion, l.T("floor.no_region"))
	}
	return of(to, id, names[id])
}

// Shares adds up who spoke on a floor, by class and by region; done leaves out who has the floor now. A group has the region of the member that spoke.
func (r Reading) Shares(x *floor.Floor, done bool, l locale.Lang) (all Shares) {
	names := r.RegionNames(l)
	for i := range x.Turns {
		t := &x.Turns[i]
		if t.Kind != floor.Place || done && t.Ended.IsZero() {
			continue
		}
		used := int(Clock(t).Used(r.Now) / time.Second)
		all.turn(t, used)
		if !t.Entered.IsZero() {
			all.Afterwards++
		}
		of(&all.Classes, t.Class, l.T("speakers.category."+t.Class)).turn(t, used)
		region(&all.Regions, t.Region, names, l).turn(t, used)
	}
	r.ordered(&all)
	return all
}

func (r Reading) ordered(all *Shares) {
	by := func(order []string) func(a, b Share) int {
		return func(a, b Share) int { return slices.Index(order, a.Of) - slices.Index(order, b.Of) }
	}
	slices.SortStableFunc(all.Classes, by(floor.Classes))
	slices.SortStableFunc(all.Regions, by(settings.IDs(r.House.Groups)))
}

// Had reports whether a party is among those that had the floor.
func (s *Share) Had(party cite.Ref) bool { return s.had[party] }

// Accredited is Shares of the turns that are over, with how many parties could have had the floor of a session: those that were accredited when its
// last sitting ended, or are while it goes on, and those that had the floor. A class or region of which nobody spoke is among them.
func (r Reading) Accredited(x *session.Session, l locale.Lang) Shares {
	all, names := r.Shares(r.Floor(x.Ref), true, l), r.RegionNames(l)
	for _, shares := range [][]Share{all.Classes, all.Regions} {
		for i := range shares {
			shares[i].Accredited = shares[i].Parties
		}
	}
	all.Accredited = all.Parties
	entered := r.House.Roll.Entered()
	r.Stand(slices.Clone(entered))
	for _, p := range entered {
		if all.Had(p.Ref()) || !r.stood(x, p) {
			continue
		}
		all.Accredited++
		class := r.House.Class(p)
		of(&all.Classes, class, l.T("speakers.category."+class)).Accredited++
		if class != floor.Group { // it has none before a member speaks
			region(&all.Regions, r.House.Region(p, 0), names, l).Accredited++
		}
	}
	r.ordered(&all)
	return all
}

// stood reports whether a party was accredited when the last sitting of a session ended, or is while it goes on. What came on the roll after the
// session was not there.
func (r Reading) stood(x *session.Session, p delegation.Party) bool {
	at := r.Now
	if x.State() == session.Over {
		at = x.Ends()
		if on, _ := r.House.Roll.Party(p); on.Entered > x.Seen {
			return false
		}
	}
	a, ok := r.House.Accredited.Standing(p.Ref())
	return !ok || !a.Since.After(at) && (a.Ended.IsZero() || at.Before(a.Ended)) && (a.Until.IsZero() || at.Before(a.Until))
}
