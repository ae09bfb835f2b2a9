package conversation

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/input"
)

// Resume has writing go on upon a record of which entries may be missing, for a reason that everybody reads.
type Resume struct {
	From     cite.Position // of the first entry that may be missing; 0 where none is
	To       cite.Position // of the last that was acknowledged; 0 where nobody knows
	Restored bool          // from a backup
	Beside   string        // what was kept beside the record and is lost, such as private.db; "" for nothing
	Reason   string        // at most input.MaxOutcome characters
	// Again are lost facts that took words away or kept them from the public, in their order: they are written again.
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
		if fact, err := Decode([]byte(lost.Data)); err == nil { // else it is of a kind that this Plenary does not know
			facts = append(facts, s.again(fact, lost.Of)...)
		}
	}
	return facts, nil
}

// again makes of a fact that was lost the one that is written now, none where what it is about is not there.
func (s *State) again(fact cite.Fact, of cite.Position) []Fact {
	var erase []cite.Position
	about := append(fact.Describe().Touches, cite.None)[0]
	row, ok := s.Consultation.Row(about)
	if f, erased := fact.(*Erased); erased {
		erase, ok = []cite.Position{f.Position}, ok && f.Position >= 1 && f.Position <= s.Head
		f.Proposed = 0 // what stood there may be lost, or another's
	}
	if f, redacted := fact.(*consultation.PassageRedacted); redacted {
		ok, f.Proposed = ok && f.Part.PartNumber() <= row.Parts, 0
	}
	if !ok || row.Ref != about || row.Position != of {
		return nil
	}
	return []Fact{{Body: fact, Erase: erase}}
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

// Apply changes nothing: what may be missing stands on the record.
func (f *Resumed) Apply(*State, cite.Entry) error { return nil }
