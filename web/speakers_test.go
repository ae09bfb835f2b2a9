package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/locale"
)

// sitting plans a session with two items at the desk and opens a sitting of it; it begins now and is to end in an hour.
func sitting(t *testing.T, h *delegations) (officer *visitor) {
	t.Helper()
	officer = h.as("officer")
	seen := func() (at int64) {
		_, _ = h.sec.Read(t.Context(), "ferries", func(st *conversation.State) error {
			if all := st.Sessions.Sessions(); len(all) > 0 {
				at = int64(all[0].Seen)
			}
			return nil
		})
		return at
	}
	act := func(name, body string) {
		t.Helper()
		if a := officer.actIn("ferries", name, body); a.status != http.StatusOK {
			t.Fatal(name, a.status, a.body)
		}
	}
	now := time.Now().UTC()
	act("session.plan", `{"plan":{"title":{"original":"en","in":{"en":"Session"}},"form":"online","zone":"UTC"}}`)
	act("session.plan-sitting", fmt.Sprintf(`{"session":"s1","begins":%q,"ends":%q,"seen":%d}`, now.Add(-time.Minute).Format(time.RFC3339), now.Add(time.Hour).Format(time.RFC3339), seen()))
	for _, title := range []string{"Bells", "Ropes"} {
		act("session.plan-item", fmt.Sprintf(`{"session":"s1","item":{"title":{"original":"en","in":{"en":%q}}},"seen":%d}`, title, seen()))
	}
	act("session.open-sitting", `{"session":"s1","number":1}`)
	return officer
}

// floorOf is what a program reads of the floor.
type floorOf struct {
	State   string
	Speaker *struct {
		Name string
		Kind string
		Left int
	}
	Places []struct {
		Name    string
		Place   int
		Request int
		Why     string
		Cut     bool
		Entered bool
	}
	Points []struct{ Request int }
	Item   *struct{ List string }
}

func (v *visitor) floor(path string) (f floorOf) {
	v.h.t.Helper()
	if err := json.Unmarshal([]byte(v.json("/en/c/ferries/"+path+"/floor").body), &f); err != nil {
		v.h.t.Fatal(err)
	}
	return f
}

// sent is the first event of the stream of a page in Arabic, for whoever has the page from the beginning.
func (v *visitor) sent(query string) (status int, data string) {
	v.h.t.Helper()
	r, err := http.NewRequestWithContext(v.h.t.Context(), "GET", v.h.url+"/ar/c/ferries/live?"+query+"&from=0", nil)
	if err != nil {
		v.h.t.Fatal(err)
	}
	resp, err := v.c.Do(r)
	if err != nil {
		v.h.t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); resp.StatusCode == http.StatusOK && lines.Scan(); {
		if line, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			data += line
		} else if data != "" {
			break
		}
	}
	return resp.StatusCode, data
}

// TestFloorOnThePages: an officer declares the rules and opens the list; a delegate asks for the floor in two actions; the secretariat enters who
// called; the chair gives the floor with one press, moves, rules and closes; everybody reads the same list with its reasons, and nobody but the
// chair the note; and of two who press the second is told.
func TestFloorOnThePages(t *testing.T) {
	t.Parallel()
	h := newDelegations(t)
	h.again = true
	ana, fritz, reader, moderator := h.person("ana"), h.person("fritz"), h.visitor(), h.as("moderator")
	officer := sitting(t, h)
	const in = "/en/c/ferries"
	desk := in + "/desk/speakers/s1"
	for name, v := range map[string]*visitor{"a delegate": ana, "a moderator": moderator, "a reader": reader} {
		if a := v.get(desk); a.status == http.StatusOK {
			t.Errorf("%s sees the console", name)
		}
		if a := v.post(desk, url.Values{"do": {"open-list"}, "item": {"1"}}); a.status == http.StatusOK || strings.Contains(a.header.Get("Location"), "after") {
			t.Errorf("%s acts in the chair: %d", name, a.status)
		}
	}
	send := func(at, do string, with ...string) answer {
		t.Helper()
		path, _, _ := strings.Cut(at, "?")
		return officer.post(path, deskWith(deskForm(t, officer.get(at).body, path, 0), append(with, "do", do)...))
	}
	// press sends the form of a button of the console, found by what it says.
	press := func(v *visitor, label string) answer {
		t.Helper()
		body := v.get(desk).body
		forms := regexp.MustCompile(`(?s)<form method="post" action="`+desk+`">.*?</form>`).FindAllString(body, -1)
		for _, f := range forms {
			if strings.Contains(html.UnescapeString(f), ">"+label+"</button>") {
				with := url.Values{}
				for _, m := range regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(f, -1) {
					with.Set(m[1], html.UnescapeString(m[2]))
				}
				return v.post(desk, with)
			}
		}
		t.Fatalf("there is no button %q", label)
		return answer{}
	}
	ok := func(a answer) {
		t.Helper()
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d: %s", a.status, deskErrors(a.body))
		}
		officer.get(a.header.Get("Location"))
	}
	deskRefused(t, send(desk+"?do=rules", "rules", "limit-ngo", "7"), 422, "floor.limit")
	deskRefused(t, send(desk+"?do=rules", "rules", "order-1", "state"), 422, "floor.classes")
	ok(send(desk+"?do=rules", "rules", "limit-state", "180", "overrun", "0"))
	if f := reader.floor("s1"); f.State != "open" || f.Item != nil {
		t.Errorf("%+v", f)
	}
	if a := officer.get(in + "/desk/speakers/s1.i1"); a.status != 200 {
		t.Fatal(a.status)
	}
	ok(officer.post(desk, url.Values{"do": {"open-list"}, "item": {"1"}}))
	desk += ".i1"

	// In two actions: a link on the page of the floor, and the button of the form, which has everything filled in.
	page := ana.get(in + "/s1/floor").body
	if !strings.Contains(page, in+"/s1.i1/ask-floor") {
		t.Fatal("the page of the floor does not lead to asking for it")
	}
	form := deskForm(t, ana.get(in+"/s1.i1/ask-floor").body, in+"/s1.i1/ask-floor", 0)
	if a := ana.post(in+"/s1.i1/ask-floor", deskWith(form, "do", "ask")); a.status != http.StatusSeeOther || !strings.Contains(ana.get(a.header.Get("Location")).body, "Your place on the list: 1.") {
		t.Fatal("asking in two actions:", a.status, deskErrors(a.body))
	}
	form = deskForm(t, ana.get(in+"/s1.i1/ask-floor").body, in+"/s1.i1/ask-floor", 0)
	if a := ana.post(in+"/s1.i1/ask-floor", url.Values{"do": {"ask"}, "for": {form.Get("for")}, "item": {"1"}, "minutes": {"99"}}); a.status != 422 || !strings.Contains(a.body, locale.English.T("refusal.floor.minutes", "max", 60)) {
		t.Error("99 minutes:", a.status, deskErrors(a.body))
	}
	if a := fritz.post(in+"/s1.i1/ask-floor", url.Values{"do": {"ask"}, "for": {form.Get("for")}, "item": {"1"}}); a.status/100 == 3 {
		t.Error("somebody asks for another party:", a.status)
	}
	ruritania, arcadia := string(party(t, h, "fritz").Ref()), string(party(t, h, "ana").Ref())
	ok(send(desk+"?do=enter", "enter", "party", ruritania, "item", "1", "kind", "place", "note", "They called from the airport."))
	f := reader.floor("s1")
	if len(f.Places) != 2 || f.Places[0].Name != "Arcadia" || f.Places[1].Name != "Ruritania" || !f.Places[1].Entered || !strings.Contains(f.Places[0].Why, "Has not had the floor in this session yet.") {
		t.Fatalf("%+v", f)
	}

	// The note is the chair's.
	const note = "They called from the airport."
	if !strings.Contains(officer.get(desk).body, note) {
		t.Error("the chair does not read the note")
	}
	for name, v := range map[string]*visitor{"a delegate": ana, "the other": fritz, "a moderator": moderator, "a reader": reader} {
		for _, path := range []string{"/s1/floor", "/s1/floor?view=list", "/s1/floor?view=screen", "/s1/requests?party=" + ruritania, "/s1.i1/ask-floor", "/record", "/mine"} {
			if strings.Contains(v.get(in+path).body, note) {
				t.Errorf("%s reads the note on %s", name, path)
			}
		}
	}

	// Whoever follows the floor is sent what everybody may see of it, the same to all who do in one language.
	status, whole := reader.sent("page=floor&ref=s1")
	if status != 200 || !strings.Contains(whole, "#floor-now") || !strings.Contains(whole, "#floor-list") || !strings.Contains(whole, "Arcadia") || strings.Contains(whole, note) {
		t.Error(status, whole)
	}
	if _, his := officer.sent("page=floor&ref=s1"); his != whole {
		t.Error("the chair is sent something else")
	}
	if status, clock := reader.sent("page=clock&ref=s1.i1"); status != 200 || !strings.Contains(clock, "#floor-now") || strings.Contains(clock, "#floor-list") {
		t.Error(status, clock)
	}
	for _, query := range []string{"page=floor", "page=floor&ref=p1", "page=clock&ref=s9", "page=paper&ref=s1"} {
		if status, _ := reader.sent(query); status != http.StatusNotFound {
			t.Errorf("%s: %d", query, status)
		}
	}

	// The chair moves with a reason, and everybody reads it; then gives the floor with one press.
	deskRefused(t, send(desk+"?do=move&n=2", "move", "n", "2", "to", "1"), 422, "desk.reason")
	ok(send(desk+"?do=move&n=2", "move", "n", "2", "to", "1", "reason-en", "Their line is bad."))
	if f = reader.floor("s1"); f.Places[0].Name != "Ruritania" || !strings.Contains(f.Places[0].Why, "Their line is bad.") || !strings.Contains(f.Places[0].Why, "chair") {
		t.Errorf("%+v", f)
	}
	before := officer.get(desk).body
	ok(press(officer, "Give the floor to \u2068Ruritania\u2069"))
	if f = reader.floor("s1"); f.Speaker == nil || f.Speaker.Name != "Ruritania" || f.Speaker.Left > 180 || f.Speaker.Left < 100 || len(f.Places) != 1 {
		t.Fatalf("%+v", f)
	}
	// Another in the chair still has the page from before.
	stale := url.Values{}
	for _, m := range regexp.MustCompile(`name="(seen|request)" value="([^"]*)"`).FindAllStringSubmatch(before, -1) {
		stale.Set(m[1], m[2])
	}
	stale.Set("do", "give")
	stale.Set("request", "1")
	deskRefused(t, officer.post(desk, stale), 409, "floor.changed")

	// A point of order stops the clock.
	if a := ana.post(in+"/s1/ask-floor", url.Values{"do": {"ask"}, "kind": {"point"}, "for": {arcadia}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	ok(press(officer, "Hear it now"))
	if f = reader.floor("s1"); f.Speaker == nil || f.Speaker.Kind != "point" || f.Speaker.Name != "Arcadia" {
		t.Fatalf("%+v", f)
	}
	ok(press(officer, "Out of order"))
	ok(press(officer, "Let the clock run"))
	ok(press(officer, "Close the list"))
	if a := fritz.post(in+"/s1/ask-floor", url.Values{"do": {"ask"}, "item": {"1"}, "for": {ruritania}}); a.status/100 == 3 || !strings.Contains(a.body, "The list of this item was closed") {
		t.Error("a closed list takes somebody:", a.status)
	}
	// Arcadia gives up its place, and everybody reads what became of what it asked.
	if a := ana.post(in+"/s1/ask-floor", url.Values{"do": {"leave"}, "item": {"1"}, "for": {arcadia}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, deskErrors(a.body))
	}
	h.ahead.Add(int64(2 * time.Minute))
	ok(press(officer, "Time is up"))
	for path, wants := range map[string][]string{
		"/s1/requests?party=" + arcadia:   {"Given up by the party", "out of order", "Times that it had the floor in this session: 0"},
		"/s1/requests?party=" + ruritania: {"Had the floor", "Times that it had the floor in this session: 1"},
		"/s1/floor":                       {"Nobody has the floor.", "Member states", `http-equiv="refresh"`},
		"/s1/floor?view=list":             {"Regions take turns."},
		"/s1/floor?view=screen":           {"Nobody has the floor."},
		"/record":                         {"has the floor in s1"},
	} {
		body := html.UnescapeString(reader.get(in + path).body)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	// What was spoken is entered with who spoke, under which item, from when until when, as the floor has it; then it is offered no more.
	const sessions = in + "/desk/sessions/s1"
	ok(officer.post(sessions, deskWith(deskForm(t, officer.get(sessions+"?do=invite").body, sessions, 0), "do", "invite")))
	if body := officer.get(sessions).body; !strings.Contains(body, "Spoken, and not entered yet") || !strings.Contains(body, "?do=spoken&amp;n=1") || strings.Contains(body, "?do=spoken&amp;n=2") {
		t.Error("what Ruritania said is not offered to be entered, or a point of order is")
	}
	ok(send(sessions+"?do=spoken&n=1", "spoken", "n", "1", "floor", "fr", "language", "en", "text1", "We called from the airport."))
	if body := officer.get(sessions).body; strings.Contains(body, "?do=spoken") {
		t.Error("what was entered is offered again")
	}
	if body := html.UnescapeString(reader.get(in + "/s1").body); !strings.Contains(body, "We called from the airport.") || !strings.Contains(body, "Ruritania") || !strings.Contains(body, locale.English.T("session.how.cut")) {
		t.Error("what was entered is not the party's, or was not cut off")
	}
	if a := officer.get(sessions + "?do=spoken&n=2"); a.status != http.StatusNotFound {
		t.Error("a point of order is entered:", a.status)
	}
	for _, path := range []string{"/s2/floor", "/s1.i9/floor", "/p1/floor", "/s1/requests?party=y0000000000000"} {
		if a := reader.get(in + path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := reader.get(in + "/s1/requests"); a.status != http.StatusUnprocessableEntity || !strings.Contains(html.UnescapeString(a.body), locale.English.T("refusal.floor.which_party")) {
		t.Error("of no party:", a.status)
	}
	if n := len(reader.get(in + "/s1/floor").body); n > 20_000 {
		t.Errorf("the page of the floor has %d bytes", n)
	}
}
