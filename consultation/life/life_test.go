package life_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

var noon = time.Date(2020, 1, 10, 12, 0, 0, 0, time.UTC)

// in are hours from noon.
func in(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }

// world is one call, k1, open from noon for ten hours.
type world struct {
	t *testing.T
	*consultation.State
	n cite.Position
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, State: consultation.NewState()}
	w.fold(&consultation.CallAnnounced{Ref: "k1", Title: locale.Plain("en", "Feries"), Paper: "p1", Edition: "p1.e1", Opens: noon, Closes: in(10), Zone: "UTC", Late: consultation.LateKept,
		Moderation: consultation.ModerateAfter})
	return w
}

type applied interface {
	Apply(*consultation.State, cite.Entry) error
}

func (w *world) fold(f applied) {
	w.t.Helper()
	w.n++
	if err := f.Apply(w.State, cite.Entry{Position: w.n}); err != nil {
		w.t.Fatal(err)
	}
}

// ask checks a command, has a rule decide it at an hour, and folds what comes of it.
func ask[C interface{ Check() (C, error) }](w *world, hour int, rule func(*consultation.State, cite.Act, C) (cite.Proposal, error), c C) error {
	w.t.Helper()
	c, err := c.Check()
	if err != nil {
		return err
	}
	p, err := rule(w.State, cite.Act{By: "u1", At: in(hour)}, c)
	if err != nil {
		return err
	}
	f := reflect.New(reflect.TypeOf(p.Body))
	f.Elem().Set(reflect.ValueOf(p.Body))
	w.fold(f.Interface().(applied))
	return nil
}

// refused says by which keys something was refused, "" where it was granted.
func refused(err error) string {
	var keys []string
	for _, r := range refusal.Of(err) {
		keys = append(keys, r.Key)
	}
	return strings.Join(keys, " ")
}

func (w *world) want(what, keys string, err error) {
	w.t.Helper()
	if got := refused(err); got != keys || keys == "" && err != nil {
		w.t.Errorf("%s: %q (%v), want %q", what, got, err, keys)
	}
}

func (w *world) call() *consultation.Call {
	k, ok := w.Call("k1")
	if !ok {
		w.t.Fatal("there is no call")
	}
	return k
}

type words = map[locale.Lang]string

func TestCorrect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	correct := func(hour int, c life.Correct) error {
		t.Helper()
		if c.Call == "" {
			c.Call = "k1"
		}
		return ask(w, hour, life.DecideCorrect, c)
	}
	before := w.Snapshot()
	w.want("what is replaced needs a reason", "desk.reason", correct(1, life.Correct{Title: words{"en": "Ferries"}}))
	w.want("so does a rule", "desk.reason", correct(1, life.Correct{Late: consultation.LateRefused}))
	w.want("a reason has its bounds", "line.long", correct(1, life.Correct{Title: words{"en": "Ferries"}, Reason: strings.Repeat("é", 2001)}))
	w.want("a title has its bounds", "line.long", correct(1, life.Correct{Title: words{"en": strings.Repeat("é", 301)}, Reason: "r"}))
	w.want("a language is one of six", "contribution.language", correct(1, life.Correct{Title: words{"de": "Fähren"}, Reason: "r"}))
	w.want("the title stays", "call.title", correct(1, life.Correct{Title: words{"en": ""}, Reason: "r"}))
	w.want("rules are known", "call.late call.moderation call.who", correct(1, life.Correct{Late: "lost", Moderation: "never", Who: "kings", Reason: "r"}))
	w.want("a call that exists", "call.unknown", correct(1, life.Correct{Call: "k2", Title: words{"en": "x"}, Reason: "r"}))
	w.want("nothing new", "settings.unchanged", correct(1, life.Correct{Title: words{"en": "Feries"}, Late: consultation.LateKept, Who: consultation.Everybody, Reason: "r"}))
	w.want("the deadline of an open call is extended instead", "call.begun", correct(0, life.Correct{Closes: in(20), Reason: "r"}))
	w.want("a language more", "", correct(1, life.Correct{Title: words{"fr": "Bacs"}}))
	w.want("it is put right", "", correct(2, life.Correct{Title: words{"en": "Ferries"}, Text: words{"fr": "Dites-le."}, Late: consultation.LateRefused, Reason: "A slip."}))
	w.want("the original stays while there are translations", "settings.original", correct(3, life.Correct{Title: words{"en": ""}, Reason: "r"}))
	w.want("a text is taken away", "", correct(3, life.Correct{Text: words{"fr": ""}, Reason: "Not that."}))
	k := w.call()
	if k.Title.In["en"] != "Ferries" || k.Title.In["fr"] != "Bacs" || k.Late != consultation.LateRefused || !k.Text.Empty() || k.Moderation != consultation.ModerateAfter {
		t.Errorf("%+v", k)
	}
	want := []consultation.Turn{
		{Kind: consultation.TurnCorrected, Entered: 2, At: in(1), Title: locale.Plain("en", "Feries")},
		{Kind: consultation.TurnCorrected, Entered: 3, At: in(2), Title: locale.Text{Original: "en", In: words{"en": "Feries", "fr": "Bacs"}}, Text: locale.Text{Original: "en"}, Late: consultation.LateKept},
		{Kind: consultation.TurnCorrected, Entered: 4, At: in(3), Text: locale.Plain("fr", "Dites-le.")},
	}
	if !reflect.DeepEqual(k.Turns, want) {
		t.Errorf("what it said before:\n%+v, want\n%+v", k.Turns, want)
	}
	if was, _ := before.Call("k1"); len(was.Turns) != 0 || was.Title.In["en"] != "Feries" {
		t.Error("a snapshot is changed")
	}
}

func TestCorrectBeforeItOpens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	move := func(opens, closes time.Time) error {
		return ask(w, -2, life.DecideCorrect, life.Correct{Call: "k1", Opens: opens, Closes: closes, Reason: "r"})
	}
	w.want("it closes after it opens", "call.order", move(in(10), time.Time{}))
	w.want("and after now", "call.order call.past", move(time.Time{}, in(-2)))
	w.want("sooner, too", "", move(time.Time{}, in(5)))
	w.want("later", "", move(in(-1), in(6)))
	if k := w.call(); !k.Opens.Equal(in(-1)) || !k.Closes.Equal(in(6)) || !k.Turns[0].Was.Equal(in(10)) || !k.Turns[1].Opened.Equal(noon) || !k.Turns[1].Was.Equal(in(5)) {
		t.Errorf("%+v", k)
	}
	if _, cut := w.call().Cut(); cut {
		t.Error("a call that is corrected did not end")
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop := func(hour int) error {
		return ask(w, hour, life.DecideStop, life.Stop{Call: "k1", Reason: "A flood."})
	}
	w.want("with a reason", "desk.reason", ask(w, 1, life.DecideStop, life.Stop{Call: "k1", Reason: " "}))
	w.want("a call that exists", "call.unknown", ask(w, 1, life.DecideStop, life.Stop{Call: "k9", Reason: "r"}))
	w.want("not before it opens", "call.not_running", stop(-1))
	w.want("nor after it closed", "call.not_running", stop(10))
	w.want("it is closed", "", stop(4))
	k := w.call()
	if k.OpenAt(in(4)) || !k.OpenAt(in(4).Add(-1)) || k.Closed == 0 {
		t.Errorf("what was received before is on time, what comes then is late: %+v", k)
	}
	if until, cut := k.Cut(); !cut || !until.Equal(in(10)) {
		t.Errorf("it was to be open until %s, %t", until, cut)
	}
	if _, shut, _ := life.Due(w.State, in(20)); len(shut) != 0 {
		t.Error("the timekeeper closes it once more")
	}
	w.want("once", "call.not_running", stop(5))
	w.want("a correction after it", "", ask(w, 5, life.DecideCorrect, life.Correct{Call: "k1", Title: words{"fr": "Bacs"}}))
	if _, cut := w.call().Cut(); !cut {
		t.Error("a correction makes it no longer closed early")
	}
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	withdraw := func(w *world, hour int) error {
		return ask(w, hour, life.DecideWithdraw, life.Withdraw{Call: "k1", Reason: "Sold."})
	}
	send := func(w *world, hour int) error {
		_, err := w.Submit(consultation.Sender{By: "u2", For: "y2", Assurance: consultation.Anonymous, Received: in(hour)}, []consultation.Target{{Exists: true}},
			consultation.Submit{Call: "k1", Category: "ngo", Parts: []consultation.SubmitPart{{On: "p1.e1", Text: "x", Language: "en"}}})
		return err
	}
	for _, at := range []int{-5, 4, 15} { // before it opens, while it is open, after it closed
		w := newWorld(t)
		w.want("with a reason", "desk.reason", ask(w, at, life.DecideWithdraw, life.Withdraw{Call: "k1"}))
		w.want("it is withdrawn", "", withdraw(w, at))
		w.want("once", "call.withdrawn_already", withdraw(w, at+1))
		w.want("it is not corrected", "call.withdrawn_already", ask(w, at+1, life.DecideCorrect, life.Correct{Call: "k1", Title: words{"en": "Ferries"}, Reason: "r"}))
		w.want("nor closed", "call.withdrawn_already", ask(w, at+1, life.DecideStop, life.Stop{Call: "k1", Reason: "r"}))
		w.want("nor given documents", "call.withdrawn_already", ask(w, at+1, life.DecideAddDocument, life.AddDocument{Call: "k1", Title: locale.Plain("en", "D"), Source: "https://example.org"}))
		for hour := range 30 {
			if w.call().OpenAt(in(hour)) && hour >= at {
				t.Errorf("withdrawn at %d, it is open at %d", at, hour)
			}
		}
		if open, shut, next := life.Due(w.State, in(20)); len(open)+len(shut) != 0 || !next.IsZero() {
			t.Errorf("withdrawn at %d, the timekeeper writes %v %v, and looks again at %s", at, open, shut, next)
		}
		w.want("the timekeeper opens it no more", "call.opening", func() error {
			_, err := life.DecideOpen(w.State, cite.Act{At: in(20)}, life.Open{Call: "k1"})
			return err
		}())
		if at == 4 {
			w.want("what was received before is taken", "", send(w, 3))
			w.want("nothing is taken late", "call.withdrawn", send(w, 4))
		}
		p, err := life.DecideExtend(w.State, cite.Act{At: in(20)}, life.Extend{Call: "k1", Closes: in(30), Reason: "r"})
		w.want("a later deadline", "", err)
		f := p.Body.(life.Extended)
		w.fold(&f)
		if k := w.call(); k.Withdrawn != 0 || !k.OpenAt(in(25)) {
			t.Errorf("it is open again: %+v", k)
		}
		if open, _, _ := life.Due(w.State, in(25)); !slices.Equal(open, []cite.Ref{"k1"}) {
			t.Errorf("the timekeeper writes that it opened: %v", open)
		}
		w.want("it takes what comes", "", send(w, 25))
	}
	w := newWorld(t)
	w.want("before it opens", "", withdraw(w, -5))
	_, err := life.DecideExtend(w.State, cite.Act{At: in(-4)}, life.Extend{Call: "k1", Closes: in(-1), Reason: "r"})
	w.want("it closes after it opens", "call.extension", err)
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	add := func(c life.AddDocument) error {
		if c.Call == "" {
			c.Call = "k1"
		}
		return ask(w, 1, life.DecideAddDocument, c)
	}
	file := consultation.SubmitFile{ID: "f", Name: "a.pdf", Type: "application/pdf", Size: 9, SHA: "abc"}
	title := locale.Plain("en", "Costs")
	w.want("with a title", "call.document_title", add(life.AddDocument{Source: "https://example.org"}))
	w.want("of something", "call.document_missing", add(life.AddDocument{Title: title}))
	w.want("not of two things", "call.document_both", add(life.AddDocument{Title: title, Source: "https://example.org", File: file}))
	w.want("on the web", "desk.address", add(life.AddDocument{Title: title, Source: "ftp://example.org"}))
	w.want("of a call", "call.unknown", add(life.AddDocument{Call: "k9", Title: title, File: file}))
	w.want("elsewhere", "", add(life.AddDocument{Title: title, Source: "https://example.org"}))
	w.want("here", "", add(life.AddDocument{Title: title, File: file}))
	remove := func(n int) error {
		return ask(w, 2, life.DecideRemoveDocument, life.RemoveDocument{Call: "k1", Number: n, Reason: "Old."})
	}
	before := w.Snapshot()
	w.want("with a reason", "desk.reason", ask(w, 2, life.DecideRemoveDocument, life.RemoveDocument{Call: "k1", Number: 1}))
	w.want("none of that number", "call.document_unknown", remove(3))
	w.want("nor of none", "call.document_unknown", remove(0))
	w.want("it is taken off", "", remove(1))
	w.want("once", "call.document_unknown", remove(1))
	ds := w.call().StandingDocuments()
	if len(ds) != 1 || ds[0].Number != 2 || ds[0].File != (consultation.ReceivedFile{ID: "f", Type: "application/pdf", Size: 9}) || ds[0].Name != "a.pdf" {
		t.Errorf("%+v", ds)
	}
	if was, _ := before.Call("k1"); len(was.StandingDocuments()) != 2 {
		t.Error("a snapshot is changed")
	}
	for range life.MaxDocuments - 2 {
		w.want("many", "", add(life.AddDocument{Title: title, File: file}))
	}
	w.want("too many", "call.documents", add(life.AddDocument{Title: title, File: file}))
}

// TestWhoMayAnswer: who may not is refused, whatever the deadline.
func TestWhoMayAnswer(t *testing.T) {
	t.Parallel()
	for who, may := range map[string][]string{
		consultation.Everybody: {consultation.Anonymous, consultation.EmailProven, consultation.Vouched},
		consultation.SignedIn:  {consultation.EmailProven, consultation.Vouched},
		consultation.Parties:   {consultation.Vouched},
	} {
		w := newWorld(t)
		if err := ask(w, 1, life.DecideCorrect, life.Correct{Call: "k1", Who: who, Reason: "r"}); who != consultation.Everybody {
			w.want(who, "", err)
		}
		for _, assurance := range []string{consultation.Anonymous, consultation.EmailProven, consultation.Vouched} {
			_, err := w.Submit(consultation.Sender{By: "u2", For: "y2", Assurance: assurance, Received: in(2)}, []consultation.Target{{Exists: true}},
				consultation.Submit{Call: "k1", Category: "ngo", Parts: []consultation.SubmitPart{{On: "p1.e1", Text: "x", Language: "en"}}})
			if ok := err == nil; ok != slices.Contains(may, assurance) {
				t.Errorf("a call for %s from somebody %s: %v", who, assurance, err)
			} else if no := (*refusal.Refusal)(nil); !ok && (!errors.As(err, &no) || no.Kind != refusal.Forbidden) {
				t.Errorf("refused as %v", err)
			}
		}
	}
}

// TestGaps: a fact about a call that is not there changes nothing, and says so.
func TestGaps(t *testing.T) {
	t.Parallel()
	for _, f := range []applied{&life.Corrected{Call: "k9"}, &life.Stopped{Call: "k9"}, &life.Withdrawn{Call: "k9"}, &life.DocumentAdded{Call: "k9", Number: 1}, &life.DocumentRemoved{Call: "k9", Number: 1}} {
		if err := f.Apply(newWorld(t).State, cite.Entry{Position: 9}); !errors.Is(err, consultation.ErrGap) {
			t.Errorf("%T: %v", f, err)
		}
	}
}

// TestReasonsAreRead: what is done to a call for a reason has the reason among its words, and nothing where none was given.
func TestReasonsAreRead(t *testing.T) {
	t.Parallel()
	act := cite.Act{By: "u1", At: in(1)}
	for name, decide := range map[string]func(*world, string) (cite.Proposal, error){
		"corrected": func(w *world, r string) (cite.Proposal, error) {
			return life.DecideCorrect(w.State, act, life.Correct{Call: "k1", Title: words{"fr": "Bacs"}, Reason: r})
		},
		"stopped": func(w *world, r string) (cite.Proposal, error) {
			return life.DecideStop(w.State, act, life.Stop{Call: "k1", Reason: r})
		},
		"withdrawn": func(w *world, r string) (cite.Proposal, error) {
			return life.DecideWithdraw(w.State, act, life.Withdraw{Call: "k1", Reason: r})
		},
		"taken off": func(w *world, r string) (cite.Proposal, error) {
			w.fold(&life.DocumentAdded{Call: "k1", Number: 1, Title: locale.Plain("en", "D"), At: in(0)})
			return life.DecideRemoveDocument(w.State, act, life.RemoveDocument{Call: "k1", Number: 1, Reason: r})
		},
	} {
		p, err := decide(newWorld(t), "A flood.")
		if err != nil || len(p.Words) != 1 || p.Words["reason"] != "A flood." {
			t.Errorf("%s: %v %v", name, p.Words, err)
		}
	}
	p, err := life.DecideCorrect(newWorld(t).State, act, life.Correct{Call: "k1", Title: words{"fr": "Bacs"}})
	if err != nil || len(p.Words) != 0 {
		t.Errorf("without a reason: %v %v", p.Words, err)
	}
}
