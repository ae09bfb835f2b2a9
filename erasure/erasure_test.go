package erasure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/consultation/life"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/conversation/template"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/private/privatetest"
)

var ctx = context.Background()

const marker = "MARKER-TO-BE-FORGOTTEN"

// world is an instance on a disk with two conversations, each with an open call.
type world struct {
	occasions int // entries that were written for nothing but to be written
	t         *testing.T
	*plenary.Instance
	Eraser
	pages []string // whose pages were dropped
}

const ferries = `
at 2020-01-10T09:00Z

convene SLUG
  title.en: Ferries
  languages: en
  officer: @olga
  demonstration: yes
  labels: labels.json

publish-paper paper.json => $draft

announce comments
  title.en: Comments on ferries
  paper: $draft
  opens: 2020-01-10T09:00Z
  closes: 2020-02-14T00:00Z
  zone: UTC
  late: kept
  moderation: after

tick
`

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAfter(t, func(*world) {})
}

// newWorldAfter is a world in which something was there before the demonstrations: what is convened beside one is one.
func newWorldAfter(t *testing.T, first func(*world)) *world {
	t.Helper()
	w := &world{t: t}
	dir := t.TempDir()
	w.open(dir)
	first(w)
	for _, slug := range []string{"ferries", "bridges"} {
		r := script.New(w.Sec)
		r.Files = os.DirFS("../internal/script/testdata")
		if err := r.RunText(ctx, slug, strings.Replace(ferries, "SLUG", slug, 1)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { w.close() })
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open(dir string) {
	w.t.Helper()
	in, err := plenary.OpenInstance(ctx, plenary.InstanceOptions{Dir: dir})
	w.ok(err)
	w.Instance = in
	w.Eraser = Eraser{Sec: in.Secretariat, Pages: func(slug string) { w.pages = append(w.pages, slug) }}
	w.DB, err = privatetest.Open(w.t, filepath.Join(dir, private.FileName))
	w.ok(err)
	w.Accounts, err = account.New(w.DB, in.Secret)
	w.ok(err)
	w.Drafts = draft.New(w.DB)
	w.Eraser.Files, err = attachment.New(w.DB, dir)
	w.ok(err)
	w.Letters, err = mail.NewQueue(w.DB, &post.Mailbox{}, "noreply@plenary.example", in.Now)
	w.ok(err)
}

func (w *world) close() { w.ok(errors.Join(w.DB.Close(), w.Instance.Close())) }

// again stops the instance and starts it anew.
func (w *world) again() {
	w.t.Helper()
	w.close()
	w.open(w.Dir)
}

func (w *world) file(content, name string) consultation.SubmitFile {
	w.t.Helper()
	f, err := w.Eraser.Files.Keep(ctx, strings.NewReader(content), name, w.Now())
	w.ok(err)
	w.ok(w.Eraser.Files.Cited(ctx, f.ID))
	return consultation.SubmitFile{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA}
}

// begun keeps a version of a draft with a file, and gives the file.
func (w *world) begun(slug, key string, owner uint64, version int) (file string) {
	w.t.Helper()
	f, err := w.Eraser.Files.Keep(ctx, strings.NewReader(fmt.Sprint(slug, key, version)), "a.txt", w.Now())
	w.ok(err)
	_, err = w.Drafts.Save(ctx, draft.Draft{Slug: slug, Kind: draft.Contribution, Key: key, Owner: owner, Body: []byte(`{"call":"k1","writing":{"files":[{"id":"` + f.ID + `"}]}}`)}, version, w.Now())
	w.ok(err)
	return f.ID
}

// lies reports whether a file is there.
func (w *world) lies(id string) bool {
	w.t.Helper()
	_, ok, err := w.Eraser.Files.Look(ctx, id)
	w.ok(err)
	return ok
}

// submit sends a contribution: by an account's participant, or without one under a form's token.
func (w *world) submit(slug, text, token string, by delegation.Participant, files ...consultation.SubmitFile) cite.Ref {
	w.t.Helper()
	a := conversation.Ask{By: by, For: delegation.Party(by), Token: token, Scope: string(by.Ref()), Assurance: consultation.EmailProven, Told: time.Date(2020, 1, 12, 0, 0, 0, 0, time.UTC)}
	if by == 0 {
		a.By, a.Scope, a.Assurance = w.Sec.AnonymousParticipant(slug, token), "", consultation.Anonymous
		a.For = delegation.Party(a.By)
	}
	a.Command = consultation.Submit{Call: "k1", Category: "individual", Name: text, Parts: []consultation.SubmitPart{{On: "p1.e1.x3", Language: locale.English, Text: text, Likeness: w.Sec.Likeness(slug, text)}}, Files: files}
	answer, err := w.Sec.Do(ctx, slug, a)
	w.ok(err)
	return answer.Refs[0]
}

func (w *world) erased(slug string, ref cite.Ref) {
	w.t.Helper()
	_, err := w.Sec.Do(ctx, slug, conversation.Ask{By: w.officer(slug), Assurance: consultation.EmailProven, Command: conversation.Erase{Contribution: ref, Ground: "at_request"}, Told: time.Date(2020, 1, 13, 0, 0, 0, 0, time.UTC)})
	w.ok(err)
}

// officer is who holds the office.
func (w *world) officer(slug string) (olga delegation.Participant) {
	w.t.Helper()
	_, err := w.Sec.Read(ctx, slug, func(st *conversation.State) error {
		olga = st.Roll.Holders(delegation.Officer)[0]
		return nil
	})
	w.ok(err)
	return olga
}

// found lists the files of the directory in which some bytes stand.
func (w *world) found(s string) (names []string) {
	w.t.Helper()
	w.ok(filepath.WalkDir(w.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type() != 0 {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(s)) {
			names = append(names, d.Name())
		}
		return err
	}))
	return names
}

// left is found, once the record had an occasion to cut its log off: a reader may have held it at that moment, and
// then it is cut off with one of the next entries.
func (w *world) left(s string) []string {
	w.t.Helper()
	names := w.found(s)
	for range 50 {
		if !slices.Equal(names, []string{"record.db-wal"}) {
			break
		}
		w.occasions++
		w.submit("ferries", "something else", fmt.Sprintf("nonce-of-a-form-%07d", w.occasions), 0)
		names = w.found(s)
	}
	return names
}

func (w *world) letter(slug string, ref cite.Ref, p cite.Position, by delegation.Participant) {
	w.t.Helper()
	w.ok(w.Letters.Put(ctx, post.Message{To: marker + "@example.org", Subject: "s", Text: marker, Notice: "published", Slug: slug, Participant: uint64(by), Position: p, About: ref,
		Files: []post.File{{Name: marker + ".txt", Type: "text/plain", Content: []byte(strings.Repeat(marker, 1000))}}}))
}

// After the follower has passed, the marker is nowhere: not in drafts, letters, addresses, files or their
// names, on the record, or in any log beside them.
func TestMarkerIsNowhere(t *testing.T) {
	w := newWorld(t)
	const token = "nonce-of-a-form-1234567"
	by := w.Sec.AnonymousParticipant("ferries", token)
	ref := w.submit("ferries", marker, token, 0, w.file(marker, marker+".txt"))
	other := w.submit("ferries", "this stays", "nonce-of-a-form-7654321", 0, w.file("stays", "stays.txt"))
	w.ok(w.Accounts.SetAddress(ctx, account.Number{Slug: "ferries", Participant: uint64(by)}, marker+"@example.org", locale.English, w.Now()))
	// The form was still open in another tab, and saved what was sent already.
	_, err := w.Drafts.Save(ctx, draft.Draft{Slug: "ferries", Kind: draft.Contribution, Key: token, Body: []byte(marker), Code: 77}, 0, w.Now())
	w.ok(err)
	_, err = w.Drafts.Save(ctx, draft.Draft{Slug: "ferries", Kind: draft.Contribution, Key: "of-somebody-else", Body: []byte("going on")}, 0, w.Now())
	w.ok(err)
	for of, said := range map[cite.Ref]string{ref: marker, other: "an answer"} { // an officer is answering both
		_, err = w.Drafts.Save(ctx, draft.Draft{Slug: "ferries", Kind: draft.Answer, Key: string(of) + ".1", Body: []byte(said)}, 0, w.Now())
		w.ok(err)
	}
	w.letter("ferries", ref, 20, by)
	if len(w.found(marker)) == 0 {
		t.Fatal("not planted")
	}
	w.erased("ferries", ref)
	w.ok(w.CatchUp(ctx))
	if names := w.left(marker); len(names) > 0 {
		t.Error("still in", names)
	}
	if !slices.Equal(w.pages, []string{"ferries"}) {
		t.Error("pages that are kept ready:", w.pages)
	}
	// What others said and kept is as it was.
	if _, ok, err := w.Drafts.ByCode(ctx, "ferries", 77); ok || err != nil {
		t.Errorf("the code still finds a draft: %v, %v", ok, err)
	}
	if keys, err := w.Drafts.Unowned(ctx, "ferries"); err != nil || !slices.Equal(keys, []string{"of-somebody-else"}) {
		t.Error(keys, err)
	}
	if list, err := w.Drafts.List(ctx, "ferries", draft.Answer, 0); err != nil || len(list) != 1 || list[0].Key != string(other)+".1" {
		t.Error("answers that are being written:", list, err)
	}
	if n, err := Check(ctx, w.Sec, w.Accounts, w.Eraser.Files); n != 1 || err != nil {
		t.Error(n, err)
	}
	// A second pass has nothing to do; and a letter that came late is not taken.
	w.ok(w.CatchUp(ctx))
	if len(w.pages) != 1 {
		t.Error("done again:", w.pages)
	}
	w.letter("ferries", ref, 21, by)
	if names := w.left(marker); len(names) > 0 {
		t.Error("back in", names)
	}
	w.letter("ferries", other, 22, by)
	if len(w.found(marker)) == 0 {
		t.Error("letters about other contributions are not taken")
	}
}

// An author who signed in keeps their account, and what they sent besides.
func TestAuthorWithAnAccount(t *testing.T) {
	w := newWorld(t)
	id, err := w.Accounts.Ensure(ctx, "maria@example.org", locale.English, w.Now())
	w.ok(err)
	n, err := w.Accounts.Participant(ctx, id, "ferries", w.Sec.Number)
	w.ok(err)
	ref := w.submit("ferries", marker, "t1-of-maria", delegation.Participant(n))
	files := map[string]string{}
	for key, slug := range map[string]string{"mine": "ferries", "elsewhere": "bridges"} {
		files[key] = w.begun(slug, key, n, 0)
	}
	const token = "nonce-of-nobody-0000000"
	files["nobody's"] = w.begun("ferries", token, 0, 0)
	w.erased("ferries", ref)
	w.erased("ferries", w.submit("ferries", marker, token, 0))
	w.ok(w.CatchUp(ctx))
	if w.lies(files["mine"]) || w.lies(files["nobody's"]) || !w.lies(files["elsewhere"]) {
		t.Error("the files of drafts that are gone, and of one that is not:", w.lies(files["mine"]), w.lies(files["nobody's"]), w.lies(files["elsewhere"]))
	}
	if p, ok, err := w.Accounts.ParticipantOf(ctx, id, "ferries"); p != n || !ok || err != nil {
		t.Error(p, ok, err)
	}
	for key, slug := range map[string]string{"mine": "ferries", "elsewhere": "bridges"} {
		if _, ok, err := w.Drafts.Get(ctx, slug, draft.Contribution, key); ok != (slug == "bridges") || err != nil {
			t.Error(key, ok, err)
		}
	}
}

// A file that another contribution cites stays, in whichever conversation that is; the last one takes it along.
func TestFileCitedTwice(t *testing.T) {
	w := newWorld(t)
	f := w.file("the evidence", "evidence.txt")
	victim := w.submit("ferries", "see the evidence", "nonce-victim-00000000000", 0, f)
	thief := w.submit("bridges", "I cite it too", "nonce-thief-000000000000", 0, f)
	w.erased("bridges", thief)
	w.ok(w.CatchUp(ctx))
	if held, err := w.Eraser.Files.Held(ctx); !held[f.ID] || err != nil {
		t.Fatal("a stranger's erasure took the file away", err)
	}
	w.erased("ferries", victim)
	w.ok(w.CatchUp(ctx))
	if held, err := w.Eraser.Files.Held(ctx); held[f.ID] || err != nil {
		t.Error("left", err)
	}
}

// TestDocumentTakenOff: the file of a document goes with it, once nothing else cites it; the files of other documents stay.
func TestDocumentTakenOff(t *testing.T) {
	w := newWorld(t)
	officer := w.officer("ferries")
	do := func(c any) {
		t.Helper()
		_, err := w.Sec.Do(ctx, "ferries", conversation.Ask{By: officer, Assurance: consultation.EmailProven, Told: time.Date(2020, 1, 13, 0, 0, 0, 0, time.UTC), Command: c})
		w.ok(err)
	}
	f, g := w.file("the costs", "costs.txt"), w.file("the times", "times.txt")
	for _, file := range []consultation.SubmitFile{f, g, f} {
		do(life.AddDocument{Call: "k1", Title: locale.Plain("en", "Document"), File: file})
	}
	held := func(when string, f, g bool, ids ...string) {
		t.Helper()
		w.ok(w.CatchUp(ctx))
		if held, err := w.Eraser.Files.Held(ctx); held[ids[0]] != f || held[ids[1]] != g || err != nil {
			t.Errorf("%s: %t %t %v", when, held[ids[0]], held[ids[1]], err)
		}
	}
	do(life.RemoveDocument{Call: "k1", Number: 1, Reason: "Old."})
	held("another document cites it", true, true, f.ID, g.ID)
	do(life.RemoveDocument{Call: "k1", Number: 3, Reason: "Old."})
	held("nothing cites it", false, true, f.ID, g.ID)
}

// The follower goes on by itself, and one that was away does what it missed before anything else.
func TestFollow(t *testing.T) {
	w := newWorld(t)
	passed := make(chan string, 10)
	w.Eraser.Pages = func(slug string) { passed <- slug }
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- w.Follow(running, "ferries") }()
	f := w.file(marker, "a.txt")
	w.erased("ferries", w.submit("ferries", "one", "nonce-one-00000000000000", 0, f))
	if slug := <-passed; slug != "ferries" {
		t.Error(slug)
	}
	if held, err := w.Eraser.Files.Held(ctx); held[f.ID] || err != nil {
		t.Error("left", err)
	}
	for { // until it is remembered
		p, err := w.DB.Position(ctx, follower, "ferries")
		w.ok(err)
		if p > 0 {
			break
		}
	}
	stop()
	w.ok(<-done)
	g := w.file(marker, "b.txt")
	w.erased("ferries", w.submit("ferries", "two", "nonce-two-00000000000000", 0, g))
	w.again()
	w.ok(w.CatchUp(ctx))
	if held, err := w.Eraser.Files.Held(ctx); held[g.ID] || err != nil {
		t.Error("left", err)
	}
	if !slices.Equal(w.pages, []string{"ferries"}) {
		t.Error("what was done before is done again:", w.pages)
	}
	if err := w.Follow(ctx, "elsewhere"); err == nil {
		t.Error("followed nothing")
	}
}

// A pass that fails is done again, not forgotten.
func TestFaultIsDoneAgain(t *testing.T) {
	w := newWorld(t)
	f := w.file("x", "a.txt")
	w.erased("ferries", w.submit("ferries", "one", "nonce-one-00000000000000", 0, f))
	_, err := w.DB.Exec(`CREATE TRIGGER broken BEFORE INSERT ON mail_erased BEGIN SELECT RAISE(ABORT, 'no'); END`)
	w.ok(err)
	if err := w.CatchUp(ctx); err == nil {
		t.Fatal("no fault")
	}
	if err := w.Follow(ctx, "ferries"); err == nil {
		t.Fatal("no fault")
	}
	_, err = w.DB.Exec(`DROP TRIGGER broken`)
	w.ok(err)
	w.ok(w.CatchUp(ctx))
	if held, err := w.Eraser.Files.Held(ctx); held[f.ID] || err != nil {
		t.Error("left", err)
	}
}

// An owner deletes an account: nothing of it is left, and what was said stays.
func TestDeleteAccount(t *testing.T) {
	w := newWorld(t)
	const email = "zebra@example.org"
	id, err := w.Accounts.Ensure(ctx, email, locale.English, w.Now())
	w.ok(err)
	w.ok(w.Accounts.SetName(ctx, id, marker))
	cookie, err := w.Accounts.NewSession(ctx, id, w.Now())
	w.ok(err)
	n, err := w.Accounts.Participant(ctx, id, "ferries", w.Sec.Number)
	w.ok(err)
	ref := w.submit("ferries", "what was said", "t1-of-zebra", delegation.Participant(n))
	_, err = w.Drafts.Save(ctx, draft.Draft{Slug: "ferries", Kind: draft.Contribution, Key: "k", Owner: n, Body: []byte(marker)}, 0, w.Now())
	w.ok(err)
	w.ok(w.Letters.Put(ctx, post.Message{To: "Zebra@example.org", Subject: "s", Text: marker, Notice: "published", Slug: "ferries", Participant: n, Position: 3, About: ref,
		Files: []post.File{{Name: marker + ".txt", Type: "text/plain", Content: []byte(marker)}}}))
	_, err = w.Accounts.Print(ctx, email, 1, w.Now())
	w.ok(err)
	_, _, err = w.Accounts.LettersTo(ctx, email)
	w.ok(err)
	w.ok(w.Accounts.SetAddress(ctx, account.Number{Slug: "bridges", Participant: 77}, email, locale.English, w.Now())) // left without signing in
	other, err := w.Accounts.Ensure(ctx, "okapi@example.org", locale.English, w.Now())
	w.ok(err)
	gone := []string{w.begun("ferries", "with-files", n, 0), w.begun("ferries", "with-files", n, 1)}
	stays := []string{w.begun("ferries", "of-nobody", 0, 0), w.begun("ferries", "sent", n, 0)}
	sent := consultation.SubmitFile{ID: stays[1], Name: "a.txt", Type: "text/plain", Size: 9, SHA: strings.Repeat("0", 64)}
	w.submit("ferries", "with a file, and nobody heard that it stands", "t2-of-zebra", delegation.Participant(n), sent)

	w.ok(w.DeleteAccount(ctx, id))
	for _, f := range gone {
		if w.lies(f) {
			t.Error("a file of a draft is still there")
		}
	}
	for _, f := range stays {
		if !w.lies(f) {
			t.Error("a file that the record cites is gone, or one of somebody else's draft")
		}
	}
	for _, s := range []string{marker, "zebra", "Zebra"} {
		if names := w.found(s); len(names) > 0 {
			t.Errorf("%s is still in %v", s, names)
		}
	}
	if _, ok, err := w.Accounts.Session(ctx, cookie, w.Now()); ok || err != nil {
		t.Error("still signed in", err)
	}
	if _, err := w.Sec.Receipt(ctx, "ferries", ref, ""); err != nil {
		t.Error("what was said is gone:", err)
	}
	if _, ok, err := w.Accounts.Get(ctx, other); !ok || err != nil {
		t.Error("another's account is gone", err)
	}
	for _, table := range []string{"account_session", "account_participant"} {
		var rows int
		w.ok(w.DB.QueryRow(`SELECT COUNT(*) FROM ` + table + ` WHERE account = ` + strconv.FormatInt(int64(id), 10)).Scan(&rows))
		if rows > 0 {
			t.Error(table, rows)
		}
	}
	// The way to the person was cut on purpose: nothing is missing.
	if held, err := w.Accounts.Participants(ctx); err != nil || !held["ferries"][n] {
		t.Error(held, err)
	}
	w.ok(w.DeleteAccount(ctx, id))
}

func TestCompare(t *testing.T) {
	cited := plenary.Cited{Files: map[string][]cite.Ref{"f1": {"c1"}, "f2": {"c3", "c2"}, "f3": {"c4"}}, Participants: map[delegation.Participant]bool{1: true, 2: true, 3: true}}
	before := Held{Files: map[string]bool{"f1": true}, Participants: map[string]map[uint64]bool{"ai": {1: true}, "other": {3: true}}}
	after := Held{Files: map[string]bool{"f3": true}, Participants: map[string]map[uint64]bool{"ai": {2: true}}}
	got := Compare("ai", cited, before, after)
	if len(got) != 2 || got[0].Participant != 3 || got[1].File != "f2" || got[1].String() != "ai: the file f2 of c2, c3" {
		t.Errorf("%v", got)
	}
	if err := said(got); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), got[0].String()) || !strings.Contains(err.Error(), got[1].String()) {
		t.Error(err)
	}
	if s := said(make([]Missing, 101)).Error(); !strings.Contains(s, "; ...") {
		t.Error(s)
	}
	cited.Lost = map[string]bool{"f2": true}
	if got := Compare("ai", cited, before, after); len(got) != 1 || got[0].Participant != 3 {
		t.Errorf("what the record says is lost is missed: %v", got)
	}
	if got := Compare("ai", plenary.Cited{}); got != nil {
		t.Error(got)
	}
}

// What a record cites and the private side lost is named: a file, its bytes, and the way to an officer.
func TestCheckFindsWhatIsLost(t *testing.T) {
	var officer uint64
	w := newWorldAfter(t, func(w *world) {
		var err error
		officer, err = w.Sec.Number()
		w.ok(err)
		officer, err = w.Accounts.Invite(ctx, "o@example.org", "real", officer, w.Now())
		w.ok(err)
		_, err = w.Sec.Convene(ctx, conversation.Ask{By: delegation.Participant(officer), Assurance: consultation.EmailProven, Command: conversation.Convene{Slug: "real", Title: locale.Plain(locale.English, "Real"),
			Languages: []locale.Lang{locale.English}, Zone: "UTC", Categories: template.StartingCategories(locale.English), Officer: delegation.Participant(officer)}})
		w.ok(err)
	})
	// Who was given an office has a way to a person too.
	second, err := w.Accounts.Invite(ctx, "p@example.org", "real", 1234567, w.Now())
	w.ok(err)
	_, err = w.Sec.Do(ctx, "real", conversation.Ask{By: delegation.Participant(officer), Assurance: consultation.EmailProven, Command: delegation.Grant{Participant: delegation.Participant(second), Role: delegation.Moderator}})
	w.ok(err)
	f, g := w.file("one", "a.txt"), w.file("two", "b.txt")
	w.submit("ferries", "with files", "nonce-one-00000000000000", 0, f, g)
	if n, err := Check(ctx, w.Sec, w.Accounts, w.Eraser.Files); n != 4 || err != nil {
		t.Fatal(n, err)
	}
	w.ok(os.Remove(filepath.Join(w.Dir, "attachments", f.ID)))
	for _, s := range []string{`DELETE FROM attachment WHERE id = '` + g.ID + `'`, `DELETE FROM account_invitation`} {
		_, err := w.DB.Exec(s)
		w.ok(err)
	}
	_, err = Check(ctx, w.Sec, w.Accounts, w.Eraser.Files)
	if !errors.Is(err, ErrMissing) {
		t.Fatal(err)
	}
	for _, want := range []string{f.ID, g.ID, "of c1", "real: the account of participant", ": 4: ", "000000000012d687"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
	// Forgotten on purpose is not missing.
	w.ok(w.Accounts.Forget(ctx, "real", officer))
	if _, err := w.Accounts.Invite(ctx, "o@example.org", "real", officer, w.Now()); err != nil {
		t.Fatal(err)
	}
	w.ok(w.Accounts.Forget(ctx, "real", officer))
	_, err = w.Accounts.Invite(ctx, "p@example.org", "real", second, w.Now())
	w.ok(err)
	if _, err = Check(ctx, w.Sec, w.Accounts, w.Eraser.Files); strings.Contains(err.Error(), "real") {
		t.Error(err)
	}
}
