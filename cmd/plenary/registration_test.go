package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/registration"
	"github.com/openplenary/plenary/registration/roster"
)

const withSession = `
enter %arcadia
  category: member_state
  country: XA
  name: Arcadia

authorise @anna for %arcadia
  until: 2020-02-01T00:00Z

authorise @ben for %arcadia

plan => $s
  title.en: Second session
  form: online
  zone: UTC

set-terms $s
  opens: 2020-01-10T09:00Z
  closes: 2099-01-10T09:00Z
  active: 9
  categories: member_state
  figures: everyone
  list: everyone
`

// TestMandatesEnd: whoever speaks for a party no more takes part for it no more, and the seat passes on; whom the delegation registered stays while the
// party is accredited, also when they signed in and whoever registered them deleted their account, before that or after it.
func TestMandatesEnd(t *testing.T) {
	ctx := t.Context()
	a, err := openApp(ctx, appOptions{dir: t.TempDir(), public: "http://localhost", transport: &post.Mailbox{}, from: "a@example.org", logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	if err := a.site.Save(whose); err != nil {
		t.Fatal(err)
	}
	r := script.New(a.Secretariat)
	r.Files = os.DirFS("../../internal/script/testdata")
	if err := r.RunText(ctx, "ferries", ferries+withSession); err != nil {
		t.Fatal(err)
	}
	terms := roster.Terms{Slug: "ferries"}
	var party cite.Ref
	if _, err := a.Read(ctx, "ferries", func(st *conversation.State) error {
		terms.Offer, _ = st.Registration.Offer("s1")
		party = st.Roll.Entered()[0].Ref()
		return nil
	}); err != nil || terms.Offer == nil {
		t.Fatal(err)
	}
	of := func(who string) roster.Of {
		return roster.Of{Slug: "ferries", Session: "s1", Participant: uint64(r.Participant(who))}
	}
	for _, who := range []string{"@anna", "@ben"} {
		if _, err := a.roster.Begin(ctx, terms, roster.Registration{Of: of(who), Party: party, Wants: registration.Active, Category: "member_state", Country: "XA"}, a.Now()); err != nil {
			t.Fatal(who, err)
		}
		if _, err := a.roster.Confirm(ctx, terms, of(who), roster.Said{Person: roster.Person{Name: who[1:], Lang: locale.English}}, a.Now()); err != nil {
			t.Fatal(who, err)
		}
	}
	if err := a.roster.Enter(ctx, terms, roster.Registration{Of: roster.Of{Slug: "ferries", Session: "s1"}, Party: party, Entered: uint64(r.Participant("@anna")), Category: "member_state"},
		[]roster.Member{{Person: roster.Person{Name: "carl", Lang: locale.English}, Seat: registration.Active},
			{Person: roster.Person{Name: "dora", Lang: locale.English}, Email: "dora@example.org", Seat: registration.Active},
			{Person: roster.Person{Name: "emil", Lang: locale.English}, Email: "emil@example.org", Seat: registration.Active}}, a.Now()); err != nil {
		t.Fatal(err)
	}
	claims := func(who string, as uint64) {
		t.Helper()
		err := a.roster.Claim(ctx, "ferries", who+"@example.org", as)
		if x, ok, no := a.roster.Mine(ctx, roster.Of{Slug: "ferries", Session: "s1", Participant: as}); err != nil || no != nil || !ok || x.Name != who {
			t.Fatal(who, ok, err, no)
		}
	}
	claims("dora", 901)
	state := func() string {
		t.Helper()
		if err := a.settleSeats(ctx, "ferries"); err != nil {
			t.Fatal(err)
		}
		all, err := a.roster.All(context.WithoutCancel(ctx), "ferries", "s1")
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, x := range all {
			badge := ""
			if x.Code != "" {
				badge = " badge"
			}
			out[x.Name] = strings.TrimSpace(x.Status+" "+x.Seat) + badge
		}
		return "anna " + out["anna"] + ", ben " + out["ben"] + ", carl " + out["carl"] + ", dora " + out["dora"] + ", emil " + out["emil"]
	}
	if got, want := state(), "anna ended, ben confirmed active badge, carl confirmed active badge, dora confirmed active badge, emil confirmed active badge"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := r.RunText(ctx, "ferries", "unauthorise @ben %arcadia\n"); err != nil {
		t.Fatal(err)
	}
	if got, want := state(), "anna ended, ben ended, carl confirmed active badge, dora confirmed active badge, emil confirmed active badge"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := a.roster.Forget(ctx, "ferries", uint64(r.Participant("@anna")), a.Now()); err != nil {
		t.Fatal(err)
	}
	claims("emil", 902)
	if got, want := state(), "anna , ben ended, carl confirmed active badge, dora confirmed active badge, emil confirmed active badge"; got != want {
		t.Errorf("when whoever registered them is forgotten: %s, want %s", got, want)
	}
}
