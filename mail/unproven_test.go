package mail

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/refusal"
)

// five are five contributions of as many people.
func five() (out string) {
	for i := range 5 {
		out += fmt.Sprintf("\nsubmit => $five%[1]d\n  as: @five%[1]d\n  call: comments\n  on: 1\n  category: individual\n  language: en\n  text: Number %[1]d of five.\n", i)
	}
	return out
}

// named lets the five name one address, in small and in capital letters.
func (w *world) named(email string) {
	w.t.Helper()
	for i := range 5 {
		if i%2 == 1 {
			email = strings.ToUpper(email)
		}
		n := account.Number{Slug: "ferries", Participant: uint64(w.run.Participant(fmt.Sprintf("@five%d", i)))}
		if err := w.letters.Accounts.SetAddress(ctx, n, email, locale.French, t0); err != nil {
			w.t.Fatal(err)
		}
	}
}

// to counts the letters of each kind to an address.
func to(ms []post.Message, email string) (out []string) {
	for _, m := range ms {
		if strings.EqualFold(m.To, email) {
			out = append(out, m.Notice)
		}
	}
	return out
}

// An address that nobody proved gets the receipt of the first contribution that names it, and nothing else, however
// often it is named and whatever becomes of it; once it is confirmed, it gets the rest. An entry that is read again, because
// its letter was not stored, is written about again.
func TestUnprovenGetsOneLetter(t *testing.T) {
	const victim = "victim@example.org"
	w := newWorld(t, five(), "\npublish $five0 $five1 $five2 $five3 $five4\n  as: @olga\n")
	w.named(victim)
	for range 2 {
		got := w.read()
		if kinds := to(got, victim); !slices.Equal(kinds, []string{"receipt"}) {
			t.Fatalf("%q", kinds)
		}
		for _, m := range got {
			if m.To != victim {
				continue
			}
			if m.About != w.run.Ref("$five0") || m.Lang != locale.French || len(m.Files) != 2 || !strings.Contains(m.Text, m.Lang.T("mail.unproven", "link", m.Stop)) || !strings.HasPrefix(m.Stop, "https://talk.example.org/fr/mail/") {
				t.Errorf("%+v", m)
			}
		}
	}
	// Confirmed: what comes from now on goes, here for the whole record read anew.
	w.wish(victim, account.Confirmed)
	got := to(w.read(), victim)
	slices.Sort(got)
	if want := slices.Concat(slices.Repeat([]string{"published"}, 5), slices.Repeat([]string{"receipt"}, 5)); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for _, m := range w.read() {
		if strings.EqualFold(m.To, victim) && (!strings.Contains(m.Text, m.Lang.T("mail.stop", "link", m.Stop)) || strings.Contains(m.Text, m.Lang.T("mail.unproven", "link", m.Stop))) {
			t.Errorf("%s", m.Text)
		}
	}
	w.wish(victim, account.Stopped)
	if got := to(w.read(), victim); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// Whoever signs in with an address has proved it.
func TestSigningInProves(t *testing.T) {
	const author = "author@example.org"
	w := newWorld(t, five())
	w.named(author)
	if _, err := w.letters.Accounts.Ensure(ctx, author, locale.English, t0); err != nil {
		t.Fatal(err)
	}
	if got := to(w.read(), author); len(got) != 5 {
		t.Errorf("%q", got)
	}
}

// The files of a receipt: the one that /check takes, and the words, letter by letter.
func TestReceiptFiles(t *testing.T) {
	w := newWorld(t)
	for _, m := range w.read() {
		if len(m.Files) != 2 || m.Files[0].Type != "application/json" || m.Files[1].Name != m.Lang.T("mail.receipt.file", "ref", string(m.About))+".txt" {
			t.Fatalf("%+v", m.Files)
		}
		if m.Files[0].Name != "receipt-ferries-"+string(m.About)+".json" {
			t.Error(m.Files[0].Name)
		}
		c := w.in.CheckReceipt(ctx, m.Files[0].Content)
		if !c.Held() || c.Received.Ref != m.About || c.Words == nil {
			t.Errorf("%+v", c)
		}
		for field, words := range c.Words {
			if (strings.HasSuffix(field, ".text") || strings.HasSuffix(field, ".wording")) && !bytes.Contains(m.Files[1].Content, []byte("\n"+words+"\n")) {
				t.Errorf("%s is not in %s", field, m.Files[1].Content)
			}
		}
	}
}

// What was blacked out before the letter was written does not go to an address that may be anybody's; that it was
// received, and when, can be proved all the same.
func TestNoBlackedOutWordsToAnybody(t *testing.T) {
	w := newWorld(t, publishAll, "\nredact $maria.1\n  as: @olga\n  masks: 1.text[0:3]\n  ground: personal_data\n")
	letter := func() post.Message {
		for _, m := range w.read() {
			if m.To == "maria@example.org" && m.Notice == "receipt" {
				return m
			}
		}
		t.Fatal("no receipt")
		return post.Message{}
	}
	code := w.in.AuthorCode("ferries", w.run.Participant("@maria"))
	if m := letter(); len(m.Files) != 2 || !strings.Contains(m.Text, "\n"+code+"\n") || !strings.Contains(m.Text, "/c/ferries/mine\n") {
		t.Errorf("the author lacks their words, or their code: %+v\n%s", m.Files, m.Text)
	}
	if _, err := w.db.Exec(`UPDATE account_letters SET wish = ''`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Exec(`UPDATE account_letters SET letter = ''`); err != nil {
		t.Fatal(err)
	}
	m := letter()
	if len(m.Files) != 1 {
		t.Fatalf("%+v", m.Files)
	}
	if c := w.in.CheckReceipt(ctx, m.Files[0].Content); !c.Held() || c.Words != nil || strings.Contains(m.Text, code) {
		t.Errorf("%+v\n%s", c, m.Text)
	}
}

// Every letter says who sends it, why, and how to have no more, in each language.
func TestFoot(t *testing.T) {
	for _, l := range locale.All {
		for _, f := range []foot{{why: "address", unproven: true}, {why: "address"}, {why: "account"}, {why: "signin"}, {why: "invited"}, {why: "witness"}} {
			f.host, f.args = "https://talk.example.org/x", []any{"ref", "c1", "title", "Ferries"}
			if f.why != "witness" {
				f.stop = "https://talk.example.org/x/mail/t"
			}
			s := f.text(l)
			if strings.Contains(s, "⟦") || strings.Contains(s, "{") || !strings.Contains(s, "talk.example.org") || f.stop != "" && !strings.Contains(s, "\n"+f.stop) {
				t.Errorf("%s %s: %s", l, f.why, s)
			}
		}
	}
}

// Whoever wants no letters gets no invitation, and the officer hears of it. The letter says who invites, as what, with
// which words, and until when.
func TestInvitationLanguageAndStop(t *testing.T) {
	box := &post.Mailbox{}
	q, _ := newQueue(t, box)
	accounts, err := account.New(q.db, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	l := &Letters{Accounts: accounts, Queue: q}
	if _, err := accounts.Ensure(ctx, "b@example.org", locale.Russian, t0); err != nil {
		t.Fatal(err)
	}
	invite := func() error {
		return l.Invite(ctx, account.InvitationLetter{Invitation: account.Invitation{Email: "b@example.org", Lang: locale.Russian, Name: "Борис", Word: "Come.\nPlease.", Roles: []string{"officer", "moderator"}, Sent: t0},
			Title: "Ferries", From: "Olga", For: "Kenya", Link: "https://talk.example.org/ru/invitation/abc", Zone: "Europe/Paris"})
	}
	if err := invite(); err != nil {
		t.Fatal(err)
	}
	flush(t, q, 1)
	if m := box.All()[0]; m.Lang != locale.Russian || m.Subject != locale.Russian.T("mail.invited.subject", "title", "Ferries") {
		t.Errorf("%+v", m)
	} else {
		for _, want := range []string{"Борис", "Olga", "Kenya", "    Come.\n    Please.", "должностное лицо и модератор", "\nhttps://talk.example.org/ru/invitation/abc\n", m.Stop, "(Париж)"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("no %q in\n%s", want, m.Text)
			}
		}
		if strings.Contains(m.Text, "⟦") {
			t.Error(m.Text)
		}
	}
	token, _, err := accounts.LettersTo(ctx, "B@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := accounts.SetWish(ctx, token, account.Stopped); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if rs := refusal.Of(invite()); len(rs) != 1 || rs[0].Key != "mail.stopped" {
		t.Error(rs)
	}
	// Nor a link to a draft, whoever types their address.
	draft := func(to string) error {
		return l.Draft(ctx, to, locale.French, "Ferries", "https://talk.example.org/fr/c/ferries/k1/form/part/resume?code=x")
	}
	if rs := refusal.Of(draft("b@example.org")); len(rs) != 1 || rs[0].Key != "mail.stopped" {
		t.Error(rs)
	}
	flush(t, q, 0)
	if err := draft("c@example.org"); err != nil {
		t.Fatal(err)
	}
	flush(t, q, 1)
	if m := box.All()[0]; m.To != "c@example.org" || m.Stop == "" || !strings.Contains(m.Text, "resume?code=x") || !strings.Contains(m.Text, m.Stop) {
		t.Errorf("%+v", m)
	}
}

// An erasure reaches the files that wait with a letter.
func TestErasedWithItsFiles(t *testing.T) {
	w := newWorld(t)
	q, err := NewQueue(w.db, &post.Mailbox{}, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := w.in.RecordEntries(ctx, "ferries", 1, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.answer(ctx, "ferries", 0, entries, w.letters.Compose("ferries")); err != nil {
		t.Fatal(err)
	}
	files := func() (n int) {
		if err := w.db.QueryRow(`SELECT COUNT(*) FROM mail_file`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := files(); n != 4 {
		t.Fatal(n)
	}
	if err := q.Erase(ctx, "ferries", w.run.Ref("$mario"), uint64(w.run.Participant("@mario"))); err != nil {
		t.Fatal(err)
	}
	if n := files(); n != 2 {
		t.Error("left:", n)
	}
	flush(t, q, 1)
	if n := files(); n != 0 {
		t.Error("what was sent is kept:", n)
	}
	if holds := receipt.holds(consultation.Erased); holds {
		t.Error("a receipt of what was erased")
	}
}

// Marks of direction stand only where something reads the other way.
func TestMarksOfDirection(t *testing.T) {
	for _, c := range []struct {
		lang       locale.Lang
		text, want string
	}{
		{locale.French, "a \u2068Éclairage\u2069 b \u2068العبّارات c1\u2069 \u2068K\u2069", "a Éclairage b \u2068العبّارات c1\u2069 K"},
		{locale.Arabic, "a \u2068Éclairage\u2069 b \u2068K\u2069", "a \u2068Éclairage\u2069 b K"},
	} {
		if got := verbatim(c.lang, c.text, "K"); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
