package web_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/page/became"
)

// pointed is the number at a JSON pointer: a list counts as many as it has, an object one, and what is not there nothing; behind a minus it is
// taken away.
func pointed(t *testing.T, v any, pointer string) int {
	t.Helper()
	if p, ok := strings.CutPrefix(pointer, "-"); ok {
		return -pointed(t, v, p)
	}
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
	case map[string]any:
		return 1
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
					if sum(x.At, home) != x.N || sum(x.OfAt, home) != x.Of {
						t.Errorf("%s: %d of %d, the calendar shows %d of %d", x.Key, x.N, x.Of, sum(x.At, home), sum(x.OfAt, home))
					}
					continue
				}
				source := twin(at.path + x.Source)
				if sum(x.At, source) != x.N {
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

// TestFinalEdition: considerations say that they are preliminary and where they are reviewed, the final edition what came of it; what goes to
// the next session is what was deferred or missed, once; an officer begins a review with who may answer it.
func TestFinalEdition(t *testing.T) {
	t.Parallel()
	h := houseOf(t, "ferries", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		r.Now = sec.Now()
		return r, r.Run(t.Context(), os.DirFS("../internal/script/testdata"), "final.txt")
	})
	v := h.visitor()
	const at = "/en/c/ferries"
	for path, says := range map[string][]string{
		at + "/p2.e1":          {"Preliminary considerations.", "Review, member states first", "points: 1, answered: 1", "Open for 13 days. Who could answer: Those who speak for a member state."},
		at + "/p2":             {"Final considerations.", "Review, everybody", "points: 2, answered: 1", at + "/k3/next"},
		at + "/k2":             {"Those who speak for a member state", at + "/k2/next"},
		at + "/next":           {"2 points go to the next session", "Nia"},
		at + "/p2.e2.x3/trace": {"Satisfied", "/c5#"},
	} {
		body := v.get(path).body
		for _, s := range says {
			if !strings.Contains(body, s) {
				t.Errorf("%s does not say %q", path, s)
			}
		}
	}
	for path, want := range map[string]became.Counts{
		"/next":    {Answered: 3, Reacted: 2, Satisfied: 1, Misses: 1, Deferred: 1, Promised: 1, Made: 1},
		"/k2/next": {Answered: 1, Reacted: 1, Satisfied: 1, Promised: 1, Made: 1},
		"/k3/next": {Answered: 2, Reacted: 1, Misses: 1, Deferred: 1},
	} {
		var page became.Next
		if err := json.Unmarshal([]byte(v.get(at+path+".json").body), &page); err != nil || page.Counts != want {
			t.Errorf("%s: %+v, %v", path, page.Counts, err)
		}
		for _, p := range page.Points {
			if len(p.Why) != 1 {
				t.Errorf("%s: %s goes there for %v", path, p.Ref, p.Why)
			}
		}
	}
	if a := v.get(at + "/k9/next"); a.status != http.StatusNotFound {
		t.Errorf("a call that is not there: %d", a.status)
	}
	officer := h.as("officer")
	if body := officer.get(at + "/desk/calls/new?paper=p2&who=states").body; !strings.Contains(body, `value="states" checked`) || !strings.Contains(body, `value="p2" selected`) {
		t.Error("the form does not begin with the paper and who may answer")
	}
}
