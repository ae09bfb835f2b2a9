package session

import (
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/input"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// MaxParagraph is how long a paragraph of an intervention may be that is entered, in characters.
const MaxParagraph = 5_000

// MaxSpeaker is how long the description of a speaker may be, in characters.
const MaxSpeaker = 120

// Deliver enters what somebody said in a sitting. It becomes a contribution of the party that spoke, which may say that it was not said so.
type Deliver struct {
	Item    cite.Ref // s2.i4
	Sitting int      // in which it was said
	// Party is the party on the roll whose representative spoke; None for somebody of whom no party on the roll is known.
	Party cite.Ref
	// Speaker says who spoke where Party is None, without the name of a person. At most MaxSpeaker characters.
	Speaker string
	// Category is the id of the category of such a speaker; of a party on the roll its own counts.
	Category string
	From     time.Time   // when the floor was given
	To       time.Time   // when it was taken back
	Cut      bool        // time ran out before the speaker had finished
	Floor    locale.Lang // that was spoken
	Language locale.Lang // in which the words are written
	// Paragraphs are what was said, 1 to MaxParagraphs.
	Paragraphs []Paragraph
}

// Paragraph is a paragraph of an intervention.
type Paragraph struct {
	On   cite.Ref // the place of the paper that it is about, p3.e2.x17, or the edition for the whole paper
	Text string   // at most MaxParagraph characters
	// Takes are what was said before that it takes up: points, answers, themes.
	Takes []cite.Ref
	// Likeness is a keyed hash of the text as Check leaves it. Whoever asks computes it.
	Likeness uint64 `api:"-"`
}

// Check cleans the words and holds everything to its bounds.
func (c Deliver) Check() (Deliver, error) {
	var in input.Check
	in.Line("speaker", &c.Speaker, MaxSpeaker)
	in.Line("category", &c.Category, input.MaxName)
	in.If(!c.Floor.Valid(), "floor", "session.floor")
	in.Written("language", c.Language)
	in.If(len(c.Paragraphs) == 0 || len(c.Paragraphs) > MaxParagraphs, "text", "session.paragraphs", "max", MaxParagraphs)
	c.Paragraphs = slices.Clone(c.Paragraphs)
	for i := range c.Paragraphs {
		p := &c.Paragraphs[i]
		in.Short("text", &p.Text, MaxParagraph)
		in.If(p.Text == "", "text", "session.words")
		p.Takes = once(p.Takes)
		in.If(len(p.Takes) > MaxTakesUp, "takes", "session.takes_many", "max", MaxTakesUp)
	}
	c.From, c.To = c.From.UTC(), c.To.UTC()
	in.If(c.From.IsZero() || !c.From.Before(c.To), "to", "session.order")
	switch {
	case c.Party != cite.None:
		c.Speaker, c.Category = "", ""
	case c.Speaker == "":
		in.If(true, "speaker", "heard.speaker")
	//mutants:guard no private person is named on the record by somebody else: neither an address nor the name of an office stands for a speaker
	case locale.HasAddress(c.Speaker) || locale.Claims(c.Speaker):
		in.If(true, "speaker", "heard.person")
	}
	return c, in.Err()
}

// ToDeliver finds the session and the call that takes what was said, and looks that it was said in that sitting.
func (s *State) ToDeliver(act cite.Act, c Deliver) (*Session, error) {
	x, t, err := s.found(c.Item.Root(), c.Sitting)
	if err != nil {
		return nil, err
	}
	if it, ok := x.Item(c.Item.ItemNumber()); !ok || it.Off || cite.Item(x.Ref, c.Item.ItemNumber()) != c.Item {
		return nil, refusal.In("item", "session.item")
	}
	if x.Call == cite.None {
		return nil, refusal.New(refusal.NotNow, "session.not_invited")
	}
	return x, t.during(act, "from", c.From, c.To)
}

// Deliver decides, beside the contribution that was found to be taken.
func (s *State) Deliver(act cite.Act, contribution cite.Ref, c Deliver) (cite.Proposal, error) {
	if _, err := s.ToDeliver(act, c); err != nil {
		return cite.Proposal{}, err
	}
	// Nobody has the floor while somebody else has it.
	for other, k := range s.spoken.All() {
		if k.Item.Root() == c.Item.Root() && k.From.Before(c.To) && c.From.Before(k.To) {
			return cite.Proposal{}, refusal.In("from", "session.at_once", "ref", string(other))
		}
	}
	f := Delivered{Contribution: contribution, Item: c.Item, Sitting: c.Sitting, Party: c.Party, From: c.From, To: c.To, Cut: c.Cut, Floor: string(c.Floor), By: act.By, At: act.At}
	for i, p := range c.Paragraphs {
		if len(p.Takes) > 0 {
			f.Takes = append(f.Takes, Taking{Part: i + 1, Refs: p.Takes})
		}
	}
	return cite.Proposal{Body: f}, nil
}

// Apply notes what is known of it.
func (f *Delivered) Apply(s *State, at cite.Entry) error {
	x, ok := s.Session(f.Item)
	if !ok || f.Item.ItemNumber() == 0 {
		return ErrGap
	}
	if _, ok := x.Sitting(f.Sitting); !ok {
		return ErrGap
	}
	s.spoken.Set(f.Contribution, Spoken{Item: f.Item, Sitting: f.Sitting, Party: f.Party, From: f.From, To: f.To, Cut: f.Cut, Floor: locale.Lang(f.Floor), Takes: f.Takes,
		By: f.By, Entered: f.At, Position: at.Position})
	for _, t := range f.Takes {
		for _, r := range t.Refs {
			s.take(r, cite.Part(f.Contribution, t.Part))
		}
	}
	return nil
}

// PlaceIntervention says under which item an intervention belongs that was filed in writing: else it stands under the first that is about
// the passage on which it was written.
type PlaceIntervention struct {
	Contribution cite.Ref // to the call of the session
	Item         cite.Ref // s2.i4
}

// Check has nothing to hold it to.
func (c PlaceIntervention) Check() (PlaceIntervention, error) { return c, nil }

// Place decides. call is that to which the contribution was sent.
func (s *State) Place(act cite.Act, call cite.Ref, c PlaceIntervention) (cite.Proposal, error) {
	x, ok := s.ByCall(call)
	if !ok {
		return cite.Proposal{}, refusal.New(refusal.Hidden, "contribution.unknown")
	}
	if it, ok := x.Item(c.Item.ItemNumber()); !ok || it.Off || cite.Item(x.Ref, c.Item.ItemNumber()) != c.Item {
		return cite.Proposal{}, refusal.In("item", "session.item")
	}
	//mutants:guard what was spoken stays under the item under which it was
	if _, spoken := s.Spoken(c.Contribution); spoken {
		return cite.Proposal{}, refusal.New(refusal.NotNow, "session.spoken")
	}
	return cite.Proposal{Body: Placed{Contribution: c.Contribution.Root(), Item: c.Item, By: act.By, At: act.At}}, nil
}

// Apply notes it.
func (f *Placed) Apply(s *State, _ cite.Entry) error {
	if _, ok := s.Session(f.Item); !ok || f.Item.ItemNumber() == 0 {
		return ErrGap
	}
	s.placed.Set(f.Contribution, f.Item)
	return nil
}
