package web_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/internal/script"
)

// TestParameters: what an address says that its page does not know, or cannot read, is said by name, in the page
// and in its twin; what stands empty, or was put there by whoever shared the link, does no harm.
func TestParameters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	for address, want := range map[string]string{
		"/contributions?colour=red":                           "colour",
		"/contributions?country=CH&country=FR":                "country",
		"/contributions?call=p1":                              "call",
		"/contributions?call=k65537x":                         "call",
		"/contributions?before=-1":                            "before",
		"/contributions?since=2020-02-30":                     "since",
		"/contributions?status=gone":                          "status",
		"/contributions?late=maybe":                           "late",
		"/record?before=x":                                    "before",
		"/p1?text=xx":                                         "text",
		"/p1?was=c1":                                          "was",
		"/live?page=desk":                                     "page",
		"/p1/responses?after=p1":                              "after",
		"/p1?after=12x":                                       "after",
		"/p1/trace?points-after=" + strings.Repeat("c", 3000): "points-after",
	} {
		a := v.get("/en" + conv + address)
		if a.status != 400 || !strings.Contains(text(a.body), want) {
			t.Errorf("%s: %d, and %q is not named", address[:min(len(address), 60)], a.status, want)
		}
		path, query, _ := strings.Cut(address, "?")
		if path == "/live" {
			continue
		}
		if a := v.get("/en" + conv + path + ".json?" + query); a.status != 400 || !strings.Contains(a.body, `"field": "`+want+`"`) {
			t.Errorf("%s.json: %d %s", path, a.status, a.body[:min(len(a.body), 300)])
		}
	}
	for _, address := range []string{"/contributions?category=&country=&since=&late=", "/contributions?call=k1&utm_source=letter&fbclid=x", "/p1?bytes=1-9", "/contributions?country=ch"} {
		if a := v.get("/en" + conv + address); a.status != 200 {
			t.Errorf("%s: %d", address, a.status)
		}
	}
}

// TestAddresses: no link of a page ends where a query would begin, and an address that names an entry which is not there
// is answered at once, as the page is now, and says so.
func TestAddresses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	empty := regexp.MustCompile(`href="[^"]*(\?|&amp;|\?&amp;[^"]*)"`)
	for _, p := range []string{"", "/contributions", "/contributions?category=ngo", "/contributions?before=4", "/contributions?print=1", "/contributions?print=1&before=4", "/p1/responses", "/overview", "/map", "/record", "/p1", "/desk/queue", "/desk/points"} {
		if found := empty.FindString(officer.get("/fr" + conv + p).body); found != "" {
			t.Errorf("%s: %s", p, found)
		}
	}
	var head cite.Position
	h.state(func(st *conversation.State) { head = st.Head })
	for _, p := range []string{"/contributions", "/mine", "/desk/people"} {
		for after, want := range map[cite.Position]bool{head: false, head + 1: true, head + 1_000_000: true} {
			a := officer.get("/en" + conv + p + "?after=" + strconv.FormatInt(int64(after), 10))
			if says := strings.Contains(a.body, "names an entry that the record does not have"); a.status != 200 || says != want {
				t.Errorf("%s after entry %d of %d: %d, says so: %t", p, after, head, a.status, says)
			}
		}
	}
	if h.sec.WaitFor(t.Context(), script.DemoSlug, head+1) || !h.sec.WaitFor(t.Context(), script.DemoSlug, head) {
		t.Error("an entry that nobody wrote is there")
	}
}
