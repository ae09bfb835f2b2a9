// Package staging has the rules of sound and picture that span nouns: which sitting something is of, who works for it in which office, and what of it
// an audience is told.
package staging

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/studio"
)

// House is what these rules look up.
type House struct {
	Studios  *studio.Rooms
	Sessions *session.State
	Roll     *delegation.Roll
}

// SetLink looks up the sitting.
func (h *House) SetLink(act cite.Act, c studio.SetLink) (cite.Proposal, error) {
	if _, err := h.sat(c.Session, c.Sitting, c.Sitting == 0 || c.Link == ""); err != nil {
		return cite.Proposal{}, err
	}
	return h.Studios.SetLink(act, c)
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
