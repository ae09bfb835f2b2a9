package web_test

import (
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// citingDraft brings a draft of considerations in, and gives the page of its sentences and the draft's own.
func (v *visitor) citingDraft(file string) (page, draft string) {
	v.h.t.Helper()
	imports := "/en" + conv + "/desk/papers/import"
	at := v.deskTo(v.deskUpload(imports, deskWith(deskForm(v.h.t, v.get(imports).body, imports, 0), "text", file, "do", "save"), "", "", nil))
	draft, _, _ = strings.Cut(at, "?")
	return "/en" + conv + "/desk/sources" + draft[strings.LastIndexByte(draft, '/'):], draft
}

// citeForm is the form that does something with a source of a sentence.
func citeForm(t *testing.T, body, ref string) url.Values {
	t.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form[^>]*/cite".*?</form>`).FindAllString(body, -1) {
		if strings.Contains(form, `value="`+ref+`"`) {
			f := url.Values{}
			for _, m := range regexp.MustCompile(`<input[^>]*name="([a-z]+)"[^>]*value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
				f.Set(m[1], m[2])
			}
			return f
		}
	}
	t.Fatalf("nothing can be done with %s: %s", ref, deskErrors(body))
	return nil
}

// citeWith is a form with other fields; the form stays.
func citeWith(form url.Values, with ...string) url.Values { return deskWith(maps.Clone(form), with...) }

// sentenceOf is what the page says of a sentence.
func sentenceOf(body, id string) string {
	_, s, _ := strings.Cut(body, `id="`+id+`"`)
	s, _, _ = strings.Cut(s, `<section class="entry`)
	return s
}

// TestCiting: beside a sentence whoever writes looks for sources, those for it and those against it side by side; one press puts one to it, one
// takes it off, and what was said of it by a second reader then no longer counts. Words of a source are quoted where they stand.
func TestCiting(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	second := h.another(officer)
	page, draft := officer.citingDraft(considerationsFile)
	cites := page + "/cite"
	if a := second.get(page); !strings.Contains(a.body, "?for=1#s1") {
		t.Fatal("no source can be looked for")
	}
	second.deskTo(second.deskFill(page, page, 0, "verdict", "supported"))
	found := officer.get(page + "?for=1")
	s := sentenceOf(found.body, "s1")
	if !strings.Contains(s, "It is about") || !strings.Contains(s, `name="where"`) || !strings.Contains(s, "Cite it") {
		t.Fatal("nothing was found beside the sentence", s[:min(len(s), 3000)])
	}
	if strings.Contains(sentenceOf(found.body, "s2"), "Cite it") {
		t.Error("sources are offered to a sentence that was not chosen")
	}
	refs := regexp.MustCompile(`name="ref" value="(c[0-9]+\.[0-9]+)"`).FindStringSubmatch(s)
	if refs == nil {
		t.Fatal("no point was found")
	}
	point := refs[1]
	add := citeForm(t, s, point)
	to := officer.deskTo(officer.post(cites, deskWith(add, "do", "add")))
	if !strings.Contains(to, "for=1") || !strings.HasSuffix(to, "#s1") {
		t.Error(to)
	}
	now := officer.get(to)
	s = sentenceOf(now.body, "s1")
	if !strings.Contains(s, "The sentence cites it.") || !strings.Contains(s, "Take off") || !strings.Contains(s, "That no longer counts") {
		t.Error("the page does not say what it is now", s[:min(len(s), 2000)])
	}
	officer.deskTo(officer.post(cites, deskWith(add, "do", "add"))) // pressed twice
	officer.deskTo(officer.post(cites, deskWith(citeForm(t, now.body, point), "do", "drop")))
	if s = sentenceOf(officer.get(page).body, "s1"); strings.Contains(s, "/"+point) || strings.Contains(s, "no longer counts") || !strings.Contains(s, "bear it out") {
		t.Error("the sentence is what was read, and that is not said of it", s)
	}
	quoting := citeForm(t, officer.get(page+"?for=1").body, "p1.e2.x35")
	deskRefused(t, officer.post(cites, deskWith(quoting, "do", "quote", "quoted", "no such words")), 422, "draft.quoted")
	passage := regexp.MustCompile(`(?s)<blockquote[^>]*>([^<]*)<`).FindStringSubmatch(sentenceOf(officer.get(page).body, "s1"))[1]
	words := strings.Fields(passage)
	deskRefused(t, officer.post(cites, deskWith(quoting, "do", "quote", "quoted", words[0]+" "+words[1]+" "+words[2][:1])), 422, "draft.quoted") // half a word
	quoted := strings.Join(words[1:4], " ")
	officer.deskTo(officer.post(cites, deskWith(quoting, "do", "quote", "quoted", quoted)))
	s = sentenceOf(officer.get(page).body, "s1")
	if !strings.Contains(s, "words mean “"+quoted+"”.") || !strings.Contains(s, ">"+quoted+"</q>") || strings.Contains(s, "has these words") {
		t.Error("the words are not quoted", s)
	}
	if a := officer.get(draft + "?open=1"); !strings.Contains(a.body, "p1.e2.x35.en[") {
		t.Error("the draft does not name the range")
	}
	if a := h.visitor().get("/en" + conv + "/p1.e2.x35.en"); a.status != 200 {
		t.Error("the source does not open", a.status)
	}
}

// TestCitingRefused: nothing is put to a sentence that the public cannot read, that is nothing, or that was chosen for other words; two writers
// at once both keep theirs; nobody but who may read the page changes anything; and a draft that is gone is not there.
func TestCitingRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	second := h.another(officer)
	page, draft := officer.citingDraft(considerationsFile)
	cites := page + "/cite"
	form := citeForm(t, officer.get(page+"?for=1").body, "p1.e2.x35")
	hidden := h.pending(t) + ".1"
	for _, ref := range []string{hidden, "c99999.1", "p1.e2.x99999", "p1", "c1", "k1", "nonsense", "", "c1.1[0:4]", "p1.e2.x35.en[0:3]"} {
		deskRefused(t, officer.post(cites, citeWith(form, "do", "add", "ref", ref)), 422, "draft.source")
	}
	deskRefused(t, officer.post(cites, citeWith(form, "do", "quote", "ref", hidden, "quoted", "a")), 422, "draft.source")
	deskRefused(t, officer.post(cites, citeWith(form, "do", "sing")), 422, "form.unreadable")
	for who, v := range map[string]*visitor{"nobody": h.visitor(), "moderator": h.as("moderator")} {
		if a := v.post(cites, citeWith(form, "do", "drop")); a.status == 303 && strings.Contains(a.header.Get("Location"), "saved") {
			t.Errorf("%s takes a source off", who)
		}
	}
	// Both have the same page before them, and each adds another source.
	officer.deskTo(officer.post(cites, citeWith(form, "do", "add", "ref", "p1.e2.x36")))
	second.deskTo(second.post(cites, citeWith(form, "do", "add", "ref", "p1.e2.x37")))
	s := sentenceOf(officer.get(page).body, "s1")
	for _, ref := range []string{"p1.e2.x35", "p1.e2.x36", "p1.e2.x37"} {
		if !strings.Contains(s, "/"+ref+`"`) {
			t.Errorf("%s is lost", ref)
		}
	}
	if !strings.Contains(second.get(page).body, "You wrote this sentence") {
		t.Error("whoever put a source to a sentence reads it as a second person")
	}
	// The sentence is changed: what was chosen for the old words is not put to the new ones.
	opened, passage := officer.get(draft+"?open=1").body, url.Values{}
	for n := 0; !passage.Has("seen-text"); n++ {
		passage = deskForm(t, opened, draft, n)
	}
	officer.deskTo(officer.deskUpload(draft, deskWith(passage, "text", "Something else is said.", "do", "close"), "", "", nil))
	a := second.post(cites, citeWith(form, "do", "add", "ref", "p1.e2.x38"))
	deskRefused(t, a, 409, "draft.sentence_moved")
	if !strings.Contains(a.body, "Something else is said.") {
		t.Error("the new words are not shown")
	}
	if a := officer.get(page + "?for=999"); a.status != 200 || strings.Contains(a.body, "Cite it") {
		t.Error("a sentence that is not there has sources", a.status)
	}
	if a := officer.get(page + "?for=1&where=p99.x1&words=" + url.QueryEscape("<script>")); a.status != 200 || strings.Contains(a.body, "<script>\"") {
		t.Error(a.status)
	}
	officer.deskTo(officer.deskUpload(draft, deskWith(deskForm(t, officer.get(draft).body, draft, 0), "do", "discard"), "", "", nil))
	if a := second.post(cites, citeWith(form, "do", "add")); a.status != 404 {
		t.Error("a draft that is gone is written", a.status)
	}
	if a := second.get(page); a.status != 404 {
		t.Error(a.status)
	}
}

// publishRead publishes a draft whose sentences somebody else has read.
func (h *house) publishRead(officer, second *visitor, page, draft string) (edition string) {
	h.t.Helper()
	for n := range strings.Count(second.get(page).body, `name="seal"`) {
		second.deskTo(second.deskFill(page, page, n, "verdict", "supported"))
	}
	f := deskForm(h.t, officer.get(draft).body, draft, 0)
	to := officer.deskTo(officer.deskUpload(draft, deskWith(f, "do", "publish"), "", "", nil))
	edition, _, _ = strings.Cut(to, "?")
	return edition
}

// TestLostSource: where a source of a published sentence is withheld, erased or withdrawn, or words that the sentence quotes are blacked out in it,
// the sentence says so and when, on its page and in the JSON twin, without a word of it; and so does the list of the writers.
func TestLostSource(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	second := h.another(officer)
	moderator := h.as("moderator")
	send := func(text string) (v *visitor, ref string) {
		v = h.visitor()
		sent := contribution(text)
		sent.Set("token", deskForm(t, v.get(form).body, form, 0).Get("token"))
		ref, _, _ = strings.Cut(strings.TrimPrefix(v.deskTo(v.post(form, sent)), "/en"+conv+"/"), "/")
		return v, ref
	}
	publish := func(ref string) {
		moderator.deskTo(moderator.post("/en"+conv+"/"+ref+"/publish", url.Values{}))
	}
	author, withdrawn := send("Turnips are withdrawn tomorrow.")
	_, erased := send("Radishes are erased tomorrow.")
	_, black := send("Parsnips of Mrs Smith are blacked out tomorrow.")
	_, kept := send("Cabbages of Mr Jones stay.")
	for _, ref := range []string{withdrawn, erased, black, kept} {
		publish(ref)
	}
	file := `{"kind": "considerations", "symbol": "DEMO/CONS/8", "original": "en", "date": "2026-01-01", "title": {"en": "Vegetables"}, "elements": [
 {"kind": "paragraph", "number": "1", "cites": ["` + withdrawn + `.1"], "text": {"en": "There are turnips."}},
 {"kind": "paragraph", "number": "2", "cites": ["` + erased + `.1", "p1.e2.x35"], "text": {"en": "There are radishes."}},
 {"kind": "paragraph", "number": "3", "cites": ["` + black + `.1"], "text": {"en": "It was said “Parsnips of Mrs Smith”."}},
 {"kind": "paragraph", "number": "4", "cites": ["` + kept + `.1"], "text": {"en": "It was said “stay”."}}]}`
	page, draft := officer.citingDraft(file)
	edition := h.publishRead(officer, second, page, draft)
	if a := h.visitor().get(edition); a.status != 200 || strings.Contains(a.body, "A source of this sentence") {
		t.Fatal("something is gone already", a.status)
	}
	author.deskTo(author.post("/en"+conv+"/"+withdrawn+"/withdraw", nil))
	moderator.redact(black, "Mrs Smith")
	moderator.redact(kept, "Mr Jones")
	officer.deskTo(officer.post("/en"+conv+"/"+erased+"/erase", url.Values{"erase-ground": {"at_request"}}))
	a := h.visitor().get(edition)
	for _, want := range []string{"A source of this sentence was withdrawn by its author.", "The words of a source of this sentence were erased.", "Words that this sentence quotes were blacked out in its source."} {
		if strings.Count(a.body, want) != 1 {
			t.Errorf("%q is said %d times", want, strings.Count(a.body, want))
		}
	}
	if !regexp.MustCompile(`withdrawn by its author\.\s*<time datetime="20`).MatchString(a.body) {
		t.Error("it is not said when")
	}
	for _, word := range []string{"Turnips are", "Radishes are"} {
		if strings.Contains(a.body, word) {
			t.Errorf("%q is still read", word)
		}
	}
	twin := h.visitor().json(edition).body
	if strings.Count(twin, `"why"`) != 3 || !strings.Contains(twin, `"why":"erased"`) && !strings.Contains(twin, `"why": "erased"`) {
		t.Error("the JSON twin does not say it", twin[:min(len(twin), 2000)])
	}
	for _, n := range []string{"x1", "x2", "x3"} {
		if a := h.visitor().get(edition + "." + n); !strings.Contains(a.body, "this sentence") {
			t.Errorf("the page of %s does not say it", n)
		}
	}
	if a := h.visitor().get(edition + ".x4"); strings.Contains(a.body, "blacked out in its source") {
		t.Error("the quoted words are still there")
	}
	list := second.get("/en" + conv + "/desk/sources")
	if !strings.Contains(list.body, "Published sentences whose sources are gone") || strings.Count(list.body, edition+".e1.x") != 3 {
		t.Error("the list of those who write does not say it", deskErrors(list.body))
	}
}

// TestAskSecondReader: those who did not write a sentence that nobody else has read are asked by mail, once a day; not whoever asks. Where nobody
// can be asked, that is said, and it can be tried again.
func TestAskSecondReader(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	second := h.another(officer)
	page, _ := officer.citingDraft(considerationsFile)
	ask := page + "/ask"
	h.unreached = 1000
	deskRefused(t, officer.post(ask, nil), 409, "draft.nobody_to_ask")
	h.unreached = 0
	if !strings.Contains(officer.get(page).body, "Ask for a second reader") {
		t.Error("nobody can be asked")
	}
	if to := officer.deskTo(officer.post(ask, nil)); !strings.Contains(to, "done=asked") {
		t.Error(to)
	}
	h.mu.Lock()
	asked := h.asked[len(h.asked)-1]
	h.mu.Unlock()
	if len(asked.To) == 0 || asked.Slug == "" || !strings.HasSuffix(page, asked.Key) {
		t.Error(asked)
	}
	for who, n := range asked.To {
		if n != 2 {
			t.Errorf("%d sentences wait for %s", n, who)
		}
	}
	deskRefused(t, second.post(ask, nil), 409, "draft.asked")
	if a := h.visitor().post(ask, nil); a.status == 303 && strings.Contains(a.header.Get("Location"), "asked") {
		t.Error("anybody asks")
	}
	if a := officer.post("/en"+conv+"/desk/sources/"+strings.Repeat("A", 22)+"/ask", nil); a.status != 404 {
		t.Error(a.status)
	}
}

// TestSearchKeepsQuestionsApart: answers to different questions stand apart, an answer that is cited does not widen what a sentence is about, and what
// cannot be looked for, or looked in, is said.
func TestSearchKeepsQuestionsApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	if a := officer.get("/en" + conv + "/desk/sources"); !strings.Contains(a.body, `value="considerations"`) {
		t.Error("with no draft the page leads nowhere", a.status)
	}
	page, _ := officer.citingDraft(considerationsFile)
	s := sentenceOf(officer.get(page+"?for=1&where=all").body, "s1")
	_, found, _ := strings.Cut(s, `role="search"`)
	questions := regexp.MustCompile(`<h4[^>]*>\s*<a href="[^"]*/(p1\.e[0-9]+\.x[0-9]+)"`).FindAllStringSubmatch(found, -1)
	seen := map[string]bool{}
	for _, q := range questions {
		if seen[q[1]] {
			t.Errorf("%s stands in two places", q[1])
		}
		seen[q[1]] = true
	}
	if len(questions) < 2 || !strings.Contains(found, "Cite the question") {
		t.Fatalf("%d questions", len(questions))
	}
	first, _, _ := strings.Cut(found[strings.Index(found, "<h4")+1:], "<h4")
	for _, at := range regexp.MustCompile(` · <a href="[^"]*/p1\.(?:e[0-9]+\.)?(x[0-9]+)"`).FindAllStringSubmatch(first, -1) {
		if !strings.HasSuffix(questions[0][1], "."+at[1]) {
			t.Errorf("a point on %s stands under %s", at[1], questions[0][1])
		}
	}
	if a := officer.get(page + "?for=1&words=" + strings.Repeat("a", 500)); a.status != 400 || strings.Contains(sentenceOf(a.body, "s1"), "Cite it") || !strings.Contains(a.body, "200") {
		t.Error("too many words were dropped in silence", a.status)
	}
	if a := officer.get(page + "?for=1&where=bad"); a.status != 400 || !strings.Contains(a.body, "where") {
		t.Error(a.status)
	}
}
