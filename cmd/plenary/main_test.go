package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/internal/bench"
	"github.com/openplenary/plenary/internal/golden"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/registration/roster"
)

// output takes what several goroutines write.
type output struct {
	mu   sync.Mutex
	b    bytes.Buffer
	more chan struct{} // closed at the next write; nil where nobody waits
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.more != nil {
		close(o.more)
		o.more = nil
	}
	return o.b.Write(b)
}

// wait returns when some words were written, or when the test is over.
func (o *output) wait(t *testing.T, words string) {
	t.Helper()
	for {
		o.mu.Lock()
		there := strings.Contains(o.b.String(), words)
		if o.more == nil {
			o.more = make(chan struct{})
		}
		more := o.more
		o.mu.Unlock()
		if there {
			return
		}
		select {
		case <-more:
		case <-t.Context().Done():
			return
		}
	}
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// plenaryDoes runs a command to its end and gives what it printed.
func plenaryDoes(t *testing.T, status int, args ...string) (out, errs string) {
	t.Helper()
	return plenaryReads(t, "", status, args...)
}

func plenaryReads(t *testing.T, in string, status int, args ...string) (string, string) {
	t.Helper()
	var out, errs output
	if got := run(t.Context(), args, &console{strings.NewReader(in), &out, &errs}); got != status {
		t.Fatalf("plenary %s: status %d, want %d\n%s%s", strings.Join(args, " "), got, status, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// running is a command that goes on until it is stopped.
type running struct {
	t     *testing.T
	lines chan string // of what it prints
	errs  output
	stop  func() int
	url   string // of what it serves
}

// starts runs a command that serves, until it has printed where.
func starts(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	s := &running{t: t, lines: make(chan string, 100)}
	go func() {
		defer close(s.lines)
		for l := bufio.NewScanner(r); l.Scan(); {
			s.lines <- l.Text()
		}
	}()
	done := make(chan int, 1)
	go func() {
		status := run(ctx, args, &console{strings.NewReader(""), w, &s.errs})
		w.Close()
		done <- status
	}()
	var once sync.Once
	status := 0
	s.stop = func() int {
		once.Do(func() {
			cancel()
			status = <-done
		})
		return status
	}
	t.Cleanup(func() { s.stop() })
	where, ok := <-s.lines
	if !ok {
		t.Fatalf("%v did not start: %d %s", args, s.stop(), s.errs.String())
	}
	s.url = strings.TrimSuffix(where, "/")
	return s
}

// ends stops a command that must end well.
func (s *running) ends() {
	s.t.Helper()
	if status := s.stop(); status != 0 {
		s.t.Fatalf("status %d: %s", status, s.errs.String())
	}
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// made makes a conversation in a new directory.
func made(t *testing.T) (dir string, c convened) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	sayWhose(t, dir)
	out, _ := plenaryDoes(t, 0, "new", "--data", dir, "--title", "Water & Wells", "--languages", "fr, en", "--officer", "Officer@example.org", "--public-url", "https://talk.example.org", "--open")
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err, out)
	}
	return dir, c
}

func TestNew(t *testing.T) {
	dir, c := made(t)
	if c.Conversation != "water-wells" || c.Address != "https://talk.example.org/c/water-wells" || !strings.HasPrefix(c.SignIn, "https://talk.example.org/fr/sign-in/") || len(c.Code) != 6 {
		t.Errorf("%+v", c)
	}
	_, errs := plenaryDoes(t, 1, "new", "--data", dir, "--title", "Water & Wells", "--officer", "other@example.org")
	if !strings.Contains(errs, "plenary:") {
		t.Error(errs)
	}
	out, _ := plenaryDoes(t, 0, "new", "--data", dir, "--title", "Water & Wells", "--slug", "again", "--officer", "other@example.org")
	if !strings.Contains(out, `"conversation":"again"`) {
		t.Error(out)
	}
	// Twice within a minute for one officer: the second link works as well as the first.
	out, _ = plenaryDoes(t, 0, "new", "--data", dir, "--title", "Once more", "--officer", "other@example.org")
	var second convened
	if err := json.Unmarshal([]byte(out), &second); err != nil || !strings.Contains(second.SignIn, "/en/sign-in/") || len(second.Code) != 6 {
		t.Errorf("%v, %s", err, out)
	}
	if _, errs := plenaryDoes(t, 2, "new", "--data", dir, "--title", "X", "--officer", "a@example.org", "--zone", "Paris"); !strings.Contains(errs, "Europe/Paris") {
		t.Error(errs)
	}
	// A record is named after the address that people know, or after none: never after this machine's own.
	for slug, want := range map[string]string{"water-wells": "talk.example.org/", "again": "plenary.invalid/"} {
		in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if origin, _, _ := in.Key(slug); !strings.HasPrefix(origin, want) {
			t.Errorf("%s is kept in the name of %s, want %s", slug, origin, want)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--public-url", "https://talk.example.org")
	s.errs.wait(t, "kept in another name")
	s.ends()
	for _, wrong := range [][]string{{"--languages", "de"}, {"--languages", ","}, {"--zone", "Local"}, {"--zone", ""}} {
		plenaryDoes(t, 2, append([]string{"new", "--data", dir, "--title", "X", "--officer", "a@example.org"}, wrong...)...)
	}
	plenaryDoes(t, 1, "new", "--data", dir, "--title", "X", "--officer", "nobody")
	plenaryDoes(t, 1, "new", "--data", dir, "--title", strings.Repeat("X", 201), "--officer", "a@example.org")
	plenaryDoes(t, 2, "new", "--data", dir)
}

// A served instance answers, takes commands through its socket, and ends when it is told to.
func TestServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	sayWhose(t, dir)
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--operator", "operator@example.org, other@example.org")
	welcome := <-s.lines
	if !regexp.MustCompile(`^operator\t` + regexp.QuoteMeta(s.url) + `/en/sign-in/[a-z0-9]+\tcode [0-9]{6}$`).MatchString(welcome) {
		t.Fatal(welcome)
	}
	link := strings.Split(welcome, "\t")[1]
	if status, body := get(t, link); status != 200 || !strings.Contains(body, "<h1>") {
		t.Error(status)
	}
	if status, body := get(t, s.url+"/healthz"); status != 200 || !strings.Contains(body, "ok") {
		t.Error(status, body)
	}
	// The running server makes the conversation, and says where it is reached.
	plenaryDoes(t, 0, "new", "--data", dir, "--title", "Tests", "--officer", "officer@example.org")
	if status, _ := get(t, s.url+"/en/c/tests"); status != 404 {
		t.Error("what is prepared is seen:", status)
	}
	out, _ := plenaryDoes(t, 0, "new", "--data", dir, "--title", "Ferries", "--officer", "officer@example.org", "--open")
	var c convened
	if err := json.Unmarshal([]byte(out), &c); err != nil || c.Address != s.url+"/c/ferries" || !strings.HasPrefix(c.SignIn, s.url) {
		t.Fatal(out, err)
	}
	if status, body := get(t, s.url+"/en/c/ferries"); status != 200 || !strings.Contains(body, "Ferries") {
		t.Error(status)
	}
	if _, errs := plenaryDoes(t, 1, "new", "--data", dir, "--title", "Ferries", "--officer", "officer@example.org"); !strings.Contains(errs, "plenary:") {
		t.Error(errs)
	}
	// The officer signs in by the link and the code.
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	r, err := browser.PostForm(c.SignIn, url.Values{"code": {c.Code}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 || r.Request.URL.Path != "/en/c/ferries/desk" {
		t.Error(r.StatusCode, r.Request.URL)
	}
	// Looking works beside it; a second server does not.
	plenaryDoes(t, 0, "fsck", "--data", dir)
	plenaryDoes(t, 0, "verify", "--data", dir)
	if _, errs := plenaryDoes(t, 1, "serve", "--data", dir, "--addr", "127.0.0.1:0"); !strings.Contains(errs, "another Plenary process") {
		t.Error(errs)
	}
	s.ends()
	if _, err := os.Stat(socketPath(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the socket is left", err)
	}
	// It starts again on what is there.
	s = starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--smtp", "smtp://127.0.0.1:1", "--from", "plenary@example.org")
	if status, _ := get(t, s.url+"/en/c/ferries"); status != 200 {
		t.Error(status)
	}
	s.ends()
}

func TestServeIsRefused(t *testing.T) {
	dir := t.TempDir()
	for _, c := range [][]string{
		{"--addr", "nowhere"}, {"--addr", "0.0.0.0:0"}, {"--addr", "0.0.0.0:0", "--behind-proxy"}, {"--addr", "0.0.0.0:0", "--behind-proxy", "--public-url", "http://talk.example.org"},
		{"--smtp", "http://mail"}, {"--addr", "127.0.0.1:0", "--operator", "a@example.org,nobody"},
	} {
		plenaryDoes(t, 2, append([]string{"serve", "--data", dir}, c...)...)
	}
	plenaryDoes(t, 1, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--from", "no sender")
	plenaryDoes(t, 1, "serve", "--data", dir, "--addr", "127.0.0.1:99999")
	plenaryDoes(t, 2, "serve")
	plenaryDoes(t, 2, "unheard-of")
}

// A contribution without an account, from the form to the receipt that verifies.
func TestReceiptVerifies(t *testing.T) {
	s := starts(t, "demo", "--addr", "127.0.0.1:0")
	for _, role := range demoRoles {
		if line := <-s.lines; line != role.role+"\t"+s.url+"/en/demo/"+role.role {
			t.Errorf("%q", line)
		}
		if status, body := get(t, s.url+"/en/demo/"+role.role); status != 200 || strings.Contains(body, "⟦") {
			t.Errorf("the page of the role %s: %d, or a word is missing on it", role.role, status)
		}
	}
	// The address leads to the first conversation, and its first page to the second.
	if status, body := get(t, s.url+"/"); status != 200 || !strings.Contains(body, `href="/en/c/`+script.TownSlug+`"`) {
		t.Errorf("%d: no way to the second conversation: %.500s", status, body)
	}
	if status, body := get(t, s.url+"/fr/c/"+script.TownSlug); status != 200 || !strings.Contains(body, "/form") {
		t.Errorf("%d: no form of the second conversation", status)
	}
	if status, body := get(t, s.url+"/en/mailbox"); status != 200 || !strings.Contains(body, "<h1>") {
		t.Error(status)
	}
	status, receipt := get(t, s.url+"/en/c/ip-ai/c1/receipt.json?download=1")
	if status != 200 {
		status, receipt = get(t, s.url+"/en/c/ip-ai/c1/receipt.json")
	}
	if status != 200 {
		t.Fatal(status)
	}
	status, dossier := get(t, s.url+"/en/c/ip-ai/p2.e1/dossier.zip")
	if status != 200 {
		t.Fatal(status)
	}
	_, twin := get(t, s.url+"/en/c/ip-ai/record.json")
	s.ends()
	dossierVerifies(t, dossier, twin)
	file := filepath.Join(t.TempDir(), "receipt.json")
	if err := os.WriteFile(file, []byte(receipt), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := plenaryDoes(t, 0, "verify", file)
	if !strings.Contains(out, "ok ") || strings.Contains(out, "BAD") {
		t.Error(out)
	}
	if same, _ := plenaryReads(t, receipt, 0, "verify", "-"); same != out {
		t.Error(same)
	}
	if out, _ := plenaryReads(t, strings.Replace(receipt, "proof", "proofs", 1), 1, "verify", "-"); !strings.Contains(out, "BAD") {
		t.Error(out)
	}
	plenaryDoes(t, 1, "verify", file+".missing")
	plenaryDoes(t, 2, "verify")
	plenaryDoes(t, 1, "verify", file, "--data", t.TempDir())
}

// dossierVerifies checks the dossier of the demonstration's considerations, as it came over HTTP, with the command.
func dossierVerifies(t *testing.T, dossier, record string) {
	t.Helper()
	var at struct{ Key string }
	if err := json.Unmarshal([]byte(record), &at); err != nil || at.Key == "" {
		t.Fatal(err, at)
	}
	file := filepath.Join(t.TempDir(), "dossier.zip")
	if err := os.WriteFile(file, []byte(dossier), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := plenaryDoes(t, 0, "verify", file)
	if strings.Contains(out, "BAD") || !strings.Contains(out, "every source that a sentence cites is there") || !strings.HasSuffix(out, "\nconsistent\n") {
		t.Error(out)
	}
	if same, _ := plenaryReads(t, dossier, 0, "verify", "-"); same != out {
		t.Error(same)
	}
	if out, _ := plenaryDoes(t, 0, "verify", file, "--key", at.Key); !strings.Contains(out, "\nsigned by demonstration/") {
		t.Error(out)
	}
	if out, _ := plenaryDoes(t, 1, "verify", file, "--key", strings.Replace(at.Key, "demonstration/", "example.org/", 1)); !strings.Contains(out, "BAD  signature") || strings.Contains(out, "signed by") {
		t.Error(out)
	}
	if out, _ := plenaryReads(t, dossier[:len(dossier)/2], 1, "verify", "-"); !strings.Contains(out, "BAD  archive") {
		t.Error(out)
	}
	plenaryDoes(t, 2, "verify", file, "--data", t.TempDir())
}

// A demonstration that is kept goes on where it was.
func TestDemoIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	s := starts(t, "demo", "--addr", "127.0.0.1:0", "--data", dir)
	_, first := get(t, s.url+"/en/c/ip-ai/c1.json")
	s.ends()
	s = starts(t, "demo", "--addr", "127.0.0.1:0", "--data", dir)
	_, second := get(t, s.url+"/en/c/ip-ai/c1.json")
	if first != second || !strings.Contains(first, "c1") {
		t.Error("played twice")
	}
	s.ends()
	if out, _ := plenaryDoes(t, 0, "fsck", "--data", dir); !strings.Contains(out, `"record ip-ai"`) {
		t.Error(out)
	}
	golden.Lines(t, "registered.golden", registered(t, dir), *updateGolden)
}

// registered is who registered for the sessions of the demonstration, a line each: when, after the first, as what, and what became of it.
func registered(t *testing.T, dir string) string {
	t.Helper()
	db, err := private.Open(filepath.Join(dir, private.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out strings.Builder
	for _, session := range []cite.Ref{"s1", "s2", "s3"} {
		all, err := roster.New(db).All(t.Context(), script.DemoSlug, session)
		if err != nil {
			t.Fatal(err)
		}
		parties := map[cite.Ref]int{} // in the order in which they come: their numbers are drawn by chance
		for _, r := range all {
			if _, ok := parties[r.Party]; !ok {
				parties[r.Party] = len(parties)
			}
			fmt.Fprintf(&out, "%s after %s: %s, %q, %s, %s, listed %t, gender %q, first %q; participant %t, entered %t, party %d, %s, of %s; wants %s, has %s, %s, place %d, badge %t, came %t\n", session, r.Made.Sub(all[0].Made), r.Name, r.Post,
				r.Lang, r.Email, r.Listed, r.Gender, r.First, r.Participant != 0, r.Entered != 0, parties[r.Party], r.Category, r.Country, r.Wants, r.Seat, r.Status, r.Place, r.Code != "", !r.Arrived.IsZero())
		}
	}
	return out.String()
}

// lines reads what fsck found: what was checked, and what is wrong with it.
func lines(t *testing.T, out string) map[string]checked {
	t.Helper()
	all := map[string]checked{}
	for d := json.NewDecoder(strings.NewReader(out)); ; {
		var c checked
		if err := d.Decode(&c); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[c.What] = c
	}
}

func ls(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names[e.Name()] = true
	}
	return names
}

func TestFsck(t *testing.T) {
	dir, _ := made(t)
	found := lines(t, first(plenaryDoes(t, 0, "fsck", "--data", dir)))
	for _, what := range []string{"record water-wells", "second verifier", "private database", "files", "secret", "restrictions", "what the record cites"} {
		if !found[what].OK {
			t.Errorf("%s: %+v", what, found[what])
		}
	}
	if found["what the record cites"].Count != 1 {
		t.Errorf("%+v", found["what the record cites"])
	}
	plenaryDoes(t, 1, "fsck", "--data", t.TempDir())

	// The private database is gone: it is said, and none is made in its place.
	path := filepath.Join(dir, private.FileName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(path + "-mark")
	if err := errors.Join(err, os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // with the file that says that there was one, and without
		withoutPrivate(t, dir, "is missing")
		_ = os.Remove(path + "-mark")
	}
	if ls(t, dir)[private.FileName] {
		t.Error("made anew")
	}
	// An empty one in its place has nobody who could hold the office.
	db, err := private.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	found = lines(t, first(plenaryDoes(t, 1, "fsck", "--data", dir)))
	if !strings.Contains(found["what the record cites"].Wrong, "water-wells: the account of participant") {
		t.Errorf("%+v", found)
	}
	// The start says so too, and serves.
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	s.errs.wait(t, "the account of participant")
	get(t, s.url+"/healthz")
	s.ends()
	if err := errors.Join(os.WriteFile(path, b, 0o600), os.WriteFile(path+"-mark", note, 0o600)); err != nil {
		t.Fatal(err)
	}
	plenaryDoes(t, 0, "fsck", "--data", dir)

	// Another secret, and none: said, and none is made.
	secret := filepath.Join(dir, "keys", "secret")
	kept, err := os.ReadFile(secret)
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.Clone(kept)
	other[3] ^= 1
	for _, change := range []func() error{func() error { return os.WriteFile(secret, other, 0o600) }, func() error { return os.Remove(secret) }} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		found = lines(t, first(plenaryDoes(t, 1, "fsck", "--data", dir)))
		if found["secret"].OK || !strings.Contains(found["secret"].Wrong, "keys/secret") {
			t.Errorf("%+v", found)
		}
		if _, errs := plenaryDoes(t, 1, "serve", "--data", dir, "--addr", "127.0.0.1:0"); !strings.Contains(errs, filepath.Join("keys", "secret")) || !strings.Contains(errs, "put it back") {
			t.Error(errs)
		}
	}
	if ls(t, filepath.Join(dir, "keys"))["secret"] {
		t.Error("made a secret")
	}
	if err := os.WriteFile(secret, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "keys", "checkpoint.ed25519")
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	if _, errs := plenaryDoes(t, 1, "fsck", "--data", dir); !strings.Contains(errs, "checkpoint.ed25519 is missing") || ls(t, filepath.Join(dir, "keys"))["checkpoint.ed25519"] {
		t.Error(errs)
	}
}

// withoutPrivate checks what is served where private.db cannot be read: what is published, and for the rest what to do;
// and that the server and fsck say the same of it.
func withoutPrivate(t *testing.T, dir, why string) {
	t.Helper()
	wrong := lines(t, first(plenaryDoes(t, 1, "fsck", "--data", dir)))["private database"].Wrong
	for _, want := range []string{filepath.Join(dir, private.FileName), why, "from the last backup", "plenary resume --without private.db --officer ADDRESS"} {
		if !strings.Contains(wrong, want) {
			t.Errorf("fsck does not say %q: %s", want, wrong)
		}
	}
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	defer s.ends()
	s.errs.wait(t, strings.ReplaceAll(wrong, `"`, `\"`))
	if status, body := get(t, s.url+"/healthz"); status != 503 || !strings.Contains(body, "read only: private.db is damaged, empty or missing") {
		t.Error(status, body)
	}
	for _, p := range []string{"/en/", "/en/c/water-wells", "/en/c/water-wells.json", "/en/c/water-wells/record", "/en/c/water-wells/contributions", "/en/c/water-wells/mine", "/en/check"} {
		if status, body := get(t, s.url+p); status != 200 {
			t.Error(p, status, body)
		}
	}
	for _, p := range []string{"/en/sign-in", "/fr/sign-in/abc", "/en/account", "/en/c/water-wells/desk", "/en/convene", "/en/c/water-wells/k1/contribute"} {
		if status, body := get(t, s.url+p); status != 503 || !strings.Contains(body, "private.db") {
			t.Error(p, status, body)
		}
	}
	r, err := http.PostForm(s.url+"/en/sign-in", url.Values{"email": {"a@example.org"}})
	if err != nil || r.StatusCode != 503 {
		t.Fatal(r, err)
	}
	_ = r.Body.Close()
	if out, errs := plenaryDoes(t, 1, "new", "--data", dir, "--title", "Bridges", "--officer", "olga@example.org"); !strings.Contains(errs, "private.db") {
		t.Error(out, errs)
	}
}

// tablePage says at which byte of a database the first page of a table, or of an index, begins.
func tablePage(t *testing.T, path, table string) (at int) {
	t.Helper()
	db, err := private.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT (rootpage-1) * (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = ?", table).Scan(&at); err != nil {
		t.Fatal(err)
	}
	return at
}

// TestDamagedPrivate: whatever is wrong with private.db, what is published can be read.
func TestDamagedPrivate(t *testing.T) {
	dir, _ := made(t)
	path := filepath.Join(dir, private.FileName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for why, change := range map[string]func([]byte) []byte{
		"is missing": func([]byte) []byte { return nil },
		"is damaged": func(b []byte) []byte { b[2] ^= 1; return b },
		"damaged":    func(b []byte) []byte { return b[:len(b)/2+100] },
	} {
		if err := os.WriteFile(path, change(bytes.Clone(b)), 0o600); err != nil {
			t.Fatal(err)
		}
		withoutPrivate(t, dir, why)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	if status, _ := get(t, s.url+"/healthz"); status != 200 {
		t.Error("put back, it is not well:", status)
	}
	s.ends()
}

// TestPrivateDamagedWithin: damage that shows itself only where the server reads what it has to catch up with leaves what is published
// to be read, as damage of the first page does.
func TestPrivateDamagedWithin(t *testing.T) {
	dir, _ := made(t)
	path := filepath.Join(dir, private.FileName)
	at := tablePage(t, path, "sqlite_autoindex_follower_1") // by which a position is found
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[at+2000] ^= 8
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	defer s.ends()
	if status, body := get(t, s.url+"/healthz"); status != 503 || !strings.Contains(body, "read only: private.db is damaged, empty or missing") {
		t.Error(status, body)
	}
	if status, body := get(t, s.url+"/en/c/water-wells"); status != 200 {
		t.Error(status, body)
	}
	if status, body := get(t, s.url+"/en/sign-in"); status != 503 || !strings.Contains(body, "private.db") {
		t.Error(status, body)
	}
}

func first(out, _ string) string { return out }

// A bit that flipped in the private database is found, and the file named.
func TestFsckFindsDamage(t *testing.T) {
	dir, _ := made(t)
	path := filepath.Join(dir, private.FileName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[4096+2000] ^= 8
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	found := lines(t, first(plenaryDoes(t, 1, "fsck", "--data", dir)))
	if w := found["private database"].Wrong; !strings.Contains(w, path) || !strings.Contains(w, "put the file back") {
		t.Errorf("%+v", found)
	}
}

func TestBackup(t *testing.T) {
	dir, _ := made(t)
	if err := os.WriteFile(filepath.Join(dir, "attachments", "note"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0") // while it serves
	to := filepath.Join(t.TempDir(), "copy")
	if _, errs := plenaryDoes(t, 0, "backup", "--data", dir, "-o", to); !strings.Contains(errs, "keys are not in a backup") {
		t.Error(errs)
	}
	s.ends()
	names := ls(t, to)
	if !names["record.db"] || !names[private.FileName] || names["keys"] || !ls(t, filepath.Join(to, "attachments"))["note"] {
		t.Error(names)
	}
	plenaryDoes(t, 0, "verify", "--data", to)
	plenaryDoes(t, 1, "backup", "--data", dir, "-o", to) // never over another
	plenaryDoes(t, 1, "backup", "--data", t.TempDir(), "-o", to+"2")
	if err := os.CopyFS(filepath.Join(to, "keys"), os.DirFS(filepath.Join(dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	plenaryDoes(t, 0, "fsck", "--data", to)
	if !names["high"] || !names[plenary.BackupMark] {
		t.Error("without high marks, or not marked as a backup:", names)
	}

	// Served as it is, it shows nothing before the newest list is there; then it is there for reading, and when somebody says so
	// it goes on, and says so on the record.
	s = starts(t, "serve", "--data", to, "--addr", "127.0.0.1:0")
	if status, body := get(t, s.url+"/en/c/water-wells"); status != 503 || !strings.Contains(body, "what they took from view is not known") {
		t.Error(status, body)
	}
	s.ends()
	if _, errs := plenaryDoes(t, 1, "resume", "--data", to, "--reason", "The disk was lost on Monday."); !strings.Contains(errs, "--without restrictions.jsonl") {
		t.Error(errs)
	}
	newest, err := os.ReadFile(filepath.Join(dir, plenary.RestrictionsFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, plenary.RestrictionsFile), newest, 0o600); err != nil || names[plenary.RestrictionsFile] {
		t.Fatal("a backup has a list that is as old as it is", err)
	}
	s = starts(t, "serve", "--data", to, "--addr", "127.0.0.1:0")
	s.errs.wait(t, "plenary resume")
	if status, body := get(t, s.url+"/healthz"); status != 503 || !strings.Contains(body, "restored, entries from") {
		t.Error(status, body)
	}
	if status, body := get(t, s.url+"/en/c/water-wells"); status != 200 || !strings.Contains(body, "restored from a backup") {
		t.Error(status)
	}
	if status, _ := get(t, s.url+"/en/c/water-wells.json"); status != 503 {
		t.Error("programs are told nothing:", status)
	}
	plenaryDoes(t, 1, "resume", "--data", to, "--reason", "A server is running.")
	s.ends()
	plenaryDoes(t, 2, "resume", "--data", to)
	if out, _ := plenaryDoes(t, 0, "resume", "--data", to, "--reason", "The disk was lost on Monday."); !strings.Contains(out, "may be missing") {
		t.Error(out)
	}
	plenaryDoes(t, 1, "resume", "--data", to, "--reason", "Once more.")
	s = starts(t, "serve", "--data", to, "--addr", "127.0.0.1:0")
	if status, body := get(t, s.url+"/healthz"); status != 200 {
		t.Error(status, body)
	}
	if _, body := get(t, s.url+"/en/c/water-wells/record"); !strings.Contains(body, "The disk was lost on Monday.") || !strings.Contains(body, "Restored from a backup") {
		t.Error("the record does not say it")
	}
	s.ends()
	plenaryDoes(t, 0, "fsck", "--data", to)
	plenaryDoes(t, 0, "verify", "--data", to)
}

// stopping ends something at the first line that it writes.
type stopping struct{ end func() }

func (s stopping) Write(b []byte) (int, error) {
	s.end()
	return len(b), nil
}

// Whoever follows a record is set back to where it was cut short before anything is written on it, of every record, however early the command is stopped.
func TestResumeSetsFollowersBack(t *testing.T) {
	dir, _ := made(t)
	plenaryDoes(t, 0, "new", "--data", dir, "--title", "Roads", "--slug", "roads", "--officer", "other@example.org")
	slugs := []string{"water-wells", "roads"}
	followers := func(look func(*private.DB, string) error) {
		t.Helper()
		db, err := private.Open(filepath.Join(dir, private.FileName))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, slug := range slugs {
			if err := look(db, slug); err != nil {
				t.Error(slug, err)
			}
		}
	}
	followers(func(db *private.DB, slug string) error { return db.Remember(t.Context(), "erasure", slug, 180) })
	if err := os.WriteFile(filepath.Join(dir, plenary.BackupMark), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := plenary.OpenInstance(t.Context(), plenary.InstanceOptions{Dir: dir})
	if in == nil {
		t.Fatal(err)
	}
	heads := map[string]cite.Position{}
	for _, slug := range slugs {
		heads[slug] = in.Durable(slug)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var errs output
	run(ctx, []string{"resume", "--data", dir, "--reason", "Lost.", "--without", "restrictions.jsonl"}, &console{strings.NewReader(""), stopping{stop}, &errs})
	if ctx.Err() == nil {
		t.Fatal("nothing was resumed:", errs.b.String())
	}
	followers(func(db *private.DB, slug string) error {
		at, err := db.Position(t.Context(), "erasure", slug)
		if at != heads[slug] {
			err = errors.Join(err, fmt.Errorf("a follower stands at %d, and the record was cut short at %d", at, heads[slug]))
		}
		return err
	})
}

// What is lost for good is made anew only when somebody says so, and the record says it.
func TestResumeWithout(t *testing.T) {
	dir, _ := made(t)
	secret := filepath.Join(dir, "keys", "secret")
	if err := errors.Join(os.Remove(filepath.Join(dir, private.FileName)), os.Remove(secret)); err != nil {
		t.Fatal(err)
	}
	plenaryDoes(t, 1, "resume", "--data", dir, "--reason", "Lost.")
	plenaryDoes(t, 2, "resume", "--data", dir, "--reason", "Lost.", "--without", "private.db") // nobody would hold an office
	plenaryDoes(t, 2, "resume", "--data", dir, "--reason", "Lost.", "--without", "private.db", "--officer", "nobody")
	out, _ := plenaryDoes(t, 0, "resume", "--data", dir, "--reason", "The box was stolen.", "--without", "private.db", "--without", "keys/secret", "--officer", "olga@example.org")
	at := strings.Index(out, "/en/sign-in/")
	if at < 0 || !strings.Contains(out, "water-wells: olga@example.org is an officer; said in entry") {
		t.Fatal(out)
	}
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	link, code, _ := strings.Cut(out[at:], "\tcode ")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	for _, step := range []func() (*http.Response, error){
		func() (*http.Response, error) {
			return client.PostForm(s.url+link, url.Values{"code": {strings.TrimSpace(code)}})
		},
		func() (*http.Response, error) { return client.Get(s.url + "/en/c/water-wells/desk") },
	} {
		r, err := step()
		if err != nil || r.StatusCode != 200 {
			t.Fatal("the officer cannot sign in and use the desk:", r, err)
		}
		_ = r.Body.Close()
	}
	if _, body := get(t, s.url+"/en/c/water-wells/record"); !strings.Contains(body, "The box was stolen.") || !strings.Contains(body, "private.db, keys/secret") {
		t.Error("the record does not say it")
	}
	s.ends()
	plenaryDoes(t, 0, "fsck", "--data", dir) // what the record itself calls lost is not missed
}

// Every flag of serve is a setting that config prints.
func TestConfig(t *testing.T) {
	out, _ := plenaryDoes(t, 0, "config")
	for _, want := range []string{"PLENARY_DATA", "PLENARY_ADDR", "PLENARY_PUBLIC_URL", "PLENARY_BEHIND_PROXY", "PLENARY_SMTP", "PLENARY_FROM", "PLENARY_OPERATOR"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not printed", want)
		}
	}
}

// TestBench: whatever the bench can measure can be asked for, and what it cannot is refused, with the names of all that it can.
func TestBench(t *testing.T) {
	_, said := plenaryDoes(t, 2, "bench", "nothing")
	for _, name := range bench.Measures() {
		if !strings.Contains(said, `"`+name+`"`) {
			t.Errorf("%s cannot be asked for: %s", name, said)
		}
	}
}
