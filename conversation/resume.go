package conversation

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
)

// Resume has writing go on upon a record of which entries may be missing: it was restored from a backup, or holds
// less than was acknowledged. Whoever looks after the instance asks for it, with a reason that everybody reads.
type Resume struct {
	From     cite.Position // of the first entry that may be missing; 0 where none is
	To       cite.Position // of the last that was acknowledged; 0 where nobody knows
	Restored bool          // from a backup
	Beside   string        // what was kept beside the record and is lost, such as private.db; "" for nothing
	Reason   string        // at most input.MaxOutcome characters
	// Again are facts that took words away or kept them from the public, and are lost with their entries, in
	// their order. They are written again, so that nothing is shown that was not to be shown any more.
	Again []Lost
}

// Lost is a fact of an entry that is lost.
type Lost struct {
	Of   cite.Position // where the contribution stands that it is about
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
		fact, err := Decode([]byte(lost.Data))
		if err != nil {
			continue // of a kind that this Plenary does not know
		}
		if f, ok := s.again(fact, lost.Of); ok {
			facts = append(facts, f)
		}
	}
	return facts, nil
}

// Restricting are the kinds of fact that take words away or keep them from the public, and the one that gives them
// back. The first thing that each touches is a contribution.
var Restricting = []string{Erased{}.Describe().Kind, consultation.ContributionWithheld{}.Describe().Kind, consultation.ContributionPublished{}.Describe().Kind,
	consultation.ContributionWithdrawn{}.Describe().Kind, consultation.PassageRedacted{}.Describe().Kind}

// again makes of a fact that was lost the one that is written now, where what it is about is still there.
func (s *State) again(fact cite.Fact, of cite.Position) (out Fact, ok bool) {
	d := fact.Describe()
	if !slices.Contains(Restricting, d.Kind) {
		return Fact{}, false
	}
	row, ok := s.Consultation.Row(d.Touches[0])
	if !ok || row.Ref != d.Touches[0] || row.Position != of {
		return Fact{}, false
	}
	out.Body = fact
	if f, erased := fact.(*Erased); erased {
		out.Erase = []cite.Position{f.Position}
		ok = f.Position >= 1 && f.Position <= s.Head
	}
	if f, redacted := fact.(*consultation.PassageRedacted); redacted {
		span, given := f.Part.Span()
		n := f.Part.PartNumber()
		ok = given && n >= 1 && n <= row.Parts && span.To <= s.Consultation.Part(row.Ref, n).Bytes
	}
	return out, ok
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

// Interrupted says that entries of the record may be missing.
type Interrupted struct {
	Position cite.Position // where that was written
	From, To cite.Position // the first that may be missing, and the last that was acknowledged; 0 where it is not known
}

// Apply notes what may be missing.
func (f *Resumed) Apply(s *State, at cite.Entry) error {
	s.Interruptions = append(s.Interruptions[:len(s.Interruptions):len(s.Interruptions)], Interrupted{at.Position, f.From, f.To})
	return nil
}
