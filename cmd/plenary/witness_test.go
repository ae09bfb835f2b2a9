package main

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openplenary/plenary/mail/post"
)

// TestWitness: each witness is told once a day, by mail and over HTTP; who could not be reached is told later.
func TestWitness(t *testing.T) {
	ctx := t.Context()
	var got []string
	down, elsewhere := true, false
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Plenary-Conversation") != "ferries" {
			t.Error(r.Method, r.Header, err)
		}
		if down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		if elsewhere {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			elsewhere = false // whoever follows it is taken to have been told
			return
		}
		got = append(got, string(b))
	}))
	defer outside.Close()
	w, err := parseWitnesses([]string{"Witness@example.org", outside.URL})
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"nobody", "https://", "ftp://example.org"} {
		if _, err := parseWitnesses([]string{wrong}); !errors.Is(err, errWrongUse) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	box := &post.Mailbox{}
	a, err := openApp(ctx, appOptions{dir: filepath.Join(t.TempDir(), "data"), public: "https://talk.example.org", transport: box, from: "a@example.org", witnesses: w, logger: slog.New(slog.DiscardHandler)})
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
	if _, err := a.convene(ctx, &newCmd{Title: "Ferries", Languages: "en", Zone: "UTC", Officer: "olga@example.org", Open: true}); err != nil {
		t.Fatal(err)
	}
	if err := a.tellWitnesses(ctx, "ferries"); err == nil {
		t.Error("nobody says that a witness could not be reached")
	}
	down, elsewhere = false, true
	if err := a.tellWitnesses(ctx, "ferries"); err == nil || len(got) != 0 {
		t.Errorf("a witness led elsewhere, and was followed: %v %q", err, got)
	}
	for range 3 {
		if err := a.tellWitnesses(ctx, "ferries"); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := a.Checkpoint("ferries")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0] != string(signed) {
		t.Errorf("posted: %q", got)
	}
	var text string
	var letters int
	if err := a.db.QueryRowContext(ctx, `SELECT COUNT(*), MAX(body) FROM mail WHERE notice = 'witness' AND recipient = 'Witness@example.org'`).Scan(&letters, &text); err != nil || letters != 1 {
		t.Fatal(letters, err)
	}
	root := strings.Split(string(signed), "\n")[2]
	for _, want := range []string{string(signed), "https://talk.example.org/c/ferries/log/root/1", root, "Ferries"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter does not hold %q:\n%s", want, text)
		}
	}
	// Whoever opens the address of the letter finds the same, from any site.
	rec := httptest.NewRecorder()
	a.server.ServeHTTP(rec, httptest.NewRequest("GET", "/c/ferries/log/root/1", nil))
	if rec.Code != http.StatusOK || rec.Body.String() != "1\n"+root+"\n" || rec.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Error(rec.Code, rec.Header(), rec.Body)
	}
	for _, path := range []string{"checkpoint", "tile/0/000.p/1"} {
		rec := httptest.NewRecorder()
		a.server.ServeHTTP(rec, httptest.NewRequest("GET", "/c/ferries/log/"+path, nil))
		if rec.Code != http.StatusOK || rec.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Error(path, rec.Code, rec.Header())
		}
	}
	for _, none := range []string{"0", "2", "01", "-1", "x"} {
		rec := httptest.NewRecorder()
		a.server.ServeHTTP(rec, httptest.NewRequest("GET", "/c/ferries/log/root/"+none, nil))
		if rec.Code != http.StatusNotFound {
			t.Errorf("a root of %s: %d", none, rec.Code)
		}
	}
}
