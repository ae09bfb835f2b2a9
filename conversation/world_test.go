package conversation_test

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/dump"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
)

// The persons and parties of these tests.
const (
	olga   delegation.Participant = 1 + iota // officer, and so the first moderator
	mo                                       // moderator
	cora                                     // chair
	ana                                      // analyst
	tom                                      // translator
	ann                                      // sends things in her own name
	ben                                      // sends others
	fen                                      // may speak for Fenland
	nobody delegation.Participant = 0

	fenland  delegation.Party = 20 // a state on the roll
	ownOfAnn delegation.Party = 26
)

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// world is a conversation on which commands are played as the house plays them: decided, written and read again,
// folded. What a command is refused changes nothing, and every world says so.
type world struct {
	t     tester
	st    *conversation.State
	now   time.Time
	data  [][]byte // of each entry
	words map[cite.Position]cite.Words
}

// newWorld has convened with officer Olga, and nothing else.
func newWorld(t tester) *world {
	t.Helper()
	return newWorldOf(t, convening())
}

// newWorldOf is a world that begins with a command.
func newWorldOf(t tester, c conversation.Convene) *world {
	t.Helper()
	w := &world{t: t, st: conversation.NewState(), now: noon, words: map[cite.Position]cite.Words{}}
	w.must(nobody, c)
	return w
}

func convening() conversation.Convene {
	return conversation.Convene{Slug: "ferries", Title: english("Ferries"), Languages: []locale.Lang{"en", "fr"}, Zone: "UTC", Categories: named("state", "ngo", "person"),
		Subjects: named("patents", "copyright"), Crosscutting: named("author", "use"), Countries: named("XA"), Officer: olga}
}

// ask plays an ask.
func (w *world) ask(a conversation.Ask) ([]conversation.Fact, error) {
	w.t.Helper()
	if a.Received.IsZero() {
		a.Received = w.now
	}
	before := w.st.Digest()
	facts, err := w.st.Decide(a)
	if w.st.Digest() != before {
		w.t.Fatalf("deciding %T %+v changes the state", a.Command, a.Command)
	}
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		w.fold(f)
	}
	return facts, nil
}

// fold writes a fact and its words, reads both and folds the fact.
func (w *world) fold(f conversation.Fact) {
	w.t.Helper()
	data, err := conversation.Encode(f.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	read, err := conversation.Decode(data)
	if err != nil {
		w.t.Fatalf("%s cannot be read: %v", data, err)
	}
	if again, err := conversation.Encode(reflect.ValueOf(read).Elem().Interface().(cite.Fact)); err != nil || string(again) != string(data) {
		w.t.Fatalf("%s is written again as %s", data, again)
	}
	b, err := conversation.EncodeWords(f.Words)
	if err != nil {
		w.t.Fatal(err)
	}
	words, err := conversation.DecodeWords(b)
	if err != nil {
		w.t.Fatal(err)
	}
	w.data = append(w.data, data)
	if err := w.st.Apply(w.entry(), read); err != nil {
		w.t.Fatalf("%s is not taken: %v", data, err)
	}
	if len(words) > 0 {
		w.words[w.st.Head] = words
	}
	for _, p := range f.Erase {
		delete(w.words, p)
	}
}

func (w *world) entry() cite.Entry {
	return cite.Entry{Position: cite.Position(len(w.data)), Time: noon.Add(time.Duration(len(w.data)) * time.Second)}
}

// replayed is the digest of the state that is folded from what was written. Now and then on the way it is written down and read again, as at a
// start that goes on from there.
func (w *world) replayed() string {
	st := conversation.NewState()
	for i, data := range w.data {
		if len(w.data)-i == len(w.data)/3 || len(w.data)-i == 1 {
			st = restored(w.t, st)
		}
		f, err := conversation.Decode(data)
		if err != nil {
			w.t.Fatal(err)
		}
		if err := st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: noon.Add(time.Duration(i+1) * time.Second)}, f); err != nil {
			w.t.Fatal(err)
		}
	}
	return st.Digest()
}

// restored is what a state is after it was written down, from a snapshot, and read again.
func restored(t tester, st *conversation.State) *conversation.State {
	t.Helper()
	var b bytes.Buffer
	if err := dump.Write(&b, st.Snapshot()); err != nil {
		t.Fatal(err)
	}
	again := conversation.NewState()
	if err := dump.Read(&b, again); err != nil {
		t.Fatal(err)
	}
	if again.Digest() != st.Digest() {
		t.Fatal("a state that was written down and read again is another")
	}
	return again
}

// do plays a command of somebody.
func (w *world) do(by delegation.Participant, command any) ([]conversation.Fact, error) {
	w.t.Helper()
	return w.ask(conversation.Ask{By: by, For: delegation.Party(by) + 20, Assurance: consultation.EmailProven, System: by == nobody, Command: command})
}

// must plays commands of somebody that are granted.
func (w *world) must(by delegation.Participant, commands ...any) {
	w.t.Helper()
	for _, c := range commands {
		if _, err := w.do(by, c); err != nil {
			w.t.Fatalf("%T %+v: %v", c, c, err)
		}
	}
}

// fold1 are the elements of the first edition: an issue with a paragraph and two questions, of which the second
// asks for no stance.
func elements() []paper.Element {
	return []paper.Element{
		{Kind: paper.Issue, Number: "1", Text: english("Inventors"), Subjects: []string{"patents"}, Crosscutting: []string{"author"}},
		{Kind: paper.Paragraph, Number: "1", Text: english("Machines invent.")},
		{Kind: paper.Question, Number: "(i)", Text: english("Should they?"), Stance: true},
		{Kind: paper.Question, Number: "(ii)", Text: english("Why?")},
	}
}

func publishing(of cite.Ref, symbol string, elements ...paper.Element) paper.Publish {
	return paper.Publish{Paper: of, Kind: paper.IssuesPaper, Symbol: symbol, Title: english("Paper"), Date: "2020-01-10", Elements: elements}
}

// next are the elements of the edition of a paper that is current, for the next one.
func (w *world) next(of cite.Ref) []paper.Element {
	w.t.Helper()
	e, ok := w.st.Papers.Edition(of)
	if !ok {
		w.t.Fatal("no paper", of)
	}
	return append([]paper.Element(nil), e.Elements...)
}

func announcing(late, moderation string) consultation.AnnounceCall {
	return consultation.AnnounceCall{Title: english("Call"), Paper: "p1", Opens: noon, Closes: noon.Add(10 * time.Hour), Zone: "UTC", Late: late, Moderation: moderation}
}

// seated is a conversation with its offices filled, a state on the roll, paper p1, and two calls on it: k1 is
// moderated before, k2 after.
func seated(t tester) *world {
	t.Helper()
	w := newWorld(t)
	w.must(olga, delegation.Grant{Participant: mo, Role: delegation.Moderator}, delegation.Grant{Participant: cora, Role: delegation.Chair},
		delegation.Grant{Participant: ana, Role: delegation.Analyst}, delegation.Grant{Participant: tom, Role: delegation.Translator},
		delegation.EnterParty{Party: fenland, Category: "state", Country: "XA", Name: "Fenland"}, delegation.Authorise{Participant: fen, Party: fenland},
		publishing("", "P/1", elements()...), announcing(consultation.LateKept, consultation.ModerateBefore), announcing(consultation.LateRefused, consultation.ModerateAfter))
	w.now = noon.Add(time.Hour)
	return w
}

func send(call cite.Ref, on ...cite.Ref) consultation.Submit {
	c := consultation.Submit{Call: call, Category: "ngo", Name: "A name"}
	for i, x := range on {
		c.Parts = append(c.Parts, consultation.SubmitPart{On: x, Language: "en", Text: fmt.Sprintf("Ferries, said %d times.", i), Likeness: uint64(100 + i)})
	}
	return c
}

func answering(outcome consultation.Outcome, parts ...cite.Ref) consultation.Answer {
	return consultation.Answer{Parts: parts, Outcome: outcome.String(), Reason: english("Because.")}
}

// statuses brings a contribution of Ann, the first of all, into each status. It has one part, with a passage
// blacked out, an answer and a reaction where it ever was published.
var statuses = map[consultation.Status]func(*world){
	consultation.Pending:   func(w *world) { w.must(ann, send("k1", "p1.e1.x3")) },
	consultation.Published: func(w *world) { discussed(w) },
	consultation.Withheld: func(w *world) {
		discussed(w)
		w.must(mo, consultation.Withhold{Contribution: "c1", Ground: "abuse", Reason: "Rude."})
	},
	consultation.Withdrawn: func(w *world) { discussed(w); w.must(ann, consultation.Withdraw{Contribution: "c1"}) },
	consultation.Erased: func(w *world) {
		discussed(w)
		w.must(olga, conversation.Erase{Contribution: "c1", Ground: "at_request"})
	},
}

func discussed(w *world) {
	w.t.Helper()
	w.must(ann, send("k2", "p1.e1.x3"))
	w.must(mo, consultation.Redact{Part: "c1.1[0:7]", Ground: "abuse"})
	w.must(olga, answering(consultation.Noted, "c1.1"))
	w.must(ann, reaction.React{Part: "c1.1", Verdict: consultation.Misses, Language: "en", Text: "I said ferries."})
	w.must(olga, answering(consultation.Accepted, "c1.1"))
}

// audiences are the classes of readers.
var audiences = map[string]conversation.Audience{
	"public":     conversation.Public,
	"author":     {As: []delegation.Participant{ben, ann}},
	"another":    {As: []delegation.Participant{ben}},
	"moderator":  {Roles: delegation.RoleSet(0).With(delegation.Moderator), As: []delegation.Participant{mo}},
	"asking":     {Roles: delegation.RoleSet(0).With(delegation.Moderator), As: []delegation.Participant{mo}, Unredacted: true},
	"nosy":       {Unredacted: true},
	"officer":    {Roles: delegation.RoleSet(0).With(delegation.Officer), As: []delegation.Participant{olga}},
	"chair":      {Roles: delegation.RoleSet(0).With(delegation.Chair), As: []delegation.Participant{cora}},
	"rapporteur": {Roles: delegation.RoleSet(0).With(delegation.Rapporteur)},
	"analyst":    {Roles: delegation.RoleSet(0).With(delegation.Analyst), As: []delegation.Participant{ana}},
	"translator": {Roles: delegation.RoleSet(0).With(delegation.Translator), As: []delegation.Participant{tom}},
}

// reading lends a state and ends the lending.
func reading(st *conversation.State, a conversation.Audience, now time.Time, f func(*conversation.Reading)) *conversation.Reading {
	r := conversation.NewReading(st, a, now)
	defer r.Close()
	f(r)
	return r
}

var _ = testing.TB(nil)
