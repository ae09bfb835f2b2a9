package mail

import (
	"strings"
	"testing"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/together"
)

// TestTogether: a letter about a draft says of which party and to which call it is, in its reader's language, and leads to it; it says
// nothing of the text. An address that nobody proved gets one, and whoever wants none gets none. Nothing of it is kept.
func TestTogether(t *testing.T) {
	w := newWorld(t)
	w.play(delegates + "\nenter %ruritania\n  as: @olga\n  category: member_state\n  name: Ruritania\n")
	box := &post.Mailbox{}
	q, err := NewQueue(w.db, box, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.letters.Queue = q
	letter := together.Letter{Slug: "ferries", Draft: together.Draft{Key: "KEY", Party: w.run.Party("%arcadia"), Call: cite.Call(1)}, Other: w.run.Party("%ruritania"), Page: "whole"}
	kinds := []string{together.LetterNamed, together.LetterClear, together.LetterCleared, together.LetterReturned, together.LetterInvited, together.LetterJoined, together.LetterVoided, together.LetterDeclined, together.LetterSent}
	for _, kind := range kinds {
		for alias, lang := range map[string]locale.Lang{"@maria": locale.English, "@mario": locale.Arabic} {
			letter.Kind, letter.To = kind, w.run.Participant(alias)
			if err := w.letters.Together(ctx, letter); err != nil {
				t.Fatal(err)
			}
			flush(t, q, 1)
			m := box.All()[0]
			if m.To != alias[1:]+"@example.org" || !strings.Contains(m.Text, "https://talk.example.org/"+string(lang)+"/c/ferries/k1/together/KEY/whole") ||
				!strings.Contains(m.Text, "Arcadia") || strings.Contains(m.Subject+m.Text, "⟦") || strings.Contains(m.Subject+m.Text, "{") || m.Stop == "" {
				t.Errorf("%s %s: %+v", kind, lang, m)
			}
			invites := kind == together.LetterInvited || kind == together.LetterJoined || kind == together.LetterVoided || kind == together.LetterDeclined || kind == together.LetterSent
			if strings.Contains(m.Subject, "Ruritania") != invites {
				t.Errorf("%s: %s", kind, m.Subject)
			}
		}
	}
	for _, kind := range kinds {
		for _, l := range locale.All {
			if s := l.T("mail.together."+kind+".subject", "party", "P", "other", "O") + l.T("mail.together."+kind+".text", "party", "P", "other", "O", "title", "T", "call", "C", "link", "L"); strings.Contains(s, "⟦") || strings.Contains(s, "{") {
				t.Errorf("%s %s: %s", l, kind, s)
			}
		}
	}
	letter.To, letter.Draft.Became, letter.Page = w.run.Participant("@maria"), cite.Ref("c7"), ""
	if err := w.letters.Together(ctx, letter); err != nil {
		t.Fatal(err)
	}
	flush(t, q, 1)
	if m := box.All()[0]; !strings.Contains(m.Text, "https://talk.example.org/en/c/ferries/c7\n") {
		t.Errorf("it does not lead to what the draft became: %s", m.Text)
	}
	letter.Page = "whole"
	sent := func(to delegation.Participant, kind string, want int) {
		t.Helper()
		letter.To, letter.Kind = to, kind
		if err := w.letters.Together(ctx, letter); err != nil {
			t.Fatal(err)
		}
		flush(t, q, want)
	}
	w.wish("mario@example.org", account.Stopped)
	sent(w.run.Participant("@mario"), together.LetterClear, 0)
	nora := w.run.Participant("@nora")
	sent(nora, together.LetterNamed, 0) // nothing reaches them
	if err := w.letters.Accounts.SetAddress(ctx, account.Number{Slug: "ferries", Participant: uint64(nora)}, "nora@example.org", locale.English, t0); err != nil {
		t.Fatal(err)
	}
	sent(nora, together.LetterNamed, 1)
	sent(nora, together.LetterClear, 0) // nobody proved the address
	var left int
	if err := w.db.QueryRow(`SELECT COUNT(*) FROM mail WHERE body <> ''`).Scan(&left); err != nil || left != 0 {
		t.Error("kept:", left, err)
	}
}
