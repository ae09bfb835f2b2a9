package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/openplenary/plenary"
	"github.com/openplenary/plenary/internal/script"
	"github.com/openplenary/plenary/internal/verifier"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/web"
)

const fc = "/en/c/ferries/k1"

// asking is a conversation whose call k1 asks five questions of its own and keeps late contributions; k2 asks forty in
// words and refuses them. The clock stands still until it is moved.
type asking struct {
	*house
	ahead atomic.Int64
}

func newAsking(t *testing.T) *asking {
	t.Helper()
	return newAskingOf(t, "questions.json")
}

// newAskingOf is one whose first call asks the questions of a file.
func newAskingOf(t *testing.T, questions string) *asking {
	t.Helper()
	h := &asking{}
	began := time.Now()
	forty := `{"Alone": true, "Sections": [{"title": {"original": "en", "in": {"en": "All"}}, "questions": [` + strings.TrimSuffix(strings.Repeat(`{"kind": "text", "text": {"original": "en", "in": {"en": "And?"}}},`, 40), ",") + `]}]}`
	files := fstest.MapFS{"forty.json": {Data: []byte(forty)}}
	for _, name := range []string{questions, "paper.json", "labels.json"} {
		b, err := os.ReadFile("../internal/script/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	at := func(d time.Duration) string { return began.Add(d).UTC().Format("2006-01-02T15:04Z") }
	files["asking.txt"] = &fstest.MapFile{Data: []byte(`# Calls that ask.

at ` + at(-2*time.Hour) + `

convene ferries
  title.en: Ferries
  languages: en fr ar
  demonstration: yes
  officer: @olga
  labels: labels.json

grant @max moderator

publish-paper paper.json => $draft

announce comments
  title.en: Comments
  paper: $draft
  opens: ` + at(-time.Hour) + `
  closes: ` + at(24*time.Hour) + `
  late: kept
  moderation: after

announce forty
  title.en: Forty
  paper: $draft
  opens: ` + at(-time.Hour) + `
  closes: ` + at(time.Hour) + `
  late: refused
  moderation: before

ask comments ` + questions + `

ask forty forty.json
`)}
	h.house = houseAt(t, func() time.Time { return began.Add(time.Duration(h.ahead.Load())) }, "ferries", "@olga", "@max", func(sec *plenary.Secretariat) (*script.Runner, error) {
		r := script.New(sec)
		r.Now = began
		return r, r.Run(t.Context(), files, "asking.txt")
	})
	return h
}

// hidden is what the form of a page carries, and what stands in its fields.
func (v *visitor) hidden(path string) url.Values {
	v.h.t.Helper()
	a := v.get(path)
	if a.status != 200 {
		v.h.t.Fatalf("%s: %d", path, a.status)
	}
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		if !out.Has(m[1]) {
			out.Set(m[1], m[2])
		}
	}
	return out
}

// fill sends a part of the form as a browser does, and gives the answer.
func (v *visitor) fill(path string, with url.Values) answer {
	v.h.t.Helper()
	f := v.hidden(path)
	for k, s := range with {
		f[k] = s
	}
	return v.post(path, f)
}

// TestWholeForm walks through the form: choices and words of two parts and of the paper become one contribution, which
// the receipt, its page, the list, the call and the tables show.
func TestWholeForm(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	if a := v.get(fc); !strings.Contains(a.body, fc+`/form"`) || !strings.Contains(a.body, fc+`/form/part/begin"`) || !strings.Contains(a.body, fc+`/contribute"`) {
		t.Error("the call does not lead to the form, its beginning and one passage")
	}
	if a := v.get(fc + "/form/part/begin"); a.status != 200 || !strings.Contains(a.body, `name="q1"`) || !strings.Contains(a.body, fc+`/form/part/s1`) {
		t.Errorf("the form does not begin with its first part: %d", a.status)
	}
	a := v.fill(fc+"/form/part/s1", url.Values{"q1": {"1"}, "q2": {"1", "3"}, "q2-text": {"And my grandmother."}, "do": {"next"}})
	if a.status != 303 || a.header.Get("Location") != fc+"/form/part/s2" {
		t.Fatalf("%d to %s: %s", a.status, a.header.Get("Location"), a.body)
	}
	if a := v.get(fc + "/form/part/begin"); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), fc+"/form") || strings.Contains(a.header.Get("Location"), "part") {
		t.Errorf("whoever has begun is led to %d %s", a.status, a.header.Get("Location"))
	}
	a = v.fill(fc+"/form/part/s2", url.Values{"q3": {"2"}, "q4": {"0"}, "q5-text": {"The river freezes.\r\nIn February."}, "do": {"next"}})
	paper := a.header.Get("Location")
	if a.status != 303 || !strings.Contains(paper, "/form/part/x") {
		t.Fatalf("%d to %s", a.status, paper)
	}
	ask := regexp.MustCompile(`name="(x\d+)" value="yes"`).FindStringSubmatch(v.get(paper).body)
	if ask == nil {
		t.Fatal("no stance is asked in the paper's part")
	}
	if a = v.fill(paper, url.Values{ask[1]: {"no"}, "do": {"check"}}); a.status != 303 || a.header.Get("Location") != fc+"/form/part/check" {
		t.Fatalf("%d to %s", a.status, a.header.Get("Location"))
	}
	for path, wants := range map[string][]string{fc + "/form": {"Answered: 6 of", ">Done<"}, fc + "/form/part/check": {"Send my 6 answers", "Cattle", "And my grandmother.", "I do not know, or would rather not say", "By sending, you agree"}} {
		body := v.get(path).body
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
	}
	sent := v.hidden(fc + "/form/part/check")
	sent.Set("do", "send")
	sent.Set("category", "ngo")
	sent.Set("name", "Maria")
	a = v.post(fc+"/form/part/check", sent)
	to := regexp.MustCompile(`/(c\d+)/receipt`).FindStringSubmatch(a.header.Get("Location"))
	if a.status != 303 || to == nil {
		t.Fatalf("%d to %s: %s", a.status, a.header.Get("Location"), a.body)
	}
	// Pressed twice.
	if again := v.post(fc+"/form/part/check", sent); again.status != 303 || !strings.Contains(again.header.Get("Location"), "/"+to[1]+"/receipt") {
		t.Errorf("pressed twice: %d to %s", again.status, again.header.Get("Location"))
	}
	// A page that the browser kept does not begin what was sent once more.
	kept := v.hidden(fc + "/form/part/s1")
	kept.Set("token", sent.Get("token"))
	kept.Set("version", "0")
	kept.Set("q2-text", "Once more.")
	if a := v.post(fc+"/form/part/s1", kept); a.status != 422 || !strings.Contains(a.body, "Once more.</textarea>") || strings.Contains(a.body, `value="`+sent.Get("token")+`"`) {
		t.Errorf("a page that was kept: %d", a.status)
	}
	ref := "/en/c/ferries/" + to[1]
	for path, wants := range map[string][]string{
		ref + "/receipt":                      {"And my grandmother.", "The river freezes.", "In February.", "Every day", "Cattle", "Nothing", "In part", "would rather not say"},
		ref:                                   {"And my grandmother.", "Every day", "Cattle", "Question", fc + "#q2"},
		ref + ".json":                         {`"answers"`, `"question": 2`, `"picks"`},
		fc:                                    {"Answered by 1 of 1", "In words: 1", "How often do you cross?"},
		fc + ".json":                          {`"answering": 1`, `"chosen"`},
		"/en/c/ferries/contributions":         {"Answers to questions: 4"},
		"/en/c/ferries/contributions?print=1": {"And my grandmother.", "Every day"},
		fc + "/answers.csv":                   {"1. How often do you cross?", "Cattle; Nothing", "And my grandmother.", "would rather not say"},
		fc + "/results":                       {"answer at least one question here", "Did not answer", ">Non-governmental organisation<", "1 <small>/ 1</small>"},
		fc + "/results.json":                  {`"silent": 0`, `"by"`, `"categories"`},
		"/ar/c/ferries/k1/results":            {"لم يُجب"},
		fc + "/data.csv":                      {"contribution,received,late,category,country,q1,q2_1,q2_2", ",ngo,"},
		fc + "/codebook.csv":                  {"column,Question,kind,code,meaning", "q2_1,", ",1,Chosen: ", "Did not answer"},
		"/fr/c/ferries/k1/codebook.csv":       {"q1,Traversez-vous souvent ?,"},
		"/fr/c/ferries/k1/answers.csv":        {"1. Traversez-vous souvent ?", "Chaque jour"},
		"/en/c/ferries/p1/responses":          {"And my grandmother."},
		ref + "/trace":                        {"And my grandmother."},
	} {
		a := h.visitor().get(path)
		for _, want := range wants {
			if a.status != 200 || !strings.Contains(strings.ReplaceAll(a.body, "\u202f", " "), want) {
				t.Errorf("%s (%d) lacks %q", path, a.status, want)
			}
		}
	}
	if a := h.visitor().get(fc + "/answers.xlsx"); a.status != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("the workbook: %d", a.status)
	}
	for _, of := range []string{"answers.csv", "data.csv", "codebook.csv", "results", "results.json"} {
		if a := h.visitor().get("/en/c/ferries/k9/" + of); a.status != 404 {
			t.Errorf("%s of no call: %d", of, a.status)
		}
	}
}

// TestOnlyChosen: a contribution of choices alone is shown everywhere, counted only while it is published, and no
// stranger reads what a withheld one chose.
func TestOnlyChosen(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	v.fill(fc+"/form/part/s1", url.Values{"q1": {"3"}, "do": {"check"}})
	a := v.fill(fc+"/form/part/check", url.Values{"do": {"send"}, "category": {"individual"}})
	if a.status != 303 {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	read := func(want bool) {
		t.Helper()
		for path, sign := range map[string]string{fc: "Answered by 1 of 1", "/en/c/ferries/c1": "Never", fc + "/answers.csv": "Never", fc + "/data.csv": "c1,", fc + "/results": "1 <small>/ 1</small>", "/en/c/ferries/c1.json": `"picks"`} {
			if a := h.visitor().get(path); strings.Contains(a.body, sign) != want || a.status != 200 {
				t.Errorf("%s (%d): %q is %v", path, a.status, sign, !want)
			}
		}
	}
	read(true)
	for _, path := range []string{"/c1.json", "/contributions.json", "/c1/receipt", "/c1", "/contributions"} {
		if a := h.visitor().get("/en/c/ferries" + path); strings.Contains(a.body, `"erased": true`) || strings.Contains(a.body, "erased from") {
			t.Errorf("%s says that its words are erased", path)
		}
	}
	receipt := v.get("/en/c/ferries/c1/receipt.json").body
	if r, err := verifier.Receipt([]byte(receipt), ""); err != nil {
		t.Errorf("the second verifier: %v %+v", err, r)
	}
	if a := v.post("/en/check", url.Values{"receipt": {receipt}}); a.status != 200 {
		t.Errorf("its receipt is checked with %d", a.status)
	}
	olga, max := h.as("officer"), h.as("moderator")
	for _, who := range []*visitor{v, olga, max} {
		for _, path := range []string{"", "/contributions", "/c1", "/c1/receipt", "/c1.json", "/record", "/overview", "/p1", "/p1/responses", "/mine"} {
			if a := who.get("/en/c/ferries" + path); a.status != 200 || strings.Contains(a.body, "⟦") {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
	for _, path := range []string{"/desk", "/desk/queue", "/desk/points"} {
		if a := olga.get("/en/c/ferries" + path); a.status != 200 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := max.post("/en/c/ferries/c1/withhold", url.Values{"ground": {"abuse"}, "reason": {"It is."}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	read(false)
	if a := v.get("/en/c/ferries/c1"); !strings.Contains(a.body, "Never") {
		t.Error("its author does not read it")
	}
}

// TestFormIsRefused: what is not offered, too much, and nothing; what was typed comes back.
func TestFormIsRefused(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	for _, c := range []struct {
		with url.Values
		want string
	}{
		{url.Values{"q1": {"9"}}, "Question 1: what was chosen is not offered"},
		{url.Values{"q1": {"-1"}}, "Question 1: what was chosen is not offered"},
		{url.Values{"q1": {"nonsense"}}, "Question 1: what was chosen is not offered"},
		{url.Values{"q1": {"1", "2"}}, "Question 1: choose up to 1"},
		{url.Values{"q2": {"1", "2", "3"}}, "Question 2: choose up to 2"},
		{url.Values{"q2-text": {strings.Repeat("ü", 40_000)}}, "at most 65,536"},
		{url.Values{"q2-text": {"\xff"}}, "cannot be read"},
	} {
		v := h.visitor()
		c.with.Set("do", "next")
		if !c.with.Has("q2-text") {
			c.with.Set("q2-text", "It comes back.")
		}
		a := v.fill(fc+"/form/part/s1", c.with)
		if (a.status != 422 && a.status != 413) || !strings.Contains(a.body, c.want) && c.want != "at most 65,536" && c.want != "cannot be read" {
			t.Errorf("%v: %d", c.with["q1"], a.status)
		}
		if !strings.Contains(a.body, "It comes back.") && c.with.Get("q2-text") == "It comes back." || !strings.Contains(a.body, `href="#q2"`) && !strings.Contains(a.body, `href="#q1"`) {
			t.Errorf("%s: what was typed is lost, or nothing leads there", c.want)
		}
	}
	v := h.visitor()
	if a := v.fill(fc+"/form/part/check", url.Values{"do": {"send"}, "category": {"ngo"}}); a.status != 422 || !strings.Contains(a.body, "Answer at least one question") {
		t.Errorf("nothing is sent: %d", a.status)
	}
	for _, path := range []string{"/form/part/s9", "/form/part/x99", "/form/part/nonsense"} {
		if a := v.get(fc + path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
		if a := v.post(fc+path, url.Values{"do": {"next"}}); a.status != 404 {
			t.Errorf("%s is sent: %d", path, a.status)
		}
	}
	// Too many chosen, found only when it is sent: the page leads to the question.
	f := v.hidden(fc + "/form/part/s1")
	f["q2"] = []string{"1", "2", "3"}
	if a := v.post(fc+"/form/part/draft", f); a.status != 200 {
		t.Fatalf("the draft: %d %s", a.status, a.body)
	}
	if a := v.fill(fc+"/form/part/check", url.Values{"do": {"send"}, "category": {"ngo"}}); a.status != 422 || !strings.Contains(a.body, fc+`/form/part/s1#q2"`) {
		t.Errorf("too many are sent: %d", a.status)
	}
	// The command itself, by a program.
	a := v.post(fc+"/form/part/check", url.Values{"do": {"send"}, "name": {"The Secretariat"}, "category": {"ngo"}, "token": {f.Get("token")}, "version": {"1"}})
	if a.status != 422 || !strings.Contains(a.body, `value="The Secretariat"`) {
		t.Errorf("a reserved name: %d", a.status)
	}
}

// TestFormInTwoTabs: the same question said otherwise in two tabs: both are shown, and nothing is lost.
func TestFormInTwoTabs(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	one, two := v.hidden(fc+"/form/part/s2"), v.hidden(fc+"/form/part/s2") // both before anything is kept
	one.Set("q5-text", "Said in the first tab.")
	one.Set("do", "next")
	if a := v.post(fc+"/form/part/s2", one); a.status != 303 {
		t.Fatal(a.status)
	}
	two.Set("q5-text", "Said in the second tab.")
	two.Set("q3", "1")
	two.Set("do", "next")
	a := v.post(fc+"/form/part/s2", two)
	if a.status != 409 || !strings.Contains(a.body, "Said in the second tab.</textarea>") || !strings.Contains(a.body, "Said in the first tab.") {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	if n := strings.Count(v.get("/en/c/ferries/mine").body, "/form?draft="); n != 1 {
		t.Errorf("%d drafts", n)
	}
	again := deskForm(t, a.body, fc+"/form/part/s2", 0)
	again.Set("do", "later")
	again.Set("q5-text", "Said in the second tab.")
	if a := v.post(fc+"/form/part/s2", again); a.status != 303 {
		t.Fatal(a.status)
	}
	if body := v.get(fc + "/form/part/check").body; !strings.Contains(body, "Said in the second tab.") || strings.Contains(body, "Said in the first tab.") {
		t.Error("what was saved last is not what counts")
	}
	// The script hears of it as well.
	one.Set("q5-text", "A third.")
	if a := v.post(fc+"/form/part/draft", one); a.status != 409 || !strings.Contains(a.body, "draft.moved") {
		t.Errorf("the script is answered with %d %s", a.status, a.body)
	}
	// Nobody else saves over it, or reads it.
	other := h.visitor()
	if a := other.post(fc+"/form/part/s2", again); strings.Contains(other.get(fc+"/form").body, "first tab") || a.status == 303 && strings.Contains(v.get(fc+"/form/part/check").body, "stranger") {
		t.Errorf("a stranger with the token: %d", a.status)
	}
}

// TestOlderTabGoesOn: a tab that saves itself, and one that is shown again, never put what they still show of other questions over what
// another tab saved there.
func TestOlderTabGoesOn(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	const s1, s2, script = fc + "/form/part/s1", fc + "/form/part/s2", fc + "/form/part/draft"
	for name, first := range map[string]string{"over nothing": "", "over what stood there": "It stood there."} {
		v := h.visitor()
		v.deskTo(v.fill(s1, url.Values{"q1": {"1"}, "do": {"later"}}))
		if first != "" {
			v.deskTo(v.fill(s2, url.Values{"q5-text": {first}, "do": {"later"}}))
		}
		older := deskForm(t, v.get(s2).body, s2, 0)
		v.deskTo(v.fill(s2, url.Values{"q5-text": {"Said in the newer tab."}, "do": {"later"}}))
		stands := func(when string) {
			t.Helper()
			if body := v.get(check).body; !strings.Contains(body, "Said in the newer tab.") {
				t.Errorf("%s: %s, what another tab saved is gone", name, when)
			}
		}
		older.Set("q3", "1")
		a := v.post(script, older)
		if stands("saved by itself"); a.status == 200 { // the script goes on from what it is told
			var told struct{ Version int }
			if err := json.Unmarshal([]byte(a.body), &told); err != nil {
				t.Fatal(err)
			}
			older.Set("version", strconv.Itoa(told.Version))
		} else if a.status != 409 || !strings.Contains(a.body, "draft.moved") {
			t.Fatal(a.status, a.body)
		}
		older.Set("q4", "2")
		v.post(script, older)
		stands("saved by itself once more")
		older.Set("q4", "77") // no step of the scale
		a = v.post(s2, older)
		if stands("refused"); a.status < 400 {
			t.Fatal(name, a.status)
		}
		again := deskForm(t, a.body, s2, 0)
		if again.Get("q5-text") != "Said in the newer tab." {
			t.Errorf("%s: shown again, it says %q", name, again.Get("q5-text"))
		}
		again.Set("q4", "3")
		v.deskTo(v.post(s2, with(again, "do", "later")))
		stands("saved in the end")
	}
}

// TestClosesMeanwhile: the call closes while somebody writes.
func TestClosesMeanwhile(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	v.fill(fc+"/form/part/s1", url.Values{"q1": {"1"}, "q2-text": {"In time."}, "do": {"check"}})
	v.fill("/en/c/ferries/k2/form/part/s1", url.Values{"q1-text": {"Kept on the page."}, "do": {"check"}})
	late, refused := v.hidden(fc+"/form/part/check"), v.hidden("/en/c/ferries/k2/form/part/check")
	h.ahead.Store(int64(48 * time.Hour))
	refused.Set("do", "send")
	refused.Set("category", "ngo")
	if a := v.post("/en/c/ferries/k2/form/part/check", refused); a.status < 400 || !strings.Contains(a.body, "Kept on the page.") || strings.Contains(a.body, `value="send"`) {
		t.Errorf("a call that takes none: %d", a.status)
	}
	const k2 = "/en/c/ferries/k2"
	for _, page := range []string{k2 + "/contribute", k2 + "/form", k2 + "/form/part/s1", k2 + "/form/part/check"} {
		body := h.visitor().get(page).body
		if !strings.Contains(body, "takes no late contributions") || !strings.Contains(body, `href="/en/c/ferries/contributions?call=k2"`) {
			t.Errorf("%s does not say what happened and where to go", page)
		}
		for _, no := range []string{"still here", "receipt at once", "Check and send", `name="do"`, "btn go"} {
			if strings.Contains(body, no) {
				t.Errorf("%s: %q to whoever wrote nothing", page, no)
			}
		}
	}
	if body := v.get(k2 + "/form/part/s1").body; !strings.Contains(body, "still here") || !strings.Contains(body, "Kept on the page.") || strings.Contains(body, "Check and send") {
		t.Error("what was filled in is not there, or seems to be sent")
	}
	if body := v.get(fc + "/form/part/check").body; !strings.Contains(body, "labelled late") {
		t.Error("nothing says that it is late")
	}
	late.Set("do", "send")
	late.Set("category", "ngo")
	a := v.post(fc+"/form/part/check", late)
	if a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	if body := v.get(a.header.Get("Location")).body; !strings.Contains(body, "late") {
		t.Error("the receipt does not say that it was late")
	}
}

// TestFortyLongAnswers: forty questions, with twenty thousand characters in each.
func TestFortyLongAnswers(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	with := url.Values{"do": {"check"}}
	for i := range 40 {
		with.Set(fmt.Sprintf("q%d-text", i+1), strings.Repeat(fmt.Sprintf("Réponse %02d. ", i), 20_000/12))
	}
	a := v.fill("/en/c/ferries/k2/form/part/s1", with)
	if a.status != 303 {
		t.Fatalf("%d: %.400s", a.status, a.body)
	}
	if a = v.fill("/en/c/ferries/k2/form/part/check", url.Values{"do": {"send"}, "category": {"ngo"}}); a.status != 303 {
		t.Fatalf("%d: %.400s", a.status, a.body)
	}
	if body := v.get(a.header.Get("Location")).body; strings.Count(body, "Réponse 39.") < 1000 || strings.Count(body, "Réponse 00.") < 1000 {
		t.Error("the receipt has not all of it")
	}
	// In a script with three bytes a letter it is more than an entry of the record holds: nothing is lost, and it is said.
	v = h.visitor()
	for i := range 40 {
		with.Set(fmt.Sprintf("q%d-text", i+1), strings.Repeat("\u7b54", 20_000))
	}
	if a = v.fill("/en/c/ferries/k2/form/part/s1", with); a.status != 303 {
		t.Fatalf("%d: %.400s", a.status, a.body)
	}
	a = v.fill("/en/c/ferries/k2/form/part/check", url.Values{"do": {"send"}, "category": {"ngo"}})
	if a.status != 413 || !strings.Contains(a.body, "too long together") || strings.Count(a.body, "\u7b54\u7b54") < 40 {
		t.Errorf("%d: %.600s", a.status, a.body)
	}
}

// TestResume: a code goes on elsewhere; after ten wrong ones the source waits, and nobody else does.
func TestResume(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	var links []string
	e := h.entrance(func(o *web.Options) {
		o.DraftMail = func(_ context.Context, to string, _ locale.Lang, title, link string) error {
			links = append(links, to+" "+title+" "+link)
			return nil
		}
	})
	v := e.from("192.0.2.1", "")
	if a := v.get(fc + "/form"); strings.Contains(a.body, "code2") {
		t.Error("there is a code before anything is kept")
	}
	v.fill(fc+"/form/part/s1", url.Values{"q1": {"1"}, "q2-text": {"Begun here."}, "do": {"later"}})
	code := regexp.MustCompile(`code2" dir="ltr">([^<]*)<`).FindStringSubmatch(v.get(fc + "/form").body)
	if code == nil {
		t.Fatal("no code is shown")
	}
	if a := v.fill(fc+"/form", url.Values{"do": {"mail"}, "email": {"me@example.org"}}); a.status != 200 || len(links) != 1 || !strings.Contains(links[0], "me@example.org Comments http") || !strings.Contains(links[0], "code="+code[1]) {
		t.Errorf("%d, letters %q", a.status, links)
	}
	if a := v.fill(fc+"/form", url.Values{"do": {"mail"}, "email": {"nonsense"}}); a.status != 422 || !strings.Contains(a.body, `value="nonsense"`) || len(links) != 1 {
		t.Errorf("an address that is none: %d", a.status)
	}
	resume := fc + "/form/part/resume"
	guess := e.from("192.0.2.2", "")
	for i := range 10 {
		if a := guess.post(resume, url.Values{"code": {fmt.Sprintf("0000-0000-%02d", i)}}); a.status != 422 || !strings.Contains(a.body, "No draft is found") {
			t.Fatalf("wrong code %d: %d", i, a.status)
		}
	}
	if a := guess.post(resume, url.Values{"code": {code[1]}}); a.status != 429 || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, code[1]) {
		t.Errorf("the eleventh is answered with %d", a.status)
	}
	// A letter that is looked at on its way uses nothing up.
	scanner, other := e.from("192.0.2.3", ""), e.from("192.0.2.4", "")
	link, _ := url.Parse(strings.Fields(links[0])[2])
	for range 3 {
		if a := scanner.get(link.RequestURI()); a.status != 200 || strings.Contains(a.body, "Begun here.") || len(a.header["Set-Cookie"]) > 0 {
			t.Errorf("looking at the link: %d %v", a.status, a.header["Set-Cookie"])
		}
	}
	a := other.post(resume, url.Values{"code": {strings.ToLower(strings.ReplaceAll(code[1], "-", ""))}})
	if a.status != 303 {
		t.Fatalf("the right code: %d", a.status)
	}
	if body := other.get(a.header.Get("Location")).body; !strings.Contains(body, "Answered: 2 of") {
		t.Error("it is not there")
	}
	if body := other.get(fc + "/form/part/s1").body; !strings.Contains(body, "Begun here.</textarea>") {
		t.Error("what was begun is not in the fields")
	}
	// No address holds the token, by which whoever sees it would be the author.
	token := other.hidden(fc + "/form/part/s1").Get("token")
	if mine := other.get("/en/c/ferries/mine").body; token == "" || strings.Contains(a.header.Get("Location"), token) || strings.Contains(mine, token) || !strings.Contains(mine, "/form?draft=") {
		t.Errorf("an address gives the token away: %s", a.header.Get("Location"))
	}
	// Deleted: it is gone for both, and the code finds nothing.
	if a := other.fill(fc+"/form", url.Values{"do": {"drop"}}); a.status != 303 || strings.Contains(v.get(fc+"/form").body, "Answered: 2") {
		t.Errorf("deleted: %d", a.status)
	}
	if a := e.from("192.0.2.5", "").post(resume, url.Values{"code": {code[1]}}); a.status != 422 {
		t.Errorf("the code of what was deleted: %d", a.status)
	}
	// What stood open in a window is not lost, and begins a new one.
	gone := url.Values{"token": {nonce1}, "version": {"3"}, "q2-text": {"Still in the field."}, "do": {"next"}}
	if a := v.post(fc+"/form/part/s1", gone); a.status != 422 || !strings.Contains(a.body, "Still in the field.</textarea>") || !strings.Contains(a.body, "sent or deleted in another window") {
		t.Errorf("what was deleted meanwhile: %d", a.status)
	}
}

// TestSignedInMeanwhile: what was begun without an account goes on after signing in, and is the account's when it is sent.
func TestSignedInMeanwhile(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	v.fill(fc+"/form/part/s1", url.Values{"q2-text": {"Begun without an account."}, "do": {"next"}})
	stale := v.hidden(fc + "/form/part/s2")
	v.signIn("ann@example.org")
	stale.Set("q5-text", "Typed before signing in.")
	stale.Set("do", "next")
	if a := v.post(fc+"/form/part/s2", stale); a.status < 400 || !strings.Contains(a.body, "Typed before signing in.</textarea>") || !strings.Contains(a.body, `name="as"`) {
		t.Errorf("a form that was made for nobody: %d", a.status)
	}
	if a := v.fill(fc+"/form/part/s2", url.Values{"q5-text": {"Typed after signing in."}, "do": {"check"}}); a.status != 303 {
		t.Fatalf("%d: %.300s", a.status, a.body)
	}
	a := v.fill(fc+"/form/part/check", url.Values{"do": {"send"}, "category": {"ngo"}})
	if a.status != 303 {
		t.Fatalf("%d: %.300s", a.status, a.body)
	}
	if body := v.get(a.header.Get("Location")).body; !strings.Contains(body, "Begun without an account.") || !strings.Contains(body, "Typed after signing in.") {
		t.Error("the receipt has not all of it")
	}
}

// TestConcerns: whoever has five minutes chooses parts, walks through those, and sees the others again.
func TestConcerns(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	v := h.visitor()
	if a := v.fill(fc+"/form", url.Values{"do": {"choose"}, "section": {"s2", "nonsense"}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	body := v.get(fc + "/form").body
	if tasks := body[strings.Index(body, `class="tasks"`):strings.Index(body, "</ol>")]; strings.Contains(tasks, "/form/part/s1") || !strings.Contains(tasks, "/form/part/s2") {
		t.Error("the list is not what was chosen")
	}
	if a := v.fill(fc+"/form/part/s2", url.Values{"q3": {"1"}, "do": {"next"}}); a.header.Get("Location") != fc+"/form/part/check" {
		t.Errorf("after the only part comes %s", a.header.Get("Location"))
	}
	v.fill(fc+"/form", url.Values{"do": {"all"}})
	if body := v.get(fc + "/form").body; !strings.Contains(body, "/form/part/s1") || !strings.Contains(body, "Answered: 1 of") {
		t.Error("the other parts do not come back")
	}
}

// TestAskOnThePage: an officer sets the questions of a call, with a field for each language; others do not.
func TestAskOnThePage(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	olga, path := h.as("officer"), "/en/c/ferries/desk/calls/k1/questions"
	if a := h.visitor().get(path); a.status == 200 {
		t.Error("everybody sets questions")
	}
	f := deskForm(t, olga.get(path).body, path, 0)
	if f.Get("q1-options-fr") != "Chaque jour" || f.Get("q1-options-en") != "Every day\nEvery week\nNever" || f.Get("q4-steps") != "5" || f.Get("s2-title-en") != "The night crossing" {
		t.Errorf("the form holds %v", f)
	}
	press := func(do string) url.Values {
		t.Helper()
		f.Set("do", do)
		a := olga.post(path, f)
		if a.status != 200 {
			t.Fatalf("%s: %d", do, a.status)
		}
		return deskForm(t, a.body, path, 0)
	}
	f = press("add-scale-1")
	if f.Get("q3-kind") != "scale" || f.Get("q4-kind") != "stance" {
		t.Errorf("added: %v", f)
	}
	f = press("up-q3")
	f = press("up-q4") // the stance goes into the first part
	f = press("remove-q2")
	f = press("add-section")
	f = press("remove-s3")
	if f.Get("q2-kind") != "choices" || f.Get("q3-kind") != "stance" || f.Get("s1") != "3" || f.Get("s2") != "2" {
		t.Errorf("moved: %v", f)
	}
	f.Set("q1-options-fr", "Chaque jour\nChaque semaine\nJamais\nParfois")
	f.Set("q1-ask-en", "Don’t you cross every day?")
	f.Set("q2-most", "many")
	f.Set("do", "save")
	a := olga.post(path, f)
	if a.status != 422 || !strings.Contains(a.body, "No more can be chosen") || !strings.Contains(a.body, "Parfois") {
		t.Errorf("wrong: %d", a.status)
	}
	f.Set("q2-most", "2")
	f.Set("alone", "yes")
	// What lacks a language is said before it is saved: which question, and which language. Then it can be saved.
	if a = olga.post(path, f); a.status != 422 || !strings.Contains(a.body, "Part 2 “The night crossing”: missing in French and Arabic; shown there in the original (English)") {
		t.Errorf("%d %s", a.status, a.body)
	}
	// So is what may bend the answers, there and on the page of the call, as long as the questions can be changed.
	hint := func(body string) bool {
		return strings.Contains(html.UnescapeString(body), "“don't you” (English) leads to an answer") && strings.Contains(body, `#q1">`)
	}
	if !hint(a.body) {
		t.Errorf("no hint: %s", a.body)
	}
	f = deskForm(t, a.body, path, 0)
	f.Set("do", "save")
	if a := olga.post(path, f); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var form struct {
		Sections []struct{ Questions []struct{ Kind string } }
	}
	if a := h.visitor().get(fc + "/form.json"); json.Unmarshal([]byte(a.body), &form) != nil || len(form.Sections) != 2 || len(form.Sections[0].Questions) != 3 {
		t.Errorf("the form: %s", a.body)
	}
	if !hint(olga.get(path).body) || !hint(olga.get(callPage).body) || hint(h.visitor().get(fc).body) {
		t.Error("the hint is not where questions are set, or everybody reads it")
	}
	v := h.visitor()
	v.fill(fc+"/form/part/s1", url.Values{"q1": {"4"}, "do": {"check"}})
	if a := v.fill(fc+"/form/part/check", url.Values{"do": {"send"}, "category": {"ngo"}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	f.Del("token")
	if a := olga.post(path, f); a.status < 400 || !strings.Contains(olga.get(path).body, "can no longer be changed") {
		t.Errorf("somebody has answered: %d", a.status)
	}
	if hint(olga.get(callPage).body) {
		t.Error("a hint about questions that cannot be changed")
	}
	if n, _ := strconv.Atoi(f.Get("s1")); n != 3 {
		t.Error(n)
	}
}

// TestRanking: an officer asks for a ranking; somebody gives places, two of them equal, without a script, and everybody
// reads them, on pages and in files.
func TestRanking(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	olga, path := h.as("officer"), "/en/c/ferries/desk/calls/k1/questions"
	f := deskForm(t, olga.get(path).body, path, 0)
	f.Set("do", "add-ranking-1")
	f = deskForm(t, olga.post(path, f).body, path, 0)
	f.Set("q3-ask-en", "What first?")
	f.Set("q3-options-en", "Boats\nPiers\nTickets")
	for _, want := range []int{422, 303} { // what lacks a language is said once
		f.Set("do", "save")
		a := olga.post(path, f)
		if a.status != want {
			t.Fatalf("%d: %s", a.status, a.body)
		}
		if want == 422 {
			f = deskForm(t, a.body, path, 0)
		}
	}
	v := h.visitor()
	if body := v.get(fc + "/form/part/s1").body; !strings.Contains(body, "Equal places are allowed") || !strings.Contains(body, `<select id="q3-2" name="q3-2">`) {
		t.Error("no places can be given")
	}
	if a := v.fill(fc+"/form/part/s1", url.Values{"q3-1": {"4"}, "do": {"check"}}); a.status != 422 || !strings.Contains(a.body, "is not offered there") {
		t.Errorf("a place that is not there: %d", a.status)
	}
	v.fill(fc+"/form/part/s1", url.Values{"q3-1": {"3"}, "q3-2": {""}, "q3-3": {"3"}, "do": {"check"}})
	if body := v.get(fc + "/form/part/s1").body; !strings.Contains(body, `<option value="3" selected>`) {
		t.Error("the places do not come back")
	}
	if a := v.fill(fc+"/form/part/check", url.Values{"do": {"send"}, "category": {"ngo"}}); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	for path, wants := range map[string][]string{
		"/en/c/ferries/c1":      {"1. ", "Boats", "Tickets"},
		"/en/c/ferries/c1.json": {`"picks": [`},
		fc:                      {"in the first place"},
		fc + "/results":         {"in the first place", "1 <small>/ 1</small>", "0 <small>/ 1</small>"},
		fc + "/answers.csv":     {`"1. Boats, Tickets"`},
		fc + "/data.csv":        {"q3_1,q3_2,q3_3", ",3,0,3"},
		fc + "/codebook.csv":    {"q3_2,What first?,a ranking,1–3,\"Place of “Piers”; 1 is the first\"", "q3_2,What first?,a ranking,0,"},
	} {
		a := h.visitor().get(path)
		for _, want := range wants {
			if a.status != 200 || !strings.Contains(a.body, want) {
				t.Errorf("%s (%d) lacks %q", path, a.status, want)
			}
		}
	}
}

// TestFormOfParagraphs: a paper without questions is answered whole as well, paragraph by paragraph, and the first page
// leads there.
func TestFormOfParagraphs(t *testing.T) {
	t.Parallel()
	v := newHouse(t).visitor()
	if a := v.get("/en" + conv); !strings.Contains(a.body, `href="/en`+conv+`/k2/form"`) {
		t.Error("the first page does not lead to the form")
	}
	a := v.get("/en" + conv + "/k2/form/part/x0")
	if n := strings.Count(a.body, `-text" name="x`); a.status != 200 || n != 14 {
		t.Errorf("%d: %d paragraphs are asked about", a.status, n)
	}
}

// TestChosenInTheQueue: whoever decides on a contribution reads what was chosen in it, and tells those without a name apart.
func TestChosenInTheQueue(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	olga, max := h.as("officer"), h.as("moderator")
	olga.deskTo(olga.post(callPage, deskWith(olga.callForm("correct"), "moderation", "before", "reason", "Too many machines.")))
	for _, said := range []string{"The first says this.", "The second says that."} {
		v := h.visitor()
		v.fill(fc+"/form/part/s1", url.Values{"q1": {"3"}, "q2-text": {said}, "do": {"check"}})
		if a := v.fill(fc+"/form/part/check", url.Values{"do": {"send"}, "category": {"individual"}}); a.status != 303 {
			t.Fatalf("%d: %s", a.status, a.body)
		}
	}
	queue := max.get(queuePage).body
	boxes := ticks(t, queue)
	preview := max.post(queuePage, url.Values{"do": {"preview-publish"}, "ticked": boxes})
	for page, body := range map[string]string{"the queue": queue, "the preview": preview.body} {
		if n := strings.Count(body, "Never</"); n != 2 {
			t.Errorf("%s shows what was chosen %d times, want 2", page, n)
		}
		for ref, said := range map[string]string{"c1": "The first says this.", "c2": "The second says that."} {
			if !regexp.MustCompile(`<a href="/en/c/ferries/` + ref + `">\s*` + said).MatchString(body) {
				t.Errorf("%s does not call %s by its first words", page, ref)
			}
		}
	}
	for _, ref := range []string{"c1", "c2"} {
		if a := max.post("/en/c/ferries/"+ref+"/publish", url.Values{}); a.status != 303 {
			t.Fatal(a.status, a.body)
		}
	}
	if body := olga.get("/en/c/ferries/desk/points/c1.1").body; !strings.Contains(body, "Never</") {
		t.Error("the page of the point does not show what was chosen beside it")
	}
	list := h.visitor().get("/en/c/ferries/contributions").body
	if !strings.Contains(list, "The first says this.") || strings.Contains(list, "Question Question") || strings.Contains(list, "Question <bdi dir=\"ltr\">Question") {
		t.Error("the list names a question twice")
	}
}

// TestLastModerator: the office of the only moderator of a conversation that takes contributions is not taken with one
// press.
func TestLastModerator(t *testing.T) {
	t.Parallel()
	h := newAsking(t)
	olga := h.as("officer")
	const people = "/en/c/ferries/desk/people"
	moderates := regexp.MustCompile(`name="participant" value="([^"]+)"[^<]*<input type="hidden" name="held" value="moderator"`)
	form := func() url.Values {
		body := olga.get(people).body
		who := moderates.FindAllStringSubmatch(body, -1)
		if asks := strings.Contains(body, "Nobody would be left to decide on contributions (waiting now: 0)"); asks != (len(who) == 1) {
			t.Errorf("with %d who moderate, it asks: %v", len(who), asks)
		}
		return url.Values{"do": {"revoke"}, "held": {"moderator"}, "participant": {who[0][1]}, "token": {deskForm(t, body, people, 0).Get("token")}}
	}
	for n := len(moderates.FindAllString(olga.get(people).body, -1)); n > 1; n-- {
		olga.deskTo(olga.post(people, form()))
	}
	last := form()
	deskRefused(t, olga.post(people, last), 409, "role.last_moderator")
	r, err := http.NewRequest("POST", h.url+"/en/c/ferries/acts/delegation.revoke", strings.NewReader(`{"participant":"`+last.Get("participant")+`","role":"moderator"}`)) // nor by a program
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	olga.do(r).refused(t, 409, "role.last_moderator", "")
	last.Set("sure", "yes")
	olga.deskTo(olga.post(people, last))
	if strings.Contains(olga.get(people).body, `name="held" value="moderator"`) {
		t.Error("it is not taken by whoever means it")
	}
}
