package correction

import (
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
)

// MeaningOf spells out what a corrected fact means, for the receipt of a correction.
func MeaningOf(f *Corrected, conversation, address, class string) consultation.Meaning {
	m := consultation.Meaning{Address: address, Conversation: conversation, Contribution: f.Contribution, Correction: f.Number, Call: f.Call, Received: f.Received,
		Told: f.Told, Rule: f.Rule, Deadline: f.Deadline, Class: class, Assurance: f.Assurance, On: []cite.Ref{}}
	for _, p := range f.Parts {
		m.Corrects = append(m.Corrects, cite.Part(f.Contribution, p.Part))
	}
	return m
}
