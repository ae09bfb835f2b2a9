package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/consultation"
	"github.com/openplenary/plenary/conversation"
)

// announced is a house with a paper and a call that is open, and its officer.
func announced(t testing.TB) (*deskHouse, *visitor) {
	t.Helper()
	h := newDeskHouse(t)
	v := h.signedIn("officer@example.org")
	h.convene(v, "ferries")
	h.publishFerries(v)
	h.announce(v, "Comments on feries")
	h.again = true
	return h, v
}

// announce announces a call that is open for a month.
func (h *deskHouse) announce(v *visitor, title string, with ...string) {
	h.t.Helper()
	const calls = "/en/c/ferries/desk/calls/new"
	good := []string{"title-en", title, "text-en", "Say what you think.", "closes-date", time.Now().AddDate(0, 1, 0).Format(time.DateOnly), "closes-time", "18:00", "late", "refused", "moderation", "after"}
	v.deskTo(v.deskFill(calls, calls, 0, append(good, with...)...))
}

// the forms of the page of one call, in their order.
const callPage = "/en/c/ferries/desk/calls/k1"

// callForm is the form of the page for what.
func (v *visitor) callForm(what string) url.Values {
	v.h.t.Helper()
	body := v.get(callPage).body
	for n := range strings.Count(body, `name="what"`) {
		if f := deskForm(v.h.t, body, callPage, n); f.Get("what") == what {
			return f
		}
	}
	v.h.t.Fatalf("no form for %q", what)
	return nil
}

// TestCallCorrected: a slip in an open call is put right with a reason, what it said before stays on its page, and two
// officers never overwrite one another.
func TestCallCorrected(t *testing.T) {
	t.Parallel()
	h, v := announced(t)
	f := v.callForm("correct")
	if f.Get("title-en") != "Comments on feries" || f.Get("who") != consultation.Everybody || f.Has("closes-date") {
		t.Errorf("the form of an open call: %v", f)
	}
	stale := deskWith(v.callForm("correct"), "title-en", "Comments on fairies", "reason", "A jest.")
	deskRefused(t, v.post(callPage, deskWith(v.callForm("correct"), "title-en", "Comments on ferries")), 422, "desk.reason")
	a := v.post(callPage, deskWith(v.callForm("correct"), "title-en", " ", "text-en", "Say it all.", "reason", "R"))
	deskRefused(t, a, 422, "call.title")
	if w := deskForm(t, a.body, callPage, 0); w.Get("text-en") != "Say it all." || w.Get("reason") != "R" {
		t.Errorf("what was typed: %v", w)
	}
	v.deskTo(v.post(callPage, deskWith(f, "title-en", "Comments on ferries", "title-fr", "Observations sur les bacs", "terms-en", "Names of *children* are taken out.", "late", "kept", "reason", "A letter was missing.")))
	deskRefused(t, v.post(callPage, stale), 422, "settings.meanwhile")
	v.deskTo(v.post(callPage, deskWith(v.callForm("correct"), "text-fr", "Dites ce que vous pensez."))) // a language more needs no reason
	public := h.visitor()
	page := public.get("/en/c/ferries/k1").body
	for _, want := range []string{"Comments on ferries", "Corrected on", "A letter was missing.", "Comments on feries", "Names of <em>children</em> are taken out.", "What it said before"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the call does not say %q", want)
		}
	}
	if fr := public.get("/fr/c/ferries/k1").body; !strings.Contains(fr, "Observations sur les bacs") || !strings.Contains(fr, "Dites ce que vous pensez.") {
		t.Error("the French page says nothing of it")
	}
	if home := public.get("/en/c/ferries").body; !strings.Contains(home, "Corrected on") {
		t.Error("the first page says nothing of it")
	}
	if seen := public.post("/en/c/ferries/k1/contribute", url.Values{"text": {"Yes."}, "on": {"p1.e1.x4"}, "category": {"individual"}, "do": {"preview"}}); !strings.Contains(seen.body, "Names of <em>children</em>") {
		t.Error("the terms are not shown where something is sent")
	}
	h.state("ferries", func(st *conversation.State) {
		if k, _ := st.Consultation.Call("k1"); len(k.Turns) != 2 || k.Late != consultation.LateKept || k.Moderation != consultation.ModerateAfter {
			t.Errorf("%+v", k)
		}
	})
}

// TestCallEnds: a call is closed early and withdrawn, with a reason that everybody reads; whoever is writing keeps their
// words and is told; a later deadline opens it again.
func TestCallEnds(t *testing.T) {
	t.Parallel()
	h, v := announced(t)
	writer := h.visitor()
	const to = "/en/c/ferries/k1/contribute"
	form := deskForm(t, writer.get(to+"?on=p1.e1.x4").body, to, 0)
	deskWith(form, "text", "I have been writing this for hours.", "category", "individual", "do", "save")
	if a := writer.deskUpload(to, form, "", "", nil); a.status != 200 {
		t.Fatal("a draft is kept", a.status)
	}
	deskWith(form, "version", "1", "do", "send")
	for _, what := range []struct{ what, key, says string }{{"stop", "call.closed", "Closed before its deadline"}, {"withdraw", "call.withdrawn", "Withdrawn on"}} {
		deskRefused(t, v.post(callPage, v.callForm(what.what)), 422, "desk.reason")
		v.deskTo(v.post(callPage, deskWith(v.callForm(what.what), what.what+"-reason", "The river **flooded** the office.")))
		a := writer.deskUpload(to, form, "", "", nil)
		deskRefused(t, a, 409, what.key)
		if !strings.Contains(a.body, "I have been writing this for hours.") || !strings.Contains(a.body, `href="/en/c/ferries/k1"`) {
			t.Errorf("%s: the words are lost, or nothing leads to the reason", what.what)
		}
		if mine := writer.get("/en/c/ferries/mine").body; !strings.Contains(mine, "I have been writing") || !strings.Contains(mine, "This call was") {
			t.Errorf("%s: the draft is lost, or says nothing", what.what)
		}
		for _, page := range []string{"/en/c/ferries/k1", "/en/c/ferries"} {
			if body := h.visitor().get(page).body; !strings.Contains(body, what.says) || !strings.Contains(body, "<strong>flooded</strong>") {
				t.Errorf("%s: %s does not say it", what.what, page)
			}
		}
		if body := h.visitor().get("/en/c/ferries/k1").body; strings.Contains(body, "btn go") {
			t.Errorf("%s: the page still asks", what.what)
		}
	}
	if body := v.get(callPage).body; strings.Contains(body, `value="correct"`) || strings.Contains(body, `value="stop"`) || strings.Contains(body, `value="withdraw"`) {
		t.Error("a call that was withdrawn is not changed")
	}
	deskRefused(t, v.post(callPage, url.Values{"what": {"withdraw"}, "withdraw-reason": {"Again."}}), 409, "call.withdrawn_already")
	extend := callPage + "/extend"
	v.deskTo(v.deskFill(extend, extend, 0, "closes-date", "2099-01-01", "reason", "It dried."))
	if a := writer.deskUpload(to, form, "", "", nil); a.status != 303 {
		t.Errorf("open again: %d %s", a.status, deskErrors(a.body))
	}
	h.state("ferries", func(st *conversation.State) {
		k, _ := st.Consultation.Call("k1")
		var kinds []string
		for _, x := range k.Turns {
			kinds = append(kinds, x.Kind)
		}
		if want := []string{"stopped", "withdrawn", "extended"}; !slices.Equal(kinds, want) {
			t.Errorf("turns %q, want %q", kinds, want)
		}
	})
}

// TestWhoMayAnswer: a call for those who have signed in keeps the words of whoever has not, and says what to do.
func TestWhoMayAnswer(t *testing.T) {
	t.Parallel()
	h, v := announced(t)
	v.deskTo(v.post(callPage, deskWith(v.callForm("correct"), "who", consultation.SignedIn, "reason", "Too many machines.")))
	const to = "/en/c/ferries/k1/contribute"
	reader := h.visitor()
	if body := reader.get(to + "?on=p1.e1.x4").body; !strings.Contains(body, "Only those who have signed in can answer this call.") {
		t.Error("nobody is told before they write")
	}
	form := url.Values{"text": {"My words."}, "on": {"p1.e1.x4"}, "category": {"individual"}, "language": {"en"}, "do": {"send"}}
	if a := reader.post(to, form); a.status != 403 || !strings.Contains(a.body, "My words.") {
		t.Errorf("%d: %s", a.status, deskErrors(a.body))
	}
	member := h.signedIn("member@example.org")
	if a := member.post(to, form); a.status != 303 {
		t.Errorf("who signed in: %d %s", a.status, deskErrors(a.body))
	}
}

// TestCallDocuments: a call has documents, elsewhere and here; one that is taken off is gone, and its file is not given away.
func TestCallDocuments(t *testing.T) {
	t.Parallel()
	h, v := announced(t)
	add := v.callForm("document")
	deskRefused(t, v.deskUpload(callPage, deskWith(v.callForm("document"), "document-en", "Costs"), "", "", nil), 422, "call.document_missing")
	a := v.deskUpload(callPage, deskWith(v.callForm("document"), "document-en", "Costs", "source", "ferries.example"), "", "", nil)
	deskRefused(t, a, 422, "desk.address")
	v.deskTo(v.deskUpload(callPage, deskWith(v.callForm("document"), "document-en", "Costs", "document-fr", "Coûts", "source", "https://ferries.example/costs"), "", "", nil))
	deskRefused(t, v.deskUpload(callPage, deskWith(v.callForm("document"), "document-en", "Photo"), "file", "photo.pdf", []byte("\x89PNG\r\n\x1a\n")), 422, "file.type")
	for range 2 { // pressed twice, it is one
		v.deskTo(v.deskUpload(callPage, deskWith(add, "document-en", "Timetable"), "file", "times.txt", []byte("Every hour.\n")))
	}
	public := h.visitor()
	if page := public.get("/fr/c/ferries/k1").body; !strings.Contains(page, `href="https://ferries.example/costs"`) || !strings.Contains(page, "Coûts") || !strings.Contains(page, `href="/fr/c/ferries/documents/k1/2"`) {
		t.Error("the page does not list them")
	}
	const file = "/en/c/ferries/documents/k1/2"
	if a := public.get(file); a.status != 200 || a.body != "Every hour.\n" || !strings.Contains(a.header.Get("Content-Disposition"), "times.txt") {
		t.Errorf("the file: %d %q %v", a.status, a.body, a.header)
	}
	for _, none := range []string{"/en/c/ferries/documents/k1/1", "/en/c/ferries/documents/k1/3", "/en/c/ferries/documents/k9/1", "/en/c/ferries/documents/p1/1"} {
		if a := public.get(none); a.status != 404 {
			t.Errorf("%s: %d", none, a.status)
		}
	}
	f := url.Values{"what": {"remove"}, "number": {"2"}}
	deskRefused(t, v.post(callPage, f), 422, "desk.reason")
	v.deskTo(v.post(callPage, deskWith(f, "remove-2", "Of last year.")))
	if a := public.get(file); a.status != 404 {
		t.Errorf("after it was taken off: %d", a.status)
	}
}

// TestFirstAsked: the officer says which of several open calls the box on the first page asks, and about what.
func TestFirstAsked(t *testing.T) {
	t.Parallel()
	h, v := announced(t)
	h.announce(v, "A second call", "closes-date", time.Now().AddDate(0, 2, 0).Format(time.DateOnly))
	asks := func(call, on string) {
		t.Helper()
		body := h.visitor().get("/en/c/ferries").body
		if !strings.Contains(body, `action="/en/c/ferries/`+call+`/contribute"`) || !strings.Contains(body, `name="on" value="`+on+`"`) {
			t.Errorf("the box does not ask %s about %s", call, on)
		}
		if !strings.Contains(body, "Comments on feries") || !strings.Contains(body, "A second call") {
			t.Error("the first page does not list both calls")
		}
	}
	asks("k1", "p1.e1.x3")
	const second = "/en/c/ferries/desk/calls/k2"
	first := url.Values{"what": {"first"}, "do": {"ask"}, "on": {"p1.x4"}}
	v.deskTo(v.post(second, first))
	asks("k2", "p1.e1.x4")
	deskRefused(t, v.post(second, deskWith(url.Values{}, "what", "first", "do", "ask", "on", "p1.x99")), 422, "contribution.anchor")
	v.deskTo(v.post(second, url.Values{"what": {"first"}, "do": {"leave"}}))
	asks("k1", "p1.e1.x3")
}
