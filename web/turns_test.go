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
	if a := officer.get(desk + ".i1?do=turn&n=9"); a.status != http.StatusNotFound {
		t.Errorf("a form for a turn that there is not: %d", a.status)
	}
}
