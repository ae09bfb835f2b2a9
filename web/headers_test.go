package web_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/account"
	"github.com/openplenary/plenary/aside"
	"github.com/openplenary/plenary/draft"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/refusal"
	"github.com/openplenary/plenary/web"
	"github.com/openplenary/plenary/web/serve"
)

// safely is a house as people reach it over https, through a proxy that ends it.
type safely struct {
	t       *testing.T
	web     *web.Server
	letter  *account.SignIn
	cookies map[string]string
}

func overHTTPS(t *testing.T) *safely {
	t.Helper()
	h := newHouse(t)
	people, err := account.New(h.db, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := &safely{t: t, cookies: map[string]string{}}
	s.web = web.New(web.Options{Sec: h.sec, Accounts: people, Drafts: draft.New(h.db), Aside: aside.New(h.db), Files: h.files, Secure: true, PublicURL: "https://talk.example",
		SignInMail: func(_ context.Context, in *account.SignIn, _ locale.Lang, _ string) error { s.letter = in; return nil },
		InviteMail: func(context.Context, account.InvitationLetter) error { return nil }})
	return s
}

// ask sends a request as a browser does that kept the cookies it was given.
func (s *safely) ask(method, path string, form url.Values, header ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for name, value := range s.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	s.web.ServeHTTP(w, r)
	result := w.Result()
	defer result.Body.Close()
	for _, c := range result.Cookies() {
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || !strings.HasPrefix(c.Name, "__Host-") {
			s.t.Errorf("%s %s gives the cookie %s", method, path, c.Raw)
		}
		if c.MaxAge < 0 {
			delete(s.cookies, c.Name)
			continue
		}
		s.cookies[c.Name] = c.Value
	}
	return answer{w.Code, w.Body.String(), w.Header()}
}

// signIn signs in, by the link in the letter, and gives the cookie of the session.
func (s *safely) signIn(email string) string {
	s.t.Helper()
	s.letter = nil
	s.ask("POST", "/en/sign-in", url.Values{"email": {email}})
	if s.letter == nil {
		s.t.Fatal("no letter")
	}
	if a := s.ask("POST", s.letter.Path(locale.English), url.Values{}); a.status != http.StatusSeeOther {
		s.t.Fatal("sign in:", a.status)
	}
	return s.cookies["__Host-plenary"]
}

// known reports whether the account page is shown to whoever bears a session.
func (s *safely) known(session string) bool {
	s.t.Helper()
	r := httptest.NewRequest("GET", "/en/account", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-plenary", Value: session})
	w := httptest.NewRecorder()
	s.web.ServeHTTP(w, r)
	return w.Code == http.StatusOK
}

// TestHeaders: whatever is answered, a page, data, an asset, a file, a way elsewhere or a refusal, tells the browser
// what it may do with it.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := overHTTPS(t)
	for _, c := range []struct {
		method, path string
		header       []string
		status       int
	}{
		{"GET", "/", nil, 302},
		{"GET", "/en/", nil, 200},
		{"GET", "/en" + conv, nil, 200},
		{"GET", "/en" + conv + ".json", nil, 200},
		{"GET", "/en" + conv + "/contributions.csv", nil, 200},
		{"GET", "/en" + conv + "/map.svg", nil, 200},
		{"GET", conv + "/log/checkpoint", nil, 200},
		{"GET", frame.AssetPath("app.js"), nil, 200},
		{"GET", frame.AssetPath("plenary.css"), nil, 200},
		{"GET", "/healthz", nil, 200},
		{"GET", "/readyz", nil, 200},
		{"GET", "/robots.txt", nil, 200},
		{"GET", "/openapi.json", nil, 200},
		{"GET", "/nowhere", nil, 404},
		{"GET", "/en/account", nil, 303},
		{"POST", "/en/sign-in", []string{"Sec-Fetch-Site", "cross-site"}, 403},
	} {
		a := s.ask(c.method, c.path, url.Values{}, c.header...)
		if a.status != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, a.status, c.status)
		}
		for name, want := range map[string][]string{
			"Content-Security-Policy":      {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self';", "form-action 'self'"},
			"Strict-Transport-Security":    {"max-age=31536000"},
			"X-Content-Type-Options":       {"nosniff"},
			"Referrer-Policy":              {"same-origin"},
			"Cross-Origin-Opener-Policy":   {"same-origin"},
			"Cross-Origin-Resource-Policy": {"same-origin"},
		} {
			for _, w := range want {
				if got := a.header.Get(name); !strings.Contains(got, w) {
					t.Errorf("%s %s: %s is %q, without %q", c.method, c.path, name, got, w)
				}
			}
		}
		// What is for the public to check may be read by the pages of others; with a cookie of ours nothing may.
		if got := a.header.Get("Access-Control-Allow-Origin"); got != "" && (got != "*" || !strings.Contains(c.path, "/log/") || a.header.Get("Access-Control-Allow-Credentials") != "") {
			t.Errorf("%s %s: lets %s read it", c.method, c.path, got)
		}
		if a.status/100 != 3 {
			kind := a.header.Get("Content-Type")
			if text := strings.HasPrefix(kind, "text/") || strings.Contains(kind, "xml"); kind == "" || text && !strings.Contains(kind, "charset=utf-8") {
				t.Errorf("%s %s: is of type %q", c.method, c.path, kind)
			}
		}
	}
}

// TestFileIsNoPage: a file that somebody sent is taken away and never shown, whatever it is.
func TestFileIsNoPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	for token, content := range map[string]string{
		nonce1: "<!DOCTYPE html><script>alert(1)</script>",
		nonce2: `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
	} {
		a := v.deskUpload("/en"+conv+"/k2/contribute", submission(token, "With a page."), "file", "../a \"b\"\r\nX: y.html", []byte(content))
		ref, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/en"+conv+"/"), "/")
		a = v.get("/en" + conv + "/" + ref + ".f1")
		csp, as := a.header.Get("Content-Security-Policy"), a.header.Get("Content-Disposition")
		if a.status != 200 || a.body != content || a.header.Get("Content-Type") != "application/octet-stream" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("X") != "" {
			t.Error(a.status, a.header)
		}
		if !strings.HasPrefix(as, "attachment; filename=") || strings.ContainsAny(as, "\r\n/") {
			t.Errorf("%q", as)
		}
		for _, want := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "sandbox"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%q is not in %q", want, csp)
			}
		}
	}
}

// TestSessionIsReplaced: each sign-in makes another session and ends the one that the browser had; signing out ends it
// in the house, not only in the browser.
func TestSessionIsReplaced(t *testing.T) {
	t.Parallel()
	s := overHTTPS(t)
	first := s.signIn("maria@talk.example")
	if !s.known(first) {
		t.Fatal("the session does not open the account")
	}
	for _, p := range []string{"/en/account", "/en/", "/en" + conv, "/en" + conv + "/contributions", "/en" + conv + "/mine"} {
		if a := s.ask("GET", p, nil); a.status != http.StatusOK || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s for whoever is signed in: %d, %q", p, a.status, a.header.Get("Cache-Control"))
		}
	}
	second := s.signIn("paul@talk.example")
	if first == second || s.known(first) || !s.known(second) {
		t.Error("after a second sign-in:", first == second, s.known(first), s.known(second))
	}
	if a := s.ask("POST", "/en/sign-out", url.Values{}); a.status != http.StatusSeeOther || s.cookies["__Host-plenary"] != "" {
		t.Error("sign out:", a.status, s.cookies)
	}
	if s.known(second) {
		t.Error("a session that was signed out of goes on")
	}
}

// TestNothingElse: what is no route is not there: no list of a directory, nothing of how the program was made or is
// kept, no account that everybody has, no method that gives a request back.
func TestNothingElse(t *testing.T) {
	t.Parallel()
	s := overHTTPS(t)
	for _, p := range []string{"/static/", "/static", "/.git/config", "/.git/HEAD", "/go.mod", "/record.db", "/private.db", "/keys/secret",
		"/debug/pprof/", "/debug/vars", "/metrics", "/c/../keys/secret"} {
		if a := s.ask("GET", p, nil); a.status != http.StatusNotFound && a.status/100 != 3 {
			t.Errorf("%s: %d", p, a.status)
		}
	}
	for _, role := range []string{"officer", "moderator", "nobody"} { // the chairs of a demonstration
		if a := s.ask("POST", "/en/demo/"+role, url.Values{}); a.status != http.StatusNotFound || len(s.cookies) > 0 {
			t.Errorf("anybody may sit in the chair of the %s: %d", role, a.status)
		}
	}
	for _, method := range []string{"TRACE", "CONNECT", "PUT", "DELETE", "PATCH"} {
		a := s.ask(method, "/en"+conv, nil, "X-Secret", "do-not-echo")
		if a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, a.status)
		}
	}
}

// TestFaultsTellNothing: whoever meets a fault reads a reference and nothing of the inside; the log has it, in one line
// whatever the address says, and without the secret of a link.
func TestFaultsTellNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var log bytes.Buffer
	const inside = "/var/lib/plenary/record.db: disk I/O error"
	s := serve.New(serve.Options{Sec: h.sec, Logger: slog.New(slog.NewTextHandler(&log, nil))}, []serve.Route{
		{Method: "GET", Pattern: "/{lang}/fault/{name}", Who: serve.Everybody, Handle: func(*serve.Request) error { return errors.New(inside) }},
		{Method: "GET", Pattern: "/{lang}/sign-in/{token}", Who: serve.Everybody, Handle: func(*serve.Request) error { panic(inside) }},
		{Method: "GET", Pattern: "/{lang}/panic/{name}", Who: serve.Everybody, Handle: func(*serve.Request) error { panic(inside) }},
		{Method: "GET", Pattern: "/{lang}/refused/{name}", Who: serve.Everybody, Handle: func(*serve.Request) error {
			return refusal.New(refusal.Forbidden, "cross_origin")
		}},
	})
	for _, c := range []struct {
		path   string
		status int
		lines  int
	}{
		{"/en/fault/x%0Atime=2026-01-01T00:00:00Z%20level=ERROR%20msg=forged", 500, 1},
		{"/en/panic/x%0D%0Alevel=ERROR%20msg=forged", 500, 2}, // the panic, and the fault that it became
		{"/en/sign-in/secretsecret", 500, 2},
		{"/en/refused/x", 403, 0},
	} {
		for _, accept := range []string{"text/html", "application/json"} {
			log.Reset()
			r := httptest.NewRequest("GET", c.path, nil)
			r.Header.Set("Accept", accept)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != c.status || strings.Contains(w.Body.String(), "record.db") || strings.Contains(w.Body.String(), "goroutine") || strings.Contains(w.Body.String(), ".go:") {
				t.Errorf("%s as %s: %d %s", c.path, accept, w.Code, w.Body)
			}
			if strings.Contains(log.String(), "secretsecret") {
				t.Errorf("the log has the secret of a link: %s", log.String())
			}
			lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
			if log.Len() == 0 {
				lines = nil
			}
			if len(lines) != c.lines || c.lines > 0 && !strings.Contains(log.String(), inside) {
				t.Errorf("%s as %s: %d lines in the log: %s", c.path, accept, len(lines), log.String())
			}
		}
	}
}

// TestBoundsOfMessages: a request that says in two ways how long its body is, is refused; or chunks decide, and what comes
// after the last is the next request, as everybody in between reads it.
func TestBoundsOfMessages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const next = "GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"
	for head, want := range map[string][]int{
		"Content-Length: 5\r\nContent-Length: 43\r\n\r\nabcde":                                  {400},
		"Content-Length: 5, 43\r\n\r\nabcde":                                                    {400},
		"Content-Length: +5\r\n\r\nabcde":                                                       {400},
		"Transfer-Encoding: chunked, identity\r\nContent-Length: 5\r\n\r\nabcde":                {501},
		"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nabcde":                         {501},
		"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n":                                          {400},
		"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nabcde\r\n0\r\n\r\n" + next: {404, 200},
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "POST /nowhere HTTP/1.1\r\nHost: x\r\n"+head); err != nil {
			t.Fatal(err)
		}
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		var got []int
		for r := bufio.NewReader(c); ; {
			a, err := http.ReadResponse(r, nil)
			if err != nil {
				break
			}
			got = append(got, a.StatusCode)
			if _, err := io.Copy(io.Discard, a.Body); err != nil || a.Body.Close() != nil {
				break
			}
		}
		c.Close()
		if !slices.Equal(got, want) {
			t.Errorf("%q is answered by %v, want %v", head, got, want)
		}
	}
}
