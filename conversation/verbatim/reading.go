package verbatim

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/session"
	"github.com/openplenary/plenary/transcript"
)

// Reading reads transcripts, as far as one audience may read the interventions in them. What it looks at is noted, and what may be shown is
// said, by those who lend it.
type Reading struct {
	House *House
	Note  func(rests ...cite.Ref)
	Grant func(cite.Position)
	Reads func(cite.Ref) bool // the audience may read the words of a contribution
	Whole bool                // the audience moderates, and asked to read what is black
}

// Of lists the transcripts of a session, by sitting.
func (r Reading) Of(x cite.Ref) []*transcript.Transcript {
	r.Note(transcript.AnyTranscript)
	return r.House.Transcripts.Session(x.Root())
}

// Find finds the transcript of a sitting in a language.
func (r Reading) Find(of transcript.Of) (*transcript.Transcript, bool) {
	r.Note(transcript.AnyTranscript)
	return r.House.Transcripts.Find(of)
}

// Feeds lists the feeds of captions of a session.
func (r Reading) Feeds(x cite.Ref) []transcript.Feed {
	r.Note(transcript.AnyTranscript)
	return r.House.Transcripts.Feeds(x.Root())
}

// Passage is one of a transcript, as the audience may know of it.
type Passage struct {
	transcript.Passage
	Number       int      // in the transcript, from 1
	Contribution cite.Ref // the intervention in which it was said; None for none that the audience may read
	Hidden       bool     // it is not the audience's to read
}

// Passages lists the passages of a transcript, and grants the words of those that the audience may read.
func (r Reading) Passages(t *transcript.Transcript) []Passage {
	r.Note(transcript.AnyTranscript, session.AnySession)
	x, ok := r.House.Sessions.Session(t.Session)
	if !ok {
		return nil
	}
	said := r.House.Spoken(x, t.Sitting)
	out := make([]Passage, len(t.Passages))
	for i, p := range t.Passages {
		v := Passage{Passage: p, Number: i + 1, Hidden: p.Gone}
		for _, k := range said {
			if !t.Said(i+1, k.From, k.To) {
				continue
			}
			r.Note(k.Contribution)
			//mutants:guard what somebody may not read of an intervention, or is black in it, is not told by its transcript
			if !r.Reads(k.Contribution) || !r.Whole && len(r.House.Consultation.Masks(k.Contribution)) > 0 {
				v.Hidden = true
				continue
			}
			if v.Contribution == cite.None {
				v.Contribution = k.Contribution
			}
		}
		//mutants:guard the words of a passage that is hidden are not handed out, those that were put right among them
		if !v.Hidden {
			for _, at := range p.Entries() {
				r.Grant(at)
			}
		}
		out[i] = v
	}
	return out
}

// Under lists the passages of a transcript that were said in an intervention which the audience may read.
func (r Reading) Under(t *transcript.Transcript, contribution cite.Ref) []Passage {
	return slices.DeleteFunc(r.Passages(t), func(p Passage) bool { return p.Contribution != contribution || p.Replaced })
}
