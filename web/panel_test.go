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
	if a := officer.get(desk); !strings.Contains(a.body, "And in winter?") || !strings.Contains(a.body, "It is about another item.") {
		t.Error("the chair cannot read again what was set aside")
	}
	for name, v := range map[string]*visitor{"a moderator": moderator, "another delegate": fritz, "a reader": reader} {
		for _, at := range []string{desk, mine, in + "/s1/floor", in + "/s1/floor.json"} {
			if a := v.get(at); strings.Contains(a.body, "And in winter?") {
				t.Errorf("%s reads at %s what was set aside", name, at)
			}
		}
	}
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

// TestQuestionInWritingAttacked: a flood, a question of others, markup, a megabyte, one after the sitting, and one whose author is gone change nothing that they should not, and
// show nobody more.
func TestQuestionInWritingAttacked(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	officer := sitting(t, h)
	ana, fritz, reader := h.person("ana"), h.person("fritz"), h.visitor()
	arcadia := string(party(t, h, "ana").Ref())
	const in, mine, desk = "/en/c/ferries", "/en/c/ferries/s1.i1/ask-floor", "/en/c/ferries/desk/speakers/s1"
	form := func(text string) url.Values {
		return url.Values{"do": {"put"}, "for": {arcadia}, "item": {"1"}, "question-language": {"en"}, "question-text": {text}}
	}
	count := func(what, want string) {
		t.Helper()
		if a := reader.get(in + "/s1/report"); strings.Contains(a.body, "Asked: ") != (want != "") || !strings.Contains(a.body, want) {
			t.Errorf("%s: the report does not count %q", what, want)
		}
	}
	for what, f := range map[string]url.Values{
		"a megabyte":      form(strings.Repeat("ferry ", 1<<20/6)),
		"601 characters":  form(strings.Repeat("é", 601)),
		"no language":     deskWith(form("Why?"), "question-language", "tlh"),
		"no such item":    deskWith(form("Why?"), "item", "99"),
		"no number":       deskWith(form("Why?"), "item", "1 OR 1=1"),
		"no such party":   deskWith(form("Why?"), "for", "y999"),
		"bytes of no use": form("\xff\xfe\x00"),
	} {
		if a := ana.post(mine, f); a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	if a := reader.post(mine, form("Who am I?")); a.status == http.StatusSeeOther && !strings.Contains(a.header.Get("Location"), "sign") {
		t.Errorf("somebody without an account: %d, %s", a.status, a.header.Get("Location"))
	}
	count("what was refused", "")
	const markup = `<script>alert(1)</script><img src=x onerror=alert(1)> ]]> {{.}} ` + "\u202e" + `"'`
	if a := ana.post(mine, form(markup)); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	for n := range 20 {
		if a := ana.post(mine, form("Again?")); a.status == http.StatusSeeOther {
			t.Fatal("a second question waits, after", n)
		}
	}
	for _, f := range []url.Values{{"do": {"retract"}, "question": {"1"}}, {"do": {"retract"}, "question": {"-1"}}, {"do": {"retract"}, "question": {"99999999999999999999"}}} {
		if a := fritz.post(mine, f); a.status == http.StatusSeeOther {
			t.Errorf("another takes back %v", f)
		}
	}
	for _, do := range []string{"take", "answered", "aside"} {
		for _, v := range []*visitor{ana, fritz, reader} {
			if a := v.post(desk, url.Values{"do": {do}, "request": {"1"}, "n": {"1"}, "reason-en": {"No."}}); a.status == http.StatusSeeOther && !strings.Contains(a.header.Get("Location"), "sign") {
				t.Errorf("somebody who is not in the chair does %s", do)
			}
		}
	}
	if a := officer.post(desk, url.Values{"do": {"take"}, "request": {"1"}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	for _, at := range []string{in + "/s1/floor", in + "/s1/floor?view=projector", mine, desk} {
		for _, v := range []*visitor{officer, ana, reader} {
			if a := v.get(at); a.status == 200 && (strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img src=x") || strings.Contains(a.body, "\u202e")) {
				t.Errorf("%s has what was typed as markup", at)
			}
		}
	}
	count("one that was taken", "Asked: 1. Parties that asked: 1. Taken by the chair: 1.")
	if a := officer.post(desk, url.Values{"do": {"take"}, "request": {"1"}}); a.status == http.StatusSeeOther {
		t.Error("it is taken twice")
	}
	// One that waits when the sitting is closed is gone with it, and none is taken afterwards.
	if a := ana.post(mine, form("Who rings it now?")); a.status != http.StatusSeeOther || !strings.Contains(officer.get(desk).body, "Who rings it now?") {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := officer.actIn("ferries", "session.close-sitting", `{"session":"s1","number":1}`); a.status != http.StatusOK {
		t.Fatal(a.status, a.body)
	}
	if a := ana.post(mine, form("Too late?")); a.status < 400 || a.status >= 500 {
		t.Errorf("after the sitting: %d", a.status)
	}
	for name, v := range map[string]*visitor{"the chair": officer, "its party": ana, "a reader": reader} {
		for _, at := range []string{desk, mine, in + "/s1/floor", in + "/s1/report"} {
			if a := v.get(at); a.status >= 500 || strings.Contains(a.body, "Who rings it now?") || strings.Contains(a.body, "Too late?</p>") {
				t.Errorf("%s at %s: %d, or reads what is gone", name, at, a.status)
			}
		}
	}
	if a := reader.get(in + "/s1/floor"); !strings.Contains(a.body, locale.English.T("panel.became.left")) || strings.Contains(a.body, locale.English.T("panel.became.taken")) {
		t.Error("an answer is to come, though the session is over")
	}
	count("after the sitting", "Asked: 2. Parties that asked: 1. Taken by the chair: 1.")
}
