package web_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary/page/became"
)

// pointed is the number at a JSON pointer: a list counts as many as it has, and what is not there nothing.
func pointed(t *testing.T, v any, pointer string) int {
	t.Helper()
	for _, name := range strings.Split(pointer, "/")[1:] {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(x) {
				t.Fatalf("%s: there is no %q", pointer, name)
			}
			v = x[i]
		default:
			t.Fatalf("%s: there is no %q", pointer, name)
		}
	}
	switch x := v.(type) {
	case float64:
		return int(x)
	case []any:
		return len(x)
	case nil:
		return 0
	}
	t.Fatalf("%s is no number", pointer)
	return 0
}

// TestFiguresAreThoseOfTheirPages: each figure of what became of it all is the number that the page it leads to shows, and so is its
// denominator; what the calendar holds is counted once.
func TestFiguresAreThoseOfTheirPages(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		of   *house
		path string
	}{{newHouse(t), "/en" + conv}, {atTown(t), town}} {
		v := at.of.visitor()
		twin := func(path string) (out map[string]any) {
			a := v.get(path + ".json")
			if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &out) != nil {
				t.Fatalf("%s: %d", path, a.status)
			}
			return out
		}
		var page became.Page
		if err := json.Unmarshal([]byte(v.get(at.path+"/became.json").body), &page); err != nil {
			t.Fatal(err)
		}
		home, body := twin(at.path), v.get(at.path+"/became").body
		stages := map[string]int{}
		for _, s := range home["stages"].([]any) {
			s := s.(map[string]any)
			if s["kind"] == "session" {
				stages["sessions"]++
				if s["state"] == "held" {
					stages["sessions held"]++
				}
			}
			stages[s["state"].(string)]++
		}
		all, figures := 0, 0
		for _, s := range page.Sections {
			for _, x := range s.Figures {
				figures++
				sum := func(at []string, source map[string]any) (n int) {
					for _, pointer := range at {
						n += pointed(t, source, pointer)
					}
					return n
				}
				if x.N > x.Of {
					t.Errorf("%s: %d of %d", x.Key, x.N, x.Of)
				}
				if strings.HasPrefix(x.Source, "#") {
					if !strings.Contains(body, at.path+x.Source) {
						t.Errorf("%s leads nowhere", x.Key)
					}
					if x.Key == "sessions" && (x.N != stages["sessions held"] || x.Of != stages["sessions"]) {
						t.Errorf("sessions: %d of %d, the calendar has %v", x.N, x.Of, stages)
					}
					if s.Kind == became.Promised {
						all += x.N
					}
					continue
				}
				source := twin(at.path + x.Source)
				if x.At != nil && sum(x.At, source) != x.N {
					t.Errorf("%s: %d, %s shows %d", x.Key, x.N, x.Source, sum(x.At, source))
				}
				if got := sum(x.OfAt, source); got != x.Of {
					t.Errorf("%s: of %d, %s shows %d", x.Key, x.Of, x.Source, got)
				}
			}
		}
		if n := len(home["stages"].([]any)); all != n || len(page.Stages) != n {
			t.Errorf("of %d stages %d are counted, and %d shown", n, all, len(page.Stages))
		}
		if figures < 8 {
			t.Errorf("%s has %d figures", at.path, figures)
		}
		if n := deskPacked(t, body); n > 60<<10 {
			t.Errorf("the page has %d bytes", n)
		}
		if p := v.get(at.path + "/became?print=1"); p.status != http.StatusOK || !strings.Contains(p.body, "<table>") {
			t.Errorf("the print: %d", p.status)
		}
	}
}
