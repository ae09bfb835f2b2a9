package conversation

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/preparation"
	"github.com/openplenary/plenary/settings"
)

// What is settled, and where a conversation stands in its life: here is looked up what that needs of the nouns.

// preparer is what has to be looked up of a conversation's texts.
func preparer(s *State) *preparation.House {
	return &preparation.House{Settings: &s.Settings, Roll: s.Roll, Papers: s.Papers, Consultation: s.Consultation, Questions: s.Questions, Priorities: s.Priorities, Sessions: s.Sessions}
}

// Merged is settings.Merged, with what was said in the category.
type Merged settings.Merged

// Describe: whatever is counted by category is counted otherwise.
func (f Merged) Describe() cite.Description {
	d := settings.Merged(f).Describe()
	d.Touches = append(d.Touches, AnyContribution, AnyParty)
	return d
}

// Apply merges them.
func (f *Merged) Apply(s *State, at cite.Entry) error {
	s.Consultation.MergeCategory(f.ID, f.Into)
	return (*settings.Merged)(f).Apply(settled(s), at)
}

// merge has what was said in the category counted with the other.
func (s *State) merge(act cite.Act, c settings.Merge) (cite.Proposal, error) {
	p, err := settled(s).Merge(act, c)
	if err != nil {
		return cite.Proposal{}, err
	}
	p.Body = Merged(p.Body.(settings.Merged))
	return p, nil
}

// MayEnter says for whom a conversation is there at all: for everybody once it was opened, before that for those who
// hold an office in it, and for nobody once it was discarded.
//
//mutants:guard what is prepared is seen by those who prepare it, and by nobody else
func (s *State) MayEnter(a Audience) bool {
	switch s.Life {
	case settings.Prepared:
		return a.Roles != 0 || a.Preview
	case settings.Discarded:
		return false
	}
	return true
}

// Needs lists what is looked at before the conversation is opened, as it is at the reader's instant.
func (r *Reading) Needs() []preparation.Need {
	r.Consultation.Due()
	r.note(AnyPaper, AnyCall, AnyParty)
	return preparer(r.state).Needs(r.Now)
}

// Under counts what stands under a label.
func (r *Reading) Under(list, id string) int {
	r.note(AnyContribution, AnyPaper, AnyParty)
	return preparer(r.state).Under(list, id)
}
