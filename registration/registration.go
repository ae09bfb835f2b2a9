package registration

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Any stands for what all sessions offer, for pages that say so.
const Any cite.Ref = "registrations"

// Bounds.
const (
	MaxSeats   = 100_000 // of a kind
	MaxFields  = 20      // that one session asks
	MaxOptions = 20      // to choose among
	MaxAnswer  = 500     // characters of what is written in a field
	MaxMembers = 300     // of one delegation
)

// How many days what people said is kept when a session has ended.
const (
	UsualKeep = 180 // where the terms do not say
	MaxKeep   = 730
)

// HoldFor is how long a seat is kept while the form is filled in.
const HoldFor = 20 * time.Minute

// The kinds of seat.
const (
	Active  = "active"  // may ask for the floor
	Passive = "passive" // follows
)

// Seats lists the kinds of seat.
var Seats = []string{Active, Passive}

// To whom something is shown.
const (
	Everyone     = "everyone"
	Participants = "participants" // whose registration is confirmed
	Nobody       = "nobody"       // but the secretariat
)

// Readers lists to whom something may be shown.
var Readers = []string{Everyone, Participants, Nobody}

// The kinds of field.
const (
	Line   = "text"
	Choice = "choice"
	File   = "file"
)

// Kinds lists the kinds of field.
var Kinds = []string{Line, Choice, File}

// ErrGap says that a fact is about something that is not there: the record is not whole.
var ErrGap = errors.New("registration: a fact about what is not there")

// Terms are the terms under which people register for a session.
type Terms struct {
	Opens      time.Time `json:"opens"`
	Closes     time.Time `json:"closes"`               // the first instant at which nobody registers any more
	Active     int       `json:"active"`               // how many active seats there are; 0 for none
	Passive    int       `json:"passive"`              // how many passive seats there are; 0 for none
	Each       int       `json:"each,omitempty"`       // how many active seats one party has at most; 0 for no such bound
	Categories []string  `json:"categories,omitempty"` // of stakeholders that may register; none for all
	Approval   bool      `json:"approval,omitempty"`   // the secretariat decides on each registration
	Gender     bool      `json:"gender,omitempty"`     // it is asked; nobody has to say
	First      bool      `json:"first,omitempty"`      // it is asked whether somebody takes part for the first time; nobody has to say
	Figures    string    `json:"figures"`              // to whom the figures are shown: one of Readers
	List       string    `json:"list"`                 // to whom the list of participants is shown: one of Readers
	Floor      bool      `json:"floor,omitempty"`      // who asks for the floor holds an active seat
	Keep       int       `json:"keep,omitempty"`       // for how many days after the session what people said is kept; 0 for UsualKeep
}

// Days is for how many days after the session what people said is kept.
func (t Terms) Days() int { return cmp.Or(t.Keep, UsualKeep) }

// Discarded is when what people said is deleted, for a session that ends at an instant; the zero instant where no sitting is planned.
func (t Terms) Discarded(ends time.Time) time.Time {
	if ends.Before(t.Closes) {
		ends = t.Closes
	}
	return ends.AddDate(0, 0, t.Days())
}

// Takes reports whether somebody may begin to register at an instant.
func (t Terms) Takes(now time.Time) bool { return !now.Before(t.Opens) && now.Before(t.Closes) }

// Holds is until when a seat is held whose form was begun at an instant. Who began before the close may finish after it.
func (t Terms) Holds(begun time.Time) time.Time { return begun.Add(HoldFor) }

// Seated is how many seats of a kind there are.
func (t Terms) Seated(kind string) int {
	switch kind {
	case Active:
		return t.Active
	case Passive:
		return t.Passive
	}
	return 0
}

// Kinds are the kinds of seat of which there are some.
func (t Terms) Kinds() (out []string) {
	for _, k := range Seats {
		if t.Seated(k) > 0 {
			out = append(out, k)
		}
	}
	return out
}

// Field is something that is asked beside the name.
type Field struct {
	Label      locale.Text `json:"label"`                // at most input.MaxTitle characters in each language
	Kind       string      `json:"kind"`                 // one of Kinds
	Required   bool        `json:"required,omitempty"`   // without it there is no badge
	Options    locale.Text `json:"options,omitzero"`     // to choose among: a line for each, as many in each language
	Categories []string    `json:"categories,omitempty"` // that are asked; none for all
}

// Asked reports whether those of a category are asked.
func (f Field) Asked(category string) bool {
	return len(f.Categories) == 0 || slices.Contains(f.Categories, category)
}

// Change is a fact that put right what is offered.
type Change struct {
	Position cite.Position
	Field    int // 0 for the terms
	At       time.Time
	Reason   locale.Text
}

// Asked is a field as it stands.
type Asked struct {
	Field
	Off      bool // it is not asked any more
	Position cite.Position
}

// Offer is what a session offers, through all that became of it.
type Offer struct {
	Session  cite.Ref
	Terms    Terms
	Fields   []Asked // field n is the nth
	Changes  []Change
	Position cite.Position
	Seen     cite.Position // where it changed last
}

// Of lists the numbers of the fields that those of a category are asked, in their order.
func (o *Offer) Of(category string) (out []int) {
	for i, x := range o.Fields {
		if !x.Off && x.Asked(category) {
			out = append(out, i+1)
		}
	}
	return out
}

// Complete reports whether everything is answered that those of a category have to answer.
func (o *Offer) Complete(category string, answers map[int]string) bool {
	for _, n := range o.Of(category) {
		if o.Fields[n-1].Required && answers[n] == "" {
			return false
		}
	}
	return true
}

// State is the state of this room.
type State struct{ offers []*Offer } // one that changes is replaced by another

// Snapshot is the state as it is now, whatever is done later.
func (s *State) Snapshot() *State { return &State{offers: s.offers[:len(s.offers):len(s.offers)]} }

// Offer finds what a session offers.
func (s *State) Offer(session cite.Ref) (*Offer, bool) {
	i := slices.IndexFunc(s.offers, func(o *Offer) bool { return o.Session == session })
	if i < 0 {
		return nil, false
	}
	return s.offers[i], true
}

// Offers lists what sessions offer, in the order in which they first did.
func (s *State) Offers() []*Offer { return s.offers }

// Seen is where the offer of a session changed last; 0 where it offers nothing.
func (s *State) Seen(session cite.Ref) cite.Position {
	o, ok := s.Offer(session)
	if !ok {
		return 0
	}
	return o.Seen
}

// change replaces an offer by another, which a fold makes of it.
func (s *State) change(session cite.Ref, at cite.Position, fold func(*Offer) bool) error {
	i := slices.IndexFunc(s.offers, func(o *Offer) bool { return o.Session == session })
	is := Offer{Session: session, Position: at}
	if i >= 0 {
		is = *s.offers[i]
	}
	if is.Seen = at; !fold(&is) {
		return fmt.Errorf("%w: %s", ErrGap, session)
	}
	if i < 0 {
		s.offers = append(s.offers, &is)
		return nil
	}
	s.offers = slices.Clone(s.offers)
	s.offers[i] = &is
	return nil
}

// seen looks that nothing of an offer changed since it was read.
func (s *State) seen(session cite.Ref, seen cite.Position) (*Offer, error) {
	o, ok := s.Offer(session)
	//mutants:guard nobody changes over what somebody else changed since they read it
	if ok && o.Seen != seen {
		return nil, refusal.New(refusal.Conflict, "registration.changed")
	}
	return o, nil
}

// SetTerms says under which terms people register for a session. Seats that were given are not taken away where there are fewer afterwards.
type SetTerms struct {
	Session    cite.Ref      // s2
	Opens      time.Time     // from when one registers
	Closes     time.Time     // the first instant at which nobody registers any more
	Active     int           // active seats, 0 to MaxSeats
	Passive    int           // passive seats, 0 to MaxSeats
	Each       int           // active seats that one party has at most; 0 for no such bound
	Categories []string      // identifiers of those that may register; none for all
	Approval   bool          // the secretariat decides on each registration
	Gender     bool          // it is asked
	First      bool          // it is asked whether somebody takes part for the first time
	Figures    string        // everyone, participants or nobody: to whom the figures are shown
	List       string        // everyone, participants or nobody: to whom the list of participants is shown
	Floor      bool          // who asks for the floor holds an active seat
	Keep       int           // for how many days after the session what people said is kept, at most MaxKeep; 0 for UsualKeep
	Reason     locale.Text   // why they are put right, at most input.MaxOutcome characters
	Seen       cite.Position // where the offer changed last when it was read; 0 for a new one
}

// Check holds everything to its bounds.
func (c SetTerms) Check() (SetTerms, error) {
	var in input.Check
	c.Opens, c.Closes = c.Opens.UTC(), c.Closes.UTC()
	in.If(c.Opens.IsZero() || !c.Opens.Before(c.Closes), "closes", "registration.order")
	seats := func(field string, n int) { in.If(n < 0 || n > MaxSeats, field, "registration.seats", "max", MaxSeats) }
	seats("active", c.Active)
	seats("passive", c.Passive)
	seats("each", c.Each)
	in.If(c.Active == 0 && c.Passive == 0, "active", "registration.no_seats")
	in.If(c.Floor && c.Active == 0, "active", "registration.floor_seats")
	in.OneOf("figures", c.Figures, Readers, "registration.readers")
	in.OneOf("list", c.List, Readers, "registration.readers")
	in.If(c.Keep < 0 || c.Keep > MaxKeep, "keep", "registration.keep", "max", MaxKeep)
	c.Categories = once(c.Categories)
	c.Reason = why(&in, c.Seen > 0, c.Reason)
	return c, in.Err()
}

func once(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// why holds a reason to its bounds; where something is put right, there must be one.
func why(in *input.Check, must bool, t locale.Text) locale.Text {
	in.Texts("reason", &t, input.MaxOutcome)
	in.If(must && t.Empty(), "reason", "desk.reason")
	return t
}

// SetTerms decides, for a session whose last sitting ends at an instant, zero where none is planned. The session and the categories were looked up before.
func (s *State) SetTerms(act cite.Act, c SetTerms, ends time.Time) (cite.Proposal, error) {
	was, err := s.seen(c.Session, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	t := Terms{Opens: c.Opens, Closes: c.Closes, Active: c.Active, Passive: c.Passive, Each: c.Each, Categories: c.Categories, Approval: c.Approval,
		Gender: c.Gender, First: c.First, Figures: c.Figures, List: c.List, Floor: c.Floor, Keep: c.Keep}
	if was != nil && !act.At.Before(was.Terms.Opens) {
		if err := was.Terms.promised(t, act.At, ends); err != nil {
			return cite.Proposal{}, err
		}
	}
	return cite.Proposal{Body: Offered{Session: c.Session, Terms: t, Reason: c.Reason, By: act.By, At: act.At}}, nil
}

// promised looks that what people were told when they registered is kept, by terms that open at an instant at the latest: else nothing would be promised until they do.
func (t Terms) promised(next Terms, now, ends time.Time) error {
	var in input.Check
	//mutants:guard what people were told when they registered is not forgotten because registration is to open anew
	in.If(next.Opens.After(now), "opens", "registration.opened")
	//mutants:guard the days after the session do not begin long after it
	in.If(!ends.IsZero() && next.Closes.After(t.Closes) && next.Closes.After(ends), "closes", "registration.closes_past")
	//mutants:guard nothing of people is kept longer than they were told when they registered
	in.If(next.Days() > t.Days(), "keep", "registration.keep_longer", "max", t.Days())
	wider := func(next, was string) bool { return slices.Index(Readers, next) < slices.Index(Readers, was) }
	//mutants:guard nothing is shown of people to others than they were told when they registered
	in.If(wider(next.Figures, t.Figures), "figures", "registration.wider")
	//mutants:guard nobody stands on a list that others read than they were told when they registered
	in.If(wider(next.List, t.List), "list", "registration.wider")
	return in.Err()
}

// AskField asks something beside the name, puts a field right, or asks it no more.
type AskField struct {
	Session    cite.Ref      // s2
	Number     int           // of the field that is put right; 0 for a new one
	Label      locale.Text   // what is asked, at most input.MaxTitle characters in each language
	Kind       string        // text, choice or file
	Required   bool          // without it there is no badge
	Options    locale.Text   // to choose among: a line for each, as many in each language
	Categories []string      // identifiers of those that are asked; none for all
	Off        bool          // it is asked no more
	Reason     locale.Text   // why it is put right, at most input.MaxOutcome characters
	Seen       cite.Position // where the offer changed last when it was read
}

// Check cleans the texts and holds everything to its bounds.
func (c AskField) Check() (AskField, error) {
	var in input.Check
	c.Reason = why(&in, c.Number > 0, c.Reason)
	if c.Off {
		in.If(c.Number == 0, "off", "session.nothing")
		return c, in.Err()
	}
	in.Lines("label", &c.Label, input.MaxTitle)
	in.If(c.Label.Empty(), "label", "registration.label")
	in.OneOf("kind", c.Kind, Kinds, "registration.kind")
	in.Texts("options", &c.Options, MaxOptions*input.MaxName)
	if c.Kind != Choice {
		c.Options = locale.Text{}
	} else {
		n := len(Options(c.Options, c.Options.Original))
		in.If(n < 2 || n > MaxOptions, "options", "registration.options", "max", MaxOptions)
		for l := range c.Options.In {
			in.If(len(Options(c.Options, l)) != n, "options", "registration.options_same")
		}
	}
	c.Categories = once(c.Categories)
	return c, in.Err()
}

// AskField decides. The categories were looked up before. What a field asks stays of the kind that it was: what was answered is of it.
func (s *State) AskField(act cite.Act, c AskField) (cite.Proposal, error) {
	o, err := s.seen(c.Session, c.Seen)
	switch {
	case err != nil:
		return cite.Proposal{}, err
	case o == nil:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "registration.no_offer")
	case c.Number < 0 || c.Number > len(o.Fields):
		return cite.Proposal{}, refusal.New(refusal.Hidden, "registration.no_field")
	case c.Number == 0 && len(o.Fields) == MaxFields:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "registration.fields", "max", MaxFields)
	}
	f := FieldAsked{Session: c.Session, Number: c.Number, Off: c.Off, Reason: c.Reason, By: act.By, At: act.At,
		Field: Field{Label: c.Label, Kind: c.Kind, Required: c.Required, Options: c.Options, Categories: c.Categories}}
	if f.Number == 0 {
		f.Number = len(o.Fields) + 1
		return cite.Proposal{Body: f}, nil
	}
	was := o.Fields[c.Number-1].Field
	if f.Off {
		f.Field = was
	}
	if f.Field.Kind != was.Kind || was.Kind == Choice && len(Options(f.Field.Options, f.Field.Options.Original)) < len(Options(was.Options, was.Options.Original)) {
		return cite.Proposal{}, refusal.In("kind", "registration.kind_stays")
	}
	return cite.Proposal{Body: f}, nil
}
