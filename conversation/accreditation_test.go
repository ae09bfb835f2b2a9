package conversation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

// boats is a body that is accredited in these tests, for which Ben requested.
const boats delegation.Party = 60

// refusedFor is the key of the first refusal.
func refusedFor(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	return ""
}

// asking is a request for a body.
func asking(p delegation.Party, category string, alike uint64) accreditation.Ask {
	return accreditation.Ask{Party: p.Ref(), Name: "Boats", Category: category, As: accreditation.AsParty, Alike: alike, Interests: "Builders pay."}
}

// granting accredits a request until an instant.
func granting(p delegation.Party, as string, until time.Time) accreditation.Accredit {
	return accreditation.Accredit{Party: p.Ref(), Name: "Boats", As: as, Until: until, Reason: "The letter is signed."}
}

// opened is a world in which accreditation may be requested, and a call gathers questions and publishes them at once.
func opened(t *testing.T) (*world, []cite.Ref) {
	w := seated(t)
	p := gathered(w)
	w.must(olga, settings.Name{List: settings.Categories, ID: "ngo", Chooser: settings.Both}, accreditation.SetOffer{Categories: []string{"ngo", "state"}, As: accreditation.Capacities})
	return w, p
}

// TestWhoSpeaks: in a cell for each party, each capacity in which somebody stands to it and each act, what they are refused.
func TestWhoSpeaks(t *testing.T) {
	t.Parallel()
	until := noon.AddDate(0, 0, 1)
	parties := map[string]func(w *world){
		"by hand": func(w *world) {
			w.must(olga, delegation.EnterParty{Party: boats, Category: "ngo", Name: "Boats"}, delegation.Authorise{Participant: ben, Party: boats})
		},
		"accredited": func(w *world) {
			w.must(ben, asking(boats, "ngo", 7))
			w.must(olga, granting(boats, "", until))
		},
		"observer": func(w *world) {
			w.must(ben, asking(boats, "ngo", 7))
			w.must(olga, granting(boats, accreditation.AsObserver, until))
		},
		"ad hoc": func(w *world) {
			w.must(ben, asking(boats, "ngo", 7))
			w.must(olga, granting(boats, accreditation.AsAdHoc, until))
		},
		"over": func(w *world) {
			w.must(ben, asking(boats, "ngo", 7))
			w.must(olga, granting(boats, "", w.now.Add(time.Second)))
		},
		"ended": func(w *world) {
			w.must(ben, asking(boats, "ngo", 7))
			w.must(olga, granting(boats, "", until), accreditation.Terminate{Party: boats.Ref(), Reason: "Wrong."})
		},
		"waiting": func(w *world) { w.must(ben, asking(boats, "ngo", 7)) },
		"declined": func(w *world) {
			w.must(ben, asking(boats, "ngo", 7))
			w.must(olga, accreditation.Refuse{Party: boats.Ref(), Reason: "No."})
		},
	}
	who := map[string]delegation.Participant{"who was authorised": ben, "another": tom, "an officer": olga, "the rapporteur": ana, "nobody": nobody}
	const none, over, observes, nameless = "party.not_authorised", "accreditation.over", "accreditation.observer", "standing.missing"
	lets := func(party, who, act string) string {
		switch {
		case who == "nobody" || act == "hear" && who != "an officer" && who != "the rapporteur":
			return nameless
		case act == "hear" && (party == "waiting" || party == "declined"):
			return "heard.party"
		case act == "hear" && (party == "over" || party == "ended"):
			return over
		case act == "hear":
			return ""
		case act == "support" && (party == "observer" || party == "ad hoc"):
			return observes
		case who != "who was authorised" || party == "waiting" || party == "declined":
			return none
		case party == "over" || party == "ended":
			return over
		case act == "take back":
			return "proposal.unsupported"
		}
		return ""
	}
	for party, make := range parties {
		t.Run(party, func(t *testing.T) {
			t.Parallel()
			w, p := opened(t)
			make(w)
			w.must(olga, delegation.Grant{Participant: ana, Role: delegation.Rapporteur})
			w.now = w.now.Add(time.Second)
			submit := proposing("k3", "Whose ferry is it?")
			submit.Known, submit.Category, submit.Name, submit.Body = true, "", "", ""
			acts := map[string]any{"submit": submit, "support": formulation.GiveSupport{Proposal: p[0], Known: true}, "take back": formulation.TakeBackSupport{Proposal: p[0], Known: true},
				"hear": hearing(boats)}
			for name, by := range who {
				for act, command := range acts {
					_, err := w.st.Decide(conversation.Ask{By: by, For: boats, Assurance: consultation.EmailProven, Received: w.now, Command: command})
					if got, want := refusedFor(err), lets(party, name, act); got != want {
						t.Errorf("%s, %s: %q %v, want %q", name, act, got, err, want)
					}
				}
			}
		})
	}
}

// TestWhoAccredits: in a cell for each capacity and each act of accreditation, who is refused for want of standing.
func TestWhoAccredits(t *testing.T) {
	t.Parallel()
	w, _ := opened(t)
	w.must(ben, asking(boats, "ngo", 7))
	w.must(ann, asking(61, "ngo", 8))
	w.must(olga, granting(61, "", time.Time{}))
	who := map[string]delegation.Participant{"officer": olga, "moderator": mo, "chair": cora, "translator": tom, "who asked": ben, "somebody": fen, "nobody": nobody}
	anybody := func(name string) bool { return name != "nobody" }
	officers := func(name string) bool { return name == "officer" }
	for act, c := range map[string]struct {
		command any
		may     func(string) bool
	}{
		"offer":    {accreditation.SetOffer{Categories: []string{"ngo"}, As: accreditation.Capacities}, officers},
		"accredit": {granting(boats, "", time.Time{}), officers}, "refuse": {accreditation.Refuse{Party: boats.Ref(), Reason: "No."}, officers},
		"prolong": {accreditation.Prolong{Party: delegation.Party(61).Ref(), Until: noon.AddDate(1, 0, 0), Reason: "So."}, officers}, "terminate": {accreditation.Terminate{Party: delegation.Party(61).Ref(), Reason: "So."}, officers},
		"request": {asking(62, "ngo", 9), anybody}, "retract": {accreditation.Retract{Party: boats.Ref()}, func(name string) bool { return name == "who asked" }}, "remind": {accreditation.Remind{Party: boats.Ref()}, func(string) bool { return false }},
	} {
		for name, by := range who {
			_, err := w.st.Decide(conversation.Ask{By: by, For: boats, Assurance: consultation.EmailProven, Received: w.now, Command: c.command})
			if (err == nil) != c.may(name) {
				t.Errorf("%s, %s: %v", name, act, err)
			}
		}
	}
	if _, err := w.st.Decide(conversation.Ask{By: fen, Assurance: consultation.Anonymous, Received: w.now, Command: asking(62, "ngo", 9)}); refusedFor(err) != "accreditation.sign_in" {
		t.Errorf("without a proven address: %v", err)
	}
}

// TestAccredited: what is granted stands on the roll under the name that the officer gave, and whoever requested speaks for it; the body
// of a state that is on the roll is not entered twice by mistake; a category that was closed takes nobody in.
func TestAccredited(t *testing.T) {
	t.Parallel()
	w, _ := opened(t)
	for key, c := range map[string]accreditation.Ask{"country.unknown": {Party: boats.Ref(), Name: "B", Category: "ngo", Country: "QZ", As: accreditation.AsParty},
		"accreditation.category": asking(boats, "person", 7), "accreditation.country": asking(boats, "state", 7), "party.entered": asking(fenland, "ngo", 7)} {
		if _, err := w.do(ben, c); refusedFor(err) != key {
			t.Errorf("%v, want %s", err, key)
		}
	}
	w.must(ben, asking(boats, "ngo", 7))
	w.must(olga, accreditation.Accredit{Party: boats.Ref(), Name: "Boats for All", Reason: "Signed."})
	s, ok := w.st.Roll.Party(boats)
	if !ok || s.Category != "ngo" || w.words[s.Named]["name"] != "Boats for All" || !w.st.Roll.MaySpeak(ben, boats, w.now) {
		t.Errorf("%+v %v", s, w.words[s.Named])
	}
	state := asking(61, "state", 8)
	state.Country = "XA"
	w.must(tom, state)
	if _, err := w.do(olga, granting(61, "", time.Time{})); refusedFor(err) != "accreditation.twin" {
		t.Errorf("a second delegation of a state: %v", err)
	}
	if _, err := w.do(olga, accreditation.Accredit{Party: delegation.Party(61).Ref(), Into: "y0000000000000", Reason: "So."}); refusedFor(err) != "party.unknown" {
		t.Errorf("into nobody: %v", err)
	}
	w.must(olga, accreditation.Accredit{Party: delegation.Party(61).Ref(), Into: fenland.Ref(), Reason: "Of the same delegation."})
	if _, ok := w.st.Roll.Party(61); ok || !w.st.Roll.MaySpeak(tom, fenland, w.now) || !w.st.Roll.MaySpeak(fen, fenland, w.now) {
		t.Error("the delegation has not one more who speaks for it")
	}
	if w.replayed() != w.st.Digest() {
		t.Error("what is replayed is otherwise")
	}
}

// TestRetracted: whoever takes a request back, or asks it to be forgotten after it was declined, leaves no words of it.
func TestRetracted(t *testing.T) {
	t.Parallel()
	w, _ := opened(t)
	w.must(ben, asking(boats, "ngo", 7))
	at := w.st.Head
	w.must(olga, accreditation.Refuse{Party: boats.Ref(), Reason: "Boats does not exist."})
	decided := w.st.Head
	w.must(ben, accreditation.Retract{Party: boats.Ref()})
	for _, p := range []cite.Position{at, decided} {
		if _, gone := w.st.Erased(p); !gone || w.words[p] != nil {
			t.Errorf("entry %d has its words", p)
		}
	}
}

// TestReadRequests: what was requested is read by whoever requested and by officers; once it is granted, everybody reads why, and what
// interests were disclosed.
func TestReadRequests(t *testing.T) {
	t.Parallel()
	w, _ := opened(t)
	w.must(ben, asking(boats, "ngo", 7))
	asked := w.st.Head
	reads := func(a conversation.Audience) (n int, granted bool, waits int) {
		r := conversation.NewReading(w.st, a, w.now)
		defer r.Close()
		r.Roll.Accreditation().Accredited(boats)
		return len(r.Roll.Accreditation().Requests()), r.Granted(asked), r.Roll.Accreditation().Waiting()
	}
	officers := conversation.Audience{As: []delegation.Participant{olga}, Roles: w.st.Roll.Roles(olga)}
	for name, c := range map[string]struct {
		a       conversation.Audience
		n       int
		granted bool
		waits   int
	}{"everybody": {conversation.Public, 0, false, 0}, "another": {conversation.Audience{As: []delegation.Participant{ann}}, 0, false, 0},
		"a moderator": {conversation.Audience{As: []delegation.Participant{mo}, Roles: w.st.Roll.Roles(mo)}, 0, false, 0},
		"who asked":   {conversation.Audience{As: []delegation.Participant{ben}}, 1, true, 0}, "an officer": {officers, 1, true, 1}} {
		if n, granted, waits := reads(c.a); n != c.n || granted != c.granted || waits != c.waits {
			t.Errorf("%s: %d, %v, %d", name, n, granted, waits)
		}
	}
	until := w.now.Add(time.Hour)
	w.must(olga, granting(boats, "", until))
	if n, granted, _ := reads(conversation.Public); n != 0 || !granted {
		t.Error("interests that were disclosed are not everybody's")
	}
	for at, want := range map[time.Time]int{w.now: 1, until: 0} {
		r := conversation.NewReading(w.st, conversation.Public, at)
		if got := r.Roll.SpeaksNow(ben); len(got) != want {
			t.Errorf("at %s Ben speaks for %v", at, got)
		}
		if want == 1 && !r.Until().Equal(until) {
			t.Errorf("a page that says so holds until %s", r.Until())
		}
		r.Close()
	}
}

// TestCountedParties: those that observe are not among those of whom support is counted.
func TestCountedParties(t *testing.T) {
	t.Parallel()
	w, p := opened(t)
	taking := func() int {
		r := conversation.NewReading(w.st, conversation.Public, w.now)
		defer r.Close()
		i := slices.IndexFunc(r.Formulation.Constituencies("k3", p[0]), func(s formulation.Share) bool { return s.Category == "ngo" })
		return r.Formulation.Constituencies("k3", p[0])[i].Of
	}
	before := taking()
	w.must(ben, asking(boats, "ngo", 7), asking(61, "ngo", 8))
	w.must(olga, granting(boats, accreditation.AsObserver, time.Time{}))
	if got := taking(); got != before {
		t.Errorf("an observer is counted: %d, %d", before, got)
	}
	w.must(olga, granting(61, "", time.Time{}))
	if got := taking(); got != before+1 {
		t.Errorf("a party is not counted: %d, %d", before, got)
	}
}

// TestCorrectedOver: what was said for a party is not corrected once its accreditation is over.
func TestCorrectedOver(t *testing.T) {
	t.Parallel()
	w, _ := opened(t)
	w.must(ben, asking(boats, "ngo", 7))
	w.must(olga, granting(boats, "", w.now.Add(time.Hour)))
	submit := proposing("k3", "Whose ferry is it?")
	submit.Known, submit.Category = true, ""
	if _, err := w.ask(conversation.Ask{By: ben, For: boats, Assurance: consultation.EmailProven, Command: submit}); err != nil {
		t.Fatal(err)
	}
	mend := correction.Correct{Contribution: cite.Contribution(w.st.Consultation.Len()), Parts: []correction.Part{{Part: 1, Text: "Because.", Wording: "Whose ferries are they?", Likeness: 9}}}
	for at, want := range map[time.Time]string{w.now: "", w.now.Add(time.Hour): "party.not_authorised"} {
		if _, err := w.st.Decide(conversation.Ask{By: ben, For: boats, Assurance: consultation.EmailProven, Received: at, Command: mend}); refusedFor(err) != want {
			t.Errorf("at %s: %v, want %q", at, err, want)
		}
	}
}

// TestRetractedInArchive: in an archived conversation nobody requests, and whoever did before takes it back.
func TestRetractedInArchive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(olga, settings.Name{List: settings.Categories, ID: "ngo", Chooser: settings.Both}, accreditation.SetOffer{Categories: []string{"ngo"}, As: accreditation.Capacities})
	w.must(ben, asking(boats, "ngo", 7), asking(61, "ngo", 8))
	w.must(olga, granting(61, "", time.Time{}), settings.Archive{Last: english("Over.")})
	if _, err := w.do(ann, asking(62, "ngo", 9)); refusedFor(err) != "life.archived" {
		t.Errorf("requested: %v", err)
	}
	w.must(ben, accreditation.Retract{Party: boats.Ref()})
	w.must(olga, accreditation.Terminate{Party: delegation.Party(61).Ref(), Reason: "Wrong."})
}
