package floor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// SetRules declares by which rules the lists of a session are drawn, or changes them.
type SetRules struct {
	Session cite.Ref      // s2
	Rules   Rules         // all of them
	Reason  locale.Text   // why they are changed, at most input.MaxOutcome characters; only then
	Seen    cite.Position // where the chair acted last when the floor was read; 0 for a floor without rules
}

// Check holds the rules to their bounds.
func (c SetRules) Check() (SetRules, error) {
	var in input.Check
	r := &c.Rules
	sorted := slices.Sorted(slices.Values(r.Classes))
	in.If(!slices.Equal(sorted, slices.Sorted(slices.Values(Classes))), "classes", "floor.classes")
	r.Limits = copyOf(r.Limits)
	for _, class := range Classes {
		in.If(r.Limits[class] < 30 || r.Limits[class] > 3600, "limit-"+class, "floor.limit")
	}
	in.If(r.Changeover < 0 || r.Changeover > 600, "changeover", "floor.changeover")
	in.If(r.Overrun < 0 || r.Overrun > 6*3600, "overrun", "floor.overrun")
	in.If(r.Reserve < 0 || r.Reserve > 6*3600, "reserve", "floor.overrun")
	in.If(len(r.Replies) > 5 || slices.ContainsFunc(r.Replies, func(n int) bool { return n < 30 || n > 3600 }), "replies", "floor.reply_limits")
	in.Texts("reason", &c.Reason, input.MaxOutcome)
	return c, in.Err()
}

// copyOf leaves the limits of the classes that there are.
func copyOf(m map[string]int) map[string]int {
	out := map[string]int{}
	for _, class := range Classes {
		out[class] = m[class]
	}
	return out
}

// SetRules decides. What was declared is changed with a reason.
func (s *State) SetRules(act cite.Act, c SetRules) (cite.Proposal, error) {
	x := s.Floor(c.Session)
	if err := x.Seen(c.Seen); err != nil {
		return cite.Proposal{}, err
	}
	//mutants:guard rules that were published are not changed without a word
	if x.Declared != 0 && c.Reason.Empty() {
		return cite.Proposal{}, refusal.In("reason", "desk.reason")
	}
	if x.Declared == 0 {
		c.Reason = locale.Text{}
	}
	return cite.Proposal{Body: RulesSet{Session: c.Session, Rules: c.Rules, Reason: c.Reason, By: act.By, At: act.At}}, nil
}

// SetList opens the list of an item, or closes it.
type SetList struct {
	Session cite.Ref // s2
	Item    int      // of its agenda
	Open    bool     // it is opened, for the first time or again
}

// Check has nothing to hold it to.
func (c SetList) Check() (SetList, error) { return c, nil }

// SetList decides, of an item that stands on the agenda.
func (s *State) SetList(act cite.Act, c SetList) (cite.Proposal, error) {
	x := s.Floor(c.Session)
	l, ok := x.List(c.Item)
	switch {
	case x.Declared == 0:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.no_rules")
	case c.Open && ok && l.Closed.IsZero():
		return cite.Proposal{}, refusal.New(refusal.Conflict, "floor.is_open")
	case !c.Open && !ok:
		return cite.Proposal{}, refusal.In("item", "floor.not_open")
	case !c.Open && !l.Closed.IsZero():
		return cite.Proposal{}, refusal.New(refusal.Conflict, "floor.is_closed")
	}
	return cite.Proposal{Body: ListSet{Session: c.Session, Item: c.Item, Open: c.Open, By: act.By, At: act.At}}, nil
}

// Strike takes the place of a request off the list: somebody who is not there, or who asked by telephone not to be called.
type Strike struct {
	Session cite.Ref      // s2
	Request int           // one of the place
	Reason  locale.Text   // at most input.MaxOutcome characters; everybody reads it
	Seen    cite.Position // where the chair acted last when the floor was read
}

// Check looks that there is a reason.
func (c Strike) Check() (Strike, error) {
	var in input.Check
	in.Texts("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Reason.Empty(), "reason", "desk.reason")
	return c, in.Err()
}

// Strike decides.
func (s *State) Strike(act cite.Act, c Strike) (cite.Proposal, error) {
	x := s.Floor(c.Session)
	r, err := x.waits(c.Request, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	f := Left{Session: c.Session, Party: r.Party, Struck: true, Reason: c.Reason, By: act.By, At: act.At}
	for _, r := range x.Waiting(r.Kind, r.Item, r.Party) {
		f.Requests = append(f.Requests, r.Number)
	}
	return cite.Proposal{Body: f}, nil
}

// waits finds a request that waits, on a floor on which the chair has not acted since it was read.
func (f *Floor) waits(n int, seen cite.Position) (Request, error) {
	if err := f.Seen(seen); err != nil {
		return Request{}, err
	}
	r, ok := f.Request(n)
	if !ok {
		return r, refusal.New(refusal.Hidden, "floor.unknown")
	}
	//mutants:guard who gave up their place is not called, and nobody is called twice
	if r.Became != Waits {
		return r, refusal.New(refusal.Conflict, "floor.gone")
	}
	return r, nil
}

// MovePlace moves a place on the list of an item.
type MovePlace struct {
	Session cite.Ref      // s2
	Request int           // one of the place
	To      int           // the position that it gets, from 1; beyond the end: the last
	Reason  locale.Text   // at most input.MaxOutcome characters; everybody reads it
	Seen    cite.Position // where the chair acted last when the floor was read
}

// Check looks that there is a reason.
func (c MovePlace) Check() (MovePlace, error) {
	var in input.Check
	in.Texts("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Reason.Empty(), "reason", "desk.reason")
	in.If(c.To < 1 || c.To > MaxRequests, "to", "floor.position")
	return c, in.Err()
}

// ToMove finds the place that is moved.
func (s *State) ToMove(c MovePlace) (Request, error) {
	x := s.Floor(c.Session)
	r, err := x.waits(c.Request, c.Seen)
	switch {
	case err != nil:
		return r, err
	case r.Kind != Place:
		return r, refusal.New(refusal.NotNow, "floor.in_order")
	case len(x.Moves) >= MaxMoves:
		return r, refusal.New(refusal.NotNow, "floor.moves", "max", MaxMoves)
	}
	return r, nil
}

// Move decides, beside which places it is put having been looked up.
func (s *State) Move(act cite.Act, r Request, c MovePlace, before, after []int) cite.Proposal {
	return cite.Proposal{Body: PlaceMoved{Session: c.Session, Item: r.Item, Party: r.Party, Request: c.Request, Before: before, After: after, Reason: c.Reason, By: act.By, At: act.At}}
}

// Give gives the floor to the party of a request. Whoever has it is thanked by the same press; a point of order stops their clock.
type Give struct {
	Session cite.Ref      // s2
	Request int           // one of the place
	Seen    cite.Position // where the chair acted last when the floor was read
}

// Check has nothing to hold it to.
func (c Give) Check() (Give, error) { return c, nil }

// ToGive finds whom the floor is given.
func (s *State) ToGive(c Give) (Request, error) {
	x := s.Floor(c.Session)
	r, err := x.waits(c.Request, c.Seen)
	if err != nil {
		return r, err
	}
	//mutants:guard a point of order is ruled on before anybody else speaks
	if now := x.Current(); now != nil && now.Kind == Point {
		return r, refusal.New(refusal.NotNow, "floor.point")
	}
	if !x.Suspended.IsZero() {
		return r, refusal.New(refusal.NotNow, "floor.suspended")
	}
	if r.Kind == Reply && len(x.Rules.Replies) == 0 { // it waited when the rules were changed
		return r, refusal.New(refusal.NotNow, "floor.replies", "max", 0)
	}
	return r, nil
}

// Give decides, in a sitting that is open, for requests of one place whose party may have the floor; whoever the first speaks through does.
func (s *State) Give(act cite.Act, place []Request, sitting int, c Give) (facts []cite.Proposal) {
	x, r := s.Floor(c.Session), place[0]
	f := Given{Session: c.Session, Number: len(x.Turns) + 1, Kind: r.Kind, Sitting: sitting, Item: r.Item, Party: r.Party, Class: r.Class, Region: r.Region, By: act.By, At: act.At}
	limit := x.Rules.Limits[r.Class]
	if r.Kind == Reply {
		limit = x.Rules.reply(x.Replied(r.Party, r.Item))
	}
	asked := 0
	for _, same := range place {
		f.Requests = append(f.Requests, same.Number)
		asked = max(asked, same.Seconds)
		if same.Seconds == 0 {
			asked = limit
		}
	}
	f.Seconds = min(asked, limit)
	if now := x.Current(); now != nil {
		did := Thank
		if r.Kind == Point {
			did = Stop
		}
		facts = append(facts, cite.Proposal{Body: Timed{Session: c.Session, Turn: now.Number, Did: did, By: act.By, At: act.At}})
	}
	return append(facts, cite.Proposal{Body: f})
}

// What is done to the clock of whoever has the floor, or to the sitting.
const (
	Stop    = "stop"    // its clock stops
	GoOn    = "go_on"   // its clock goes on
	Add     = "add"     // it has more time
	Thank   = "thank"   // it has the floor no more
	Cut     = "cut"     // the same, because time ran out before the speaker had finished
	Suspend = "suspend" // the sitting pauses
	Proceed = "proceed" // it goes on
)

// Acts lists them.
var Acts = []string{Stop, GoOn, Add, Thank, Cut, Suspend, Proceed}

// Time does something to the clock of whoever has the floor, or to the sitting.
type Time struct {
	Session cite.Ref      // s2
	Do      string        // stop, go_on, add, thank, cut, suspend or proceed
	Seconds int           // that are added, at most MaxExtra
	Seen    cite.Position // where the chair acted last when the floor was read
}

// Check holds what is added to its bounds.
func (c Time) Check() (Time, error) {
	var in input.Check
	in.OneOf("do", c.Do, Acts, "floor.do")
	in.If(c.Do == Add && (c.Seconds < 1 || c.Seconds > MaxExtra), "seconds", "floor.seconds", "max", MaxExtra)
	if c.Do != Add {
		c.Seconds = 0
	}
	return c, in.Err()
}

// Time decides.
func (s *State) Time(act cite.Act, c Time) (facts []cite.Proposal, err error) {
	x := s.Floor(c.Session)
	if err := x.Seen(c.Seen); err != nil {
		return nil, err
	}
	did := func(turn int, what string) {
		facts = append(facts, cite.Proposal{Body: Timed{Session: c.Session, Turn: turn, Did: what, Seconds: c.Seconds, By: act.By, At: act.At}})
	}
	now := x.Current()
	switch {
	case c.Do == Suspend && x.Suspended.IsZero():
		if now != nil && now.Runs() {
			did(now.Number, Stop)
		}
		did(0, Suspend)
	case c.Do == Proceed && !x.Suspended.IsZero():
		did(0, Proceed)
	case c.Do == Suspend || c.Do == Proceed:
		return nil, refusal.New(refusal.Conflict, "floor.changed")
	case now == nil:
		return nil, refusal.New(refusal.NotNow, "floor.nobody")
	case c.Do == GoOn && !x.Suspended.IsZero():
		return nil, refusal.New(refusal.NotNow, "floor.suspended")
	case c.Do == Stop && !now.Runs(), c.Do == GoOn && now.Runs():
		return nil, refusal.New(refusal.Conflict, "floor.changed")
	//mutants:guard a point of order that was heard is ruled on: with a ruling it has the floor no more
	case now.Kind == Point && (c.Do == Thank || c.Do == Cut):
		return nil, refusal.New(refusal.NotNow, "floor.point")
	default:
		did(now.Number, c.Do)
	}
	return facts, nil
}

// The rulings on a point of order.
const (
	InOrder    = "in_order"
	OutOfOrder = "out_of_order"
)

// Rulings lists them.
var Rulings = []string{InOrder, OutOfOrder}

// Rule rules on a point of order, heard or not. Whoever rose has the floor no more, and the speaker's clock stands until it goes on.
type Rule struct {
	Session cite.Ref      // s2
	Request int           // the point of order
	Ruling  string        // in_order or out_of_order
	Seen    cite.Position // where the chair acted last when the floor was read
}

// Check looks that it is a ruling.
func (c Rule) Check() (Rule, error) {
	var in input.Check
	in.OneOf("ruling", c.Ruling, Rulings, "floor.ruling")
	return c, in.Err()
}

// Rule decides: once on each point.
func (s *State) Rule(act cite.Act, c Rule) (facts []cite.Proposal, err error) {
	x := s.Floor(c.Session)
	if err := x.Seen(c.Seen); err != nil {
		return nil, err
	}
	r, ok := x.Request(c.Request)
	switch {
	case !ok || r.Kind != Point:
		return nil, refusal.New(refusal.Hidden, "floor.unknown")
	case r.Became == Withdrawn || r.Became == Struck || r.Ruling != "":
		return nil, refusal.New(refusal.Conflict, "floor.gone")
	}
	if now := x.Current(); now != nil && now.Kind == Point && now.Number == r.Turn {
		facts = append(facts, cite.Proposal{Body: Timed{Session: c.Session, Turn: now.Number, Did: Thank, By: act.By, At: act.At}})
	}
	return append(facts, cite.Proposal{Body: Ruled{Session: c.Session, Request: c.Request, Party: r.Party, Ruling: c.Ruling, By: act.By, At: act.At}}), nil
}

// Consult asks whether anybody objects.
type Consult struct {
	Session cite.Ref      // s2
	Text    locale.Text   // to what, at most input.MaxOutcome characters in each language
	Seconds int           // for which the chair waits, 10 to MaxAsked
	Seen    cite.Position // where the chair acted last when the floor was read
}

// Check cleans the text.
func (c Consult) Check() (Consult, error) {
	var in input.Check
	in.Texts("text", &c.Text, input.MaxOutcome)
	in.If(c.Text.Empty(), "text", "floor.text")
	in.If(c.Seconds < 10 || c.Seconds > MaxAsked, "seconds", "floor.wait", "max", MaxAsked)
	return c, in.Err()
}

// Consult decides: in a sitting, and one question at a time.
func (s *State) Consult(act cite.Act, c Consult) (cite.Proposal, error) {
	x := s.Floor(c.Session)
	if err := x.Seen(c.Seen); err != nil {
		return cite.Proposal{}, err
	}
	if x.Asked() != nil {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "floor.asked")
	}
	return cite.Proposal{Body: Consulted{Session: c.Session, Text: c.Text, Seconds: c.Seconds, By: act.By, At: act.At}}, nil
}

// Object objects for a party to what the chair asked.
type Object struct {
	Session cite.Ref // s2
	Party   cite.Ref // on the roll, for which whoever objects speaks
}

// Check has nothing to hold it to.
func (c Object) Check() (Object, error) { return c, nil }

// Object decides: until the chair has said what was seen, also when the seconds are over.
func (s *State) Object(act cite.Act, c Object) (cite.Proposal, error) {
	q := s.Floor(c.Session).Asked()
	switch {
	case q == nil:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.not_asked")
	case slices.Contains(q.Objects, c.Party):
		return cite.Proposal{}, refusal.New(refusal.Conflict, "floor.objects")
	}
	return cite.Proposal{Body: Objected{Session: c.Session, Party: c.Party, By: act.By, At: act.At}}, nil
}

// Conclude says whether an objection was seen.
type Conclude struct {
	Session cite.Ref // s2
	Objects int      // how many objections the chair has seen: another may have come since
}

// Check has nothing to hold it to.
func (c Conclude) Check() (Conclude, error) { return c, nil }

// Conclude decides: no objection is seen before there was the time for one.
func (s *State) Conclude(act cite.Act, c Conclude) (cite.Proposal, error) {
	q := s.Floor(c.Session).Asked()
	if q == nil {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.not_asked")
	}
	//mutants:guard an objection that came while the chair concluded is not passed over
	if len(q.Objects) != c.Objects {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "floor.objected", "n", len(q.Objects))
	}
	//mutants:guard nothing is decided before those who object could say so
	if len(q.Objects) == 0 && act.At.Before(q.Over()) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.wait_on", "n", int(q.Over().Sub(act.At)/time.Second)+1)
	}
	return cite.Proposal{Body: Concluded{Session: c.Session, Objects: len(q.Objects), Seen: len(q.Objects) > 0, By: act.By, At: act.At}}, nil
}
