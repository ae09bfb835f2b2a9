package cite

import "time"

// Fact is one thing that happened, as it stands on the record: data of one kind. A field of a stored fact is
// never renamed and never changes its meaning.
type Fact interface {
	// Describe says all that the house has to know of any fact, in one value, so that nothing of it can be
	// forgotten by half. It is also called on the zero fact, for the kind.
	Describe() Description
}

// Description is what the house knows of a fact without knowing its type.
type Description struct {
	// Kind names the fact on the record with its version, "consultation.received/1". It is read for ever.
	Kind string
	// Minted are the references that the fact brought into being: they are the answer to the ask.
	Minted []Ref
	// Touches are the references that show something else from now on. What rests on them (the list in which a
	// contribution stands, the passage that an answer changes) is found by the state.
	Touches []Ref
	// About is the reference whose reading rule covers the data of the fact. A fact that everybody may read says
	// Public; one that says nothing may be read by those who moderate, and by nobody else.
	About Ref
}

// Public is what a fact is about that everybody may read.
const Public Ref = "public"

// Proposal is a fact that a rule answers an ask with: about to go on the record, with the words beside it
// that may be erased, and the entries whose words go with it.
type Proposal struct {
	Body  Fact
	Words Words
	Erase []Position
}

// Choice is what somebody chose at a question that offers choices.
type Choice struct {
	Question int `json:"question"` // its number, counted from 1
	// Picks are the numbers of what was chosen there, counted from 1, in order; 0 alone says that they do not answer on
	// purpose. At a ranking they are the places of its options, in their order: 1 is the first, equal ones are ties, 0 is left out.
	// At a table they are the numbers of the cells that are filled in, along the rows; at a question for files those of the
	// contribution's files.
	Picks []int `json:"picks"`
	// Value is what was typed at a question for a number or a date: "-1.5", "2030-01-31". There are no picks then.
	Value string `json:"value,omitempty"`
}

// Act says who acts and when, as rules see it.
type Act struct {
	By string    // the participant's reference, "" for the timekeeper
	At time.Time // the instant that rules use: of the request, or told by a script in a demonstration
}
