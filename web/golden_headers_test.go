package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/page/frame"
)

// heads are the headers with which answers came, by what was asked and what was answered: of all scripts together.
type heads struct {
	mu sync.Mutex
	of map[string]map[string]bool // headers, by what was asked
}

var (
	inEveryConversation = regexp.MustCompile(`^/[a-z]{2}/c/[a-z0-9-]+`)
	cookieValue         = regexp.MustCompile(`^([^=]+)=[^;]*`)
	inAsset             = regexp.MustCompile(`^/static/[^/]+/`)
	cookieUntil         = regexp.MustCompile(`Expires=[^;]*`)
)

// note notes the headers of an answer. Where it leads stands among its words.
func (h *heads) note(r *http.Request, who bool, a answer) {
	asked := fmt.Sprintf("%s %s %d", r.Method, unslugged(r.URL.Path), a.status)
	if who {
		asked += " signed in"
	}
	var lines []string
	for name, values := range a.header {
		for _, v := range values {
			switch name {
			case "Location":
				continue
			case "Etag", "Content-Length", "Refresh":
				v = "*"
			case "Set-Cookie":
				v = cookieUntil.ReplaceAllString(cookieValue.ReplaceAllString(v, "$1=*"), "Expires=*")
			case "Content-Disposition":
				v = kindOf(v)
			}
			lines = append(lines, name+": "+v+"\n")
		}
	}
	slices.Sort(lines)
	all := strings.Join(lines, "")
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of[asked] == nil {
		h.of[asked] = map[string]bool{}
	}
	h.of[asked][all] = true
}

// unslugged is the kind of an address, whatever the conversation and the language, and whatever was drawn by chance.
func unslugged(address string) string {
	address = inPiece.ReplaceAllStringFunc(address, func(s string) string { return string(unkeyed([]byte(s))) })
	return kindOf(inEveryConversation.ReplaceAllString(byChance.ReplaceAllString(address, "*"), "/{lang}/c/{slug}"))
}

// String are the sets of headers, each with what was asked that was answered with it.
func (h *heads) String() string {
	by := map[string][]string{}
	for asked, all := range h.of {
		for set := range all {
			by[set] = append(by[set], asked)
		}
	}
	var blocks []string
	for set, asked := range by {
		slices.Sort(asked)
		blocks = append(blocks, "=== "+asked[0]+"\n"+set+strings.Join(asked, "\n")+"\n")
	}
	slices.Sort(blocks)
	return strings.Join(blocks, "")
}

// asGolden holds all headers against a file.
func (h *heads) asGolden(t *testing.T, name string) {
	t.Helper()
	asGolden(t, name, h.String())
}

// TestGoldenHeaders holds the headers of what no page of a conversation leads to: the site's own addresses, what verifiers read, assets, what
// leads elsewhere, and refusals, with https as people have it.
func TestGoldenHeaders(t *testing.T) {
	t.Parallel()
	s := overHTTPS(t)
	h := &heads{of: map[string]map[string]bool{}}
	ask := func(method, path string, header ...string) {
		a := s.ask(method, path, url.Values{}, header...)
		r := httptest.NewRequest(method, inAsset.ReplaceAllString(path, "/static/*/"), nil)
		h.note(r, false, a)
	}
	const log = conv + "/log"
	for _, path := range []string{"/", "/en/", "/xx/", "/nowhere", "/healthz", "/readyz", "/robots.txt", "/openapi.json", "/verify.zip", frame.AssetPath("app.js"), frame.AssetPath("plenary.css"), "/static/0/none.js", "/logo/none.png",
		conv, conv + "/c1", conv + "/symbol/NONE", log + "/checkpoint", log + "/root/1", log + "/root/x", log + "/tile/0/000.p/1", log + "/tile/entries/000.p/1", log + "/tile/x", "/en/embed/" + script.DemoSlug, "/en/embed/none",
		"/en/account", "/en/site", "/en/site/privacy", "/en/convene", "/en/check", "/en/sign-in", "/en/sign-in/none", "/en/sign-in/printed", "/en/sign-in/passkey", "/en/invitation/none", "/en/mail/none", "/en/mailbox",
		"/en" + conv + ".json", "/en" + conv + "/desk", "/en" + conv + "/c1/receipt", "/en" + conv + "/c1/receipt.json", "/en" + conv + "/live", "/en" + conv + "/picture/p1/none.png", "/en" + conv + "/k1/qr.svg"} {
		ask("GET", path)
		ask("GET", path, "Accept-Encoding", "gzip", "Accept", "application/json")
		ask("HEAD", path)
	}
	for _, path := range []string{"/en/sign-in", "/en/account", "/en/check", "/en" + conv + "/k2/contribute", "/en" + conv + "/k2/contribute?auto=1", "/en" + conv + "/acts/consultation.submit", "/nowhere", "/en/"} {
		ask("POST", path)
		ask("POST", path, "Accept", "application/json")
		ask("POST", path, "Sec-Fetch-Site", "cross-site")
	}
	h.asGolden(t, "headers")
}
