package web_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/locale"
)

// river is a house with the small world of internal/script/testdata/river.txt: every link of the chain is
// in it once.
func river(t testing.TB) *house {
	t.Helper()
	return houseOf(t, "river", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		r.Now = time.Now()
		return r, r.Run(t.Context(), os.DirFS("../internal/script/testdata"), "river.txt")
	})
}

const rv = "/c/river"

var tracePages = []string{"/p1.e2", "/p1.e2?was=p1.e1.x9", "/p1.e1", "/p1/redline", "/p1.e2/redline?all=yes&text=fr", "/p1.e1/redline", "/p1.e2/concordance", "/p1.e2/concordance?fate=merged",
	"/p1.e2/concordance?open=p1.x3", "/p1.e1/concordance", "/p1/find", "/p1/find?number=99", "/p1.e1/find?number=5", "/p1.e1/find?number=6", "/p1.e2.x3/trace", "/p1.e2.x8/trace", "/p1.e1.x10/trace",
	"/p1.e2.x12/trace", "/p1.e1.x11/trace", "/p1.x4/trace", "/p2.e1.x2/trace", "/p2.e1.x3/trace", "/c1/trace", "/c2.2/trace", "/c3/trace", "/c7/trace", "/c8/trace", "/d1/trace", "/d2/trace"}

// TestTracePages reads the pages in every language and role, as TestPages does.
func TestTracePages(t *testing.T) {
	t.Parallel()
	h := river(t)
	for role, v := range map[string]*visitor{"nobody": h.visitor(), "officer": h.as("officer")} {
		for _, l := range locale.All {
			for _, p := range append(tracePages, "/p1.e2/concordance?correct=p1.x3") {
				path := "/" + string(l) + rv + p
				a := v.get(path)
				if a.status != 200 {
					t.Errorf("%s for %s: %d", path, role, a.status)
					continue
				}
				if i := strings.Index(a.body, "⟦"); i >= 0 {
					t.Errorf("%s: no sentence for %s", path, a.body[i:min(len(a.body), i+60)])
				}
				if n := len(oneH1.FindAllString(a.body, -1)); n != 1 {
					t.Errorf("%s: %d headings of the first degree", path, n)
				}
				if m := inline.FindString(a.body); m != "" {
					t.Errorf("%s: inline %q", path, m)
				}
				if m := withTwo.FindString(a.body); m != "" {
					t.Errorf("%s: a component was printed: %q", path, m)
				}
			}
		}
	}
	v := h.visitor()
	for _, p := range []string{"/p1.e9/redline", "/p9/redline", "/p1.x3/redline", "/c1/redline", "/p1.e9/concordance", "/c1/concordance", "/p9/find", "/c1/find", "/p1/trace", "/p1.e2.x9/trace", "/c1.9/trace", "/c99/trace", "/d9/trace", "/k1/trace", "/c1.f1/trace"} {
		if a := v.get("/en" + rv + p); a.status != 404 {
			t.Errorf("%s: %d", p, a.status)
		}
	}
}

var (
	tags   = regexp.MustCompile(`(?s)<[^>]*>`)
	blanks = regexp.MustCompile(`\s+`)
)

// text is what a reader of a page reads.
func text(s string) string {
	if m := regexp.MustCompile(`(?s)<main.*</main>`).FindString(s); m != "" {
		s = m
	}
	return strings.TrimSpace(blanks.ReplaceAllString(tags.ReplaceAllString(s, " "), " "))
}

// passageOn cuts one passage out of a page.
func passageOn(t *testing.T, body, id string) string {
	t.Helper()
	_, after, ok := strings.Cut(body, `<div class="p" id="`+id+`"`)
	if !ok {
		t.Fatalf("no passage %s", id)
	}
	s, _, _ := strings.Cut(after, `<div class="p" id=`)
	return s
}

func wants(t *testing.T, what, in string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(in, w) {
			t.Errorf("%s: no %q in %s", what, w, in)
		}
	}
}

func TestRedline(t *testing.T) {
	t.Parallel()
	h := river(t)
	v := h.visitor()
	a := v.get("/en" + rv + "/p1.e2/redline")
	changed := passageOn(t, a.body, "p1-x3")
	wants(t, "the changed paragraph", changed, "<del>", "<ins>", "[struck out:", "[added:", "Text changed", `href="/en/c/river/d2"`, `href="/en/c/river/p1.e2.x3/trace"`, `href="/en/c/river/c2"`, "Mario Fumi", "جمعية ركاب النهر")
	// Three points were answered, of which one was taken back: two are shown, and the third is not forgotten.
	wants(t, "its voices", text(changed), "Changed because of 2 points", "from 2 parties, in 2 countries", "Paragraph 2 now names the post.")
	if strings.Contains(a.body, "Somebody Who Left") {
		t.Error("whoever took their words back is named")
	}
	wants(t, "what is new", text(passageOn(t, a.body, "p1-x12")), "New", "A ferry is a boat that comes back.", "Changed because of 2 points")
	wants(t, "what is merged", passageOn(t, a.body, "p1-x8"), "Merged", `/p1.e1.x8"`, `/p1.e1.x9"`, `href="/en/c/river/d5"`)
	wants(t, "what is split", text(passageOn(t, a.body, "p1-x11")), "Split", "Boats need ropes.")
	wants(t, "what is deleted", text(passageOn(t, a.body, "p1-x10")), "Deleted", "The toll keeper sleeps at noon.", "Changed because of 1 point")
	wants(t, "what nobody asked for", text(passageOn(t, a.body, "p1-x15")), "A bell rings at dusk.", "own initiative")
	if strings.Contains(text(passageOn(t, a.body, "p1-x12")), "own initiative") {
		t.Error("what two people asked for is called the secretariat's own")
	}
	if strings.Contains(a.body, `id="p1-x4"`) || !strings.Contains(text(a.body), "passages are as they were") {
		t.Error("what did not change is not a count only")
	}
	if b := v.get("/en" + rv + "/p1.e2/redline?all=yes"); !strings.Contains(b.body, `id="p1-x4"`) {
		t.Error("what did not change is not shown when asked for")
	}
	fr := v.get("/en" + rv + "/p1.e2/redline?text=fr")
	wants(t, "in French", passageOn(t, fr.body, "p1-x3"), `lang="fr"`, "du bétail", "le courrier")
	wants(t, "where French is missing", text(passageOn(t, fr.body, "p1-x11")), "The original is compared (English): in this language (French)", "Boats need lamps.")
	wants(t, "a mended translation", text(passageOn(t, fr.body, "p1-x4")), "Only the translation changed")
	// A correction, a withdrawal: the kept page goes with what it shows.
	if b := v.get("/en" + rv + "/p1.e2/redline"); b.body != a.body {
		t.Error("the same page twice is not the same")
	}
	moderator := h.as("moderator")
	if b := moderator.post("/en"+rv+"/c3/withhold", url.Values{"ground": {"abuse"}, "reason": {"A test."}, "token": {nonce1}}); b.status != 303 {
		t.Fatal(b.status)
	}
	if b := v.get("/en" + rv + "/p1.e2/redline"); strings.Contains(b.body, "جمعية ركاب النهر") || !strings.Contains(text(passageOn(t, b.body, "p1-x3")), "Changed because of 1 point") {
		t.Error("what was withheld is still shown")
	}
}

func TestConcordance(t *testing.T) {
	t.Parallel()
	h := river(t)
	v := h.visitor()
	at := "/en" + rv + "/p1.e2/concordance"
	var c struct {
		Elements, Comments int
		Counts             []struct {
			Fate               string
			Elements, Comments int
		}
		Rows []struct {
			Ref, Label, Fate string
			Comments         int
			Corrected        int
			To               []struct{ Ref, Label string }
		}
	}
	get := func() {
		t.Helper()
		if err := json.Unmarshal([]byte(v.get("/en"+rv+"/p1.e2/concordance.json").body), &c); err != nil {
			t.Fatal(err)
		}
	}
	get()
	elements, comments := 0, 0
	for _, n := range c.Counts {
		elements += n.Elements
		comments += n.Comments
	}
	if len(c.Rows) != 11 || elements != 11 || c.Elements != 11 || comments != c.Comments || c.Comments != 7 {
		t.Errorf("%d rows, %d elements, %d of %d comments", len(c.Rows), elements, comments, c.Comments)
	}
	want := map[string]string{"p1.e1.x3": "text_changed 2 1→2", "p1.e1.x8": "merged 3 1→3", "p1.e1.x9": "merged 4 1→3", "p1.e1.x10": "deleted 5 1→", "p1.e1.x11": "split 6 0→4,5", "p1.e1.x5": "moved 2 0→6"}
	want["p1.e1.x3"] = "text_changed 1 3→2"
	for _, r := range c.Rows {
		var to []string
		for _, s := range r.To {
			to = append(to, s.Label)
		}
		got := r.Fate + " " + r.Label + " " + string(rune('0'+r.Comments)) + "→" + strings.Join(to, ",")
		if w := want[r.Ref]; w != "" && w != got {
			t.Errorf("%s is %q, want %q", r.Ref, got, w)
		}
	}
	if a := v.get(at + "?fate=merged"); strings.Count(a.body, "<tr id=") != 2 {
		t.Error("the choice of a fate shows", strings.Count(a.body, "<tr id="))
	}
	open := text(v.get(at + "?open=p1.x3").body)
	wants(t, "an open row", open, "Mario Fumi", "جمعية ركاب النهر")

	// Only an officer corrects; what is wrong is said in the form, with what was typed.
	if a := v.get(at + "?correct=p1.x10"); strings.Contains(a.body, `name="reason"`) {
		t.Error("everybody gets the form")
	}
	officer := h.as("officer")
	wants(t, "the form", officer.get(at+"?correct=p1.x8").body, `value="3"`, `name="reason"`)
	form := func(kv ...string) url.Values {
		f := url.Values{"token": {nonce1}, "element": {"p1.x10"}, "fate": {"merged"}, "to": {"3"}, "reason": {"Its rule stands there."}}
		for i := 0; i < len(kv); i += 2 {
			f.Set(kv[i], kv[i+1])
		}
		return f
	}
	for _, bad := range [][]string{{"reason", " "}, {"to", "99"}, {"to", "3, 4"}, {"fate", "gone"}, {"to", "p9.x1"}, {"reason", strings.Repeat("x", 5000)}} {
		a := officer.post(at, form(bad...))
		if a.status != 422 && a.status != 413 || !strings.Contains(a.body, `role="alert"`) || !strings.Contains(a.body, `id="`+bad[0]+`-error"`) {
			t.Errorf("%q: %d", bad, a.status)
		}
		if bad[0] != "reason" && !strings.Contains(a.body, "Its rule stands there.") {
			t.Errorf("%q: what was typed is gone", bad)
		}
	}
	if a := officer.post(at, form("element", "p1.x99")); a.status != 404 {
		t.Error("an element that is none:", a.status)
	}
	if a := h.as("moderator").post(at, form()); a.status != 404 {
		t.Error("a moderator corrects:", a.status)
	}
	a := officer.post(at, form("to", "３"))
	if a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	get()
	for _, r := range c.Rows {
		if r.Ref == "p1.e1.x10" && (r.Fate != "merged" || r.Corrected == 0 || len(r.To) != 1 || r.To[0].Ref != "p1.e2.x8") {
			t.Errorf("after the correction: %+v", r)
		}
	}
	wants(t, "after the correction", v.get(at).body, "Corrected:", "/entry-")
}

func TestFind(t *testing.T) {
	t.Parallel()
	h := river(t)
	v := h.visitor()
	for query, want := range map[string]string{
		"/p1.e1/find?number=1(i)":                      "/en/c/river/p1.e2?was=p1.e1.x4#p1-x4",
		"/p1/find?edition=1&number=1+(i)":              "/en/c/river/p1.e2?was=p1.e1.x4#p1-x4",
		"/p1/find?number=13":                           "",
		"/p1.e1/find?number=4":                         "/en/c/river/p1.e2?was=p1.e1.x9#p1-x8",
		"/p1.e1/find?number=issue+2":                   "/en/c/river/p1.e2?was=p1.e1.x7#p1-x7",
		"/p1.e1/find?number=" + url.QueryEscape("议题２"): "/en/c/river/p1.e2?was=p1.e1.x7#p1-x7",
		"/p1.e1/find?number=1&text=fr":                 "/en/c/river/p1.e2?was=p1.e1.x3&text=fr#p1-x3",
		"/p1/find?number=7":                            "/en/c/river/p1.e2#p1-x15",
		"/p1.e1/find?number=5":                         "",
		"/p1.e1/find?number=6":                         "",
	} {
		a := v.get("/en" + rv + query)
		if want == "" && a.status != 200 || want != "" && (a.status != 302 || a.header.Get("Location") != want) {
			t.Errorf("%s: %d %s, want %s", query, a.status, a.header.Get("Location"), want)
		}
	}
	wants(t, "what was deleted", text(v.get("/en"+rv+"/p1.e1/find?number=5").body), "was deleted", "The toll keeper sleeps at noon.")
	wants(t, "what was split", text(v.get("/en"+rv+"/p1.e1/find?number=6").body), "2 places", "Paragraph 4", "Paragraph 5")
	wants(t, "what is not there", text(v.get("/en"+rv+"/p1.e1/find?number=99").body), "No paragraph, question or issue with this number", "99")
	wants(t, "its twin", v.get("/en"+rv+"/p1.e1/find.json?number=4").body, `"p1.e2.x8"`, `"merged"`)

	// On arrival the page says what happened, at the place itself.
	wants(t, "the arrival", text(passageOn(t, v.get("/en"+rv+"/p1.e2?was=p1.e1.x9").body, "p1-x8")), "4 (TEST/RIVER/1) is now Paragraph 3 , in issue 3.", "Merged", "Its words have changed.")
	if a := v.get("/en" + rv + "/p1.e2?was=nonsense"); a.status != 400 || !strings.Contains(a.body, "was") {
		t.Errorf("from nonsense: %d", a.status)
	}
	for _, was := range []string{"p1.e2.x8", "p1.e1.x99", "p9.e1.x1", "p1.x8"} {
		if a := v.get("/en" + rv + "/p1.e2?was=" + was); a.status != 200 || strings.Contains(a.body, "arrived") {
			t.Errorf("from %s: %d, and it arrives", was, a.status)
		}
	}
	if a := v.get("/en" + rv + "/p1.e1"); !strings.Contains(a.body, `action="/en/c/river/p1/find"`) {
		t.Error("the paper has no form to find a number")
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	h := river(t)
	v := h.visitor()
	steps := func(ref string) (out []struct {
		Kind, Ref, Name, Verdict, Status, Fate string
		Text                                   struct{ Text, Lang string }
		Redline                                []struct{ Do, Text string }
	}) {
		t.Helper()
		var tr struct {
			Steps json.RawMessage
		}
		a := v.get("/en" + rv + "/" + ref + "/trace.json")
		if err := json.Unmarshal([]byte(a.body), &tr); err != nil {
			t.Fatal(ref, a.status, err)
		}
		if err := json.Unmarshal(tr.Steps, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	walk := func(ref string) string {
		var out []string
		for _, s := range steps(ref) {
			out = append(out, strings.TrimSpace(s.Kind+" "+s.Ref+" "+s.Fate+s.Verdict+s.Status))
		}
		return strings.ReplaceAll(strings.Join(out, "; "), "  ", " ")
	}
	for ref, want := range map[string]string{
		"p1.e2.x3":  "passage p1.e2.x3 text_changed; place p1.e1.x3; said p1.e1.x3; answer d1; answer d2; voice c2.2; voice c3.1; citation p2.e1.x3",
		"p1.e2.x12": "passage p1.e2.x12 new; answer d1; voice c1.1; voice c2.1; reaction c1.1 not_satisfied; reaction c2.1 satisfied; citation p2.e1.x2",
		"p1.e2.x15": "passage p1.e2.x15 new; own",
		"p1.e2.x8":  "passage p1.e2.x8 merged; place p1.e1.x8; said p1.e1.x8; place p1.e1.x9; said p1.e1.x9; answer d4; answer d5; voice c6.1",
		"p1.e1.x10": "passage p1.e1.x10; said p1.e1.x10; answer d3; next p1.e2 deleted",
		"p1.e1.x11": "passage p1.e1.x11; next p1.e2.x11 split; next p1.e2.x14 split",
		"p2.e1.x2":  "passage p2.e1.x2; rests p1.e2.x12 new; voice c1.1",
		"p2.e1.x3":  "passage p2.e1.x3; rests p1.e2.x3 text_changed; answer d2",
		"c1":        "place p1.e1.x4; voice c1.1; answer d1; passage p1.e2.x12 new; citation p2.e1.x2; reaction c1.1 not_satisfied",
		"c2.2":      "place p1.e1.x3; voice c2.2; answer d2; passage p1.e2.x3 text_changed; citation p2.e1.x3",
		"c8":        "place p1.e1; voice c8.1; none",
		"c7":        "voice c7 withdrawn",
		"d4":        "answer d4; voice c5.1",
		"d3":        "answer d3; voice c4.1; passage p1.e1.x10 deleted",
	} {
		if got := walk(ref); got != want {
			t.Errorf("%s: %s\nwant %s", ref, got, want)
		}
	}
	for _, s := range steps("c1") {
		if s.Kind == "voice" && (s.Name != "Maria Keller" || s.Text.Lang != "fr" || !strings.HasPrefix(s.Text.Text, "Dites d’abord")) {
			t.Errorf("the voice is %+v", s)
		}
		if s.Kind == "reaction" && s.Text.Text != "Un bateau qui revient n’est pas toujours un bac." {
			t.Errorf("the reaction is %+v", s)
		}
	}
	a := v.get("/fr" + rv + "/p1.e2.x3/trace")
	wants(t, "a passage in French", a.body, "<svg", `class="wire hot"`, `class="dot`, `lang="ar" dir="auto"`, "<ins>", "Acceptée en partie", "Paragraph 2 now names the post.", "Italie", "Égypte", "1 autre a été retirée")
	if strings.Contains(a.body, "taken back") || strings.Contains(v.get("/en"+rv+"/c7/trace").body, "These words were taken back") {
		t.Error("words that were taken back are shown")
	}
	ar := v.get("/ar" + rv + "/p1.e2.x3/trace")
	wants(t, "a passage in Arabic", ar.body, `lang="en" dir="ltr"`, "مقبولة جزئياً")
	// The path of a withheld voice ends; its author's words are gone from every trace.
	h.as("moderator").post("/en"+rv+"/c3/withhold", url.Values{"ground": {"abuse"}, "reason": {"A test."}, "token": {nonce1}})
	if got := walk("p1.e2.x3"); strings.Contains(got, "c3") {
		t.Error("a withheld voice is still shown:", got)
	}
	if b := v.get("/en" + rv + "/c3/trace"); strings.Contains(b.body, "البريد") || b.status != 200 {
		t.Error("withheld words are shown:", b.status)
	}
}

// TestMargins: an element has what was said on all that it goes on from, and says why it changed.
func TestMargins(t *testing.T) {
	t.Parallel()
	h := river(t)
	v := h.visitor()
	a := v.get("/en" + rv + "/p1.e2")
	wants(t, "a merged paragraph", text(passageOn(t, a.body, "p1-x8")), "2 contributions", "from 1 country", "Merged. Why: 1 point")
	wants(t, "a changed paragraph", passageOn(t, a.body, "p1-x3"), `<details class="why"`, `/p1.e2/redline?text=en#p1-x3"`, `/p1.e2.x3/trace"`, `href="/en/c/river/d2"`)
	wants(t, "the issue", text(passageOn(t, a.body, "p1-x7")), "2 contributions")
	wants(t, "what nobody asked for", text(passageOn(t, a.body, "p1-x15")), "own initiative")
	if strings.Contains(passageOn(t, a.body, "p1-x4"), `class="why"`) {
		t.Error("what did not change says why it changed")
	}
	wants(t, "the masthead", a.body, `/p1.e2/redline?text=en"`, `/p1.e2/concordance"`)
	if a := v.get("/en" + rv + "/p1.e1"); strings.Contains(a.body, "/p1.e1/redline") || strings.Contains(a.body, `class="why"`) {
		t.Error("the first edition says that it changed something")
	}
	wants(t, "the page of a merged paragraph", text(v.get("/en"+rv+"/p1.e2.x8").body), "2 published contributions")
}

// TestTraceThroughSessions: the trace of a point goes through the items of agendas that took it up and what was said under them to what rests on it
// and to what its author said of the answer, as steps and as dots that are links; an item, a theme and a question have a trace of their own, and
// each page says in one sentence what it rests on and what rests on it.
func TestTraceThroughSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	for path, want := range map[string][]string{
		"/c23/trace":       {`href="#s-s1-i2"`, `href="#s-s2-i1"`, `href="#r-c23-1"`, `id="s-s1-i2"`, `id="r-c23-1"`, "/s2.i1/trace", "What rests on it: "},
		"/c23":             {"What rests on it: 1 answer, 2 items of sessions, 2 interventions, 1 sentence and 1 reaction of an author."},
		"/s1.i2/trace":     {`href="#s-p1-e2-x85"`, "It rests on 2 points, 1 answer and 1 passage. What rests on it: 1 item of a session and 5 interventions.", `href="#s-s2-i1"`},
		"/s1.i2":           {"It rests on 2 points, 1 answer and 1 passage.", "/s1.i2/trace"},
		"/o1.t1":           {"What rests on it: 1 sentence.", "/o1.t1/trace"},
		"/o1.t1/trace":     {"/p4.e1.x4", "/p1.e2.x85"},
		"/q1":              {"/q1/trace"},
		"/q1/trace":        {"It rests on "},
		"/p4.e1.x4":        {"It rests on 1 theme."},
		"/p4.e1.x1/trace":  {"It rests on 1 point."},
		"/p1.e2.x85/trace": {`href="#s-s1-i2"`},
		"/d5":              {"/d5/trace", "What rests on it: "},
	} {
		a := v.get("/en" + conv + path)
		for _, w := range want {
			if a.status != 200 || !strings.Contains(a.body, w) {
				t.Errorf("%s (%d) has no %q", path, a.status, w)
			}
		}
	}
	for _, path := range []string{"/o1/trace", "/s1/trace", "/s1.i99/trace", "/o1.t99/trace", "/q99/trace", "/k1/trace"} {
		if a := v.get("/en" + conv + path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
