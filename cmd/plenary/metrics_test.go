package main

import (
	"encoding/json"
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

// TestMetrics: figures are read at an address of their own, with the token; no page of the service has them. The security log says who
// signed in and who was refused, by number: neither an address nor a code stands there.
func TestMetrics(t *testing.T) {
	dir, c := made(t)
	log := filepath.Join(t.TempDir(), "security")
	t.Setenv("PLENARY_METRICS_TOKEN", "a token of 16 ch")
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--security-log", log)
	at := regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(s.errs.String())
	if at == "" {
		t.Fatal("no address:", s.errs.String())
	}
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	link, _ := url.Parse(c.SignIn)
	r, err := browser.PostForm(s.url+link.Path, url.Values{"code": {c.Code}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	const table = "/contributions.csv?with=not-public"
	for _, who := range []*http.Client{browser, http.DefaultClient} {
		for _, path := range []string{"/en/account", "/en/c/" + c.Conversation + table} {
			r, err := who.Get(s.url + path)
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
		}
	}
	read := func(token string) (int, string) {
		t.Helper()
		req, _ := http.NewRequest("GET", at, nil)
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		return r.StatusCode, string(b)
	}
	for _, token := range []string{"", "a token that is wrong"} {
		if status, body := read(token); status != 401 || strings.Contains(body, "plenary_") {
			t.Errorf("with the token %q: %d %s", token, status, body)
		}
	}
	status, body := read("a token of 16 ch")
	for _, want := range []string{`plenary_requests_total{route="POST /{lang}/sign-in/{token}",status="303"} 1`, "\nplenary_leads 1\n", "\nplenary_letters_waiting 0\n", "\nplenary_conversations 1\n", "\nplenary_read_only 0\n", "\nplenary_lag 0\n", "\nplenary_disk_free_bytes "} {
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("%d, without %s in\n%s", status, want, body)
		}
	}
	if strings.Contains(body, c.Conversation) {
		t.Error("the figures name a conversation:", body)
	}
	board, err := os.ReadFile("../../docs/operate/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`plenary_[a-z_]+`).FindAllString(string(board), -1)
	for _, name := range shown {
		if !strings.Contains(body, "\n"+name+"{") && !strings.Contains(body, "\n"+name+" ") && !strings.Contains(body, "# TYPE "+name+" ") {
			t.Errorf("the dashboard shows %s, and there is no such figure", name)
		}
	}
	if len(shown) < 12 || !json.Valid(board) {
		t.Error("the dashboard:", shown)
	}
	if status, body := get(t, s.url+"/metrics"); status != 404 || strings.Contains(body, "plenary_requests") {
		t.Error("everybody reads the figures:", status)
	}
	s.ends()
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	said := string(b)
	for _, want := range []string{`"msg":"signed in","account":"\d{6,}","route":"POST /{lang}/sign-in/{token}"`, `"msg":"took away what is not public","account":"\d{6,}"`, `"msg":"refused","account":"0".*"key":"standing.missing"`} {
		if !regexp.MustCompile(want).MatchString(said) {
			t.Errorf("the security log has no %s:\n%s", want, said)
		}
	}
	if strings.Contains(said, "sign_in.needed") {
		t.Error("who is led to where one signs in was refused nothing:", said)
	}
	if strings.Contains(said, "@") || strings.Contains(said, c.Code) || strings.Contains(said, filepath.Base(link.Path)) {
		t.Error("the security log:", said)
	}
	info, err := os.Stat(log)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	for _, f := range []watchFlags{{}, {Metrics: "127.0.0.1:9100"}, {Metrics: "0.0.0.0:9100", MetricsToken: "a token of 16 ch"}} {
		if err := f.check(); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
	for token, want := range map[string]string{"a token of 15 c": "is too short", "": "needs PLENARY_METRICS_TOKEN"} {
		t.Setenv("PLENARY_METRICS_TOKEN", token)
		if _, errs := plenaryDoes(t, 2, "serve", "--data", dir, "--metrics", "0.0.0.0:0"); !strings.Contains(errs, want) {
			t.Errorf("%q: %s", token, errs)
		}
	}
}
