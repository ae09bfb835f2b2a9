package intake_test

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/intake"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/paper"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/record"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/settings"
)

const (
	officer delegation.Participant = 1
	token                          = "AAAAAAAAAAAAAAAAAAAAAA"
	other                          = "BAAAAAAAAAAAAAAAAAAAAA"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// secret is that of the instance.
var secret = []byte(strings.Repeat("s", 32))

// engine is a record in memory that looks at the house before it commits, or fails to.
type engine struct {
	*record.Memory
	before func() error
}

// Commit asks before first.
func (e *engine) Commit(b *record.Batch, done func(error)) {
	if e.before != nil {
		if err := e.before(); err != nil {
			done(err)
			return
		}
	}
	e.Memory.Commit(b, done)
}

// house is the rooms that a contribution passes through, with a conversation that has one call (k1, moderated
// afterwards, late ones refused), about one paper.
type house struct {
	*testing.T
	*intake.Intake
	engine *engine
	sec    *plenary.Secretariat
	people *account.Store
	drafts *draft.Store
	files  *attachment.Store
	db     *private.DB
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, engine: &engine{Memory: record.NewMemory()}}
	key, err := record.NewKey(rand.Reader)
	h.must(err)
	now := func() time.Time { return noon }
	log, err := record.Open(h.engine, record.Options{Key: key, Now: now})
	h.must(err)
	h.sec, err = plenary.NewSecretariat(t.Context(), plenary.Options{Log: log, Now: now, Random: rand.Reader, Secret: secret})
	h.must(err)
	t.Cleanup(func() { _ = h.sec.Close() })
	dir := t.TempDir()
	h.db, err = private.Open(filepath.Join(dir, "private.db"))
	h.must(err)
	t.Cleanup(func() { _ = h.db.Close() })
	h.people, err = account.New(h.db, secret)
	h.must(err)
	h.drafts = draft.New(h.db)
	h.files, err = attachment.New(h.db, dir)
	h.must(err)
	h.Intake = intake.New(intake.Options{Sec: h.sec, Accounts: h.people, Drafts: h.drafts, Files: h.files})
	h.convene()
	return h
}

func (h *house) convene() {
	h.Helper()
	en := func(s string) locale.Text { return locale.Plain(locale.English, s) }
	_, err := h.sec.Convene(h.Context(), conversation.Ask{By: officer, Received: noon, Command: conversation.Convene{Slug: "ferries", Title: en("Ferries"),
		Languages: []locale.Lang{locale.English}, Categories: []settings.Label{{ID: "individual", Name: en("Individual")}}, Officer: officer}})
	h.must(err)
	for _, c := range []any{
		paper.Publish{Kind: paper.IssuesPaper, Symbol: "F/1", Title: en("Paper"), Date: "2026-01-01", Elements: []paper.Element{{Kind: paper.Paragraph, Number: "1", Text: en("Boats.")}}},
		consultation.AnnounceCall{Title: en("Call"), Paper: "p1", Opens: noon.Add(-time.Hour), Closes: noon.Add(time.Hour), Late: consultation.LateRefused, Moderation: consultation.ModerateAfter},
	} {
		_, err := h.sec.Do(h.Context(), "ferries", conversation.Ask{By: officer, Received: noon, Command: c})
		h.must(err)
	}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// number is what the instance derives from a token.
func number(purpose, token string) uint64 {
	m := hmac.New(sha256.New, secret)
	fmt.Fprintf(m, "%s\x00ferries\x00%s", purpose, token)
	return binary.BigEndian.Uint64(m.Sum(nil)) | 1
}

func sender() intake.Sender {
	return intake.Sender{Slug: "ferries", Received: noon, Language: locale.English, Source: "192.0.2.1"}
}

// contribution is one of somebody without an account, under the token.
func contribution(text string) intake.Contribution {
	return intake.Contribution{Sender: sender(), Token: token, Submit: consultation.Submit{Call: "k1", Category: "individual",
		Parts: []consultation.SubmitPart{{On: "p1.e1.x1", Language: locale.English, Text: text}}}}
}

// bring has a contribution come with a file.
func (h *house) bring(c *intake.Contribution, content string) {
	h.Helper()
	c.Uploads = h.Uploads(c.Sender, "k1")
	h.must(c.Uploads.Keep(h.Context(), strings.NewReader(content), "timetable.txt"))
	for _, f := range c.Uploads.Files() {
		c.Submit.Files = append(c.Submit.Files, consultation.SubmitFile{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA})
	}
}

// claimed is the mark of each kept file: 0 for one that waits, 1 for one that a fact cites, else a claim.
func (h *house) uncited() int64 {
	h.Helper()
	n, err := h.files.Uncited(h.Context())
	h.must(err)
	return n
}

func (h *house) claimed() []int64 {
	h.Helper()
	rows, err := h.db.Query("SELECT claimed FROM attachment ORDER BY made, id")
	h.must(err)
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var n int64
		h.must(rows.Scan(&n))
		out = append(out, n)
	}
	h.must(rows.Err())
	return out
}

func (h *house) address(token string) string {
	h.Helper()
	email, _, _, err := h.people.AddressOf(h.Context(), "ferries", number("participant", token))
	h.must(err)
	return email
}

// received is the fact of a contribution.
func (h *house) received(a plenary.Answer) *consultation.Received {
	h.Helper()
	entries, err := h.sec.RecordEntries(h.Context(), "ferries", a.First, a.First)
	h.must(err)
	f, ok := entries[0].Fact.(*consultation.Received)
	if !ok {
		h.Fatalf("%T", entries[0].Fact)
	}
	return f
}

func (h *house) words(a plenary.Answer) cite.Words {
	h.Helper()
	words, err := h.sec.Words(h.Context(), "ferries", []cite.Position{a.First})
	h.must(err)
	return words[a.First]
}

func refused(t *testing.T, err error, kind refusal.Kind, field, key string) {
	t.Helper()
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Kind != kind || rs[0].Field != field || rs[0].Key != key {
		t.Errorf("%v, not %s about %q", err, key, field)
	}
}

// TestAnonymous: whoever sends without an account is the number that derives from the token, and so is the party;
// what is likened is what is stored.
func TestAnonymous(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := contribution("\r\n Boats\u202e, please. \r\n")
	c.Submit.Parts[0].Wording, c.Submit.Name = "Boats and bridges.", " A  ferryman "
	c.Submit.Parts[0].Likeness, c.Submit.Known = 7, true // not for the sender to say
	a, err := h.Send(t.Context(), c)
	h.must(err)
	f, by, party := h.received(a), delegation.Participant(number("participant", token)), delegation.Party(number("party", token))
	if f.By != string(by.Ref()) || f.For != string(party.Ref()) || f.Assurance != consultation.Anonymous || f.Known || by != h.sec.AnonymousParticipant("ferries", token) {
		t.Errorf("%+v", f)
	}
	words := h.words(a)
	if words["1.text"] != " Boats, please. " || words["name"] != "A ferryman" || f.Parts[0].Likeness != number("likeness", words["1.text"]+"\x00Boats and bridges.") {
		t.Errorf("%q %+v", words, f.Parts)
	}
	if c.Submit.Parts[0].Likeness != 7 {
		t.Error("the sender's own value was changed")
	}
	c.Token = ""
	if _, err := h.Send(t.Context(), c); err == nil || len(refusal.Of(err)) > 0 {
		t.Error("without a token:", err)
	}
}

// TestSignedIn: a signed-in sender is the number of their account, drawn once, and speaks for the party that
// derives from it or for one that they were authorised for. An address is not theirs to give.
func TestSignedIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, err := h.people.Ensure(t.Context(), "ann@example.org", locale.English, noon)
	h.must(err)
	c := contribution("Boats.")
	c.Account, c.Email, c.Submit.Name = id, "other@example.org", "Secretariat of the Pacific Community"
	a, err := h.Send(t.Context(), c)
	h.must(err)
	n, ok, err := h.people.ParticipantOf(t.Context(), id, "ferries")
	h.must(err)
	me := delegation.Participant(n)
	f := h.received(a)
	if !ok || f.By != string(me.Ref()) || f.For != string(delegation.Party(number("self", string(me.Ref()))).Ref()) || f.Assurance != consultation.EmailProven {
		t.Errorf("%+v", f)
	}
	if email, _, _, _ := h.people.AddressOf(t.Context(), "ferries", n); email != "ann@example.org" {
		t.Errorf("letters go to %q", email)
	}
	// The token of one account says nothing about another's, nor about one without.
	c.Account, c.Submit.Name = 0, ""
	if again, err := h.Send(t.Context(), c); err != nil || again.Again || again.Refs[0] == a.Refs[0] {
		t.Errorf("%+v %v", again, err)
	}
	c.Account, c.Participant, c.Token, c.For = id, me, other, delegation.Party(7).Ref()
	_, err = h.Send(t.Context(), c)
	refused(t, err, refusal.Invalid, "for", "party.not_authorised")
	c.For = "everybody"
	_, err = h.Send(t.Context(), c)
	refused(t, err, refusal.Invalid, "for", "party.unknown")
}

// TestLinkedSender: whose account is linked with one elsewhere is known by that from then on, and so it stands on the record.
func TestLinkedSender(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, err := h.people.Ensure(t.Context(), "ann@example.org", locale.English, noon)
	h.must(err)
	h.must(h.people.Link(t.Context(), id, "https://id.example", "ann", noon))
	c := contribution("Boats.")
	c.Account = id
	a, err := h.Send(t.Context(), c)
	h.must(err)
	if f := h.received(a); f.Assurance != consultation.OpenID {
		t.Error(f.Assurance)
	}
}

// TestOrder: when a fact is written, its file was claimed and the address is there. Afterwards the file is known
// to be cited, and the draft is gone.
func TestOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.SaveDraft(t.Context(), sender(), intake.Draft{Key: token, Call: "k1", On: "p1.e1.x1", Written: intake.Written{Text: "Boats."}})
	h.must(err)
	c := contribution("Boats.")
	c.Email = " ann@Example.ORG"
	h.bring(&c, "The timetable of 1911.\n")
	looked := false
	h.engine.before = func() error {
		looked = true
		if marks := h.claimed(); len(marks) != 1 || marks[0] <= 1 {
			t.Errorf("before the fact the marks of the files are %v", marks)
		}
		if email := h.address(token); email != "ann@example.org" {
			t.Errorf("before the fact the address is %q", email)
		}
		return nil
	}
	a, err := h.Send(t.Context(), c)
	h.must(err)
	c.Uploads.Close(t.Context())
	if marks := h.claimed(); !looked || !reflect.DeepEqual(marks, []int64{1}) {
		t.Errorf("afterwards the marks of the files are %v", marks)
	}
	if f := h.received(a); len(f.Files) != 1 || f.Files[0].ID != c.Submit.Files[0].ID {
		t.Errorf("%+v", f.Files)
	}
	if _, ok, err := h.drafts.Get(t.Context(), "ferries", draft.Contribution, token); ok || err != nil {
		t.Error("the draft of what was sent is there", err)
	}
	if h.uncited() != 0 {
		t.Errorf("%d bytes are charged", h.uncited())
	}
}

// TestRepeated: what is sent a second time gets the first answer, and its files go; another one under the token
// is refused, and the first one's address stays.
func TestRepeated(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	send := func(text string) (plenary.Answer, error) {
		c := contribution(text)
		c.Email = "ann@example.org"
		h.bring(&c, "The timetable of 1911.\n")
		defer c.Uploads.Close(t.Context())
		return h.Send(t.Context(), c)
	}
	first, err := send("Boats.")
	h.must(err)
	second, err := send("Boats.")
	if !second.Again || first.Again || !reflect.DeepEqual(first.Refs, second.Refs) {
		t.Errorf("%+v, then %+v: %v", first, second, err)
	}
	_, err = send("Bridges.")
	refused(t, err, refusal.Conflict, "", "token.other")
	if marks := h.claimed(); !reflect.DeepEqual(marks, []int64{1}) || h.uncited() != 0 {
		t.Errorf("the marks of the files are %v, and %d bytes are charged", marks, h.uncited())
	}
	if email := h.address(token); email != "ann@example.org" {
		t.Errorf("the address is %q", email)
	}
}

// TestRefused: what is refused gives back its files and the address, whoever refuses it: a bound, a limit, the
// rule.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		change     func(*intake.Contribution)
		kind       refusal.Kind
		field, key string
	}{
		{"nothing is said", func(c *intake.Contribution) { c.Submit.Parts = nil }, refusal.Invalid, "text", "contribution.parts"},
		{"too long", func(c *intake.Contribution) { c.Submit.Parts[0].Text = strings.Repeat("a", consultation.MaxText+1) }, refusal.TooLarge, "text", "contribution.long"},
		{"a name of an office", func(c *intake.Contribution) { c.Submit.Name = "The  Secretariat" }, refusal.Invalid, "name", "name.reserved"},
		{"a body of that name", func(c *intake.Contribution) { c.Submit.Body = "The Secretariat" }, refusal.Invalid, "body", "name.reserved"},
		{"a name that is an address", func(c *intake.Contribution) { c.Submit.Name = "ann@example.org" }, refusal.Invalid, "name", "name.address"},
		{"or a body", func(c *intake.Contribution) { c.Submit.Body = "Boats <ann@example.org>" }, refusal.Invalid, "body", "name.address"},
		{"no address", func(c *intake.Contribution) { c.Email = "ann at home" }, refusal.Invalid, "email", "address.invalid"},
		{"for somebody", func(c *intake.Contribution) { c.For = delegation.Party(7).Ref() }, refusal.Invalid, "for", "party.not_authorised"},
		{"too often", func(c *intake.Contribution) { c.Limits = &limits{no: "send"} }, refusal.TooMany, "", "too_many"},
		{"an address given too often", func(c *intake.Contribution) { c.Limits = &limits{no: "give ann@example.org"} }, refusal.TooMany, "", "too_many"},
		{"a category that is not there", func(c *intake.Contribution) { c.Submit.Category = "ferry" }, refusal.Invalid, "category", "category.unknown"},
		{"after the end", func(c *intake.Contribution) { c.Received = noon.Add(2 * time.Hour) }, refusal.NotNow, "", "call.closed"},
		{"a call that is not there", func(c *intake.Contribution) { c.Submit.Call = "k9" }, refusal.Hidden, "", "call.unknown"},
		{"a file that is gone", func(c *intake.Contribution) {
			c.Submit.Files = append(c.Submit.Files, consultation.SubmitFile{ID: strings.Repeat("0", 32), Name: "a.txt", Type: "text/plain", Size: 1, SHA: "ab"})
		}, refusal.Hidden, "", "file.unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			x := contribution("Boats.")
			x.Email = "ann@example.org"
			h.bring(&x, "The timetable of 1911.\n")
			c.change(&x)
			_, err := h.Send(t.Context(), x)
			refused(t, err, c.kind, c.field, c.key)
			x.Uploads.Close(t.Context())
			if marks := h.claimed(); len(marks) != 0 || h.uncited() != 0 {
				t.Errorf("the marks of the files are %v, and %d bytes are charged", marks, h.uncited())
			}
			if email := h.address(token); email != "" {
				t.Errorf("%q is kept", email)
			}
		})
	}
}

// TestWaiting: a file on a form that is shown again waits for it, and can be sent with it then.
func TestWaiting(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := contribution("Boats.")
	h.bring(&c, "The timetable of 1911.\n")
	c.Uploads.Wait()
	c.Uploads.Close(t.Context())
	id := c.Submit.Files[0].ID
	ticket := h.Ticket(c.Slug, c.Token, id)
	// The id stands on the public record: nobody else's form gets the file by it.
	for what, tickets := range map[string][]string{
		"the id": {id}, "another form": {h.Ticket(c.Slug, "another-form-0000000000", id)}, "another conversation": {h.Ticket("another", c.Token, id)},
		"another file": {strings.Repeat("0", 32) + ticket[32:]}, "no signature": {id + "."}, "a longer one": {ticket + "0"}, "no name": {"../x", ""},
	} {
		if kept, err := h.Kept(t.Context(), c.Slug, c.Token, tickets); err != nil || len(kept) > 0 {
			t.Errorf("%s brings %v %v", what, kept, err)
		}
	}
	kept, err := h.Kept(t.Context(), c.Slug, c.Token, []string{ticket, h.Ticket(c.Slug, c.Token, strings.Repeat("0", 32)), "../x"})
	if err != nil || len(kept) != 1 || kept[0].Name != "timetable.txt" || kept[0].SHA != c.Submit.Files[0].SHA {
		t.Fatalf("%+v %v", kept, err)
	}
	c.Uploads = nil
	if _, err := h.Send(t.Context(), c); err != nil || !reflect.DeepEqual(h.claimed(), []int64{1}) {
		t.Error(err, h.claimed())
	}
}

// TestNobodyKnows: when it cannot be said whether a contribution stands, its files and the address stay, and the
// same may be sent again.
func TestNobodyKnows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := contribution("Boats.")
	c.Email = "ann@example.org"
	h.bring(&c, "The timetable of 1911.\n")
	h.engine.before = func() error { return record.ErrNotWritten }
	_, err := h.Send(t.Context(), c)
	if rs := refusal.Of(err); len(rs) != 1 || rs[0].Kind != refusal.TryAgain {
		t.Fatal(err)
	}
	c.Uploads.Close(t.Context())
	if marks := h.claimed(); len(marks) != 1 || marks[0] <= 1 || h.address(token) != "ann@example.org" {
		t.Errorf("the marks of the files are %v, the address is %q", marks, h.address(token))
	}
	h.engine.before = nil
	if a, err := h.Send(t.Context(), c); err != nil || a.Again || !reflect.DeepEqual(h.claimed(), []int64{1}) {
		t.Errorf("%+v %v %v", a, err, h.claimed())
	}
}

// TestUploads: before a file is read it is asked whether the call takes any, whether there is room, and the
// limits, once; what a source may have waiting is bounded, and so is how many a contribution has.
func TestUploads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keep := func(u *intake.Uploads) error { return u.Keep(t.Context(), strings.NewReader("Timetable.\n"), "a.txt") }
	refused(t, keep(h.Uploads(sender(), "k9")), refusal.Hidden, "", "not_found")
	early, late := sender(), sender()
	early.Received, late.Received = noon.Add(-2*time.Hour), noon.Add(2*time.Hour)
	refused(t, keep(h.Uploads(early, "k1")), refusal.NotNow, "", "call.not_open")
	refused(t, keep(h.Uploads(late, "k1")), refusal.NotNow, "", "call.closed")
	from, l := sender(), &limits{no: "upload"}
	from.Limits = l
	refused(t, keep(h.Uploads(from, "k1")), refusal.TooMany, "", "too_many")
	*l = limits{}
	u := h.Uploads(from, "k1")
	for range consultation.MaxFiles {
		h.must(keep(u))
	}
	refused(t, keep(u), refusal.Invalid, "file", "contribution.files")
	if strings.Join(l.asked, ", ") != "upload" || l.released {
		t.Errorf("asked: %q; released: %v", l.asked, l.released)
	}
	u.Close(t.Context())
	u.Close(t.Context())
	if !l.released || len(h.claimed()) != 0 {
		t.Errorf("released: %v; %v", l.released, h.claimed())
	}
	h.files.SetRoom(attachment.Room{PerSource: 16 << 10})
	u = h.Uploads(sender(), "k1")
	h.must(keep(u))
	refused(t, keep(u), refusal.TooMany, "file", "file.quota")
	u.Close(t.Context())
	h.files.SetRoom(attachment.Room{Reserve: 1 << 62})
	refused(t, keep(h.Uploads(sender(), "k1")), refusal.TryAgain, "", "disk.reserved")
	_, err := h.SaveDraft(t.Context(), sender(), intake.Draft{Key: token})
	refused(t, err, refusal.TryAgain, "", "disk.reserved")
	var none *intake.Uploads
	none.Wait()
	none.Close(t.Context())
	if none.Files() != nil {
		t.Error("no uploads have files")
	}
}

// TestPreview shows what would be stored, or says why it would not be, and keeps nothing.
func TestPreview(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := intake.Written{Text: "\n Boats\u202e.\r\n", Wording: "Ships. \r\n\r\n", Language: "en", Category: "individual", Name: " Ann ", Email: "ann@Example.org", For: "self"}
	c, err := w.Contribution(sender(), "k1", "p1.e1.x1")
	h.must(err)
	l := &limits{}
	c.Token, c.Limits = token, l
	would, err := h.Preview(t.Context(), c)
	h.must(err)
	shown := w.Stored(would)
	if h.address(token) != "" || strings.Join(l.asked, ", ") != "preview" {
		t.Errorf("%q is kept; asked: %q", h.address(token), l.asked)
	}
	sent, err := h.Send(t.Context(), c)
	h.must(err)
	words := h.words(sent)
	if shown.Text != words["1.text"] || shown.Wording != words["1.wording"] || shown.Name != words["name"] || shown.Email != h.address(token) || shown.Text != " Boats." {
		t.Errorf("%+v was shown, %q is stored", shown, words)
	}
	if strings.Join(l.asked, ", ") != "preview, send, give ann@example.org" {
		t.Errorf("asked: %q", l.asked)
	}
	c.Token, c.Submit.Category = other, "ferry"
	_, err = h.Preview(t.Context(), c)
	refused(t, err, refusal.Invalid, "category", "category.unknown")
	l.no = "preview"
	_, err = h.Preview(t.Context(), c)
	refused(t, err, refusal.TooMany, "", "too_many")
	w.Stance = "perhaps"
	_, err = w.Contribution(sender(), "k1", "p1.e1.x1")
	refused(t, err, refusal.Invalid, "stance", "contribution.stance")
}

// TestDrafts: a draft is its writer's, by account or by token, and nobody else's; it may be empty, and longer
// than what can be sent. What cannot be kept is refused.
func TestDrafts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, err := h.people.Ensure(t.Context(), "ann@example.org", locale.English, noon)
	h.must(err)
	ann, anybody, bearer := sender(), sender(), sender()
	ann.Account = id
	bearer.Tokens = []string{other}
	long := strings.Repeat("a", consultation.MaxText+1)
	save := func(from intake.Sender, d intake.Draft) int {
		t.Helper()
		n, err := h.SaveDraft(t.Context(), from, d)
		h.must(err)
		return n
	}
	if n := save(ann, intake.Draft{Key: token, Call: "k1", On: "p1.e1.x1"}); n != 1 {
		t.Error("version", n)
	}
	n, _, err := h.people.ParticipantOf(t.Context(), id, "ferries")
	h.must(err)
	ann.Participant = delegation.Participant(n)
	if n := save(ann, intake.Draft{Key: token, Call: "k1", On: "p1.e1.x1", Written: intake.Written{Text: long + "\r\n"}, Version: 1}); n != 2 {
		t.Error("version", n)
	}
	save(anybody, intake.Draft{Key: other, Call: "k1", On: "p1.e1", Written: intake.Written{Text: "Boats."}})
	for _, c := range []struct {
		what string
		from intake.Sender
		key  string
		want string
	}{
		{"hers", ann, token, long}, {"another's", ann, other, ""}, {"an account's, by nobody", anybody, token, ""},
		{"by its token", bearer, other, "Boats."}, {"an account's, by another token", bearer, token, ""}, {"without the token", anybody, other, ""}, {"none", ann, "x", ""},
	} {
		d, ok, err := h.Draft(t.Context(), c.from, c.key)
		if err != nil || ok != (c.want != "") || d.Written.Text != c.want {
			t.Errorf("%s: %v %v %.20q", c.what, ok, err, d.Written.Text)
		}
		if ok && (d.Key != c.key || d.Call != "k1" || !d.Changed.Equal(noon)) {
			t.Errorf("%s: %+v", c.what, d)
		}
	}
	for what, x := range map[string]struct {
		from intake.Sender
		key  string
	}{"hers": {ann, token}, "theirs": {bearer, other}} {
		if list, err := h.Drafts(t.Context(), x.from); err != nil || len(list) != 1 || list[0].Key != x.key || list[0].Written.Text == "" {
			t.Errorf("%s: %d drafts, %v", what, len(list), err)
		}
	}
	_, err = h.SaveDraft(t.Context(), anybody, intake.Draft{Key: token, Version: 2})
	refused(t, err, refusal.Hidden, "", "not_found")
	_, err = h.SaveDraft(t.Context(), ann, intake.Draft{Key: token, Version: 1, Written: intake.Written{Text: "Ships."}})
	refused(t, err, refusal.Conflict, "", "draft.moved")
	for field, w := range map[string]intake.Written{"text": {Text: "a\xff"}, "wording": {Wording: "a\xff"}} {
		_, err = h.SaveDraft(t.Context(), bearer, intake.Draft{Key: other, Version: 1, Written: w})
		refused(t, err, refusal.Invalid, field, "text.utf8")
	}
	l := &limits{no: "save"}
	bearer.Limits = l
	_, err = h.SaveDraft(t.Context(), bearer, intake.Draft{Key: other, Version: 1, Written: intake.Written{Text: "Ships."}})
	refused(t, err, refusal.TooMany, "", "too_many")
	kept, _, err := h.drafts.Get(t.Context(), "ferries", draft.Contribution, token)
	h.must(err)
	_, err = h.drafts.MarkSent(t.Context(), kept, noon)
	h.must(err)
	if list, err := h.Drafts(t.Context(), ann); len(list) != 0 || err != nil {
		t.Errorf("what was sent is still a draft: %v", err)
	}
}

// TestDraftKeepsItsForm: a draft that was kept in the form of today is read, in whatever way it was written.
func TestDraftKeepsItsForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const body = `{"call":"k1","on":"p1.e1.x1","writing":{"text":"Boats.","wording":"w","stance":"yes","language":"en","category":"individual","country":"KE","name":"n","body":"b","for":"self","email":"a@example.org",` +
		`"files":[{"id":"00","name":"a.txt","type":"text/plain","size":3,"sha256":"ab"}]}}`
	_, err := h.drafts.Save(t.Context(), draft.Draft{Slug: "ferries", Kind: draft.Contribution, Key: token, Body: []byte(body)}, 0, noon)
	h.must(err)
	from := sender()
	from.Tokens = []string{token}
	d, ok, err := h.Draft(t.Context(), from, token)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	d.Version = 1
	if _, err := h.SaveDraft(t.Context(), from, d); err != nil {
		t.Fatal(err)
	}
	kept, _, err := h.drafts.Get(t.Context(), "ferries", draft.Contribution, token)
	if err != nil || string(kept.Body) != body {
		t.Errorf("%s %v", kept.Body, err)
	}
}

// limits notes what it is asked, and refuses one thing.
type limits struct {
	asked    []string
	no       string
	released bool
}

func (l *limits) may(what string) error {
	l.asked = append(l.asked, what)
	if what == l.no {
		return refusal.New(refusal.TooMany, "too_many")
	}
	return nil
}

func (l *limits) Send() error               { return l.may("send") }
func (l *limits) Give(address string) error { return l.may("give " + address) }
func (l *limits) Preview() error            { return l.may("preview") }
func (l *limits) Save(int) error            { return l.may("save") }

func (l *limits) Upload() (func(), error) {
	return func() { l.released = true }, l.may("upload")
}

// TestSenderLeaves: who leaves before the answer came may come back for it.
func TestSenderLeaves(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := contribution("Boats.")
	h.bring(&c, "The timetable of 1911.\n")
	ctx, leave := context.WithCancel(t.Context())
	h.engine.before = func() error { leave(); return nil }
	_, err := h.Send(ctx, c)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	c.Uploads.Close(ctx)
	if a, err := h.Send(t.Context(), c); err != nil || !a.Again {
		t.Errorf("%+v %v", a, err)
	}
	if marks := h.claimed(); len(marks) != 1 {
		t.Errorf("the marks of the files are %v", marks)
	}
}

// TestNotesFail: a contribution stands though nothing can be noted afterwards, and so does its file.
func TestNotesFail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.db.Exec(`CREATE TRIGGER no_note BEFORE UPDATE OF claimed ON attachment WHEN NEW.claimed = 1 BEGIN SELECT RAISE(ABORT, 'no'); END`)
	h.must(err)
	c := contribution("Boats.")
	h.bring(&c, "The timetable of 1911.\n")
	a, err := h.Send(t.Context(), c)
	h.must(err)
	c.Uploads.Close(t.Context())
	if marks := h.claimed(); len(a.Refs) != 1 || len(marks) != 1 || marks[0] <= 1 {
		t.Errorf("%+v; the marks of the files are %v", a, marks)
	}
}
