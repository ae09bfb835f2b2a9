package consultation_test

import (
	. "github.com/openplenary/plenary/consultation"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/refusal"
)

// received is the fact of send: one part on each place.
func received(ref, call cite.Ref, on ...cite.Ref) Received {
	f := Received{Ref: ref, Call: call, By: person(1), For: body(1), Category: "ngo", Assurance: Anonymous, Received: in(1), Rule: OnTime, Deadline: in(10), Published: call == "k2"}
	for _, x := range on {
		f.Parts = append(f.Parts, ReceivedPart{On: x, Language: "en", Bytes: 16, Likeness: 77, Earlier: targets[x].Earlier})
	}
	return f
}

func tooLarge(field string, max int) error {
	return &refusal.Refusal{Kind: refusal.TooLarge, Key: "contribution.long", Field: field, Args: []any{"max", max}}
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	good := send("k1", "p1.e1.x1")
	part := func(change func(*SubmitPart)) Submit {
		c := send("k1", "p1.e1.x1")
		change(&c.Parts[0])
		return c
	}
	words := cite.Words{"1.text": "We want a ferry."}
	fact := func(change func(*Received)) cite.Proposal {
		return cite.Proposal{Body: with(received("c1", "k1", "p1.e1.x1"), change), Words: words}
	}
	same := func(*Received) {}
	many := make([]cite.Ref, MaxParts+1)
	for i := range many {
		many[i] = "p1.e1.x1"
	}
	files := make([]SubmitFile, MaxFiles+1)
	for i := range files {
		files[i] = SubmitFile{ID: "id", Name: "n", Type: "text/plain", Size: 3, SHA: "ab"}
	}
	fileWords, receivedFiles := cite.Words{}, []ReceivedFile(nil)
	for _, n := range strings.Fields("f1 f2 f3 f4 f5") {
		fileWords[n+".name"], fileWords[n+".sha256"] = "n", "ab"
		receivedFiles = append(receivedFiles, ReceivedFile{"id", "text/plain", 3})
	}
	table(t, []row{
		{"on time", nil, good, fact(same), nil},
		{"at the first instant", nil, as{1, noon, good}, fact(func(f *Received) { f.Received = noon }), nil},
		{"not before it", nil, as{1, noon.Add(-1), good}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.not_open", "opens", noon)},
		{"at the last instant before the deadline", nil, as{1, in(10).Add(-1), good}, fact(func(f *Received) { f.Received = in(10).Add(-1) }), nil},
		{"late, and kept", nil, as{1, in(10), good}, fact(func(f *Received) { f.Received, f.Rule = in(10), Late }), nil},
		{"late, and refused", nil, as{1, in(10), send("k2", "p1.e1.x1")}, cite.Proposal{}, refusal.New(refusal.NotNow, "call.closed", "closes", in(10))},
		{"published at once", nil, send("k2", "p1.e1.x1"), cite.Proposal{Body: received("c1", "k2", "p1.e1.x1"), Words: words}, nil},
		{"under the deadline that holds", []any{life.Extend{Call: "k1", Closes: in(20), Reason: "r"}}, as{1, in(15), good}, fact(func(f *Received) { f.Received, f.Deadline = in(15), in(20) }), nil},
		{"the second has its own number", []any{good}, good, fact(func(f *Received) { f.Ref = "c2" }), nil},
		{"to a call", nil, send("k3", "p1.e1.x1"), cite.Proposal{}, refusal.New(refusal.Hidden, "call.unknown")},

		{"on the whole paper", nil, send("k1", "p1.e1"), cite.Proposal{Body: received("c1", "k1", "p1.e1"), Words: words}, nil},
		{"on an edition that is not the newest", nil, send("k1", "p1.e1.x2"), cite.Proposal{Body: received("c1", "k1", "p1.e1.x2"), Words: words}, nil},
		{"on what is there", nil, send("k1", "p1.e1.x9"), cite.Proposal{}, refusal.In("on", "contribution.anchor")},
		{"on the paper that the call is about", nil, send("k1", "p2.e1.x1"), cite.Proposal{}, refusal.In("on", "contribution.anchor")},
		{"all that is wrong at once", nil, send("k1", "p2.e1.x1", "p1.e1.x1", "p1.e1.x9"), cite.Proposal{}, refusal.Several{refusal.In("on", "contribution.anchor"), refusal.In("on", "contribution.anchor")}},
		{"a stance where one is asked", nil, part(func(p *SubmitPart) { p.Stance = InPart }), fact(func(f *Received) { f.Parts[0].Stance = "in_part" }), nil},
		{"and nowhere else", nil, with(send("k1", "p1.e1.x2"), func(c *Submit) { c.Parts[0].Stance = No }), cite.Proposal{}, refusal.In("stance", "contribution.stance")},

		{"a name and a body", nil, with(good, func(c *Submit) { c.Name, c.Body, c.Country, c.Known = " Ann ", "Boats\n", "CH", true }),
			cite.Proposal{Body: with(received("c1", "k1", "p1.e1.x1"), func(f *Received) { f.Country, f.Known = "CH", true }), Words: cite.Words{"name": "Ann", "body": "Boats", "1.text": words["1.text"]}}, nil},
		{"a name of 200 characters", nil, with(good, func(c *Submit) { c.Name = strings.Repeat("é", 201) }), cite.Proposal{}, refusal.In("name", "line.long", "max", 200)},
		{"a body of 200 characters", nil, with(good, func(c *Submit) { c.Body = strings.Repeat("é", 201) }), cite.Proposal{}, refusal.In("body", "line.long", "max", 200)},
		{"some part", nil, send("k1"), cite.Proposal{}, refusal.In("text", "contribution.parts", "max", MaxParts)},
		{"at most 40 parts", nil, send("k1", many...), cite.Proposal{}, refusal.In("text", "contribution.parts", "max", MaxParts)},
		{"words", nil, part(func(p *SubmitPart) { p.Text = " \n" }), cite.Proposal{}, refusal.In("text", "contribution.empty")},
		{"or a wording", nil, part(func(p *SubmitPart) { p.Text, p.Wording = "", "Ferries shall run." }),
			cite.Proposal{Body: with(received("c1", "k1", "p1.e1.x1"), func(f *Received) { f.Parts[0].Bytes, f.Parts[0].Wording = 0, 18 }), Words: cite.Words{"1.wording": "Ferries shall run."}}, nil},
		{"or files", nil, with(part(func(p *SubmitPart) { p.Text = "" }), func(c *Submit) { c.Files = files[:5] }),
			cite.Proposal{Body: with(received("c1", "k1", "p1.e1.x1"), func(f *Received) { f.Parts[0].Bytes, f.Files = 0, receivedFiles }), Words: fileWords}, nil},
		{"at most five files", nil, with(good, func(c *Submit) { c.Files = files }), cite.Proposal{}, refusal.In("file", "contribution.files", "max", MaxFiles)},
		{"a file's name has 200 characters", nil, with(good, func(c *Submit) {
			c.Files = []SubmitFile{{ID: "id", Name: strings.Repeat("é", 201), Type: "text/plain", Size: 3, SHA: "ab"}}
		}), cite.Proposal{}, refusal.In("file", "line.long", "max", 200)},
		{"and its type is text", nil, with(good, func(c *Submit) { c.Files = []SubmitFile{{ID: "id", Name: "n", Type: "text\xff", Size: 3, SHA: "ab"}} }), cite.Proposal{}, refusal.In("file", "text.utf8")},
		{"in a language that has a name", nil, part(func(p *SubmitPart) { p.Language = "xx" }), cite.Proposal{}, refusal.In("language", "contribution.language")},
		{"a text of 64 KiB", nil, part(func(p *SubmitPart) { p.Text = strings.Repeat("a", MaxText) }),
			cite.Proposal{Body: with(received("c1", "k1", "p1.e1.x1"), func(f *Received) { f.Parts[0].Bytes = MaxText }), Words: cite.Words{"1.text": strings.Repeat("a", MaxText)}}, nil},
		{"and not a byte more", nil, part(func(p *SubmitPart) { p.Text = strings.Repeat("a", MaxText+1) }), cite.Proposal{}, tooLarge("text", MaxText)},
		{"a wording of 16 KiB", nil, part(func(p *SubmitPart) { p.Wording = strings.Repeat("a", MaxWording) }),
			cite.Proposal{Body: with(received("c1", "k1", "p1.e1.x1"), func(f *Received) { f.Parts[0].Wording = MaxWording }), Words: cite.Words{"1.text": words["1.text"], "1.wording": strings.Repeat("a", MaxWording)}}, nil},
		{"and not a byte more of it", nil, part(func(p *SubmitPart) { p.Wording = strings.Repeat("a", MaxWording+1) }), cite.Proposal{}, tooLarge("wording", MaxWording)},
	})
	if _, err := newWorld(t).Submit(Sender{Assurance: "sworn"}, []Target{{Exists: true}}, good); err == nil || refusal.Of(err) != nil {
		t.Error("an assurance that nobody knows is no fault:", err)
	}
	w := newWorld(t)
	if _, err := w.do(with(good, func(c *Submit) { c.Parts = send("k1", many[:MaxParts]...).Parts })); err != nil {
		t.Error("40 parts:", err)
	}
	// A script's clock holds before the machine's.
	told := Sender{By: person(1), For: body(1), Assurance: Anonymous, Received: in(100), Told: in(2)}
	if p, err := w.State.Submit(told, []Target{targets["p1.e1.x1"]}, good); err != nil || p.Body.(Received).Rule != OnTime {
		t.Error("told in time:", p, err)
	}
}

// The contribution that the tests of moderation are about: c1, on a call that is moderated before or after.
var (
	waits     = send("k1", "p1.e1.x1", "p1.e1.x2")
	published = send("k2", "p1.e1.x1", "p1.e1.x2")
)

func decided(status string) error {
	return refusal.New(refusal.Conflict, "contribution.decided", "status", status)
}

var unknown = refusal.New(refusal.Hidden, "contribution.unknown")

// TestModeration: from which status each step can be taken.
func TestModeration(t *testing.T) {
	t.Parallel()
	withhold := Withhold{"c1", "abuse", " Rude. ", 0}
	redact := Redact{Part: "c1.1[3:7]", Ground: "personal_data"}
	at, by := in(1), person(1)
	steps := []struct {
		name    string
		command any
		want    cite.Proposal
		from    string // the statuses
	}{
		{"publish", PublishContribution{"c1", 0}, cite.Proposal{Body: ContributionPublished{"c1", by, at}}, "pending withheld"},
		{"withhold", withhold, cite.Proposal{Body: ContributionWithheld{"c1", "abuse", by, at}, Words: cite.Words{"reason": " Rude. "}}, "pending published"},
		{"withdraw", Withdraw{"c1"}, cite.Proposal{Body: ContributionWithdrawn{"c1", by, at}}, "pending published withheld"},
		{"redact", redact, cite.Proposal{Body: PassageRedacted{Part: "c1.1[3:7]", Ground: "personal_data", By: by, At: at}}, "pending published withheld"},
	}
	status := map[string][]any{
		"pending": {waits}, "published": {published}, "withheld": {waits, withhold}, "withdrawn": {waits, Withdraw{"c1"}}, "erased": {waits, erase("c1")},
	}
	var rows []row
	for _, s := range steps {
		for from, before := range status {
			if slices.Contains(strings.Fields(s.from), from) {
				rows = append(rows, row{s.name + " what is " + from, before, s.command, s.want, nil})
			} else {
				rows = append(rows, row{s.name + " what is " + from, before, s.command, cite.Proposal{}, decided(from)})
			}
		}
	}
	table(t, append(rows,
		row{"publish what is not there", nil, PublishContribution{"c1", 0}, cite.Proposal{}, unknown},
		row{"publish a part", []any{waits}, PublishContribution{"c1.1", 0}, cite.Proposal{}, unknown},
		row{"publish a paper", []any{waits}, PublishContribution{"p1", 0}, cite.Proposal{}, unknown},
		row{"withhold what is not there", nil, withhold, cite.Proposal{}, unknown},
		row{"withhold without a ground", []any{waits}, Withhold{"c1", "", "r", 0}, cite.Proposal{}, refusal.In("ground", "ground.missing")},
		row{"withhold without a reason", []any{waits}, Withhold{"c1", "abuse", " \n", 0}, cite.Proposal{}, refusal.In("reason", "reason.missing")},
		row{"withhold with too long a reason", []any{waits}, Withhold{"c1", "abuse", strings.Repeat("a", MaxReason+1), 0}, cite.Proposal{}, tooLarge("reason", MaxReason)},

		row{"withdraw another's", []any{waits}, as{2, time.Time{}, Withdraw{"c1"}}, cite.Proposal{}, unknown},
		row{"withdraw another's that is withdrawn", []any{waits, Withdraw{"c1"}}, as{2, time.Time{}, Withdraw{"c1"}}, cite.Proposal{}, unknown},
		row{"withdraw a part", []any{waits}, Withdraw{"c1.1"}, cite.Proposal{}, unknown},
		row{"withdraw what is not there", nil, Withdraw{"c1"}, cite.Proposal{}, unknown},

		row{"redact to the last byte", []any{waits}, Redact{Part: "c1.2[0:16]", Ground: "abuse"}, cite.Proposal{Body: PassageRedacted{Part: "c1.2[0:16]", Ground: "abuse", By: by, At: at}}, nil},
		row{"redact past it", []any{waits}, Redact{Part: "c1.2[0:17]", Ground: "abuse"}, cite.Proposal{}, refusal.In("part", "redact.passage")},
		row{"redact no passage", []any{waits}, Redact{Part: "c1.2", Ground: "abuse"}, cite.Proposal{}, refusal.In("part", "redact.passage")},
		row{"redact without a ground", []any{waits}, Redact{Part: "c1.2[0:1]", Ground: "ugly"}, cite.Proposal{}, refusal.In("ground", "ground.missing")},
		row{"redact a part that is not there", []any{waits}, Redact{Part: "c1.3[0:1]", Ground: "abuse"}, cite.Proposal{}, unknown},
		row{"redact a whole contribution", []any{waits}, Redact{Part: "c1", Ground: "abuse"}, cite.Proposal{}, refusal.In("part", "redact.passage")},
		row{"redact a file", []any{waits}, Redact{Part: "c1.f1", Ground: "abuse"}, cite.Proposal{}, unknown},
		row{"redact what is not there", nil, Redact{Part: "c1.1[0:1]", Ground: "abuse"}, cite.Proposal{}, unknown},
	))
}

// TestRow: what stays of a contribution, and of one that may only be seen to have been there.
func TestRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := with(published, func(c *Submit) {
		c.Parts = slices.Clone(c.Parts) // what is published is shared by tests that run beside
		c.Country, c.Known, c.Parts[0].Stance, c.Parts[1].Wording = "CH", true, Yes, "So."
	})
	w.must(as{5, in(2), sent}, Redact{Part: "c1.1[3:7]", Ground: "abuse"}, Redact{Part: "c1.1[9:12]", Ground: "abuse"}, Withhold{"c1", "abuse", "r", 0}, PublishContribution{"c1", 0}, Withhold{"c1", "off_topic", "r", 0})
	c, ok := w.Row("c1.2[0:1]")
	if !ok {
		t.Fatal("c1 is not there")
	}
	got := []any{c.Ref, c.Call, c.By, c.For, c.Category, c.Country, c.Assurance, c.Ground, c.Parts, c.Received, c.Position, c.Decided, c.Changed, c.Status, c.Known, c.Redacted, c.Earlier, c.Late}
	want := []any{cite.Ref("c1"), cite.Ref("k2"), person(5), body(5), "ngo", "CH", Anonymous, "off_topic", 2, in(2), cite.Position(3), cite.Position(8), cite.Position(8), Withheld, true, true, true, false}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the row is\n%v, want\n%v", got, want)
	}
	if got := w.WithheldAt("c1"); !slices.Equal(got, []cite.Position{6, 8}) {
		t.Errorf("the reasons stand at %v", got)
	}
	if a := c.Anonymous(); a.By != "" || a.For != "" || a.Known || reflect.ValueOf(a.Row).FieldByName("by").Uint() != 0 || reflect.ValueOf(a.Row).FieldByName("party").Uint() != 0 || a.Ref != "c1" || a.Status != Withheld {
		t.Errorf("of one without a name is left %+v", a)
	}
	for n, want := range map[int]Part{
		1: {Ref: "c1.1", On: "p1.e1.x1", Language: "en", Stance: Yes, Bytes: 16},
		2: {Ref: "c1.2", On: "p1.e1.x2", Language: "en", Bytes: 16, Wording: 3, Earlier: true},
	} {
		if got := w.Part("c1", n); !reflect.DeepEqual(got, want) {
			t.Errorf("part %d is %+v, want %+v", n, got, want)
		}
	}
	for _, r := range []cite.Ref{"c0", "c2", "p1", ""} {
		if _, ok := w.Row(r); ok {
			t.Errorf("%q is a contribution", r)
		}
	}
}

// TestNames: what is written on the record is read again.
func TestNames(t *testing.T) {
	t.Parallel()
	for s := NoStance; s <= WrongQuestion; s++ {
		if got, ok := ParseStance(s.String()); !ok || got != s {
			t.Errorf("stance %q", s)
		}
	}
	for s := Pending; s < Statuses; s++ {
		if got, ok := ParseStatus(s.String()); !ok || got != s {
			t.Errorf("status %q", s)
		}
	}
	for o := Accepted; o < OutcomesAll; o++ {
		if got, ok := ParseOutcome(o.String()); !ok || got != o || Outcomes[o-1] != o.String() {
			t.Errorf("outcome %q", o)
		}
	}
	_, stance := ParseStance("maybe")
	_, status := ParseStatus("lost")
	_, outcome := ParseOutcome("lost")
	_, none := ParseOutcome("")
	if stance || status || outcome || none {
		t.Error("a name is known that is none")
	}
}

// TestReceiptMeaning: what a receipt says in plain fields is what the data say.
func TestReceiptMeaning(t *testing.T) {
	t.Parallel()
	f := with(received("c1", "k1", "p1.e1.x1", "p1.e1.x2"), func(f *Received) { f.Told = in(3) })
	got := MeaningOf(&f, "ferries", "https://example.org/c1", "class")
	want := Meaning{Address: "https://example.org/c1", Conversation: "ferries", Contribution: "c1", Call: "k1", On: []cite.Ref{"p1.e1.x1", "p1.e1.x2"}, Received: in(1), Told: in(3),
		Rule: OnTime, Deadline: in(10), Class: "class", Assurance: Anonymous}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !f.At().Equal(in(3)) {
		t.Error("a script's clock does not hold")
	}
}

// TestSmall: what is easily forgotten about a row.
func TestSmall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(send("k1", "p1.e1", "p1.e1.x1", "p1.e1.x2")) // 3
	for range 9 {
		w.must(send("k1", "p1.e1"))
	}
	if got := w.Pending(); len(got) != 10 || !slices.IsSortedFunc(got, func(a, b cite.Ref) int { return a.Number() - b.Number() }) {
		t.Errorf("waiting, oldest first: %v", got)
	}
	if p := w.Part("c1", 1); p.On != "p1.e1" {
		t.Errorf("a part on the whole paper stands on %s", p.On)
	}
	if page, total := w.List(Filter{Element: refs("p1.x1 p1.x2"), Status: []Status{Pending}}, 9); len(page) != 1 || total != 1 {
		t.Errorf("one contribution on two elements is listed %d times of %d", len(page), total)
	}
	w.must(Redact{Part: "c1.1[0:1]", Ground: "abuse"}) // 13
	if row, _ := w.Row("c1"); row.Changed != 13 || row.Decided != 0 {
		t.Errorf("redacted: %+v", row)
	}
	w.must(Withhold{"c1", Grounds[0], "r", 0})
	if row, _ := w.Row("c1"); row.Ground != Grounds[0] {
		t.Errorf("withheld on the ground %q", row.Ground)
	}
	w.must(PublishContribution{"c2", 0}, with(answering(Accepted, "c2.1"), func(c *Answer) { c.Changes = refs("p1.x1 p1.x2 p1.x1") }))
	if d, _ := w.Disposition("d1"); !slices.Equal(d.Changes, refs("p1.x1 p1.x2")) {
		t.Errorf("changes %v", d.Changes)
	}
}

// TestSeen: whoever says what they have seen decides on that, and on nothing that came later.
func TestSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(as{5, in(2), published})
	seen := func() cite.Position {
		row, _ := w.Row("c1")
		return row.Changed
	}
	first := seen()
	w.must(Redact{Part: "c1.1[3:7]", Ground: "abuse"})
	if _, err := w.do(Withhold{"c1", "abuse", "r", first}); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "contribution.changed" {
		t.Error(err)
	}
	w.must(Withhold{"c1", "abuse", "r", seen()})
	if _, err := w.do(PublishContribution{"c1", first}); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "contribution.changed" {
		t.Error(err)
	}
	w.must(PublishContribution{"c1", seen()})
}
