package web_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestCaptionsOnThePages: the desk gives a key once; with it captions are sent while the sitting is open, shown to everybody, and the transcript of the
// sitting; without it, with another's, too much, too often, with markup, and once it was taken back, they are refused.
func TestCaptionsOnThePages(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	officer, reader := h.as("officer"), h.visitor()
	now := time.Now().UTC().Truncate(time.Second)
	act := func(name, body string) {
		t.Helper()
		if a := officer.actIn("ferries", name, body); a.status != http.StatusOK {
			t.Fatal(name, a.status, a.body)
		}
	}
	seen := func() string {
		t.Helper()
		_, rest, _ := strings.Cut(officer.get("/en/c/ferries/desk/sessions/s1?do=item").body, `name="seen" value="`)
		n, _, _ := strings.Cut(rest, `"`)
		return n
	}
	act("session.plan", `{"plan":{"title":{"original":"en","in":{"en":"First session"}},"form":"online","zone":"UTC"}}`)
	act("session.plan-sitting", `{"session":"s1","begins":"`+now.Add(-time.Hour).Format(time.RFC3339)+`","ends":"`+now.Add(time.Hour).Format(time.RFC3339)+`","seen":`+seen()+`}`)
	const page, desk = "/en/c/ferries/s1/captions", "/en/c/ferries/desk/transcripts/s1"

	form := deskWith(deskForm(t, officer.get(desk).body, desk, 0), "sitting", "1", "language", "fr", "made", "machine", "do", "feed")
	given := officer.post(desk, form)
	found := regexp.MustCompile(`Bearer ([\w-]{22})`).FindStringSubmatch(html.UnescapeString(given.body))
	if given.status != http.StatusOK || found == nil {
		t.Fatal(given.status, deskErrors(given.body))
	}
	key := found[1]
	for _, path := range []string{desk, page, "/en/c/ferries/record"} {
		if strings.Contains(officer.get(path).body, key) {
			t.Errorf("%s shows the key again", path)
		}
	}
	send := func(key, body string) int {
		t.Helper()
		q := httptest.NewRequest("POST", "http://plenary.test"+page, strings.NewReader(body))
		q.Header.Set("Content-Type", "text/vtt")
		if key != "" {
			q.Header.Set("Authorization", "Bearer "+key)
		}
		w := httptest.NewRecorder()
		h.web.ServeHTTP(w, q)
		if w.Code != http.StatusNoContent && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d: a program cannot read why: %.80s", w.Code, w.Body)
		}
		return w.Code
	}
	const vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour à tous.\n\n00:02.000 --> 00:03.000\nNous commençons."
	if got := send(key, vtt); got != http.StatusConflict {
		t.Errorf("before the sitting is open: %d", got)
	}
	act("session.open-sitting", `{"session":"s1","number":1,"opened":"`+now.Add(-time.Minute).Format(time.RFC3339)+`"}`)
	for name, c := range map[string]struct {
		key, body string
		want      int
	}{"no key": {"", vtt, http.StatusForbidden}, "another key": {strings.Repeat("A", 22), vtt, http.StatusForbidden}, "markup": {key, "WEBVTT\n\n00:01.000 --> 00:02.000\n<img src=x>", http.StatusUnprocessableEntity},
		"a megabyte": {key, "WEBVTT\n\n" + strings.Repeat("00:01.000 --> 00:02.000\nx\n\n", 40_000), http.StatusRequestEntityTooLarge}} {
		if got := send(c.key, c.body); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := send(key, vtt); got != http.StatusNoContent {
		t.Fatal(got)
	}
	if got := send(key, vtt); got != http.StatusTooManyRequests {
		t.Errorf("twice in a second: %d", got)
	}
	for _, path := range []string{page, page + "?in=fr", "/ar/c/ferries/s1/captions", "/en/c/ferries/s1/transcript"} {
		a := reader.get(path)
		if a.status != 200 || !strings.Contains(a.body, "Nous commençons.") || !strings.Contains(path, "transcript") && (len(a.body) > 20<<10 || !strings.Contains(a.body, `http-equiv="refresh"`)) {
			t.Errorf("%s: %d, %d bytes", path, a.status, len(a.body))
		}
	}
	if a := reader.get(page + "?in=es"); a.status != http.StatusNotFound && strings.Contains(a.body, "Bonjour") {
		t.Error("captions are shown as Spanish")
	}
	if a := officer.post(desk, deskForm(t, officer.get(desk).body, desk, 1)); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if got := send(key, vtt); got != http.StatusForbidden {
		t.Errorf("with a key that was taken back: %d", got)
	}
}
