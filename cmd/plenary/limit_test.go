package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openplenary/plenary/record/postgres/postgrestest"
	"github.com/openplenary/plenary/web/serve"
)

// TestLimitsOfNodes: who is refused at one node for having done something too often is refused at the other too: two nodes over one database let
// in what one does.
func TestLimitsOfNodes(t *testing.T) {
	server := postgrestest.Shared(t)
	_, name := server.Database(t)
	t.Setenv("PLENARY_RECORD_PASSWORD", postgrestest.Password)
	t.Setenv("PLENARY_RECORD", server.Loopback(name))
	dir, _ := made(t)
	other := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(filepath.Join(other, "keys"), os.DirFS(filepath.Join(dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	var nodes []*running
	for _, d := range []string{dir, other} {
		nodes = append(nodes, starts(t, "serve", "--data", d, "--addr", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"))
	}
	var limit int64
	for _, l := range serve.Limits {
		if l.Name == serve.LimitSignIn {
			limit = l.PerSource
		}
	}
	let := int64(0)
	for i := range 4 * int(limit) {
		form := url.Values{"email": {fmt.Sprintf("person%d@example.org", i)}}
		q, err := http.NewRequestWithContext(t.Context(), "POST", []string{nodes[0].url, nodes[1].url}[i%2]+"/en/sign-in", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("X-Forwarded-For", "192.0.2.7")
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusTooManyRequests {
			let++
		}
	}
	if let < limit || let > limit+limit/4+1 {
		t.Errorf("two nodes let in %d where one lets in %d", let, limit)
	}
}
