package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// chair is a visitor of a demonstration who sits in the chair of a role.
type chair struct {
	*testing.T
	url string
	c   *http.Client
}

func sits(t *testing.T, at string) *chair {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &chair{t, at, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// post sends a form and gives where it leads to.
func (v *chair) post(path string, form url.Values) string {
	v.Helper()
	r, err := v.c.PostForm(v.url+path, form)
	if err != nil {
		v.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusSeeOther {
		v.Fatalf("%s: %d", path, r.StatusCode)
	}
	return r.Header.Get("Location")
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(token|as|text)" value="([^"]*)"`)

// does presses a button on a page of the draft, as its form stands.
func (v *chair) does(path, do string) string {
	v.Helper()
	page := v.page(path)
	form := url.Values{"do": {do}}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		form.Set(m[1], m[2])
	}
	if !strings.Contains(page, `value="`+do+`"`) {
		v.Fatalf("%s: nothing says %q", path, do)
	}
	return v.post(path, form)
}

func (v *chair) page(path string) string {
	v.Helper()
	r, err := v.c.Get(v.url + path)
	if err != nil {
		v.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		v.Fatal(err)
	}
	return string(b)
}

// What a delegation drafts waits for whoever sits in the chair of its head, who clears it and sends it; it is on no record before, and
// waits again in a demonstration that was kept.
func TestDelegateClears(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	s := starts(t, "demo", "--addr", "127.0.0.1:0", "--data", dir)
	s.ends()
	s = starts(t, "demo", "--addr", "127.0.0.1:0", "--data", dir)
	waits := func(want string) {
		t.Helper()
		if _, home := get(t, s.url+"/en/c/ip-ai.json"); !regexp.MustCompile(`"role": "delegate",\s*"waiting": ` + want + `\b`).MatchString(home) {
			t.Errorf("the home page does not say that %s waits", want)
		}
	}
	waits("1")
	v := sits(t, s.url)
	draft := v.post("/en/demo/delegate", nil)
	if page := v.page(draft); !strings.Contains(page, "It waits for the head") || !strings.Contains(page, "Dee Drafter") {
		t.Errorf("no draft waits at %s", draft)
	}
	if page := sits(t, s.url).page(draft); strings.Contains(page, "It waits for the head") {
		t.Error("everybody sees it")
	}
	whole := strings.TrimSuffix(draft, "/draft") + "/whole"
	if page := v.page(whole); !strings.Contains(page, "Somebody has to answer the telephone") {
		t.Error("the head cannot read it")
	}
	v.does(whole, "clear")
	if to := v.does(whole, "send"); !regexp.MustCompile(`^/en/c/ip-ai/c\d+/receipt`).MatchString(to) {
		t.Errorf("sent, it leads to %s", to)
	}
	waits("0")
	s.ends()
}
