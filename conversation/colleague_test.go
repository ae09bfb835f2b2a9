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
)

// TestColleagueReads: what was sent for a party is read whole by those who speak for it, while they do; what waits of a correction, too. When it was taken
// back, and where somebody prepares only or speaks for another, they read what everybody reads; nobody's own becomes another's.
func TestColleagueReads(t *testing.T) {
	t.Parallel()
	b := newBoating(t, accreditation.AsParty)
	send := func(by delegation.Participant, known bool) cite.Ref {
		t.Helper()
		c := proposing("k1", "Whose is the ferry?")
		c.Known = known
		a := conversation.Ask{By: by, For: boats, Assurance: consultation.EmailProven, Command: c}
		facts, err := b.ask(a)
		if err != nil {
			t.Fatal(err)
		}
		return facts[0].Body.(consultation.Received).Ref
	}
	waits, own, back := send(dan, true), send(dan, false), send(dan, true)
	b.must(eve, consultation.Withdraw{Contribution: back})
	b.must(olga, delegation.Authorise{Participant: eve, Party: boats, Capacity: delegation.Alternate, Until: b.now.Add(time.Minute)})
	for _, c := range []struct {
		name        string
		as          delegation.Participant
		later       time.Duration
		waits, back conversation.Visibility
		acts        bool
	}{
		{"who sent it", dan, 0, conversation.Full, conversation.Full, true},
		{"the focal point", ben, 0, conversation.Full, conversation.Tombstone, true},
		{"an alternate", eve, 0, conversation.Full, conversation.Tombstone, true},
		{"the last instant", eve, time.Minute - 1, conversation.Full, conversation.Tombstone, true},
		{"a mandate that is over", eve, time.Minute, conversation.Nothing, conversation.Tombstone, false},
		{"an accreditation that is over", ben, 30 * time.Minute, conversation.Nothing, conversation.Tombstone, false},
		{"who sent it, when it is over", dan, 30 * time.Minute, conversation.Full, conversation.Full, false},
		{"a member", ed, 0, conversation.Nothing, conversation.Tombstone, false},
		{"another party", mina, 0, conversation.Nothing, conversation.Tombstone, false},
		{"somebody", ann, 0, conversation.Nothing, conversation.Tombstone, false},
	} {
		r := reading(b.st, conversation.Audience{As: []delegation.Participant{c.as}}, b.now.Add(c.later), func(r *conversation.Reading) {
			if got := r.MaySee(waits); got != c.waits {
				t.Errorf("%s: %d of what waits, want %d", c.name, got, c.waits)
			}
			if got := r.MaySee(back); got != c.back {
				t.Errorf("%s: %d of what was taken back, want %d", c.name, got, c.back)
			}
			if row, _ := r.Consultation.Row(back); c.back == conversation.Tombstone && row.By != "" {
				t.Errorf("%s reads who sent what was taken back", c.name)
			}
			as, acts := r.Acts(waits)
			if acts != c.acts || (as != 0) != (acts || c.as == dan) || as != 0 && as != c.as {
				t.Errorf("%s acts: %v, as %d", c.name, acts, as)
			}
			if as, acts := r.Acts(own); acts != (c.as == dan) || acts && as != dan {
				t.Errorf("%s acts for what is Dan's: %v, as %d", c.name, acts, as)
			}
			if got := r.MaySee(own); (got == conversation.Full) != (c.as == dan) {
				t.Errorf("%s: %d of what is Dan's", c.name, got)
			}
			rows, _ := r.Consultation.List(consultation.Filter{Party: string(boats.Ref()), Status: []consultation.Status{consultation.Pending}}, 9)
			if listed := slices.ContainsFunc(rows, func(row consultation.Contribution) bool { return row.Ref == waits }); listed != c.acts {
				t.Errorf("%s finds what waits by its party: %v", c.name, listed)
			}
		})
		if acts := c.acts && c.as != dan; acts != (c.later == 0 && (c.as == ben || c.as == eve) || c.later == time.Minute-1) || !slices.ContainsFunc(r.Refs(), func(x cite.Ref) bool { return x == conversation.AnyParty || x == conversation.Anything }) {
			t.Errorf("%s: the page does not rest on the roll: %v", c.name, r.Refs())
		}
		if c.as == eve && c.later < time.Minute && !r.Until().Equal(b.now.Add(time.Minute)) {
			t.Errorf("%s: it holds until %s", c.name, r.Until())
		}
	}
	if got := b.st.MaySee(conversation.Audience{As: []delegation.Participant{ben}}, waits); got != conversation.Nothing {
		t.Errorf("at no instant the focal point sees %d", got)
	}
	for _, c := range []any{consultation.Withdraw{Contribution: own}, correction.Correct{Contribution: own, Retitle: true, Title: "Theirs"}} {
		if _, err := b.st.Decide(conversation.Ask{By: ben, Received: b.now, Command: c}); keyOf(err) != "contribution.unknown" {
			t.Errorf("the focal point, %T of what Dan said for himself: %v", c, err)
		}
	}
	// A correction that waits is read by the party's own people, whoever made it; who did is on the record.
	b.must(mo, consultation.PublishContribution{Contribution: waits})
	facts, err := b.ask(conversation.Ask{By: eve, Command: correction.Correct{Contribution: waits, Parts: []correction.Part{{Part: 1, Text: "Ours.", Wording: "Whose?"}}}})
	if err != nil {
		t.Fatal(err)
	}
	f := facts[0].Body.(correction.Corrected)
	if f.By != string(eve.Ref()) || !f.Held {
		t.Errorf("%+v", f)
	}
	for who, want := range map[delegation.Participant]bool{dan: true, ben: true, eve: true, ed: false, mina: false, ann: false, olga: true} {
		reading(b.st, conversation.Audience{As: []delegation.Participant{who}, Roles: b.st.Roll.Roles(who)}, b.now, func(r *conversation.Reading) {
			if got := len(r.Consultation.Corrections(waits)) == 1 && r.MaySeeFact(&f); got != want {
				t.Errorf("%d reads the correction that waits: %v", who, got)
			}
		})
	}
	if by := b.st.Consultation.Corrections(waits)[0].By; by != string(eve.Ref()) {
		t.Errorf("corrected by %s", by)
	}
}
