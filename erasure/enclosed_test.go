package erasure

import (
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/accreditation"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// requests has a participant request accreditation for a body, with a letter and a contact.
func (w *world) requests(by delegation.Participant, party cite.Ref) string {
	w.t.Helper()
	f, err := w.Eraser.Files.Keep(ctx, strings.NewReader(marker), marker+".txt", w.Now())
	w.ok(err)
	_, err = aside.New(w.DB).Enclose(ctx, aside.Enclosure{Slug: "ferries", Request: party, By: uint64(by), Contact: marker, File: f.ID, Name: f.Name, Made: w.Now()})
	w.ok(err)
	_, err = w.Sec.Do(ctx, "ferries", w.by(by, accreditation.Ask{Party: party, Name: marker, Category: "ngo", As: accreditation.AsParty, Interests: marker}))
	w.ok(err)
	w.ok(w.Eraser.Files.Cited(ctx, f.ID))
	return f.ID
}

func (w *world) by(by delegation.Participant, command any) conversation.Ask {
	return conversation.Ask{By: by, Assurance: consultation.EmailProven, Told: time.Date(2020, 1, 12, 0, 0, 0, 0, time.UTC), Command: command}
}

// TestRequestForgotten: of a request that was taken back nothing is left, neither on the record nor beside it; what is there of another
// stays. With an account, what came with its requests goes.
func TestRequestForgotten(t *testing.T) {
	w := newWorld(t)
	_, err := w.Sec.Do(ctx, "ferries", w.by(w.officer("ferries"), accreditation.SetOffer{Categories: []string{"ngo"}, As: accreditation.Capacities}))
	w.ok(err)
	id, err := w.Accounts.Ensure(ctx, "maria@example.org", locale.English, w.Now())
	w.ok(err)
	n, err := w.Accounts.Participant(ctx, id, "ferries", w.Sec.Number)
	w.ok(err)
	by := delegation.Participant(n)
	w.requests(by, "y0000000000001")
	if len(w.found(marker)) == 0 {
		t.Fatal("not planted")
	}
	_, err = w.Sec.Do(ctx, "ferries", w.by(by, accreditation.Retract{Party: "y0000000000001"}))
	w.ok(err)
	w.ok(w.CatchUp(ctx))
	if names := w.left(marker); len(names) > 0 {
		t.Error("still in", names)
	}
	file := w.requests(by, "y0000000000002")
	w.ok(w.DeleteAccount(ctx, id))
	held, err := w.Eraser.Files.Held(ctx)
	if w.ok(err); held[file] {
		t.Error("the letter of a deleted account is there")
	}
	if all, err := aside.New(w.DB).Enclosures(ctx, "ferries", 0); len(all) != 0 || err != nil {
		t.Error(all, err)
	}
}

// TestSweepEnclosed: what was to come with a request that never came goes after a day; the letter of one that came is swept by nobody.
func TestSweepEnclosed(t *testing.T) {
	w := newWorld(t)
	_, err := w.Sec.Do(ctx, "ferries", w.by(w.officer("ferries"), accreditation.SetOffer{Categories: []string{"ngo"}, As: accreditation.Capacities}))
	w.ok(err)
	file := w.requests(7, "y0000000000001")
	f, err := w.Eraser.Files.Keep(ctx, strings.NewReader("abandoned"), "letter.txt", w.Now())
	w.ok(err)
	_, err = aside.New(w.DB).Enclose(ctx, aside.Enclosure{Slug: "ferries", Request: "y0000000000002", By: 7, Contact: "Bo", File: f.ID, Made: w.Now()})
	w.ok(err)
	if n, err := w.SweepEnclosed(ctx, w.Now().Add(time.Hour)); n != 0 || err != nil {
		t.Error(n, err)
	}
	if n, err := w.SweepEnclosed(ctx, w.Now().Add(25*time.Hour)); n != 1 || err != nil {
		t.Error(n, err)
	}
	if _, err := w.Eraser.Files.Sweep(ctx, w.Now().Add(50*time.Hour), w.Sec.CitedFiles); err != nil {
		t.Fatal(err)
	}
	held, err := w.Eraser.Files.Held(ctx)
	if w.ok(err); !held[file] || held[f.ID] {
		t.Error("the letter of a request that came was swept, or that of none is there")
	}
}
