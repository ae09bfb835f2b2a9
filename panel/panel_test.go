package panel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/panel"
	"github.com/openplenary/plenary/refusal"
)

// room is the questions of one session, with what was decided folded at once.
type room struct {
	t     *testing.T
	s     *panel.State
	head  cite.Position
	about cite.Ref // what the last fact is about
}

const session cite.Ref = "s1"

func newRoom(t *testing.T) *room { return &room{t: t, s: &panel.State{}} }

// does folds what was decided, and gives the key of the refusal, "" where there is none.
func (r *room) does(p cite.Proposal, err error) string {
	r.t.Helper()
	if err != nil {
		return refusal.Of(err)[0].Key
	}
	r.head++
	at := cite.Entry{Position: r.head}
	switch f := p.Body.(type) {
	case panel.QuestionPut:
		err, r.about = f.Apply(r.s, at), f.Describe().About
	case panel.QuestionTaken:
		err, r.about = f.Apply(r.s, at), f.Describe().About
	case panel.QuestionAnswered:
		err, r.about = f.Apply(r.s, at), f.Describe().About
	case panel.QuestionSetAside:
		err, r.about = f.Apply(r.s, at), f.Describe().About
	case panel.QuestionRetracted:
		err, r.about = f.Apply(r.s, at), f.Describe().About
	default:
		r.t.Fatalf("%T", f)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return ""
}

func (r *room) puts(party cite.Ref, item int) string {
	r.t.Helper()
	return r.does(r.s.PutQuestion(cite.Act{By: "a1"}, 1, panel.PutQuestion{Session: session, Item: item, Party: party, Language: "en", Text: "Does it run?"}))
}

func (r *room) takes(n int) string {
	r.t.Helper()
	return r.does(r.s.TakeQuestion(cite.Act{By: "a2"}, panel.TakeQuestion{Session: session, Question: n}))
}

func (r *room) aside(n int) string {
	r.t.Helper()
	return r.does(r.s.SetAside(cite.Act{By: "a2"}, panel.SetAside{Session: session, Question: n, Reason: locale.Text{Original: "en", In: map[locale.Lang]string{"en": "No."}}}))
}

func (r *room) retracts(n int) string {
	r.t.Helper()
	return r.does(r.s.RetractQuestion(cite.Act{By: "a1"}, panel.RetractQuestion{Session: session, Question: n}))
}

// TestFlood: a party that asks over and over does not fill what the chair reads, nor do many parties together, to the one; what it took back counts.
func TestFlood(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	for n := range panel.MaxOfParty {
		if no := r.puts("y1", 1); no != "" {
			t.Fatal(n, no)
		}
		if no := r.puts("y1", 1); no != "panel.waits" {
			t.Fatal("two of a party wait under an item:", no)
		}
		if no := r.retracts(n + 1); no != "" {
			t.Fatal(n, no)
		}
	}
	if no := r.puts("y1", 2); no != "panel.many" {
		t.Errorf("a party asks more than %d: %q", panel.MaxOfParty, no)
	}
	if no := r.puts("y2", 1); no != "" {
		t.Error("another party cannot ask for it:", no)
	}
	if no := r.puts("y2", 2); no != "" {
		t.Error("a question that waits under one item keeps another from being asked:", no)
	}
	for n := len(r.s.Of(session).Questions); n < panel.MaxQuestions; n++ {
		if no := r.puts(cite.Ref(fmt.Sprint("z", n)), 1); no != "" {
			t.Fatal(n, no)
		}
	}
	if no := r.puts("last", 1); no != "panel.many" {
		t.Errorf("a session has more than %d: %q", panel.MaxQuestions, no)
	}
	if c := r.s.Of(session).Counts(); c.Asked != panel.MaxQuestions || c.Withdrawn != panel.MaxOfParty {
		t.Errorf("%+v", c)
	}
}

// TestFates: what becomes of a question, what is on the public record of it, and which words go when the session is over.
func TestFates(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	public := func(what string, want bool) {
		t.Helper()
		if (r.about == cite.Public) != want {
			t.Errorf("%s is about %q", what, r.about)
		}
	}
	for n := range 6 { // 1 answered, 2 taken, 3 set aside, 4 set aside after it was taken, 5 taken back, 6 waits
		if no := r.puts(cite.Ref(fmt.Sprint("y", n+1)), 1); no != "" {
			t.Fatal(no)
		}
		public("a question that waits", false)
	}
	for _, n := range []int{1, 2, 4} {
		if no := r.takes(n); no != "" {
			t.Fatal(no)
		}
		public("a question that was taken", true)
	}
	if no := r.does(r.s.MarkAnswered(cite.Act{}, panel.MarkAnswered{Session: session, Question: 1})); no != "" {
		t.Fatal(no)
	}
	if no := r.aside(3); no != "" {
		t.Fatal(no)
	}
	public("that a question was set aside that nobody read", false)
	if no := r.aside(4); no != "" {
		t.Fatal(no)
	}
	public("that a question was set aside that all read", true)
	if no := r.retracts(5); no != "" {
		t.Fatal(no)
	}
	public("that a question was taken back that nobody read", false)
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7} {
		if no := r.takes(n); no != "panel.done" {
			t.Errorf("question %d is taken: %q", n, no)
		}
	}
	for n, want := range map[int]string{0: "panel.done", 3: "panel.done", 4: "panel.done", 5: "panel.done", 7: "panel.done"} {
		if no := r.aside(n); no != want {
			t.Errorf("question %d is set aside: %q", n, no)
		}
	}
	for _, n := range []int{1, 3, 4, 5, 7} {
		if no := r.retracts(n); no != "panel.done" {
			t.Errorf("question %d is taken back: %q", n, no)
		}
	}
	if no := r.does(r.s.MarkAnswered(cite.Act{}, panel.MarkAnswered{Session: session, Question: 6})); no != "panel.not_taken" {
		t.Error("a question is answered that was not taken:", no)
	}
	if done := r.s.Of(session).Done(); fmt.Sprint(done) != "[3 4 5 6]" {
		t.Error("the words that go stand at", done)
	}
}

// TestTooLong: a question is as long as is said, and no longer.
func TestTooLong(t *testing.T) {
	t.Parallel()
	for n, ok := range map[int]bool{panel.MaxText: true, panel.MaxText + 1: false, 1 << 20: false} {
		if _, err := (panel.PutQuestion{Session: session, Item: 1, Party: "y1", Language: "en", Text: strings.Repeat("é", n)}).Check(); (err == nil) != ok {
			t.Errorf("%d characters: %v", n, err)
		}
	}
}
