package floor

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// What a party shows when the chair asks for a show of hands.
const (
	Favours = "yes"     // it is in favour
	Opposes = "no"      // it is not
	NoView  = "neither" // it shows that it has no view
)

// Answers lists them.
var Answers = []string{Favours, Opposes, NoView}

// Hand is what a party showed.
type Hand struct {
	Party  cite.Ref
	Answer string
	At     time.Time
}

// Show is a show of hands: it tells the chair how the room leans, and decides nothing.
type Show struct {
	Text     locale.Text
	At       time.Time
	Of       int       // parties that could answer when it was asked
	Hands    []Hand    // each party once, in the order in which they answered
	Ended    time.Time // zero while it goes on
	Position cite.Position
}

// Count is how many parties showed an answer.
func (s *Show) Count(answer string) (n int) {
	for _, h := range s.Hands {
		if h.Answer == answer {
			n++
		}
	}
	return n
}

// Shown is the show of hands that goes on; nil where none does.
func (f *Floor) Shown() *Show {
	if n := len(f.Shows); n > 0 && f.Shows[n-1].Ended.IsZero() {
		return &f.Shows[n-1]
	}
	return nil
}

// AskHands asks for a show of hands.
type AskHands struct {
	Session cite.Ref      // s2
	Text    locale.Text   // what is asked, at most input.MaxOutcome characters in each language
	Seen    cite.Position // where the chair acted last when the floor was read
}

// Check cleans the text.
func (c AskHands) Check() (AskHands, error) {
	var in input.Check
	in.Texts("text", &c.Text, input.MaxOutcome)
	in.If(c.Text.Empty(), "text", "floor.hands_text")
	return c, in.Err()
}

// AskHands decides: one at a time, of so many parties that could answer.
func (s *State) AskHands(act cite.Act, c AskHands, of int) (cite.Proposal, error) {
	x := s.Floor(c.Session)
	if err := x.Seen(c.Seen); err != nil {
		return cite.Proposal{}, err
	}
	if x.Shown() != nil {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "floor.hands_asked")
	}
	return cite.Proposal{Body: HandsAsked{Session: c.Session, Text: c.Text, Of: of, By: act.By, At: act.At}}, nil
}

// ShowHand answers for a party what the chair asked for a show of hands.
type ShowHand struct {
	Session cite.Ref // s2
	Party   cite.Ref // on the roll, for which whoever answers speaks
	Answer  string   // yes, no or neither
}

// Check looks that it is an answer.
func (c ShowHand) Check() (ShowHand, error) {
	var in input.Check
	in.OneOf("answer", c.Answer, Answers, "floor.hand")
	return c, in.Err()
}

// ShowHand decides: each party once, whoever of it presses.
func (s *State) ShowHand(act cite.Act, c ShowHand) (cite.Proposal, error) {
	q := s.Floor(c.Session).Shown()
	if q == nil {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.hands_not_asked")
	}
	//mutants:guard a party is counted once, however often and by whomever of it is pressed
	if slices.ContainsFunc(q.Hands, func(h Hand) bool { return h.Party == c.Party }) {
		return cite.Proposal{}, refusal.New(refusal.Conflict, "floor.hand_shown")
	}
	return cite.Proposal{Body: HandShown{Session: c.Session, Party: c.Party, Answer: c.Answer, By: act.By, At: act.At}}, nil
}

// EndHands ends a show of hands.
type EndHands struct {
	Session cite.Ref // s2
}

// Check has nothing to hold it to.
func (c EndHands) Check() (EndHands, error) { return c, nil }

// EndHands decides.
func (s *State) EndHands(act cite.Act, c EndHands) (cite.Proposal, error) {
	q := s.Floor(c.Session).Shown()
	if q == nil {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "floor.hands_not_asked")
	}
	return cite.Proposal{Body: HandsEnded{Session: c.Session, Favour: q.Count(Favours), Oppose: q.Count(Opposes), Neither: q.Count(NoView), Of: q.Of, By: act.By, At: act.At}}, nil
}

// HandsAsked: the chair asks for a show of hands.
type HandsAsked struct {
	Session cite.Ref    `json:"session"`
	Text    locale.Text `json:"text"` // what is asked
	Of      int         `json:"of"`   // parties that could answer then
	By      string      `json:"by"`
	At      time.Time   `json:"at"`
}

// Describe: what was asked is everybody's.
func (f HandsAsked) Describe() cite.Description { return public("floor.hands-asked/1", f.Session) }

// Apply asks.
func (f *HandsAsked) Apply(s *State, at cite.Entry) error {
	return s.chaired(f.Session, at, func(x *Floor) bool {
		x.Shows = append(slices.Clip(x.Shows), Show{Text: f.Text, At: f.At, Of: f.Of, Position: at.Position})
		return true
	})
}

// HandShown: a party answers what the chair asked for a show of hands.
type HandShown struct {
	Session cite.Ref  `json:"session"`
	Party   cite.Ref  `json:"party"`
	Answer  string    `json:"answer"` // one of Answers
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: who shows a hand does so in public.
func (f HandShown) Describe() cite.Description { return public("floor.hand-shown/1", f.Session) }

// Apply counts the party. It is appended where it stands, as a request is.
func (f *HandShown) Apply(s *State, _ cite.Entry) error {
	return s.shown(f.Session, func(q *Show) { q.Hands = append(q.Hands, Hand{Party: f.Party, Answer: f.Answer, At: f.At}) })
}

// shown changes the show of hands that goes on.
func (s *State) shown(session cite.Ref, change func(*Show)) error {
	return s.change(session, func(x *Floor) bool {
		x.Shows = slices.Clone(x.Shows)
		q := x.Shown()
		if q == nil {
			return false
		}
		change(q)
		return true
	})
}

// HandsEnded: a show of hands is over. It is an indication, and no decision.
type HandsEnded struct {
	Session cite.Ref  `json:"session"`
	Favour  int       `json:"favour"`  // parties in favour
	Oppose  int       `json:"oppose"`  // parties that are not
	Neither int       `json:"neither"` // parties that showed no view
	Of      int       `json:"of"`      // parties that could answer when it was asked
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Describe: what was shown is everybody's.
func (f HandsEnded) Describe() cite.Description { return public("floor.hands-ended/1", f.Session) }

// Apply ends it.
func (f *HandsEnded) Apply(s *State, at cite.Entry) error {
	if err := s.shown(f.Session, func(q *Show) { q.Ended = f.At }); err != nil {
		return err
	}
	return s.chaired(f.Session, at, func(*Floor) bool { return true })
}
