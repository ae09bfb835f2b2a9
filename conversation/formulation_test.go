package conversation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// proposing is a contribution that proposes questions.
func proposing(call cite.Ref, questions ...string) consultation.Submit {
	c := consultation.Submit{Call: call, Category: "ngo"}
	for _, q := range questions {
		c.Parts = append(c.Parts, consultation.SubmitPart{On: "p1.e1", Language: "en", Wording: q, Text: "It matters."})
	}
	return c
}

// gathered has a call, k3, that gathers questions and publishes them at once, and proposals by Ann, Ben and Fenland's Fen.
func gathered(w *world) (proposals []cite.Ref) {
	w.t.Helper()
	w.must(olga, announcing(consultation.LateRefused, consultation.ModerateAfter), formulation.Gather{Call: "k3", Days: 1})
	for _, p := range []delegation.Participant{ann, ben, fen} {
		w.must(p, proposing("k3", "What is a ferry?"))
		proposals = append(proposals, cite.Part(cite.Contribution(w.st.Consultation.Len()), 1))
	}
	return proposals
}

// TestWhoSupports: in a cell for each capacity and standing, who may support a proposal and take support back.
func TestWhoSupports(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	for name, c := range map[string]struct {
		by        delegation.Participant
		party     delegation.Party
		known     bool
		category  string
		assurance string
		want      string
	}{
		"somebody signed in":         {ben, 30, false, "ngo", consultation.EmailProven, ""},
		"who may speak for it":       {fen, fenland, true, "", consultation.EmailProven, ""},
		"nobody":                     {nobody, 30, false, "ngo", consultation.EmailProven, "standing.missing"},
		"without a proven address":   {ben, 30, false, "ngo", consultation.Anonymous, "proposal.sign_in"},
		"for nobody":                 {ben, 0, false, "ngo", consultation.EmailProven, "party.unknown"},
		"for a party of another":     {ben, fenland, true, "", consultation.EmailProven, "party.not_authorised"},
		"a state on their own word":  {ben, 30, false, "state", consultation.EmailProven, "category.state"},
		"without a category":         {ben, 30, false, "", consultation.EmailProven, "category.missing"},
		"in no category there is":    {ben, 30, false, "pirates", consultation.EmailProven, "category.unknown"},
		"their own":                  {ann, delegation.Party(ann) + 20, false, "ngo", consultation.EmailProven, "proposal.own"},
		"known, not a proven person": {fen, fenland, true, "", consultation.Anonymous, ""},
	} {
		_, err := w.st.Decide(conversation.Ask{By: c.by, For: c.party, Assurance: c.assurance, Received: w.now, Command: formulation.GiveSupport{Proposal: p[0], Category: c.category, Known: c.known}})
		got := ""
		if rs := refusal.Of(err); len(rs) > 0 {
			got = rs[0].Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	w.must(olga, delegation.Authorise{Participant: ben, Party: fenland})
	give := func(by delegation.Participant, command any) error {
		_, err := w.ask(conversation.Ask{By: by, For: fenland, Assurance: consultation.EmailProven, Command: command})
		return err
	}
	if err := give(fen, formulation.GiveSupport{Proposal: p[0], Known: true}); err != nil {
		t.Fatal(err)
	}
	if s := w.st.Formulation.Supports(p[0]); len(s) != 1 || s[0].Category != "state" || s[0].Country != "XA" || !s[0].Known {
		t.Errorf("%+v", s)
	}
	// A mandate that ended takes nothing back; another who speaks for the party does.
	w.must(olga, delegation.Unauthorise{Participant: fen, Party: fenland})
	if rs := refusal.Of(give(fen, formulation.TakeBackSupport{Proposal: p[0], Known: true})); len(rs) == 0 || rs[0].Key != "party.not_authorised" {
		t.Errorf("who speaks for it no more: %v", rs)
	}
	if err := give(ben, formulation.TakeBackSupport{Proposal: p[0], Known: true}); err != nil || len(w.st.Formulation.Supports(p[0])) != 0 {
		t.Errorf("another of the party: %v", err)
	}
}

// TestUnprovenSupports: ten thousand who prove no address change no count, whatever party and category they name; they never stand
// among those who support.
func TestUnprovenSupports(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	if _, err := w.ask(conversation.Ask{By: ben, For: 30, Assurance: consultation.EmailProven, Command: formulation.GiveSupport{Proposal: p[0], Category: "ngo"}}); err != nil {
		t.Fatal(err)
	}
	counts := func() []formulation.Share {
		r := conversation.NewReading(w.st, conversation.Public, w.now)
		defer r.Close()
		return r.Formulation.Constituencies("k3", p[0])
	}
	before, head := counts(), w.st.Head
	for i := range 10_000 {
		ask := conversation.Ask{By: delegation.Participant(1000 + i), For: delegation.Party(50_000 + i), Assurance: consultation.Anonymous, Received: w.now,
			Command: formulation.GiveSupport{Proposal: p[0], Category: []string{"ngo", "person"}[i%2]}}
		if _, err := w.st.Decide(ask); keyOf(err) != "proposal.sign_in" {
			t.Fatalf("%d: %v", i, err)
		}
	}
	if after := counts(); !slices.Equal(before, after) || w.st.Head != head || len(w.st.Formulation.Supports(p[0])) != 1 {
		t.Errorf("%+v, was %+v", after, before)
	}
}

// TestRepeatingInACircle: of points that repeat one another, one stays that is answered otherwise: no way leads from each to the next
// and back.
func TestRepeatingInACircle(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	repeats := func(part, of cite.Ref) string {
		_, err := w.do(olga, formulation.LeaveOut{Of: []cite.Ref{part}, Outcome: "duplicate", Like: of, Reason: english("The same.")})
		if rs := refusal.Of(err); len(rs) > 0 {
			return rs[0].Field + " " + rs[0].Key
		}
		return ""
	}
	for _, c := range []struct {
		part, of cite.Ref
		want     string
	}{{p[0], p[1], ""}, {p[1], p[0], "of answer.circle"}, {p[1], p[2], ""}, {p[2], p[0], "of answer.circle"}, {p[2], p[1], "of answer.circle"}} {
		if got := repeats(c.part, c.of); got != c.want {
			t.Errorf("%s repeats %s: %q, want %q", c.part, c.of, got, c.want)
		}
	}
	w.must(olga, formulation.LeaveOut{Of: p[2:], Outcome: "noted", Reason: english("Once.")})
}

// TestDecided: what was decided on takes support while its call is open, and none afterwards; a word that the answer misses
// the point opens it again.
func TestDecided(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	w.must(olga, formulation.LeaveOut{Of: p[:2], Outcome: "noted", Reason: english("Later.")})
	supports := func(p cite.Ref) string {
		_, err := w.st.Decide(conversation.Ask{By: fen, For: fenland, Received: w.now, Command: formulation.GiveSupport{Proposal: p, Known: true}})
		if rs := refusal.Of(err); len(rs) > 0 {
			return rs[0].Key
		}
		return ""
	}
	if got := supports(p[0]); got != "" {
		t.Errorf("while the call is open: %s", got)
	}
	w.must(ann, reaction.React{Part: p[0], Verdict: consultation.Misses, Language: "en", Text: "Not later."})
	w.now = noon.Add(10 * time.Hour)
	for i, want := range []string{"", "proposal.decided", ""} {
		if got := supports(p[i]); got != want {
			t.Errorf("%s: %q, want %q", p[i], got, want)
		}
	}
}

// TestReadAgain: whoever decides on a proposal that its author corrected since is to read it again first.
func TestReadAgain(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	read := w.st.Head
	row, _ := w.st.Consultation.Row(p[0])
	w.must(ann, correction.Correct{Contribution: row.Ref, Parts: []correction.Part{{Part: 1, Wording: "What is a bridge?", Likeness: 3}}, Seen: 0})
	for name, c := range map[string]any{"words it": formulation.Word{Call: "k3", Of: p[:2], Wording: english("What?"), Read: read},
		"leaves it out": formulation.LeaveOut{Of: p[:1], Outcome: "noted", Reason: english("Later."), Read: read},
		"read nothing":  formulation.LeaveOut{Of: p[:1], Outcome: "noted", Reason: english("Later."), Read: 1}} {
		if _, err := w.do(olga, c); len(refusal.Of(err)) != 1 || refusal.Of(err)[0].Key != "contribution.changed" {
			t.Errorf("who %s: %v", name, err)
		}
	}
	w.must(olga, formulation.Word{Call: "k3", Of: p[1:2], Read: read}, formulation.Word{Call: "k3", Of: p[:1], Read: w.st.Head})
}

// TestWordedIsNotTakenUp: that a proposal was put into words settles nothing while no edition takes its question up.
func TestWordedIsNotTakenUp(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	w.must(olga, formulation.Word{Call: "k3", Of: p[:1], Reason: english("Asked well.")}, formulation.Word{Call: "k3", Of: p[1:2], Reason: english("Asked well.")},
		formulation.LeaveOut{Of: p[2:], Outcome: "noted", Reason: english("Later.")})
	edition := publishing("", "Q/1", paper.Element{Kind: paper.Issue, Number: "1", Text: english("Ferries"), Subjects: []string{"patents"}, Crosscutting: []string{"author"}},
		paper.Element{Kind: paper.Paragraph, Number: "1", Text: english("Nobody says.")}, paper.Element{Kind: paper.Question, Number: "(a)", Text: english("What?"), Cites: []cite.Ref{"q1"}})
	_, err := w.do(olga, edition)
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Key != "paper.undecided" {
		t.Errorf("%v", err)
	}
	edition.List = true
	facts, err := w.do(olga, edition)
	if err != nil || !slices.Equal(facts[0].Body.(paper.Published).Listed, p[1:2]) {
		t.Errorf("listed: %+v, %v", facts, err)
	}
}

// TestSupportOfWithdrawn: a call that was withdrawn takes no more support for what nobody decided on.
func TestSupportOfWithdrawn(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	w.must(olga, life.Withdraw{Call: "k3", Reason: "Not now."})
	_, err := w.ask(conversation.Ask{By: fen, For: fenland, Command: formulation.GiveSupport{Proposal: p[0], Known: true}})
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Key != "proposal.decided" {
		t.Errorf("%v", err)
	}
}

// TestTakenUp: an edition that takes questions up leaves no proposal of their call without a decision, or lists it; the answers
// to what a question is made of are linked to the element that takes it up, once.
func TestTakenUp(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	w.must(ann, send("k2", "p1.e1.x3")) // of another call: no proposal
	w.must(olga, formulation.Word{Call: "k3", Of: p[:2], Wording: english("What is a ferry?"), Reason: english("Asked twice.")})
	if d, _ := w.st.Consultation.Answer(p[1]); d == cite.None {
		t.Fatal("the authors were told nothing")
	}
	take := paper.Element{Kind: paper.Question, Number: "(a)", Text: english("What is a ferry?"), Cites: []cite.Ref{"q1"}}
	edition := publishing("", "Q/1", paper.Element{Kind: paper.Issue, Number: "1", Text: english("Ferries"), Subjects: []string{"patents"}, Crosscutting: []string{"author"}}, paper.Element{Kind: paper.Paragraph, Number: "1", Text: english("Nobody says.")}, take)
	if _, err := w.do(olga, edition); len(refusal.Of(err)) == 0 || refusal.Of(err)[0].Key != "paper.undecided" {
		t.Errorf("with an undecided proposal: %v", err)
	}
	edition.List = true
	facts, err := w.do(olga, edition)
	if err != nil {
		t.Fatal(err)
	}
	if f := facts[0].Body.(paper.Published); !slices.Equal(f.Listed, p[2:]) {
		t.Errorf("listed: %v, want %v", f.Listed, p[2:])
	}
	if link, ok := facts[len(facts)-1].Body.(consultation.PassageLinked); !ok || !slices.Equal(link.Changes, []cite.Ref{"p2.e1.x3"}) {
		t.Errorf("%+v", facts[len(facts)-1].Body)
	}
	// The next edition that still has it asks for nothing and links nothing.
	again := publishing("p2", "Q/2", w.next("p2")...)
	facts, err = w.do(olga, again)
	if err != nil || len(facts) != 1 {
		t.Errorf("the next edition: %d facts, %v", len(facts), err)
	}
	for _, c := range []any{formulation.Word{Question: "q1", Wording: english("Else?"), Seen: 1}, formulation.Dissolve{Question: "q1", Reason: "So.", Seen: 1}} {
		if _, err := w.do(olga, c); err == nil {
			t.Errorf("%T of a question that was taken up", c)
		}
	}
}

// TestDissolvedWaits: proposals whose authors were told that they are taken up wait again once the question is dissolved: no
// edition passes them over.
func TestDissolvedWaits(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	w.must(olga, formulation.Word{Call: "k3", Of: p[:2], Wording: english("What is a ferry?"), Reason: english("Asked twice.")},
		formulation.Word{Call: "k3", Of: p[2:], Wording: english("Whose ferry?"), Reason: english("Clearer.")})
	w.must(olga, formulation.Dissolve{Question: "q1", Reason: "So.", Seen: mustQuestion(t, w.st, "q1").Now().Position})
	take := paper.Element{Kind: paper.Question, Number: "(a)", Text: english("Whose ferry?"), Cites: []cite.Ref{"q2"}}
	edition := publishing("", "Q/1", paper.Element{Kind: paper.Issue, Number: "1", Text: english("Ferries"), Subjects: []string{"patents"}, Crosscutting: []string{"author"}}, paper.Element{Kind: paper.Paragraph, Number: "1", Text: english("Nobody says.")}, take)
	if _, err := w.do(olga, edition); len(refusal.Of(err)) == 0 || refusal.Of(err)[0].Key != "paper.undecided" {
		t.Errorf("with proposals of a dissolved question: %v", err)
	}
	edition.List = true
	facts, err := w.do(olga, edition)
	if err != nil {
		t.Fatal(err)
	}
	if f := facts[0].Body.(paper.Published); !slices.Equal(f.Listed, p[:2]) {
		t.Errorf("listed: %v, want %v", f.Listed, p[:2])
	}
}

// TestAnsweredTogether: proposals that have different answers are not answered by one wording.
func TestAnsweredTogether(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	w.must(olga, formulation.LeaveOut{Of: p[:1], Outcome: "noted", Reason: english("Later.")})
	word := formulation.Word{Call: "k3", Of: p[:2], Wording: english("What is a ferry?"), Reason: english("Asked twice.")}
	if _, err := w.do(olga, word); len(refusal.Of(err)) == 0 || refusal.Of(err)[0].Key != "formulation.answers" {
		t.Errorf("%v", err)
	}
	word.Reason = english("")
	w.must(olga, word)
	if w.st.Formulation.In(p[0]) != "q1" || w.st.Formulation.In(p[1]) != "q1" {
		t.Error("not put into words")
	}
	// Where two people are needed, nobody tells the authors alone.
	w.must(olga, formulation.Dissolve{Question: "q1", Reason: "So.", Seen: mustQuestion(t, w.st, "q1").Now().Position})
}

func mustQuestion(t *testing.T, st *conversation.State, r cite.Ref) *formulation.Question {
	t.Helper()
	q, ok := st.Formulation.Question(r)
	if !ok {
		t.Fatal(r, "is not there")
	}
	return q
}

// TestReadingProposals: where a proposal stands and who supports it is for those who may read it.
func TestReadingProposals(t *testing.T) {
	t.Parallel()
	w := seated(t)
	p := gathered(w)
	if _, err := w.ask(conversation.Ask{By: fen, For: fenland, Command: formulation.GiveSupport{Proposal: p[0], Known: true}}); err != nil {
		t.Fatal(err)
	}
	w.must(olga, formulation.Word{Call: "k3", Of: p[:1]})
	sees := func(a conversation.Audience) (in cite.Ref, supports int) {
		reading(w.st, a, w.now, func(r *conversation.Reading) {
			in, supports = r.Formulation.In(p[0]), len(r.Formulation.Supports(p[0]))
		})
		return in, supports
	}
	if in, n := sees(conversation.Public); in != "q1" || n != 1 {
		t.Errorf("published: %s, %d", in, n)
	}
	w.must(mo, consultation.Withhold{Contribution: p[0].Root(), Ground: "abuse", Reason: "So."})
	if in, n := sees(conversation.Public); in != cite.None || n != 0 {
		t.Errorf("withheld: %s, %d", in, n)
	}
	if in, n := sees(audiences["moderator"]); in != "q1" || n != 1 {
		t.Errorf("withheld, to a moderator: %s, %d", in, n)
	}
	reading(w.st, conversation.Public, w.now, func(r *conversation.Reading) {
		if s := r.Formulation.Constituencies("k3", p[0], p[1]); len(s) != 2 || s[0] != (formulation.Share{Category: "state", Support: 0, Of: 1}) || s[1].Support != 1 {
			t.Errorf("what was withheld is counted: %+v", s)
		}
	})
}

// nobodysOwn: what was heard of somebody whom no party sent is nobody's, and whoever entered it does nothing in their place.
func nobodysOwn(t *testing.T, b boating) {
	t.Helper()
	c := hearing(0)
	c.Speaker, c.Category = "A teacher, from the gallery", "ngo"
	facts, err := b.ask(conversation.Ask{By: olga, For: 901, Command: c})
	if err != nil {
		t.Fatal(err)
	}
	nobodys := facts[0].Body.(consultation.Received).Ref
	b.must(olga, answering(consultation.Noted, cite.Part(nobodys, 1)))
	r := conversation.NewReading(b.st.Snapshot(), conversation.Audience{As: []delegation.Participant{olga}}, b.now)
	if as, acts := r.Acts(nobodys); as != 0 || acts {
		t.Errorf("whoever entered it acts for it as %d", as)
	}
	r.Close()
	for _, command := range []any{consultation.Withdraw{Contribution: nobodys}, reaction.React{Part: cite.Part(nobodys, 1), Verdict: consultation.Satisfied, Language: "en"}} {
		if _, err := b.do(olga, command); refused(err) != "contribution.unknown" {
			t.Errorf("%T: %v", command, err)
		}
	}
}

// TestHeard: what was heard from the floor is a proposal of the party, with the entry that says so in the same act. It is read by those who
// may read the proposal, and is the party's own, not that of whoever entered it; once the party says that it was not said so, it is
// counted among those who propose it no more.
func TestHeard(t *testing.T) {
	t.Parallel()
	b := newBoating(t, accreditation.AsParty)
	proposal := cite.Part(b.heard, 1)
	if floor, ok := b.st.Formulation.Floor(proposal); !ok || floor.Party != boats.Ref() || !floor.Said.Equal(noon) || floor.By != string(olga.Ref()) {
		t.Fatalf("%+v", floor)
	}
	row, _ := b.st.Consultation.Row(b.heard)
	if row.For != string(boats.Ref()) || !row.Known || row.Assurance != consultation.Vouched {
		t.Errorf("%+v", row)
	}
	own := func(p delegation.Participant) bool {
		r := conversation.NewReading(b.st.Snapshot(), conversation.Audience{As: []delegation.Participant{p}}, b.now)
		defer r.Close()
		if r.Own(b.heard) { // nobody sent it
			t.Errorf("%d is said to have sent it", p)
		}
		_, acts := r.Acts(b.heard)
		return acts
	}
	for p, want := range map[delegation.Participant]bool{dan: true, ben: true, eve: true, ed: false, mina: false, olga: false} {
		if own(p) != want {
			t.Errorf("own of %d: %v", p, !want)
		}
	}
	nobodysOwn(t, b)
	if _, err := b.ask(conversation.Ask{By: mina, For: moor, Command: delegation.Align{Contribution: b.heard, Stand: delegation.Dissociated}}); err == nil {
		t.Error("another party says of what was heard whether it was said so")
	}
	supporting := func() (n int) {
		r := conversation.NewReading(b.st.Snapshot(), conversation.Public, b.now)
		defer r.Close()
		for _, s := range r.Formulation.Constituencies("k3", proposal) {
			n += s.Support
		}
		return n
	}
	if supporting() != 1 {
		t.Errorf("%d propose it", supporting())
	}
	if _, err := b.ask(conversation.Ask{By: ben, For: boats, Command: delegation.Align{Contribution: b.heard, Stand: delegation.Dissociated}}); err != nil {
		t.Fatal(err)
	}
	if supporting() != 0 {
		t.Errorf("%d propose it after the party said that it does not", supporting())
	}
	facts, err := b.ask(conversation.Ask{By: ben, Command: consultation.Withdraw{Contribution: b.heard}})
	if err != nil || facts[0].Body.(consultation.ContributionWithdrawn).By != string(ben.Ref()) {
		t.Fatalf("%+v %v", facts, err)
	}
	if b.replayed() != b.st.Digest() {
		t.Error("what is replayed is otherwise")
	}
	// What waits for a moderator is nobody's to read, and so is that it was heard of a party.
	b.must(olga, announcing(consultation.LateRefused, consultation.ModerateBefore), formulation.Gather{Call: "k4", Days: 1})
	waits := hearing(boats)
	waits.Call = "k4"
	facts, err = b.ask(conversation.Ask{By: olga, Command: waits})
	if err != nil {
		t.Fatal(err)
	}
	heard := facts[1].Body.(formulation.Heard)
	if b.st.MaySeeFact(conversation.Public, heard) || !b.st.MaySeeFact(conversation.Audience{Roles: delegation.RoleSet(0).With(delegation.Moderator)}, heard) {
		t.Error("who reads that it was heard is not who reads the proposal")
	}
	r := conversation.NewReading(b.st.Snapshot(), conversation.Public, b.now)
	defer r.Close()
	if _, ok := r.Formulation.Floor(heard.Proposal); ok {
		t.Error("everybody reads of whom something was heard that waits")
	}
	if _, err := b.ask(conversation.Ask{By: ben, Command: consultation.Withdraw{Contribution: heard.Proposal.Root()}}); keyOf(err) != "contribution.unknown" {
		t.Errorf("what they may not read is taken back: %v", err)
	}
}
