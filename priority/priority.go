package priority

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// AnyOrder stands for all orders of themes, for pages that list them or say where something stands in one.
const AnyOrder cite.Ref = "o"

// Bounds.
const (
	MaxThemes   = 40    // of an order
	MaxNames    = 40    // elements that one theme names
	MaxCriteria = 12    // of an order
	MaxReason   = 2_000 // characters of a reason, in each language
)

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("priority: a fact about what is not there")

// Theme is one theme that is put in order.
type Theme struct {
	Title locale.Text `json:"title,omitzero"` // in the secretariat's own words; none where it is called as what it names
	Names []cite.Ref  `json:"names"`          // the elements of editions that it is about, "p1.e2.x7"; what they hold belongs to it
}

// Place is the place of a theme in an order, or among the themes that were not taken. Its reason stands beside the fact, as
// "reason.N.en", "reason.N.fr", ... for theme N.
type Place struct {
	Theme     int           `json:"theme"` // its number, from 1
	Original  locale.Lang   `json:"original"`
	Languages []locale.Lang `json:"languages"`
}

// Ranking is an order as it was proposed or decided.
type Ranking struct {
	Position cite.Position
	By       string // the participant's reference
	At       time.Time
	Places   []Place // the first is taken up first
	Left     []Place // themes that were not taken, with why not; none in what is proposed
	// Unanswered are comments on the proposal that had no answer when it was decided.
	Unanswered int
	// Original and Languages are those of why it takes the place of the decision before, "why.en", ...; none in the first.
	Original  locale.Lang
	Languages []locale.Lang
}

// Order is an order of themes, through all that became of it.
type Order struct {
	Ref       cite.Ref
	Title     locale.Text
	Criteria  []locale.Text // that were declared when it was begun
	Themes    []Theme       // theme N is the Nth
	Position  cite.Position // where it was begun
	At        time.Time
	Call      cite.Ref      // at which comments on the proposal are taken
	Proposal  *Ranking      // nil while there is none
	Decisions []*Ranking    // oldest first; the last is the one that holds
	Withdrawn cite.Position // where it was given up, 0 for one that stands
	Gone      Place         // in which languages is said why, "reason.en", ...
}

// Theme finds theme n.
func (o *Order) Theme(n int) (Theme, bool) {
	if n < 1 || n > len(o.Themes) {
		return Theme{}, false
	}
	return o.Themes[n-1], true
}

// Decided is the decision that holds, nil while there is none.
func (o *Order) Decided() *Ranking {
	if n := len(o.Decisions); n > 0 {
		return o.Decisions[n-1]
	}
	return nil
}

// Now is the order that holds: the one that was decided, else the one that is proposed; nil while there is neither.
func (o *Order) Now() *Ranking {
	if d := o.Decided(); d != nil {
		return d
	}
	return o.Proposal
}

// Seen is where it changed last.
func (o *Order) Seen() cite.Position {
	if r := o.Now(); r != nil {
		return max(r.Position, o.Withdrawn)
	}
	return max(o.Position, o.Withdrawn)
}

// Place is where theme n stands, from 1; 0 where it was not taken or stands nowhere.
func (r *Ranking) Place(n int) int {
	return 1 + slices.IndexFunc(r.Places, func(p Place) bool { return p.Theme == n })
}

// NotTaken is why theme n was not taken; ok is false where it was.
func (r *Ranking) NotTaken(n int) (p Place, ok bool) {
	i := slices.IndexFunc(r.Left, func(p Place) bool { return p.Theme == n })
	if i < 0 {
		return Place{}, false
	}
	return r.Left[i], true
}

// State is the state of this room.
type State struct {
	orders []*Order // one that changes is replaced by another
}

// NewState is the state before anything was begun.
func NewState() *State { return &State{} }

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State { return &State{orders: s.orders[:len(s.orders):len(s.orders)]} }

// Orders lists the orders, oldest first.
func (s *State) Orders() []*Order { return s.orders }

// Order finds an order by its reference or that of one of its themes.
func (s *State) Order(r cite.Ref) (*Order, bool) {
	n := r.Number()
	if r.Kind() != 'o' || n < 1 || n > len(s.orders) || r.ThemeNumber() > len(s.orders[n-1].Themes) {
		return nil, false
	}
	return s.orders[n-1], true
}

// ByCall finds the order on whose proposal comments are taken at a call.
func (s *State) ByCall(call cite.Ref) (*Order, bool) {
	i := slices.IndexFunc(s.orders, func(o *Order) bool { return o.Call == call && call != cite.None })
	if i < 0 {
		return nil, false
	}
	return s.orders[i], true
}

// Naming lists the themes that name an element of an edition, and were proposed or decided and not given up.
func (s *State) Naming(element cite.Ref) (out []cite.Ref) {
	for _, o := range s.orders {
		if o.Proposal == nil || o.Withdrawn != 0 {
			continue
		}
		for i, t := range o.Themes {
			if slices.Contains(t.Names, element) {
				out = append(out, cite.Theme(o.Ref, i+1))
			}
		}
	}
	return out
}

// Begin begins an order: it declares the criteria and the themes. Neither can be changed afterwards.
type Begin struct {
	Title    locale.Text   // at most input.MaxTitle characters in each language
	Criteria []locale.Text // 1 to MaxCriteria, each at most input.MaxOutcome characters in each language
	Themes   []Theme       // 2 to MaxThemes; titles of at most input.MaxTitle characters in each language
}

// Check cleans the texts and holds everything to its bounds.
func (c Begin) Check() (Begin, error) {
	var in input.Check
	in.Lines("title", &c.Title, input.MaxTitle)
	in.If(c.Title.Empty(), "title", "priority.title")
	in.If(len(c.Criteria) == 0 || len(c.Criteria) > MaxCriteria, "criteria", "priority.criteria", "max", MaxCriteria)
	c.Criteria = slices.Clone(c.Criteria)
	for i := range c.Criteria {
		in.Texts("criteria", &c.Criteria[i], input.MaxOutcome)
		in.If(c.Criteria[i].Empty(), "criteria", "priority.criteria", "max", MaxCriteria)
	}
	in.If(len(c.Themes) < 2 || len(c.Themes) > MaxThemes, "themes", "priority.themes", "max", MaxThemes)
	c.Themes = slices.Clone(c.Themes)
	seen := map[cite.Ref]bool{}
	for i := range c.Themes {
		t := &c.Themes[i]
		in.Lines("themes", &t.Title, input.MaxTitle)
		if t.Title.Empty() {
			t.Title = locale.Text{}
		}
		in.If(len(t.Names) == 0 || len(t.Names) > MaxNames, "themes", "priority.names", "n", i+1, "max", MaxNames)
		in.If(t.Title.Empty() && len(t.Names) > 1, "themes", "priority.untitled", "n", i+1)
		for _, x := range t.Names {
			in.If(seen[x], "themes", "priority.twice", "ref", string(x))
			seen[x] = true
		}
	}
	return c, in.Err()
}

// Begin decides. What the themes name was looked up before.
func (s *State) Begin(act cite.Act, c Begin) (cite.Proposal, error) {
	return cite.Proposal{Body: Begun{Ref: cite.Order(len(s.orders) + 1), Title: c.Title, Criteria: c.Criteria, Themes: c.Themes, By: act.By, At: act.At}}, nil
}

// Apply adds the order.
func (f *Begun) Apply(s *State, at cite.Entry) error {
	if f.Ref.Number() != len(s.orders)+1 {
		return fmt.Errorf("%w: %s, after %d orders", ErrGap, f.Ref, len(s.orders))
	}
	s.orders = append(s.orders, &Order{Ref: f.Ref, Title: f.Title, Criteria: f.Criteria, Themes: f.Themes, Position: at.Position, At: f.At})
	return nil
}

// change folds a fact about an order.
func (s *State) change(r cite.Ref, fold func(*Order)) error {
	o, ok := s.Order(r)
	if !ok {
		return fmt.Errorf("%w: %s, of %d orders", ErrGap, r, len(s.orders))
	}
	changed := *o // snapshots hold the one before
	fold(&changed)
	s.orders = slices.Clone(s.orders)
	s.orders[slices.Index(s.orders, o)] = &changed
	return nil
}

// written puts a text beside a fact, under a name, and says in which languages it is.
func written(words cite.Words, name string, t locale.Text) (original locale.Lang, languages []locale.Lang) {
	for _, l := range locale.All {
		if said := strings.TrimSpace(t.In[l]); said != "" {
			words[name+"."+string(l)] = said
			languages = append(languages, l)
		}
	}
	if len(languages) == 0 {
		return "", nil
	}
	return t.Original, languages
}

// ReasonName is the name under which the reason for theme n stands beside the fact in a language.
func ReasonName(n int, l locale.Lang) string { return "reason." + strconv.Itoa(n) + "." + string(l) }

// places are the places of themes, with their reasons beside.
func places(words cite.Words, all []Placed) (out []Place) {
	for _, p := range all {
		original, languages := written(words, "reason."+strconv.Itoa(p.Theme), p.Reason)
		out = append(out, Place{Theme: p.Theme, Original: original, Languages: languages})
	}
	return out
}

// standing finds an order that was not given up, as it was read.
func (s *State) standing(r cite.Ref, seen cite.Position) (*Order, error) {
	o, ok := s.Order(r)
	if !ok || o.Ref != r {
		return nil, refusal.New(refusal.Hidden, "priority.unknown")
	}
	if o.Withdrawn != 0 {
		return nil, refusal.New(refusal.NotNow, "priority.withdrawn")
	}
	//mutants:guard nobody overwrites an order that they have not read
	if o.Seen() != seen {
		return nil, refusal.New(refusal.Conflict, "priority.changed")
	}
	return o, nil
}
