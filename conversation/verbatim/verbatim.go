// Package verbatim has the rules of transcripts that span nouns: which sitting one is of, where it is cut because the floor changed hands, what
// of it belongs to which intervention, and what goes with an intervention that is erased.
package verbatim

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/floor"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/transcript"
)

// House is what these rules look up.
type House struct {
	Transcripts  *transcript.State
	Sessions     *session.State
	Floors       *floor.State
	Consultation *consultation.State
	// Of lists the interventions of a session.
	Of func(*session.Session) []consultation.Contribution
}

// Transcribe looks up the sitting, and when the floor changed hands in it.
func (h *House) Transcribe(act cite.Act, c transcript.Transcribe) ([]cite.Proposal, error) {
	sat, err := h.sat(c.Session, c.Sitting)
	if err != nil {
		return nil, err
	}
	return h.Transcripts.Transcribe(act, sat, c)
}

// SetFeed looks up the sitting, which is not called off and not over.
func (h *House) SetFeed(act cite.Act, c transcript.SetFeed) (cite.Proposal, error) {
	sat, err := h.sat(c.Session, c.Sitting)
	if err != nil {
		return cite.Proposal{}, err
	}
	return h.Transcripts.SetFeed(act, sat, c)
}

// Caption looks up the sitting, and when the floor changed hands in it.
func (h *House) Caption(act cite.Act, c transcript.Caption) ([]cite.Proposal, error) {
	sat, err := h.sat(c.Session, c.Sitting)
	if err != nil {
		return nil, err
	}
	return h.Transcripts.Caption(act, sat, c)
}

// sat is what is known of a sitting.
func (h *House) sat(session cite.Ref, sitting int) (sat transcript.Sat, err error) {
	x, ok := h.Sessions.Session(session)
	if !ok || x.Ref != session {
		return sat, refusal.New(refusal.Hidden, "session.unknown")
	}
	t, ok := x.Sitting(sitting)
	if !ok || t.Off {
		return sat, refusal.New(refusal.Hidden, "session.unknown")
	}
	sat = transcript.Sat{Opened: t.Opened, Closed: t.Closed}
	for _, s := range h.Spoken(x, sitting) {
		sat.Bounds = append(sat.Bounds, s.From, s.To)
	}
	turns := h.Floors.Floor(x.Ref).Turns
	for i := range turns {
		if turn := &turns[i]; turn.Sitting == sitting {
			for _, s := range turn.Spans {
				sat.Bounds = append(sat.Bounds, s.From, s.To)
			}
			sat.Bounds = append(sat.Bounds, turn.Ended)
		}
	}
	sat.Bounds = slices.DeleteFunc(sat.Bounds, time.Time.IsZero)
	slices.SortFunc(sat.Bounds, time.Time.Compare)
	return sat, nil
}

// Said is an intervention that was spoken in a sitting.
type Said struct {
	Contribution cite.Ref
	session.Spoken
}

// Spoken lists what was spoken in a sitting, in the order in which it was, whoever may read it.
func (h *House) Spoken(x *session.Session, sitting int) (out []Said) {
	for _, row := range h.Of(x) {
		if k, ok := h.Sessions.Spoken(row.Ref); ok && k.Sitting == sitting {
			out = append(out, Said{row.Ref, k})
		}
	}
	slices.SortStableFunc(out, func(a, b Said) int { return a.From.Compare(b.From) })
	return out
}

// Gone is what goes with a passage of a transcript: where its words stand, and the fact that says so.
type Gone struct {
	Words []cite.Position
	Fact  cite.Proposal
}

// Erase finds the passage. Where the conversation asks for two people to erase what was published, what belongs to an intervention goes with
// it, by its rule.
func (h *House) Erase(act cite.Act, c transcript.Erase) (Gone, error) {
	if !slices.Contains(consultation.Grounds, c.Ground) {
		return Gone{}, refusal.In("ground", "ground.missing")
	}
	//mutants:guard published words are erased by two people where the conversation asks for two
	if h.Consultation.TwoToRemove {
		return Gone{}, refusal.New(refusal.NotNow, "transcript.two")
	}
	all, f, err := h.Transcripts.Erase(act, c)
	return Gone{all, f}, err
}

// With lists what of the transcripts goes with an intervention that was spoken: all that was said while its speaker had the floor.
func (h *House) With(act cite.Act, contribution cite.Ref, ground string) (out []Gone) {
	k, ok := h.Sessions.Spoken(contribution)
	if !ok {
		return nil
	}
	for _, t := range h.Transcripts.Session(k.Item.Root()) {
		for n, p := range t.Passages {
			if t.Sitting == k.Sitting && !p.Gone && t.Said(n+1, k.From, k.To) {
				f := transcript.Erased{Of: t.Of, Number: n + 1, Contribution: contribution.Root(), Ground: ground, By: act.By, At: act.At}
				out = append(out, Gone{p.Entries(), cite.Proposal{Body: f}})
			}
		}
	}
	return out
}
