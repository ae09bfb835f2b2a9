package mail

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/registration/roster"
)

const offered = `
plan
  title.en: Night session
  title.ar: الدورة الليلية
  form: online
  zone: Europe/Zurich

plan-sitting s1
  begins: 2020-03-01T20:00Z
  ends: 2020-03-02T01:00Z

plan-sitting s1
  begins: 2020-03-02T20:00Z
  ends: 2020-03-02T23:00Z

set-terms s1
  opens: 2020-01-10T09:00Z
  closes: 2020-02-20T00:00Z
  active: 1
  passive: 1
  figures: nobody
  list: nobody
`

// TestRegistered: each thing that becomes so is told once, in the reader's language, with the calendar of the session when there is a seat; nothing of a letter is kept. Whoever
// wants none gets none, whoever left no address neither.
func TestRegistered(t *testing.T) {
	w := newWorld(t)
	w.play(delegates + offered)
	box := &post.Mailbox{}
	q, err := NewQueue(w.db, box, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue = q
	store := roster.New(w.db)
	now := time.Date(2020, 1, 12, 9, 0, 0, 0, time.UTC)
	terms := roster.Terms{Slug: "ferries"}
	if _, err := w.in.Read(ctx, "ferries", func(st *conversation.State) error {
		terms.Offer, _ = st.Registration.Offer("s1")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	register := func(alias string) roster.Registration {
		t.Helper()
		of := roster.Of{Slug: "ferries", Session: "s1", Participant: uint64(w.run.Participant(alias))}
		_, err := store.Begin(ctx, terms, roster.Registration{Of: of, Wants: "active", Category: "individual"}, now)
		r, err2 := store.Confirm(ctx, terms, of, roster.Said{Person: roster.Person{Name: strings.ToUpper(alias[1:]), Lang: "en"}}, now)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return r
	}
	tell := func(n int) []post.Message {
		t.Helper()
		before := len(box.All())
		for range 2 {
			if err := w.letters.Registered(ctx, store, "ferries"); err != nil {
				t.Fatal(err)
			}
		}
		flush(t, q, n)
		return box.All()[:len(box.All())-before]
	}
	maria := register("@maria")
	m := tell(1)[0]
	if m.To != "maria@example.org" || m.Subject != locale.English.T("mail.registered.confirmed_active.subject", "session", "Night session") || !strings.Contains(m.Text, "https://talk.example.org/en/c/ferries/s1/register\n") ||
		!strings.Contains(m.Text, "MARIA") || m.Stop == "" || len(m.Files) != 1 {
		t.Fatalf("%+v", m)
	}
	if ics := string(m.Files[0].Content); strings.Count(ics, "BEGIN:VEVENT") != 2 || !strings.Contains(ics, "DTSTART:20200301T200000Z") || !strings.Contains(ics, "URL:https://talk.example.org/en/c/ferries/s1") || !strings.Contains(ics, "@talk.example.org") {
		t.Error(ics)
	}
	register("@mario")
	if m := tell(1)[0]; m.Lang != locale.Arabic || m.Subject != locale.Arabic.T("mail.registered.confirmed_passive.subject", "session", "الدورة الليلية") || !strings.Contains(m.Text, "/ar/c/ferries/s1/register") {
		t.Errorf("%+v", m)
	}
	// The first is refused: they read why, and the second moves up.
	if err := store.Refuse(ctx, terms, maria.ID, "The letter is not signed.", now); err != nil {
		t.Fatal(err)
	}
	all := tell(2)
	if one := all[0].Text + all[1].Text; !strings.Contains(one, "The letter is not signed.") || !strings.Contains(all[0].Subject+all[1].Subject, locale.Arabic.T("mail.registered.confirmed_active.subject", "session", "الدورة الليلية")) {
		t.Error(one)
	}
	// A delegation registers two: one has an address, one wants no letters, one has none.
	w.wish("stopped@example.org", account.Stopped)
	if err := store.Enter(ctx, terms, roster.Registration{Of: roster.Of{Slug: "ferries", Session: "s1"}, Party: cite.Ref("y1"), Entered: 7, Category: "member_state", Person: roster.Person{Lang: "ar"}},
		[]roster.Member{{Person: roster.Person{Name: "Win at https://evil.example"}, Email: "bo@example.org", Seat: "active"}, {Person: roster.Person{Name: "Stopped"}, Email: "stopped@example.org", Seat: "active"}, {Person: roster.Person{Name: "No Address"}, Seat: "active"}}, now); err != nil {
		t.Fatal(err)
	}
	if m := tell(1)[0]; m.To != "bo@example.org" || m.Lang != locale.Arabic || !strings.Contains(m.Text, "/mail/") || strings.Contains(m.Text+m.Subject, "evil") {
		t.Errorf("%+v", m)
	}
	var left int
	if err := w.db.QueryRow(`SELECT COUNT(*) FROM mail WHERE body <> ''`).Scan(&left); err != nil || left != 0 {
		t.Error("kept:", left, err)
	}
	for _, kind := range []string{"asked", "waiting", "confirmed_active", "confirmed_passive", "refused", "ended"} {
		for _, l := range locale.All {
			if s := l.T("mail.registered."+kind+".subject", "session", "S") + l.T("mail.registered."+kind+".text", "name", "N", "session", "S", "days", "D", "reason", "R", "link", "L"); strings.Contains(s, "⟦") || strings.Contains(s, "{") {
				t.Errorf("%s %s: %s", l, kind, s)
			}
		}
	}
	if err := w.letters.Registered(ctx, store, "nowhere"); len(refusal.Of(err)) == 0 {
		t.Error(err)
	}
}

// TestRegisteredLacks: whoever has a seat, and has not answered what they have to, is told so in the letter that confirms it; nobody else is.
func TestRegisteredLacks(t *testing.T) {
	w := newWorld(t)
	w.play(delegates + offered + `
ask-field s1
  label.en: What you eat
  kind: text
  required: yes
`)
	box := &post.Mailbox{}
	q, err := NewQueue(w.db, box, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue = q
	store := roster.New(w.db)
	now := time.Date(2020, 1, 12, 9, 0, 0, 0, time.UTC)
	terms := roster.Terms{Slug: "ferries"}
	if _, err := w.in.Read(ctx, "ferries", func(st *conversation.State) error {
		terms.Offer, _ = st.Registration.Offer("s1")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	maria := roster.Of{Slug: "ferries", Session: "s1", Participant: uint64(w.run.Participant("@maria"))}
	_, err1 := store.Begin(ctx, terms, roster.Registration{Of: maria, Wants: "active", Category: "individual"}, now)
	_, err2 := store.Confirm(ctx, terms, maria, roster.Said{Person: roster.Person{Name: "Maria", Lang: "en"}, Answers: map[int]string{1: "Everything."}}, now)
	err3 := store.Enter(ctx, terms, roster.Registration{Of: roster.Of{Slug: "ferries", Session: "s1"}, Party: cite.Ref("y1"), Entered: 7, Category: "member_state", Person: roster.Person{Lang: "en"}},
		[]roster.Member{{Person: roster.Person{Name: "Bo"}, Email: "bo@example.org", Seat: "passive"}}, now)
	if err := errors.Join(err1, err2, err3, w.letters.Registered(ctx, store, "ferries")); err != nil {
		t.Fatal(err)
	}
	flush(t, q, 2)
	for _, m := range box.All() {
		if got, want := strings.Contains(m.Text, locale.English.T("mail.registered.lacking")), m.To == "bo@example.org"; got != want {
			t.Errorf("%s is told that an answer is missing: %v", m.To, got)
		}
	}
}

// TestRegistrationTakenBack: of a registration that was taken back no letter is left that waits, and none goes that was taken from the queue before; nor does one that
// tells what is not so any more. Those about others go.
func TestRegistrationTakenBack(t *testing.T) {
	w := newWorld(t)
	w.play(delegates + offered)
	box := &post.Mailbox{}
	q, err := NewQueue(w.db, box, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue, q.Renew = q, w.letters.Renew
	store := roster.New(w.db)
	now := time.Date(2020, 1, 12, 9, 0, 0, 0, time.UTC)
	terms := roster.Terms{Slug: "ferries"}
	if _, err := w.in.Read(ctx, "ferries", func(st *conversation.State) error {
		terms.Offer, _ = st.Registration.Offer("s1")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	tell := func() (waiting string) {
		t.Helper()
		if err := w.letters.Registered(ctx, store, "ferries"); err != nil {
			t.Fatal(err)
		}
		all, err := q.Waiting(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			waiting += m.To + "; "
		}
		return waiting
	}
	back := func(name string) {
		t.Helper()
		all, err := store.All(ctx, "ferries", "s1")
		i := slices.IndexFunc(all, func(r roster.Registration) bool { return r.Name == name })
		if err != nil || i < 0 {
			t.Fatal(name, err)
		}
		if _, err := store.TakeBack(ctx, terms, all[i].ID, now); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Enter(ctx, terms, roster.Registration{Of: roster.Of{Slug: "ferries", Session: "s1"}, Party: cite.Ref("y1"), Entered: 7, Category: "member_state", Person: roster.Person{Lang: "en"}},
		[]roster.Member{{Person: roster.Person{Name: "Bo"}, Email: "bo@example.org", Seat: "passive"}, {Person: roster.Person{Name: "Di"}, Email: "di@example.org", Seat: "active"},
			{Person: roster.Person{Name: "Ed"}, Email: "ed@example.org", Seat: "passive"}}, now); err != nil {
		t.Fatal(err)
	}
	if got, want := tell(), "bo@example.org; di@example.org; ed@example.org; "; got != want {
		t.Fatalf("%s, want %s", got, want)
	}
	back("Bo") // so that Ed moves up, who was told that they wait
	if got, want := tell(), "di@example.org; ed@example.org; "; got != want {
		t.Errorf("when one was taken back: %s, want %s", got, want)
	}
	back("Di")
	flush(t, q, 1)
	if m := box.All(); len(m) != 1 || m[0].To != "ed@example.org" || m[0].Subject != locale.English.T("mail.registered.confirmed_passive.subject", "session", "Night session") {
		t.Errorf("%+v", m)
	}
	var left int
	if err := w.db.QueryRow(`SELECT COUNT(*) FROM mail WHERE slug = 'ferries' AND recipient <> ''`).Scan(&left); err != nil || left != 0 {
		t.Error("kept:", left, err)
	}
}
