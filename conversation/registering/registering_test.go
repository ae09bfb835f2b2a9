package registering

import (
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
)

// TestRepresents: whoever registered for a party takes part while their mandate runs, and not for another; whom the delegation registered, while its accreditation stands.
func TestRepresents(t *testing.T) {
	roll, accredited := delegation.NewRoll(), accreditation.NewState()
	now := time.Date(2020, 6, 1, 9, 0, 0, 0, time.UTC)
	const party, other, who = delegation.Party(7), delegation.Party(8), delegation.Participant(3)
	for i, f := range []interface {
		Apply(*delegation.Roll, cite.Entry) error
	}{
		&delegation.Entered{Party: party, Category: "member_state"}, &delegation.Entered{Party: other, Category: "member_state"},
		&delegation.Authorised{Participant: who, Party: party, Capacity: delegation.Alternate, Until: now},
	} {
		if err := f.Apply(roll, cite.Entry{Position: cite.Position(i + 3), Time: now.AddDate(0, 0, -1)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := (&accreditation.Requested{Party: other.Ref(), Category: "member_state"}).Apply(accredited, cite.Entry{Position: 9}); err != nil {
		t.Fatal(err)
	}
	if err := (&accreditation.Accredited{Party: other.Ref(), Until: now}).Apply(accredited, cite.Entry{Position: 10}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		party cite.Ref
		by    delegation.Participant
		at    time.Time
		want  bool
	}{
		{party.Ref(), who, now.Add(-time.Second), true},
		{party.Ref(), who, now, false},
		{other.Ref(), who, now.Add(-time.Second), false},
		{party.Ref(), 0, now.AddDate(1, 0, 0), true},
		{other.Ref(), 0, now.Add(-time.Second), true},
		{other.Ref(), 0, now, false},
		{"nonsense", 0, now, false},
	} {
		if got := Represents(roll, accredited, c.party, c.by, c.at); got != c.want {
			t.Error(c, got)
		}
	}
}
