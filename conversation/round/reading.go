package round

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/reply"
)

// Reading reads the rounds of replies, and who replied to what, as far as one audience may. What it looks at is noted, and what may be
// read is said, by those who lend it.
type Reading struct {
	Consultation *consultation.State
	Replies      *reply.State
	Note         func(...cite.Ref)   // that replies were looked at, and more on which it rests
	Readable     func(cite.Ref) bool // the audience may read the words of a contribution
}

// Round finds the round that a call is.
func (r Reading) Round(call cite.Ref) (reply.Round, bool) {
	r.Note()
	return r.Replies.Round(call)
}

// Rounds lists the rounds of replies to the points of a call, oldest first.
func (r Reading) Rounds(of cite.Ref) []reply.Round {
	r.Note()
	return r.Replies.Rounds(of)
}

// To is the point that a part replies to; None where it is no reply, or the audience may not read it.
func (r Reading) To(part cite.Ref) cite.Ref {
	r.Note()
	//mutants:guard what somebody replies to is for those who may read the reply
	if !r.Readable(part) {
		return cite.None
	}
	return r.Replies.To(part)
}

// On lists the published replies to a point, oldest first; none where the audience may not read the point.
func (r Reading) On(point cite.Ref) (out []cite.Ref) {
	r.Note()
	//mutants:guard who replied to a point is for those who may read the point
	if !r.Readable(point) {
		return nil
	}
	for _, g := range r.Replies.Given(point) {
		if row, ok := r.Consultation.Row(g.Ref); ok && row.Status == consultation.Published {
			r.Note(g.Ref.Root())
			out = append(out, g.Ref)
		}
	}
	return out
}

// Points lists the published points of a call that have a published reply, oldest first.
func (r Reading) Points(of cite.Ref) (out []cite.Ref) {
	r.Note()
	for _, point := range r.Replies.Points() {
		if row, ok := r.Consultation.Row(point); ok && row.Call == of && row.Status == consultation.Published && len(r.On(point)) > 0 {
			out = append(out, point)
		}
	}
	return out
}
