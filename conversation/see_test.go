package conversation_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/consultation/reaction"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/refusal"
)

// seen is a conversation with a contribution in each status: c1 waits, c2 is published with a black passage, c3
// withheld, c4 withdrawn, c5 erased. Participant 11 sent them; 1 moderates, 2 is an officer and no moderator.
func seen(t *testing.T) *conversation.State {
	t.Helper()
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	facts := []cite.Fact{
		&conversation.Convened{Slug: "ferries", Title: en("Ferries"), Languages: []locale.Lang{locale.English}, Zone: "UTC", Officer: 2, At: now},
		&delegation.Granted{Participant: 1, Role: "moderator"},
		&delegation.Revoked{Participant: 2, Role: "moderator"},
		&paper.Published{Ref: "p1.e1", Symbol: "F/1", Title: en("Paper"), Elements: []paper.Element{{Ref: cite.Element("p1", 1), Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}, Counter: 1, At: now},
		&consultation.CallAnnounced{Ref: "k1", Title: en("Call"), Paper: "p1", Edition: "p1.e1", Opens: now, Closes: now.Add(time.Hour), At: now},
		&life.Opened{Call: "k1", At: now},
	}
	for n := 1; n <= 5; n++ {
		facts = append(facts, &consultation.Received{Ref: cite.Contribution(n), Call: "k1", By: string(delegation.Participant(11).Ref()), For: "y11", Assurance: consultation.Anonymous, Received: now, Category: "individual",
			Parts: []consultation.ReceivedPart{{On: "p1.e1.x1", Language: "en", Bytes: 3}}, Files: []consultation.ReceivedFile{{ID: "f", Type: "text/plain", Size: 1}}})
	}
	facts = append(facts,
		&consultation.ContributionPublished{Contribution: "c2", At: now},
		&consultation.PassageRedacted{Part: cite.Part("c2", 1) + cite.Ref(cite.Span{From: 0, To: 1}.String()), At: now},
		&consultation.ContributionWithheld{Contribution: "c3", Ground: consultation.Grounds[0], At: now},
		&consultation.ContributionWithdrawn{Contribution: "c4", At: now},
		&conversation.Erased{Position: 11, Contribution: "c5", At: now})
	st := conversation.NewState()
	for i, f := range facts {
		if err := st.Apply(cite.Entry{Position: cite.Position(i + 1), Time: now}, f); err != nil {
			t.Fatalf("%T: %v", f, err)
		}
	}
	return st
}

// TestWhatIsSeen is the rule of reading as a table: what everybody, its author, a moderator and an officer see.
func TestWhatIsSeen(t *testing.T) {
	t.Parallel()
	st := seen(t)
	roles := func(p delegation.Participant) conversation.Audience {
		return conversation.Audience{Roles: st.Roll.Roles(p), As: []delegation.Participant{p}}
	}
	author := roles(11)
	other := roles(12)
	moderator, officer := roles(1), roles(2)
	const nothing, tombstone, redacted, full = conversation.Nothing, conversation.Tombstone, conversation.Redacted, conversation.Full
	for _, c := range []struct {
		ref                      cite.Ref
		everybody, author, staff conversation.Visibility
	}{
		{"c1", nothing, full, full}, {"c1.1", nothing, full, full}, {"c1.f1", nothing, full, full},
		{"c2", redacted, full, redacted}, {"c2.1", redacted, full, redacted}, {"c2.f1", redacted, full, redacted},
		{"c3", tombstone, full, full}, {"c4", tombstone, full, full}, {"c5", tombstone, tombstone, tombstone},
		{"c6", nothing, nothing, nothing}, {"c2.2", nothing, nothing, nothing}, {"c2.f2", nothing, nothing, nothing},
		{"p1", full, full, full}, {"p1.e1", full, full, full}, {"p1.e1.x1", full, full, full}, {"k1", full, full, full},
		{"p2", nothing, nothing, nothing}, {"p1.e2", nothing, nothing, nothing}, {"p1.e1.x2", nothing, nothing, nothing},
		{"k2", nothing, nothing, nothing}, {"d1", nothing, nothing, nothing}, {"u11", nothing, nothing, nothing}, {"", nothing, nothing, nothing},
	} {
		for name, one := range map[string]struct {
			a    conversation.Audience
			want conversation.Visibility
		}{"everybody": {conversation.Public, c.everybody}, "somebody else": {other, c.everybody}, "its author": {author, c.author}, "a moderator": {moderator, c.staff}, "an officer": {officer, c.staff}} {
			if got := st.MaySee(one.a, c.ref); got != one.want {
				t.Errorf("%s to %s: %d, want %d", c.ref, name, got, one.want)
			}
		}
	}
	for _, c := range []struct {
		fact              cite.Fact
		everybody, author bool
	}{
		{&consultation.Received{Ref: "c1"}, false, true}, {&consultation.Received{Ref: "c2"}, false, true}, {&consultation.Received{Ref: "c3"}, false, true},
		{&reaction.Reacted{Part: "c2.1"}, true, true}, {&reaction.Reacted{Part: "c4.1"}, false, true}, {&reaction.Reacted{Part: "c1.1"}, false, true},
		{&consultation.PassageRedacted{Part: cite.Part("c2", 1) + cite.Ref(cite.Span{From: 0, To: 1}.String())}, false, false}, {&consultation.CallAnnounced{Ref: "k1"}, true, true},
	} {
		for name, one := range map[string]struct {
			a    conversation.Audience
			want bool
		}{"everybody": {conversation.Public, c.everybody}, "its author": {author, c.author}, "a moderator": {moderator, true}, "an officer": {officer, true}} {
			if got := st.MaySeeFact(one.a, c.fact); got != one.want {
				t.Errorf("the data of %T to %s: %v", c.fact, name, got)
			}
		}
	}
}

// TestJointIsReadWhileItWaits: a contribution that several parties submitted is read, while it waits for a moderator, by whoever may
// authorise for one of them now, as its sender reads it. Whatever else it is, they read what everybody does.
func TestJointIsReadWhileItWaits(t *testing.T) {
	t.Parallel()
	const boreas, isles, corin, dara, lead = delegation.Party(21), delegation.Party(22), delegation.Party(23), delegation.Party(24), delegation.Party(25)
	st := seen(t)
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	facts := []cite.Fact{}
	for _, p := range []delegation.Party{boreas, isles, corin, dara, lead} {
		facts = append(facts, &delegation.Entered{Party: p, Category: "member_state"})
	}
	facts = append(facts, &delegation.Composed{Group: isles, Members: []delegation.Party{corin}, At: now})
	for who, a := range map[delegation.Participant]delegation.Authorised{
		31: {Party: boreas, Capacity: delegation.Head}, 32: {Party: boreas, Until: now.Add(time.Hour)}, 33: {Party: boreas, Until: now}, 34: {Party: boreas, Capacity: delegation.Member},
		35: {Party: corin}, 36: {Party: dara}, 37: {Party: lead}, 38: {Party: boreas},
	} {
		a.Participant = who
		facts = append(facts, &a)
	}
	facts = append(facts, &delegation.Unauthorised{Participant: 38, Party: boreas})
	for n := 1; n <= 5; n++ {
		c := cite.Contribution(n)
		facts = append(facts, &delegation.Joined{Contribution: c, Party: boreas, Category: "member_state", By: 31, At: now},
			&delegation.Joined{Contribution: c, Party: isles, Through: corin, Category: "member_state", By: 35, At: now},
			&delegation.Joined{Contribution: c, Party: dara, Category: "member_state", By: 36, At: now},
			&delegation.Stood{Contribution: c, Party: dara, Stand: delegation.Dissociated, At: now})
	}
	for _, f := range facts {
		if err := st.Apply(cite.Entry{Position: st.Head + 1, Time: now}, f); err != nil {
			t.Fatalf("%T: %v", f, err)
		}
	}
	reads := map[delegation.Participant]bool{11: true, 31: true, 32: true, 35: true} // its sender, and those who may authorise
	for who := delegation.Participant(30); who < 40; who++ {
		for ref, want := range map[cite.Ref]conversation.Visibility{"c1": conversation.Nothing, "c1.1": conversation.Nothing, "c1.f1": conversation.Nothing,
			"c2": conversation.Redacted, "c3": conversation.Tombstone, "c4": conversation.Tombstone, "c5": conversation.Tombstone, "c1.2": conversation.Nothing} {
			if reads[who] && ref.Root() == "c1" && ref != "c1.2" {
				want = conversation.Full
			}
			a := conversation.Audience{As: []delegation.Participant{12, who}}
			r := conversation.NewReading(st, a, now)
			if got := r.MaySee(ref); got != want {
				t.Errorf("%s to %d: %d, want %d", ref, who, got, want)
			}
			if joint := r.Roll.JointlyBy(ref); (len(joint) > 0) != (want >= conversation.Redacted) {
				t.Errorf("%s to %d: %d parties", ref, who, len(joint))
			}
			if who == 32 && ref == "c1" && !r.Until().Equal(now.Add(time.Hour)) {
				t.Error("it reads otherwise from then on, and is not said to:", r.Until())
			}
			r.Close()
			if got := st.MaySee(a, ref); ref.Root() == "c1" && got != conversation.Nothing {
				t.Errorf("%s to %d at no instant: %d", ref, who, got)
			}
		}
	}
	for _, other := range []conversation.Audience{conversation.Public, {As: []delegation.Participant{0}}} {
		r := conversation.NewReading(st, other, now)
		if got := r.MaySee("c1"); got != conversation.Nothing {
			t.Errorf("c1 to %v: %d", other, got)
		}
		r.Close()
	}
}

// TestWhoMayAsk asks for each command as each kind of person: whoever has no standing learns nothing else.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	st := seen(t)
	who := map[string]conversation.Ask{"nobody": {}, "somebody": {By: 11}, "a moderator": {By: 1}, "an officer": {By: 2}, "the house": {System: true}}
	may := map[conversation.Standing][]string{
		conversation.Timekeeper:  {"the house"},
		conversation.Anybody:     {"somebody", "a moderator", "an officer"},
		conversation.Moderators:  {"a moderator"},
		conversation.Translators: {"an officer", "the house"},
		conversation.Rapporteurs: {"an officer", "the house"},
		conversation.Chairs:      {"an officer", "the house"},
		conversation.Technicians: {"an officer", "the house"},
		conversation.Booths:      {"an officer", "the house"},
		conversation.Officers:    {"an officer", "the house"},
		conversation.Staff:       {"a moderator", "an officer", "the house"},
		conversation.Founders:    {"nobody", "somebody", "a moderator", "an officer", "the house"},
	}
	for _, c := range conversation.Commands() {
		allowed := map[string]bool{}
		for _, name := range may[c.Standing] {
			allowed[name] = c.Name != "consultation.require-two" || name != "a moderator" // who only answers what was proposed
		}
		for name, ask := range who {
			ask.Received = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
			ask.Command = reflect.New(c.Type).Elem().Interface()
			_, err := st.Decide(ask)
			rs := refusal.Of(err)
			without := len(rs) == 1 && rs[0].Key == "standing.missing"
			if without == allowed[name] {
				t.Errorf("%s by %s: %v", c.Name, name, err)
			}
		}
	}
}

// TestShow: a reading shows the words that were granted, black where they are redacted, and no others.
func TestShow(t *testing.T) {
	t.Parallel()
	st := seen(t)
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	words := map[cite.Position]cite.Words{}
	for n := cite.Position(7); n <= 11; n++ { // of c1 to c5
		words[n] = cite.Words{"1.text": "abc"}
	}
	for name, c := range map[string]struct {
		a    conversation.Audience
		want map[cite.Position]string
	}{
		"everybody":    {conversation.Public, map[cite.Position]string{8: "█████bc"}},
		"its author":   {conversation.Audience{As: []delegation.Participant{11}}, map[cite.Position]string{7: "abc", 8: "abc", 9: "abc", 10: "abc"}},
		"a moderator":  {conversation.Audience{Roles: st.Roll.Roles(1)}, map[cite.Position]string{7: "abc", 8: "█████bc", 9: "abc", 10: "abc"}},
		"one who asks": {conversation.Audience{Roles: st.Roll.Roles(1), Unredacted: true}, map[cite.Position]string{7: "abc", 8: "abc", 9: "abc", 10: "abc"}},
	} {
		r := conversation.NewReading(st, c.a, now)
		for n := 1; n <= 5; n++ {
			_, _ = r.Consultation.Row(cite.Contribution(n))
			_, may := c.want[cite.Position(6+n)]
			if part := r.Consultation.Part(cite.Contribution(n), 1); (part.On != cite.None) != may {
				t.Errorf("part 1 of contribution %d to %s: %+v", n, name, part)
			}
		}
		r.Close()
		got := map[cite.Position]string{}
		for p, w := range r.Show(words) {
			got[p] = w["1.text"]
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s reads %v, want %v", name, got, c.want)
		}
	}
	if words[8]["1.text"] != "abc" {
		t.Error("the words themselves were blacked out")
	}
}
