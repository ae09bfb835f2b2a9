package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation/round"
	"github.com/openplenary/plenary/reply"
)

// openReplies announces the call that takes the replies, and says to whose points.
func (s *State) openReplies(a Ask, c reply.Open) ([]Fact, error) {
	opened, k, err := round.Open(s.Consultation, s.Replies, a.act(), c)
	if err != nil {
		return nil, err
	}
	call, err := s.announceCall(a.act(), k)
	return []Fact{call, opened}, err
}

// ReplyReading reads the rounds of replies, and who replied to what, as far as the audience may.
type ReplyReading struct{ r *Reading }

// Round finds the round that a call is.
func (p ReplyReading) Round(call cite.Ref) (reply.Round, bool) {
	return p.r.noted(AnyReply).Replies.Round(call)
}

// Rounds lists the rounds of replies to the points of a call, oldest first.
func (p ReplyReading) Rounds(of cite.Ref) []reply.Round {
	return p.r.noted(AnyReply).Replies.Rounds(of)
}

// To is the point that a part replies to; None where it is no reply, or the audience may not read it.
func (p ReplyReading) To(part cite.Ref) cite.Ref {
	p.r.note(AnyReply)
	//mutants:guard what somebody replies to is for those who may read the reply
	if !p.r.Consultation.readable(part) {
		return cite.None
	}
	return p.r.state.Replies.To(part)
}

// On lists the published replies to a point, oldest first; none where the audience may not read the point.
func (p ReplyReading) On(point cite.Ref) (out []cite.Ref) {
	p.r.note(AnyReply)
	//mutants:guard who replied to a point is for those who may read the point
	if !p.r.Consultation.readable(point) {
		return nil
	}
	for _, g := range p.r.state.Replies.Given(point) {
		if row, ok := p.r.state.Consultation.Row(g.Ref); ok && row.Status == consultation.Published {
			p.r.note(g.Ref.Root())
			out = append(out, g.Ref)
		}
	}
	return out
}

// Points lists the published points of a call that have a published reply, oldest first.
func (p ReplyReading) Points(of cite.Ref) (out []cite.Ref) {
	p.r.note(AnyReply)
	for _, point := range p.r.state.Replies.Points() {
		if row, ok := p.r.state.Consultation.Row(point); ok && row.Call == of && row.Status == consultation.Published && len(p.On(point)) > 0 {
			out = append(out, point)
		}
	}
	return out
}
