package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
)

// considerations are two sentences, as a file. The first quotes what it cites.
const considerationsFile = `{"kind": "considerations", "symbol": "DEMO/CONS/9", "original": "en", "date": "2026-01-01", "title": {"en": "More considerations"}, "elements": [
 {"kind": "paragraph", "number": "1", "cites": ["p1.e2.x35"], "text": {"en": "The paper asks what its words mean."}},
 {"kind": "paragraph", "number": "2", "cites": ["p2.e1.x3"], "text": {"en": "It was written that “authorship is decided”."}}]}`

// TestSourcesPage: whoever did not write a sentence of considerations reads it beside what it cites and says whether this bears it out; until
// then, and where somebody finds it unsupported, it is not published. Nobody else opens the page.
func TestSourcesPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	second := h.another(officer)
	imports, list := "/en"+conv+"/desk/papers/import", "/en"+conv+"/desk/sources"
	at := officer.deskTo(officer.deskUpload(imports, deskWith(deskForm(t, officer.get(imports).body, imports, 0), "text", considerationsFile, "do", "save"), "", "", nil))
	draft, _, _ := strings.Cut(at, "?")
	page := list + draft[strings.LastIndexByte(draft, '/'):]
	if a := officer.get(list); !strings.Contains(a.body, page) || !strings.Contains(a.body, "nobody else has read: 2") {
		t.Error(a.status, deskErrors(a.body))
	}
	for who, v := range map[string]*visitor{"nobody": h.visitor(), "moderator": h.as("moderator")} {
		if a := v.get(page); a.status == 200 || strings.Contains(a.body, "More considerations") {
			t.Errorf("%s opens the page: %d", who, a.status)
		}
	}
	publish := func(v *visitor) answer {
		f := deskForm(t, v.get(draft).body, draft, 0)
		return v.deskUpload(draft, deskWith(f, "do", "publish"), "", "", nil)
	}
	own := officer.get(page)
	if !strings.Contains(own.body, "You wrote this sentence") || strings.Contains(own.body, `name="verdict"`) {
		t.Error("who wrote a sentence is asked to read it")
	}
	deskRefused(t, publish(officer), 422, "compiler.unread")
	read := second.get(page)
	if !strings.Contains(read.body, "In the way of publishing: 2.") || !strings.Contains(read.body, "should be told apart before authorship is decided") {
		t.Error("the page does not show what is cited")
	}
	seal := deskForm(t, read.body, page, 0).Get("seal")
	deskRefused(t, officer.post(page, url.Values{"seal": {seal}, "verdict": {"supported"}}), 403, "paper.own_sentence")
	deskRefused(t, second.post(page, url.Values{"seal": {strings.Repeat("0", 32)}, "verdict": {"supported"}}), 409, "paper.sentence_changed")
	deskRefused(t, second.post(page, url.Values{"seal": {seal}, "verdict": {"perhaps"}}), 422, "paper.verdict")
	if to := second.deskTo(second.deskFill(page, page, 0, "verdict", "supported")); !strings.HasSuffix(to, "#s1") {
		t.Error(to)
	}
	second.deskTo(second.deskFill(page, page, 1, "verdict", "not"))
	deskRefused(t, publish(officer), 422, "compiler.unsupported")
	second.deskTo(second.deskFill(page, page, 1, "verdict", "partly"))
	if a := second.get(page); !strings.Contains(a.body, "Nothing stands in the way") || !strings.Contains(a.body, "bear it out in part") {
		t.Error("the page does not say that it can be published")
	}
	deskRefused(t, publish(second), 422, "compiler.unread") // who publishes is no second reader
	for _, l := range locale.All {
		if a := second.get("/" + string(l) + strings.TrimPrefix(page, "/en")); a.status != 200 || strings.Contains(a.body, "⟦") {
			t.Errorf("%s: %d", l, a.status)
		}
	}
	to := officer.deskTo(publish(officer))
	if a := h.visitor().get(to); !strings.Contains(a.body, "does not commit member states") || !strings.Contains(a.body, "2 of 2") {
		t.Error(a.status)
	}
	if a := second.get(page); a.status != 404 {
		t.Error("it is published, and its draft is still read", a.status)
	}
}

// translatedFile is one sentence with a translation, as a file.
const translatedFile = `{"kind": "considerations", "symbol": "DEMO/CONS/8", "original": "en", "date": "2026-01-01", "title": {"en": "Translated considerations", "fr": "Considérations traduites"}, "elements": [
 {"kind": "paragraph", "number": "1", "cites": ["p1.e2.x35"], "text": {"en": "The paper asks what its words mean.", "fr": "Le document demande ce que disent ses mots."}}]}`

// TestMarkSaysWhatWasRead: a second reader says which translations they read as well; the paper says of each language how many sentences were read in it,
// and of a translation that was changed since that nobody read it.
func TestMarkSaysWhatWasRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	second := h.another(officer)
	page, draft := officer.citingDraft(translatedFile)
	form := func() url.Values { return deskForm(t, second.get(page).body, page, 0) }
	_, french, ok := strings.Cut(second.get(page).body, `name="translation" value="fr:`)
	if !ok {
		t.Fatal("no translation is offered")
	}
	french = french[:32]
	deskRefused(t, second.post(page, deskWith(form(), "verdict", "supported", "translation", "fr:"+strings.Repeat("0", 32))), 409, "paper.translation_changed")
	second.deskTo(second.post(page, deskWith(form(), "verdict", "supported")))
	if a := second.get(page); !strings.Contains(a.body, "Read in: English<") && !strings.Contains(a.body, "Read in: English\n") {
		t.Error("a translation counts as read that nobody ticked")
	}
	second.deskTo(second.post(page, deskWith(form(), "verdict", "supported", "translation", "fr:"+french)))
	if a := second.get(page); !strings.Contains(a.body, "Read in: English, French") {
		t.Error("the page does not say in which languages it was read")
	}
	to := officer.deskTo(officer.deskUpload(draft, deskWith(deskForm(t, officer.get(draft).body, draft, 0), "do", "publish"), "", "", nil))
	to, _, _ = strings.Cut(to, "?")
	if a := h.visitor().get(to + "?text=fr"); !strings.Contains(a.body, "In this language (French): 1 of 1.") {
		t.Error("the paper does not say that its translation was read", a.status)
	}
	ref := to[strings.LastIndexByte(to, '/')+1:] + ".e1"
	passage := strings.Split(ref, ".")[0] + ".x1"
	officer.act("paper.translate-passage", `{"edition": "`+ref+`", "passage": "`+passage+`", "language": "fr", "status": "unofficial", "text": "Le document demande autre chose."}`).did(t)
	if a := h.visitor().get(to + "?text=fr"); !strings.Contains(a.body, "their sources: 1 of 1.") || !strings.Contains(a.body, "In this language (French): 0 of 1.") {
		t.Error("a translation that was changed counts as read", a.status)
	}
}

// TestWritersOfDrafts: whoever wrote a sentence in a draft is no second reader of it where somebody else publishes it by a program and names no writer.
func TestWritersOfDrafts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	officer := h.as("officer")
	second := h.another(officer)
	page, _ := officer.citingDraft(translatedFile)
	seal := deskForm(t, second.get(page).body, page, 0).Get("seal")
	officer.act("paper.mark-sentence", `{"seal": "`+seal+`", "verdict": "supported"}`).did(t)
	publish := `{"kind": "considerations", "symbol": "DEMO/CONS/8", "date": "2026-01-01", "title": {"original": "en", "in": {"en": "Translated considerations"}},
		"elements": [{"kind": "paragraph", "number": "1", "cites": ["p1.e2.x35"], "text": {"original": "en", "in": {"en": "The paper asks what its words mean."}}}]}`
	second.act("paper.publish", publish).refused(t, 422, "compiler.unread", "")
}

// TestQuantitiesPage: everybody reads which words claim how many, and what each asks for.
func TestQuantitiesPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, l := range locale.All {
		if a := h.visitor().get("/" + string(l) + conv + "/quantities"); a.status != 200 || strings.Contains(a.body, "⟦") || !strings.Contains(a.body, "большинством") || !strings.Contains(a.body, "过半数") {
			t.Errorf("%s: %d", l, a.status)
		}
	}
	var v struct {
		Quantities []struct {
			Quantity, Part string
			Least          int
			More           bool
			Words          map[string][]string
		}
	}
	a := h.visitor().get("/en" + conv + "/quantities.json")
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || len(v.Quantities) != 11 {
		t.Fatal(err, a.body[:min(len(a.body), 300)])
	}
	for _, q := range v.Quantities {
		if q.Quantity == "most" && (q.Part != "1/2" || !q.More || q.Least != 10 || len(q.Words["ar"]) == 0) {
			t.Errorf("%+v", q)
		}
	}
	if a := h.visitor().get("/en" + conv + "/p2"); !strings.Contains(a.body, conv+"/quantities") {
		t.Error("considerations do not say by which rule they count", a.status)
	}
}
