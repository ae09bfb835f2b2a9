package account

import (
	"path/filepath"
	"testing"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// TestNodes: two nodes share the accounts. A session that one of them ended is over at the other, though it was looked up there before; a
// challenge that one made is taken by the other, once.
func TestNodes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private.db")
	db := openTest(t, path)
	if !db.Shared() {
		return // that is the second run
	}
	a, b := storeAt(t, db), storeAt(t, openTest(t, path))
	id, err := a.Ensure(ctx, "ana@example.org", locale.English, t0)
	if err != nil {
		t.Fatal(err)
	}
	cookie, err := a.NewSession(ctx, id, t0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, ok, err := b.Session(ctx, cookie, t0); !ok || err != nil {
			t.Error("not known to the other:", err)
		}
	}
	if err := a.EndSession(ctx, cookie); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := b.Session(ctx, cookie, t0); ok || err != nil {
		t.Error("over at one, and not at the other:", err)
	}
	asked := Asked{Purpose: "sign in", Browser: "b"}
	challenge := a.Challenge(asked, t0)
	if a.Derive(challenge, "x") != b.Derive(challenge, "x") {
		t.Error("what belongs to a challenge is another at the other")
	}
	if err := b.TakeChallenge(challenge, asked, t0); err != nil {
		t.Error("not taken by the other:", err)
	}
	for _, s := range []*Store{a, b} {
		if err := s.TakeChallenge(challenge, asked, t0); len(refusal.Of(err)) != 1 {
			t.Error("taken twice:", err)
		}
	}
	// What was found to be over stays over while the database is away.
	b.db.Close()
	if _, ok, err := b.Session(ctx, cookie, t0); ok || err == nil {
		t.Error("over, and taken for a session again", ok, err)
	}
}
