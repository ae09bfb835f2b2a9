package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
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

var (
	formOf  = regexp.MustCompile(`(?s)<form[^>]*>.*?</form>`)
	fieldOf = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"|<input type="radio"[^>]* name="([^"]*)" value="([^"]*)"[^>]* checked`)
	areaOf  = regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>`)
)

// presses presses a button of the form that has it, with what stands there, and something else filled in.
func (v *chair) presses(path, do string, with ...string) string {
	v.Helper()
	for _, f := range formOf.FindAllString(v.page(path), -1) {
		if !strings.Contains(f, `name="do" value="`+do+`"`) {
			continue
		}
		form := url.Values{"do": {do}}
		for _, m := range fieldOf.FindAllStringSubmatch(f, -1) {
			form.Set(html.UnescapeString(m[1]+m[3]), html.UnescapeString(m[2]+m[4]))
		}
		for _, m := range areaOf.FindAllStringSubmatch(f, -1) {
			form.Set(m[1], html.UnescapeString(m[2]))
		}
		for i := 0; i+1 < len(with); i += 2 {
			form.Set(with[i], with[i+1])
		}
		return v.post(path, form)
	}
	v.Fatalf("%s: nothing says %q", path, do)
	return ""
}

// TestPartnerSubmits: one person in two browsers plays a submission of two parties to its end: the delegate who clears invites another
// party, whose delegate authorises the text; an edit voids that, tells them by letter and shows them what changed; they authorise it again,
// it is sent, and its receipt proves both.
func TestPartnerSubmits(t *testing.T) {
	s := starts(t, "demo", "--addr", "127.0.0.1:0")
	delegate, partner := sits(t, s.url), sits(t, s.url)
	at := strings.TrimSuffix(delegate.post("/en/demo/delegate", nil), "/draft")
	list := partner.post("/en/demo/partner", nil)
	if page := partner.page(list); strings.Contains(page, "It waits for your party") {
		t.Error("something waits that nobody invited it to")
	}
	party := regexp.MustCompile(`value="(y[0-9a-z]+)">Ministère de l&#39;économie`).FindStringSubmatch(delegate.page(at + "/draft"))
	if party == nil {
		t.Fatal("the party of the other chair cannot be invited")
	}
	delegate.presses(at+"/draft", "invite", "party", party[1])
	if page := partner.page(list); !strings.Contains(page, "It waits for your party") || !strings.Contains(page, at+"/joint") {
		t.Error("the other chair does not lead to the draft")
	}
	partner.presses(at+"/joint", "join")
	delegate.presses(at+"/part/x0", "save", "x16-text", "Our office lent its search tool to three smaller offices last year.")
	if page := partner.page(at + "/joint"); !strings.Contains(page, `id="since"`) || !strings.Contains(page, "three") || !strings.Contains(page, "telephone") || strings.Contains(page, "Before:") {
		t.Error("what changed is not shown")
	}
	mailbox := ""
	for range 5_000 { // the letter is on its way
		if mailbox = partner.page("/en/mailbox"); strings.Contains(mailbox, "authorised was changed") {
			break
		}
	}
	if !strings.Contains(mailbox, "authorised was changed") {
		t.Error("no letter says that the text was changed")
	}
	partner.presses(at+"/joint", "join")
	delegate.presses(at+"/draft", "settle", "clearance", "0") // the head wrote it, and nobody clears their own
	receipt := delegate.presses(at+"/whole", "send")
	where := regexp.MustCompile(`^/en/c/ip-ai/c\d+`).FindString(receipt)
	if page := partner.page(where); !strings.Contains(page, "three smaller offices") {
		t.Error("while it waits the other party does not read it")
	}
	file := filepath.Join(t.TempDir(), "receipt.json")
	if err := os.WriteFile(file, []byte(partner.page(where+"/receipt.json")), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _ := plenaryDoes(t, 0, "verify", file); strings.Count(out, "ok   party: ") != 2 || !strings.Contains(out, party[1]) {
		t.Errorf("the receipt does not prove both: %s", out)
	}
	s.ends()
}
