package account

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
)

// TestAcceptInvitation: the link of an invitation makes the account of its address and signs in to it; where there is one
// already it signs nobody in, whoever holds the link, and the invitation waits for its owner.
func TestAcceptInvitation(t *testing.T) {
	t.Parallel()
	db, err := privatetest.Open(t, filepath.Join(t.TempDir(), private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s, err := New(db, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	if _, err := s.Ensure(t.Context(), "ana@example.org", "en", now); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		email string
		in    bool
	}{{"ana@example.org", false}, {"ben@example.org", true}} {
		number, err := s.Invite(t.Context(), c.email, "ferries", uint64(7+i), now)
		if err != nil {
			t.Fatal(err)
		}
		token, err := s.SendInvitation(t.Context(), Invitation{Number: Number{Slug: "ferries", Participant: number}, Email: c.email, Lang: "en"}, now)
		if err != nil {
			t.Fatal(err)
		}
		id, _, err := s.AcceptInvitation(t.Context(), token, now)
		if err != nil || (id != 0) != c.in {
			t.Errorf("%s: signed in as %d, %v", c.email, id, err)
		}
	}
}
