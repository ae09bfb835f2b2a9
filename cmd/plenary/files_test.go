package main

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openplenary/plenary/attachment/bucket/buckettest"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
	"github.com/openplenary/plenary/place"
	"github.com/openplenary/plenary/record/postgres/postgrestest"
)

// withFile makes an instance with one contribution that has a file, and gives what is in it and where it is read.
func withFile(t *testing.T, dir string, where place.Flags) (content, path string) {
	t.Helper()
	sayWhose(t, dir)
	transport, err := post.Relay("", "a@example.org")
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), appOptions{dir: dir, public: "http://localhost", transport: transport, from: "a@example.org", logger: slog.New(slog.DiscardHandler), record: where})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	r := script.New(a.Secretariat)
	r.Files = os.DirFS("../../internal/script/testdata")
	if err := r.RunText(t.Context(), "ferries", ferries); err != nil {
		t.Fatal(err)
	}
	content = strings.Repeat("The timetable of 1911.\n", 10_000)
	f, err := a.files.Keep(t.Context(), strings.NewReader(content), "a.txt", a.Now())
	if err != nil {
		t.Fatal(err)
	}
	by := a.AnonymousParticipant("ferries", "nonce-one-00000000000000")
	answer, err := a.Do(t.Context(), "ferries", conversation.Ask{By: by, For: delegation.Party(by), Token: "nonce-one-00000000000000", Assurance: consultation.Anonymous, Told: time.Date(2020, 1, 12, 0, 0, 0, 0, time.UTC),
		Command: consultation.Submit{Call: "k1", Category: "individual", Parts: []consultation.SubmitPart{{On: "p1.e1.x3", Language: locale.English, Text: "With a file."}},
			Files: []consultation.SubmitFile{{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.files.Cited(t.Context(), f.ID); err != nil {
		t.Fatal(err)
	}
	return content, "/en/c/ferries/" + string(answer.Refs[0]) + ".f1"
}

// contributes sends a contribution with a file, as a form does.
func contributes(t *testing.T, s *running, token, file string) (status int, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, value := range map[string]string{"on": "p1.e1.x3", "text": "With another file " + token, "language": "en", "category": "individual", "token": token, "do": "send"} {
		_ = m.WriteField(name, value)
	}
	w, _ := m.CreateFormFile("file", "b.txt")
	_, _ = io.WriteString(w, file)
	_ = m.Close()
	r, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Post(s.url+"/en/c/ferries/k1/contribute", m.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(page)
}

// objects lists the files in a folder of a bucket.
func objects(t *testing.T, dir string) (paths []string) {
	t.Helper()
	for name := range ls(t, dir) {
		if len(name) == 32 {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths
}

// TestFilesInStore: the attached files of an instance go to an object store and back. What is wrong with the store is said at the start, in so many words; while it is busy
// people are told to try again and nothing is kept; what it loses or changes is found, and the record stands. A backup has the files.
func TestFilesInStore(t *testing.T) {
	s := buckettest.Start(t)
	s.Bucket(t, "files", "")
	var busy atomic.Bool
	address := buckettest.At(s.Before(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if busy.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	}), "files", "here")
	dir := filepath.Join(t.TempDir(), "data")
	content, path := withFile(t, dir, place.Flags{})
	serve := []string{"serve", "--data", dir, "--addr", "127.0.0.1:0", "--reserve", "1MiB"} // however full this disk is
	inStore := append(serve, "--bucket", address)

	says(t, "kept without an object store", inStore...)
	says(t, "no bucket nowhere", "move", "--from", dir, "--to", buckettest.At(s.URL, "nowhere", ""))
	says(t, "does not answer", "move", "--from", dir, "--to", buckettest.At("http://127.0.0.1:1", "files", ""))
	says(t, "in no object store", "move", "--from", address, "--to", dir)
	plenaryDoes(t, 2, "move", "--from", address, "--to", buckettest.At(s.URL, "files", ""))
	if _, errs := plenaryDoes(t, 0, "move", "--from", dir, "--to", address); !strings.Contains(errs, "1 files are in s3://files/here/") || strings.Contains(errs, buckettest.Secret) {
		t.Error(errs)
	}
	if names := ls(t, dir); names["attachments"] || !names["attachments.moved"] {
		t.Error(names)
	}
	says(t, "say in which, with --bucket", serve...)
	says(t, "say in which, with --bucket", "backup", "--data", dir, "-o", filepath.Join(t.TempDir(), "copy"))
	says(t, "which says whose it is", append(serve, "--bucket", buckettest.At(s.URL, "files", "elsewhere"))...)

	r := starts(t, inStore...)
	r.errs.wait(t, "attached files are in an object store")
	if status, body := get(t, r.url+path); status != 200 || body != content {
		t.Errorf("%d, %d bytes", status, len(body))
	}
	if status, body := contributes(t, r, "AAAAAAAAAAAAAAAAAAAAAA", "words"); status != 303 {
		t.Errorf("%d %.500s", status, body)
	}
	stored := objects(t, filepath.Join(s.Dir, "files", "here"))
	if len(stored) != 2 {
		t.Error(stored)
	}
	busy.Store(true)
	const again = "Attached files can be neither kept nor read just now"
	if status, body := contributes(t, r, "BAAAAAAAAAAAAAAAAAAAAA", "words"); status != 503 || !strings.Contains(body, again) {
		t.Errorf("%d %.500s", status, body)
	}
	if status, body := get(t, r.url+path); status != 503 || !strings.Contains(body, again) {
		t.Errorf("%d %.500s", status, body)
	}
	if status, _ := get(t, r.url+"/en/c/ferries"); status != 200 {
		t.Error(status)
	}
	says(t, "does not answer", "fsck", "--data", dir, "--bucket", address)
	r.ends()
	r = starts(t, inStore...) // with the store away
	r.errs.wait(t, "no attached file is taken or given out until it does")
	busy.Store(false)
	if status, body := get(t, r.url+path); status != 200 || body != content {
		t.Errorf("%d, %d bytes", status, len(body))
	}
	if n := objects(t, filepath.Join(s.Dir, "files", "here")); len(n) != 2 {
		t.Error(n)
	}
	plenaryDoes(t, 0, "fsck", "--data", dir, "--bucket", address)
	backup := filepath.Join(t.TempDir(), "copy")
	plenaryDoes(t, 0, "backup", "--data", dir, "-o", backup, "--bucket", address)
	if n := ls(t, filepath.Join(backup, "attachments")); len(n) != 2 {
		t.Error(n)
	}
	if err := os.CopyFS(filepath.Join(backup, "keys"), os.DirFS(filepath.Join(dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	if out, _ := plenaryDoes(t, 0, "fsck", "--data", backup); !strings.Contains(out, `"what":"files","ok":true`) {
		t.Error(out)
	}

	for _, at := range stored {
		sound, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		for how, change := range map[string]func() error{
			"is missing": func() error { return os.Remove(at) },
			"chunk 0":    func() error { return os.WriteFile(at, append([]byte{sound[0] ^ 1}, sound[1:]...), 0o600) },
		} {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			out, _ := plenaryDoes(t, 1, "fsck", "--data", dir, "--bucket", address)
			if !strings.Contains(out, how) || strings.Contains(out, `"what":"record ferries","ok":false`) || strings.Contains(out, `"what":"what the record cites","ok":false`) != (how == "is missing") {
				t.Error(out)
			}
			if status, body := get(t, r.url+path); len(sound) > 1000 && (status != 503 || !strings.Contains(body, "This file cannot be had now")) {
				t.Errorf("%s: %d %.100s", how, status, body)
			}
			if err := os.WriteFile(at, sound, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.ends()
	if _, errs := plenaryDoes(t, 0, "move", "--from", address, "--to", dir); !strings.Contains(errs, "2 files are out of") {
		t.Error(errs)
	}
	r = starts(t, serve...)
	if status, body := get(t, r.url+path); status != 200 || body != content {
		t.Errorf("%d, %d bytes", status, len(body))
	}
	r.ends()
	says(t, "from an earlier move", "move", "--from", dir, "--to", address)
}

// TestFilesOfNodes: nodes over one database keep files in one bucket, from their first start, and none is served without it or with another. Moved to a directory and out to rows
// again, all files are there.
func TestFilesOfNodes(t *testing.T) {
	server := postgrestest.Shared(t)
	_, name := server.Database(t)
	there := server.Loopback(name)
	t.Setenv("PLENARY_RECORD_PASSWORD", postgrestest.Password)
	s := buckettest.Start(t)
	address := s.Bucket(t, "files", "")
	dirs := []string{filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "data")}
	content, path := withFile(t, dirs[0], place.Flags{Record: there, Files: address})
	if err := os.CopyFS(filepath.Join(dirs[1], "keys"), os.DirFS(filepath.Join(dirs[0], "keys"))); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PLENARY_RECORD", there)
	says(t, "say in which, with --bucket", "serve", "--data", dirs[1], "--addr", "127.0.0.1:0")
	says(t, "which says whose it is", "serve", "--data", dirs[1], "--addr", "127.0.0.1:0", "--bucket", s.Bucket(t, "others", ""))
	t.Setenv("PLENARY_BUCKET", address)
	var nodes []*running
	for _, d := range dirs {
		r := starts(t, "serve", "--data", d, "--addr", "127.0.0.1:0")
		if status, body := get(t, r.url+path); status != 200 || body != content {
			t.Errorf("%d, %.4000s", status, body)
		}
		nodes = append(nodes, r)
	}
	if n := server.Value(t, name, `SELECT count(*) FROM plenary_private.attachment_piece`); n != "0" || len(objects(t, filepath.Join(s.Dir, "files"))) != 1 {
		t.Errorf("%s rows have files", n)
	}
	says(t, "another Plenary process", "move", "--from", address, "--to", dirs[0])
	backup := filepath.Join(t.TempDir(), "copy")
	plenaryDoes(t, 0, "backup", "--data", dirs[1], "-o", backup)
	if n := ls(t, filepath.Join(backup, "attachments")); len(n) != 1 {
		t.Error(n)
	}
	for _, r := range nodes {
		r.ends()
	}
	for server.Value(t, name, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'`) != "0" { // the server sees a little later that they are gone
		if t.Context().Err() != nil {
			t.FailNow()
		}
	}
	plenaryDoes(t, 0, "move", "--from", address, "--to", dirs[0])
	if n := server.Value(t, name, `SELECT count(*) FROM plenary_private.attachment_piece`); n != "1" {
		t.Errorf("%s rows have files", n)
	}
	plenaryDoes(t, 0, "move", "--from", dirs[0], "--to", address)
	plenaryDoes(t, 0, "move", "--from", there, "--to", dirs[0]) // files stay where they are
	t.Setenv("PLENARY_RECORD", "")
	r := starts(t, "serve", "--data", dirs[0], "--addr", "127.0.0.1:0")
	if status, body := get(t, r.url+path); status != 200 || body != content || len(objects(t, filepath.Join(s.Dir, "files"))) != 1 {
		t.Errorf("%d, %d bytes", status, len(body))
	}
	r.ends()
}
