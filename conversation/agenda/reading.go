package agenda

import (
	"cmp"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/session"
)

// Reading reads sessions, which are everybody's, and their interventions as far as one audience may. What it looks at is noted, and what may be
// read is said, by those who lend it.
type Reading struct {
	House *House
	Note  func(rests ...cite.Ref)
	Named func(cite.Ref) bool // the audience may know that a contribution was there
	Reads func(cite.Ref) bool // the audience may read its words
}

// Sessions lists the sessions, in the order in which they were planned.
func (r Reading) Sessions() []*session.Session {
	r.Note(session.AnySession)
	return r.House.Sessions.Sessions()
}

// Session finds a session by its reference or that of one of its items.
func (r Reading) Session(x cite.Ref) (*session.Session, bool) {
	r.Note(session.AnySession)
	return r.House.Sessions.Session(x)
}

// ByCall finds the session whose interventions a call takes.
func (r Reading) ByCall(call cite.Ref) (*session.Session, bool) {
	r.Note(session.AnySession)
	return r.House.Sessions.ByCall(call)
}

// Intervention is one of a session.
type Intervention struct {
	Contribution cite.Ref
	Item         cite.Ref // under which it stands; None for the session as a whole
	Spoken       *session.Spoken
	Received     time.Time
	Late         bool
	// Filed is what the same party filed in writing under the same item, where time ran out while it spoke; None elsewhere.
	Filed cite.Ref
	// Cut is the intervention of the same party under the same item that time cut off, of one that was filed; None elsewhere.
	Cut cite.Ref
}

// How an intervention was made.
const (
	Spoken   = "spoken"    // it was spoken
	Cut      = "cut"       // time ran out before the speaker had finished
	CutFiled = "cut_filed" // time ran out, and the party filed the rest in writing
	Filed    = "filed"     // it was filed in writing
	Rest     = "rest"      // it was filed in writing by a party that time cut off
)

// How is how it was made: Spoken, Cut, CutFiled, Filed or Rest.
func (v Intervention) How() string {
	switch k := v.Spoken; {
	case k == nil && v.Cut != cite.None:
		return Rest
	case k == nil:
		return Filed
	case k.Cut && v.Filed != cite.None:
		return CutFiled
	case k.Cut:
		return Cut
	}
	return Spoken
}

// Interventions lists those of a session of which the audience may know: under each item those that were spoken, in the order in which
// they were, then those that were filed.
func (r Reading) Interventions(x *session.Session) (out []Intervention) {
	r.Note(session.AnySession, x.Call, "c")
	party := map[cite.Ref]string{}
	for _, row := range r.House.Of(x) {
		if !r.Named(row.Ref) {
			continue
		}
		v := Intervention{Contribution: row.Ref, Item: r.House.ItemOf(row.Ref), Received: row.Received, Late: row.Late}
		//mutants:guard who said what, and when, is for those who may read it
		if r.Reads(row.Ref) {
			party[row.Ref] = row.For
			if k, ok := r.House.Sessions.Spoken(row.Ref); ok {
				v.Spoken = &k
			}
		}
		out = append(out, v)
	}
	join(out, party)
	slices.SortStableFunc(out, func(a, b Intervention) int {
		spoken := func(v Intervention) (int, time.Time) {
			if v.Spoken != nil {
				return 0, v.Spoken.From
			}
			return 1, v.Received
		}
		as, at := spoken(a)
		bs, bt := spoken(b)
		return cmp.Or(cmp.Compare(as, bs), at.Compare(bt))
	})
	return out
}

// join says of what time cut off what its party filed under the same item, and of that what was cut off; party has the party of each that may
// be read, where it has one.
func join(all []Intervention, party map[cite.Ref]string) {
	type place struct {
		item  cite.Ref
		party string
	}
	cut, filed := map[place]cite.Ref{}, map[place]cite.Ref{}
	at := func(v *Intervention) place { return place{v.Item, party[v.Contribution]} }
	for i := range all {
		switch v := &all[i]; {
		case v.Item == cite.None || party[v.Contribution] == "":
		case v.Spoken == nil:
			filed[at(v)] = v.Contribution
		case v.Spoken.Cut:
			cut[at(v)] = v.Contribution
		}
	}
	for i := range all {
		switch v := &all[i]; {
		case v.Spoken == nil:
			v.Cut = cut[at(v)]
		case v.Spoken.Cut:
			v.Filed = filed[at(v)]
		}
	}
}

// Spoken reports whether the audience may read a contribution and it was entered as spoken in a session.
func (r Reading) Spoken(contribution cite.Ref) bool {
	r.Note(contribution.Root(), session.AnySession)
	_, ok := r.House.Sessions.Spoken(contribution)
	//mutants:guard of what somebody may not read they learn nothing here
	return ok && r.Reads(contribution.Root())
}

// Of finds what is known of a contribution as an intervention; not ok where it is none, or the audience may not read it.
func (r Reading) Of(contribution cite.Ref) (v Intervention, x *session.Session, ok bool) {
	r.Note(contribution.Root(), session.AnySession)
	row, there := r.House.Consultation.Row(contribution)
	if !there {
		return v, nil, false
	}
	if x, ok = r.House.Sessions.ByCall(row.Call); !ok {
		return v, nil, false
	}
	all := r.Interventions(x)
	i := slices.IndexFunc(all, func(v Intervention) bool { return v.Contribution == row.Ref })
	//mutants:guard of what somebody may not read they learn nothing here
	if i < 0 || !r.Reads(row.Ref) {
		return v, nil, false
	}
	return all[i], x, true
}

// TakenUp lists the items of agendas that name what was said before.
func (r Reading) TakenUp(x cite.Ref) (out []cite.Ref) {
	r.Note(session.AnySession)
	for _, by := range r.House.Sessions.TakenUp(x) {
		if by.Kind() == 's' {
			out = append(out, by)
		}
	}
	return out
}
