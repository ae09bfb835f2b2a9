package part

import (
	"cmp"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/page/frame"
)

// Heard is what is known of a question or an intervention that was said in a session, and entered by the rapporteur.
type Heard struct {
	// Party is the party on the roll whose representative spoke; absent where no party on the roll is known.
	Party cite.Ref `json:"party,omitempty"`
	// Said is when it was said.
	Said time.Time `json:"said"`
	// Stand is what the party says of it: aligned where it says that it was said so, dissociated where it says that it was not;
	// absent where it said nothing.
	Stand string `json:"stand,omitempty"`
	// Spoken says that it is an intervention, and no question.
	Spoken bool `json:"spoken,omitempty"`
	// Position is the entry that says that it was heard, and who entered it.
	Position cite.Position `json:"position"`
}

// newHeard is what is known of a contribution that was heard from the floor; nil of one that was not.
func newHeard(st *conversation.Reading, ref cite.Ref) *Heard {
	floor, ok := st.Formulation.Floor(ref)
	if !ok {
		return nil
	}
	v := &Heard{Party: floor.Party, Said: floor.Said, Position: floor.Position}
	v.Spoken = st.Sessions.Spoken(ref)
	_, stands, _ := st.Roll.Declared(ref)
	for _, s := range stands {
		if s.Group == 0 && s.Party.Ref() == floor.Party {
			v.Stand = s.Stand
		}
	}
	return v
}

// ForHeard lets a reader who speaks for the party of which something was heard say whether it was said so.
func (v *Contribution) ForHeard(st *conversation.Reading, me delegation.Participant) {
	if v.Heard == nil {
		return
	}
	for _, y := range st.Roll.SpeaksNow(me) {
		if y.Ref() == v.Heard.Party {
			v.Mine = append(v.Mine, Aligning{Named: NewNamed(st, y), Stand: v.Heard.Stand})
		}
	}
}

// AssuredBy says how sure the house is of who said it.
func (v *Contribution) AssuredBy(f *frame.Frame) string {
	if v.Heard != nil && v.Heard.Party == cite.None {
		return f.T("heard.assurance")
	}
	return f.T("assurance." + v.Assurance)
}

// says is the sentence with what the party says of it.
func (v *Heard) says() string {
	switch {
	case v.Spoken && v.Party == cite.None:
		return "session.nobody"
	case v.Spoken:
		return "session.says." + cmp.Or(v.Stand, "nothing")
	case v.Party == cite.None:
		return "heard.nobody"
	case v.Stand != "":
		return "heard.says." + v.Stand
	}
	return "heard.says.nothing"
}

// HeardAt says who asked it from the floor and when, and who entered it; "" of what was not heard.
func (v *Contribution) HeardAt(f *frame.Frame) string {
	if v.Heard == nil {
		return ""
	}
	if v.Heard.Spoken {
		return f.Lang.Isolate("session.line", "who", v.Who(f), "time", f.DateTime(v.Heard.Said))
	}
	return f.Lang.Isolate("heard.line", "who", v.Who(f), "time", f.DateTime(v.Heard.Said))
}

// word is what is said where there is room for little: from the floor.
func (v *Heard) word(f *frame.Frame, ofQuestion, ofSpeech string) string {
	if v.Spoken {
		return f.T(ofSpeech)
	}
	return f.T(ofQuestion)
}
