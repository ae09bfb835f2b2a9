package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/conversation"
)

// TestTurnsEnteredAfterwards: what happened on paper is entered at the console with its true times, to the second; it is marked wherever a turn is
// shown, leads to the form for what was said, and is put right with a reason. Nobody else enters it.
func TestTurnsEnteredAfterwards(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	h.again = true
	ana, reader := h.person("ana"), h.visitor()
	officer := sitting(t, h)
	const in, desk = "/en/c/ferries", "/en/c/ferries/desk/speakers/s1"
	send := func(at string, with ...string) answer {
		t.Helper()
		path, _, _ := strings.Cut(at, "?")
		return officer.post(path, deskWith(deskForm(t, officer.get(at).body, path, 0), with...))
	}
	ok := func(a answer) {
		t.Helper()
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d: %s", a.status, deskErrors(a.body))
		}
		officer.get(a.header.Get("Location"))
	}
	ok(send(desk+"?do=rules", "do", "rules"))
	ok(officer.post(desk+".i1", url.Values{"do": {"open-list"}, "item": {"1"}}))
	ok(ana.post(in+"/s1.i1/ask-floor", deskWith(deskForm(t, ana.get(in+"/s1.i1/ask-floor").body, in+"/s1.i1/ask-floor", 0), "do", "ask")))
	h.ahead.Add(int64(20 * time.Minute))

	arcadia := string(party(t, h, "ana").Ref())
	at := desk + ".i1?do=turn"
	opened := time.Time{}
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		opened = st.Sessions.Sessions()[0].Sittings[0].Opened
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*visitor{"a delegate": ana, "a moderator": h.as("moderator")} {
		body := `{"session":"s1","item":1,"sitting":1,"party":"` + arcadia + `","began":"` + opened.Format(time.RFC3339Nano) + `","ended":"` + opened.Add(time.Minute).Format(time.RFC3339Nano) + `"}`
		if a := v.actIn("ferries", "floor.enter-turn", body); a.status != http.StatusForbidden {
			t.Errorf("%s enters a turn: %d %s", name, a.status, a.body)
		}
	}
	from := opened.Add(2 * time.Minute).Truncate(time.Second)
	to := from.Add(3*time.Minute + 15*time.Second)
	with := []string{"party", arcadia, "from-date", from.Format(time.DateOnly), "from-time", from.Format(time.TimeOnly), "to-time", to.Format(time.TimeOnly), "floor", "es", "speaker", "Minister of Ferries"}
	deskRefused(t, send(at, append(with, "speaker", "ana@arcadia.example")...), 422, "heard.person")
	deskRefused(t, send(at, append(with, "from-time", opened.Add(-time.Minute).Format(time.TimeOnly))...), 422, "session.outside")
	a := send(at, append(with, "to-time", "")...)
	if deskRefused(t, a, 422, "desk.time"); strings.Count(a.body, `<a href="#to-time">`) != 1 || !strings.Contains(a.body, `<a href="#to-time">The floor was taken back: `) {
		t.Error("that there is no end is said twice, or not of what")
	}
	ok(send(at, with...))
	for path, wants := range map[string][]string{
		in + "/s1.i1/floor":                       {"Who had the floor", "3:15</bdi>", "Minister of Ferries", "Spanish", "entered afterwards by the secretariat"},
		in + "/s1.i1/floor?view=list":             {"entered afterwards by the secretariat"},
		in + "/s1/requests?party=" + arcadia:      {"Had the floor", "3:15", "entered afterwards by the secretariat"},
		in + "/s1.i1/floor.json":                  {`"entered": "`, `"spoke": 195`, `"floor": "es"`, `"speaker": "Minister of Ferries"`},
		in + "/s1/requests.json?party=" + arcadia: {`"afterwards": "`, `"became": "heard"`},
		"/ar/c/ferries/s1.i1/floor":               {"سجلته الأمانة لاحقاً"},
	} {
		body := html.UnescapeString(reader.get(path).body)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	if f := reader.floor("s1.i1"); len(f.Places) != 0 {
		t.Errorf("what was heard still waits: %+v", f.Places)
	}
	if !strings.Contains(officer.get(in+"/desk/sessions/s1").body, "Arcadia") {
		t.Error("what was said is not asked for")
	}
	// It is put right.
	deskRefused(t, send(desk+".i1?do=turn&n=1", "to-time", from.Add(time.Minute).Format(time.TimeOnly)), 422, "desk.reason")
	ok(send(desk+".i1?do=turn&n=1", "to-time", from.Add(time.Minute).Format(time.TimeOnly), "reason-en", "The clock of the room was read wrongly."))
	ok(send(desk+".i1?do=describe&n=1", "floor", "fr", "speaker", ""))
	body := html.UnescapeString(reader.get(in + "/s1.i1/floor").body)
	if !strings.Contains(body, `<bdi dir="ltr">1:00</bdi>`) || strings.Contains(body, "Minister of Ferries") || !strings.Contains(body, "French") {
		t.Error("what was put right is not shown")
	}
	// A point of order interrupted the speaker: it is entered with the ruling, the speaker's clock stood for it, and everybody reads both.
	ask := "/en/c/ferries/s1/ask-floor"
	if a := ana.post(ask, url.Values{"do": {"ask"}, "kind": {"point"}, "for": {arcadia}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	h.ahead.Add(int64(time.Minute))
	point := []string{"party", arcadia, "kind", "point", "from-date", from.Format(time.DateOnly), "from-time", from.Add(10 * time.Second).Format(time.TimeOnly), "to-time", from.Add(30 * time.Second).Format(time.TimeOnly)}
	deskRefused(t, send(at, point...), 422, "floor.ruling")
	ok(send(at, append(point, "ruling", "out_of_order")...))
	reader.see(in+"/s1.i1/floor", `<bdi dir="ltr">0:40</bdi>`, "· Point of order", "· The chair ruled: out of order", "entered afterwards by the secretariat")
	reader.see(in+"/s1.i1/floor.json", `"ruling": "out_of_order"`, `"spoke": 20`)
	reader.see(in+"/s1/requests?party="+arcadia, "A point of order, at once")
	officer.see(desk+".i1?do=turn&n=2", `value="out_of_order" selected>`)
	reader.see(in+"/s1/report", "0:40")
	if a := officer.get(desk + ".i1?do=turn&n=9"); a.status != http.StatusNotFound {
		t.Errorf("a form for a turn that there is not: %d", a.status)
	}
}

// TestRequestsFromASpreadsheet: each row is a request of its own; what is refused is said with its line, and sent again only that is entered.
func TestRequestsFromASpreadsheet(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	officer, reader := sitting(t, h), h.visitor()
	const desk, at = "/en/c/ferries/desk/speakers/s1.i1", "/en/c/ferries/desk/speakers/s1.i1?do=sheet"
	rules := deskForm(t, officer.get("/en/c/ferries/desk/speakers/s1?do=rules").body, "/en/c/ferries/desk/speakers/s1", 0)
	if a := officer.post("/en/c/ferries/desk/speakers/s1", deskWith(rules, "do", "rules")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	if a := officer.post("/en/c/ferries/desk/speakers/s1", url.Values{"do": {"open-list"}, "item": {"1"}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	form := deskForm(t, officer.get(at).body, desk, 0)
	says := func(a answer, status int, wants ...string) {
		t.Helper()
		if a.status != status {
			t.Fatalf("%d: %s", a.status, deskErrors(a.body))
		}
		for _, want := range wants {
			if body := html.UnescapeString(a.body); !strings.Contains(body, want) {
				t.Errorf("it does not say %q: %s", want, deskErrors(body))
			}
		}
	}
	says(officer.post(desk, deskWith(form, "rows", "name;number\nArcadia;1\n")), 422, "The first line names the columns")
	says(officer.post(desk, deskWith(form, "rows", "party,item\nArcadia,1,2\n")), 422, "Line 2 cannot be read")
	rows := "\ufeffParty;Item;Wish;Language\nArcadia;1;2;es\nNowhere;1;;\n\nRuritania;1;soon;\nRuritania;9;;\nRuritania;1;;xx\nRuritania;1;٣;fr\n"
	first := officer.post(desk, deskWith(form, "rows", rows))
	says(first, 422, "Rows that were entered: 2.", "Line 3: No accredited party", "Line 5: Write minutes", "Line 6: ", "Line 7: ")
	if f := reader.floor("s1.i1"); len(f.Places) != 2 || !f.Places[0].Entered {
		t.Fatalf("%+v", f.Places)
	}
	// What is mended is sent again with the rest, which is not entered twice.
	again := deskForm(t, first.body, desk, 0)
	says(officer.post(desk, deskWith(again, "rows", "party,item,wish,language\nArcadia,1,2,es\nRuritania,1,٣,fr\nRuritania,7,,\n")), 422, "Line 4: ", "Rows that were entered: 2.")
	a := officer.post(desk, deskWith(again, "rows", "party,item,wish,language\nArcadia,1,2,es\nRuritania,1,٣,fr\nRuritania,,point,\n"))
	says(a, http.StatusSeeOther)
	if f := reader.floor("s1.i1"); len(f.Places) != 2 || len(f.Points) != 1 {
		t.Errorf("%+v", f)
	}
	requests := 0
	if _, err := h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
		requests = len(st.Floors.Floor("s1").Requests)
		return nil
	}); err != nil || requests != 3 {
		t.Errorf("%d requests, %v", requests, err)
	}
}

// TestShowOfHands: the chair asks, each party answers once with one press, and everybody reads how many of how many, and that it decides nothing.
func TestShowOfHands(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	h.again = true
	officer, ana, fritz, reader := sitting(t, h), h.person("ana"), h.person("fritz"), h.visitor()
	const in, desk = "/en/c/ferries", "/en/c/ferries/desk/speakers/s1"
	form := deskForm(t, officer.get(desk+"?do=hands").body, desk, 0)
	if a := officer.post(desk, deskWith(form, "text-en", "Shall the bells ring at noon?")); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	press := func(v *visitor, name, said string) answer {
		return v.post(in+"/s1/ask-floor", url.Values{"do": {"hand"}, "for": {string(party(t, h, name).Ref())}, "answer": {said}})
	}
	for _, v := range []*visitor{ana, fritz} {
		v.see(in+"/s1/ask-floor", "Shall the bells ring at noon?", `value="neither"`)
	}
	if a := press(ana, "fritz", "yes"); a.status == http.StatusSeeOther {
		t.Error("somebody shows a hand for another party")
	}
	for range 2 { // whoever presses twice is counted once
		press(ana, "ana", "yes")
		press(fritz, "fritz", "no")
	}
	ana.see(in+"/s1/ask-floor", "The answer of this party is counted.")
	reader.see(in+"/s1/floor", "In favour: 1. Not in favour: 1. No view: 0. Answered: 2 of ", "not a decision")
	reader.see(in+"/s1/floor.json", `"favour": 1`, `"oppose": 1`)
	if a := officer.post(desk, url.Values{"do": {"end-hands"}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	reader.see(in+"/s1/floor", "It has ended.")
}

// see looks that a page says something.
func (v *visitor) see(path string, wants ...string) {
	v.h.t.Helper()
	body := html.UnescapeString(v.get(path).body)
	for _, want := range wants {
		if !strings.Contains(body, want) {
			v.h.t.Errorf("%s does not say %q", path, want)
		}
	}
}
