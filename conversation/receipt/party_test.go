package receipt

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/delegation"
)

// TestPartyOf: what a receipt says of a party follows from its entries, in their order; an entry of another contribution, of another party,
// of a group's member, of a stand that is none, and one too many are refused.
func TestPartyOf(t *testing.T) {
	const a, b = delegation.Party(1), delegation.Party(2)
	at := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	of := &consultation.Received{Ref: "c1", For: string(a.Ref()), Category: "state", Country: "XA"}
	joined := func(c cite.Ref, p delegation.Party) Said {
		return Said{Fact: &delegation.Joined{Contribution: c, Party: p, Category: "ngo", Through: 3}}
	}
	entered := func(p delegation.Party) Said {
		return Said{&delegation.Entered{Party: p}, cite.Words{"name": "Name"}}
	}
	stood := func(c cite.Ref, p, group delegation.Party, stand string) Said {
		return Said{Fact: &delegation.Stood{Contribution: c, Party: p, Group: group, Stand: stand, At: at}}
	}
	lead := Party{Party: a.Ref(), Category: "state", Country: "XA"}
	other := Party{Party: b.Ref(), Category: "ngo", Through: delegation.Party(3).Ref()}
	named := func(p Party) Party { p.Name = "Name"; return p }
	left := func(p Party) Party { p.Dissociated = at; return p }
	for i, c := range []struct {
		lead bool
		said []Said
		want Party // none where it is refused
	}{
		{true, nil, lead},
		{true, []Said{entered(a)}, named(lead)},
		{true, []Said{{Fact: &delegation.Renamed{Party: a}, Words: cite.Words{"name": "Name"}}}, named(lead)},
		{true, []Said{{Fact: &delegation.Entered{Party: a}}}, lead}, // its name was erased
		{true, []Said{entered(b)}, Party{}},
		{true, []Said{joined("c1", b)}, Party{}},
		{true, []Said{entered(a), stood("c1", a, 0, delegation.Dissociated)}, Party{}},
		{false, nil, Party{}},
		{false, []Said{entered(b)}, Party{}},
		{false, []Said{joined("c1", b)}, other},
		{false, []Said{joined("c2", b)}, Party{}},
		{false, []Said{joined("c1", b), entered(b)}, named(other)},
		{false, []Said{joined("c1", b), entered(a)}, Party{}},
		{false, []Said{joined("c1", b), entered(b), entered(b)}, Party{}},
		{false, []Said{joined("c1", b), stood("c1", b, 0, delegation.Dissociated)}, left(other)},
		{false, []Said{joined("c1", b), entered(b), stood("c1", b, 0, delegation.Dissociated)}, left(named(other))},
		{false, []Said{joined("c1", b), entered(b), stood("c1", b, 0, delegation.Aligned)}, Party{}},
		{false, []Said{joined("c1", b), entered(b), stood("c2", b, 0, delegation.Dissociated)}, Party{}},
		{false, []Said{joined("c1", b), entered(b), stood("c1", a, 0, delegation.Dissociated)}, Party{}},
		{false, []Said{joined("c1", b), entered(b), stood("c1", b, 9, delegation.Dissociated)}, Party{}},
		{false, []Said{joined("c1", b), stood("c1", b, 0, delegation.Dissociated), entered(b)}, Party{}},
	} {
		got, ok := PartyOf(of, c.lead, c.said)
		if ok != (c.want.Party != "") || ok && !got.Same(c.want) {
			t.Errorf("%d: %+v %v, want %+v", i, got, ok, c.want)
		}
	}
}
