package mail

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/settings"
)

// tiny is a conversation about ferries: a paper, an open call, and what @maria, @mario and @nora said.
const tiny = `
at 2020-01-10T09:00Z

convene ferries
  title.en: Ferries
  title.ar: العبّارات
  languages: en ar
  demonstration: yes
  officer: @olga
  labels: labels.json

publish-paper paper.json => $draft

announce comments
  title.en: Comments on ferries
  title.ar: تعليقات
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-02-14T00:00Z
  zone: UTC
  late: kept
  moderation: before

tick

submit => $maria
  as: @maria
  call: comments
  on: 1
  category: individual
  language: en
  text: Say what a ferry is.

submit => $mario
  as: @mario
  call: comments
  on: 1
  category: individual
  language: en
  text: Cattle are not goods.
  on.2: 1(i)
  language.2: en
  text.2: It should be free.

submit => $nora
  as: @nora
  call: comments
  on: 1(i)
  category: individual
  language: en
  text: The night crossing is missing.
`

const (
	publishAll = "\npublish $maria $mario $nora\n  as: @olga\n"
	answerAll  = `
answer => $a
  as: @olga
  parts: $maria.1 $mario.1
  outcome: accepted
  changes: p1.x3
  reason.en: Paragraph 1 says it now.

answer => $b
  as: @olga
  parts: $mario.2 $nora.1
  outcome: noted
  changes: p1.x4
  reason.en: The question stays.
`
	revise = "\npublish-paper revised.json => $revised\n  as: @olga\n  paper: $draft\n"
)

const elements = `"elements": [
  {"kind": "theme", %[1]s "text": {"en": "Crossing"}},
  {"kind": "issue", %[2]s "number": "1", "text": {"en": "Who may cross"}},
  {"kind": "paragraph", %[3]s "number": "1", "text": {"en": "%[5]s"}},
  {"kind": "question", %[4]s "number": "(i)", "stance": true, "text": {"en": "Should the night crossing be free?"}}]`

func tinyFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	labels, err := os.ReadFile("../internal/script/testdata/labels.json")
	if err != nil {
		t.Fatal(err)
	}
	first := `{"kind": "issues-paper", "symbol": "TEST/FERRY/1", "original": "en", "date": "2020-01-10", "title": {"en": "Draft"}, ` + fmt.Sprintf(elements, "", "", "", "", "A ferry carries people.") + "}"
	second := `{"kind": "issues-paper", "symbol": "TEST/FERRY/1 REV.", "original": "en", "date": "2020-03-10", "title": {"en": "Revised"}, ` +
		fmt.Sprintf(elements, `"ref": "p1.x1",`, `"ref": "p1.x2",`, `"ref": "p1.x3",`, `"ref": "p1.x4",`, "A ferry is a boat that comes back.") + "}"
	return fstest.MapFS{"labels.json": {Data: labels}, "paper.json": {Data: []byte(first)}, "revised.json": {Data: []byte(second)},
		"again.json": {Data: []byte(strings.NewReplacer("REV.", "REV. 2", "be free", "cost nothing").Replace(second))}}
}

// world is the tiny conversation with an address book: @maria reads English, @mario Arabic, @nora left none.
type world struct {
	t       *testing.T
	in      *plenary.Secretariat
	run     *script.Runner
	letters *Letters
	db      *private.DB
}

func newWorld(t *testing.T, scripts ...string) *world {
	t.Helper()
	key, err := record.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	log, err := record.Open(record.NewMemory(), record.Options{Key: key, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	in, err := plenary.NewSecretariat(ctx, plenary.Options{Log: log, Now: time.Now, Random: rand.Reader, Secret: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	w := &world{t: t, in: in, run: script.New(in), db: openDB(t, t.TempDir())}
	w.run.Files = tinyFiles(t)
	accounts, err := account.New(w.db, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	w.letters = &Letters{Sec: in, Accounts: accounts, Address: "https://talk.example.org"}
	for _, s := range append([]string{tiny}, scripts...) {
		w.play(s)
	}
	for alias, l := range map[string]locale.Lang{"@maria": locale.English, "@mario": locale.Arabic} {
		if err := accounts.SetAddress(ctx, account.Number{Slug: "ferries", Participant: uint64(w.run.Participant(alias))}, alias[1:]+"@example.org", l, t0); err != nil {
			t.Fatal(err)
		}
		w.wish(alias[1:]+"@example.org", account.Confirmed)
	}
	return w
}

// wish says what the reader of an address wants.
func (w *world) wish(email string, wish account.Wish) {
	w.t.Helper()
	token, _, err := w.letters.Accounts.LettersTo(ctx, email)
	if err != nil {
		w.t.Fatal(err)
	}
	if ok, err := w.letters.Accounts.SetWish(ctx, token, wish); !ok || err != nil {
		w.t.Fatal(ok, err)
	}
}

func (w *world) play(s string) {
	w.t.Helper()
	if err := w.run.RunText(ctx, "tiny", s); err != nil {
		w.t.Fatal(err)
	}
}

// read composes the letters of the whole record, as a follower does that was away until now.
func (w *world) read() []post.Message {
	w.t.Helper()
	entries, err := w.in.RecordEntries(ctx, "ferries", 1, 1<<40)
	if err != nil {
		w.t.Fatal(err)
	}
	compose := w.letters.Compose("ferries")
	var out []post.Message
	for _, e := range entries {
		ms, err := compose(ctx, e.Fact, cite.Entry{Position: e.Position, Time: e.Time})
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, ms...)
	}
	return out
}

// short says of each letter to whom it goes, what kind it is and what it is about.
func (w *world) short(ms []post.Message) []string {
	var out []string
	for _, m := range ms {
		name, _, _ := strings.Cut(m.Notice, " ")
		about := string(m.About)
		for _, alias := range []string{"$maria", "$mario", "$nora"} {
			if w.run.Ref(alias) == m.About {
				about = alias
			}
		}
		who, _, _ := strings.Cut(m.To, "@")
		out = append(out, who+": "+name+" "+about)
	}
	return out
}

// Who hears of what. The record is read after all of it happened: what is so no more is not said.
func TestLetters(t *testing.T) {
	for name, c := range map[string]struct {
		scripts []string
		want    []string
	}{
		"received":  {nil, []string{"maria: receipt $maria", "mario: receipt $mario"}},
		"published": {[]string{publishAll}, []string{"maria: receipt $maria", "mario: receipt $mario", "maria: published $maria", "mario: published $mario"}},
		"withheld": {[]string{"\nwithhold $maria\n  as: @olga\n  ground: advertising\n  reason: Boats.\n"},
			[]string{"maria: receipt $maria", "mario: receipt $mario", "maria: withheld $maria"}},
		"published, then withheld": {[]string{publishAll, "\nwithhold $maria\n  as: @olga\n  ground: advertising\n  reason: Boats.\n"},
			[]string{"maria: receipt $maria", "mario: receipt $mario", "mario: published $mario", "maria: withheld $maria"}},
		"withheld, then published": {[]string{"\nwithhold $maria\n  as: @olga\n  ground: advertising\n  reason: Boats.\n", "\npublish $maria\n  as: @olga\n"},
			[]string{"maria: receipt $maria", "mario: receipt $mario", "maria: published $maria"}},
		"withdrawn while it waited":   {[]string{"\nwithdraw $maria\n"}, []string{"mario: receipt $mario"}},
		"withdrawn after publication": {[]string{publishAll, "\nwithdraw $maria\n"}, []string{"mario: receipt $mario", "mario: published $mario"}},
		"erased":                      {[]string{publishAll, "\nerase $maria\n  as: @olga\n  ground: at_request\n"}, []string{"mario: receipt $mario", "mario: published $mario"}},
		"withheld, then erased": {[]string{"\nwithhold $maria\n  as: @olga\n  ground: advertising\n  reason: Boats.\n", "\nerase $maria\n  as: @olga\n  ground: at_request\n"},
			[]string{"mario: receipt $mario"}},
		// One letter for each contribution at each answer, though two points of it were answered.
		"answered": {[]string{publishAll, answerAll}, []string{"maria: receipt $maria", "mario: receipt $mario", "maria: published $maria", "mario: published $mario",
			"maria: answered $maria", "mario: answered $mario", "mario: answered $mario"}},
		"answered, then withdrawn": {[]string{publishAll, answerAll, "\nwithdraw $mario\n"}, []string{"maria: receipt $maria", "maria: published $maria", "maria: answered $maria"}},
		"changed": {[]string{publishAll, answerAll, revise}, []string{"maria: receipt $maria", "mario: receipt $mario", "maria: published $maria", "mario: published $mario",
			"maria: answered $maria", "mario: answered $mario", "mario: answered $mario", "maria: changed $maria", "mario: changed $mario"}},
		// A later edition that leaves the passage as it is says nothing again.
		// The edition left the question as it was, whatever the answer promised: nobody hears of it.
		"left as it was": {[]string{publishAll, strings.Replace(strings.Replace(answerAll, "accepted", "noted", 1), "  changes: p1.x3\n", "", 1), revise}, []string{"maria: receipt $maria", "mario: receipt $mario",
			"maria: published $maria", "mario: published $mario", "maria: answered $maria", "mario: answered $mario", "mario: answered $mario"}},
		"changed, then another edition": {[]string{publishAll, answerAll, revise, "\npublish-paper again.json => $again\n  as: @olga\n  paper: $draft\n"}, []string{"maria: receipt $maria", "mario: receipt $mario", "maria: published $maria", "mario: published $mario",
			"maria: answered $maria", "mario: answered $mario", "mario: answered $mario", "maria: changed $maria", "mario: changed $mario"}},
		"changed, then withdrawn": {[]string{publishAll, answerAll, revise, "\nwithdraw $mario\n"}, []string{"maria: receipt $maria", "maria: published $maria", "maria: answered $maria", "maria: changed $maria"}},
		"changed, then erased": {[]string{publishAll, answerAll, revise, "\nerase $maria\n  as: @olga\n  ground: at_request\n"},
			[]string{"mario: receipt $mario", "mario: published $mario", "mario: answered $mario", "mario: answered $mario", "mario: changed $mario"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.scripts...)
			got := w.short(w.read())
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q\nwant %q", got, c.want)
			}
		})
	}
}

// Each guard by itself: a letter goes out only while it is true.
func TestLetterHolds(t *testing.T) {
	type set = []consultation.Status
	for _, c := range []struct {
		notice notice
		for_   set
	}{
		{receipt, set{consultation.Pending, consultation.Published, consultation.Withheld}},
		{published, set{consultation.Published}},
		{withheld, set{consultation.Withheld}},
		{answered, set{consultation.Published}},
		{changed, set{consultation.Published}},
		{replied, set{consultation.Published}},
		{worded, set{consultation.Published}},
		{dissolved, set{consultation.Published}},
		{supported, set{consultation.Published}},
	} {
		for _, s := range []consultation.Status{consultation.Pending, consultation.Published, consultation.Withheld, consultation.Withdrawn, consultation.Erased} {
			if got := c.notice.holds(s); got != slices.Contains(c.for_, s) {
				t.Errorf("%s of what is %s: %v", c.notice.name, s, got)
			}
		}
	}
}

// Every row of the table is about a fact that is written, and its letter can be said in every language.
func TestNotices(t *testing.T) {
	for kind, all := range notices {
		if !slices.Contains(conversation.Kinds(), kind) {
			t.Errorf("%s is no kind of fact", kind)
		}
		for i := range len(all) * len(locale.All) {
			n, l := all[i%len(all)], locale.All[i/len(all)]
			for _, part := range []string{"subject", "text"} {
				if s := l.T("mail."+n.name+"."+part, "list", "L", "question", "1", "ref", "c1", "title", "T", "n", "1", "time", "now", "key", "K", "link", "L", "check", "K", "ground", "G", "outcome", "O", "symbol", "S", "said", "now"); strings.Contains(s, "⟦") {
					t.Errorf("%s %s: %s", l, n.name, s)
				}
			}
		}
	}
}

// What stands in a letter, in its reader's language; what is copied from it has no marks of direction.
func TestLetterText(t *testing.T) {
	w := newWorld(t, publishAll, answerAll)
	_, _, key := w.in.Key("ferries")
	for _, m := range w.read() {
		lang := "en"
		if m.To == "mario@example.org" {
			lang = "ar"
		}
		if string(m.Lang) != lang || m.Slug != "ferries" || m.Position == 0 || m.Participant == 0 {
			t.Errorf("%+v", m)
		}
		link := "\nhttps://talk.example.org/" + lang + "/c/ferries/" + string(m.About)
		if !strings.Contains(m.Text, link) || !strings.Contains(m.Text, map[string]string{"en": "Ferries", "ar": "العبّارات"}[lang]) || !strings.HasSuffix(m.Text, m.Lang.T("mail.demo")) {
			t.Errorf("%s", m.Text)
		}
		if m.Notice == "receipt" && (!strings.Contains(m.Text, ": "+key) && !strings.Contains(m.Text, key) || strings.Contains(m.Text, "\u2068"+key)) {
			t.Errorf("%q", m.Text)
		}
		if m.Notice == "receipt" && !strings.Contains(m.Text, link+"/receipt\n") {
			t.Errorf("%q", m.Text)
		}
		if strings.HasPrefix(m.Notice, "answered") && !strings.Contains(m.Text, m.Lang.T("outcome.accepted")) && !strings.Contains(m.Text, m.Lang.T("outcome.noted")) {
			t.Errorf("%q", m.Text)
		}
	}
}

// Where the address book cannot be read no letter is lost: the entry is read again.
func TestComposeWithoutAddresses(t *testing.T) {
	w := newWorld(t)
	w.db.Close()
	_, err := w.letters.Compose("ferries")(ctx, &consultation.Received{Ref: w.run.Ref("$maria")}, cite.Entry{Position: 9})
	if err == nil {
		t.Error("no fault")
	}
	if _, err := w.letters.Compose("elsewhere")(ctx, &consultation.Received{Ref: "c1"}, cite.Entry{Position: 9}); err == nil {
		t.Error("letters of nothing")
	}
	// A fact that calls for no letter needs no address book.
	if ms, err := w.letters.Compose("ferries")(ctx, &settings.Staged{}, cite.Entry{Position: 9}); ms != nil || err != nil {
		t.Error(ms, err)
	}
}

func TestSignInAndInvitation(t *testing.T) {
	box := &post.Mailbox{}
	q, c := newQueue(t, box)
	accounts, err := account.New(q.db, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	l := &Letters{Accounts: accounts, Queue: q}
	in := &account.SignIn{Token: "t", Code: "123456", To: "a@example.org", Expires: c.now().Add(15 * time.Minute)}
	if err := errors.Join(l.SignIn(ctx, in, locale.French, "https://talk.example.org/fr/sign-in/t"), l.Invite(ctx, account.InvitationLetter{Invitation: account.Invitation{Email: "b@example.org", Lang: locale.Russian, Sent: c.now()}, Title: "Ferries", Link: "https://talk.example.org/ru/invitation/x"})); err != nil {
		t.Fatal(err)
	}
	flush(t, q, 2)
	counts(t, q, map[string]int{}) // nothing of them is kept
	for to, want := range map[string][]string{"a@example.org": {"\nhttps://talk.example.org/fr/sign-in/t\n", "123456"}, "b@example.org": {"\nhttps://talk.example.org/ru/invitation/x\n", "Ferries"}} {
		all := box.To(to)
		if len(all) != 1 {
			t.Fatal(all)
		}
		for _, s := range want {
			if !strings.Contains(all[0].Text, s) {
				t.Errorf("%q lacks %q", all[0].Text, s)
			}
		}
	}
	rows := box.Rows()
	if len(rows) != 2 || rows[0].Link == "" || !slices.ContainsFunc([]string{rows[0].Link, rows[1].Link}, func(l string) bool { return l == "/fr/sign-in/t" }) {
		t.Errorf("%+v", rows)
	}
	// A link that is over is not sent.
	in.Expires = c.now()
	if err := l.SignIn(ctx, in, locale.French, "https://talk.example.org"); err != nil {
		t.Fatal(err)
	}
	flush(t, q, 0)
	counts(t, q, map[string]int{})
}

// One author hears of each of their contributions that one answer answers.
func TestOneAnswerToTwoOfOneAuthor(t *testing.T) {
	w := newWorld(t, "\nsubmit => $second\n  as: @maria\n  call: comments\n  on: 1\n  category: individual\n  language: en\n  text: And another thing.\n",
		"\npublish $maria $second\n  as: @olga\n", "\nanswer\n  as: @olga\n  parts: $maria.1 $second.1\n  outcome: noted\n  reason.en: Noted.\n")
	q, err := NewQueue(w.db, &post.Mailbox{}, "noreply@plenary.example", w.in.Now)
	if err != nil {
		t.Fatal(err)
	}
	last := w.in.Durable("ferries")
	entries, err := w.in.RecordEntries(ctx, "ferries", last, last)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.answer(ctx, "ferries", last-1, entries, w.letters.Compose("ferries")); err != nil {
		t.Fatal(err)
	}
	counts(t, q, map[string]int{post.Queued: 2})
}

// A letter about an answer is called by the line that heads it, in the reader's language where it is in it.
func TestHeadedAnswer(t *testing.T) {
	w := newWorld(t, publishAll, "\nanswer\n  as: @olga\n  parts: $maria.1 $mario.1\n  outcome: noted\n  heading.en: Boats are issue 1\n  heading.ar: القوارب هي المسألة 1\n  reason.en: Noted.\n")
	headed := 0
	for _, m := range w.read() {
		line := "Boats are issue 1"
		if m.Lang == "ar" {
			line = "القوارب هي المسألة 1"
		}
		if strings.HasPrefix(m.Notice, "answered") {
			if headed++; !strings.HasPrefix(m.Subject, line) || !strings.Contains(m.Text, line) || !strings.Contains(m.Text, m.Lang.T("outcome.noted")) {
				t.Errorf("%s\n%s", m.Subject, m.Text)
			}
		}
	}
	if headed != 2 {
		t.Errorf("%d letters", headed)
	}
}

// The queue keeps what the follower of a whole conversation made, and an erasure afterwards leaves none of it.
func TestFollowedThenErased(t *testing.T) {
	w := newWorld(t, publishAll, answerAll)
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
	counts(t, q, map[string]int{post.Queued: 7})
	if err := q.Erase(ctx, "ferries", w.run.Ref("$mario"), uint64(w.run.Participant("@mario"))); err != nil {
		t.Fatal(err)
	}
	counts(t, q, map[string]int{post.Queued: 3})
	// A follower that composed before the erasure and stores after it puts nothing back.
	if _, err := q.answer(ctx, "ferries", 0, entries, w.letters.Compose("ferries")); err != nil {
		t.Fatal(err)
	}
	counts(t, q, map[string]int{post.Queued: 3})
}
