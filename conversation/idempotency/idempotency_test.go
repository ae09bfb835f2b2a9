package idempotency_test

import (
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/idempotency"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/poll"
)

// TestDigest: what is remembered of an ask tells it from every other, but of a ballot it does not tell what was chosen.
func TestDigest(t *testing.T) {
	digest := func(a conversation.Ask) [32]byte {
		t.Helper()
		d, err := idempotency.Digest(a)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	cast := func(p cite.Ref, option int) conversation.Ask {
		return conversation.Ask{Command: poll.Cast{Poll: p, Marks: []poll.Mark{{Option: option, Value: 1}}}}
	}
	count := func(said string) conversation.Ask {
		return conversation.Ask{Command: poll.Count{Poll: "b1", Seen: 3, Said: map[cite.Position]string{1: said}}}
	}
	if digest(cast("b1", 1)) != digest(cast("b1", 2)) || digest(count("1:1")) != digest(count("2:1")) {
		t.Error("what is remembered of a ballot depends on what it says")
	}
	said := func(text string, a conversation.Ask) conversation.Ask {
		a.Command = consultation.Submit{Call: "k1", Parts: []consultation.SubmitPart{{On: "p1.e1.x1", Text: text}}}
		return a
	}
	signed := conversation.Ask{Scope: "u"}
	of := func(p delegation.Party) conversation.Ask { a := signed; a.For = p; return a }
	through := signed
	through.For, through.Through = 5, 6
	joined := func(p delegation.Party) conversation.Ask {
		a := signed
		a.With = []delegation.Joining{{Party: p}}
		return a
	}
	known := map[[32]byte]string{}
	for name, a := range map[string]conversation.Ask{"one ballot": cast("b1", 1), "another ballot": cast("b2", 1), "a text": said("one", signed), "another text": said("two", signed),
		"for a party": said("one", of(5)), "for another": said("one", of(6)), "through a member": said("one", through), "with a party": said("one", joined(5)), "with another": said("one", joined(6))} {
		if was := known[digest(a)]; was != "" {
			t.Errorf("%s is taken for %s", name, was)
		}
		known[digest(a)] = name
	}
	if digest(said("one", conversation.Ask{For: 5})) != digest(said("one", conversation.Ask{For: 6})) {
		t.Error("an anonymous ask depends on the number that its token gave it")
	}
}

// TestKey: a token is one in its record and its scope.
func TestKey(t *testing.T) {
	known := map[[32]byte]bool{}
	for _, c := range [][3]string{{"r", "", "t"}, {"r", "s", "t"}, {"r", "", "u"}, {"q", "", "t"}} {
		known[idempotency.Key(c[0], conversation.Ask{Scope: c[1], Token: c[2]})] = true
	}
	if len(known) != 4 {
		t.Errorf("%d of 4", len(known))
	}
}
