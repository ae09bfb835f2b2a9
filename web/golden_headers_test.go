package web_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// heads are the headers with which answers came, by what was asked and what was answered: of all scripts together.
type heads struct {
	mu sync.Mutex
	of map[string]map[string]bool // headers, by what was asked
}

var (
	inEveryConversation = regexp.MustCompile(`^/[a-z]{2}/c/[a-z0-9-]+`)
	cookieValue         = regexp.MustCompile(`^([^=]+)=[^;]*`)
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
func (h *heads) asGolden(t *testing.T) {
	t.Helper()
	asGolden(t, filepath.Join("moments", "headers"), h.String())
}
