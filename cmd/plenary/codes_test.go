package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/delegation"
	"github.com/openplenary/plenary/locale"
)

// codesOf are the codes that a command printed.
func codesOf(t *testing.T, out string) printedCodes {
	t.Helper()
	var c printedCodes
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(out, err)
	}
	return c
}

// Codes are printed by the running server, and without one; those that were printed before are void. An officer who
// gets no mail signs in with one, once.
func TestCodes(t *testing.T) {
	dir, _ := made(t)
	const officer = "officer@example.org"
	out, note := plenaryDoes(t, 0, "codes", "--data", dir, "--count", "2", "--public-url", "https://talk.example.org", officer)
	void := codesOf(t, out)
	if len(void.Codes) != 2 || void.Email != officer || void.SignIn != "https://talk.example.org/en/sign-in/printed" || !strings.Contains(note, "once") {
		t.Errorf("%+v %s", void, note)
	}
	if _, errs := plenaryDoes(t, 1, "codes", "--data", dir, "nobody@example.org"); !strings.Contains(errs, "Nobody has an account") {
		t.Error(errs)
	}
	if _, errs := plenaryDoes(t, 1, "codes", "--data", filepath.Join(dir, "elsewhere"), officer); !strings.Contains(errs, "no Plenary instance") {
		t.Error(errs)
	}
	for _, n := range []string{"0", "51", "-1"} {
		plenaryDoes(t, 2, "codes", "--data", dir, "--count="+n, officer)
	}
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	out, _ = plenaryDoes(t, 0, "codes", "--data", dir, "--count", "1", officer)
	c := codesOf(t, out)
	if len(c.Codes) != 1 || c.SignIn != s.url+"/en/sign-in/printed" {
		t.Errorf("%+v", c)
	}
	if _, errs := plenaryDoes(t, 1, "codes", "--data", dir, "nobody@example.org"); !strings.Contains(errs, "Nobody has an account") {
		t.Error(errs)
	}
	enter := func(code string) (int, string) {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := browser.PostForm(c.SignIn, url.Values{"email": {officer}, "code": {code}})
		if err = errors.Join(err, r.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, r.Header.Get("Location")
	}
	if status, _ := enter(void.Codes[0]); status != 422 {
		t.Error("a code that is void:", status)
	}
	if status, to := enter(strings.ToLower(c.Codes[0])); status != 303 || to != "/en/account" {
		t.Error(status, to)
	}
	if status, _ := enter(c.Codes[0]); status != 422 {
		t.Error("a code that was used:", status)
	}
	s.ends()
}

// TestRestoredLetsNobodyIn: after a backup a code is used, an account is deleted and an office taken. The restored instance knows
// of all three by the list that is kept apart, and says who is to lead a conversation that has nobody left.
func TestRestoredLetsNobodyIn(t *testing.T) {
	dir, _ := made(t)
	const officer = "officer@example.org"
	out, _ := plenaryDoes(t, 0, "codes", "--data", dir, "--count", "3", officer)
	c := codesOf(t, out)
	// within does something in the instance while no server runs.
	within := func(dir string, f func(a *app) error) {
		t.Helper()
		a, err := openApp(t.Context(), appOptions{dir: dir, from: "plenary@localhost", logger: slog.New(slog.DiscardHandler)})
		if err == nil {
			err = errors.Join(f(a), a.close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var gone account.ID
	within(dir, func(a *app) (err error) {
		gone, err = a.accounts.Ensure(t.Context(), "gone@example.org", locale.English, a.Now())
		return err
	})
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	to := filepath.Join(t.TempDir(), "copy")
	if _, said := plenaryDoes(t, 0, "backup", "--data", dir, "-o", to, "--restrictions", "/mnt/other/list.jsonl"); !strings.Contains(said, "keep /mnt/other/list.jsonl on another disk") {
		t.Error(said)
	}
	// client signs in with a code, and keeps the cookies.
	client := func(s *running, code string) (*http.Client, int) {
		t.Helper()
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := browser.PostForm(s.url+"/en/sign-in/printed", url.Values{"email": {officer}, "code": {code}})
		if err = errors.Join(err, r.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return browser, r.StatusCode
	}
	if _, status := client(s, c.Codes[0]); status != 303 {
		t.Fatal("the code does not open:", status)
	}
	s.ends()
	within(dir, func(a *app) error {
		var first delegation.Participant
		_, err := a.Read(t.Context(), "water-wells", func(st *conversation.State) error {
			first = st.Roll.Holders(delegation.Officer)[0]
			return nil
		})
		for _, c := range []any{delegation.Grant{Participant: 9, Role: delegation.Officer}, delegation.Revoke{Participant: first, Role: delegation.Officer}} {
			if err == nil {
				_, err = a.Do(t.Context(), "water-wells", conversation.Ask{By: first, Assurance: consultation.EmailProven, Command: c})
			}
		}
		return errors.Join(err, a.eraser.DeleteAccount(t.Context(), gone))
	})
	newest, err := os.ReadFile(filepath.Join(dir, plenary.RestrictionsFile))
	if err == nil {
		err = os.WriteFile(filepath.Join(to, plenary.RestrictionsFile), newest, 0o600)
	}
	if err = errors.Join(err, os.CopyFS(filepath.Join(to, "keys"), os.DirFS(filepath.Join(dir, "keys")))); err != nil {
		t.Fatal(err)
	}
	s = starts(t, "serve", "--data", to, "--addr", "127.0.0.1:0") // for reading only
	if _, status := client(s, c.Codes[0]); status != 422 {
		t.Error("a code that was used opens the copy:", status)
	}
	s.ends()
	if _, errs := plenaryDoes(t, 1, "resume", "--data", to, "--reason", "The disk was lost."); !strings.Contains(errs, "water-wells: nobody is an officer any more") || !strings.Contains(errs, "--officer ADDRESS") {
		t.Error(errs)
	}
	out, _ = plenaryDoes(t, 0, "resume", "--data", to, "--reason", "The disk was lost.", "--officer", "new@example.org")
	if !strings.Contains(out, "taken away again: 1") || !strings.Contains(out, "water-wells: new@example.org is an officer") {
		t.Error(out)
	}
	within(to, func(a *app) error {
		if _, there, err := a.accounts.Get(t.Context(), gone); there || err != nil {
			t.Error("an account that was deleted is there again", err)
		}
		_, err := a.Read(t.Context(), "water-wells", func(st *conversation.State) error {
			if led := st.Roll.Holders(delegation.Officer); len(led) != 1 {
				t.Errorf("officers: %v", led)
			}
			return nil
		})
		return err
	})
	s = starts(t, "serve", "--data", to, "--addr", "127.0.0.1:0")
	if _, status := client(s, c.Codes[0]); status != 422 {
		t.Error("a code that was used opens what goes on:", status)
	}
	if _, status := client(s, c.Codes[1]); status != 303 {
		t.Error("a code that was not used opens nothing:", status)
	}
	s.ends()
}
