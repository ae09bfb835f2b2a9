package conversation_test

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/correction"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
)

// The persons and parties of a group.
const (
	dan  delegation.Participant = 60 // in Fenland's delegation, in the capacity that a row says
	mina delegation.Participant = 61 // speaks for Moor

	moor  delegation.Party = 120
	isles delegation.Party = 121 // the group of Fenland and Moor
)

// delegated is a world in which Dan submitted c1 for Fenland while he might, and Mina c3 for the isles, declared by Moor; a call gathers
// questions. Dan's mandate is then what a row says.
func delegated(t *testing.T, capacity delegation.Capacity, until time.Time, revoked bool) (w *world, own, groups, proposal cite.Ref) {
	t.Helper()
	w = seated(t)
	p := gathered(w)
	w.must(olga, delegation.EnterParty{Party: moor, Category: "state", Name: "Moor"}, delegation.EnterParty{Party: isles, Category: "state", Name: "Isles"},
		delegation.Authorise{Participant: dan, Party: fenland}, delegation.Authorise{Participant: mina, Party: moor},
		delegation.Compose{Group: isles, Members: []delegation.Party{fenland, moor}})
	submit := func(a conversation.Ask) cite.Ref {
		t.Helper()
		c := proposing("k3", "Whose is the ferry?")
		c.Known = true
		a.Assurance, a.Command = consultation.EmailProven, c
		facts, err := w.ask(a)
		if err != nil {
			t.Fatal(err)
		}
		return facts[0].Body.(consultation.Received).Ref
	}
	own = submit(conversation.Ask{By: dan, For: fenland})
	groups = submit(conversation.Ask{By: mina, For: isles, Through: moor})
	if revoked {
		w.must(olga, delegation.Unauthorise{Participant: dan, Party: fenland})
	} else if capacity != "" || !until.IsZero() {
		w.must(olga, delegation.Authorise{Participant: dan, Party: fenland, Capacity: capacity, Until: until})
	}
	return w, own, groups, p[0]
}

// TestAuthorityMatrix: every capacity, with mandates that have ended in the middle of the work, by every act in the name of a
// party. A cell is the key of the refusal.
func TestAuthorityMatrix(t *testing.T) {
	t.Parallel()
	const (
		over   = "party.mandate_over"
		member = "party.member"
		none   = "party.not_authorised"
		group  = "group.not_declared"
	)
	for name, row := range map[string]struct {
		capacity delegation.Capacity
		until    time.Duration // after now; 0 for no end
		later    time.Duration // when is asked
		revoked  bool
		want     [8]string
	}{
		"none in particular": {},
		"head":               {capacity: delegation.Head},
		"alternate":          {capacity: delegation.Alternate},
		"focal point":        {capacity: delegation.FocalPoint},
		"member":             {capacity: delegation.Member, want: [8]string{member, member, member, member, none, none, none, group}},
		"the last instant":   {capacity: delegation.Head, until: time.Minute, later: time.Minute - 1},
		"ended":              {capacity: delegation.Head, until: time.Minute, later: time.Minute, want: [8]string{over, over, over, over, none, none, none, group}},
		"ended, none":        {until: time.Minute, later: time.Minute, want: [8]string{over, over, over, over, none, none, none, group}},
		"revoked":            {revoked: true, want: [8]string{none, none, none, none, none, none, none, group}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, own, groups, proposal := delegated(t, row.capacity, map[bool]time.Time{true: noon.Add(time.Hour + row.until)}[row.until > 0], row.revoked)
			w.must(olga, answering(consultation.Noted, cite.Part(own, 1)))
			text := correction.Correct{Contribution: own, Parts: []correction.Part{{Part: 1, Text: "It is ours.", Wording: "Whose?"}}}
			known := proposing("k3", "Where is the ferry?")
			known.Known = true
			for i, c := range []conversation.Ask{
				{For: fenland, Command: known},
				{For: fenland, Command: formulation.GiveSupport{Proposal: proposal, Known: true}},
				{For: fenland, Command: formulation.TakeBackSupport{Proposal: proposal, Known: true}},
				{For: fenland, Command: delegation.Align{Contribution: groups, Stand: delegation.Aligned}},
				{Command: text},
				{Command: reaction.React{Part: cite.Part(own, 1), Verdict: "satisfied", Language: "en"}},
				{Command: consultation.Withdraw{Contribution: own}},
				{For: isles, Through: fenland, Command: known},
			} {
				c.By, c.Assurance, c.Received = dan, consultation.EmailProven, w.now.Add(row.later)
				_, err := w.st.Decide(c)
				got := keyOf(err)
				if got == "proposal.unsupported" { // the rule of the noun came to it
					got = ""
				}
				if got != row.want[i] {
					t.Errorf("%T: %q, want %q", c.Command, got, row.want[i])
				}
			}
		})
	}
}

// TestForGroup: a group speaks through those who speak for a member, which is marked in the same act; it supports nothing; the
// members stand by it or not, in public; who may not read it sees nothing of that.
func TestForGroup(t *testing.T) {
	t.Parallel()
	w, _, groups, proposal := delegated(t, "", time.Time{}, false)
	ask := func(a conversation.Ask) string {
		t.Helper()
		a.Assurance = consultation.EmailProven
		_, err := w.ask(a)
		return keyOf(err)
	}
	known := proposing("k3", "Who pays?")
	known.Known = true
	for i, c := range []struct {
		a    conversation.Ask
		want string
	}{
		{conversation.Ask{By: dan, For: isles, Command: known}, "group.not_declared"},
		{conversation.Ask{By: dan, For: isles, Through: moor, Command: known}, "group.not_declared"},
		{conversation.Ask{By: dan, For: isles, Through: isles, Command: known}, "group.not_declared"},
		{conversation.Ask{By: ben, For: isles, Through: moor, Command: known}, "group.not_declared"},
		{conversation.Ask{By: dan, For: isles, Through: fenland, Command: formulation.GiveSupport{Proposal: proposal, Known: true}}, "group.support"},
		{conversation.Ask{By: mina, For: moor, Command: delegation.Align{Contribution: groups, Stand: delegation.Aligned}}, "group.declared"},
		{conversation.Ask{By: mina, For: isles, Command: delegation.Align{Contribution: groups, Stand: delegation.Aligned}}, "group.not_member"},
		{conversation.Ask{By: dan, For: fenland, Command: delegation.Align{Contribution: cite.Part(groups, 1), Stand: delegation.Aligned}}, "contribution.unknown"},
		{conversation.Ask{By: dan, For: fenland, Command: delegation.Align{Contribution: groups, Stand: delegation.Dissociated}}, ""},
	} {
		if got := ask(c.a); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	if d, ok := w.st.Roll.DeclaredFor(groups); !ok || d.Group != isles || d.Member != moor {
		t.Errorf("declared: %+v, %v", d, ok)
	}
	seen := func(a conversation.Audience) (n int, ok bool) {
		r := conversation.NewReading(w.st, a, w.now)
		defer r.Close()
		_, stands, ok := r.Roll.Declared(groups)
		return len(stands), ok
	}
	if n, ok := seen(conversation.Public); n != 1 || !ok {
		t.Errorf("everybody sees %d, %v", n, ok)
	}
	// Whoever declared for a member that they speak for no more does nothing more in the name of the group.
	w.must(olga, delegation.Unauthorise{Participant: mina, Party: moor})
	if got := ask(conversation.Ask{By: mina, Command: consultation.Withdraw{Contribution: groups}}); got != "party.not_authorised" {
		t.Errorf("she withdraws: %q", got)
	}
	w.must(olga, consultation.Withhold{Contribution: groups, Ground: "abuse", Reason: "It is."})
	if n, ok := seen(conversation.Public); n != 0 || ok {
		t.Errorf("withheld, everybody sees %d, %v", n, ok)
	}
	if got := ask(conversation.Ask{By: dan, For: fenland, Command: delegation.Align{Contribution: groups, Stand: delegation.Aligned}}); got != "contribution.unknown" {
		t.Errorf("on what is withheld: %q", got)
	}
	if w.replayed() != w.st.Digest() {
		t.Error("the replay is another")
	}
}

// TestMandatesRead: what is read of a mandate is read anew when it ends.
func TestMandatesRead(t *testing.T) {
	t.Parallel()
	end := noon.Add(3 * time.Hour)
	w, _, _, _ := delegated(t, delegation.FocalPoint, end, false)
	for _, c := range []struct {
		at      time.Time
		speaks  int
		manages bool
		until   time.Time
	}{{noon, 1, true, end}, {end, 0, false, time.Time{}}} {
		r := conversation.NewReading(w.st, conversation.Public, c.at)
		if n, m := len(r.Roll.SpeaksFor(dan)), r.Roll.Manages(dan, fenland); n != c.speaks || m != c.manages || !r.Until().Equal(c.until) {
			t.Errorf("at %s: speaks for %d, manages %v, until %s", c.at, n, m, r.Until())
		}
		r.Close()
	}
}

// submittedTogether is a world in which Fenland leads c1, submitted by Dan, with Moor; it is published.
func submittedTogether(t *testing.T) (w *world, ref cite.Ref, submit func(by delegation.Participant, lead delegation.Party, with ...delegation.Joining) (cite.Ref, string)) {
	t.Helper()
	w, _, _, _ = delegated(t, "", time.Time{}, false)
	submit = func(by delegation.Participant, lead delegation.Party, with ...delegation.Joining) (cite.Ref, string) {
		t.Helper()
		c := proposing("k3", "Who repairs the ferry?")
		c.Known = true
		facts, err := w.ask(conversation.Ask{By: by, For: lead, With: with, Assurance: consultation.EmailProven, Command: c})
		if err != nil {
			return cite.None, keyOf(err)
		}
		return facts[0].Body.(consultation.Received).Ref, ""
	}
	ref, no := submit(dan, fenland, delegation.Joining{Party: moor, By: mina})
	if no != "" {
		t.Fatal(no)
	}
	return w, ref, submit
}

// TestJointMatrix: nobody is named for a party by whom it has not authorised at the instant of the submission, in every capacity,
// with mandates that end; nobody leads for whom they do not speak; no party is named twice, nor with itself.
func TestJointMatrix(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		capacity delegation.Capacity
		until    time.Duration // after the ask; 0 for no end
		by       delegation.Participant
		with     []delegation.Joining // with none, Moor by Dan
		want     string
	}{
		"none in particular": {},
		"head":               {capacity: delegation.Head},
		"alternate":          {capacity: delegation.Alternate},
		"focal point":        {capacity: delegation.FocalPoint},
		"member":             {capacity: delegation.Member, want: "party.member"},
		"the last instant":   {until: 1},
		"ended":              {until: -1, want: "party.mandate_over"},
		"nobody":             {with: []delegation.Joining{{Party: moor}}, want: "party.not_authorised"},
		"another":            {with: []delegation.Joining{{Party: moor, By: ben}}, want: "party.not_authorised"},
		"of the lead":        {with: []delegation.Joining{{Party: moor, By: mina}, {Party: isles, Through: fenland, By: mina}}, want: "group.not_declared"},
		"a group itself":     {with: []delegation.Joining{{Party: isles, By: dan}}, want: "group.not_declared"},
		"a group":            {with: []delegation.Joining{{Party: isles, Through: moor, By: mina}}},
		"itself":             {with: []delegation.Joining{{Party: fenland, By: dan}}, want: "joint.itself"},
		"twice":              {with: []delegation.Joining{{Party: moor, By: mina}, {Party: moor, By: mina}}, want: "joint.twice"},
		"unknown":            {with: []delegation.Joining{{Party: 999, By: mina}}, want: "party.not_authorised"},
		"who does not lead":  {by: ben, with: []delegation.Joining{{Party: moor, By: mina}}, want: "party.not_authorised"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _, submit := submittedTogether(t)
			if row.with == nil {
				until := time.Time{}
				if row.until != 0 {
					until = w.now.Add(time.Minute)
				}
				w.must(olga, delegation.Authorise{Participant: dan, Party: moor, Capacity: row.capacity, Until: until})
				if row.until != 0 {
					w.now = until.Add(-row.until)
				}
				row.with = []delegation.Joining{{Party: moor, By: dan}}
			}
			by := row.by
			if by == 0 {
				by = dan
			}
			if _, got := submit(by, fenland, row.with...); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// TestJoint: what several submit is one contribution, and each party is counted where parties are and found by it, until it
// dissociates itself; its words are put right by none alone; none supports what it proposes with others.
func TestJoint(t *testing.T) {
	t.Parallel()
	w, ref, submit := submittedTogether(t)
	withhold := func(c cite.Ref) {
		w.must(olga, consultation.Withhold{Contribution: c, Ground: "off_topic", Reason: "Not now."})
	}
	withhold(ref)
	was := w.st.Consultation.Counts()
	w.must(olga, consultation.PublishContribution{Contribution: ref})
	now := w.st.Consultation.Counts()
	if now.Submissions != was.Submissions+1 || now.Parties != was.Parties+1 {
		t.Errorf("%+v, before %+v", now, was)
	}
	list := func(p delegation.Party) int {
		_, n := w.st.Consultation.List(consultation.Filter{Party: string(p.Ref())}, 10)
		return n
	}
	if list(moor) != 1 || list(fenland) != 2 || list(isles) != 1 {
		t.Error(list(moor), list(fenland), list(isles))
	}
	if of := w.st.Consultation.CountsOf([]cite.Ref{cite.Part(ref, 1)}); of.Submissions != 1 || of.Parties != 2 {
		t.Errorf("%+v", of)
	}
	ask := func(by delegation.Participant, party delegation.Party, command any) string {
		t.Helper()
		_, err := w.ask(conversation.Ask{By: by, For: party, Assurance: consultation.EmailProven, Command: command})
		return keyOf(err)
	}
	stand := func(s string) delegation.Align { return delegation.Align{Contribution: ref, Stand: s} }
	for i, c := range []struct {
		by      delegation.Participant
		party   delegation.Party
		command any
		want    string
	}{
		{mina, moor, formulation.GiveSupport{Proposal: cite.Part(ref, 1), Known: true}, "proposal.own"},
		{dan, fenland, formulation.GiveSupport{Proposal: cite.Part(ref, 1), Known: true}, "proposal.own"},
		{dan, fenland, correction.Correct{Contribution: ref, Parts: []correction.Part{{Part: 1, Text: "It is ours.", Wording: "Whose?"}}}, "joint.correct"},
		{mina, moor, stand(delegation.Aligned), "group.stands"},
		{dan, fenland, stand(delegation.Dissociated), "joint.not_party"},
		{ben, moor, stand(delegation.Dissociated), "party.not_authorised"},
		{mina, moor, stand(delegation.Dissociated), ""},
		{mina, moor, stand(delegation.Dissociated), "group.stands"},
	} {
		if got := ask(c.by, c.party, c.command); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	if got := w.st.Consultation.Counts(); got.Parties != was.Parties || list(moor) != 0 {
		t.Errorf("who dissociated itself is counted: %+v", got)
	}
	if got := ask(mina, moor, stand(delegation.Aligned)); got != "" || list(moor) != 1 || w.st.Consultation.Counts() != now {
		t.Error(got, list(moor), w.st.Consultation.Counts())
	}
	// Who may not read it learns of nobody; what is withheld is no one's to stand by.
	hidden, no := submit(dan, fenland, delegation.Joining{Party: isles, Through: moor, By: mina})
	if no != "" {
		t.Fatal(no)
	}
	withhold(hidden)
	public := conversation.NewReading(w.st, conversation.Public, w.now)
	if got := public.Roll.JointlyBy(hidden); len(got) > 0 {
		t.Error("the public learns who submitted what is withheld:", got)
	}
	if got := public.Roll.JointlyBy(ref); len(got) != 1 || got[0].Party != moor {
		t.Error(got)
	}
	if got := ask(mina, moor, delegation.Align{Contribution: hidden, Stand: delegation.Aligned}); got != "contribution.unknown" {
		t.Error(got)
	}
	w.must(olga, consultation.PublishContribution{Contribution: hidden})
	if got := ask(mina, moor, delegation.Align{Contribution: hidden, Stand: delegation.Dissociated}); got != "group.declared" {
		t.Error("who declared for the group does not stand by it:", got)
	}
	if list(isles) != 2 {
		t.Error(list(isles))
	}
	w.must(dan, consultation.Withdraw{Contribution: ref})
	if got := w.st.Consultation.Counts(); got.Parties > now.Parties || list(moor) != 0 {
		t.Error("what was withdrawn is counted:", got)
	}
	if got := w.replayed(); got != w.st.Digest() {
		t.Error("the record folded again is another state")
	}
}
