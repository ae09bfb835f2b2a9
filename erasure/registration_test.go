package erasure

import (
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
)

// TestRegistrationForgotten: with an account go its registration, the file that came with it, and what somebody else wrote under its address; the seat is free. What a sweep finds enclosed stays.
func TestRegistrationForgotten(t *testing.T) {
	w := newWorld(t)
	id, err := w.Accounts.Ensure(ctx, "maria@example.org", locale.English, w.Now())
	w.ok(err)
	n, err := w.Accounts.Participant(ctx, id, "ferries", w.Sec.Number)
	w.ok(err)
	store, now := roster.New(w.DB), time.Date(2020, 1, 12, 9, 0, 0, 0, time.UTC)
	terms := roster.Terms{Slug: "ferries", Offer: &registration.Offer{Session: "s1", Terms: registration.Terms{Opens: now.AddDate(0, 0, -1), Closes: now.AddDate(0, 0, 1), Active: 1}}}
	of := roster.Of{Slug: "ferries", Session: "s1", Participant: n}
	_, err = store.Begin(ctx, terms, roster.Registration{Of: of, Wants: "active", Category: "individual"}, now)
	w.ok(err)
	r, err := store.Confirm(ctx, terms, of, roster.Said{Person: roster.Person{Name: marker}}, now)
	w.ok(err)
	f, err := w.Eraser.Files.Keep(ctx, strings.NewReader(marker), marker+".txt", w.Now())
	w.ok(err)
	w.ok(w.Eraser.Files.Claim(ctx, f.ID, w.Now()))
	_, err = store.Enclose(ctx, r.ID, 1, f.ID, f.Name)
	w.ok(err)
	elsewhere := roster.Terms{Slug: "bridges", Offer: terms.Offer}
	w.ok(store.Enter(ctx, elsewhere, roster.Registration{Of: roster.Of{Slug: "bridges", Session: "s1"}, Entered: 7}, []roster.Member{{Person: roster.Person{Name: marker}, Email: "Maria@example.org", Seat: "active"}}, now))

	// The server stopped before it was noted that the file is cited: the sweep notes it.
	_, err = w.SweepEnclosed(ctx, w.Now())
	w.ok(err)
	_, err = w.Eraser.Files.Sweep(ctx, w.Now().Add(50*time.Hour), w.Sec.CitedFiles)
	w.ok(err)
	held, err := w.Eraser.Files.Held(ctx)
	if w.ok(err); !held[f.ID] {
		t.Fatal("the file of a registration was swept")
	}
	if len(w.found(marker)) == 0 {
		t.Fatal("not planted")
	}
	w.ok(w.DeleteAccount(ctx, id))
	if names := w.left(marker); len(names) > 0 {
		t.Error("still in", names)
	}
	if held, err = w.Eraser.Files.Held(ctx); err != nil || held[f.ID] {
		t.Error("the file of a deleted account is there", err)
	}
	if left, _, err := store.Left(ctx, terms); err != nil || left["active"] != 1 {
		t.Error("the seat is not free:", left, err)
	}
}
