package conversation

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation/preparation"
	"github.com/openplenary/plenary/conversation/standing"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/refusal"
)

// Ask is what somebody wants done.
type Ask struct {
	By        delegation.Participant // who asks; 0 only for the timekeeper
	For       delegation.Party       // who is spoken for; 0 where it does not matter
	Through   delegation.Party       // the member that declares where For is a group; else 0
	With      []delegation.Joining   // the parties that submit a contribution with For: each authorised what is sent
	Token     string                 // a repeated token gets the first answer; "" for none
	Scope     string                 // what the token is scoped to beside the conversation: "" for an anonymous form
	Assurance string                 // how sure we are of By
	Received  time.Time              // when the request's head arrived
	Told      time.Time              // a script's clock, in demonstrations only
	System    bool                   // the timekeeper's or an operator's own ask
	Command   any                    // a value of one of the types that Commands lists
}

// Now is the instant that rules use.
func (a Ask) Now() time.Time {
	if !a.Told.IsZero() {
		return a.Told.UTC()
	}
	return a.Received.UTC()
}

// act is who acts and when, as the rules of nouns see it.
func (a Ask) act() cite.Act { return cite.Act{By: string(a.By.Ref()), At: a.Now()} }

// Standing says who may ask for a command. The zero value lets nobody.
type Standing = standing.Standing

// The standings: see the room of that name.
const (
	Nobody, Timekeeper, Anybody   = standing.Nobody, standing.Timekeeper, standing.Anybody
	Moderators, Translators       = standing.Moderators, standing.Translators
	Rapporteurs, Chairs, Officers = standing.Rapporteurs, standing.Chairs, standing.Officers
	Staff, Founders               = standing.Staff, standing.Founders
	Technicians, Booths           = standing.Technicians, standing.Booths
)

// Command is a row of the table of commands: everything that is said about one in one place.
type Command struct {
	Name     string       // "consultation.withhold": the room and the verb; its address in the API
	Standing Standing     // who may ask for it
	Type     reflect.Type // of the value in Ask.Command
	check    func(any) (any, error)
	decide   func(*State, Ask, any) ([]Fact, error)
}

// Verb is the last part of the name, by which scripts know the command.
func (c Command) Verb() string { return c.Name[strings.IndexByte(c.Name, '.')+1:] }

// Room is the first part of the name: the noun's room.
func (c Command) Room() string { return c.Name[:strings.IndexByte(c.Name, '.')] }

// New is the empty command, for decoding into.
func (c Command) New() any { return reflect.New(c.Type).Interface() }

// checked is a command of a type: it is cleaned and held to its bounds before a rule sees it.
type checked[C any] interface{ Check() (C, error) }

// command is a row of the table.
func command[C checked[C]](name string, who Standing, rule func(*State, Ask, C) ([]Fact, error)) Command {
	return Command{Name: name, Standing: who, Type: reflect.TypeFor[C](),
		check:  func(c any) (any, error) { return c.(C).Check() },
		decide: func(s *State, a Ask, c any) ([]Fact, error) { return rule(s, a, c.(C)) }}
}

// in makes a rule of a noun's room, which answers with one fact, a rule of the table.
func in[S, C any](room func(*State) *S, rule func(*S, cite.Act, C) (cite.Proposal, error)) func(*State, Ask, C) ([]Fact, error) {
	return func(s *State, a Ask, c C) ([]Fact, error) {
		f, err := rule(room(s), a.act(), c)
		return []Fact{f}, err
	}
}

var byType = map[reflect.Type]Command{}

// Commands lists every command, room by room.
func Commands() []Command { return slices.Clone(commands) }

// Check cleans a command and holds it to its bounds, as Decide does before the rule: what it gives is what
// would go on the record. The error holds refusals by field.
func Check(c any) (any, error) {
	row, ok := byType[reflect.TypeOf(c)]
	if !ok {
		return nil, refusal.New(refusal.Forbidden, "command.unknown")
	}
	return row.check(c)
}

// Decide answers an ask with facts, or with a refusal; the state is not changed. Standing comes first: whoever
// has none learns nothing else.
func (s *State) Decide(a Ask) ([]Fact, error) {
	row, ok := byType[reflect.TypeOf(a.Command)]
	if !ok {
		return nil, refusal.New(refusal.Forbidden, "command.unknown")
	}
	demonstration := s.Demonstration
	if c, ok := a.Command.(Convene); ok {
		demonstration = c.Demonstration
	} else if s.Head == 0 {
		return nil, refusal.New(refusal.Hidden, "conversation.unknown")
	}
	//mutants:guard outside of demonstrations nobody tells another time
	if !demonstration {
		a.Told = time.Time{} // only a demonstration is told another time
	}
	//mutants:guard whoever has no standing learns nothing else
	if !row.Standing.Allows(a.By, a.System, s.Roll.Roles(a.By)) {
		return nil, refusal.New(refusal.Forbidden, "standing.missing")
	}
	if err := preparation.Living(s.Life, row.Name, row.Standing == Anybody); err != nil {
		return nil, err
	}
	c, wrong := row.check(a.Command)
	if wrong != nil && len(refusal.Of(wrong)) == 0 {
		return nil, wrong
	}
	facts, err := row.decide(s, a, c)
	if wrong == nil {
		return facts, err
	}
	return nil, refusal.Together(refusal.Of(wrong), err)
}
