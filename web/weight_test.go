package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// What a first visit may weigh, compressed: the page with its style and scripts, and the scripts alone.
const (
	maxWeight  = 60_000
	maxScripts = 25_000
)

var (
	pageAsset = regexp.MustCompile(`<(link rel="(?:stylesheet|icon)"|script)[^>]*? (?:href|src)="(/[^"]+)"`)
	pageLink  = regexp.MustCompile(`<a [^>]*?href="(/[^"#]*)`)
)

// TestWeight opens every page of the demonstration that can be reached by links, in two languages, as
// somebody who has never been there.
func TestWeight(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	assets := map[string]int{}
	heaviest, most, scriptsMost, seen := "", 0, 0, 0
	for _, lang := range []string{"en", "ar"} {
		for _, role := range []string{"", "officer"} {
			v := h.visitor()
			if role != "" {
				v = h.as(role)
			}
			todo := []string{"/" + lang + "/", "/" + lang + "/c/ip-ai/p1?text=" + lang + "&second=zh", "/" + lang + "/c/ip-ai/p1?text=ru&second=ar", "/" + lang + "/no-such-page"}
			known := map[string]bool{}
			for len(todo) > 0 {
				path := todo[0]
				todo = todo[1:]
				body, weight, html := v.weigh(path)
				if !html {
					continue
				}
				seen++
				scripts := 0
				for _, m := range pageAsset.FindAllStringSubmatch(body, -1) {
					if _, ok := assets[m[2]]; !ok {
						_, assets[m[2]], _ = v.weigh(m[2])
					}
					weight += assets[m[2]]
					if m[1] == "script" {
						scripts += assets[m[2]]
					}
				}
				if weight > maxWeight || scripts > maxScripts {
					t.Errorf("%s %s: %d bytes, %d of them scripts", role, path, weight, scripts)
				}
				if weight > most {
					heaviest, most = role+" "+path, weight
				}
				scriptsMost = max(scriptsMost, scripts)
				for _, m := range pageLink.FindAllStringSubmatch(body, -1) {
					to, _, _ := strings.Cut(m[1], "?")
					if strings.HasPrefix(to, "/"+lang+"/") && !known[to] && !strings.HasSuffix(to, ".csv") && !strings.HasSuffix(to, "/receipt") {
						known[to] = true
						todo = append(todo, to)
					}
				}
			}
		}
	}
	t.Logf("%d pages; the heaviest is %s with %d bytes; scripts %d bytes", seen, heaviest, most, scriptsMost)
	if seen < 200 || scriptsMost == 0 || len(assets) < 3 {
		t.Errorf("only %d pages and %d assets were found", seen, len(assets))
	}
}

// weigh gets an address as a browser does and says how many bytes came.
func (v *visitor) weigh(path string) (body string, bytes int, html bool) {
	t := v.h.t
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", v.h.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Encoding", "gzip") // set here, so that nobody unpacks it on the way
	a := v.do(r)
	if a.status >= 500 {
		t.Errorf("%s: %d", path, a.status)
	}
	body = a.body
	if a.header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		body = string(b)
	}
	return body, len(a.body), a.status/100 != 3 && strings.HasPrefix(a.header.Get("Content-Type"), "text/html")
}
