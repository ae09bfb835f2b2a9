package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/mail/post"
)

const ferries = `
at 2020-01-10T09:00Z

convene ferries
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

// An instance that was away erases before it serves, and goes on erasing while it does.
func TestErasedBeforeServing(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	transport, err := post.Relay("", "a@example.org")
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(ctx, appOptions{dir: dir, public: "http://localhost", transport: transport, from: "a@example.org", logger: slog.New(slog.DiscardHandler)})
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
	if err := r.RunText(ctx, "ferries", ferries); err != nil {
		t.Fatal(err)
	}
	told := time.Date(2020, 1, 12, 0, 0, 0, 0, time.UTC)
	// erased sends a contribution with a file, has it erased, and gives where the file lay.
	erased := func(token string) string {
		f, err := a.files.Keep(ctx, strings.NewReader("text"), "a.txt", a.Now())
		if err != nil {
			t.Fatal(err)
		}
		by := a.AnonymousParticipant("ferries", token)
		answer, err := a.Do(ctx, "ferries", conversation.Ask{By: by, For: delegation.Party(by), Token: token, Assurance: consultation.Anonymous, Told: told, Command: consultation.Submit{Call: "k1", Category: "individual",
			Parts: []consultation.SubmitPart{{On: "p1.e1.x3", Language: locale.English, Text: token}}, Files: []consultation.SubmitFile{{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA: f.SHA}}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Do(ctx, "ferries", conversation.Ask{By: r.Participant("@olga"), Assurance: consultation.EmailProven, Told: told, Command: conversation.Erase{Contribution: answer.Refs[0], Ground: "at_request"}}); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, "attachments", f.ID)
	}
	gone := func(path string) {
		t.Helper()
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Error("the file is left", err)
		}
	}
	passed := make(chan string, 10)
	a.eraser.Pages = func(slug string) { passed <- slug }
	file := erased("nonce-one-00000000000000")

	// What cannot be erased is not served either.
	if _, err := a.db.Exec(`CREATE TRIGGER broken BEFORE INSERT ON mail_erased BEGIN SELECT RAISE(ABORT, 'no'); END`); err != nil {
		t.Fatal(err)
	}
	serve := func(ctx context.Context) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return a.serve(ctx, l)
	}
	if err := a.catchUp(ctx); err == nil || !strings.Contains(err.Error(), "erasure") {
		t.Fatal(err)
	}
	if _, err := a.db.Exec(`DROP TRIGGER broken`); err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- serve(running) }()
	<-passed
	gone(file)
	file = erased("nonce-two-00000000000000")
	<-passed
	gone(file)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
