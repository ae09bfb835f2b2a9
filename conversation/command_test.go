package conversation_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// standings says a second time who may ask for each command.
var standings = map[string]string{
	"consultation.correct": "anybody", "consultation.publish-correction": "moderators", "consultation.withhold-correction": "moderators",
	"conversation.convene": "founders", "conversation.stage": "officers", "conversation.document": "officers", "conversation.map": "officers", "conversation.erase": "officers",
	"delegation.grant": "officers", "delegation.revoke": "officers", "delegation.enter": "officers", "delegation.authorise": "officers",
	"paper.publish": "officers", "paper.reserve": "officers", "paper.correct": "officers", "paper.translate-passage": "translators",
	"consultation.announce": "officers", "consultation.extend": "officers", "consultation.open": "timekeeper", "consultation.close": "timekeeper", "conversation.resume": "timekeeper",
	"consultation.submit": "anybody", "consultation.publish": "moderators", "consultation.withhold": "moderators", "consultation.withdraw": "anybody",
	"consultation.redact": "moderators", "consultation.confirm": "staff", "consultation.decline": "staff", "consultation.answer": "officers", "consultation.link": "officers", "consultation.translate": "translators", "consultation.react": "anybody", "translation.render": "translators",
	"formulation.support": "anybody", "formulation.take-back": "anybody", "formulation.word": "rapporteurs", "formulation.leave-out": "rapporteurs", "formulation.dissolve": "rapporteurs", "formulation.arrange": "rapporteurs", "formulation.hear": "rapporteurs",
	"session.open-sitting": "rapporteurs", "session.close-sitting": "rapporteurs", "session.adopt": "rapporteurs", "session.deliver": "rapporteurs", "session.place": "rapporteurs",
	"reply.open":            "officers",
	"transcript.transcribe": "rapporteurs", "transcript.correct-passage": "rapporteurs", "transcript.set-feed": "rapporteurs", "transcript.caption": "timekeeper",
	"floor.set-list": "chairs", "floor.strike": "chairs", "floor.move-place": "chairs", "floor.give-floor": "chairs", "floor.time": "chairs", "floor.rule": "chairs", "floor.consult": "chairs", "floor.conclude": "chairs",
	"floor.ask-floor": "anybody", "floor.leave-list": "anybody", "floor.object": "anybody", "floor.ask-hands": "chairs", "floor.show-hand": "anybody", "floor.end-hands": "chairs", "floor.enter-request": "rapporteurs", "floor.enter-turn": "rapporteurs", "floor.describe-turn": "rapporteurs",
	"delegation.appoint": "anybody", "delegation.end": "anybody", "delegation.hand-over": "anybody", "delegation.align": "anybody", "delegation.remind": "timekeeper",
	"accreditation.request": "anybody", "accreditation.retract": "anybody", "accreditation.remind": "timekeeper",
	"poll.cast": "anybody", "poll.return": "anybody", "poll.freeze": "timekeeper", "poll.count": "timekeeper",
	"paper.mark-sentence":     "rapporteurs",
	"settings.translate-text": "translators", "questionnaire.translate-question": "translators", "consultation.translate-call": "translators",
	"studio.set-link": "technicians", "studio.interpret": "booths", "studio.give-signal": "booths", "studio.take-air": "booths", "studio.pass-air": "booths", "studio.hand-in": "anybody", "studio.set-recording": "technicians",
	"panel.put-question": "anybody", "panel.retract-question": "anybody", "panel.take-question": "chairs", "panel.mark-answered": "chairs", "panel.set-aside": "chairs",
}

var missing = refusal.New(refusal.Forbidden, "standing.missing")

// TestStandings: each command is open to whom the table says, and to nobody else. Whoever has no standing learns
// nothing else: the commands are empty, and the empty ones are refused for other reasons where there is standing.
func TestStandings(t *testing.T) {
	t.Parallel()
	w := seated(t)
	w.must(olga, delegation.Grant{Participant: 9, Role: delegation.Officer}) // an officer who does not moderate
	w.must(olga, delegation.Grant{Participant: 12, Role: delegation.Technician})
	w.must(olga, delegation.Grant{Participant: 13, Role: delegation.Interpreter})
	who := map[string]conversation.Ask{
		"technician": {By: 12}, "interpreter": {By: 13},
		"nobody": {}, "ann": {By: ann}, "moderator": {By: mo}, "chair": {By: cora}, "analyst": {By: ana}, "translator": {By: tom}, "officer": {By: 9}, "first officer": {By: olga}, "the house": {System: true},
	}
	may := map[string]string{
		"founders": "nobody,ann,moderator,chair,analyst,translator,technician,interpreter,officer,first officer,the house", "officers": "officer,first officer,the house", "moderators": "moderator,first officer", "staff": "moderator,officer,first officer,the house",
		"translators": "translator,officer,first officer,the house", "rapporteurs": "rapporteur,officer,first officer,the house", "chairs": "chair,officer,first officer,the house",
		"technicians": "technician,officer,first officer,the house", "booths": "interpreter,technician,chair,rapporteur,officer,first officer,the house",
		"timekeeper": "the house", "anybody": "ann,moderator,chair,analyst,translator,technician,interpreter,officer,first officer", "nobody": "",
	}
	seen := map[string]bool{}
	for _, c := range conversation.Commands() {
		seen[c.Name] = true
		want := standings[c.Name]
		if c.Name == "consultation.require-two" { // what a moderator may ask of it, the rule says: see TestTwoEndTwo
			continue
		}
		if want == "" { // who else may ask is said in the list above
			want = "officers"
		}
		if c.Standing.String() != want {
			t.Errorf("%s is for %s", c.Name, c.Standing)
		}
		if c.Room()+"."+c.Verb() != c.Name {
			t.Errorf("%s is %s of %s", c.Name, c.Verb(), c.Room())
		}
		for name, a := range who {
			a.Received, a.Command = w.now, reflect.ValueOf(c.New()).Elem().Interface()
			_, err := w.st.Decide(a)
			allowed := strings.Contains(","+may[want]+",", ","+name+",")
			if got := reflect.DeepEqual(err, error(missing)); got == allowed {
				t.Errorf("%s asks for %s: %v", name, c.Name, err)
			}
		}
	}
	for name := range standings {
		if !seen[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// TestDecideFirst: what is looked at before any rule.
func TestDecideFirst(t *testing.T) {
	t.Parallel()
	w := seated(t)
	unknown := refusal.New(refusal.Forbidden, "command.unknown")
	if _, err := w.do(olga, "a wish"); !reflect.DeepEqual(err, error(unknown)) {
		t.Error(err)
	}
	if _, err := conversation.Check(&conversation.Erase{}); !reflect.DeepEqual(err, error(unknown)) {
		t.Error(err)
	}
	if c, err := conversation.Check(conversation.Erase{Contribution: "c1", Ground: "abuse"}); err != nil || c != (conversation.Erase{Contribution: "c1", Ground: "abuse"}) {
		t.Error(c, err)
	}
	if _, err := w.do(olga, convening()); !reflect.DeepEqual(err, error(refusal.New(refusal.Conflict, "conversation.exists"))) {
		t.Error(err)
	}
	empty := conversation.NewState()
	if _, err := empty.Decide(conversation.Ask{By: olga, Command: conversation.Erase{}}); !reflect.DeepEqual(err, error(refusal.New(refusal.Hidden, "conversation.unknown"))) {
		t.Error(err)
	}
	// Only a demonstration is told another time than the machine's.
	told := conversation.Ask{By: olga, Received: w.now, Told: noon.AddDate(-1, 0, 0), Command: settings.SetMap{Off: true}}
	facts, err := w.st.Decide(told)
	if err != nil || !facts[0].Body.(settings.MapSet).At.Equal(w.now) {
		t.Error(facts, err)
	}
	w.st.Demonstration = true
	if facts, err = w.st.Decide(told); err != nil || !facts[0].Body.(settings.MapSet).At.Equal(told.Told) {
		t.Error(facts, err)
	}
	// All that can be mended is said at once, and each thing once; what cannot be mended is all that is said.
	long := strings.Repeat("a", consultation.MaxReason+1)
	_, err = w.do(mo, consultation.Redact{Part: "c9.1[0:1]", Ground: "ugly"})
	if !reflect.DeepEqual(err, error(refusal.New(refusal.Hidden, "contribution.unknown"))) {
		t.Error(err)
	}
	_, err = w.do(olga, announcingWith(func(c *consultation.AnnounceCall) { c.Zone, c.Paper = "Nowhere", "p9" }))
	if want := (refusal.Several{refusal.In("zone", "zone.unknown"), refusal.In("paper", "call.paper")}); !reflect.DeepEqual(err, error(want)) {
		t.Error(err)
	}
	_, err = w.do(olga, announcingWith(func(c *consultation.AnnounceCall) { c.Closes = noon.Add(-time.Hour) })) // wrong by itself, and past
	if want := refusal.In("closes", "call.order"); !reflect.DeepEqual(err, error(want)) {
		t.Error(err)
	}
	w.must(ann, send("k1", "p1.e1.x3"))
	if _, err = w.do(mo, consultation.Withhold{Contribution: "c1", Ground: "ugly", Reason: long}); len(refusal.Of(err)) != 2 {
		t.Error(err)
	}
	bad := append(elements(), paper.Element{Kind: "line", Text: english("x")})
	bad[0].Ref = "p7.x1"
	if _, err = w.do(olga, publishing("p1", "P/2", bad...)); len(refusal.Of(err)) != 2 {
		t.Error("of elements, each thing that is wrong with one:", err)
	}
}

func announcingWith(change func(*consultation.AnnounceCall)) consultation.AnnounceCall {
	c := announcing(consultation.LateKept, consultation.ModerateBefore)
	change(&c)
	return c
}

// TestEachClass: the rule of reading, written a second time for all classes of readers: for each status of a contribution, what each
// class of readers sees.
func TestEachClass(t *testing.T) {
	t.Parallel()
	const none, tomb, redacted, full = conversation.Nothing, conversation.Tombstone, conversation.Redacted, conversation.Full
	for status, sees := range map[consultation.Status]struct{ public, author, staff, asking conversation.Visibility }{
		consultation.Pending:   {none, full, full, full},
		consultation.Published: {redacted, full, redacted, full},
		consultation.Withheld:  {tomb, full, redacted, full},
		consultation.Withdrawn: {tomb, full, redacted, full},
		consultation.Erased:    {tomb, tomb, tomb, tomb},
	} {
		w := seated(t)
		statuses[status](w)
		if row, _ := w.st.Consultation.Row("c1"); row.Status != status {
			t.Fatalf("c1 is %s, not %s", row.Status, status)
		}
		for name, a := range audiences {
			want := sees.public
			switch name {
			case "author":
				want = sees.author
			case "moderator", "officer":
				want = sees.staff
			case "asking":
				want = sees.asking
			}
			for _, r := range []cite.Ref{"c1", "c1.1", "c1.1[0:3]"} {
				if got := w.st.MaySee(a, r); got != want {
					t.Errorf("the %s sees %d of %s, which is %s; want %d", name, got, r, status, want)
				}
			}
			for _, r := range []cite.Ref{"c1.2", "c1.f1", "c2", "c0"} {
				if got := w.st.MaySee(a, r); got != none {
					t.Errorf("the %s sees %d of %s, which is not there", name, got, r)
				}
			}
			for _, fact := range []cite.Fact{&consultation.Received{Ref: "c1"}, &reaction.Reacted{Part: "c1.1", Disposition: "d1"}} {
				may := want >= redacted
				if row, _ := w.st.Consultation.Row("c1"); row.Redacted && fact.Describe().Kind == "consultation.received/1" { // it says how long the words are
					may = may && want == max(sees.author, sees.asking) || may && a.Roles.Has(delegation.Moderator, delegation.Officer)
				}
				if got := w.st.MaySeeFact(a, fact); got != may {
					t.Errorf("the %s may read the data of %T of c1, which is %s: %v", name, fact, status, got)
				}
			}
		}
	}
	w := seated(t)
	discussed(w)
	for r, want := range map[cite.Ref]conversation.Visibility{"p1": full, "p1.e1": full, "p1.e1.x4": full, "p1.x1": full, "p1.x9": none, "p1.e2": none, "p2": none, "k1": full, "k3": none, "d1": full, "d9": none, "": none,
		fenland.Ref(): none, ann.Ref(): none} {
		if got := w.st.MaySee(conversation.Public, r); got != want {
			t.Errorf("everybody sees %d of %q", got, r)
		}
	}
	for name, a := range audiences {
		staff := name == "moderator" || name == "officer" || name == "asking"
		if got := w.st.MaySeeFact(a, &settings.Staged{}); !got {
			t.Errorf("the %s may not read the calendar", name)
		}
		if got := w.st.MaySeeFact(a, &consultation.PassageRedacted{Part: "c1.1[0:1]"}); got != staff { // it says nothing of who may
			t.Errorf("the %s may read where something is blacked out: %v", name, got)
		}
	}
}

// TestWords: what each audience reads of a contribution in each status: its words, its black, its reactions, who
// sent it, and why it was withheld.
func TestWords(t *testing.T) {
	t.Parallel()
	for status, bring := range statuses {
		w := seated(t)
		bring(w)
		for name, a := range audiences {
			v := w.st.MaySee(a, "c1")
			var row consultation.Contribution
			var reactions []consultation.Reaction
			r := reading(w.st, a, w.now, func(r *conversation.Reading) {
				row, _ = r.Consultation.Row("c1")
				reactions = r.Consultation.Reactions("c1.1")
			})
			is, _ := w.st.Consultation.Row("c1")
			said := w.words[is.Position]["1.text"]
			got, shown := r.Show(w.words)[is.Position]
			want := map[conversation.Visibility]string{conversation.Redacted: "█████, said 0 times.", conversation.Full: said}[v]
			if got["1.text"] != want || shown != (v >= conversation.Redacted) {
				t.Errorf("the %s reads %q of what is %s", name, got, status)
			}
			if (row.By != "") != (v >= conversation.Redacted) || (len(reactions) > 0) != (v >= conversation.Redacted && status != consultation.Pending) {
				t.Errorf("the %s reads %q and %v of what is %s", name, row.By, reactions, status)
			}
			if status == consultation.Withheld && r.Show(w.words)[is.Decided]["reason"] != "Rude." {
				t.Errorf("the %s does not read why it was withheld", name)
			}
		}
		handsOut(w)
	}
}

// TestTouched: which references show something else after a fact, beside what it says itself.
func TestTouched(t *testing.T) {
	t.Parallel()
	ask := func(by delegation.Participant, c any) func(*world) { return func(w *world) { w.must(by, c) } }
	for _, c := range []struct {
		name   string
		before func(*world)
		act    func(*world)
		want   string // each of these; "!" before what is not
	}{
		{"a call is announced", nil, ask(olga, announcing(consultation.LateKept, consultation.ModerateBefore)), "k3 k !k1 !p1 !c"},
		{"a call is extended", nil, ask(olga, life.Extend{Call: "k1", Closes: noon.Add(20 * time.Hour), Reason: "r"}), "k1 k !k2"},
		{"a call is corrected", nil, ask(olga, life.Correct{Call: "k1", Late: consultation.LateRefused, Reason: "r"}), "k1 k !k2"},
		{"a call is closed", nil, ask(olga, life.Stop{Call: "k1", Reason: "r"}), "k1 k !k2"},
		{"a call is withdrawn", nil, ask(olga, life.Withdraw{Call: "k1", Reason: "r"}), "k1 k !k2"},
		{"a call is given a document", nil, ask(olga, life.AddDocument{Call: "k1", Title: english("Costs"), Source: "https://example.org"}), "k1 k !k2"},
		{"the first page asks something else", nil, ask(olga, settings.AskFirst{Call: "k2"}), "settings !k1 !c"},
		{"a contribution comes", nil, ask(ann, send("k1", "p1.e1.x3")), "c1 c k1 p1 p1.x3 !k !p !k2 !p1.x2"},
		{"it is erased", discussed, ask(olga, conversation.Erase{Contribution: "c1", Ground: "abuse"}), "c1 c k2 p1 p1.x3 !k !p"},
		{"it is redacted", discussed, ask(mo, consultation.Redact{Part: "c1.1[7:9]", Ground: "abuse"}), "c1 c k2 p1 p1.x3"},
		{"it is answered", func(w *world) { w.must(ann, send("k2", "p1.e1.x3")) }, ask(olga, answering(consultation.Noted, "c1.1")), "d1 d c1 c p1 p1.x3 !k !p"},
		{"it is answered anew", discussed, func(w *world) {
			a := answering(consultation.Noted, "c1.1")
			a.Revises, a.Changes = "d2", []cite.Ref{"p1.x2"}
			w.must(olga, a)
		}, "d3 d2 d c1 p1.x2 p1 !d1"},
		{"a passage is linked", discussed, ask(olga, consultation.LinkPassage{Disposition: "d2", Changes: []cite.Ref{"p1.x2"}}), "d2 d p1 p1.x2 !p1.x3 !d1 !c1"},
		{"a reason is translated", discussed, ask(olga, consultation.TranslateReason{Disposition: "d2", Language: "fr", Status: "official", Reason: "Car."}), "d2 d !d1 !c"},
		{"an author reacts", discussed, ask(ann, reaction.React{Part: "c1.1", Verdict: consultation.Satisfied, Language: "en"}), "d2 d c1 c !d1"},
		{"a paper is published", nil, ask(olga, publishing("", "P/9", elements()...)), "p2 p2.e1 p !p1 !k"},
		{"an element is reserved", nil, ask(olga, paper.Reserve{Paper: "p1", Kind: paper.Paragraph, Name: english("Night")}), "p1.x5 p1 p"},
		{"a role is given", nil, ask(olga, delegation.Grant{Participant: ann, Role: delegation.Chair}), "roll !p !settings"},
		{"a party is entered", nil, ask(olga, delegation.EnterParty{Party: 77, Category: "ngo", Name: "N"}), "roll"},
		{"a stage is planned", nil, ask(olga, settings.PlanStage{Stage: stage(0)}), "settings !roll"},
		{"a document is cited", nil, ask(olga, settings.CiteDocument{Document: settings.Document{Title: english("D"), Source: "https://example.org/"}}), "settings"},
		{"maps are turned off", nil, ask(olga, settings.SetMap{Off: true}), "settings"},
	} {
		w := seated(t)
		if c.before != nil {
			c.before(w)
		}
		at := w.st.Head
		w.st.Touched()
		c.act(w)
		touched := w.st.Touched()
		for _, want := range strings.Fields(c.want) {
			r := cite.Ref(strings.TrimPrefix(want, "!"))
			if got, want := w.st.Changed(r) > at, r == cite.Ref(want); got != want {
				t.Errorf("%s: %s is touched: %v", c.name, r, got)
			}
			woken := false
			for _, x := range touched {
				woken = woken || x == r
			}
			if r == cite.Ref(want) && !woken && !(r.Kind() == 'c' && len(r) > 1) {
				t.Errorf("%s: who watches %s is not woken", c.name, r)
			}
		}
		if got := w.st.Changed(conversation.Anything); got != w.st.Head || w.st.Changed("p9", "c9", "d9") != 0 || w.st.Touched() != nil {
			t.Errorf("%s: anything changed at %d of %d", c.name, got, w.st.Head)
		}
	}
}

func stage(n int) settings.Stage {
	return settings.Stage{Number: n, Kind: "session", Title: english("Session"), State: settings.Planned}
}
