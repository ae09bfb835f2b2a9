package accreditation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
)

// SetOffer says who may request accreditation from now on. No category, or no capacity: nobody may.
type SetOffer struct {
	Categories []string // identifiers of categories of bodies and of states
	As         []string // of Capacities
}

// Check looks whether there are such capacities.
func (c SetOffer) Check() (SetOffer, error) {
	var in input.Check
	for _, as := range c.As {
		in.If(!slices.Contains(Capacities, as), "as", "accreditation.as")
	}
	c.Categories, c.As = once(c.Categories), once(c.As)
	return c, in.Err()
}

func once(list []string) []string {
	out := slices.Sorted(slices.Values(list))
	return append([]string{}, slices.Compact(out)...)
}

// SetOffer decides. What categories there are is looked up by the conversation.
func (s *State) SetOffer(act cite.Act, c SetOffer) (cite.Proposal, error) {
	if slices.Equal(c.Categories, s.offer.Categories) && slices.Equal(c.As, s.offer.As) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.unchanged")
	}
	return cite.Proposal{Body: Offered{Categories: c.Categories, As: c.As, By: act.By, At: act.At}}, nil
}

// Ask requests accreditation for a body. Who requests is known by a proven address.
type Ask struct {
	Party     cite.Ref // that the body becomes, drawn by the asker
	Name      string   // of the body, at most input.MaxName characters; erasable
	Category  string   // the identifier of one of the categories of the offer
	Country   string   // the code of a country; of a state there must be one
	As        string   // one of Capacities
	Interests string   // what the body discloses of its interests, at most MaxInterests characters; everybody reads it once it is accredited
	// Alike is a keyed hash of the name.
	Alike uint64 `api:"-"`
}

// Check cleans what was written.
func (c Ask) Check() (Ask, error) {
	var in input.Check
	in.If(c.Party.Kind() != 'y', "party", "party.unknown")
	in.Line("name", &c.Name, input.MaxName)
	in.If(c.Name == "", "name", "name.missing")
	in.Line("category", &c.Category, input.MaxName)
	in.Line("country", &c.Country, input.MaxName)
	in.If(!slices.Contains(Capacities, c.As), "as", "accreditation.as")
	in.Short("interests", &c.Interests, MaxInterests)
	return c, in.Err()
}

// Body is what the conversation knows of who is to be accredited.
type Body struct {
	Category  string // its identifier, of one that was merged that of the one that took its place
	State     bool   // it is that of member states
	Assurance string // how sure the house is of who requests
}

// Ask decides.
func (s *State) Ask(act cite.Act, of Body, c Ask) (cite.Proposal, error) {
	//mutants:guard nobody requests accreditation in a category that is not open
	if !slices.Contains(s.offer.Categories, of.Category) {
		if !s.offer.Open() {
			return cite.Proposal{}, refusal.New(refusal.NotNow, "accreditation.closed")
		}
		return cite.Proposal{}, refusal.In("category", "accreditation.category")
	}
	//mutants:guard nobody becomes what is not offered
	if !slices.Contains(s.offer.As, c.As) {
		return cite.Proposal{}, refusal.In("as", "accreditation.as")
	}
	if of.State && c.Country == "" {
		return cite.Proposal{}, refusal.In("country", "accreditation.country")
	}
	if _, ok := s.Find(c.Party); ok {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "accreditation.waiting")
	}
	mine := slices.DeleteFunc(s.Requests(act.By), func(r Request) bool { return r.Became() != Waiting })
	//mutants:guard nobody requests twice for one body
	if slices.ContainsFunc(mine, func(r Request) bool { return r.Alike == c.Alike && r.Category == of.Category }) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "accreditation.waiting")
	}
	if len(mine) >= MaxWaiting {
		return cite.Proposal{}, refusal.New(refusal.TooMany, "accreditation.many", "max", MaxWaiting)
	}
	words := cite.Words{"name": c.Name}
	if c.Interests != "" {
		words["interests"] = c.Interests
	}
	return cite.Proposal{Body: Requested{Party: c.Party, Category: of.Category, Country: c.Country, As: c.As, Assurance: of.Assurance, Alike: c.Alike, By: act.By, At: act.At}, Words: words}, nil
}

// Retract takes one's own request back, while it waits or after it was declined. What was written in it is erased.
type Retract struct {
	Party cite.Ref // of the request
}

// Check has nothing to hold it to.
func (c Retract) Check() (Retract, error) { return c, nil }

// Retract decides.
func (s *State) Retract(act cite.Act, c Retract) (cite.Proposal, error) {
	r, ok := s.Find(c.Party)
	//mutants:guard nobody takes back the request of another
	if !ok || r.By != act.By {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "accreditation.unknown")
	}
	if b := r.Became(); b != Waiting && b != Declined {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "accreditation.decided")
	}
	return cite.Proposal{Body: Retracted{Party: c.Party, By: act.By, At: act.At}}, nil
}

// Accredit grants a request: the body stands on the roll, and whoever requested speaks for it.
type Accredit struct {
	Party  cite.Ref  // of the request
	Name   string    // under which it stands on the roll, as it was requested or put right, at most input.MaxName characters; erasable
	As     string    // one of Capacities; "" for what was requested
	Until  time.Time // when it is over; zero for without an end, which an observer for one occasion must have
	Into   cite.Ref  // the party that stands on the roll already, where the body is that one: then whoever requested speaks for it as well
	Apart  bool      // it is another body, although one of the same name, or of the same state, is accredited
	Reason string    // at most input.MaxOutcome characters; everybody reads it
}

// Check cleans the reason.
func (c Accredit) Check() (Accredit, error) {
	var in input.Check
	in.If(c.As != "" && !slices.Contains(Capacities, c.As), "as", "accreditation.as")
	in.If(c.Into != cite.None && c.Into.Kind() != 'y', "into", "party.unknown")
	in.Line("name", &c.Name, input.MaxName)
	in.If(c.Name == "" && c.Into == cite.None, "name", "name.missing")
	reason(&in, &c.Reason)
	return c, in.Err()
}

func reason(in *input.Check, s *string) {
	in.Short("reason", s, input.MaxOutcome)
	in.If(*s == "", "reason", "accreditation.reason")
}

// Accredit decides. What stands on the roll is looked up by the conversation: twin is the party on the roll that seems to be the
// body, None where there is none.
func (s *State) Accredit(act cite.Act, twin cite.Ref, c Accredit) (cite.Proposal, error) {
	r, err := s.waiting(act, c.Party)
	if err != nil {
		return cite.Proposal{}, err
	}
	f := Accredited{Party: c.Party, Into: c.Into, As: c.As, Until: c.Until.UTC(), By: act.By, At: act.At}
	if f.As == "" {
		f.As = r.As
	}
	if c.Into != cite.None {
		if !s.Stands(c.Into, act.At) {
			return cite.Proposal{}, refusal.In("into", "accreditation.over")
		}
		if x, ok := s.standing(c.Into); ok { // it stays what it is
			f.As, f.Until = x.As, x.Until
		} else {
			f.As, f.Until = AsParty, time.Time{}
		}
		if !c.Until.IsZero() && !c.Until.Equal(f.Until) {
			return cite.Proposal{}, refusal.In("until", "accreditation.into_until")
		}
	} else {
		//mutants:guard one body is not accredited twice by mistake
		if twin != cite.None && !c.Apart {
			return cite.Proposal{}, refusal.In("into", "accreditation.twin")
		}
		if err := until(f.As, act.At, c.Until); err != nil {
			return cite.Proposal{}, err
		}
	}
	return cite.Proposal{Body: f, Words: cite.Words{"reason": c.Reason}}, nil
}

// until holds the end of an accreditation to its bounds.
func until(as string, now, until time.Time) error {
	switch {
	case until.IsZero() && as == AsAdHoc:
		return refusal.In("until", "accreditation.ad_hoc")
	case !until.IsZero() && !until.After(now):
		return refusal.In("until", "accreditation.past")
	case until.After(now.AddDate(MaxYears, 0, 0)):
		return refusal.In("until", "accreditation.far", "years", MaxYears)
	}
	return nil
}

// waiting finds a request that somebody may decide on.
func (s *State) waiting(act cite.Act, party cite.Ref) (Request, error) {
	r, ok := s.Find(party)
	switch {
	case !ok || r.Became() == Back:
		return r, refusal.New(refusal.Hidden, "accreditation.unknown")
	case r.Became() != Waiting:
		return r, refusal.New(refusal.Conflict, "accreditation.decided")
	//mutants:guard nobody decides on their own request
	case r.By == act.By:
		return r, refusal.New(refusal.Forbidden, "accreditation.own")
	}
	return r, nil
}

// Refuse declines a request. The reason is written to whoever requested; it is not public.
type Refuse struct {
	Party  cite.Ref // of the request
	Reason string   // at most input.MaxOutcome characters
}

// Check cleans the reason.
func (c Refuse) Check() (Refuse, error) {
	var in input.Check
	reason(&in, &c.Reason)
	return c, in.Err()
}

// Refuse decides.
func (s *State) Refuse(act cite.Act, c Refuse) (cite.Proposal, error) {
	if _, err := s.waiting(act, c.Party); err != nil {
		return cite.Proposal{}, err
	}
	return cite.Proposal{Body: Refused{Party: c.Party, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Prolong gives an accreditation another end.
type Prolong struct {
	Party  cite.Ref  // that is accredited
	Until  time.Time // when it is over; zero for without an end
	Reason string    // at most input.MaxOutcome characters; everybody reads it
}

// Check cleans the reason.
func (c Prolong) Check() (Prolong, error) {
	var in input.Check
	reason(&in, &c.Reason)
	return c, in.Err()
}

// Prolong decides. What is over by its date may be prolonged, what an officer ended may not.
func (s *State) Prolong(act cite.Act, c Prolong) (cite.Proposal, error) {
	x, ok := s.standing(c.Party)
	switch {
	case !ok:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "accreditation.unknown")
	case !x.Ended.IsZero():
		return cite.Proposal{}, refusal.New(refusal.NotNow, "accreditation.ended")
	case c.Until.Equal(x.Until):
		return cite.Proposal{}, refusal.In("until", "accreditation.same")
	}
	if err := until(x.As, act.At, c.Until); err != nil {
		return cite.Proposal{}, err
	}
	return cite.Proposal{Body: Prolonged{Party: c.Party, Until: c.Until.UTC(), By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Terminate ends an accreditation. What was said for the party stays; nobody says anything for it from then on.
type Terminate struct {
	Party  cite.Ref // that is accredited
	Reason string   // at most input.MaxOutcome characters; everybody reads it
}

// Check cleans the reason.
func (c Terminate) Check() (Terminate, error) {
	var in input.Check
	reason(&in, &c.Reason)
	return c, in.Err()
}

// Terminate decides.
func (s *State) Terminate(act cite.Act, c Terminate) (cite.Proposal, error) {
	x, ok := s.standing(c.Party)
	switch {
	case !ok:
		return cite.Proposal{}, refusal.New(refusal.Hidden, "accreditation.unknown")
	case !x.Ended.IsZero():
		return cite.Proposal{}, refusal.New(refusal.NotNow, "accreditation.ended")
	}
	return cite.Proposal{Body: Terminated{Party: c.Party, By: act.By, At: act.At}, Words: cite.Words{"reason": c.Reason}}, nil
}

// Remind has those who speak for a party told that its accreditation will be over soon.
type Remind struct {
	Party cite.Ref // that is accredited
}

// Check has nothing to hold it to.
func (c Remind) Check() (Remind, error) { return c, nil }

// Remind decides.
func (s *State) Remind(act cite.Act, c Remind) (cite.Proposal, error) {
	x, ok := s.standing(c.Party)
	if !ok || x.Remind.IsZero() || x.Remind.After(act.At) || !x.At(act.At) {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "accreditation.remind")
	}
	return cite.Proposal{Body: Reminded{Party: c.Party, Until: x.Until, At: act.At}}, nil
}
