// Package round looks up what rounds of replies need of calls and contributions: whether a call may be replied to, and which points
// the parts of what is sent reply to.
package round

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/questionnaire"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/reply"
)

// Open decides on a round, and gives the call that takes its replies, to be announced with it.
func Open(b *consultation.State, s *reply.State, act cite.Act, c reply.Open) (round cite.Proposal, call consultation.AnnounceCall, err error) {
	k, ok := b.Call(c.Of)
	if !ok {
		return round, call, refusal.New(refusal.Hidden, "call.unknown")
	}
	of := reply.Call{Closes: k.Closes, Withdrawn: k.Withdrawn != 0}
	for _, r := range s.Rounds(c.Of) {
		if before, ok := b.Call(r.Call); ok && before.Withdrawn == 0 {
			of.Standing = r.Call
		}
	}
	if round, err = s.Open(act, of, cite.Call(len(b.Calls)+1), c); err != nil {
		return round, call, err
	}
	if c.Opens.IsZero() {
		c.Opens = act.At
	}
	call, err = consultation.AnnounceCall{Title: c.Title, Text: c.Text, Paper: k.Paper, Opens: c.Opens, Closes: c.Closes, Zone: c.Zone,
		Late: consultation.LateRefused, Moderation: c.Moderation, Who: consultation.SignedIn, Terms: c.Terms}.Check()
	return round, call, err
}

// Received notes what came: what it chose at the questions of its call is counted beside it, and what it replies to is known.
func Received(q *questionnaire.State, s *reply.State, c *consultation.Received) error {
	var worded []int
	for i, p := range c.Parts {
		if p.Question > 0 {
			worded = append(worded, p.Question)
		}
		if p.To != cite.None {
			s.Sent(cite.Part(c.Ref, i+1), p.To, c.For)
		}
	}
	q.Given(c.Ref, c.Call, c.Chosen, worded)
	return nil
}

// Parts looks up the points that the parts of what is sent reply to: each stands where its point does. Whether the party took part
// is found here.
func Parts(b *consultation.State, s *reply.State, act cite.Act, who reply.Speaker, c consultation.Submit) ([]consultation.SubmitPart, error) {
	round, ok := s.Round(c.Call)
	if !ok {
		if slices.ContainsFunc(c.Parts, func(p consultation.SubmitPart) bool { return p.On.Kind() == 'c' }) {
			return nil, refusal.In("on", "reply.no_round")
		}
		return c.Parts, nil
	}
	//mutants:guard nobody replies when the period is over, whatever the call says of late contributions
	if k, ok := b.Call(c.Call); ok && k.Withdrawn == 0 && !act.At.Before(k.Closes) {
		return nil, refusal.New(refusal.NotNow, "call.closed", "closes", k.Closes)
	}
	parts, points := slices.Clone(c.Parts), make([]reply.Point, len(c.Parts))
	for i := range parts {
		p := &parts[i]
		points[i] = reply.Point{Ref: p.On}
		row, ok := b.Row(p.On)
		if n := p.On.PartNumber(); ok && n >= 1 && n <= row.Parts && cite.Part(row.Ref, n) == p.On {
			points[i].Call, points[i].For, points[i].Published = row.Call, row.For, row.Status == consultation.Published
			if b.Speaks(row.Ref, who.For) { // be it with others
				points[i].For = who.For
			}
			p.To, p.On = p.On, b.Part(row.Ref, n).On
		}
	}
	if round.Who == reply.TookPart {
		_, n := b.List(consultation.Filter{Call: round.Of, Party: who.For}, 1)
		who.TookPart = n > 0
	}
	return parts, s.Reply(round, who, points)
}
