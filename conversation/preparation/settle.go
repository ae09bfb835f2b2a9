package preparation

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// What is settled, and when a conversation is opened and archived: here is looked up what that needs of the nouns.

func (s *House) settled() *settings.State { return (*settings.State)(s.Settings) }

// Change looks up what is written in a language that is taken away: what people can read stays readable.
func (s *House) Change(act cite.Act, c settings.Change) (cite.Proposal, error) {
	if c.Languages != nil {
		for _, l := range s.Languages {
			if slices.Contains(c.Languages, l) {
				continue
			}
			if n := s.TextsIn(l); n > 0 {
				return cite.Proposal{}, refusal.In("languages", "settings.language_used", "language", l, "n", n)
			}
		}
	}
	return s.settled().Change(act, c)
}

// Remove looks up whether something stands under the label.
func (s *House) Remove(act cite.Act, c settings.Remove) (cite.Proposal, error) {
	if n := s.Under(c.List, c.ID); n > 0 {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "settings.used_by", "n", n)
	}
	return s.settled().Remove(act, c)
}

// Open looks up whether anything is missing.
func (s *House) Open(act cite.Act, c settings.OpenUp) (cite.Proposal, error) {
	if err := s.Settings.House.Written(s.Languages); err != nil && s.Life == settings.Prepared {
		return cite.Proposal{}, err
	}
	missing := 0
	for _, n := range s.Needs(act.At) {
		if !n.Ready && !n.Optional {
			missing++
		}
	}
	if s.Life == settings.Prepared && missing > 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "life.missing", "n", missing)
	}
	return s.settled().OpenUp(act, c)
}

// Archive looks up whether something is still open: nobody is cut off in the middle of writing, and nothing that was
// sent is left without a decision.
func (s *House) Archive(act cite.Act, c settings.Archive) (cite.Proposal, error) {
	open := 0
	for _, k := range s.Consultation.Calls {
		if act.At.Before(k.Closes) {
			open++
		}
	}
	if waiting := len(s.Consultation.Pending()) + len(correction.Waiting(s.Consultation)); s.Life == settings.Opened && open > 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "life.calls", "n", open)
	} else if s.Life == settings.Opened && waiting > 0 {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "life.pending", "n", waiting)
	}
	return s.settled().Archive(act, c)
}

// PlanStage looks up what the stage is about.
func (s *House) PlanStage(act cite.Act, c settings.PlanStage) (cite.Proposal, error) {
	if t := c.Stage.Target; t != cite.None {
		_, paper := s.Papers.Edition(t)
		_, call := s.Consultation.Call(t)
		session, sits := s.Sessions.Session(t)
		if _, order := s.Priorities.Order(t); !paper && !call && (!order || t.ThemeNumber() > 0) && (!sits || session.Ref != t) {
			return cite.Proposal{}, refusal.In("target", "desk.target")
		}
	}
	return s.settled().PlanStage(act, c)
}

// Revoke has whoever takes the office of the only moderator say that they mean it, while somebody has to decide.
func (s *House) Revoke(act cite.Act, c delegation.Revoke) (cite.Proposal, error) {
	if c.Role == delegation.Moderator && !c.Sure && slices.Equal(s.Roll.Holders(c.Role), []delegation.Participant{c.Participant}) {
		takes := func(k *consultation.Call) bool {
			return k.OpenAt(act.At) || k.Withdrawn == 0 && !act.At.Before(k.Closes) && k.Late == consultation.LateKept
		}
		if n := len(s.Consultation.Pending()); n > 0 || slices.ContainsFunc(s.Consultation.Calls, takes) {
			return cite.Proposal{}, refusal.New(refusal.NotNow, "role.last_moderator", "n", n)
		}
	}
	return s.Roll.Revoke(act, c)
}
