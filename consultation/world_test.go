package consultation_test

import (
	"encoding/json"
	. "github.com/openplenary/plenary/consultation"
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// world is a consultation on which commands are played as the house plays them: checked, decided, written and
// read again, folded. Nobody else is there: what the conversation would look up stands in targets.
type world struct {
	t testing.TB
	*State
	n  cite.Position
	by string    // who asks
	at time.Time // when
}

var noon = time.Date(2020, 1, 10, 12, 0, 0, 0, time.UTC)

// person and body are the references of a participant and of a party.
func person(n uint64) string { return "u" + cite.FormatNumber(n) }
func body(n uint64) string   { return "y" + cite.FormatNumber(n) }

// targets are the places of two papers: what conversation.target would find.
var targets = map[cite.Ref]Target{
	"p1.e1":    {Exists: true},
	"p1.e1.x1": {Exists: true, Stance: true},
	"p1.e1.x2": {Exists: true, Earlier: true},
	"p1.e2.x1": {Exists: true},
	"p2.e1.x1": {Exists: true},
}

func en(s string) locale.Text { return locale.Plain(locale.English, s) }

// in are hours from noon.
func in(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }

// announcing is a call on paper 1 for ten hours from noon.
func announcing(late, moderation string) AnnounceCall {
	return AnnounceCall{Title: en("Call"), Paper: "p1", Opens: noon, Closes: in(10), Zone: "UTC", Late: late, Moderation: moderation}
}

// newWorld is at one o'clock, with two calls open: k1 is moderated before and keeps what is late, k2 is moderated
// after and refuses it.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, State: NewState(), by: person(1), at: in(-1)}
	w.must(announcing(LateKept, ModerateBefore))
	w.must(announcing(LateRefused, ModerateAfter))
	w.at = in(1)
	return w
}

// fold writes a fact, reads it and folds it.
func (w *world) fold(fact cite.Fact) error {
	w.t.Helper()
	data, err := json.Marshal(fact)
	if err != nil {
		w.t.Fatal(err)
	}
	read := reflect.New(reflect.TypeOf(fact))
	if err := json.Unmarshal(data, read.Interface()); err != nil {
		w.t.Fatal(err)
	}
	w.n++
	return read.Interface().(interface {
		Apply(*State, cite.Entry) error
	}).Apply(w.State, cite.Entry{Position: w.n})
}

type rule[C any] func(*State, cite.Act, C) (cite.Proposal, error)

// play has a command decided and, where it is granted, folds its fact.
func play[C interface{ Check() (C, error) }](w *world, rule rule[C], c C) (cite.Proposal, error) {
	w.t.Helper()
	c, err := c.Check()
	if err != nil {
		return cite.Proposal{}, err
	}
	p, err := rule(w.State, cite.Act{By: w.by, At: w.at}, c)
	if err != nil {
		return cite.Proposal{}, err
	}
	if err := w.fold(p.Body); err != nil {
		w.t.Fatal(err)
	}
	return p, nil
}

// as is a command of somebody, at a moment where that matters.
type as struct {
	by      uint64
	at      time.Time
	command any
}

func (w *world) do(command any) (cite.Proposal, error) {
	w.t.Helper()
	switch c := command.(type) {
	case as:
		by, at := w.by, w.at
		defer func() { w.by, w.at = by, at }()
		if w.by = person(c.by); !c.at.IsZero() {
			w.at = c.at
		}
		return w.do(c.command)
	case AnnounceCall:
		edition := cite.None
		if _, ok := targets[cite.EditionOf(c.Paper, 1)]; ok {
			edition = cite.EditionOf(c.Paper, 1)
		}
		return play(w, func(s *State, a cite.Act, c AnnounceCall) (cite.Proposal, error) {
			return s.AnnounceCall(a, edition, c)
		}, c)
	case life.Extend:
		return play(w, life.DecideExtend, c)
	case life.Open:
		return play(w, life.DecideOpen, c)
	case life.Close:
		return play(w, life.DecideClose, c)
	case Submit:
		return play(w, func(s *State, a cite.Act, c Submit) (cite.Proposal, error) {
			n, _ := cite.ParseNumber(a.By[1:])
			found := make([]Target, len(c.Parts))
			for i, p := range c.Parts {
				found[i] = targets[p.On]
			}
			return s.Submit(Sender{By: a.By, For: body(n), Assurance: Anonymous, Received: a.At}, found, c)
		}, c)
	case PublishContribution:
		return play(w, (*State).PublishContribution, c)
	case Withhold:
		return play(w, (*State).Withhold, c)
	case Withdraw:
		return play(w, func(s *State, a cite.Act, c Withdraw) (cite.Proposal, error) {
			return s.Withdraw(a, w.not(c.Contribution), c)
		}, c)
	case Redact:
		return play(w, (*State).Redact, c)
	case Answer:
		return play(w, (*State).WriteAnswer, c)
	case LinkPassage:
		return play(w, (*State).LinkPassage, c)
	case TranslateReason:
		return play(w, (*State).TranslateReason, c)
	case reaction.React:
		return play(w, func(s *State, a cite.Act, c reaction.React) (cite.Proposal, error) {
			return reaction.Decide(s, a, w.not(c.Part), c)
		}, c)
	case erase:
		w.n++
		return cite.Proposal{}, w.Erase(cite.Entry{Position: w.n}, cite.Ref(c))
	}
	w.t.Fatalf("no command: %T", command)
	return cite.Proposal{}, nil
}

// not is why whoever asks does not act for a contribution, as the conversation looks it up where everybody speaks for themselves.
func (w *world) not(c cite.Ref) error {
	if row, ok := w.Row(c); !ok || row.By != w.by {
		return refusal.New(refusal.Hidden, "contribution.unknown")
	}
	return nil
}

// erase stands for the conversation's command, which erases words and tells this room so.
type erase cite.Ref

// must plays commands that are granted.
func (w *world) must(commands ...any) {
	w.t.Helper()
	for _, c := range commands {
		if _, err := w.do(c); err != nil {
			w.t.Fatalf("%+v: %v", c, err)
		}
	}
}

// row is one row of a table of rules: what was done before, what is asked, and the fact or the refusal.
type row struct {
	name    string
	before  []any
	command any
	want    cite.Proposal
	no      error
}

func table(t *testing.T, rows []row) {
	t.Helper()
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.must(c.before...)
			got, err := w.do(c.command)
			if !reflect.DeepEqual(err, c.no) {
				t.Fatalf("%v, want %v", err, c.no)
			}
			if !reflect.DeepEqual(got.Body, c.want.Body) {
				t.Errorf("the fact is\n%+v, want\n%+v", got.Body, c.want.Body)
			}
			if len(got.Words)+len(c.want.Words) > 0 && !reflect.DeepEqual(got.Words, c.want.Words) {
				t.Errorf("the words are %q, want %q", got.Words, c.want.Words)
			}
		})
	}
}

// send is a contribution with a part on each of some places, with the same words on all.
func send(call cite.Ref, on ...cite.Ref) Submit {
	c := Submit{Call: call, Category: "ngo"}
	for _, x := range on {
		c.Parts = append(c.Parts, SubmitPart{On: x, Language: "en", Text: "We want a ferry.", Likeness: 77})
	}
	return c
}

// answering answers parts.
func answering(outcome Outcome, parts ...cite.Ref) Answer {
	return Answer{Parts: parts, Outcome: outcome.String(), Reason: en("Because.")}
}
