// Package staging has the rules of sound and picture that span nouns: which sitting something is of, who works for it in which office, and what of it
// an audience is told.
package staging

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/studio"
)

// House is what these rules look up.
type House struct {
	Studios  *studio.Rooms
	Sessions *session.State
	Roll     *delegation.Roll
	Floors   *floor.State
	Panels   *panel.State
	// Plan decides on an item of an agenda.
	Plan func(act cite.Act, c session.PlanItem) (cite.Proposal, error)
	// Speaks says why somebody may not speak for a party, through another or not, at an instant; nil where they may.
	Speaks func(who delegation.Participant, party, through delegation.Party, now time.Time) error
}

// SetLink looks up the sitting, and the address that another takes the place of: it is kept nowhere.
func (h *House) SetLink(act cite.Act, c studio.SetLink) (f cite.Proposal, done []cite.Position, err error) {
	if _, err = h.sat(c.Session, c.Sitting, c.Sitting == 0 || c.Link == ""); err == nil {
		f, err = h.Studios.SetLink(act, c)
	}
	if err != nil {
		return f, nil, err
	}
	return f, []cite.Position{h.Studios.Had(f.Body.(studio.LinkSet))}, nil
}

// SetRecording looks up the sitting, and the address that another takes the place of.
func (h *House) SetRecording(act cite.Act, c studio.SetRecording) (f cite.Proposal, done []cite.Position, err error) {
	sat, err := h.sat(c.Session, c.Sitting, false)
	if err != nil {
		return f, nil, err
	}
	f, had, err := h.Studios.SetRecording(act, sat, c)
	return f, []cite.Position{had}, err
}

// CloseSitting finds the words that the sitting has done with: texts for interpreters, and questions that the chair did not take.
func (h *House) CloseSitting(act cite.Act, c session.CloseSitting) (f cite.Proposal, done []cite.Position, err error) {
	if f, err = h.Sessions.CloseSitting(act, c); err != nil {
		return f, nil, err
	}
	return f, h.done(c.Session, c.Number), nil
}

// PlanSitting finds the texts for interpreters that are done with where the sitting that is called off was the last ahead.
func (h *House) PlanSitting(act cite.Act, c session.PlanSitting) (f cite.Proposal, done []cite.Position, err error) {
	if f, err = h.Sessions.PlanSitting(act, c); err != nil || !c.Off {
		return f, nil, err
	}
	return f, h.done(c.Session, c.Number), nil
}

// PlanItem finds the texts for interpreters under an item that is called off: nobody will say them.
func (h *House) PlanItem(act cite.Act, c session.PlanItem) (f cite.Proposal, done []cite.Position, err error) {
	if f, err = h.Plan(act, c); err != nil || !c.Off {
		return f, nil, err
	}
	for _, y := range h.Studios.Of(c.Session).Texts {
		if y.Item == c.Number {
			done = append(done, y.Entry)
		}
	}
	return f, done, nil
}

// AssignBooth looks up the session, and that it is an interpreter. A booth can be taken away from whoever is an interpreter no more.
func (h *House) AssignBooth(act cite.Act, c studio.AssignBooth) (cite.Proposal, error) {
	if _, err := h.sat(c.Session, 0, true); err != nil {
		return cite.Proposal{}, err
	}
	//mutants:guard nobody works in a booth who was not made an interpreter
	if !c.Off && !h.roles(c.Participant).Has(delegation.Interpreter) {
		return cite.Proposal{}, refusal.In("participant", "studio.interpreter")
	}
	return h.Studios.AssignBooth(act, c)
}

// Interpret looks up the sitting, and in which office somebody says it.
func (h *House) Interpret(act cite.Act, c studio.Interpret) (cite.Proposal, error) {
	sat, err := h.sat(c.Session, c.Sitting, false)
	if err != nil {
		return cite.Proposal{}, err
	}
	office, err := h.office(act, c.Session, c.Channel)
	if err != nil {
		return cite.Proposal{}, err
	}
	return h.Studios.Interpret(act, sat, office, c)
}

// GiveSignal looks up the sitting, and that it comes from the booth.
func (h *House) GiveSignal(act cite.Act, c studio.GiveSignal) (cite.Proposal, error) {
	sat, err := h.inside(act, c.Session, c.Sitting, c.Channel)
	if err != nil {
		return cite.Proposal{}, err
	}
	return h.Studios.GiveSignal(act, sat, c)
}

// TakeAir looks up the sitting, and that it is asked from the booth.
func (h *House) TakeAir(act cite.Act, c studio.TakeAir) (cite.Proposal, error) {
	sat, err := h.inside(act, c.Session, c.Sitting, c.Channel)
	if err != nil {
		return cite.Proposal{}, err
	}
	return h.Studios.TakeAir(act, sat, c)
}

// PassAir looks up the sitting, and that it is asked from the booth.
func (h *House) PassAir(act cite.Act, c studio.PassAir) (cite.Proposal, error) {
	sat, err := h.inside(act, c.Session, c.Sitting, c.Channel)
	if err != nil {
		return cite.Proposal{}, err
	}
	return h.Studios.PassAir(act, sat, c)
}

// inside finds a sitting for somebody who works in the booth of a channel.
func (h *House) inside(act cite.Act, of cite.Ref, sitting int, channel string) (sat studio.Sat, err error) {
	if sat, err = h.sat(of, sitting, false); err != nil {
		return sat, err
	}
	//mutants:guard what comes from a booth is said by an interpreter who was given it, and by nobody else
	if office, err := h.office(act, of, channel); err != nil || office != delegation.Interpreter.String() {
		return sat, refusal.New(refusal.Forbidden, "studio.booth")
	}
	return sat, nil
}

// HandIn looks up the item, whether whoever hands it in speaks for the party, and the text that another takes the place of.
func (h *House) HandIn(act cite.Act, c studio.HandIn) (f cite.Proposal, done []cite.Position, err error) {
	if _, err = h.sat(c.Session, 0, true); err != nil {
		return f, nil, err
	}
	var p delegation.Party
	_ = p.UnmarshalText([]byte(c.Party)) // what is no party nobody speaks for
	//mutants:guard nobody hands in a text for a party that has not authorised them
	if why := h.Speaks(delegation.ParticipantOf(act.By), p, 0, act.At); why != nil {
		return f, nil, why
	}
	x, _ := h.Sessions.Session(c.Session)
	if it, ok := x.Item(c.Item); c.Text != "" && (!ok || it.Off || x.State() == session.Over) {
		return f, nil, refusal.In("item", "studio.item")
	}
	if f, err = h.Studios.HandIn(act, c); err != nil {
		return f, nil, err
	}
	had, _ := h.Studios.Of(c.Session).Handed(c.Item, c.Party)
	return f, []cite.Position{had.Entry}, nil
}

// done lists where words stand that are done with once a sitting is closed or called off: texts for interpreters of parties that had the floor under the item in it;
// and where no other sitting goes on or is ahead all of those, and questions that the chair did not take.
func (h *House) done(of cite.Ref, sitting int) (out []cite.Position) {
	x, ok := h.Sessions.Session(of)
	if !ok {
		return nil
	}
	last := true
	for i, t := range x.Sittings {
		last = last && (i+1 == sitting || t.Off || !t.Closed.IsZero())
	}
	if last {
		out = h.Panels.Of(of).Done()
	}
	turns := h.Floors.Floor(of).Turns
	for _, y := range h.Studios.Of(of).Texts {
		if last || slices.ContainsFunc(turns, func(t floor.Turn) bool { return t.Sitting == sitting && t.Item == y.Item && t.Party == y.Party }) {
			out = append(out, y.Entry)
		}
	}
	return out
}

func (h *House) roles(who cite.Ref) delegation.RoleSet {
	var p delegation.Participant
	if who == cite.None || p.UnmarshalText([]byte(who)) != nil {
		return 0
	}
	return h.Roll.Roles(p)
}

// offices are those in which something is said about any channel, the first that is held first.
var offices = []delegation.Role{delegation.Technician, delegation.Chair, delegation.Rapporteur, delegation.Officer}

// office is that in which somebody acts for a channel: the booth is the interpreter's own.
func (h *House) office(act cite.Act, of cite.Ref, channel string) (string, error) {
	if act.By == "" { // the house itself, by the command line
		return delegation.Officer.String(), nil
	}
	roles := h.roles(cite.Ref(act.By))
	//mutants:guard an interpreter acts for the booths that they were given, and for no other
	if roles.Has(delegation.Interpreter) && slices.Contains(h.Studios.Of(of).Booth(channel), cite.Ref(act.By)) {
		return delegation.Interpreter.String(), nil
	}
	for _, r := range offices {
		if roles.Has(r) {
			return r.String(), nil
		}
	}
	return "", refusal.New(refusal.Forbidden, "studio.booth")
}

// sat is what is known of a sitting; of any is the session alone, where the number does not matter.
func (h *House) sat(of cite.Ref, n int, any bool) (sat studio.Sat, err error) {
	x, ok := h.Sessions.Session(of)
	if !ok || x.Ref != of {
		return sat, refusal.New(refusal.Hidden, "session.unknown")
	}
	t, ok := x.Sitting(n)
	switch {
	case any:
		return Sat(t), nil
	case !ok:
		return sat, refusal.In("sitting", "session.sitting")
	case t.Off:
		return sat, refusal.New(refusal.NotNow, "session.off")
	}
	return Sat(t), nil
}

// Sat is what the rules know of a sitting.
func Sat(t session.Sitting) studio.Sat {
	return studio.Sat{Begins: t.Begins, Ends: t.Ends, Opened: t.Opened, Closed: t.Closed}
}
