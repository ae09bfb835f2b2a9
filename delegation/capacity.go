package delegation

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// A delegation is those who hold an authority of one party. Each holds it in a capacity, and maybe until a date. Whoever
// manages it brings in others, ends mandates and hands over, without the secretariat.

// Capacity is what somebody is in a delegation. The empty one is that of whom the secretariat lets speak for a party and says no
// more of.
type Capacity string

// The capacities.
const (
	Head       Capacity = "head"        // speaks for the party and manages the delegation
	Alternate  Capacity = "alternate"   // speaks for the party
	Member     Capacity = "member"      // takes part in the work of the delegation and does not speak for the party
	FocalPoint Capacity = "focal_point" // speaks for the party and manages the delegation
)

// Capacities lists them, the empty one not among them.
var Capacities = []Capacity{Head, Alternate, Member, FocalPoint}

// Speaks reports whether a capacity is one to speak for the party.
//
//mutants:guard members prepare and do not speak for the party
func (c Capacity) Speaks() bool { return c != Member }

// Manages reports whether a capacity is one to manage the delegation.
//
//mutants:guard a delegation is managed by its head and its focal points
func (c Capacity) Manages() bool { return c == Head || c == FocalPoint }

// May is by which word people are told what a capacity lets them do: "manage", "speak" or "prepare".
func (c Capacity) May() string {
	switch {
	case c.Manages():
		return "manage"
	case c.Speaks():
		return "speak"
	}
	return "prepare"
}

// known reports whether a capacity is one, or the empty one.
func (c Capacity) known() bool { return c == "" || slices.Contains(Capacities, c) }

// MaxDelegation is how many may hold an authority of one party at the same time.
const MaxDelegation = 500

// InForce reports whether an authority holds at an instant: until its end, where it has one.
//
//mutants:guard a mandate that has ended gives nothing
func (a Authority) InForce(at time.Time) bool { return a.Until.IsZero() || at.Before(a.Until) }

// Step is one thing that was done to a delegation, as its members see it.
type Step struct {
	Did         string      // "authorised", "ended" or "handed_over"
	By          Participant // who did it, 0 where nobody is named
	Participant Participant // whose mandate it is; of a handover, who has it now
	From        Participant // of a handover, who had it
	Capacity    Capacity
	Stays       Capacity // of a handover, what the other is from then on; "" for nothing more
	Until       time.Time
	Time        time.Time
	Position    cite.Position
}

// Holds is the authority of a participant for a party, in force or not.
func (r *Roll) Holds(who Participant, forWhom Party) (Authority, bool) {
	for _, a := range r.speaks[who] {
		if a.Party == forWhom {
			return a, true
		}
	}
	return Authority{}, false
}

// Held lists the authorities of a participant, in force or not, in the order in which they were given.
func (r *Roll) Held(who Participant) []Authority { return r.speaks[who] }

// Steps lists what was done to the delegation of a party, oldest first.
func (r *Roll) Steps(of Party) []Step { return r.steps[of] }

// MaySpeak reports whether a participant may speak for a party at an instant: with an authority that is in force then, in a
// capacity that speaks. For a group nobody may: a member of it declares for it.
func (r *Roll) MaySpeak(who Participant, forWhom Party, at time.Time) bool {
	a, ok := r.Holds(who, forWhom)
	//mutants:guard nobody speaks for a party but those it has authorised, while their mandate runs
	return ok && a.Capacity.Speaks() && a.InForce(at) && !r.IsGroup(forWhom)
}

// Refused says why a participant may not speak for a party at an instant; nil where they may. For a group they speak as somebody who
// speaks for the member that declares.
func (r *Roll) Refused(who Participant, forWhom, through Party, at time.Time) error {
	//mutants:guard nobody speaks for a group but through a member of it
	if r.IsGroup(forWhom) {
		if !r.MayDeclare(who, forWhom, through, at) {
			return refusal.In("for", "group.not_declared")
		}
		return nil
	}
	//mutants:guard nobody speaks for who has not authorised them
	if r.MaySpeak(who, forWhom, at) {
		return nil
	}
	switch has, ok := r.Holds(who, forWhom); {
	case ok && !has.InForce(at):
		return refusal.In("for", "party.mandate_over", "until", has.Until)
	case ok && !has.Capacity.Speaks():
		return refusal.In("for", "party.member")
	}
	return refusal.In("for", "party.not_authorised")
}

// Seats lists the parties in whose delegations a participant is at an instant, be it as somebody who does not speak.
func (r *Roll) Seats(who Participant, at time.Time) (of []Party) {
	for _, a := range r.speaks[who] {
		if a.InForce(at) {
			of = append(of, a.Party)
		}
	}
	return of
}

// Heads reports whether a participant is the head of a party at an instant. Where it has none, everybody is as good.
func (r *Roll) Heads(who Participant, of Party, at time.Time) bool {
	none := true
	for _, a := range r.Delegation(of) {
		if a.Capacity == Head && a.InForce(at) {
			if none = false; a.Participant == who {
				return true
			}
		}
	}
	return none
}

// Manages reports whether a participant manages the delegation of a party at an instant.
func (r *Roll) Manages(who Participant, of Party, at time.Time) bool {
	a, ok := r.Holds(who, of)
	//mutants:guard nobody manages a delegation but its head and its focal points, while their mandate runs
	return ok && a.Capacity.Manages() && a.InForce(at)
}

// managers counts who manages a delegation at an instant.
func (r *Roll) managers(of Party, at time.Time) (n int) {
	for _, who := range r.people[of] {
		if a, _ := r.Holds(who, of); a.Capacity.Manages() && a.InForce(at) {
			n++
		}
	}
	return n
}

// size counts who holds an authority of a party that is in force at an instant.
func (r *Roll) size(of Party, at time.Time) (n int) {
	for _, who := range r.people[of] {
		if a, _ := r.Holds(who, of); a.InForce(at) {
			n++
		}
	}
	return n
}

// give gives an authority at an instant. Its end is told of once, be it in another capacity.
func (r *Roll) give(at time.Time, a Authority) {
	a.Remind = remindAt(at, a.Until)
	if had, ok := r.Holds(a.Participant, a.Party); ok && had.Told > 0 && had.Until.Equal(a.Until) {
		a.Remind, a.Told, a.ToldAt = time.Time{}, had.Told, had.ToldAt
	}
	r.put(a)
}

// put puts an authority in the place of the one that somebody held for the party, or behind their others.
func (r *Roll) put(a Authority) {
	all := slices.Clone(r.speaks[a.Participant]) // snapshots hold the list as it was
	if i := slices.IndexFunc(all, func(b Authority) bool { return b.Party == a.Party }); i >= 0 {
		all[i] = a
	} else {
		all = append(all, a)
		r.people[a.Party] = append(slices.Clone(r.people[a.Party]), a.Participant)
	}
	r.speaks[a.Participant] = all
}

// take ends an authority.
func (r *Roll) take(who Participant, of Party) {
	left := slices.DeleteFunc(slices.Clone(r.speaks[who]), func(a Authority) bool { return a.Party == of })
	if len(left) == 0 {
		delete(r.speaks, who)
	} else {
		r.speaks[who] = left
	}
	if people := slices.DeleteFunc(slices.Clone(r.people[of]), func(p Participant) bool { return p == who }); len(people) == 0 {
		delete(r.people, of)
	} else {
		r.people[of] = people
	}
}

// note keeps what was done to a delegation.
func (r *Roll) note(of Party, at cite.Entry, s Step) {
	s.Time, s.Position = at.Time, at.Position
	r.steps[of] = append(slices.Clip(r.steps[of]), s)
}

// granted decides on an authority that is given: whether it can be, and whether it says anything new.
func (r *Roll) granted(act cite.Act, c Authorise) (cite.Proposal, error) {
	if _, ok := r.parties[c.Party]; !ok {
		return cite.Proposal{}, refusal.In("party", "party.unknown")
	}
	if r.IsGroup(c.Party) {
		return cite.Proposal{}, refusal.In("party", "group.no_delegation")
	}
	if !c.Until.IsZero() && !act.At.Before(c.Until) {
		return cite.Proposal{}, refusal.In("until", "delegation.until")
	}
	has, ok := r.Holds(c.Participant, c.Party)
	same := has.Capacity == c.Capacity && has.Until.Equal(c.Until)
	if ok && has.InForce(act.At) && (same || c.Capacity == "" && c.Until.IsZero()) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "party.authorised")
	}
	if !ok && r.size(c.Party, act.At) >= MaxDelegation {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "delegation.full", "max", MaxDelegation)
	}
	f := Authorised{Participant: c.Participant, Party: c.Party, Capacity: c.Capacity, Until: c.Until, By: ParticipantOf(act.By)}
	if !f.Until.IsZero() {
		f.At = act.At
	}
	return cite.Proposal{Body: f}, nil
}

// Appoint brings somebody into a delegation, or gives a member of it another capacity or another end. Whoever manages the
// delegation may. The head is not appointed: the secretariat names the head, or the head hands over. Whoever is not in the delegation yet is
// invited by their e-mail address, on its page: a number alone says nothing of whether its owner wants to be there.
type Appoint struct {
	Party       Party
	Participant Participant
	Capacity    Capacity  // what they are in the delegation; not head
	Until       time.Time // the first instant at which the mandate is over; zero for no end
	// Reached says that whoever appoints named them by their address, to which a letter goes.
	Reached bool `api:"-"`
}

// Check looks whether there is somebody, and such a capacity.
func (c Appoint) Check() (Appoint, error) {
	var in input.Check
	in.If(c.Participant == 0, "participant", "party.unknown")
	in.If(c.Capacity == "" || !c.Capacity.known(), "capacity", "delegation.capacity")
	c.Until = c.Until.UTC()
	return c, in.Err()
}

// Appoint decides.
func (r *Roll) Appoint(act cite.Act, c Appoint) (cite.Proposal, error) {
	me := ParticipantOf(act.By)
	if !r.Manages(me, c.Party, act.At) {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "delegation.manages")
	}
	//mutants:guard nobody gives themselves a capacity
	if c.Participant == me {
		return cite.Proposal{}, refusal.In("participant", "delegation.self")
	}
	//mutants:guard nobody makes somebody head but the secretariat and the head
	if c.Capacity == Head {
		return cite.Proposal{}, refusal.In("capacity", "delegation.head")
	}
	if has, ok := r.Holds(c.Participant, c.Party); ok && has.Capacity == Head && has.InForce(act.At) {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "delegation.is_head")
	}
	//mutants:guard numbers stand on the record, and the page of a delegation says whose they are: nobody is brought in by their number
	if _, ok := r.Holds(c.Participant, c.Party); !ok && !c.Reached {
		return cite.Proposal{}, refusal.In("participant", "delegation.outside")
	}
	return r.granted(act, Authorise{Participant: c.Participant, Party: c.Party, Capacity: c.Capacity, Until: c.Until})
}

// End ends a mandate in a delegation: that of another, by whoever manages the delegation, or one's own. The last who manages it
// hands over first. What was said for the party stays.
type End struct {
	Party       Party
	Participant Participant
}

// Check has nothing to hold it to.
func (c End) Check() (End, error) { return c, nil }

// End decides.
func (r *Roll) End(act cite.Act, c End) (cite.Proposal, error) {
	me := ParticipantOf(act.By)
	own := c.Participant == me
	//mutants:guard nobody ends the mandate of another but whoever manages the delegation
	if !own && !r.Manages(me, c.Party, act.At) {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "delegation.manages")
	}
	has, ok := r.Holds(c.Participant, c.Party)
	switch {
	case !ok:
		return cite.Proposal{}, refusal.New(refusal.Conflict, "party.no_authority")
	//mutants:guard the head is not put out by the delegation
	case !own && has.Capacity == Head && has.InForce(act.At):
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "delegation.is_head")
	//mutants:guard a delegation is not left without anybody who manages it
	case own && r.Manages(me, c.Party, act.At) && r.managers(c.Party, act.At) == 1:
		return cite.Proposal{}, refusal.New(refusal.NotNow, "delegation.last")
	}
	return cite.Proposal{Body: Unauthorised{Participant: c.Participant, Party: c.Party, By: me}}, nil
}

// HandOver gives the capacity of whoever asks, head or focal point, to another, in one act. Who hands over stays in another
// capacity, or leaves.
type HandOver struct {
	Party       Party
	Participant Participant // who has it from then on: somebody who is in the delegation
	Stays       Capacity    // what who hands over is from then on: alternate or member; "" for nothing more
	Until       time.Time   // the first instant at which the mandate of the other is over; zero for no end
}

// Check looks whether there is somebody, and such a capacity.
func (c HandOver) Check() (HandOver, error) {
	var in input.Check
	in.If(c.Participant == 0, "participant", "party.unknown")
	in.If(c.Stays != "" && c.Stays != Alternate && c.Stays != Member, "stays", "delegation.stays")
	c.Until = c.Until.UTC()
	return c, in.Err()
}

// HandOver decides.
func (r *Roll) HandOver(act cite.Act, c HandOver) (cite.Proposal, error) {
	me := ParticipantOf(act.By)
	if !r.Manages(me, c.Party, act.At) {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "delegation.manages")
	}
	if c.Participant == me {
		return cite.Proposal{}, refusal.In("participant", "delegation.self")
	}
	mine, _ := r.Holds(me, c.Party)
	has, ok := r.Holds(c.Participant, c.Party)
	//mutants:guard a capacity is handed over within the delegation, to nobody who is known by their number alone
	if !ok || !has.InForce(act.At) {
		return cite.Proposal{}, refusal.In("participant", "delegation.outside")
	}
	//mutants:guard a focal point does not put the head in another place
	if has.Capacity == Head {
		return cite.Proposal{}, refusal.New(refusal.Forbidden, "delegation.is_head")
	}
	given, err := r.granted(act, Authorise{Participant: c.Participant, Party: c.Party, Capacity: mine.Capacity, Until: c.Until})
	if err != nil {
		return cite.Proposal{}, err
	}
	a := given.Body.(Authorised)
	return cite.Proposal{Body: HandedOver{Party: a.Party, From: me, To: a.Participant, Capacity: a.Capacity, Until: a.Until, Stays: c.Stays, At: act.At}}, nil
}

// HandedOver: a head or focal point of a delegation gave that capacity to another.
type HandedOver struct {
	Party    Party       `json:"party"`
	From     Participant `json:"from"`
	To       Participant `json:"to"`
	Capacity Capacity    `json:"capacity"`
	Until    time.Time   `json:"until,omitzero"`  // the end of the mandate of who has it now
	Stays    Capacity    `json:"stays,omitempty"` // what the other is from then on
	At       time.Time   `json:"at"`
}

// Describe: who is what in a delegation is public, by number.
func (f HandedOver) Describe() cite.Description {
	return cite.Description{Kind: "delegation.handed_over/1", Touches: []cite.Ref{f.From.Ref(), f.To.Ref(), f.Party.Ref()}, About: cite.Public}
}

// Apply gives the capacity to the one, and to the other the one they stay in.
func (f *HandedOver) Apply(r *Roll, at cite.Entry) error {
	has, _ := r.Holds(f.From, f.Party)
	if f.Stays == "" {
		r.take(f.From, f.Party)
	} else {
		r.give(f.At, Authority{Participant: f.From, Party: f.Party, By: f.From, Since: at.Time, Capacity: f.Stays, Until: has.Until})
	}
	r.give(f.At, Authority{Participant: f.To, Party: f.Party, By: f.From, Since: at.Time, Capacity: f.Capacity, Until: f.Until})
	r.note(f.Party, at, Step{Did: "handed_over", By: f.From, Participant: f.To, From: f.From, Capacity: f.Capacity, Stays: f.Stays, Until: f.Until})
	return nil
}

// order sorts a delegation: head, focal points, alternates, members, those without a capacity; those who came first first.
func order(a, b Authority) int {
	rank := func(c Capacity) int { return slices.Index([]Capacity{Head, FocalPoint, Alternate, Member, ""}, c) }
	return cmp.Or(rank(a.Capacity)-rank(b.Capacity), a.Since.Compare(b.Since), cmp.Compare(a.Participant, b.Participant))
}

// Delegation lists who holds an authority of a party, in force or not.
func (r *Roll) Delegation(of Party) (out []Authority) {
	for _, who := range r.people[of] {
		if a, ok := r.Holds(who, of); ok {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, order)
	return out
}
