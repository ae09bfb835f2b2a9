package conversation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/chain"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/formulation"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/reply"
)

// opening opens a round of replies to the second call, at once and for ten hours.
func (w *world) opening(who string) reply.Open {
	return reply.Open{Of: "k2", Who: who, Title: english("Replies"), Closes: w.now.Add(10 * time.Hour), Zone: "UTC", Moderation: consultation.ModerateAfter}
}

// rounded has published points of Ann, c1, and of Fenland, c2, at the second call, which has closed, and a round of replies to it, k3.
func rounded(t tester, who string) *world {
	t.Helper()
	w := seated(t)
	w.must(ann, send("k2", "p1.e1.x3"))
	state := send("k2", "p1.e1.x2")
	state.Known, state.Name = true, ""
	if _, err := w.ask(conversation.Ask{By: fen, For: fenland, Assurance: consultation.EmailProven, Command: state}); err != nil {
		t.Fatal(err)
	}
	w.now = noon.Add(20 * time.Hour)
	w.must(olga, w.opening(who))
	w.now = w.now.Add(time.Hour)
	return w
}

func keyOf(err error) string {
	if rs := refusal.Of(err); len(rs) > 0 {
		return rs[0].Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// TestWhoReplies: in a cell for each capacity, standing and round, who may reply to what.
func TestWhoReplies(t *testing.T) {
	t.Parallel()
	mandate := func(w *world) { w.must(olga, delegation.Unauthorise{Participant: fen, Party: fenland}) }
	for name, c := range map[string]struct {
		round     string
		by        delegation.Participant
		party     delegation.Party
		known     bool
		assurance string
		on        cite.Ref
		first     func(*world)
		want      string
	}{
		"who took part":                     {reply.TookPart, ann, delegation.Party(ann) + 20, false, consultation.EmailProven, "c2.1", nil, ""},
		"for a party that took part":        {reply.TookPart, fen, fenland, true, consultation.EmailProven, "c1.1", nil, ""},
		"for themselves, not for the party": {reply.TookPart, fen, delegation.Party(fen) + 20, false, consultation.EmailProven, "c1.1", nil, "reply.took_part"},
		"who took no part":                  {reply.TookPart, ben, delegation.Party(ben) + 20, false, consultation.EmailProven, "c1.1", nil, "reply.took_part"},
		"who took no part, where all may":   {reply.All, ben, delegation.Party(ben) + 20, false, consultation.EmailProven, "c1.1", nil, ""},
		"without a proven address":          {reply.All, ben, delegation.Party(ben) + 20, false, consultation.Anonymous, "c1.1", nil, "reply.sign_in"},
		"for a party of another":            {reply.All, ben, fenland, true, consultation.EmailProven, "c1.1", nil, "party.not_authorised"},
		"when the mandate ended":            {reply.All, fen, fenland, true, consultation.EmailProven, "c1.1", mandate, "party.not_authorised"},
		"to one's own":                      {reply.All, ann, delegation.Party(ann) + 20, false, consultation.EmailProven, "c1.1", nil, "reply.own"},
		"to one's own, for the party":       {reply.All, fen, fenland, true, consultation.EmailProven, "c2.1", nil, "reply.own"},
		"to one's own, for another party":   {reply.All, ann, fenland, true, consultation.EmailProven, "c1.1", func(w *world) { w.must(olga, delegation.Authorise{Participant: ann, Party: fenland}) }, ""},
		"to what was withheld": {reply.All, ben, 40, false, consultation.EmailProven, "c1.1", func(w *world) {
			w.must(mo, consultation.Withhold{Contribution: "c1", Ground: "abuse", Reason: "Rude."})
		}, "reply.unpublished"},
		"to what was withdrawn":          {reply.All, ben, 40, false, consultation.EmailProven, "c1.1", func(w *world) { w.must(ann, consultation.Withdraw{Contribution: "c1"}) }, "reply.unpublished"},
		"to what was erased":             {reply.All, ben, 40, false, consultation.EmailProven, "c1.1", func(w *world) { w.must(olga, conversation.Erase{Contribution: "c1", Ground: "at_request"}) }, "reply.unpublished"},
		"to what is blacked out in part": {reply.All, ben, 40, false, consultation.EmailProven, "c1.1", func(w *world) { w.must(mo, consultation.Redact{Part: "c1.1[0:7]", Ground: "abuse"}) }, ""},
		"to a part that is not there":    {reply.All, ben, 40, false, consultation.EmailProven, "c1.2", nil, "reply.unpublished"},
		"to what is not there":           {reply.All, ben, 40, false, consultation.EmailProven, "c99.1", nil, "reply.unpublished"},
		"to a passage of a point":        {reply.All, ben, 40, false, consultation.EmailProven, "c1.1[0:3]", nil, "reply.unpublished"},
		"to a passage of the paper":      {reply.All, ben, 40, false, consultation.EmailProven, "p1.e1.x3", nil, "reply.point"},
		"when the period is over":        {reply.All, ben, 40, false, consultation.EmailProven, "c1.1", func(w *world) { w.now = w.now.Add(10 * time.Hour) }, "call.closed"},
		"late, where the call keeps late ones": {reply.All, ben, 40, false, consultation.EmailProven, "c1.1", func(w *world) {
			w.must(olga, life.Correct{Call: "k3", Late: consultation.LateKept, Reason: "Be kind."})
			w.now = w.now.Add(10 * time.Hour)
		}, "call.closed"},
		"when everybody may write": {reply.All, ben, 40, false, consultation.Anonymous, "c1.1", func(w *world) {
			w.must(olga, life.Correct{Call: "k3", Who: consultation.Everybody, Reason: "Be kind."})
		}, "reply.sign_in"},
		"when it was withdrawn": {reply.All, ben, 40, false, consultation.EmailProven, "c1.1", func(w *world) {
			w.must(olga, life.Withdraw{Call: "k3", Reason: "Too early."})
		}, "call.withdrawn"},
	} {
		w := rounded(t, c.round)
		if c.first != nil {
			c.first(w)
		}
		submit := send("k3", c.on)
		if submit.Known = c.known; c.known {
			submit.Name = ""
		}
		facts, err := w.ask(conversation.Ask{By: c.by, For: c.party, Assurance: c.assurance, Command: submit})
		if got := keyOf(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if c.want != "" {
			continue
		}
		got := facts[0].Body.(consultation.Received).Parts[0]
		place := w.st.Consultation.Part(c.on.Root(), c.on.PartNumber()).On
		if got.To != c.on || got.On != place || w.st.Replies.To("c3.1") != c.on {
			t.Errorf("%s: %+v, want one on %s at %s", name, got, c.on, place)
		}
		if _, err := w.ask(conversation.Ask{By: c.by, For: c.party, Assurance: c.assurance, Command: submit}); keyOf(err) != "reply.once" {
			t.Errorf("%s, twice: %v", name, err)
		}
		if w.st.Digest() != w.replayed() {
			t.Errorf("%s: a replay gives something else", name)
		}
	}
}

// TestWhoOpensReplies: an officer opens a round, once the call has closed; no other command turns a call into something else.
func TestWhoOpensReplies(t *testing.T) {
	t.Parallel()
	w := seated(t)
	open := func(by delegation.Participant, c reply.Open) string { _, err := w.do(by, c); return keyOf(err) }
	if got := open(olga, w.opening(reply.All)); got != "reply.early" {
		t.Errorf("early: %q", got)
	}
	w.now = noon.Add(20 * time.Hour)
	for _, by := range []delegation.Participant{mo, ana, tom, fen, ann} {
		if got := open(by, w.opening(reply.All)); got != "standing.missing" {
			t.Errorf("%d: %q", by, got)
		}
	}
	nowhere, untitled, past := w.opening(reply.All), w.opening(reply.All), w.opening(reply.All)
	nowhere.Of, untitled.Title, past.Closes = "k9", english(""), w.now
	for _, c := range []struct {
		c    reply.Open
		want string
	}{{nowhere, "call.unknown"}, {untitled, "call.title"}, {past, "call.order"}} {
		if got := open(olga, c.c); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	w.must(olga, w.opening(reply.All))
	if k, _ := w.st.Consultation.Call("k3"); k.Late != consultation.LateRefused || k.Who != consultation.SignedIn || k.Paper != "p1" || !k.Opens.Equal(w.now) {
		t.Errorf("%+v", k)
	}
	if got := open(olga, w.opening(reply.All)); got != "reply.again" {
		t.Errorf("again: %q", got)
	}
	if _, err := w.do(olga, formulation.Gather{Call: "k3"}); keyOf(err) != "reply.asks" {
		t.Errorf("gathers: %v", err)
	}
	w.must(olga, life.Withdraw{Call: "k3", Reason: "Too early."}, w.opening(reply.All))
}

// TestReadReplies: a reply is read where both it and its point may be, both ways; what rests on it is woken.
func TestReadReplies(t *testing.T) {
	t.Parallel()
	w := rounded(t, reply.All)
	w.must(olga, life.Correct{Call: "k3", Moderation: consultation.ModerateBefore, Reason: "Be careful."})
	w.must(ben, send("k3", "c1.1"))
	read := func(a conversation.Audience, look func(*conversation.Reading)) *conversation.Reading {
		r := conversation.NewReading(w.st, a, w.now)
		look(r)
		r.Close()
		return r
	}
	on := func(a conversation.Audience) (n int, to cite.Ref) {
		read(a, func(r *conversation.Reading) { n, to = len(r.Replies.On("c1.1")), r.Replies.To("c3.1") })
		return n, to
	}
	author := conversation.Audience{As: []delegation.Participant{ben}}
	expect := func(what string, a conversation.Audience, n int, to cite.Ref) {
		t.Helper()
		if gotN, gotTo := on(a); gotN != n || gotTo != to {
			t.Errorf("%s: %d %q, want %d %q", what, gotN, gotTo, n, to)
		}
	}
	hop := func(a conversation.Audience) (forward, back bool) {
		is := func(l chain.Link) bool { return l == chain.Link{Kind: chain.LinkReply, From: "c1.1", To: "c3.1"} }
		return slices.ContainsFunc(w.st.Forward(a, "c1.1", 10), is), slices.ContainsFunc(w.st.Back(a, "c3.1", 10), is)
	}
	expect("pending", conversation.Public, 0, cite.None)
	expect("pending, its author", author, 0, "c1.1")
	if forward, back := hop(conversation.Public); forward || back {
		t.Error("a reply that waits is in everybody's chain")
	}
	before := read(conversation.Public, func(r *conversation.Reading) { r.Replies.On("c1.1") })
	w.must(mo, consultation.PublishContribution{Contribution: "c3"})
	if w.st.Changed(before.Refs()...) != w.st.Head {
		t.Error("the page of the point does not learn of the reply")
	}
	expect("published", conversation.Public, 1, "c1.1")
	if forward, back := hop(conversation.Public); !forward || !back {
		t.Errorf("the chain: %v %v", forward, back)
	}
	w.must(mo, consultation.Withhold{Contribution: "c1", Ground: "abuse", Reason: "Rude."})
	expect("its point withheld", conversation.Public, 0, "c1.1")
	w.must(mo, consultation.PublishContribution{Contribution: "c1"}, consultation.Withhold{Contribution: "c3", Ground: "abuse", Reason: "Rude."})
	expect("withheld", conversation.Public, 0, cite.None)
	w.must(mo, consultation.PublishContribution{Contribution: "c3"})
	read(conversation.Public, func(r *conversation.Reading) {
		if got := r.Replies.Points("k2"); !slices.Equal(got, []cite.Ref{"c1.1"}) {
			t.Errorf("points with a reply: %v", got)
		}
	})
	w.must(olga, conversation.Erase{Contribution: "c3", Ground: "at_request"})
	expect("erased", conversation.Public, 0, cite.None)
}
