package staging

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/studio"
)

// Reading reads the sound and picture of sessions, as far as one audience is told of it. What it looks at is noted, and what may be read is said, by those
// who lend it.
type Reading struct {
	House *House
	Now   time.Time
	Roles delegation.RoleSet // of the audience
	As    []delegation.Participant
	Note  func(rests ...cite.Ref)
	Grant func(cite.Position)
	Turns func(time.Time)
}

// Works reports whether the audience works for sittings: interpreters, technicians, and who leads them.
func (r Reading) Works() bool {
	//mutants:guard what is for those who work for a sitting is read by nobody else
	return r.Roles.Has(delegation.Interpreter, delegation.Technician) || r.Leads()
}

// Leads reports whether the audience sits in the chair or works for it.
func (r Reading) Leads() bool {
	return r.Roles.Has(delegation.Chair, delegation.Rapporteur, delegation.Officer)
}

// Keeps reports whether the audience says where sittings are heard and seen.
func (r Reading) Keeps() bool {
	//mutants:guard where sittings are heard is entered by technicians and officers
	return r.Roles.Has(delegation.Technician, delegation.Officer)
}

// Of is the studio of a session, by its reference or that of one of its items. Its links are told by Told and Entered, and by nothing else.
func (r Reading) Of(x cite.Ref) *studio.Studio {
	r.Note(studio.Any, session.AnySession)
	return r.House.Studios.Of(x.Root())
}

// Told is a link of a sitting that somebody is told now. Its address stands at its entry, under "link".
type Told struct {
	studio.Link
	Sitting int // for which it is told
}

// Told lists the links of the sittings of a session that whoever has a seat of a kind, "" for none, is told now; and reports whether there are others now, for
// those who take part. Addresses of those may be shown then.
func (r Reading) Told(x *session.Session, seat string) (out []Told, others bool) {
	k := r.Of(x.Ref)
	for i, t := range x.Sittings {
		if t.Off {
			continue
		}
		sat := Sat(t)
		for _, l := range k.In(i + 1) {
			if !l.Told(sat, r.Now) {
				r.turns(l.From(sat))
				continue
			}
			r.turns(sat.Over())
			if !l.To(seat, r.Works()) {
				others = others || l.For != studio.Booth
				continue
			}
			r.Grant(l.Entry)
			out = append(out, Told{Link: l, Sitting: i + 1})
		}
	}
	return out, others
}

func (r Reading) turns(at time.Time) {
	if !at.IsZero() {
		r.Turns(at)
	}
}

// Entered lists the links of a session for those who enter them, whose addresses may be shown then; none for anybody else.
func (r Reading) Entered(x cite.Ref) []studio.Link {
	//mutants:guard addresses are shown before their time to those who enter them, and to nobody else
	if !r.Keeps() {
		return nil
	}
	k := r.Of(x)
	for _, l := range k.Links {
		r.Grant(l.Entry)
	}
	return k.Links
}

// Recordings lists the recordings of a session, whose addresses are everybody's.
func (r Reading) Recordings(x cite.Ref) []studio.Recording {
	k := r.Of(x)
	for _, y := range k.Recordings {
		r.Grant(y.Entry)
	}
	return k.Recordings
}

// Signals lists what the booths of a sitting told a moment ago, the latest first, for those who work for it; none for anybody else.
func (r Reading) Signals(x cite.Ref, sitting int) []studio.Signal {
	k := r.Of(x)
	if !r.Works() {
		return nil
	}
	all := k.Heard(sitting, r.Now)
	for _, s := range all {
		r.Turns(s.At.Add(studio.SignalFor))
	}
	return all
}

// Texts lists the texts for interpreters of a session, whose words may be shown then, for an interpreter of one of its booths; none for anybody else.
func (r Reading) Texts(x cite.Ref) []studio.Text {
	//mutants:guard what is not said yet is read by interpreters who work in a booth of the session, and by nobody else
	if len(r.Booths(x)) == 0 {
		return nil
	}
	k := r.Of(x)
	for _, t := range k.Texts {
		r.Grant(t.Entry)
	}
	return k.Texts
}

// Booths lists the channels in whose booths the audience works.
func (r Reading) Booths(x cite.Ref) (out []string) {
	k := r.Of(x)
	for _, p := range r.As {
		//mutants:guard whoever is an interpreter no more works in no booth
		if r.Roles.Has(delegation.Interpreter) {
			out = append(out, k.Booths(p.Ref())...)
		}
	}
	return out
}
