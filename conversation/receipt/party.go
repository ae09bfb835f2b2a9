package receipt

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
)

// Party is one of the parties that submitted a contribution, the one that leads first. What it says follows from its entries.
type Party struct {
	Party    cite.Ref `json:"party"`
	Name     string   `json:"name,omitempty"` // as it was called when the receipt was made; absent once erased
	Category string   `json:"category"`
	Country  string   `json:"country,omitempty"`
	Through  cite.Ref `json:"through,omitempty"` // the member that declared, where the party is a group
	// Dissociated is when the party dissociated itself, where it had when the receipt was made.
	Dissociated time.Time `json:"dissociated,omitzero"`
	// Entries prove it: that the party submitted the contribution (but of the one that leads, which the receipt itself proves), the one
	// that gave it its name, and the one by which it dissociated itself.
	Entries []Entry `json:"entries"`
}

// Said is an entry as it was read.
type Said struct {
	Fact  cite.Fact
	Words cite.Words
}

// Beside lists where the entries stand that a receipt of a contribution proves beside its own, party by party, the one that leads first;
// nil where no other party submitted it.
func Beside(st *conversation.State, ref cite.Ref) (out [][]cite.Position) {
	row, ok := st.Consultation.Row(ref)
	joint := st.Roll.JointlyBy(ref)
	if !ok || len(joint) == 0 {
		return nil
	}
	var lead delegation.Party
	if lead.UnmarshalText([]byte(row.For)) != nil {
		return nil
	}
	add := func(p delegation.Party, at ...cite.Position) {
		standing, _ := st.Roll.Party(p)
		at = slices.Insert(at, min(1, len(at)), standing.Named)
		out = append(out, slices.DeleteFunc(at, func(p cite.Position) bool { return p == 0 }))
	}
	add(lead)
	for _, j := range joint {
		at := []cite.Position{j.Position}
		for _, s := range st.Roll.Stands(ref) {
			if j.Dissociated && s.Party == j.Party && s.Group == 0 {
				at = append(at, s.Position)
			}
		}
		add(j.Party, at...)
	}
	return out
}

// PartyOf says what the entries of a party mean, where the receipt is of a contribution: lead says that it is the one that leads. It is
// false where they are others than such a party has, or in another order.
func PartyOf(of *consultation.Received, lead bool, entries []Said) (p Party, ok bool) {
	if lead {
		p = Party{Party: cite.Ref(of.For), Category: of.Category, Country: of.Country}
	} else {
		if len(entries) == 0 {
			return p, false
		}
		j, is := entries[0].Fact.(*delegation.Joined)
		if !is || j.Contribution != of.Ref {
			return p, false
		}
		p = Party{Party: j.Party.Ref(), Category: j.Category, Country: j.Country}
		if j.Through != 0 {
			p.Through = j.Through.Ref()
		}
		entries = entries[1:]
	}
	if len(entries) > 0 && names(entries[0].Fact) == p.Party {
		p.Name, entries = entries[0].Words["name"], entries[1:]
	}
	if len(entries) > 0 && !lead {
		s, is := entries[0].Fact.(*delegation.Stood)
		if !is || s.Contribution != of.Ref || s.Group != 0 || s.Party.Ref() != p.Party || s.Stand != delegation.Dissociated {
			return p, false
		}
		p.Dissociated, entries = s.At, entries[1:]
	}
	return p, len(entries) == 0
}

// names is the party to which a fact gives a name; none for every other fact.
func names(fact cite.Fact) cite.Ref {
	if f, is := fact.(*delegation.Entered); is {
		return f.Party.Ref()
	}
	if f, is := fact.(*delegation.Renamed); is {
		return f.Party.Ref()
	}
	return cite.None
}

// Same reports whether a party as a receipt shows it says what follows from its entries.
func (p Party) Same(follows Party) bool {
	p.Entries, follows.Entries = nil, nil
	a, err1 := json.Marshal(p)
	b, err2 := json.Marshal(follows)
	return err1 == nil && err2 == nil && bytes.Equal(a, b)
}
