package main

import (
	"encoding/json"
	"github.com/openplenary/plenary/place"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// says runs a command that must fail, and looks for words in what it says.
func says(t *testing.T, words string, args ...string) {
	t.Helper()
	if _, errs := plenaryDoes(t, 1, args...); !strings.Contains(errs, words) {
		t.Errorf("plenary %s says nothing of %q: %s", strings.Join(args, " "), words, errs)
	}
}

// TestPostgres: the records of an instance go to a PostgreSQL database and back. Served from either, everything is as it was, and the
// same links and checkpoints hold; neither side is served by mistake, nor with what belongs to another.
func TestPostgres(t *testing.T) {
	server := postgrestest.Shared(t)
	_, name := server.Database(t)
	_, other := server.Database(t)
	t.Setenv("PLENARY_RECORD_PASSWORD", postgrestest.Password)
	there, elsewhere := server.Loopback(name), server.Loopback(other)
	dir, c := made(t)
	path := "/c/" + c.Conversation
	serve := func(args ...string) *running {
		t.Helper()
		return starts(t, append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, args...)...)
	}
	checkpoint := func(s *running) string {
		t.Helper()
		status, body := get(t, s.url+path+"/log/checkpoint")
		if status != 200 {
			t.Fatal(status, body)
		}
		return body
	}
	s := serve()
	before := checkpoint(s)
	says(t, "another Plenary process", "move", "--from", dir, "--to", there)
	s.ends()

	says(t, "records of its own", "serve", "--data", dir, "--addr", "127.0.0.1:0", "--record", there)
	plenaryDoes(t, 2, "move", "--from", dir, "--to", dir)
	says(t, "does not say", "move", "--from", there, "--to", dir)
	if _, errs := plenaryDoes(t, 0, "move", "--from", dir, "--to", there); !strings.Contains(errs, "of 2 entries compared") && !strings.Contains(errs, "entries compared") || strings.Contains(errs, postgrestest.Password) {
		t.Error(errs)
	}
	if names := ls(t, dir); names["record.db"] || names["private.db"] || !names["record.db.moved"] || !names["private.db.moved"] || !names[place.BoundFile] {
		t.Error(names)
	}
	says(t, "already", "move", "--from", dir, "--to", there)
	says(t, "say in which", "serve", "--data", dir, "--addr", "127.0.0.1:0")
	says(t, "not the database", "serve", "--data", dir, "--addr", "127.0.0.1:0", "--record", elsewhere)

	s = serve("--record", there)
	s.errs.wait(t, "no synchronous standby")
	if after := checkpoint(s); after != before {
		t.Errorf("another checkpoint:\n%s%s", before, after)
	}
	// The link that was printed before holds, and what is done is written there.
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	link, _ := url.Parse(c.SignIn)
	r, err := browser.PostForm(s.url+link.Path, url.Values{"code": {c.Code}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 || !strings.HasSuffix(r.Request.URL.Path, "/desk") {
		t.Error(r.StatusCode, r.Request.URL)
	}
	out, _ := plenaryDoes(t, 0, "new", "--data", dir, "--title", "Ferries", "--officer", "officer@example.org", "--open")
	var second convened
	if err := json.Unmarshal([]byte(out), &second); err != nil {
		t.Fatal(out, err)
	}
	if status, _ := get(t, s.url+"/en/c/ferries"); status != 200 {
		t.Error(status)
	}
	plenaryDoes(t, 0, "fsck", "--data", dir, "--record", there)
	backup := filepath.Join(t.TempDir(), "copy")
	says(t, "say in which", "backup", "--data", dir, "-o", backup+"2")
	plenaryDoes(t, 0, "backup", "--data", dir, "-o", backup, "--record", there)
	plenaryDoes(t, 0, "verify", "--data", backup)
	// Another directory, with keys of its own, is not served over the same database; nor is a copy of this one at the same time.
	says(t, "another Plenary process is using this database", "move", "--from", there, "--to", dir)
	s.ends()
	says(t, "checkpoint.ed25519 is missing", "serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--record", there)
	strange := t.TempDir()
	if err := os.CopyFS(filepath.Join(strange, "keys"), os.DirFS(keysOf(t))); err != nil {
		t.Fatal(err)
	}
	says(t, "key", "serve", "--data", strange, "--addr", "127.0.0.1:0", "--record", there)

	plenaryDoes(t, 0, "move", "--from", there, "--to", dir)
	if names := ls(t, dir); !names["record.db"] || !names["private.db"] || names[place.BoundFile] || names["record.db.coming"] {
		t.Error(names)
	}
	s = serve()
	if after := checkpoint(s); after != before {
		t.Errorf("another checkpoint:\n%s%s", before, after)
	}
	if status, _ := get(t, s.url+"/en/c/ferries"); status != 200 {
		t.Error(status)
	}
	s.ends()
	plenaryDoes(t, 0, "fsck", "--data", dir)
	plenaryDoes(t, 0, "verify", "--data", dir)
	says(t, "taken elsewhere", "serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--record", there)
	// A new instance begins in a database of its own, with nothing in the directory.
	fresh := filepath.Join(t.TempDir(), "data")
	sayWhose(t, fresh)
	t.Setenv("PLENARY_RECORD", elsewhere)
	plenaryDoes(t, 0, "new", "--data", fresh, "--title", "Wells", "--officer", "officer@example.org", "--open")
	dir = fresh
	s = serve()
	if status, _ := get(t, s.url+"/en/c/wells"); status != 200 || ls(t, fresh)["record.db"] {
		t.Error(status)
	}
	s.ends()
	// Without its high marks nobody knows what is missing; it goes on when somebody says so. So it does where a standby that
	// lagged behind has taken over.
	lagged := "DELETE FROM plenary.text WHERE id IN (SELECT max(id) FROM plenary.entry); DELETE FROM plenary.entry WHERE id IN (SELECT max(id) FROM plenary.entry); UPDATE plenary.record SET position = position - 1"
	for _, lose := range []func(){
		func() {
			if err := os.Remove(filepath.Join(fresh, "high")); err != nil {
				t.Fatal(err)
			}
		},
		func() { server.Exec(t, other, lagged) },
	} {
		lose()
		s = serve()
		if status, body := get(t, s.url+"/healthz"); status != 503 || !strings.Contains(body, "missing") {
			t.Error(status, body)
		}
		s.ends()
		if out, _ := plenaryDoes(t, 0, "resume", "--data", fresh, "--reason", "The standby lagged behind.", "--without", "restrictions.jsonl"); !strings.Contains(out, "missing; said in entry") {
			t.Error(out)
		}
		s = serve()
		if status, body := get(t, s.url+"/healthz"); status != 200 {
			t.Error(status, body)
		}
		s.ends()
	}
	// Where all of it is gone, it is said, and nothing is written.
	server.Exec(t, other, "DELETE FROM plenary.text; DELETE FROM plenary.entry; UPDATE plenary.record SET position = 0")
	s = serve()
	s.errs.wait(t, "acknowledged entries are missing")
	if status, body := get(t, s.url+"/healthz"); status != 503 {
		t.Error(status, body)
	}
	s.ends()
}

// keysOf is the directory of the keys of another instance.
func keysOf(t *testing.T) string {
	t.Helper()
	dir, _ := made(t)
	return filepath.Join(dir, "keys")
}

// TestPostgresAway: while the database is away, pages are read on and nothing is written; when it is back, writing goes on in the same
// process.
func TestPostgresAway(t *testing.T) {
	postgrestest.Shared(t) // says aloud where there is none
	server, err := postgrestest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Remove)
	address, _ := server.Database(t)
	t.Setenv("PLENARY_RECORD", address)
	dir, c := made(t)
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	page := s.url + "/en/c/" + c.Conversation
	read := func(when string) {
		t.Helper()
		if status, body := get(t, page); status != 200 || !strings.Contains(body, "Water") {
			t.Errorf("%s: %d", when, status)
		}
	}
	convene := func(status int, title string) string {
		t.Helper()
		out, errs := plenaryDoes(t, status, "new", "--data", dir, "--title", title, "--officer", "officer@example.org", "--open")
		return out + errs
	}
	read("before")
	if err := server.Stop(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	s.errs.wait(t, "cannot be reached")
	read("while it is away")
	convene(1, "Ferries")
	read("after something was refused")
	if err := server.Run(); err != nil {
		t.Fatal(err)
	}
	s.errs.wait(t, "can be reached again")
	read("when it is back")
	convene(0, "Ferries")
	if status, _ := get(t, s.url+"/en/c/ferries"); status != 200 {
		t.Error(status)
	}
	s.ends()
}
