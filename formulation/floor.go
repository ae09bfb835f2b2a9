package formulation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// A question may be asked aloud in a session. The rapporteur enters it: the proposal is a contribution of whoever spoke, and beside it
// stands who entered it and when it was said.

// Hear enters a question that somebody asked from the floor of a session. It becomes a proposal of the party that spoke, which may say
// that it was not said so.
type Hear struct {
	Call cite.Ref // that gathers questions
	// On is the place of the paper that it is about, p3.e2.x17, or the edition for the whole paper.
	On cite.Ref
	// Party is the party on the roll whose representative spoke; None for somebody of whom no party on the roll is known.
	Party cite.Ref
	// Speaker says who spoke where Party is None, without the name of a person: "a teacher, from the gallery". At most MaxSpeaker
	// characters.
	Speaker string
	// Category is the id of the category of such a speaker; of a party on the roll its own counts.
	Category string
	// Said is when it was said: not in the future, and not before the conversation was convened.
	Said     time.Time
	Language locale.Lang // in which the question is written
	Wording  string      // the question, at most MaxProposed characters
	Text     string      // why it matters, at most MaxWhy characters
	// Likeness is a keyed hash of why and question as Check leaves them, as of every contribution. Whoever asks computes it.
	Likeness uint64 `api:"-"`
}

// MaxSpeaker is how long the description of a speaker may be, in characters.
const MaxSpeaker = 120

// Check cleans the words and holds everything to its bounds.
func (c Hear) Check() (Hear, error) {
	var in input.Check
	in.Line("speaker", &c.Speaker, MaxSpeaker)
	in.Line("category", &c.Category, input.MaxName)
	in.Short("wording", &c.Wording, MaxProposed)
	in.Short("text", &c.Text, MaxWhy)
	in.If(c.Wording == "", "wording", "proposal.question")
	in.Written("language", c.Language)
	c.Said = c.Said.UTC()
	in.If(c.Said.IsZero(), "said", "heard.when")
	switch {
	case c.Party != cite.None:
		c.Speaker, c.Category = "", ""
	case c.Speaker == "":
		in.If(true, "speaker", "heard.speaker")
	//mutants:guard no private person is named on the record by somebody else: neither an address nor the name of an office stands for a speaker
	case locale.HasAddress(c.Speaker) || locale.Claims(c.Speaker):
		in.If(true, "speaker", "heard.person")
	}
	return c, in.Err()
}

// Floor is what is known of what was heard from the floor: a proposal, or an intervention.
type Floor struct {
	Party    cite.Ref      // on the roll, whose representative spoke; None for somebody of whom none is known
	Said     time.Time     // when it was said
	By       string        // who entered it
	Position cite.Position // the entry that says so
}

// Hear decides, beside the contribution that was found to be taken. convened is when the conversation was.
func (s *State) Hear(act cite.Act, convened time.Time, proposal cite.Ref, c Hear) (cite.Proposal, error) {
	if _, ok := s.Gathering(c.Call); !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")
	}
	//mutants:guard nothing is entered as heard that cannot have been said yet, nor before there was a conversation
	if c.Said.After(act.At) || c.Said.Before(convened) {
		return cite.Proposal{}, refusal.In("said", "heard.said")
	}
	return cite.Proposal{Body: Heard{Proposal: proposal, Party: c.Party, Said: c.Said, By: act.By, At: act.At}}, nil
}

// Floor finds what is known of a proposal or an intervention that was heard from the floor; ok is false of one that was not.
func (s *State) Floor(proposal cite.Ref) (f Floor, ok bool) {
	f = s.heard.Get(cite.Part(proposal.Root(), 1)) // what is heard is one question
	return f, f.Position > 0
}

// Aloud notes that a contribution of another kind was said aloud: an intervention. What is whose is the same for both.
func (s *State) Aloud(contribution cite.Ref, f Floor) {
	s.heard.Set(cite.Part(contribution.Root(), 1), f)
}

// FloorOf lists what was heard from the floor of a party on the roll, in no order.
func (s *State) FloorOf(party cite.Ref) (out []cite.Ref) {
	for proposal, f := range s.heard.All() {
		if f.Party == party {
			out = append(out, proposal)
		}
	}
	return out
}

// Heard: a question was asked from the floor, and somebody entered it as a proposal.
type Heard struct {
	Proposal cite.Ref  `json:"proposal"`
	Party    cite.Ref  `json:"party,omitempty"` // on the roll, whose representative spoke
	Said     time.Time `json:"said"`
	By       string    `json:"by"` // who entered it
	At       time.Time `json:"at"`
}

// Describe: its data are read by whoever may read the proposal.
func (f Heard) Describe() cite.Description {
	return cite.Description{Kind: "formulation.heard/1", Touches: []cite.Ref{f.Proposal.Root(), AnyQuestion}, About: f.Proposal.Root()}
}

// Apply notes that it was heard.
func (f *Heard) Apply(s *State, at cite.Entry) error {
	s.heard.Set(f.Proposal, Floor{Party: f.Party, Said: f.Said, By: f.By, Position: at.Position})
	return nil
}
