package erasure

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
	"github.com/openplenary/plenary/session"
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

// TestRegistrationsDiscarded: when the announced days after a session are over, nothing stays of those who registered but the figures that were shown; before, all of it. A session whose figures
// were shown to nobody leaves none, and a demonstration is let be.
func TestRegistrationsDiscarded(t *testing.T) {
	const officer = delegation.Participant(77)
	var first, second, other roster.Terms
	var ends time.Time
	enter := func(w *world, slug string, session cite.Ref) roster.Terms {
		t.Helper()
		terms := roster.Terms{Slug: slug}
		_, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
			terms.Offer, _ = st.Registration.Offer(session)
			return nil
		})
		w.ok(err)
		var people []roster.Member
		for i := range 6 {
			people = append(people, roster.Member{Person: roster.Person{Name: marker + strings.Repeat("I", i)}, Seat: "active"})
		}
		w.ok(roster.New(w.DB).Enter(ctx, terms, roster.Registration{Of: roster.Of{Slug: slug, Session: session}, Category: "individual"}, people, terms.Terms.Opens))
		return terms
	}
	offer := func(w *world, slug string) {
		t.Helper()
		now := w.Now().Truncate(time.Hour)
		var seen cite.Position
		for _, c := range []any{
			session.PlanSession{Plan: session.Plan{Title: locale.Plain(locale.English, "First"), Form: session.Online, Zone: "UTC"}},
			session.PlanSitting{Session: "s1", Begins: now.AddDate(0, 0, 30), Ends: now.AddDate(0, 0, 30).Add(time.Hour)},
			session.PlanSession{Plan: session.Plan{Title: locale.Plain(locale.English, "Second"), Form: session.Online, Zone: "UTC"}},
			registration.SetTerms{Session: "s1", Opens: now, Closes: now.AddDate(0, 0, 20), Active: 9, Figures: registration.Everyone, List: registration.Nobody, Keep: 30},
			registration.SetTerms{Session: "s2", Opens: now, Closes: now.AddDate(0, 0, 20), Active: 9, Figures: registration.Nobody, List: registration.Nobody, Keep: 30},
		} {
			if p, ok := c.(session.PlanSitting); ok {
				p.Seen = seen
				c = p
			}
			answer, err := w.Sec.Do(ctx, slug, conversation.Ask{By: officer, Assurance: consultation.EmailProven, Received: w.Now(), Command: c})
			w.ok(err)
			seen = answer.Last
		}
		ends = now.AddDate(0, 0, 30).Add(time.Hour)
	}
	w := newWorldAfter(t, func(w *world) {
		_, err := w.Sec.Convene(ctx, conversation.Ask{By: officer, Assurance: consultation.EmailProven, Command: conversation.Convene{Slug: "real", Title: locale.Plain(locale.English, "Real"),
			Languages: []locale.Lang{locale.English}, Zone: "UTC", Categories: template.StartingCategories(locale.English), Officer: officer}})
		w.ok(err)
		offer(w, "real")
		first, second = enter(w, "real", "s1"), enter(w, "real", "s2")
	})
	r := script.New(w.Sec)
	r.Files = os.DirFS("../internal/script/testdata")
	w.ok(r.RunText(ctx, "invented", talks))
	other = enter(w, "invented", "s1")
	store := roster.New(w.DB)
	n := func(terms roster.Terms) (people, figures int) {
		t.Helper()
		all, err := store.All(ctx, terms.Slug, terms.Session)
		w.ok(err)
		kept, _, err := store.Figures(ctx, terms.Slug, terms.Session)
		w.ok(err)
		return len(all), len(kept)
	}
	due := ends.AddDate(0, 0, 30)
	_, err := w.SweepEnclosed(ctx, due.Add(-time.Second))
	w.ok(err)
	if people, figures := n(first); people != 6 || figures != 0 {
		t.Error("before the day:", people, figures)
	}
	_, err = w.SweepEnclosed(ctx, due)
	w.ok(err)
	for what, c := range map[string]struct {
		of              roster.Terms
		people, figures int
	}{"shown to everybody": {first, 0, 2}, "shown to nobody": {second, 0, 0}, "a demonstration": {other, 6, 0}} {
		if people, figures := n(c.of); people != c.people || figures != c.figures {
			t.Errorf("%s: %d people, %d figures", what, people, figures)
		}
	}
	_, err = w.DB.Exec(`DELETE FROM registration WHERE slug = 'invented'`)
	w.ok(err)
	w.ok(w.DB.Scrub(ctx))
	if names := w.left(marker); len(names) > 0 {
		t.Error("still in", names)
	}
}

// talks is a conversation with a session for which people register.
const talks = `at 2020-01-01T09:00Z

convene invented
  title.en: Talks
  languages: en fr
  demonstration: yes
  officer: @olga
  labels: labels.json

plan
  title.en: First session
  form: online
  zone: UTC

plan-sitting s1
  begins: 2020-03-01T10:00Z
  ends: 2020-03-01T12:00Z

set-terms s1
  opens: 2020-01-02T09:00Z
  closes: 2020-01-22T09:00Z
  active: 9
  figures: everyone
  list: nobody
  keep: 30
`

// TestRegistrationFilesGo: what stopped whoever took a registration away, or put another file in the place of the one that came with it, before the files were
// erased keeps no file: the next sweep takes them, and what is there for a registration stays.
func TestRegistrationFilesGo(t *testing.T) {
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
	r, err := store.Confirm(ctx, terms, of, roster.Said{Person: roster.Person{Name: "Maria"}}, now)
	w.ok(err)
	enclose := func() string {
		t.Helper()
		f, err := w.Eraser.Files.Keep(ctx, strings.NewReader(marker), "letter.txt", w.Now())
		w.ok(err)
		w.ok(w.Eraser.Files.Claim(ctx, f.ID, w.Now()))
		_, err = store.Enclose(ctx, r.ID, 1, f.ID, f.Name)
		w.ok(err)
		w.ok(w.Eraser.Files.Cited(ctx, f.ID))
		return f.ID
	}
	held := func(when string, want ...string) {
		t.Helper()
		_, err := w.SweepEnclosed(ctx, w.Now())
		w.ok(err)
		_, err = w.Eraser.Files.Sweep(ctx, w.Now().AddDate(0, 0, 7), w.Sec.CitedFiles)
		w.ok(err)
		got, err := w.Eraser.Files.Held(ctx)
		w.ok(err)
		if all := slices.Sorted(maps.Keys(got)); !slices.Equal(all, slices.Sorted(slices.Values(want))) {
			t.Errorf("%s: the files %v are there, want %v", when, all, want)
		}
	}
	first := enclose()
	held("with one file", first)
	second := enclose()
	held("with another in its place", second)
	_, err = store.Forget(ctx, "ferries", n, now) // and there the server stops
	w.ok(err)
	w.ok(w.DeleteAccount(ctx, id))
	held("without the registration")
}

// TestEndedAddresses: where a backup comes back that is older than the end of an account, what others keep under its address goes, also where the backup does not
// know the account: registrations and letters. What was made after the account was deleted stays, and so does what is another's.
func TestEndedAddresses(t *testing.T) {
	w := newWorld(t)
	ended, at := map[string]time.Time{}, w.Now()
	w.Accounts.Ending = func(marks []string) error {
		for _, m := range marks {
			ended[m] = at
		}
		return nil
	}
	id, err := w.Accounts.Ensure(ctx, "maria@example.org", locale.English, w.Now())
	w.ok(err)
	w.ok(w.DeleteAccount(ctx, id))
	store, opens := roster.New(w.DB), at.AddDate(0, 0, -1)
	enter := func(session cite.Ref, email string, made time.Time) roster.Terms {
		t.Helper()
		terms := roster.Terms{Slug: "ferries", Offer: &registration.Offer{Session: session, Terms: registration.Terms{Opens: opens, Closes: at.AddDate(0, 0, 2), Active: 5}}}
		w.ok(store.Enter(ctx, terms, roster.Registration{Of: roster.Of{Slug: "ferries", Session: session}, Entered: 7},
			[]roster.Member{{Person: roster.Person{Name: email}, Email: email, Seat: "active"}}, made))
		return terms
	}
	before := enter("s1", "Maria@example.org", at.Add(-time.Hour))
	enter("s1", "okapi@example.org", at.Add(-time.Hour))
	after := enter("s2", "maria@example.org", at.Add(time.Hour))
	for _, to := range []string{"maria@example.org", "okapi@example.org"} {
		w.ok(w.Letters.Put(ctx, post.Message{To: to, Subject: "s", Text: "t"}))
	}
	letters := func() (n int) {
		t.Helper()
		w.ok(w.DB.QueryRow(`SELECT COUNT(*) FROM mail`).Scan(&n))
		return n
	}
	n, err := w.Again(ctx, ended)
	if err != nil || n != 1 || letters() != 2 { // the letters came after the account was deleted
		t.Errorf("%d went, %d letters are left: %v", n, letters(), err)
	}
	for of, want := range map[*roster.Terms]string{&before: "okapi@example.org", &after: "maria@example.org"} {
		all, err := store.All(ctx, "ferries", of.Session)
		w.ok(err)
		if len(all) != 1 || all[0].Email != want {
			t.Errorf("%s: %+v, want %v", of.Session, all, want)
		}
	}
	for mark := range ended {
		ended[mark] = w.Now().Add(2 * time.Hour)
	}
	if n, err := w.Again(ctx, ended); err != nil || n != 2 || letters() != 1 {
		t.Errorf("%d went, %d letters are left: %v", n, letters(), err)
	}
}
