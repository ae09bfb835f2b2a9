package floor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// MaxSpeaker is how long it may be as what a person speaks for a party, in characters.
const MaxSpeaker = 120

// EnterTurn enters afterwards that a party had the floor, in a sitting that was led on paper; or puts right what was entered so.
type EnterTurn struct {
	Session cite.Ref    // s2
	Number  int         // of the turn that is put right, which was entered afterwards; 0 for another
	Kind    string      // place, reply or point; empty for a place
	Sitting int         // in which it was
	Item    int         // of the agenda; 0 for a point of order
	Ruling  string      // of the chair on a point of order: in_order or out_of_order; only then
	Party   cite.Ref    // on the roll
	Through cite.Ref    // the member that spoke, where the party is a group
	Began   time.Time   // when the floor was given
	Ended   time.Time   // when it was taken back
	Cut     bool        // time ran out before the speaker had finished
	Floor   locale.Lang // that was spoken; empty where that is not known
	Speaker string      // as what the person spoke, "Head of delegation", without a name; at most MaxSpeaker characters, may be empty
	Reason  locale.Text // why it is put right, at most input.MaxOutcome characters; only then
}

// Check holds it to its bounds.
func (c EnterTurn) Check() (EnterTurn, error) {
	var in input.Check
	if c.Kind == "" {
		c.Kind = Place
	}
	in.OneOf("kind", c.Kind, Kinds, "floor.kind")
	if c.Kind == Point {
		c.Item, c.Cut = 0, false
		in.OneOf("ruling", c.Ruling, Rulings, "floor.ruling")
	} else {
		c.Ruling = ""
	}
	in.If(c.Floor != "" && !c.Floor.Valid(), "floor", "session.floor")
	speaks(&in, &c.Speaker)
	in.Texts("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Number != 0 && c.Reason.Empty(), "reason", "desk.reason")
	if c.Number == 0 {
		c.Reason = locale.Text{}
	}
	c.Began, c.Ended = c.Began.UTC(), c.Ended.UTC()
	in.If(c.Began.IsZero() || !c.Began.Before(c.Ended), "to", "session.order")
	return c, in.Err()
}

// speaks cleans as what somebody speaks. It is entered by somebody else, and stands on the record.
func speaks(in *input.Check, s *string) {
	in.Line("speaker", s, MaxSpeaker)
	//mutants:guard no private person is named on the record by somebody else: neither an address nor the name of an office stands for a speaker
	in.If(*s != "" && (locale.HasAddress(*s) || locale.Claims(*s)), "speaker", "heard.person")
}

// EnterTurn decides, for a party that was accredited then and in a sitting that was open.
func (s *State) EnterTurn(act cite.Act, c EnterTurn, who Who) (facts []cite.Proposal, err error) {
	x := s.Floor(c.Session)
	if x.Declared == 0 {
		return nil, refusal.New(refusal.NotNow, "floor.no_rules")
	}
	f := TurnEntered{Session: c.Session, Number: len(x.Turns) + 1, Kind: c.Kind, Sitting: c.Sitting, Item: c.Item, Party: c.Party, Through: c.Through, Class: who.Class, Region: who.Region,
		Ruling: c.Ruling, Began: c.Began, Ended: c.Ended, Cut: c.Cut, Reason: c.Reason, By: act.By, At: act.At}
	var was Turn
	if c.Number != 0 {
		//mutants:guard what the chair gave is not written over: only what was entered afterwards is put right
		if c.Number < 1 || c.Number > len(x.Turns) || x.Turns[c.Number-1].Entered.IsZero() {
			return nil, refusal.New(refusal.Hidden, "floor.no_turn")
		}
		was = x.Turns[c.Number-1]
		f.Number = c.Number
	}
	for i := range x.Turns {
		t := &x.Turns[i]
		//mutants:guard nobody had the floor while somebody else had it, but to a point of order, for which the clock of the speaker stood
		if t.Number != f.Number && t.Began().Before(c.Ended) && (t.Ended.IsZero() || c.Began.Before(t.Ended)) && !c.interrupts(t) {
			return nil, refusal.In("from", "floor.at_once", "n", t.Number)
		}
	}
	for _, r := range x.Requests {
		of := r.Kind == c.Kind && r.Item == c.Item && r.Party == c.Party && (r.Became == Waits || slices.Contains(was.Requests, r.Number))
		// Each reply and each point is one; a place is all that was asked for it until then.
		if of && !r.At.After(c.Ended) && (c.Kind == Place || len(f.Requests) == 0) {
			f.Requests = append(f.Requests, r.Number)
		}
	}
	if f.Seconds = x.Rules.Limits[who.Class]; c.Kind == Reply {
		f.Seconds = x.Rules.reply(x.repliedBefore(c.Began, c.Party, c.Item, f.Number))
	}
	facts = []cite.Proposal{{Body: f}}
	if c.Floor != "" || c.Speaker != "" || was.Said != 0 {
		facts = append(facts, describe(act, c.Party, DescribeTurn{Session: c.Session, Number: f.Number, Floor: c.Floor, Speaker: c.Speaker}))
	}
	return facts, nil
}

// interrupts reports whether of a turn that is entered and another, which share time, one is a point of order that interrupted the other. A turn that was entered
// afterwards is interrupted by one that lies within it; what the chair gave, by one for which its clock stood.
func (c EnterTurn) interrupts(t *Turn) bool {
	switch {
	case (c.Kind == Point) == (t.Kind == Point):
		return false
	case !t.Entered.IsZero() && c.Kind == Point:
		return !c.Began.Before(t.Began()) && !c.Ended.After(t.Ended)
	case !t.Entered.IsZero():
		return !t.Began().Before(c.Began) && !t.Ended.After(c.Ended)
	}
	return c.Kind == Point && !slices.ContainsFunc(t.Spans, func(s Span) bool { return s.From.Before(c.Ended) && (s.To.IsZero() || c.Began.Before(s.To)) })
}

// DescribeTurn says in which language somebody who has or had the floor speaks, and as what.
type DescribeTurn struct {
	Session cite.Ref    // s2
	Number  int         // of the turn
	Floor   locale.Lang // that is spoken; empty where that is not known
	Speaker string      // as what the person speaks, "Head of delegation", without a name; at most MaxSpeaker characters, may be empty
}

// Check cleans as what somebody speaks.
func (c DescribeTurn) Check() (DescribeTurn, error) {
	var in input.Check
	in.If(c.Floor != "" && !c.Floor.Valid(), "floor", "session.floor")
	speaks(&in, &c.Speaker)
	return c, in.Err()
}

// DescribeTurn decides.
func (s *State) DescribeTurn(act cite.Act, c DescribeTurn) (cite.Proposal, error) {
	x := s.Floor(c.Session)
	if c.Number < 1 || c.Number > len(x.Turns) {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "floor.no_turn")
	}
	return describe(act, x.Turns[c.Number-1].Party, c), nil
}

func describe(act cite.Act, party cite.Ref, c DescribeTurn) cite.Proposal {
	p := cite.Proposal{Body: TurnDescribed{Session: c.Session, Turn: c.Number, Party: party, Floor: string(c.Floor), By: act.By, At: act.At}}
	if c.Speaker != "" {
		p.Words = cite.Words{"speaker": c.Speaker}
	}
	return p
}

// TurnEntered: it is entered afterwards that a party had the floor, or what was entered so is put right.
type TurnEntered struct {
	Session  cite.Ref    `json:"session"`
	Number   int         `json:"n"` // in the session, from 1; that of a turn that there is puts it right
	Kind     string      `json:"kind"`
	Sitting  int         `json:"sitting"`
	Item     int         `json:"item"`             // 0 for a point of order
	Ruling   string      `json:"ruling,omitempty"` // of the chair on a point of order
	Party    cite.Ref    `json:"party"`
	Through  cite.Ref    `json:"through,omitempty"`  // the member that spoke, where the party is a group
	Requests []int       `json:"requests,omitempty"` // that were heard in it
	Class    string      `json:"class"`
	Region   string      `json:"region,omitempty"`
	Seconds  int         `json:"seconds"` // that it had
	Began    time.Time   `json:"began"`
	Ended    time.Time   `json:"ended"`
	Cut      bool        `json:"cut,omitempty"`
	Reason   locale.Text `json:"reason,omitzero"` // why it is put right
	By       string      `json:"by"`              // who entered it
	At       time.Time   `json:"at"`              // when
}

// Describe: who had the floor is everybody's.
func (f TurnEntered) Describe() cite.Description { return public("floor.turn-entered/1", f.Session) }

// over are the requests of a session that wait no more.
func (f TurnEntered) over() (session cite.Ref, requests []int) { return f.Session, f.Requests }

// Apply adds the turn, or puts it in place of the one that it puts right, whose requests wait again.
func (f *TurnEntered) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, func(x *Floor) bool {
		if f.Number < 1 || f.Number > len(x.Turns)+1 {
			return false
		}
		x.Turns = slices.Clone(x.Turns)
		if f.Number > len(x.Turns) {
			x.Turns = append(x.Turns, Turn{})
		}
		was := x.Turns[f.Number-1]
		x.Turns[f.Number-1] = Turn{Number: f.Number, Kind: f.Kind, Item: f.Item, Ruling: f.Ruling, Sitting: f.Sitting,
			Party: f.Party, Through: f.Through, Requests: f.Requests, Class: f.Class, Region: f.Region,
			Seconds: f.Seconds, Spans: []Span{{From: f.Began, To: f.Ended}}, Ended: f.Ended, Cut: f.Cut, Entered: f.At, Position: at.Position}
		x.interrupted()
		return x.became(was.Requests, func(r *Request) { r.Became, r.Turn, r.Ruling = Waits, 0, "" }) &&
			x.became(f.Requests, func(r *Request) { r.Became, r.Turn, r.Ruling = Heard, f.Number, f.Ruling })
	})
}

// interrupted has the clocks of the turns that were entered afterwards stand while a point of order was heard that was entered so too, in whatever order they were
// entered. A turn begins and ends when it was said to.
func (f *Floor) interrupted() {
	all := f.InTime()
	for _, t := range all {
		if t.Entered.IsZero() || t.Kind == Point {
			continue
		}
		t.Spans = []Span{{From: t.Began(), To: t.Ended}}
		for _, p := range all {
			if p.Kind == Point && !p.Entered.IsZero() && !p.Began().Before(t.Began()) && !p.Ended.After(t.Ended) {
				last := len(t.Spans) - 1
				t.Spans[last].To = p.Began()
				t.Spans = append(t.Spans, Span{From: p.Ended, To: t.Ended})
			}
		}
	}
}

// TurnDescribed: it is said in which language somebody speaks who has or had the floor, and as what. Words: speaker.
type TurnDescribed struct {
	Session cite.Ref  `json:"session"`
	Turn    int       `json:"turn"`
	Party   cite.Ref  `json:"party"` // whose turn it is
	Floor   string    `json:"floor,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: who hears the turn hears it as well.
func (f TurnDescribed) Describe() cite.Description {
	return public("floor.turn-described/1", f.Session)
}

// Apply keeps what was said last.
func (f *TurnDescribed) Apply(s *State, at cite.Entry) error {
	return s.change(f.Session, func(x *Floor) bool {
		return x.turn(f.Turn, func(t *Turn) { t.Floor, t.Said = locale.Lang(f.Floor), at.Position })
	})
}
