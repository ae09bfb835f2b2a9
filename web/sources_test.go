package web_test

import (
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
