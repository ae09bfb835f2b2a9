package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/openplenary/plenary/locale"
)

// TestQuestionInWriting: a delegate asks in writing during a sitting; nobody but the chair and those of its party read it until the chair takes it; set aside, its
// party reads why; and the report counts.
func TestQuestionInWriting(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	officer := sitting(t, h)
	ana, fritz, moderator, reader := h.person("ana"), h.person("fritz"), h.as("moderator"), h.visitor()
	arcadia := string(party(t, h, "ana").Ref())
	const in, mine, desk, words = "/en/c/ferries", "/en/c/ferries/s1.i1/ask-floor", "/en/c/ferries/desk/speakers/s1", "Who rings the bell at night?"
	ask := func(v *visitor, text string) answer {
		return v.post(mine, url.Values{"do": {"put"}, "for": {arcadia}, "item": {"1"}, "question-language": {"en"}, "question-text": {text}})
	}
	if a := ask(ana, " "); a.status != 422 || !strings.Contains(a.body, `href="#question-text"`) {
		t.Errorf("no words: %d", a.status)
	}
	if a := ask(fritz, words); a.status/100 == 3 {
		t.Errorf("for another party: %d", a.status)
	}
	if a := ask(ana, words); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := ask(ana, "Another?"); a.status == http.StatusSeeOther || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal.panel.waits")) || !strings.Contains(a.body, "Another?</textarea>") {
		t.Errorf("a second one: %d", a.status)
	}
	read := func(when string, everybody bool) {
		t.Helper()
		for name, c := range map[string]struct {
			who   *visitor
			at    string
			reads bool
		}{"the delegate": {ana, mine, true}, "another delegate": {fritz, mine, false}, "a reader": {reader, in + "/s1/floor", everybody}, "a program": {reader, in + "/s1/floor.json", everybody},
			"a moderator": {moderator, in + "/s1/floor", everybody}, "the record": {reader, in + "/record", false}, "the report": {reader, in + "/s1/report", false}} {
			if a := c.who.get(c.at); a.status != 200 || strings.Contains(a.body, words) != c.reads {
				t.Errorf("%s: %s reads it: %v, %d", when, name, !c.reads, a.status)
			}
		}
	}
	read("waiting", false)
	if a := officer.get(desk); !strings.Contains(a.body, words) || !strings.Contains(a.body, locale.English.T("panel.take")) {
		t.Error("the chair does not read it")
	}
	press := func(do string) {
		t.Helper()
		if a := officer.post(desk, url.Values{"do": {do}, "request": {"1"}}); a.status != http.StatusSeeOther {
			t.Fatal(do, a.status, deskErrors(a.body))
		}
	}
	press("take")
	read("taken", true)
	press("answered")
	read("answered", true)
	if a := ask(ana, "And in winter?"); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	at := desk + "?do=aside&n=2"
	form := deskForm(t, officer.get(at).body, desk, 0)
	if a := officer.post(desk, form); a.status != 422 {
		t.Errorf("without a reason: %d", a.status)
	}
	officer.deskTo(officer.post(desk, deskWith(form, "reason-en", "It is about another item.")))
	if a := ana.get(mine); !strings.Contains(a.body, "It is about another item.") || !strings.Contains(a.body, "And in winter?") {
		t.Error("its party does not read why it was set aside")
	}
	if a := reader.get(in + "/s1/floor"); strings.Contains(a.body, "And in winter?") {
		t.Error("everybody reads what was set aside")
	}
	if a := ask(ana, "And in spring?"); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if a := ana.post(mine, url.Values{"do": {"retract"}, "question": {"3"}}); a.status != http.StatusSeeOther || strings.Contains(ana.get(mine).body, "And in spring?") {
		t.Errorf("taken back: %d", a.status)
	}
	if a := reader.get(in + "/s1/report"); !strings.Contains(a.body, "Asked: 3. Parties that asked: 1. Taken by the chair: 1. Answered aloud: 1. Set aside: 1. Taken back: 1.") {
		t.Error("the report does not count")
	}
}
