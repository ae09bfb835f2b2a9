package priority

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// Placed is a theme with the reason for its place, or for not taking it.
type Placed struct {
	Theme  int         `json:"theme"`  // its number, from 1
	Reason locale.Text `json:"reason"` // at most MaxReason characters in each language
}

// reasons cleans reasons; each theme needs one.
func reasons(in *input.Check, field string, all []Placed) []Placed {
	all = slices.Clone(all)
	for i := range all {
		in.Texts(field, &all[i].Reason, MaxReason)
		in.If(all[i].Reason.Empty(), field, "priority.reason", "n", all[i].Theme)
	}
	return all
}

// whole holds placed themes to the themes of an order: each of them stands in one place.
func (o *Order) whole(all ...Placed) error {
	seen := map[int]bool{}
	for _, p := range all {
		if _, ok := o.Theme(p.Theme); !ok || seen[p.Theme] {
			return refusal.In("places", "priority.placed", "n", p.Theme)
		}
		seen[p.Theme] = true
	}
	for i := range o.Themes {
		if !seen[i+1] {
			return refusal.In("places", "priority.missing", "n", i+1)
		}
	}
	return nil
}

// Propose proposes an order: every theme in its place, with a reason, and the call at which comments on it are taken.
type Propose struct {
	Order  cite.Ref      // o1
	Call   cite.Ref      // nothing was sent to it yet
	Places []Placed      // every theme once, the first is to be taken up first
	Seen   cite.Position // where the order changed last when it was read
}

// Check cleans the reasons.
func (c Propose) Check() (Propose, error) {
	var in input.Check
	in.If(c.Call == cite.None, "call", "priority.call")
	c.Places = reasons(&in, "places", c.Places)
	return c, in.Err()
}

// Propose decides. The call was looked up before.
func (s *State) Propose(act cite.Act, c Propose) (cite.Proposal, error) {
	o, err := s.standing(c.Order, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	if o.Proposal != nil {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "priority.proposed")
	}
	if _, taken := s.ByCall(c.Call); taken {
		return cite.Proposal{}, refusal.In("call", "priority.call")
	}
	if err := o.whole(c.Places...); err != nil {
		return cite.Proposal{}, err
	}
	words := cite.Words{}
	return cite.Proposal{Body: Proposed{Order: o.Ref, Call: c.Call, Places: places(words, c.Places), Names: o.names(), By: act.By, At: act.At}, Words: words}, nil
}

// Apply puts the proposal beside the order.
func (f *Proposed) Apply(s *State, at cite.Entry) error {
	return s.change(f.Order, func(o *Order) {
		o.Call, o.Proposal = f.Call, &Ranking{Position: at.Position, By: f.By, At: f.At, Places: f.Places}
	})
}

// Decide decides on the order, or puts another decision in the place of the one that holds.
type Decide struct {
	Order  cite.Ref      // o1
	Places []Placed      // the themes that are taken up, in order: at least one
	Left   []Placed      // all others, with why they are not taken
	Why    locale.Text   // why this takes the place of the decision before, at most MaxReason characters; only then
	List   bool          // it is decided although comments have no answer; how many is said
	Seen   cite.Position // where the order changed last when it was read
}

// Check cleans the reasons.
func (c Decide) Check() (Decide, error) {
	var in input.Check
	in.If(len(c.Places) == 0, "places", "priority.none")
	c.Places, c.Left = reasons(&in, "places", c.Places), reasons(&in, "left", c.Left)
	in.Texts("why", &c.Why, MaxReason)
	return c, in.Err()
}

// Comments is what the conversation knows of the comments on a proposal.
type Comments struct {
	Until      time.Time // until when they are taken
	Withdrawn  bool      // the call was withdrawn
	Pending    int       // that wait for a moderator
	Unanswered int       // published points without an answer
	Second     bool      // a decision takes two people here
}

// Decide decides.
func (s *State) Decide(act cite.Act, of Comments, c Decide) (cite.Proposal, error) {
	o, err := s.standing(c.Order, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	was := o.Now()
	switch {
	case was == nil:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.unproposed")
	//mutants:guard nothing is decided while comments on it are taken
	case !of.Withdrawn && act.At.Before(of.Until):
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.comments", "until", of.Until)
	case of.Pending > 0:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.pending", "n", of.Pending)
	case of.Unanswered > 0 && !c.List:
		return cite.Proposal{}, refusal.In("list", "priority.unanswered", "n", of.Unanswered)
	//mutants:guard where two people are needed nobody decides on what they wrote themselves
	case of.Second && was.By == act.By:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.second")
	}
	if err := o.whole(slices.Concat(c.Places, c.Left)...); err != nil {
		return cite.Proposal{}, err
	}
	again := len(o.Decisions) > 0
	switch {
	case again && c.Why.Empty():
		return cite.Proposal{}, refusal.In("why", "priority.why")
	case !again && !c.Why.Empty():
		return cite.Proposal{}, refusal.In("why", "priority.first")
	}
	words := cite.Words{}
	f := Decided{Order: o.Ref, Places: places(words, c.Places), Left: places(words, c.Left), Unanswered: of.Unanswered, Names: o.names(), Again: again, By: act.By, At: act.At}
	f.Original, f.Languages = written(words, "why", c.Why)
	return cite.Proposal{Body: f, Words: words}, nil
}

// Apply adds the decision; it holds from now on.
func (f *Decided) Apply(s *State, at cite.Entry) error {
	return s.change(f.Order, func(o *Order) {
		o.Decisions = append(slices.Clip(o.Decisions), &Ranking{Position: at.Position, By: f.By, At: f.At, Places: f.Places, Left: f.Left,
			Unanswered: f.Unanswered, Original: f.Original, Languages: f.Languages})
	})
}

// GiveUp gives an order up on which nothing was decided. It stays to be seen, with the reason.
type GiveUp struct {
	Order  cite.Ref      // o1
	Reason locale.Text   // at most MaxReason characters in each language
	Seen   cite.Position // where the order changed last when it was read
}

// Check cleans the reason.
func (c GiveUp) Check() (GiveUp, error) {
	var in input.Check
	in.Texts("reason", &c.Reason, MaxReason)
	in.If(c.Reason.Empty(), "reason", "desk.reason")
	return c, in.Err()
}

// GiveUp decides.
func (s *State) GiveUp(act cite.Act, c GiveUp) (cite.Proposal, error) {
	o, err := s.standing(c.Order, c.Seen)
	if err != nil {
		return cite.Proposal{}, err
	}
	if o.Decided() != nil {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "priority.decided")
	}
	words := cite.Words{}
	f := Withdrawn{Order: o.Ref, Names: o.names(), By: act.By, At: act.At}
	f.Original, f.Languages = written(words, "reason", c.Reason)
	return cite.Proposal{Body: f, Words: words}, nil
}

// Apply gives the order up.
func (f *Withdrawn) Apply(s *State, at cite.Entry) error {
	return s.change(f.Order, func(o *Order) { o.Withdrawn, o.Gone = at.Position, Place{Original: f.Original, Languages: f.Languages} })
}

// names are the elements that the themes of an order name, through time: what says where they stand.
func (o *Order) names() (out []cite.Ref) {
	for _, t := range o.Themes {
		for _, x := range t.Names {
			out = append(out, x.Element())
		}
	}
	return out
}
