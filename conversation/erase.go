package conversation

import (
	"slices"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/removal"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/translation"
)

// Erase deletes the words of a contribution for good, on a ground.
type Erase struct {
	Contribution cite.Ref
	Ground       string // one of consultation.Grounds
}

// Check looks whether the ground is one.
func (c Erase) Check() (Erase, error) {
	var in input.Check
	in.OneOf("ground", c.Ground, consultation.Grounds, "ground.missing")
	return c, in.Err()
}

// erase lets go the words of the contribution itself, of what was written about it, and of what its author
// said of the answers.
func (s *State) erase(a Ask, c Erase) ([]Fact, error) {
	row, ok := s.Consultation.Row(c.Contribution)
	if !ok || row.Ref != c.Contribution {
		return nil, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if row.Status == consultation.Erased {
		return nil, refusal.New(refusal.Conflict, "contribution.decided", "status", row.Status.String())
	}
	//mutants:guard published text is erased by two people where the conversation asks for two
	if s.Consultation.NeedsTwo(row.Ref) {
		f, err := removal.ProposeErasure(s.Consultation, a.act(), row.Ref, c.Ground)
		return []Fact{f}, err
	}
	return s.erasing(a, c, 0)
}

// erasing gives the facts of an erasure, and where it was proposed.
func (s *State) erasing(a Ask, c Erase, proposed cite.Position) ([]Fact, error) {
	row, _ := s.Consultation.Row(c.Contribution)
	at := s.Consultation.WordsOf(row.Ref)
	act, facts := a.act(), make([]Fact, len(at))
	for i, p := range at {
		facts[i] = Fact{Body: Erased{Position: p, Contribution: row.Ref, Ground: c.Ground, Proposed: proposed, By: act.By, At: act.At}, Erase: []cite.Position{p}}
	}
	facts = append(facts, s.unrendered(a, row.Ref, c.Ground)...)
	//mutants:guard what transcripts say of an intervention goes with its words
	facts = append(facts, s.unwritten(a, c.Ground, scribe(s).With(act, row.Ref, c.Ground)...)...)
	return facts, nil
}

// unrendered lets go the words of what renders a contribution: they say what goes, or is to be black.
func (s *State) unrendered(a Ask, contribution cite.Ref, ground string) []Fact {
	return s.letGo(nil, Erased{Ground: ground, By: a.act().By, At: a.act().At}, s.Renderings.Positions(contribution)...)
}

// letGo adds to facts that the words of entries go, as one says, unless they went before.
func (s *State) letGo(facts []Fact, as Erased, all ...cite.Position) []Fact {
	for _, p := range all {
		//mutants:guard words go that nobody needs any more, or that say again what goes
		if _, gone := s.Erased(p); p > 0 && !gone {
			f := as
			f.Position = p
			facts = append(facts, Fact{Body: &f, Erase: []cite.Position{p}})
		}
	}
	return facts
}

// redacted is what blacking out writes: what renders the words goes.
func (s *State) redacted(a Ask, f Fact, err error) ([]Fact, error) {
	if r, done := f.Body.(consultation.PassageRedacted); done && err == nil {
		return append([]Fact{f}, s.unrendered(a, r.Part, r.Ground)...), nil
	}
	return []Fact{f}, err
}

func (s *State) redact(a Ask, c consultation.Redact) ([]Fact, error) {
	//mutants:guard nothing is blacked out in words that others took the place of since they were read
	if c.Seen != 0 && slices.ContainsFunc(s.Consultation.Corrections(c.Part), func(k consultation.Correction) bool { return k.Position > c.Seen }) {
		return nil, refusal.New(refusal.Conflict, "contribution.changed")
	}
	f, err := s.Consultation.Redact(a.act(), c)
	return s.redacted(a, f, err)
}

// correct looks up whose it is, and what the call asks: a correction is held to it as what
// was sent first.
func (s *State) correct(a Ask, c correction.Correct) ([]Fact, error) {
	row, _ := s.Consultation.Row(c.Contribution)
	f, err := correction.Decide(s.Consultation, consultation.Sender{By: a.act().By, Received: a.Received, Told: a.Told}, s.whose(a, c.Contribution), c)
	//mutants:guard what several parties authorised is not put in other words by one
	if err == nil && len(s.Roll.JointlyBy(c.Contribution)) > 0 {
		err = refusal.New(refusal.NotNow, "joint.correct")
	}
	for _, p := range c.Parts {
		if err == nil {
			err = s.Questions.Corrected(row.Ref, row.Call, s.Consultation.Part(row.Ref, p.Part).Question, p.Text)
		}
	}
	if err == nil {
		err = formulator(s).Corrected(row.Call, c.Parts)
	}
	return []Fact{f}, err
}

// render looks up what is rendered, and in which office.
func (s *State) render(a Ask, c translation.Render) ([]Fact, error) {
	of := translation.Original{Office: s.office(a, translation.Translator)}
	of.Language, of.Published = s.Consultation.Written(c.Part, c.Reaction)
	//mutants:guard nothing is rendered that was corrected or blacked out since it was read
	if row, _ := s.Consultation.Row(c.Part); c.Seen != 0 && row.Changed > c.Seen {
		return nil, refusal.New(refusal.Conflict, "contribution.changed")
	}
	f, err := s.Renderings.Render(a.act(), of, c)
	return []Fact{f}, err
}

// Apply notes that the words at a position are gone.
func (f *Erased) Apply(s *State, at cite.Entry) error {
	if f.Contribution != cite.None {
		if err := s.Consultation.Erase(at, f.Contribution); err != nil {
			return err
		}
	}
	s.erased.Set(f.Position, at.Position)
	return nil
}
