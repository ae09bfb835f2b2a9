package consultation

import (
	"time"

	"github.com/openplenary/plenary/cite"
)

// ReceiptFormat is the format of a receipt file.
const ReceiptFormat = "plenary-receipt/1"

// Receipt is what a person keeps: the proof that what they sent stands on the record, the very bytes that it commits to, and what
// they mean. It never holds an address.
type Receipt struct {
	Format  string     `json:"format"`
	Notice  string     `json:"notice,omitempty"` // in demonstrations: that what it says is invented
	Key     string     `json:"key"`              // verifier key of the record (C2SP signed-note)
	Proof   cite.Proof `json:"proof"`
	Data    []byte     `json:"data"`           // salt first
	Text    []byte     `json:"text,omitempty"` // salt first; absent once erased
	Meaning Meaning    `json:"meaning"`
}

// Meaning says in plain fields what the data of a receipt mean. A verifier compares each with the data.
type Meaning struct {
	Address      string     `json:"address"` // where the contribution can be read
	Conversation string     `json:"conversation"`
	Contribution cite.Ref   `json:"contribution"`
	Ballot       cite.Ref   `json:"ballot,omitempty"`     // the indicative ballot, where it is the receipt of one that was cast in it; there is no contribution then
	Correction   int        `json:"correction,omitempty"` // of the contribution, 1, 2, ..., where it is the receipt of one
	Call         cite.Ref   `json:"call"`
	On           []cite.Ref `json:"on"`                 // element and edition that each part answers; empty for a correction
	Corrects     []cite.Ref `json:"corrects,omitempty"` // parts that a correction says anew
	Received     time.Time  `json:"received"`
	Told         time.Time  `json:"told,omitzero"`
	Rule         string     `json:"rule"`
	Deadline     time.Time  `json:"deadline"`
	Class        string     `json:"class"`
	Assurance    string     `json:"assurance"`
}

// MeaningOf spells out what a received fact means.
func MeaningOf(f *Received, conversation, address, class string) Meaning {
	m := Meaning{Address: address, Conversation: conversation, Contribution: f.Ref, Call: f.Call, Received: f.Received, Told: f.Told, Rule: f.Rule,
		Deadline: f.Deadline, Class: class, Assurance: f.Assurance, On: []cite.Ref{}}
	for _, p := range f.Parts {
		m.On = append(m.On, p.On)
	}
	return m
}
