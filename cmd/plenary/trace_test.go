package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestServeTraces: where a collector is named it is told how long requests took, by their routes, and how long what was asked for was decided and written. No word of
// anybody comes there: no address, no query, no conversation.
func TestServeTraces(t *testing.T) {
	came := make(chan string, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		came <- string(b)
	}))
	defer collector.Close()
	dir, c := made(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	s := starts(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--operator", "Officer@example.org")
	get(t, s.url+"/en/c/"+c.Conversation+"/contributions?q=a-word-that-was-sought")
	link, _ := url.Parse(c.SignIn)
	r, err := http.PostForm(s.url+link.Path, url.Values{"code": {c.Code}}) // which writes who holds the office
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	all := ""
	for _, want := range []string{`"name":"GET /{lang}/c/{slug}/contributions"`, `"name":"POST /{lang}/sign-in/{token}"`} {
		for !strings.Contains(all, want) {
			select {
			case b := <-came:
				if !json.Valid([]byte(b)) {
					t.Fatal(b)
				}
				all += b
			case <-time.After(time.Minute):
				t.Fatalf("%s does not come: %s", want, all)
			}
		}
	}
	for _, no := range []string{c.Conversation, "sought", "fficer", c.Code, link.Path, "127.0.0.1"} {
		if strings.Contains(all, no) {
			t.Errorf("the collector is told %q: %s", no, all)
		}
	}
}
