package conversation

import (
	"reflect"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/poll"
)

// Resume has writing go on upon a record of which entries may be missing, for a reason that everybody reads.
type Resume struct {
	From     cite.Position // of the first entry that may be missing; 0 where none is
	To       cite.Position // of the last that was acknowledged; 0 where nobody knows
	Restored bool          // from a backup
	Beside   string        // what was kept beside the record and is lost, such as private.db; "" for nothing
	Reason   string        // at most input.MaxOutcome characters
	// Again are lost facts that took something away or kept it from the public, in their order: they are written again.
	Again []Lost
}

// Lost is a fact of an entry that is lost.
type Lost struct {
	Of   cite.Position // where the contribution stands that it is about; 0 where it is about none
	Data string        // as it stood on the record
}

// Check cleans the reason and looks that there is one.
func (c Resume) Check() (Resume, error) {
	var in input.Check
	in.Text("reason", &c.Reason, input.MaxOutcome)
	in.If(c.Reason == "", "reason", "reason.missing")
	in.Line("beside", &c.Beside, input.MaxName)
	return c, in.Err()
}

// resume says what may be missing, and takes away again what was taken away in entries that are lost.
func (s *State) resume(a Ask, c Resume) ([]Fact, error) {
	facts := []Fact{{Body: Resumed{From: c.From, To: c.To, Restored: c.Restored, Whole: c.From == 0, Beside: c.Beside, Reason: c.Reason, At: a.Now()}}}
	for _, lost := range c.Again {
		if fact, err := Decode([]byte(lost.Data)); err == nil { // else it is of a kind that this Plenary does not know
			facts = append(facts, s.again(fact, lost.Of, s.Roll)...)
		}
	}
	return facts, nil
}

// Restrict takes away what lost entries took away, as Resume will write it, while the state is only read. It lists the
// entries whose words were erased. A fact of a kind that it does not know is an error: what that took away is not known.
func (s *State) Restrict(lost []Lost) (erased []cite.Position, err error) {
	was := s.Roll.Snapshot()
	for _, l := range lost {
		fact, err := Decode([]byte(l.Data))
		if err != nil {
			return nil, err
		}
		for _, f := range s.again(fact, l.Of, was) {
			// At no position: whoever shows where something was decided has nothing to show.
			if err := factTypes[reflect.TypeOf(f.Body)].apply(s, cite.Entry{Time: s.Time}, f.Body); err != nil {
				return nil, err
			}
			erased = append(erased, f.Erase...)
		}
	}
	return erased, nil
}

// again makes of a fact that was lost the one that is written now, none where what it is about is not there. was is the roll
// before any was written.
func (s *State) again(fact cite.Fact, of cite.Position, was *delegation.Roll) []Fact {
	if f, ok := fact.(*poll.Returned); ok {
		done := balloter(s).ReturnAgain(f)
		return s.letGo(done.Facts, Erased{Ballot: done.Of, At: f.At}, done.Gone...)
	}
	var erase []cite.Position
	about := append(fact.Describe().Touches, cite.None)[0]
	row, ok := s.Consultation.Row(about)
	ok = ok && row.Ref == about && row.Position == of
	if f, erased := fact.(*Erased); erased {
		//mutants:guard a ballot whose count is lost is counted again, and let go then
		ok = (ok || f.Contribution == cite.None && f.Ballot == cite.None) && f.Position >= 1 && f.Position <= s.Head
		erase, f.Proposed = []cite.Position{f.Position}, 0 // what stood there may be lost, or another's
	}
	if f, redacted := fact.(*consultation.PassageRedacted); redacted {
		ok, f.Proposed = ok && f.Part.PartNumber() <= row.Parts, 0
	}
	stood(fact, was, &ok)
	stood(fact, s.Transcripts, &ok)
	stood(fact, s.Consultation, &ok)
	stood(fact, s.Accredited, &ok)
	if !ok {
		return nil
	}
	return []Fact{{Body: fact, Erase: erase}}
}

// stood asks a fact of a room whether what it took away is there.
func stood[S any](fact cite.Fact, room *S, there *bool) {
	if f, ok := fact.(interface{ Stood(*S) bool }); ok {
		*there = f.Stood(room)
	}
}

// Resumed: writing went on upon a record of which entries may be missing.
type Resumed struct {
	From     cite.Position `json:"from,omitempty"`     // the first entry that may be missing
	To       cite.Position `json:"to,omitempty"`       // the last that was acknowledged, where it is known
	Restored bool          `json:"restored,omitempty"` // from a backup
	Whole    bool          `json:"whole,omitempty"`    // of the record nothing is missing
	Beside   string        `json:"beside,omitempty"`   // what was kept beside the record and is lost
	Reason   string        `json:"reason"`
	At       time.Time     `json:"at"`
}

// Describe: what is missing is everybody's to know.
func (Resumed) Describe() cite.Description {
	return cite.Description{Kind: "conversation.resumed/1", Touches: []cite.Ref{AnySetting}, About: cite.Public}
}

// Apply notes where entries may be missing, and after how many contributions.
func (f *Resumed) Apply(s *State, _ cite.Entry) error {
	if !f.Whole {
		s.gaps = append(slices.Clip(s.gaps), gap{f.From, f.To, s.Consultation.Len()})
	}
	return nil
}

// Lost tells between which entries a contribution that is not there may have been lost: to is 0 where nobody knows it, from
// where it cannot have been.
func (r *Reading) Lost(x cite.Ref) (from, to cite.Position) {
	r.note(AnyContribution, AnySetting)
	n := x.Number()
	for _, g := range r.state.gaps {
		if n > r.state.Consultation.Len() && n > g.had && (g.to == 0 || n-g.had <= int(g.to-g.from)+1) {
			from, to = g.from, g.to
		}
	}
	return from, to
}

// gap is where entries may be missing, after so many contributions.
type gap struct {
	from, to cite.Position
	had      int
}
