package web_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var updateGolden = flag.Bool("update", false, "write what the pages say now into testdata/golden")

// goldenPages are pages of the demonstration, by the name of the file with their words: who reads, and the address
// without the language.
var goldenPages = map[string]struct{ role, path string }{
	"index":                 {"", "/"},
	"home":                  {"", conv},
	"documents":             {"", conv + "/documents"},
	"paper":                 {"", conv + "/p1"},
	"paper-beside":          {"", conv + "/p1.e1?text=fr&second=en"},
	"element":               {"", conv + "/p1.x10"},
	"redline":               {"", conv + "/p1.e2/redline"},
	"concordance":           {"", conv + "/p1.e2/concordance"},
	"found":                 {"", conv + "/p1/find?number=13(iii)&edition=1"},
	"call":                  {"", conv + "/k1"},
	"contribute":            {"", conv + "/k2/contribute"},
	"contributions":         {"", conv + "/contributions?country=SN"},
	"contribution":          {"", conv + "/c23"},
	"responses":             {"", conv + "/p1/responses?outcome=not_accepted"},
	"disposition":           {"", conv + "/d3"},
	"trace":                 {"", conv + "/c23.1/trace"},
	"trace-back":            {"", conv + "/p1.e2.x10/trace"},
	"overview":              {"", conv + "/overview"},
	"map":                   {"", conv + "/map"},
	"record":                {"", conv + "/record"},
	"entry":                 {"", conv + "/entry-5"},
	"mine":                  {"", conv + "/mine"},
	"check":                 {"", "/check"},
	"sign-in":               {"", "/sign-in"},
	"sign-in-printed":       {"", "/sign-in/printed"},
	"officer-account":       {"officer", "/account"},
	"not-found":             {"", conv + "/c9999"},
	"moderator-desk":        {"moderator", conv + "/desk"},
	"moderator-queue":       {"moderator", conv + "/desk/queue"},
	"officer-desk":          {"officer", conv + "/desk"},
	"officer-people":        {"officer", conv + "/desk/people"},
	"officer-stages":        {"officer", conv + "/desk/stages"},
	"officer-papers":        {"officer", conv + "/desk/papers"},
	"officer-points":        {"officer", conv + "/desk/points"},
	"officer-map":           {"officer", conv + "/desk/map"},
	"officer-new-call":      {"officer", conv + "/desk/calls/new"},
	"officer-contribution":  {"officer", conv + "/c23"},
	"officer-redact":        {"officer", conv + "/c23/redact"},
	"officer-contributions": {"officer", conv + "/contributions?status=pending"},
}

// TestGoldenPages holds what pages say against files: a figure, a name or a link that is lost changes a line. After a
// change that is meant: go test ./web -run TestGoldenPages -update
func TestGoldenPages(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	var r *script.Runner
	h := houseAt(t, func() time.Time { return at }, script.DemoSlug, "@officer", "@moderator", func(sec *plenary.Secretariat) (_ *script.Runner, err error) {
		r, err = script.Demo(t.Context(), sec, at)
		return r, err
	})
	readers := map[string]*visitor{"": h.visitor(), "officer": h.as("officer"), "moderator": h.as("moderator")}
	for name, page := range goldenPages {
		t.Run(name, func(t *testing.T) {
			a := readers[page.role].get("/en" + page.path)
			if a.status == 303 {
				a = readers[page.role].get(a.header.Get("Location"))
			}
			asGolden(t, name, goldenText(t, strings.ReplaceAll(a.body, h.url, "http://plenary.example")))
		})
	}
	for _, role := range []string{"speaker", "chair"} {
		email := role + "@demonstration.invalid"
		if _, err := h.web.Options.Accounts.Invite(t.Context(), email, script.DemoSlug, uint64(r.Participant("@"+role)), time.Now()); err != nil {
			t.Fatal(err)
		}
		readers[role] = h.visitor()
		readers[role].signIn(email)
	}
	t.Run("routes", func(t *testing.T) { goldenRoutes(t, h, readers) })
	t.Run("nowhere", func(t *testing.T) { nowhere(t, readers) })
}

// asGolden compares what was said with a file, or writes it there.
func asGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".txt")
	if *updateGolden {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	is, was := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	page := ""
	for i := range max(len(is), len(was)) {
		if strings.HasPrefix(lineAt(was, i), "=== ") {
			page = was[i]
		}
		if lineAt(is, i) != lineAt(was, i) {
			t.Fatalf("%s\nline %d of the page is\n%s\nand was\n%s\n(-update where that is meant)", page, i+1, lineAt(is, i), lineAt(was, i))
		}
	}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no such line)"
}

// byChance is what is drawn by chance, or hashed from it.
var byChance = regexp.MustCompile(`\b[0-9a-f]{8}\b|\b[0-9a-f]{32,64}\b|[A-Za-z0-9+/]{40,}=*|\b[A-Za-z0-9_-]{22}\b`)

// byForm are the fields that are another in each form: its token, and who it was made for.
var byForm = regexp.MustCompile(`^name=(token|as)\b`)

// goldenText are the words of a page, a line for each piece, with where links lead and what fields hold.
func goldenText(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	line := func(s string) {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			b.WriteString(byChance.ReplaceAllString(s, "*") + "\n")
		}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			line(n.Data)
		}
		if n.Type == html.ElementNode {
			if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Head || n.DataAtom == atom.Footer {
				return
			}
			var says []string
			for _, a := range n.Attr {
				if n.DataAtom == atom.Option && a.Key == "value" {
					continue // long lists, which are others' to test
				}
				switch a.Key {
				case "href", "action", "name", "value", "datetime", "aria-label", "aria-current", "checked", "selected", "required", "title", "hx-sse:connect":
					says = append(says, a.Key+"="+a.Val)
				}
			}
			if len(says) > 0 && !(n.DataAtom == atom.Input && byForm.MatchString(strings.Join(says, " "))) {
				line("<" + n.Data + " " + strings.Join(says, " ") + ">")
			}
			if n.DataAtom == atom.Select && len(options(n)) > 30 {
				return
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return b.String()
}

// options are the choices of a list.
func options(n *html.Node) (out []*html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Option {
			out = append(out, c)
		}
	}
	return out
}
